"""A year of the real pushes in two processes: nights without a machine, restarts, a pause, and a town that goes on."""

import asyncio
import heapq
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import scheduler
from bot.commands.console import teller
from scheduler import digests, runs
from scheduler.clockwork import Clockwork
from scheduler.pushes import Push
from scheduler.runs import Run
from storage.base import CHINA
from storage.database import Database
from tests.scheduler.conftest import Hand
from tests.scheduler.posts import Post
from tests.scheduler.towns import DAY, HOUR, Deed, Town
from union.rights import Staff

BEGIN = datetime(2025, 12, 1, 7, tzinfo=CHINA)
SOAK = bool(os.environ.get("SOAK"))
SEED = int(os.environ.get("YSEED", "20261128"))
DAILY = ("deadlines", "retention", "staff-figures")
PAUSED = range(30, 37)
# The hours of a busy day at which those strike that have few words, after seven: some early, some on the eve.
_HOURS = {
    "event-reminders": (1, 5, 10.2, 13), "lesson-reminders": (1, 5, 10.2, 13), "event-thanks": (3, 12),
    "course-feedback": (3, 12), "event-offers": (2, 11), "waiting-lists": (2, 11), "unfinished-forms": (4, 12),
}  # fmt: skip
_EACH_DAY = ("event-offers", "waiting-lists", "unfinished-forms")


@dataclass(slots=True)
class Year:
    """What is planned lies in one calendar. `ran`: every slot that a process has struck, with how it ended."""

    database: Database
    hand: Hand
    who: Staff
    days: int
    pushes: list[Push] = field(default_factory=scheduler.discover)
    draw: random.Random = field(default_factory=lambda: random.Random(SEED))
    processes: list[Clockwork] = field(default_factory=list)
    ran: list[Run] = field(default_factory=list)
    backs: list[datetime] = field(default_factory=list)  # when the machine came back
    town: Town = field(init=False)
    post: Post = field(init=False)
    _calendar: list[tuple[datetime, int, Push | Deed]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _down: tuple[datetime, datetime] = (BEGIN, BEGIN)

    def __post_init__(self) -> None:
        self.town = Town(self.database, self.hand, self.who, self.draw, self.plan)
        self.post = Post(self.database, self.hand)

    def plan(self, at: datetime, deed: Push | Deed) -> None:
        heapq.heappush(self._calendar, (at, next(self._numbers), deed))

    async def live(self) -> None:
        self.start()
        await self.catch_up()
        for number in range(self.days):
            morning = BEGIN + number * DAY
            self._plan_day(morning, number)
            while self._calendar and self._calendar[0][0] < morning + DAY:
                at, _, deed = heapq.heappop(self._calendar)
                await self._reach(at)
                await (self.strike(deed, at) if isinstance(deed, Push) else self._do(deed))
        await self._reach(self._down[1])

    async def _do(self, deed: Deed) -> None:
        told = self.town.told
        await deed()
        if self.town.told > told:
            await self.deliver()

    async def _reach(self, at: datetime) -> None:
        """Where the machine comes back before, its processes begin with what has passed."""
        back = self._down[1]
        if self.hand.at < back <= at:
            self.hand.at = back
            self.backs.append(back)
            await self.restart()
        self.hand.at = max(at, self.hand.at)

    @property
    def is_up(self) -> bool:
        return not self._down[0] <= self.hand.at < self._down[1]

    def start(self) -> None:
        self.processes = [Clockwork(self.database, self.pushes, teller(), self.hand) for _ in range(2)]

    async def restart(self) -> None:
        if self.is_up:
            self.start()
            await self.catch_up()
            await self.deliver()

    async def catch_up(self) -> None:
        """Both at once, or one after the other."""
        if self.draw.random() < 0.3:
            both = await asyncio.gather(*(one.catch_up() for one in self.processes))
        else:
            both = [await one.catch_up() for one in self.processes]
        self.ran += [run for runs in both for run in runs]

    async def strike(self, push: Push, slot: datetime) -> None:
        """By one process, or by both at once."""
        if not self.is_up:
            return
        up = self.processes if self.draw.random() < 0.15 else self.processes[:1]
        ran = [run for run in await asyncio.gather(*(one.strike(push, slot) for one in up)) if run]
        assert len(ran) == 1
        self.ran += ran
        if ran[0].found:
            await self.deliver()

    async def deliver(self) -> None:
        if self.is_up:
            self.town.hears(await self.post.deliver())

    async def speak(self) -> None:
        """What lists found no room follow in half an hour."""
        if not self.is_up:
            self.plan(self._down[1] + HOUR / 60, self.speak)
            return
        self.town.hears(await self.post.answer())
        self.plan(self.hand.at + HOUR / 60 * 31, self.deliver)

    # --- The plan of a day ---

    def _plan_day(self, morning: datetime, number: int) -> None:
        self.town.wakes(morning, number)
        for push in self.pushes:
            for slot in self._slots(push, morning):
                self.plan(slot, push)
        self.plan(morning + HOUR, self.deliver)
        if number % 4 == 3:
            self.plan(morning + self.draw.uniform(0, 15) * HOUR, self.speak)
        if self.draw.random() < 0.15:
            self.plan(morning + self.draw.uniform(0, 14) * HOUR, self.restart)
        if self.draw.random() < 0.1 and self._down[1] <= self.hand.at:
            down = morning + self.draw.uniform(0, 24) * HOUR
            self._down = down, down + self.draw.uniform(1, 32) * HOUR
        if number in (PAUSED.start, PAUSED.stop):
            self.plan(morning, self.pause if number == PAUSED.start else self.resume)

    def _slots(self, push: Push, morning: datetime) -> Iterator[datetime]:
        wanted = {
            push.next_slot(morning + after * HOUR - timedelta(seconds=1))
            for after in self._hours(push, morning)
        }
        return (slot for slot in sorted(filter(None, wanted)) if slot < morning + DAY)

    def _hours(self, push: Push, morning: datetime) -> tuple[float, ...]:
        """Of those that strike every minute, some; of those of few words on quiet days mostly none."""
        if push.name in DAILY:
            return (0,)
        if push.cron == digests.CRON:
            others = 3 if SOAK else self.draw.randrange(2)
            return (1, *(self.draw.uniform(2, 14) for _ in range(others)))
        if push.name in _EACH_DAY:
            hours = _HOURS[push.name]
            return hours if SOAK else (self.draw.choice(hours),)
        if self.town.is_busy(push.name, morning.date()):
            return _HOURS.get(push.name, (2,))
        return (self.draw.uniform(1, 14),) if self.draw.random() < (0.3 if SOAK else 0.05) else ()

    async def pause(self) -> None:
        async with self.database.write() as session:
            await runs.pause(session, "job-digest", "desk", self.hand.at)

    async def resume(self) -> None:
        async with self.database.write() as session:
            await runs.resume(session, "job-digest")
