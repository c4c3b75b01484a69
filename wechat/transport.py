"""One HTTP call to the platform: bounded in time, and every way it can fail told apart."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from wechat.errors import Fault, WeChatError, refusal


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Request:
    """`idempotent`: doing it twice does no harm, so a lost answer is a RETRY and not UNKNOWN."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    payload: Mapping[str, object] | None = None
    upload: Upload | None = None
    idempotent: bool = True
    accepts: Sequence[int] = ()  # errcodes that are an answer, not an error
    file: bool = False  # the answer is a file, or JSON where there is none
    most: int = 0  # bytes of an answer; 0 for any number


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said, read field by field; a field missing or of another type is a WeChatError."""

    fields: Mapping[str, Any]
    content: bytes = b""  # of a file
    content_type: str = ""

    @property
    def errcode(self) -> int:
        code = self.fields.get("errcode") or 0
        return code if isinstance(code, int) else self._lacks("errcode")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.fields.get(name, default)
        return str(value) if isinstance(value, str | int) else self._lacks(name)

    def integer(self, name: str, default: int | None = None) -> int:
        value = self.fields.get(name, default)
        return value if isinstance(value, int) else self._lacks(name)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(value) for value in self._items(name))

    def integers(self, name: str) -> tuple[int, ...]:
        return tuple(value for value in self._items(name) if isinstance(value, int))

    def each(self, name: str) -> "tuple[Answer, ...]":
        return tuple(Answer(value) for value in self._items(name) if isinstance(value, dict))

    def under(self, name: str) -> "Answer":
        value = self.fields.get(name, {})
        return Answer(value) if isinstance(value, dict) else self._lacks(name)

    def _items(self, name: str) -> list[Any]:
        value = self.fields.get(name, [])
        return value if isinstance(value, list) else self._lacks(name)

    def _lacks(self, name: str) -> Any:
        raise WeChatError(None, f"the answer has no proper {name}", Fault.UNKNOWN)


class Transport:
    def __init__(
        self,
        http: aiohttp.ClientSession,
        base: str,
        clock: Callable[[], float] = time.time,
        timeout: float = 10,
    ) -> None:
        """`timeout` is in seconds, of which half may pass until there is a connection."""
        self._http = http
        self._base = base.rstrip("/")
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=timeout / 2)

    async def ask(self, request: Request) -> Answer:
        """Raises `WeChatError`; its text never holds the query, where tokens and secrets are."""
        try:
            status, answer = await self._exchange(request)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _lost(Request(request.path), type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _lost(request, type(error).__name__) from None
        except ValueError:
            raise _lost(request, "an answer that is not JSON") from None
        if answer.errcode and answer.errcode not in request.accepts:
            raise refusal(answer.errcode, answer.text("errmsg", ""), request.path, self._clock())
        if status >= 500 or status in (408, 429):
            raise _lost(request, f"HTTP {status}")
        if status != 200:
            # Something on the way, a proxy or a portal, has not let it pass.
            raise WeChatError(None, f"HTTP {status} for {request.path}", Fault.CONFIGURATION, wait=60)
        return answer

    async def _exchange(self, request: Request) -> tuple[int, Answer]:
        body, headers = _body(request)
        async with self._http.request(
            "GET" if body is None else "POST",
            self._base + request.path,
            params=request.query,
            data=body,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
        ) as response:
            answer = _read(request, response.status, await _content(request, response))
            return response.status, replace(answer, content_type=response.content_type)


async def _content(request: Request, response: aiohttp.ClientResponse) -> bytes:
    if not request.most:
        return await response.read()
    content = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        content += chunk
        if len(content) > request.most:
            raise WeChatError(None, f"more than {request.most} bytes for {request.path}", Fault.CONTENT)
    return bytes(content)


def _body(request: Request) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if request.upload is not None:
        form = aiohttp.FormData()
        upload = request.upload
        form.add_field("media", upload.content, filename=upload.filename, content_type=upload.content_type)
        return form, {}
    if request.payload is None:
        return None, {}
    # Raw UTF-8: the platform refuses \uXXXX escapes (40033).
    text = json.dumps(request.payload, ensure_ascii=False)
    return text.encode("utf-8", "replace"), {"Content-Type": "application/json"}


def _read(request: Request, status: int, content: bytes) -> Answer:
    """By content, for JSON comes as text/plain as often as not; raises `ValueError` when it should be JSON and is not."""
    is_object = content.lstrip().startswith(b"{")
    if request.file and status == 200 and not is_object:
        return Answer({}, content)
    if status != 200 and not is_object:
        return Answer({})
    # Some answers hold raw control characters inside strings.
    fields = json.loads(content.decode("utf-8", "replace"), strict=False)
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    return Answer(fields)


def _lost(request: Request, why: str) -> WeChatError:
    fault = Fault.RETRY if request.idempotent else Fault.UNKNOWN
    return WeChatError(None, f"{why} for {request.path}", fault, wait=1)
