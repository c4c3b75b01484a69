"""A year of the real pushes in two processes: holidays, nights without a machine, restarts, a pause, a silent worker.

The slots are those of the triggers themselves; of pushes that strike every minute a few a day are taken, and with
`SOAK=1` some more. What is queued is sent to whoever can be reached, and held for the one who is silent until they
speak.
"""

import asyncio
import os
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

import scheduler
from bot.commands.console import teller
from messages import subscriptions
from messages.journal import Status, messages
from messages.subscriptions import Frequency, Topic
from scheduler import digests, runs
from scheduler.clockwork import Clockwork
from scheduler.pushes import Push
from scheduler.runs import Outcome
from storage.base import CHINA
from storage.database import Database
from tests.scheduler.conftest import Hand
from tests.union.jobs.boards import approver, plan
from tests.union.stations.listed import listed
from tests.union.trainings.courses import plan as course_plan
from union import calendars, course_plans, listings, staff, stations
from union.rights import Role, Staff

BEGIN = datetime(2025, 12, 1, 7, tzinfo=CHINA)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SILENT = "silent"
OFTEN = {
    "at-once": Frequency.AT_ONCE,
    "daily": Frequency.DAILY,
    "weekly": Frequency.WEEKLY,
    SILENT: Frequency.DAILY,
}
SOAK = bool(os.environ.get("SOAK"))
DAILY = ("staff-figures", "retention")
PAUSED = range(30, 37)
MOVED = date(2025, 12, 13)  # a Saturday that staff make a working day


@dataclass(slots=True)
class Year:
    """The world around the pushes; `jobs` are those published, by the pay that marks each."""

    database: Database
    hand: Hand
    who: Staff
    days: int
    pushes: list[Push] = field(default_factory=scheduler.discover)
    draw: random.Random = field(
        default_factory=lambda: random.Random(int(os.environ.get("YSEED", "20261128")))
    )
    jobs: dict[str, datetime] = field(default_factory=dict)
    processes: list[Clockwork] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)

    def start(self) -> None:
        self.processes = [Clockwork(self.database, self.pushes, teller(), self.hand) for _ in range(2)]

    async def live(self) -> None:
        self.start()
        await self.processes[0].catch_up()
        down_until = BEGIN
        for number in range(self.days):
            morning = BEGIN + number * DAY
            for at, deed in sorted(self._of(morning, number), key=lambda one: one[0]):
                self.hand.at = at
                if isinstance(deed, Push):
                    if at >= down_until:
                        await self.strike(deed, at)
                else:
                    await deed()
            if self.draw.random() < 0.12:  # the machine goes down in the evening, and comes back another day
                down_until = morning + self.draw.uniform(13, 40) * HOUR
            if down_until > self.hand.at and down_until < morning + DAY:
                await self.restart(down_until)

    async def strike(self, push: Push, slot: datetime) -> None:
        """By one process or by both at once."""
        up = self.draw.sample(self.processes, self.draw.randrange(1, 3))
        ran = [run for run in await asyncio.gather(*(one.strike(push, slot) for one in up)) if run]
        assert len(ran) == 1
        if ran[0].found:
            await self.deliver()

    def _of(self, morning: datetime, number: int) -> Iterator[tuple[datetime, Any]]:
        """What happens on that day: the slots of the pushes, what staff publish, and restarts."""
        for push in self.pushes:
            yield from ((slot, push) for slot in self._slots(push, morning))
        for _ in range(self.draw.randrange(3)):
            yield morning + self.draw.uniform(1, 12) * HOUR, self.publish
        if number % 5 == 4:
            yield morning + 11 * HOUR, self.speak
        if number % 9 == 3:
            yield morning + 9 * HOUR, self.bring
        if self.draw.random() < 0.3:
            yield morning + self.draw.uniform(0, 14) * HOUR, self.restart
        if number in (PAUSED.start, PAUSED.stop):
            yield morning, self.pause if number == PAUSED.start else self.resume

    def _slots(self, push: Push, morning: datetime) -> Iterator[datetime]:
        """One of the day; of pushes that tell news others at some hours; those of few words not every day."""
        if (
            push.name not in DAILY
            and push.cron != digests.CRON
            and self.draw.random() < (0.7 if SOAK else 0.9)
        ):
            return
        wanted = [morning + HOUR]
        if push.cron == digests.CRON:
            wanted += [morning + self.draw.uniform(4, 13) * HOUR for _ in range(2 if SOAK else 1)]
        slots = {push.next_slot(at - timedelta(seconds=1)) for at in wanted}
        yield from (slot for slot in slots if slot is not None and slot < morning + DAY)

    async def restart(self, at: datetime | None = None) -> None:
        self.hand.at = at or self.hand.at
        self.start()
        await asyncio.gather(*(one.catch_up() for one in self.processes))
        await self.deliver()

    async def publish(self) -> None:
        number = len(self.jobs) + 1
        pay = f"{5000 + number}-9000元/月"
        ends = (self.hand.at + 30 * DAY).date()
        async with self.database.write() as session:
            await listings.bring(session, [plan(number, pay=pay, expires=ends)], self.hand.at)
            await listings.approve(session, self.who, f"J-{number}", self.hand.at)
        self.jobs[pay] = self.hand.at

    async def bring(self) -> None:
        """A course in ten days, and a station."""
        code, starts = f"T-{self.hand.at:%m%d}", self.hand.at + 10 * DAY
        times = ((starts, starts + HOUR),)
        one = course_plan(code, times=times, opens_at=self.hand.at, closes_at=self.hand.at + 7 * DAY)
        async with self.database.write() as session:
            await course_plans.publish(session, [one], self.hand.at)
            await stations.bring(session, [listed(self.hand.at.timetuple().tm_yday)], self.hand.at)

    async def deliver(self) -> None:
        """As the sender would: what is queued is sent, or held for the one whom WeChat allows no message to."""
        async with self.database.write() as session:
            queued = messages.c.status == Status.QUEUED
            held = sa.update(messages).where(queued, messages.c.openid == SILENT)
            await session.execute(held.values(status=Status.HELD))
            await self._send(session, queued)

    async def speak(self) -> None:
        async with self.database.write() as session:
            await self._send(session, messages.c.status == Status.HELD)

    async def _send(self, session: AsyncSession, which: sa.ColumnElement[bool]) -> None:
        """What arrives is noted here: after half a year the journal has no words any more."""
        columns = (messages.c[name] for name in ("id", "openid", "topic", "body", "created_at"))
        rows = (await session.execute(sa.select(*columns).where(which).order_by(messages.c.id))).all()
        self.sent += rows
        ids = [row.id for row in rows]
        sent = {"status": Status.SENT, "due_at": None}
        await session.execute(sa.update(messages).where(messages.c.id.in_(ids)).values(sent))

    async def pause(self) -> None:
        async with self.database.write() as session:
            await runs.pause(session, "job-digest", "desk", self.hand.at)

    async def resume(self) -> None:
        async with self.database.write() as session:
            await runs.resume(session, "job-digest")

    def told(self, topic: str | None) -> list[Any]:
        return [row for row in self.sent if row.topic == topic]


