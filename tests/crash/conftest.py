"""Bots in processes of their own and the database that they share, gone after the test however it ended."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.tables import METADATA
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from storage.migrations import migrate
from tests.conftest import KEYS
from tests.crash.servers import ACCOUNT, Bots
from wechat.simulator import Account, Platform


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Whatever is registered here is dead after the test."""
    with ExitStack() as registered:
        yield registered


@pytest.fixture
def account() -> Account:
    return ACCOUNT


@pytest.fixture
def bots(stack: ExitStack, platform: Platform, tmp_path: Path) -> Bots:
    return Bots(stack, platform, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
async def shared(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Shared with the processes of the test."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/bot.sqlite3"
    else:
        url = await request.getfixturevalue("postgres").new_database()
    opened = Database(url, Keyring(parse_keys(KEYS)))
    await migrate(opened, METADATA)
    yield opened
    await opened.close()
