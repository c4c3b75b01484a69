"""Every way in which a call can go wrong on the way, over real HTTP."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web

from tests.wechat.scripted import Act, Scripted
from wechat.calls.conversations import Text
from wechat.client import Client
from wechat.errors import Fault, WeChatError
from wechat.tokens import MemoryTokenStore

SEND, IPS = "/cgi-bin/message/custom/send", "/cgi-bin/getcallbackip"
SECRETS = ("token-1", "secret")


async def drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(0.5)
    return web.json_response({"errcode": 0})


async def half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"errcode"')
    assert request.transport is not None
    request.transport.abort()
    return response


def says(status: int, text: str) -> Act:
    async def act(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text)

    return act


async def fault_of(client: Client, sending: bool) -> WeChatError:
    with pytest.raises(WeChatError) as raised:
        await (client.send("oWorker", Text("您好")) if sending else client.callback_ips())
    assert not any(secret in str(raised.value) for secret in SECRETS)
    return raised.value


@pytest.mark.parametrize(
    "act",
    [
        drop,
        hang,
        half,
        says(500, "oops"),
        says(502, "<html>"),
        says(200, "hello"),
        says(200, "[1]"),
        says(429, ""),
    ],
    ids=["dropped", "hung", "half an answer", "500", "502", "not JSON", "not an object", "429"],
)
async def test_a_lost_answer_leaves_a_send_unknown_and_lets_a_read_be_repeated(
    http: aiohttp.ClientSession, base: str, scripted: Scripted, act: Act
) -> None:
    client = Client(http, "wx0123456789abcdef", "secret", MemoryTokenStore(), base, timeout=0.2)
    scripted.answers(SEND, act=act)
    scripted.answers(IPS, act=act)
    sent, read = await fault_of(client, sending=True), await fault_of(client, sending=False)
    assert (sent.errcode, sent.fault, read.fault) == (None, Fault.UNKNOWN, Fault.RETRY)
    assert len(scripted.to(SEND)) == 1


async def test_where_nothing_was_sent_a_send_may_be_repeated(http: aiohttp.ClientSession) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        refusing = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for base in (refusing, "http://nowhere.invalid"):
            client = Client(http, "wx0123456789abcdef", "secret", MemoryTokenStore(), base)
            assert (await fault_of(client, sending=True)).fault is Fault.RETRY


async def test_a_status_without_a_word_of_the_platform_is_for_an_operator(
    client: Client, scripted: Scripted
) -> None:
    for status in (302, 403, 404):
        scripted.answers(SEND, act=says(status, "<html>"))
        error = await fault_of(client, sending=True)
        assert (error.fault, error.wait) == (Fault.CONFIGURATION, 60)


async def test_an_errcode_counts_whatever_the_status(client: Client, scripted: Scripted) -> None:
    scripted.answers(SEND, act=says(500, '{"errcode": 45015, "errmsg": "response out of time limit"}'))
    error = await fault_of(client, sending=True)
    assert (error.errcode, error.fault) == (45015, Fault.WINDOW)


async def test_an_answer_without_what_was_asked_for_is_no_answer(client: Client, scripted: Scripted) -> None:
    answers: list[dict[str, object]] = [{"errcode": 0}, {"ticket": []}, {"ticket": None}, {"errcode": "x"}]
    for answer in answers:
        scripted.answers("/cgi-bin/qrcode/create", answer)
        with pytest.raises(WeChatError) as raised:
            await client.qr_code("desk-1")
        assert raised.value.fault is Fault.UNKNOWN


async def test_control_characters_in_an_answer_do_no_harm(client: Client, scripted: Scripted) -> None:
    scripted.answers(IPS, act=says(200, '{"ip_list": ["192.0.2.1"], "note": "a\x1db"}'))
    assert await client.callback_ips() == ("192.0.2.1",)


async def test_what_is_sent_is_raw_utf_8(client: Client, scripted: Scripted) -> None:
    await client.send("oWorker", Text("工会🙂\ud800"))
    assert scripted.to(SEND)[0].raw.decode().count("工会🙂?") == 1
