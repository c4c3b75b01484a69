"""The WeChat door: only what is signed, fresh, whole and small enough comes in."""

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.app import Bot, running
from bot.server import application, listen, serving
from bot.settings import Settings
from messages.journal import messages
from wechat.simulator import Account, Phone, Platform
from wechat.simulator.envelopes import Envelopes, Tree, sign

HELLO: Tree = {
    "ToUserName": "gh_tests", "FromUserName": "o1", "CreateTime": 1, "MsgType": "text", "Content": "帮助", "MsgId": 7,
}  # fmt: skip
PLAIN_ONLY = pytest.mark.parametrize("account", ["plain"], indirect=True)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The door knows nothing of engines."""
    return sqlite_url


@asynccontextmanager
async def at_work(settings: Settings, platform: Platform) -> AsyncIterator[Bot]:
    listener = listen("127.0.0.1", 0)
    platform.callback = f"http://127.0.0.1:{listener.getsockname()[1]}/wechat"
    async with running(settings) as bot, serving(application(bot), listener):
        yield bot


def signed(account: Account, timestamp: int | str | None = None, **more: str) -> dict[str, str]:
    given = str(int(time.time()) if timestamp is None else timestamp)
    nonce = secrets.token_hex(4)
    return {"signature": sign(account.token, given, nonce), "timestamp": given, "nonce": nonce, **more}


async def test_the_address_passes_the_check_of_the_platform(bot: Bot, platform: Platform) -> None:
    assert await platform.verify()


async def test_an_echo_is_given_back_letter_by_letter(
    bot: Bot, platform: Platform, http: aiohttp.ClientSession
) -> None:
    echo = "5932+/=<b>&é中"
    async with http.get(platform.callback, params=signed(platform.account, echostr=echo)) as answer:
        assert (answer.status, await answer.text()) == (200, echo)
        assert answer.content_type == "text/plain"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_not_signed_is_refused(
    bot: Bot, platform: Platform, http: aiohttp.ClientSession, method: str
) -> None:
    now = int(time.time())
    right = signed(platform.account, echostr="1")
    for query in (
        {},
        {**right, "signature": "0" * 40},
        {**right, "signature": ""},
        {**right, "signature": "中"},
        {**right, "nonce": right["nonce"] + "0"},
        {name: value for name, value in right.items() if name != "timestamp"},
        signed(platform.account, now - 301, echostr="1"),
        signed(platform.account, now + 310, echostr="1"),
        signed(platform.account, now * 1000, echostr="1"),
        signed(platform.account, "soon", echostr="1"),
        signed(platform.account, "-1", echostr="1"),
    ):
        async with http.request(method, platform.callback, params=query, data=b"<xml/>") as answer:
            assert (answer.status, await answer.read()) == (403, b""), query


async def test_a_sealed_body_needs_a_signature_of_its_own(
    bot: Bot, platform: Platform, http: aiohttp.ClientSession
) -> None:
    sealed = Envelopes(platform.account).seal("o1", HELLO, time.time())
    for name, value in (("msg_signature", "0" * 40), ("msg_signature", "")):
        async with http.post(
            platform.callback, params={**sealed.query, name: value}, data=sealed.body
        ) as answer:
            assert answer.status == 403
    async with http.post(platform.callback, params=sealed.query, data=sealed.body) as answer:
        assert answer.status == 200


async def test_a_message_sealed_for_another_account_is_refused(
    bot: Bot, platform: Platform, http: aiohttp.ClientSession
) -> None:
    right = platform.account
    for other in (
        Account("wx-another", right.secret, right.token, right.aes_key),
        Account(right.appid, right.secret, right.token, right.aes_key[::-1]),
    ):
        sealed = Envelopes(other).seal("o1", HELLO, time.time())
        async with http.post(platform.callback, params=sealed.query, data=sealed.body) as answer:
            assert answer.status == 400


async def test_what_is_no_message_is_refused_and_the_next_is_answered(
    bot: Bot, platform: Platform, http: aiohttp.ClientSession, phone: Phone
) -> None:
    for body in (
        b"",
        b"{}",
        b"<xml>",
        b"<xml/>",
        b"\xff\xfe\x00",
        b"<xml><MsgType>text</MsgType></xml>",
        b"<xml><FromUserName>o1</FromUserName><ToUserName>gh</ToUserName><CreateTime>soon</CreateTime>"
        b"<MsgType>text</MsgType></xml>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><ToUserName>&b;</ToUserName></xml>',
        b"<xml>" * 5000,
        b"<xml><Encrypt>not base64</Encrypt></xml>",
    ):
        async with http.post(platform.callback, params=signed(platform.account), data=body) as answer:
            assert answer.status in (400, 403), body
    await phone.says("帮助", hears="打字")
    async with bot.database.read() as session:
        assert len((await session.execute(messages.select())).all()) == 2


async def test_a_body_that_is_too_large_is_refused(
    bot: Bot, platform: Platform, http: aiohttp.ClientSession, phone: Phone
) -> None:
    large = b"<xml>" + b" " * (128 * 1024) + b"</xml>"
    async with http.post(platform.callback, params=signed(platform.account), data=large) as answer:
        assert answer.status == 413

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 8192):
            yield large[start : start + 8192]

    async with http.post(platform.callback, params=signed(platform.account), data=in_pieces()) as answer:
        assert answer.status == 413
    await phone.says("帮助", hears="打字")


async def test_a_body_of_just_the_limit_is_read(
    bot: Bot, platform: Platform, http: aiohttp.ClientSession
) -> None:
    body = b"<xml>" + b" " * (128 * 1024 - 11) + b"</xml>"
    async with http.post(platform.callback, params=signed(platform.account), data=body) as answer:
        assert answer.status == 400


@PLAIN_ONLY
async def test_a_plain_body_is_taken_where_the_account_is_plain(phone: Phone) -> None:
    await phone.says("帮助", hears="打字")


@pytest.mark.parametrize("account", ["plain", "compatible"], indirect=True)
async def test_in_safe_mode_only_the_encrypted_is_believed(settings: Settings, platform: Platform) -> None:
    safe = settings.model_copy(update={"wechat_mode": "safe"})
    # Not by telephone: what is refused the stand-in delivers three times, five seconds apart.
    sealed = Envelopes(platform.account).seal("o1", HELLO, time.time())
    async with (
        at_work(safe, platform),
        aiohttp.ClientSession() as http,
        http.post(platform.callback, params=sealed.query, data=sealed.body) as answer,
    ):
        assert answer.status == (403 if platform.account.mode == "plain" else 200)


async def test_the_key_before_is_accepted_while_it_is_changed(settings: Settings, platform: Platform) -> None:
    changed = settings.model_copy(
        update={
            "wechat_aes_key": type(settings.wechat_aes_key)("N" * 43),
            "wechat_aes_key_previous": settings.wechat_aes_key,
        }
    )
    async with at_work(changed, platform):
        await platform.phone().says("帮助", hears="打字")
