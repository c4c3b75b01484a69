"""What has been kept for its time goes by itself, each night; nothing goes before its time."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from scheduler import retention as nightly
from scheduler.clockwork import Clockwork
from scheduler.runs import Outcome
from storage.base import Base
from storage.belongings import belongings
from storage.database import Database
from tests.bot.test_erasing import NOW as THEN
from tests.bot.test_erasing import OPENID, fill
from tests.scheduler.conftest import Hand, Told
from union import retention
from union.applications import ApplicationRow, Status
from union.consents import ConsentRow


async def night(database: Database, hand: Hand, after: timedelta) -> tuple[Outcome, int]:
    """The strike of a night so long after everything was written."""
    hand.at = THEN + after
    run = await Clockwork(database, [nightly.push], Told(), hand).strike_now("retention")
    assert run is not None
    return run.outcome, run.found


async def held(database: Database) -> set[str]:
    async with database.read() as session:
        return {one.table for one in await belongings(session, Base.metadata, OPENID)}


async def column(database: Database, name: str) -> list[Any]:
    table, _, of = name.partition(".")
    async with database.read() as session:
        return list((await session.execute(sa.select(Base.metadata.tables[table].c[of]))).scalars())


async def written(database: Database) -> None:
    async with database.write() as session:
        await fill(session, full=False)
        over = {"status": Status.DECLINED, "closed_at": THEN}
        await session.execute(sa.update(ApplicationRow).values(over))
        await session.execute(sa.update(ConsentRow).values(ended_at=THEN))


async def test_nothing_goes_before_its_time(ready: Database, hand: Hand) -> None:
    await written(ready)
    before = await held(ready)
    assert await night(ready, hand, retention.LINKS - timedelta(days=1)) == (Outcome.EMPTY, 0)
    assert await held(ready) == before


async def test_after_half_a_year_the_words_go_and_the_rows_stay(ready: Database, hand: Hand) -> None:
    await written(ready)
    outcome, found = await night(ready, hand, retention.CHAT + timedelta(days=1))
    assert (outcome, found > 0) == (Outcome.DONE, True)
    assert await column(ready, "messages.body") == [""]
    assert await column(ready, "messages.direction") == ["own"]
    assert {"evidence", "page_links", "conversations", "list_recipients"} & await held(ready) == set()
    assert await column(ready, "applications.name") == ["own"]
    assert await night(ready, hand, retention.CHAT + timedelta(days=1, hours=1)) == (Outcome.EMPTY, 0)


async def test_after_a_year_an_application_that_came_to_nothing_loses_the_person(
    ready: Database, hand: Hand
) -> None:
    await written(ready)
    await night(ready, hand, retention.APPLICATIONS + timedelta(days=1))
    assert await column(ready, "applications.name") == [""]
    assert await column(ready, "applications.openid") == ["gone"]
    assert await column(ready, "members.name") == ["own"]
    assert await column(ready, "enrolments.phone") == [None]


async def test_after_three_years_the_proofs_go_too_and_the_roll_stays(ready: Database, hand: Hand) -> None:
    await written(ready)
    await night(ready, hand, retention.ACCESSES + timedelta(days=1))
    assert {"accesses", "consents"} & await held(ready) == set()
    assert await column(ready, "members.name") == ["own"]
    again, found = await night(ready, hand, retention.ACCESSES + timedelta(days=2))
    assert (again, found) == (Outcome.EMPTY, 0)
