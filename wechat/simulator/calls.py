"""The frame of every endpoint: trouble on demand, token, quota, JSON, and error codes in an HTTP 200."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from aiohttp import BodyPartReader, web

from wechat.simulator.chats import Json
from wechat.simulator.exchange import Exchange
from wechat.simulator.faults import Fault
from wechat.simulator.refusals import Refused


@dataclass(frozen=True, slots=True)
class Upload:
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the account's server: its query and its JSON body, read with the platform's complaints."""

    exchange: Exchange
    query: Mapping[str, str]
    body: Json
    upload: Upload | None = None

    def text(self, name: str, errcode: int = 40035) -> str:
        """A text that must be there; raises Refused."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise Refused(errcode, f"{name} is missing")
        return value

    def number(self, name: str, errcode: int = 40035) -> int:
        value = self.body.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(errcode, f"{name} is missing")
        return value

    def object(self, name: str, errcode: int = 47001) -> Json:
        value = self.body.get(name)
        if not isinstance(value, dict):
            raise Refused(errcode, f"{name} is missing")
        return cast(Json, value)

    def texts(self, name: str, errcode: int = 40031) -> list[str]:
        value = self.body.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Refused(errcode, f"{name} is missing")
        return value

    def rows(self, name: str, errcode: int) -> list[Json]:
        return read_rows(self.body.get(name), errcode)


def read_rows(value: object, errcode: int) -> list[Json]:
    """A list of objects; raises Refused with `errcode` for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refused(errcode)
    return value


Work: TypeAlias = Callable[[Call], Json | web.Response]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path of the platform. `needs_token` is false where the call carries the secret or a code itself."""

    method: str
    path: str
    work: Work
    needs_token: bool = True


def serve(exchange: Exchange, endpoint: Endpoint) -> Handler:
    """The HTTP handler of an endpoint."""

    async def respond(request: web.Request) -> web.StreamResponse:
        fault = exchange.faults.befall(endpoint.path)
        if fault is not None and (refusal := await _suffer(fault)) is not None:
            return refusal
        try:
            answer = await _work(exchange, endpoint, request)
        except Refused as refused:
            exchange.refusals[endpoint.path, refused.errcode] += 1
            answer = _refusal(refused)
        if fault is not None and fault.lose_answer and request.transport is not None:
            request.transport.abort()
        return answer

    return respond


async def _suffer(fault: Fault) -> web.Response | None:
    await asyncio.sleep(fault.delay)
    if fault.status:
        return web.Response(status=fault.status)
    if fault.errcode:
        refused = Refused(fault.errcode)
        return _json({"errcode": fault.errcode, "errmsg": fault.errmsg or refused.errmsg})
    return None


async def _work(exchange: Exchange, endpoint: Endpoint, request: web.Request) -> web.Response:
    if request.method != endpoint.method:
        raise Refused(43002)
    if endpoint.needs_token:
        exchange.tokens.check(request.query.get("access_token", ""))
    exchange.quotas.count(endpoint.path)
    answer = endpoint.work(await _read(exchange, request))
    return answer if isinstance(answer, web.Response) else _json(answer)


async def _read(exchange: Exchange, request: web.Request) -> Call:
    if request.method != "POST":
        return Call(exchange, request.query, {})
    if request.content_type == "multipart/form-data":
        return Call(exchange, request.query, {}, await read_upload(request))
    return Call(exchange, request.query, await _read_json(request))


async def read_upload(request: web.Request) -> Upload | None:
    """The file in the form field `media`, if there is one."""
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media" and part.filename:
            content_type = part.headers.get("Content-Type", "application/octet-stream")
            return Upload(content_type, bytes(await part.read()))
    return None


async def _read_json(request: web.Request) -> Json:
    """Raises Refused: 44002 empty, 40033 with \\uXXXX escapes, 47001 not JSON in UTF-8."""
    # Straight from the stream: the application may bound its own requests more tightly than the platform does.
    raw = await request.content.read()
    if not raw:
        raise Refused(44002)
    if b"\\u" in raw.replace(b"\\\\", b""):
        raise Refused(40033)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refused(47001) from error
    if not isinstance(body, dict):
        raise Refused(47001)
    return body


def _refusal(refused: Refused) -> web.Response:
    return _json({"errcode": refused.errcode, "errmsg": refused.errmsg, **refused.extra})


def _json(answer: Json) -> web.Response:
    """The platform labels its JSON as plain text."""
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, content_type="text/plain", charset="utf-8")


OK: Json = {"errcode": 0, "errmsg": "ok"}
