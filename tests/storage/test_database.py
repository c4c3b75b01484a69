"""Transactions on both engines, and what counts as a database that is away."""

import asyncio
import gc
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import UTCDateTime
from storage.database import Database, _open, is_away, parse_url
from tests.postgres import Server
from tests.storage.tables import Scratch


class Tally(Scratch):
    __tablename__ = "tallies"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    facts: Mapped[dict[str, str] | None] = mapped_column(sa.JSON)


@pytest.fixture
async def tallied(database: Database) -> Database:
    """With one row at zero."""
    async with database.connect() as connection:
        await connection.run_sync(Scratch.metadata.create_all)
        await connection.execute(sa.insert(Tally).values(name="one", number=0))
    return database


async def number(database: Database) -> int | None:
    async with database.read() as session:
        return await session.scalar(sa.select(Tally.number))


async def test_two_hundred_at_once_lose_nothing(tallied: Database) -> None:
    async def count() -> None:
        async with tallied.write() as session:
            row = await session.get(Tally, "one", with_for_update=True)
            assert row is not None
            row.number += 1

    await asyncio.gather(*(count() for _ in range(200)))
    assert await number(tallied) == 200


async def test_two_processes_lose_nothing_either(tallied: Database) -> None:
    others = [Database(tallied.url.render_as_string(hide_password=False)) for _ in range(2)]

    async def count(database: Database) -> None:
        async with database.write() as session:
            row = await session.get(Tally, "one", with_for_update=True)
            assert row is not None
            row.number += 1

    await asyncio.gather(*(count(others[turn % 2]) for turn in range(60)))
    for other in others:
        await other.close()
    assert await number(tallied) == 60


async def test_what_raises_leaves_nothing_behind(tallied: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with tallied.write() as session:
            await session.execute(sa.update(Tally).values(number=7))
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        async with tallied.connect() as connection:
            await connection.execute(sa.update(Tally).values(number=7))
            raise ZeroDivisionError
    assert await number(tallied) == 0


async def test_a_cancelled_transaction_leaves_nothing_behind(tallied: Database) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        async with tallied.write() as session:
            await session.execute(sa.update(Tally).values(number=7))
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await number(tallied) == 0
    async with tallied.write() as session:
        await session.execute(sa.update(Tally).values(number=1))
    assert await number(tallied) == 1


_SLOW = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"
)


async def test_a_statement_that_is_cancelled_under_way_harms_none_after_it(tallied: Database) -> None:
    """Its thread is still at work when the cursor is to be closed and the transaction rolled back."""

    async def count(opened: AbstractAsyncContextManager[AsyncSession]) -> None:
        async with opened as session:
            await session.execute(_SLOW)

    for _ in range(2):
        tasks = [asyncio.create_task(count(opened)) for opened in (tallied.read(), tallied.write())]
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended)
        async with tallied.write() as session:
            await session.execute(sa.update(Tally).values(number=Tally.number + 1))
    assert await number(tallied) == 2


async def test_readers_do_not_wait_for_a_writer(tallied: Database) -> None:
    async with tallied.write() as session:
        await session.execute(sa.update(Tally).values(number=7))
        async with asyncio.timeout(60):
            assert await number(tallied) == 0


async def test_only_one_at_a_time_gets_past_the_same_purpose(tallied: Database) -> None:
    inside, most = 0, 0

    async def enter() -> None:
        nonlocal inside, most
        async with tallied.write() as session:
            await tallied.exclusive(session, "knowledge")
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(enter() for _ in range(6)))
    assert most == 1


async def test_instants_come_back_aware_and_in_utc(tallied: Database) -> None:
    beijing = datetime(2026, 11, 20, 8, 30, 0, 123456, timezone(timedelta(hours=8)))
    async with tallied.write() as session:
        await session.execute(sa.update(Tally).values(at=beijing))
    async with tallied.read() as session:
        found = await session.scalar(sa.select(Tally.at))
        assert found == beijing
        assert found.tzinfo is UTC
        assert await session.scalar(sa.select(Tally.name).where(Tally.at <= beijing)) == "one"
        assert await session.scalar(sa.select(Tally.name).where(Tally.at < beijing)) is None
    with pytest.raises(StatementError, match="naive"):
        async with tallied.write() as session:
            await session.execute(sa.update(Tally).values(at=datetime(2026, 11, 20)))  # noqa: DTZ001 - naive on purpose


