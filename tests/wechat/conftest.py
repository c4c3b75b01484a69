from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from tests.wechat.scripted import Scripted
from wechat.client import Client
from wechat.tokens import MemoryTokenStore


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
async def base(scripted: Scripted) -> AsyncIterator[str]:
    async with TestServer(scripted.app()) as server:
        yield str(server.make_url(""))


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(http: aiohttp.ClientSession, base: str) -> Client:
    return Client(http, "wx0123456789abcdef", "secret", MemoryTokenStore(), base, timeout=5)
