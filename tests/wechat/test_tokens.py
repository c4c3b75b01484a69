"""One token for everybody: fetched once, shared between processes, and never asked for in a loop."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from aiohttp import web

from tests.wechat.scripted import Scripted
from wechat.client import Client
from wechat.errors import Fault, WeChatError
from wechat.tokens import AccessToken, MemoryTokenStore, Token, TokenStore
from wechat.transport import Transport

STABLE = "/cgi-bin/stable_token"
IPS = "/cgi-bin/getcallbackip"
REFUSED = {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
ADDRESSES: dict[str, object] = {"ip_list": ["192.0.2.1"]}


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


Process = Callable[..., AccessToken]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def process(http: aiohttp.ClientSession, base: str, clock: Clock) -> Process:
    """Makes what one process holds; those with the same store are processes of one account."""

    def build(store: TokenStore | None = None) -> AccessToken:
        transport = Transport(http, base, clock)
        return AccessToken(transport, "wx0123456789abcdef", "secret", store or MemoryTokenStore(), clock)

    return build


async def test_the_token_is_asked_for_as_the_stable_one_and_never_forced(
    scripted: Scripted, process: Process
) -> None:
    assert await process().current() == "token-1"
    assert scripted.to(STABLE)[0].body == {
        "grant_type": "client_credential",
        "appid": "wx0123456789abcdef",
        "secret": "secret",
        "force_refresh": False,
    }


async def test_a_token_is_fetched_again_five_minutes_before_its_end(process: Process, clock: Clock) -> None:
    tokens = process()
    assert await tokens.current() == "token-1"
    clock.now += 7200 - 301
    assert await tokens.current() == "token-1"
    clock.now += 2
    assert await tokens.current() == "token-2"


async def test_a_token_that_comes_with_little_time_left_is_not_fetched_for_every_call(
    scripted: Scripted, process: Process
) -> None:
    scripted.answers(STABLE, {"access_token": "late", "expires_in": 300})
    tokens = process()
    for _ in range(5):
        assert await tokens.current() == "late"
    assert len(scripted.to(STABLE)) == 1


async def test_processes_use_each_others_token(scripted: Scripted, process: Process) -> None:
    store = MemoryTokenStore()
    one, two = process(store), process(store)
    assert [await one.current(), await two.current()] == ["token-1", "token-1"]
    assert await one.renew("token-1") == "token-2"
    assert await two.renew("token-1") == "token-2"
    assert scripted.tokens_made == 2


async def test_a_stored_token_about_to_end_is_not_used(process: Process, clock: Clock) -> None:
    store = MemoryTokenStore()
    await store.save(Token("old", clock.now + 200))
    assert await process(store).current() == "token-1"
    assert await store.load() == Token("token-1", clock.now + 7200)


async def test_fifty_calls_at_once_on_an_expired_token_make_one_fetch(
    scripted: Scripted, client: Client
) -> None:
    async def act(request: web.Request) -> web.StreamResponse:
        expired = request.query["access_token"] == "token-1"
        return web.json_response(REFUSED if expired else ADDRESSES)

    scripted.answers(IPS, act=act)
    assert await asyncio.gather(*(client.callback_ips() for _ in range(50))) == [("192.0.2.1",)] * 50
    assert scripted.tokens_made == 2
    assert len(scripted.to(IPS)) == 100


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_token_refused_for_ever_is_tried_exactly_twice(
    scripted: Scripted, client: Client, errcode: int
) -> None:
    scripted.answers(IPS, {"errcode": errcode, "errmsg": "invalid"})
    with pytest.raises(WeChatError) as raised:
        await client.callback_ips()
    assert (raised.value.errcode, raised.value.fault) == (errcode, Fault.TOKEN)
    assert [asked.query["access_token"] for asked in scripted.to(IPS)] == ["token-1", "token-2"]


async def test_one_failed_fetch_fails_everybody_who_waited_for_it(
    scripted: Scripted, process: Process
) -> None:
    scripted.answers(STABLE, {"errcode": 40164, "errmsg": "invalid ip 203.0.113.9, not in whitelist"})
    tokens = process()
    results = await asyncio.gather(*(tokens.current() for _ in range(20)), return_exceptions=True)
    assert len(scripted.to(STABLE)) == 1
    for error in results:
        assert isinstance(error, WeChatError)
        assert error.fault is Fault.CONFIGURATION
        assert "203.0.113.9" in error.message


@pytest.mark.parametrize("errcode", [40001, 40013, 40125, 40243, 89503])
async def test_a_refusal_where_tokens_are_issued_is_for_the_operator(
    scripted: Scripted, process: Process, errcode: int
) -> None:
    scripted.answers(STABLE, {"errcode": errcode, "errmsg": "no"})
    with pytest.raises(WeChatError) as raised:
        await process().current()
    assert raised.value.fault is Fault.CONFIGURATION


async def test_while_no_new_token_can_be_had_the_old_one_serves_to_its_end(
    scripted: Scripted, process: Process, clock: Clock
) -> None:
    tokens = process()
    await tokens.current()
    scripted.answers(STABLE, {"errcode": -1, "errmsg": "system error"})
    clock.now += 7000
    assert await tokens.current() == "token-1"
    clock.now += 300
    with pytest.raises(WeChatError) as raised:
        await tokens.current()
    assert raised.value.fault is Fault.RETRY


async def test_one_caller_giving_up_does_not_take_the_token_from_the_others(
    scripted: Scripted, process: Process
) -> None:
    arrived, go = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.StreamResponse:
        arrived.set()
        await go.wait()
        return web.json_response({"access_token": "slow", "expires_in": 7200})

    scripted.answers(STABLE, act=slow)
    tokens = process()
    hasty, patient = asyncio.create_task(tokens.current()), asyncio.create_task(tokens.current())
    await arrived.wait()
    hasty.cancel()
    go.set()
    assert await patient == "slow"
    assert hasty.cancelled()