async def test_chinese_in_json_can_be_searched_for(tallied: Database) -> None:
    async with tallied.write() as session:
        await session.execute(sa.update(Tally).values(facts={"课程": "电工"}))
    async with tallied.read() as session:
        query = sa.select(Tally.name).where(sa.cast(Tally.facts, sa.Text).like("%电工%"))
        assert await session.scalar(query) == "one"


async def test_a_refused_statement_is_not_an_absence(tallied: Database) -> None:
    for statement in (
        "SELECT nonsense FROM tallies",
        "SELECT * FROM nowhere",
        "INSERT INTO tallies (name) VALUES ('one')",
    ):
        with pytest.raises((OperationalError, ProgrammingError, IntegrityError)) as refused:
            async with tallied.write() as session:
                await session.execute(sa.text(statement))
        assert not is_away(refused.value), statement
    assert not is_away(ZeroDivisionError())
    assert is_away(ConnectionRefusedError())
    assert is_away(TimeoutError())


async def test_parameters_stay_out_of_error_texts(tallied: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        async with tallied.write() as session:
            await session.execute(sa.insert(Tally).values(name="one", facts={"said": "13800138000"}))
    assert "13800138000" not in str(refused.value)


async def test_a_locked_file_is_an_absence(tmp_path: Path) -> None:
    database, other = (Database(f"sqlite:///{tmp_path}/x.sqlite3") for _ in range(2))
    async with database.connect():
        with pytest.raises(OperationalError) as locked:
            async with other.connect() as connection:
                await connection.execute(sa.text("SELECT 1"))
    assert is_away(locked.value)
    await database.close()
    await other.close()


async def test_the_log_is_written_back_beside_the_turns(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    database = Database(f"sqlite:///{path}")
    async with database.connect() as connection:
        await connection.run_sync(Scratch.metadata.create_all)
        await connection.execute(sa.insert(Tally).values(name="found in the file", number=0))
    assert b"found in the file" not in path.read_bytes()
    async with database.write() as session:  # which it does not wait for
        await session.execute(sa.update(Tally).values(number=1))
        await database.checkpoint()
    assert b"found in the file" in path.read_bytes()
    assert await number(database) == 1
    await database.close()


async def test_a_server_that_stops_is_an_absence_and_its_return_is_noticed() -> None:
    server = Server()
    server.start()
    database = Database(await server.new_database())
    try:
        await database.ping()
        server.stop("immediate")
        for _ in range(2):
            with pytest.raises(Exception) as lost:
                await database.ping()
            assert is_away(lost.value), repr(lost.value)
        server.start()
        await database.ping()
    finally:
        await database.close()
        server.remove()


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///a/b.sqlite3", "sqlite+aiosqlite"),
        ("sqlite+pysqlite:///b", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/n", "postgresql+asyncpg"),
        ("postgresql+psycopg://u:p@h:5432/n", "postgresql+asyncpg"),
    ],
)
def test_a_url_gets_our_driver(url: str, driver: str) -> None:
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://secret@h/n",
        "postgresql://u:p@h:secret/n",
        "://",
    ],
)
def test_a_url_that_will_not_do_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite needs a file|is not supported|cannot be read") as refused:
        parse_url(url)
    assert "secret" not in str(refused.value)


async def test_a_connection_that_nobody_owns_ends_without_a_word(tmp_path: Path) -> None:
    left = _open(str(tmp_path / "left.sqlite3"))
    await left
    thread = left._thread
    del left
    gc.collect()
    await asyncio.to_thread(thread.join, 10)
    assert not thread.is_alive()