@pytest.fixture
async def year(ready: Database, hand: Hand) -> Year:
    """All of it on SQLite; on PostgreSQL, which takes longer over each slot, two months."""
    hand.at = BEGIN
    who = await approver(ready)
    async with ready.write() as session:
        await staff.add(session, "看数的", {Role.OFFICER}, "", BEGIN)
        await staff.bind(session, await staff.offer_code(session, "看数的", BEGIN), "reader", BEGIN)
        await calendars.mark(session, MOVED, working=True, reason="补班", noted_by="desk", now=BEGIN)
        for openid, often in OFTEN.items():
            for topic in (Topic.JOBS, Topic.TRAINING, Topic.STATIONS):
                await subscriptions.switch_on(session, openid, (topic, "", often), "v1", BEGIN)
    return Year(ready, hand, who, 365 if ready.is_sqlite or SOAK else 60)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_year_tells_everything_once_and_nothing_stale(year: Year) -> None:
    await year.live()
    jobs = year.told("jobs")
    _nothing_twice(jobs)
    _nothing_lost(year, jobs)
    _nothing_stale_or_at_night(year, jobs)
    _as_often_as_wanted(jobs)
    resting = [BEGIN.date() + number * DAY for number in PAUSED]
    assert [row for row in jobs if _day(row) in resting and row.created_at.astimezone(CHINA).hour > 7] == []
    assert {row.openid for row in year.told("training")} == set(OFTEN)
    assert {row.openid for row in year.told("stations")} == set(OFTEN)
    await _figures_on_working_days(year)
    await _nothing_late(year)


def _nothing_twice(jobs: Sequence[Any]) -> None:
    listed = Counter((row.openid, pay) for row in jobs for pay in re.findall(r"\d+-9000元/月", row.body))
    assert listed
    assert [one for one, times in listed.items() if times > 1] == []


def _nothing_lost(year: Year, jobs: Sequence[Any]) -> None:
    """Each heard of as many as there were until they were told last."""
    for openid in OFTEN:
        its = [row for row in jobs if row.openid == openid]
        heard = sum(int(found[1]) for row in its if (found := re.search(r"有 (\d+) 个", row.body)))
        until = max(row.created_at for row in its) - timedelta(seconds=30)
        assert heard == sum(at <= until for at in year.jobs.values()), openid


def _nothing_stale_or_at_night(year: Year, jobs: Sequence[Any]) -> None:
    for row in jobs:
        at = row.created_at.astimezone(CHINA)
        assert 8 <= at.hour <= 21, row
        pays = re.findall(r"\d+-9000元/月", row.body)
        assert all(timedelta() < row.created_at - year.jobs[pay] < 21 * DAY for pay in pays)


def _as_often_as_wanted(jobs: Sequence[Any]) -> None:
    def of(openid: str) -> list[datetime]:
        return [row.created_at.astimezone(CHINA) for row in jobs if row.openid == openid]

    assert max(Counter(at.date() for at in of("daily")).values()) == 1
    assert all(at.hour < 11 for at in of("daily"))
    assert max(Counter(at.isocalendar()[:2] for at in of("weekly")).values()) == 1
    at_once = of("at-once")
    assert all(later - earlier >= HOUR for earlier, later in pairwise(at_once))


async def _figures_on_working_days(year: Year) -> None:
    async with year.database.read() as session:
        known = await calendars.calendar(session)
    days = Counter(_day(row) for row in year.told(None))
    assert max(days.values()) == 1
    assert all(known.is_working_day(day) for day in days)
    assert MOVED in days
    working = sum(known.is_working_day(BEGIN.date() + number * DAY) for number in range(year.days))
    assert 0.7 * working < len(days) <= working


async def _nothing_late(year: Year) -> None:
    late = {push.name: push.late for push in year.pushes}
    async with year.database.read() as session:
        done = [run for name in late for run in await runs.history(session, name, 1_000_000)]
    outcomes = Counter(run.outcome for run in done)
    assert outcomes[Outcome.FAILED] == 0
    assert outcomes[Outcome.MISSED] > 0
    assert outcomes[Outcome.PAUSED] > 0
    assert all(run.at - run.due <= late[run.name] for run in done if run.outcome is Outcome.DONE)


def _day(row: Any) -> date:
    day: date = row.created_at.astimezone(CHINA).date()
    return day
