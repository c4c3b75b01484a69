"""Bells are heard after the commit; PostgreSQL's by other processes, and again after the database was away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.bells import Bell, ring
from storage.database import Database
from tests.postgres import Server


@pytest.fixture
def server() -> Iterator[Server]:
    own = Server()
    own.start()
    yield own
    own.remove()


@pytest.fixture
async def database(server: Server) -> AsyncIterator[Database]:
    opened = Database(await server.new_database())
    yield opened
    await opened.close()


async def heard(rung: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(60):
            await rung.wait()
    except TimeoutError:
        return False
    rung.clear()
    return True


async def test_a_bell_is_heard_by_others_and_after_a_restart(server: Server, database: Database) -> None:
    rung = asyncio.Event()
    bell = Bell(database, "tests_bell", rung.set)
    task = asyncio.create_task(bell.run())
    assert await heard(rung)  # it listens now, and looks at what was there before
    async with database.connect() as connection:
        await ring(connection, "tests_bell")
        assert not rung.is_set()
    assert await heard(rung)
    await asyncio.to_thread(server.stop, "immediate")
    await asyncio.to_thread(server.start)
    assert await heard(rung)
    await bell.stop()
    async with asyncio.timeout(60):
        await task


async def test_on_sqlite_it_is_heard_in_the_same_process(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/bell.sqlite3")
    rung = asyncio.Event()
    bell = Bell(database, "tests_bell", rung.set)
    task = asyncio.create_task(bell.run())
    await asyncio.sleep(0)
    async with database.connect() as connection:
        await ring(connection, "tests_bell")
        assert not rung.is_set()
    assert rung.is_set()
    rung.clear()
    async with database.write() as session:
        await ring(await session.connection(), "others_bell")
    assert not rung.is_set()
    async with database.write() as session:
        await ring(await session.connection(), "tests_bell")
    assert rung.is_set()
    await bell.stop()
    await task
    await database.close()
