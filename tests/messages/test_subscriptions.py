"""Wishes are on once, end when the worker says so, and are told by parts that two processes share."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from messages import digests, outbox, subscriptions, tallies
from messages.digests import Told
from messages.handovers import handovers
from messages.journal import Status, messages
from messages.outbox import Lane, Notice
from messages.subscriptions import MOST, Frequency, SubscriptionRow, TooMany, Topic
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
async def ready(database: Database) -> Database:
    await migrate(database, Base.metadata)
    return database


async def on(database: Database, openid: str, topic: Topic = Topic.JOBS, wish: str = "") -> int:
    async with database.write() as session:
        made = await subscriptions.switch_on(session, openid, (topic, wish, Frequency.DAILY), "v1", NOW)
    return made.id


async def test_the_same_wish_is_on_once_and_its_consent_renewed(ready: Database) -> None:
    first = await on(ready, "one")
    async with ready.write() as session:
        wanted = (Topic.JOBS, "", Frequency.WEEKLY)
        again = await subscriptions.switch_on(session, "one", wanted, "v2", NOW + HOUR)
        row = await session.get_one(SubscriptionRow, first)
    assert (again.id, again.frequency) == (first, Frequency.WEEKLY)
    assert (row.wording, row.consented_at, row.told_until) == ("v2", NOW + HOUR, NOW)


async def test_two_processes_switch_on_one(ready: Database) -> None:
    assert len(set(await asyncio.gather(*(on(ready, "one") for _ in range(4))))) == 1


async def test_nobody_switches_on_too_many(ready: Database) -> None:
    for number in range(MOST):
        await on(ready, "one", wish=f"w{number}")
    await on(ready, "one", Topic.TRAINING)
    with pytest.raises(TooMany):
        await on(ready, "one", wish="another")


async def test_nothing_is_on_without_consent(ready: Database) -> None:
    with pytest.raises(IntegrityError):
        async with ready.write() as session:
            values = {"openid": "one", "topic": "jobs", "wish": "", "frequency": "daily", "wording": "v1"}
            await session.execute(
                sa.insert(subscriptions.subscriptions).values(
                    values | {"told_until": NOW, "heard_until": NOW}
                )
            )


async def test_an_end_gives_up_what_waits_of_that_topic_alone(ready: Database) -> None:
    first, second = await on(ready, "one"), await on(ready, "one", wish="w")
    async with ready.write() as session:
        for topic in ("jobs", "training"):
            await outbox.queue(session, [Notice("one", topic, NOW + HOUR, lane=Lane.BULK, topic=topic)], NOW)
        assert len(await subscriptions.switch_off(session, "one", [first, 999], NOW)) == 1
        waits = sa.select(messages.c.body).where(messages.c.status == Status.QUEUED)
        assert set(await session.scalars(waits)) == {"jobs", "training"}
        await subscriptions.switch_off(session, "one", [second], NOW)
        assert set(await session.scalars(waits)) == {"training"}
        assert await subscriptions.switch_off(session, "one", [first, second], NOW) == []
        assert await subscriptions.of(session, "one") == []
        assert await subscriptions.age(session, NOW) == 0
        assert await subscriptions.age(session, NOW + HOUR) == 2


async def test_an_ended_wish_can_be_switched_on_again(ready: Database) -> None:
    first = await on(ready, "one")
    async with ready.write() as session:
        await subscriptions.switch_off(session, "one", [first], NOW)
    assert await on(ready, "one") != first


async def test_two_processes_are_given_different_wishes(ready: Database) -> None:
    """On PostgreSQL the second one passes over what the first is at work on; on SQLite it waits, and finds it done."""
    for number in range(6):
        await on(ready, f"o{number}")
    taken: list[str] = []
    before, later = NOW + HOUR, NOW + 2 * HOUR

    async def process() -> None:
        async with ready.write() as session:
            due = await digests.due(session, Topic.JOBS, Frequency.DAILY, before, later, 4)
            await asyncio.sleep(0.2)
            taken.extend(one.openid for one in due)
            told = [Told(one.id, one.told_until, (1,)) for one in due]
            await digests.settle(session, told, [], later, later)

    await asyncio.gather(process(), process())
    await process()
    assert sorted(taken) == [f"o{number}" for number in range(6)]


async def test_the_last_list_is_found(ready: Database) -> None:
    id = await on(ready, "one")
    async with ready.write() as session:
        assert await subscriptions.last_shown(session, "one", NOW) is None
        await digests.settle(session, [Told(id, NOW, (7, 5))], [], NOW, NOW + HOUR)
        shown = await subscriptions.last_shown(session, "one", NOW)
        assert await subscriptions.last_shown(session, "one", NOW + 2 * HOUR) is None
    assert shown is not None
    assert (shown.topic, shown.numbers, shown.at) == (Topic.JOBS, (7, 5), NOW + HOUR)


async def test_a_day_is_counted(ready: Database) -> None:
    async with ready.write() as session:
        for at, openid, kind in (
            (NOW - HOUR, "early", "text"), (NOW, "one", "text"), (NOW, "one", "menu"), (NOW, "two", "text"),
            (NOW, "two", "event.click"), (NOW + 2 * HOUR, "late", "text"),
        ):  # fmt: skip
            row = {
                "openid": openid,
                "direction": "in",
                "kind": kind,
                "body": "",
                "created_at": at,
                "status": "done",
            }
            await session.execute(sa.insert(messages).values(row))
        for status in ("sent", "sent", "held", "refused", "expired", "unknown"):
            row = {
                "openid": "one",
                "direction": "out",
                "kind": "text",
                "body": "",
                "created_at": NOW,
                "status": status,
            }
            await session.execute(sa.insert(messages).values(row))
        tally = await tallies.count(session, NOW, NOW + HOUR)
        assert await tallies.open_tickets(session) == 0
        await session.execute(sa.insert(handovers).values(openid="one", asked_at=NOW))
        assert await tallies.open_tickets(session) == 1
    assert (tally.asked, tally.people) == (3, 2)
    assert (tally.sent, tally.waiting, tally.refused, tally.unknown, tally.expired) == (2, 1, 1, 1, 1)
