"""The worker's pages under `/m/`: a link opens for its own worker alone and is spent by submitting a form."""

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot import frames, responses
from bot.frames import Signed
from bot.visitors import Visitor, Visitors
from bot.workbooks import as_book
from dialogue import links
from dialogue.answers import Invalid
from dialogue.links import Link, Links
from dialogue.pages import AnyPage, Code, ConsentPage, FilePage, FormPage, PageWords, ViewPage, Visit
from storage.database import Database, is_away, is_lost
from wechat.client import Client
from wechat.errors import Fault, WeChatError

_log = structlog.get_logger(__name__)

# A turn at work or a database that is away is not waited for longer by somebody who looks at a white page.
_SECONDS = 10.0
_TRIES = 3
# In the address of the thanks for an answer: which showing of the page was answered.
_DONE = "done"
# How long a QR code leads to us, as long as the platform allows; until when we remember one we had made.
_CODE_SECONDS = 30 * 24 * 3600
_CODES = 2000
# The page is shown without one rather than late.
_PLATFORM_SECONDS = 3.0

Route = Callable[[web.Request], Awaitable[web.Response]]


class _Refused(Exception):
    """The page cannot be shown; why, and with which status."""

    def __init__(self, status: int, said: tuple[str, str]) -> None:
        super().__init__(said[0])
        self.status = status
        self.said = said


@dataclass(frozen=True, slots=True)
class _Call:
    """A request that came by a link which holds."""

    request: web.Request
    page: AnyPage
    token: str
    link: Link


