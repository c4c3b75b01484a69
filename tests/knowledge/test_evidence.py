"""What workers show us is kept as it was shown, and a pick stands with the offer that it answers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from knowledge import evidence
from knowledge.evidence import Evidence, EvidenceRow, Kind, Shown
from storage.base import Base
from storage.database import Database

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def notebook(database: Database) -> AsyncIterator[Database]:
    async with database.connect() as connection:
        tables = [Base.metadata.tables["evidence"]]
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, tables))
    yield database


def offered(openid: str, question: str) -> Evidence:
    return Evidence(openid, Kind.OFFERED, question, "join-how", 0.4)


def picked(openid: str, entry: str) -> Evidence:
    return Evidence(openid, Kind.PICKED, entry=entry, certainty=1.0)


async def enter(notebook: Database, *shown: Evidence, at: datetime = NOON) -> None:
    async with notebook.connect() as connection:
        await evidence.enter(connection, shown, at)


async def unsettled(notebook: Database, since: datetime = evidence.EVER) -> list[Shown]:
    async with notebook.read() as session:
        return await evidence.unsettled(session, since)


async def settle(notebook: Database, rows: tuple[int, ...], now: datetime) -> None:
    async with notebook.write() as session:
        await evidence.settle(session, rows, now)


async def picks(notebook: Database) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.question, one.picked) for one in await unsettled(notebook)]


async def test_what_the_turns_of_a_group_have_shown_is_kept_as_it_was(notebook: Database) -> None:
    missed = Evidence("o1", Kind.MISSED, "“半夜”\n'钓鱼' 😀 :rows", "", 0.03125)
    await enter(notebook, missed, Evidence("o2", Kind.UNHELPFUL, entry="join-cost/2"))
    async with notebook.read() as session:
        rows = (await session.scalars(sa.select(EvidenceRow).order_by(EvidenceRow.id))).all()
    assert [(one.at, one.openid, one.kind, one.question, one.entry, one.certainty) for one in rows] == [
        (NOON, "o1", "missed", "“半夜”\n'钓鱼' 😀 :rows", "", 0.03125),
        (NOON, "o2", "unhelpful", "", "join-cost/2", 0.0),
    ]
    assert [one.settled_at for one in rows] == [None, None]


async def test_turns_that_showed_nothing_write_nothing(notebook: Database) -> None:
    await enter(notebook)
    assert await unsettled(notebook) == []


async def test_a_pick_stands_with_the_last_offer_to_the_same_worker(notebook: Database) -> None:
    await enter(notebook, offered("o1", "一"), offered("o2", "二"))
    await enter(notebook, offered("o1", "三"), at=NOON + MINUTE)
    await enter(notebook, picked("o1", "join-cost"), picked("o2", "join-how"), at=NOON + 2 * MINUTE)
    await enter(notebook, picked("o1", "join-gig"), at=NOON + 3 * MINUTE)
    assert await picks(notebook) == [("一", ()), ("二", ("join-how",)), ("三", ("join-cost", "join-gig"))]


async def test_a_pick_without_an_offer_or_long_after_it_is_nobodys(notebook: Database) -> None:
    await enter(notebook, picked("o1", "join-cost"))
    await enter(notebook, offered("o1", "一"), offered("o2", "二"), at=NOON + MINUTE)
    await enter(notebook, picked("o1", "join-cost"), at=NOON + 31 * MINUTE)
    await enter(notebook, picked("o2", "join-cost"), at=NOON + 32 * MINUTE)
    assert await picks(notebook) == [("一", ("join-cost",)), ("二", ())]


async def test_what_staff_have_dealt_with_comes_no_more_and_keeps_its_date(notebook: Database) -> None:
    await enter(notebook, offered("o1", "一"), Evidence("o2", Kind.MISSED, "二"))
    await enter(notebook, picked("o1", "join-cost"), at=NOON + MINUTE)
    first, second = await unsettled(notebook)
    await settle(notebook, first.rows, NOON + 2 * MINUTE)
    assert await unsettled(notebook) == [second]
    await settle(notebook, (*first.rows, *second.rows), NOON + 3 * MINUTE)
    async with notebook.read() as session:
        dates = (await session.scalars(sa.select(EvidenceRow.settled_at).order_by(EvidenceRow.id))).all()
    assert dates == [NOON + 2 * MINUTE, NOON + 3 * MINUTE, NOON + 2 * MINUTE]


async def test_any_number_of_rows_is_settled(notebook: Database) -> None:
    await enter(notebook, *(Evidence("o1", Kind.MISSED, str(number)) for number in range(40_000)))
    await settle(notebook, tuple(row for one in await unsettled(notebook) for row in one.rows), NOON)
    assert await unsettled(notebook) == []


async def test_one_may_look_back_as_far_as_one_likes(notebook: Database) -> None:
    await enter(notebook, Evidence("o1", Kind.MISSED, "昨天"), at=NOON - timedelta(days=1))
    await enter(notebook, Evidence("o1", Kind.MISSED, "今天"))
    assert [one.question for one in await unsettled(notebook)] == ["昨天", "今天"]
    assert [one.question for one in await unsettled(notebook, NOON)] == ["今天"]
