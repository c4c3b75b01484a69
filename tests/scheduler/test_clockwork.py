"""Each slot works once, whichever process strikes it; nothing stale is pushed; nothing fails in silence."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler import runs
from scheduler.clockwork import Clockwork
from scheduler.pushes import SHANGHAI, Push, Strike
from scheduler.runs import Outcome, Run
from storage.database import Database
from tests.scheduler.conftest import START, Bell, Hand, Told, bell

Make = Callable[..., Clockwork]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def recorded(database: Database, name: str = "bell") -> list[Run]:
    """Oldest first, without the row of the beginning."""
    async with database.read() as session:
        found = await runs.history(session, name, 10_000)
    return [run for run in reversed(found) if run.outcome is not Outcome.PLANNED]


async def test_a_slot_works_once_in_three_processes(ready: Database, clockwork: Make, hand: Hand) -> None:
    nine = bell("bell", "0 9 * * *")
    processes = [clockwork(nine) for _ in range(3)]
    await asyncio.gather(*(one.catch_up() for one in processes))
    for _ in range(5):
        slot = nine.push.next_slot(hand.at)
        assert slot is not None
        hand.at = slot + timedelta(seconds=1)
        won = await asyncio.gather(*(one.strike(nine.push, slot) for one in processes))
        assert sum(run is not None for run in won) == 1
    assert nine.dues == [START + HOUR + DAY * day for day in range(5)]
    assert [run.outcome for run in await recorded(ready)] == [Outcome.DONE] * 5


async def test_nothing_new_is_empty(ready: Database, clockwork: Make, hand: Hand) -> None:
    nine = bell("bell", "0 9 * * *")
    nine.there = 0
    hand.at = START + HOUR
    await clockwork(nine).strike(nine.push, hand.at)
    assert [run.outcome for run in await recorded(ready)] == [Outcome.EMPTY]


async def test_too_late_is_missed_and_seen(ready: Database, clockwork: Make, hand: Hand) -> None:
    nine = bell("bell", "0 9 * * *", late=HOUR)
    process = clockwork(nine)
    await process.catch_up()
    hand.at = START + 3 * HOUR
    (run,) = await process.catch_up()
    assert (run.outcome, run.reason, nine.dues) == (Outcome.MISSED, "late by 2:00:00", [])
    assert await recorded(ready) == [run]
    assert await process.catch_up() == []


async def test_what_passed_in_a_standstill_is_struck_once_where_it_is_still_good(
    ready: Database, clockwork: Make, hand: Hand
) -> None:
    often, daily = bell("often", "*/10 * * * *", late=HOUR), bell("daily", "0 9 * * *", late=HOUR)
    await clockwork(often, daily).catch_up()
    hand.at = START + 3 * DAY + timedelta(minutes=5)
    await clockwork(often, daily).catch_up()
    assert often.dues == [START + 3 * DAY]
    assert daily.dues == []
    assert await missed(ready, "daily") == [START + HOUR, START + DAY + HOUR, START + 2 * DAY + HOUR]
    # What is not too late is not missed either: the latest slot stands for it. The newest of very many are enough.
    assert len(await missed(ready, "often")) == 50 - 6
    assert (await missed(ready, "often"))[-1] == START + 3 * DAY - timedelta(minutes=60)
    assert await clockwork(often, daily).catch_up() == []


async def missed(database: Database, name: str) -> list[datetime]:
    return [run.due for run in await recorded(database, name) if run.outcome is Outcome.MISSED]


async def test_every_night_of_a_standstill_is_seen_by_whichever_process_is_first(
    ready: Database, clockwork: Make, hand: Hand
) -> None:
    nightly, paused = bell("nightly", "20 3 * * *", late=20 * HOUR), bell("paused", "20 3 * * *", late=HOUR)
    await clockwork(nightly, paused).catch_up()
    await staff(ready, lambda session: runs.pause(session, "paused", "desk", hand.at))
    hand.at = START + 4 * DAY
    processes = [clockwork(nightly, paused) for _ in range(3)]
    await asyncio.gather(*(one.catch_up() for one in processes))
    first = START + timedelta(hours=19, minutes=20)
    found = [(run.due, run.outcome, run.reason) for run in await recorded(ready, "nightly")]
    assert found == [
        (first, Outcome.MISSED, "late by 3 days, 4:40:00"),
        (first + DAY, Outcome.MISSED, "late by 2 days, 4:40:00"),
        (first + 2 * DAY, Outcome.MISSED, "late by 1 day, 4:40:00"),
        (first + 3 * DAY, Outcome.DONE, ""),
    ]
    assert nightly.dues == [first + 3 * DAY]
    assert [run.outcome for run in await recorded(ready, "paused")] == [Outcome.PAUSED] * 4
    assert paused.dues == []


async def test_a_standstill_of_a_season_is_seen_for_a_month(
    ready: Database, clockwork: Make, hand: Hand
) -> None:
    nightly = bell("nightly", "20 3 * * *", late=20 * HOUR)
    await clockwork(nightly).catch_up()
    hand.at = START + 100 * DAY
    await clockwork(nightly).catch_up()
    assert len(await missed(ready, "nightly")) == 30
    assert len(nightly.dues) == 1


async def test_a_push_that_is_new_begins_now(clockwork: Make, hand: Hand) -> None:
    nine = bell("bell", "0 9 * * *", late=DAY)
    hand.at = START + 2 * HOUR
    assert await clockwork(nine).catch_up() == []
    hand.at = START + DAY + 2 * HOUR
    assert len(await clockwork(nine).catch_up()) == 1


async def test_a_slot_whose_process_dies_is_struck_by_another(
    ready: Database, clockwork: Make, hand: Hand
) -> None:
    deaths = iter([True, False])
    told: list[datetime] = []
    push = Push("bell", cron="0 9 * * *", late=HOUR)

    @push.strikes
    async def _strike(strike: Strike) -> int:
        await runs.pause(strike.session, "effect", "x", strike.now)
        if next(deaths):
            raise asyncio.CancelledError
        told.append(strike.due)
        return 1

    await runs_of_the_second_try(ready, clockwork, hand, push)
    assert told == [START + HOUR]
    async with ready.read() as session:
        assert (await session.scalar(sa.text("SELECT count(*) FROM pauses"))) == 1


async def runs_of_the_second_try(database: Database, clockwork: Make, hand: Hand, push: Push) -> None:
    process = clockwork(Bell(push))
    await process.catch_up()
    hand.at = START + HOUR
    with pytest.raises(asyncio.CancelledError):
        await process.strike(push, hand.at)
    assert await recorded(database) == []
    await clockwork(Bell(push)).catch_up()


async def test_a_bug_is_recorded_undone_and_harms_no_other_push(
    ready: Database, clockwork: Make, hand: Hand
) -> None:
    push, nine = Push("bell", cron="0 9 * * *", late=HOUR), bell("other", "0 9 * * *")

    @push.strikes
    async def _strike(strike: Strike) -> int:
        await runs.pause(strike.session, "effect", "x", strike.now)
        raise LookupError("a bug")

    process = clockwork(Bell(push), nine)
    await process.catch_up()
    hand.at = START + HOUR
    await process.catch_up()
    assert [(run.outcome, run.reason) for run in await recorded(ready)] == [(Outcome.FAILED, "LookupError")]
    assert nine.dues == [hand.at]
    async with ready.read() as session:
        assert "effect" not in await runs.paused(session)


async def test_a_paused_push_is_silent_and_does_not_make_up_for_it(
    ready: Database, clockwork: Make, hand: Hand
) -> None:
    nine = bell("bell", "0 9 * * *", late=DAY)
    process = clockwork(nine)
    await process.catch_up()
    await staff(ready, lambda session: runs.pause(session, "bell", "desk", hand.at))
    hand.at = START + HOUR
    await process.catch_up()
    assert [run.outcome for run in await recorded(ready)] == [Outcome.PAUSED]
    assert await staff(ready, lambda session: runs.resume(session, "bell"))
    assert not await staff(ready, lambda session: runs.resume(session, "bell"))
    assert await process.catch_up() == []
    hand.at += DAY
    await process.catch_up()
    assert nine.dues == [START + HOUR + DAY]


async def staff(database: Database, work: Callable[[AsyncSession], object]) -> object:
    async with database.write() as session:
        return await work(session)  # type: ignore[misc]  # each of them is a coroutine


async def test_by_hand_a_push_strikes_whatever_its_plan(clockwork: Make, hand: Hand, ready: Database) -> None:
    nine = bell("bell", "0 9 * * *")
    process = clockwork(nine)
    await staff(ready, lambda session: runs.pause(session, "bell", "desk", hand.at))
    run = await process.strike_now("bell")
    assert run is not None
    assert (run.outcome, run.due) == (Outcome.DONE, START)


async def test_old_runs_are_forgotten(ready: Database, clockwork: Make, hand: Hand) -> None:
    often, once = bell("bell", "0 * * * *"), bell("once", "0 9 * * *")
    often.there = once.there = 0
    process = clockwork(often, once)
    await process.strike(once.push, hand.at)
    for _ in range(72):
        hand.at += HOUR
        await process.strike(often.push, hand.at)
    await staff(ready, runs.forget)
    assert len(await recorded(ready, "once")) == 1  # its next slot is counted from there
    kept = await recorded(ready)
    assert kept[-1].due - kept[0].due == timedelta(days=2)


async def test_a_year_with_standstills_pushes_nothing_twice_and_nothing_stale(
    ready: Database, clockwork: Make, hand: Hand
) -> None:
    """Three processes, each of which is down now and then; the triggers' own times are walked for a year."""
    draw = random.Random(20261128)
    bells = [
        bell("mornings", "0 9 * * *", late=2 * HOUR),
        bell("workdays", "30 8 * * mon-fri", late=timedelta(minutes=10)),
        bell("months", "0 10 1 * *", late=3 * DAY),
    ]
    processes = [clockwork(*bells) for _ in range(3)]
    await processes[0].catch_up()
    end = START + timedelta(days=365)
    while hand.at < end:
        slots = {one.push: one.push.next_slot(hand.at) for one in bells}
        soonest = min(slot for slot in slots.values() if slot)
        if draw.random() < 0.1:  # all are down, and one is started again later
            hand.at = soonest + timedelta(minutes=draw.randrange(1, 60 * 72))
            await draw.choice(processes).catch_up()
            continue
        hand.at = soonest
        up = draw.sample(processes, draw.randrange(1, 4))
        struck = [one.strike(push, slot) for push, slot in slots.items() if slot == soonest for one in up]
        await asyncio.gather(*struck)
    for one in bells:
        assert len(set(one.dues)) == len(one.dues)
        assert all(strike.now - strike.due <= one.push.late for strike in one.strikes)
    assert 250 < len(bells[0].dues) <= 365
    assert 10 <= len(bells[2].dues) <= 12


async def test_the_clocks_of_three_processes_tick_as_one(ready: Database) -> None:
    """By APScheduler's own timer, each second."""
    tick = bell("bell", "* * * * *")
    tick.push.trigger = CronTrigger(second="*", timezone=SHANGHAI)
    pushes = [tick.push]
    processes = [Clockwork(ready, pushes, Told(), lambda: datetime.now(SHANGHAI)) for _ in range(3)]
    tasks = [asyncio.create_task(one.run()) for one in processes]
    async with asyncio.timeout(60):
        while len(tick.dues) < 3:
            await asyncio.sleep(0.1)
    for one in processes:
        await one.stop()
    await asyncio.gather(*tasks)
    assert [due.microsecond for due in tick.dues] == [0] * len(tick.dues)
    assert len(set(tick.dues)) == len(tick.dues) == len(await recorded(ready))