class Pages:
    """`GET|POST /m/{page}/{link}` and the style sheet."""

    def __init__(
        self,
        database: Database,
        client: Client,
        pages: Mapping[str, AnyPage],
        links: Links,
        visitors: Visitors,
        words: PageWords,
        services: Mapping[type, object],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._client = client
        self._pages = pages
        self._links = links
        self._visitors = visitors
        self._words = words
        self._services = services
        self._clock = clock
        self._codes: dict[tuple[date, str], str] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/m/page.css", responses.style),
            web.get("/m/consent.js", responses.script),
            web.get("/m/{page}/{link}", self._guarded(self._show)),
            web.post("/m/{page}/{link}", self._guarded(self._take)),
            web.get("/m/{rest:.*}", self._guarded(self._lost)),
        ]

    def _guarded(self, route: Route) -> Route:
        """A door: whatever happens, the worker reads what to do next."""

        async def guarded(request: web.Request) -> web.Response:
            try:
                async with asyncio.timeout(_SECONDS):
                    return await _won(route, request)
            except _Refused as refused:
                return self._said(refused.status, refused.said)
            except Exception as error:  # noqa: BLE001 - the pages' door: a bug is logged and the worker told
                if is_away(error):
                    _log.warning("page_waits", error=type(error).__name__)
                    return self._said(503, self._words.unreachable)
                reference = secrets.token_hex(3)
                # Not the address: it opens the page.
                _log.error("page_failed", reference=reference, exc_info=error)
                title, text = self._words.broken
                return self._said(500, (title, text.format(reference=reference)))

        return guarded

    async def _lost(self, _: web.Request) -> web.Response:
        raise _Refused(404, self._words.tampered)

    async def _show(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        if "code" in request.query:
            return await self._signed_in(call)
        visitor = self._visitors.of(request)
        if visitor is None:
            return self._sign_in(request)
        self._check_owner(call.link, visitor)
        if _DONE in request.query:
            return await self._thanked(call, request.query[_DONE])
        if isinstance(call.page, ConsentPage):
            return await self._offered(call, call.page, visitor)
        if isinstance(call.page, ViewPage):
            return await self._view(call, call.page)
        return self._asked(call, visitor)

    async def _call(self, request: web.Request) -> _Call:
        page, signed = self._pages.get(request.match_info["page"]), request.match_info["link"]
        token = self._links.token(page.name, signed) if page else None
        if page is None or token is None:
            raise _Refused(404, self._words.tampered)
        async with self._database.read() as session:
            link = await links.find(session, page.name, token)
        return _Call(request, page, token, self._open(link, page))

    def _open(self, link: Link | None, page: AnyPage) -> Link:
        """A link that can still be used."""
        if link is not None and page.is_spent(link, self._clock()):
            raise _Refused(410, self._words.given if isinstance(page, FilePage) else self._words.spent)
        if link is None or link.expires_at <= self._clock():
            raise _Refused(410, frames.late(self._words, page))
        return link

    def _check_owner(self, link: Link, visitor: Visitor) -> None:
        if not hmac.compare_digest(visitor.openid.encode(), link.openid.encode()):
            raise _Refused(403, self._words.foreign)

    def _sign_in(self, request: web.Request) -> web.Response:
        state = secrets.token_hex(16)
        here = self._links.address(request.match_info["page"], request.match_info["link"])
        response = responses.moved(302, self._client.oauth_url(here, state))
        self._visitors.begin(response, state)
        return response

    async def _signed_in(self, call: _Call) -> web.Response:
        """Back from the sign-in; the code must not stay in the address."""
        if not self._visitors.began(call.request):
            raise _Refused(403, self._words.outside)
        try:
            openid = await self._client.oauth_openid(call.request.query["code"])
        except WeChatError as error:
            _log.warning("sign_in_failed", fault=error.fault, errcode=error.errcode)
            if error.fault is Fault.LOGIN:
                raise _Refused(403, self._words.outside) from None
            raise _Refused(503, self._words.unreachable) from None
        response = responses.moved(303, call.request.path)
        self._visitors.welcome(response, openid)
        return response

    def _asked(
        self,
        call: _Call,
        visitor: Visitor,
        typed: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> web.Response:
        proof = self._visitors.proof(visitor, call.token)
        return responses.html(
            422 if wrong else 200, frames.asked(self._words, call.page, proof, typed or {}, wrong or {})
        )

    async def _view(self, call: _Call, page: ViewPage) -> web.Response:
        async with self._look(call) as visit:
            view = await page.draw(visit)
        address = "" if view.code is None else await self._address(view.code)
        return responses.html(200, await asyncio.to_thread(frames.viewed, self._words, view, address))

    async def _address(self, code: Code) -> str:
        """What the QR code says: an address that leads to us with its scene, else its own words to be typed."""
        key = (self._clock().date(), code.scene)
        if key in self._codes:
            return self._codes[key]
        try:
            async with asyncio.timeout(_PLATFORM_SECONDS):
                made = (await self._client.qr_code(code.scene, _CODE_SECONDS)).url
        except (WeChatError, TimeoutError) as error:
            _log.warning("code_without_address", error=type(error).__name__)
            return code.words
        if len(self._codes) >= _CODES:
            self._codes.clear()
        self._codes[key] = made
        return made

    async def _take(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        visitor = self._visitors.of(request)
        if visitor is None or isinstance(call.page, ViewPage):
            raise _Refused(403, self._words.outside)
        self._check_owner(call.link, visitor)
        typed = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        proof = self._visitors.proof(visitor, call.token + typed.get(frames.SHOWING, ""))
        if not hmac.compare_digest(typed.get(frames.PROOF, "").encode(), proof.encode()):
            raise _Refused(403, self._words.outside)
        if isinstance(call.page, FilePage):
            return await self._give(call, call.page, see=typed.get(frames.WAY) == frames.SEE)
        if isinstance(call.page, ConsentPage):
            showing, accepted = typed.get(frames.SHOWING, ""), typed.get(frames.ACCEPTED, "")
            return await self._allowed(call, call.page, showing, accepted)
        return await self._keep(call, call.page, visitor, typed)

    async def _offered(self, call: _Call, page: ConsentPage, visitor: Visitor) -> web.Response:
        """The platform's script runs on this page alone, and only for the address that is signed."""
        async with self._look(call) as visit:
            templates = await page.ask(visit)
        here = self._links.address(page.name, call.request.match_info["link"])
        try:
            signed = await self._client.jsapi_signature(here)
        except WeChatError as error:
            _log.warning("page_not_signed", fault=error.fault, errcode=error.errcode)
            raise _Refused(503, self._words.unreachable) from None
        showing = secrets.token_urlsafe(12)
        proof = self._visitors.proof(visitor, call.token + showing)
        told = Signed(self._client.sdk_url, signed.appid, signed.nonce, signed.timestamp, signed.signature)
        return responses.tagged(frames.consent(self._words, page, proof, showing, templates, told), told.sdk)

    async def _allowed(self, call: _Call, page: ConsentPage, showing: str, accepted: str) -> web.Response:
        """Each showing counts once, however often its form comes; a reload afterwards sends nothing."""
        async with self._visit(call) as visit:
            if await links.thanks_for(visit.session, call.link, showing) is None:
                known = {one.id for one in await page.ask(visit)}
                thanks = await page.take(visit, sorted(known & set(accepted.split(","))))
                await links.answer(visit.session, call.link, showing, thanks)
        return responses.moved(303, f"{call.request.path}?{_DONE}={showing}")

    async def _thanked(self, call: _Call, showing: str) -> web.Response:
        async with self._database.read() as session:
            thanks = await links.thanks_for(session, call.link, showing)
        if thanks is None:
            return responses.moved(303, call.request.path)
        return responses.html(200, frames.message(self._words, (self._words.done, thanks), self._words.back))

    async def _keep(
        self, call: _Call, page: FormPage[object], visitor: Visitor, typed: Mapping[str, str]
    ) -> web.Response:
        filled, wrong = page.read(typed, self._clock())
        if page.consent and frames.CONSENT not in typed:
            wrong[frames.CONSENT] = self._words.agree
        if wrong or filled is None:
            return self._asked(call, visitor, typed, wrong)
        try:
            async with self._visit(call) as visit:
                thanks = await page.keep(visit, filled)
        except Invalid as invalid:
            return self._asked(call, visitor, typed, {invalid.field or page.fields[0].name: str(invalid)})
        return responses.html(200, frames.message(self._words, (self._words.done, thanks), self._words.back))

    async def _give(self, call: _Call, page: FilePage, *, see: bool) -> web.Response:
        """To be read on the page, or to be kept."""
        async with self._visit(call) as visit:
            file = await page.make(visit)
        if see:
            return responses.html(200, frames.shown(self._words, page, file))
        return responses.book(await asyncio.to_thread(as_book, file), file.name)

    @asynccontextmanager
    async def _look(self, call: _Call) -> AsyncIterator[Visit]:
        """A transaction in which nothing is changed."""
        async with self._database.read() as session:
            link, now = call.link, self._clock()
            yield Visit(link.openid, link.subject, call.page.version, now, session, self._services)

    @asynccontextmanager
    async def _visit(self, call: _Call) -> AsyncIterator[Visit]:
        """The transaction of a submission or download, which is counted; another waits and may be refused."""
        async with self._database.write() as session:
            now, name = self._clock(), call.page.name
            link = self._open(await links.find(session, name, call.token, lock=True), call.page)
            visit = Visit(link.openid, link.subject, call.page.version, now, session, self._services)
            yield visit
            await links.spend(session, link, now)

    def _said(self, status: int, said: tuple[str, str]) -> web.Response:
        return responses.html(status, frames.message(self._words, said))


async def _won(route: Route, request: web.Request) -> web.Response:
    """A transaction that lost against another one is run again."""
    for _ in range(_TRIES):
        try:
            return await route(request)
        except DBAPIError as error:
            if not is_lost(error):
                raise
    return await route(request)
