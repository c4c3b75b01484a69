"""A telephone's browser in small: it keeps cookies, goes where it is sent, and fills in forms."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import aiohttp

_LINK = re.compile(r"https?://[^\s<>\"]+/m/[^\s<>\"，。]+")
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back, from where."""

    status: int
    text: str
    url: str
    headers: dict[str, str]
    content: bytes

    @property
    def words(self) -> str:
        """What a reader sees."""
        return unescape(re.sub(r"<[^>]+>", " ", self.text))


class PhoneBrowser:
    """WeChat's browser on the telephone of one worker."""

    def __init__(self, http: aiohttp.ClientSession, stand_in: str, openid: str) -> None:
        self._http = http
        self._stand_in = stand_in
        self._openid = openid

    async def opens(self, url: str) -> Seen:
        """Taps a link in the chat."""
        where = f"{self._stand_in}/phone/open?{urlencode({'openid': self._openid, 'url': url})}"
        async with self._http.get(where) as answer:
            return await _seen(answer)

    async def goes(self, url: str) -> Seen:
        """Types an address, without the platform knowing who it is."""
        async with self._http.get(url) as answer:
            return await _seen(answer)

    async def submits(self, page: Seen, **typed: str) -> Seen:
        """Sends the form of a page."""
        async with self._http.post(page.url, data={**dict(_HIDDEN.findall(page.text)), **typed}) as answer:
            return await _seen(answer)


async def _seen(answer: aiohttp.ClientResponse) -> Seen:
    content = await answer.read()
    text = content.decode(errors="replace")
    return Seen(answer.status, text, str(answer.url), dict(answer.headers), content)


@asynccontextmanager
async def browsing(stand_in: str, openid: str) -> AsyncIterator[PhoneBrowser]:
    jar = aiohttp.CookieJar(unsafe=True)  # addresses are numbers here
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield PhoneBrowser(http, stand_in, openid)


def link_in(text: str) -> str:
    """The link to a page in a message."""
    found = _LINK.search(text)
    assert found, text
    return found[0]
