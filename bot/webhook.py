"""The WeChat door: GET proves that the address is ours, POST brings a message."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

from bot.metrics import ANSWER_SECONDS, DELIVERIES
from bot.turns import StorageAway, Turns
from messages.masking import mask
from wechat.codec import Codec, Refused

_log = structlog.get_logger(__name__)

_SUCCESS = b"success"
# WeChat sends a message in one packet and waits five seconds for the answer.
BODY_SECONDS = 5
_outcomes = {name: DELIVERIES.labels(name) for name in ("answered", "success", "refused", "unavailable")}


class Webhook:
    """`GET|POST /wechat`. A message is answered only once it is in the journal."""

    def __init__(self, codec: Codec, turns: Turns) -> None:
        self._codec = codec
        self._turns = turns

    async def verify(self, request: web.Request) -> web.Response:
        try:
            return web.Response(text=self._codec.verify(_query(request)))
        except Refused as refused:
            return _refusal(refused)

    async def receive(self, request: web.Request) -> web.Response:
        started = perf_counter()
        try:
            body = await _read(request)
            envelope = self._codec.open(_query(request), body)
        except Refused as refused:
            return _refusal(refused)
        incoming = envelope.incoming
        safe = mask(incoming.text)
        if safe is not incoming.text:
            incoming = replace(incoming, text=safe, masked=True)
        try:
            answer = await self._turns.take(incoming, _alive(request))
            sealed = None if answer.text is None else self._codec.reply(envelope, answer.text)
        except StorageAway:
            return _unavailable()
        except Exception:  # noqa: BLE001 - the WeChat door: a bug here is logged, and WeChat delivers again
            _log.exception("webhook_bug", kind=incoming.kind)
            return _unavailable()
        ANSWER_SECONDS.observe(perf_counter() - started)
        if sealed is None:
            _outcomes["success"].inc()
            return web.Response(body=_SUCCESS, content_type="text/plain")
        _outcomes["answered"].inc()
        return web.Response(body=sealed, content_type="text/xml")


def _query(request: web.Request) -> Mapping[str, str]:
    query = request.rel_url.raw_query_string
    if "%" in query or "+" in query:
        return dict(parse_qsl(query))
    # What WeChat sends needs no decoding, and a general parser costs several times as much.
    return dict([pair.split("=", 1) for pair in query.split("&") if "=" in pair])


async def _read(request: web.Request) -> bytes:
    try:
        if request.content.is_eof():  # all of it came with the head, as it does from WeChat
            return await request.read()
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "the body is too large") from None
    except web.RequestPayloadError:
        raise Refused(400, "the body cannot be read") from None
    except TimeoutError:
        raise Refused(408, "the body did not come in time") from None


def _alive(request: web.Request) -> Callable[[], bool]:
    def alive() -> bool:
        transport = request.transport
        return transport is not None and not transport.is_closing()

    return alive


def _unavailable() -> web.Response:
    _outcomes["unavailable"].inc()
    return web.Response(status=503, headers={"Retry-After": "5"})


def _refusal(refused: Refused) -> web.Response:
    _outcomes["refused"].inc()
    _log.warning("delivery_refused", status=refused.status, reason=refused.reason)
    return web.Response(status=refused.status)
