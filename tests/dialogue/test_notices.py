"""What goes to one worker heeds their quiet hours, and what cannot wait does not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialogue import Notice, Teller
from dialogue.conversations import Conversation, save
from messages import claims, outbox
from messages.journal import Entry, Status, enter, messages
from messages.outbox import Lane
from storage.base import CHINA, Base
from storage.database import Database
from storage.migrations import migrate

DAY = datetime(2026, 11, 20, tzinfo=CHINA)
HOUR = timedelta(hours=1)
NOON, EVENING, NIGHT = DAY + 12 * HOUR, DAY + 17.5 * HOUR, DAY + 23 * HOUR
NEXT_MORNING = DAY + 32 * HOUR


@dataclass(frozen=True, slots=True)
class Said:
    openid: str
    notice: Notice


async def work_of(_: AsyncConnection, openids: Collection[str]) -> Mapping[str, str]:
    return {one: "rider" for one in openids if one.startswith("rider")}


TELLER = Teller({Said: lambda fact: fact.notice}, work_of)


@pytest.fixture
async def ready(database: Database) -> Database:
    await migrate(database, Base.metadata)
    return database


async def stands(database: Database) -> list[tuple[str, datetime | None]]:
    query = sa.select(messages.c.status, messages.c.due_at).where(messages.c.direction == "out")
    async with database.read() as session:
        return [(row.status, row.due_at) for row in await session.execute(query.order_by(messages.c.id))]


async def told(
    database: Database, now: datetime, notice: Notice, openid: str = "rider", writing: str = ""
) -> tuple[str, datetime | None]:
    async with database.write() as session:
        assert await TELLER.tell(session, [Said(openid, notice)], now, writing=writing) == 1
    return (await stands(database))[-1]


async def heard(database: Database, openid: str, at: datetime) -> None:
    async with database.connect() as connection:
        await save(connection, [Conversation(openid)], at)
        await enter(connection, [Entry(f"{at}", openid, "text", "问", at, Status.DONE)], at)


async def test_it_waits_for_the_end_of_the_workers_own_quiet_hours(ready: Database) -> None:
    plain = Notice("批下来了")
    assert await told(ready, NOON, plain) == ("held", DAY + 13.5 * HOUR)
    assert await told(ready, EVENING, plain) == ("held", DAY + 20 * HOUR)
    assert await told(ready, NIGHT, plain) == ("held", NEXT_MORNING)
    assert await told(ready, DAY + 10 * HOUR, plain) == ("queued", DAY + 10 * HOUR)
    assert await told(ready, NOON, plain, "cook") == ("queued", NOON)
    assert await told(ready, NIGHT, plain, "cook") == ("held", NEXT_MORNING)


async def test_what_cannot_wait_goes_at_once(ready: Database) -> None:
    for notice in (
        Notice("【工作人员】在", at_once=True),
        Notice("台风", lane=Lane.SAFETY),
        Notice("名额留到一点", until=NOON + HOUR),
        Notice("不开了", until=NOON + 4 * HOUR, before=NOON + 2 * HOUR),
    ):
        assert await told(ready, NOON, notice) == ("queued", NOON), notice.text
    later = Notice("不开了", until=NOON + 48 * HOUR, before=NOON + 46 * HOUR)
    assert (await told(ready, NOON, later))[0] == "held"


async def test_in_the_night_nobody_is_woken_but_for_a_way_not_to_be_made(ready: Database) -> None:
    early = NIGHT + 9 * HOUR
    assert (await told(ready, NIGHT, Notice("名额", until=early)))[0] == "held"
    assert (await told(ready, NIGHT, Notice("不开了", until=early + HOUR, before=early)))[0] == "queued"
    begun = Notice("改了", until=NIGHT + 99 * HOUR, before=NIGHT - HOUR)
    assert (await told(ready, NIGHT, begun))[0] == "held"


async def test_who_is_writing_has_the_phone_in_hand(ready: Database) -> None:
    assert (await told(ready, NIGHT, Notice("好了"), writing="rider"))[0] == "queued"
    await heard(ready, "rider", NIGHT - timedelta(minutes=11))
    assert (await told(ready, NIGHT, Notice("好了")))[0] == "held"
    await heard(ready, "rider2", NIGHT - timedelta(minutes=9))
    assert (await told(ready, NIGHT, Notice("好了"), "rider2"))[0] == "queued"


async def test_what_is_for_now_alone_is_not_told_much_later(ready: Database) -> None:
    await heard(ready, "rider", NOON - HOUR)
    opens = DAY + 13.5 * HOUR
    assert await told(ready, NOON, Notice("还没填完", only_now=True)) == ("held", opens)
    async with ready.read() as session:
        assert await session.scalar(sa.select(messages.c.expires_at)) is None
        last = sa.select(messages.c.expires_at).where(messages.c.direction == "out")
        assert await session.scalar(last) == opens + HOUR


async def test_it_is_let_go_when_they_are_over_unless_it_is_old_news(ready: Database) -> None:
    await told(ready, NOON, Notice("批下来了"))
    await told(ready, NIGHT - 24 * HOUR, Notice("名额", until=DAY + 7.5 * HOUR), "cook")
    async with ready.connect() as connection:
        for at in (NOON, DAY + 13.5 * HOUR):
            await claims.wake(connection, at)
            await claims.expire(connection, at)
    assert await stands(ready) == [("queued", DAY + 13.5 * HOUR), ("expired", None)]


async def test_it_rides_on_what_the_worker_is_answered_meanwhile(ready: Database) -> None:
    await told(ready, NOON, Notice("批下来了"))
    async with ready.connect() as connection:
        assert await outbox.ride(connection, "rider", 2000, NOON + HOUR) == ["批下来了"]
    assert await stands(ready) == [("sent", None)]
