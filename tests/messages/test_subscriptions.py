"""Wishes are on once, end when the worker says so, and are told by parts that two processes share."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

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
LATE = NOW + 9 * HOUR


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


async def test_wishes_of_a_topic_come_together(ready: Database) -> None:
    first, other = await on(ready, "one"), await on(ready, "one", Topic.TRAINING)
    async with ready.write() as session:
        await subscriptions.switch_on(session, "one", (Topic.JOBS, "w", Frequency.AT_ONCE), "v1", NOW + HOUR)
        on_now = {one.id: one.frequency for one in await subscriptions.of(session, "one")}
        assert (on_now[first], on_now[other]) == (Frequency.AT_ONCE, Frequency.DAILY)
        assert await subscriptions.switch_over(session, "one", [first], Frequency.WEEKLY) == 2
        await subscriptions.switch_over(session, "one", [first], Frequency.DAILY)
        due = await digests.due(session, Topic.JOBS, Frequency.DAILY, NOW + HOUR, NOW + HOUR, 9)
    assert [one.wish for one in due] == ["", "w"]


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
        assert set(await session.scalars(waits)) == {"training"}
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
            told = [Told(one.id, one.told_until) for one in due]
            await digests.settle(session, told, [], later)

    await asyncio.gather(process(), process())
    await process()
    assert sorted(taken) == [f"o{number}" for number in range(6)]


def digest(*listed: int, topic: str = "jobs") -> Notice:
    return Notice("one", f"{topic} {listed}", LATE, lane=Lane.BULK, topic=topic, listed=listed)


async def queue(session: AsyncSession, *notices: Notice) -> None:
    await outbox.queue(session, notices, NOW)


async def left(session: AsyncSession, at: datetime, status: Status = Status.SENT) -> None:
    """What was queued has been sent, or is being sent under a lease until then."""
    its = sa.update(messages).where(messages.c.status == Status.QUEUED)
    is_sending = status is Status.SENDING
    times = {"settled_at": None if is_sending else at, "due_at": at if is_sending else None}
    await session.execute(its.values(status=status, **times))


async def test_the_last_list_is_that_of_the_digest_that_left_last(ready: Database) -> None:
    async with ready.write() as session:
        await queue(session, digest(7, 5))
        assert await subscriptions.last_shown(session, "one", NOW) is None
        await left(session, NOW + HOUR)
        await queue(session, digest(9))
        shown = await subscriptions.last_shown(session, "one", NOW)
        assert await subscriptions.last_shown(session, "one", NOW + 2 * HOUR) is None
        await left(session, NOW + 2 * HOUR, Status.SENDING)
        on_its_way = await subscriptions.last_shown(session, "one", NOW)
    assert on_its_way is not None
    assert on_its_way.numbers == (9,)
    assert shown is not None
    assert (shown.topic, shown.numbers, shown.at) == (Topic.JOBS, (7, 5), NOW + HOUR)


async def test_on_an_answer_rides_one_list_and_none_where_the_answer_has_its_own(ready: Database) -> None:
    async with ready.write() as session:
        lists = digest(7), digest(8, topic="training")
        await queue(session, *lists, Notice("one", "另一条", LATE))
        its = sa.update(messages).where(messages.c.status == Status.QUEUED)
        await session.execute(its.values(status=Status.HELD, due_at=LATE))
        connection = await session.connection()
        assert await outbox.ride(connection, "one", 2000, NOW, lists=False) == ["另一条"]
        follows = sa.select(messages.c.topic, messages.c.due_at).where(messages.c.status == Status.QUEUED)
        half_past = NOW + HOUR / 2
        assert {tuple(row) for row in await session.execute(follows)} == {
            ("jobs", half_past), ("training", half_past),
        }  # fmt: skip
        await session.execute(its.values(status=Status.HELD, due_at=LATE))
        assert await outbox.ride(connection, "one", 2000, NOW) == ["jobs (7,)"]
        assert [row.topic for row in await session.execute(follows)] == ["training"]


async def test_a_digest_of_two_wishes_is_given_up_with_one_and_told_anew_of_the_other(
    ready: Database,
) -> None:
    first, second = await on(ready, "one", wish="a"), await on(ready, "one", wish="b")
    async with ready.write() as session:
        await queue(session, digest(7), digest(8, topic="training"))
        await digests.settle(session, [Told(first, NOW), Told(second, NOW)], [], NOW + HOUR)
        await subscriptions.switch_off(session, "one", [first], NOW + HOUR)
        waits = sa.select(messages.c.topic).where(messages.c.status == Status.QUEUED)
        assert list(await session.scalars(waits)) == ["training"]
        row = await session.get_one(SubscriptionRow, second)
        assert row.told_until == NOW
        await digests.settle(session, [Told(second, NOW)], [], NOW + HOUR)
        third = (
            await subscriptions.switch_on(session, "one", (Topic.JOBS, "c", Frequency.DAILY), "v1", NOW)
        ).id
        await subscriptions.switch_off(session, "one", [third], NOW + HOUR)
        await session.refresh(row)
        assert row.told_until == NOW + HOUR  # what was told has left


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
