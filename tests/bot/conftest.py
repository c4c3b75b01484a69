"""The bot's own address, and a client that is nobody's telephone."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.app import Bot
from wechat.simulator import Platform


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def address(bot: Bot, platform: Platform) -> str:
    return platform.callback.removesuffix("/wechat")
