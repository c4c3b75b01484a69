"""A stage for each story: the platform and a bot on one port, and a session for the API."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.wechat.simulator.stages import AES_KEY, Api, Clock, EchoBot, Stage, sign_in
from wechat.simulator import Account, Platform
from wechat.simulator.accounts import Mode

Staging = Callable[..., Awaitable[Stage]]


@pytest.fixture
async def staged() -> AsyncIterator[Staging]:
    """Makes a stage for an account's mode; a story of failures shortens WeChat's patience of five seconds."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(mode: Mode = "safe", limit: float = 5.0) -> Stage:
            account = Account("wx0123456789abcdef", "s3cret", "tok3n", AES_KEY, mode=mode)
            clock = Clock()
            platform = Platform(account, clock=clock, limit=limit, settle=0.01)
            bot = EchoBot(account)
            app = web.Application()
            app.router.add_get("/wechat", bot.verify)
            app.router.add_post("/wechat", bot.receive)
            platform.install(app)
            server = await stack.enter_async_context(TestServer(app))
            platform.callback = str(server.make_url("/wechat"))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            return Stage(platform, bot, await sign_in(Api(str(server.make_url("")), session), account), clock)

        yield make
    await asyncio.sleep(
        0.01
    )  # connections that were taken at the last moment see that the other side has gone


@pytest.fixture
async def stage(staged: Staging) -> Stage:
    return await staged()
