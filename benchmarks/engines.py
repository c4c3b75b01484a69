"""Databases to measure with: SQLite, and PostgreSQL with its own settings, so that what is committed is on the disk."""

import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
import uvloop

from bot.tables import METADATA
from storage.database import Database
from storage.encryption import Keyring
from storage.migrations import migrate
from tests.postgres import Server

_Found = TypeVar("_Found")
_KEYS = [bytes(range(32))]  # those of `servers.bot_settings`


@contextmanager
def engines() -> Iterator[Mapping[str, Callable[[], str]]]:
    """By the name of each engine, what makes a new empty database and returns its URL."""
    server = Server(durable=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            server.start()
            yield {
                "sqlite": lambda: f"sqlite:///{Path(folder)}/{time.monotonic_ns()}.sqlite3",
                "postgresql": lambda: uvloop.run(server.new_database()),
            }
        finally:
            server.remove()


def work(url: str, task: Callable[[Database], Awaitable[_Found]]) -> _Found:
    """Do it on a loop of its own, with every table there."""

    async def within() -> _Found:
        database = opened(url)
        await migrate(database, METADATA)
        try:
            return await task(database)
        finally:
            await database.close()

    return uvloop.run(within())


def opened(url: str) -> Database:
    return Database(url, Keyring(_KEYS))


async def analyze(database: Database) -> None:
    """What PostgreSQL does by itself after a while."""
    if not database.is_sqlite:
        async with database.connect() as connection:
            await connection.execute(sa.text("ANALYZE"))
