"""What happens in a town in a year: jobs, stations, courses and events with lines before them, packs, forms left open."""

import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.commands.console import teller
from dialogue import conversations
from dialogue.conversations import Conversation
from messages import journal
from messages.journal import Entry, Status
from storage.base import CHINA
from storage.database import Database
from tests.scheduler.conftest import Hand
from tests.scheduler.posts import SILENT, Line
from tests.stories import venues
from tests.union.jobs.boards import plan as listing
from tests.union.stations.listed import listed
from tests.union.trainings.courses import plan as course_plan
from union import (
    attendance,
    coupons,
    course_plans,
    courses,
    enrolments,
    event_days,
    event_news,
    event_plans,
    events,
    listings,
    pack_plans,
    packs,
    signups,
    stations,
    trainings,
)  # fmt: skip
from union.event_news import Attendee
from union.rights import Staff

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GUESTS = ("an", "bo", "cai", SILENT)
FORGETFUL = ("fen", "gao", "he")
# When things begin, in turn; before nine a reminder on the day itself would come too late.
_BEGIN = (9.0, 14.0, 7.5, 19.0)
Deed = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Gathering:
    """A course or an event; `titles` are unique. `came`: who checked in."""

    title: str
    code: str
    id: int
    is_event: bool
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    lessons: tuple[datetime, ...]
    cancelled: datetime | None = None
    starts: list[datetime] = field(default_factory=list)  # of one that was moved, before and after
    came: set[str] = field(default_factory=set)

    @property
    def days(self) -> set[date]:
        """The eve, the days themselves and that after."""
        first, last = self.starts_at.astimezone(CHINA).date(), self.ends_at.astimezone(CHINA).date()
        return {first + number * DAY for number in range(-1, (last - first).days + 2)}


@dataclass(slots=True)
class LeftForm:
    """Somebody went away from a half-filled form; `taken_up`: and came back to it."""

    openid: str
    at: datetime
    taken_up: datetime | None


@dataclass(slots=True)
class Town:
    """`plan` puts a deed into the calendar. What others are told of it is worded and queued as the bot does."""

    database: Database
    hand: Hand
    who: Staff
    draw: random.Random
    plan: Callable[[datetime, Deed], None]
    jobs: dict[str, datetime] = field(default_factory=dict)  # by the pay that marks each
    gatherings: dict[str, Gathering] = field(default_factory=dict)
    packs: dict[str, datetime] = field(default_factory=dict)  # until when, by title
    forms: list[LeftForm] = field(default_factory=list)
    told: int = 0
    _teller: Any = field(default_factory=teller)

    def wakes(self, morning: datetime, number: int) -> None:
        """Seven o'clock of that day."""
        for _ in range(self.draw.randrange(3)):
            self.plan(morning + self.draw.uniform(1, 12) * HOUR, self.publish)
        turns = ((9, 3, self.course), (9, 3, self.station), (12, 5, self.event), (20, 8, self.pack))
        for every, first, deed in (*turns, (6, 1, self.leave_form)):
            if number % every == first:
                self.plan(morning + self.draw.uniform(1, 5) * HOUR, deed)

    def is_busy(self, push: str, day: date) -> bool:
        """Whether that push may have something to say of a gathering."""
        wanted = push.startswith("event-"), push in ("lesson-reminders", "course-feedback")
        near = (one for one in self.gatherings.values() if wanted[not one.is_event])
        return any(day in one.days for one in near)

    async def publish(self) -> None:
        number, now = len(self.jobs) + 1, self.hand.at
        pay = f"{5000 + number}-9000元/月"
        ends = (now + 30 * DAY).date()
        async with self.database.write() as session:
            await listings.bring(session, [listing(number, pay=pay, expires=ends)], now)
            await listings.approve(session, self.who, f"J-{number}", now)
        self.jobs[pay] = now

    async def station(self) -> None:
        async with self.database.write() as session:
            await stations.bring(session, [listed(self.hand.at.timetuple().tm_yday)], self.hand.at)

    async def pack(self) -> None:
        """One of two is gone at once."""
        title, now = f"礼包{len(self.packs):03}号", self.hand.at
        async with self.database.write() as session:
            await pack_plans.publish(session, venues.pack(now, title, title=title), now)
            found = await packs.find_code(session, title)
            assert found is not None
            await coupons.take(session, "daily", found.id, now)
        self.packs[title] = found.closes_at

    async def leave_form(self) -> None:
        """One in three is taken up again."""
        openid, now = FORGETFUL[len(self.forms) % len(FORGETFUL)], self.hand.at
        one = LeftForm(
            openid, now, now + self.draw.uniform(0.2, 6) * DAY if self.draw.random() < 0.3 else None
        )
        self.forms.append(one)
        await self._converse(openid, form="training.Wish", forms="sealed", form_at=now, form_reminded=False)
        if one.taken_up:
            self.plan(one.taken_up, lambda: self._converse(openid, form=None, forms=None, form_at=None))

    async def _converse(self, openid: str, **changed: Any) -> None:
        """A turn of that worker's, whose message allows us to write for two days."""
        now = self.hand.at
        async with self.database.connect() as connection:
            entry = Entry(f"{openid}-{now:%m%d%H%M%S}", openid, "text", "我要报名", now, Status.DONE)
            await journal.enter(connection, [entry], now)
            before = (await conversations.load(connection, [openid])).get(openid, Conversation(openid))
            await conversations.save(connection, [before._replace(**changed)], now)

    # --- Courses and events ---

    async def course(self) -> None:
        number, now = len(self.gatherings), self.hand.at
        title = f"课程{number:03}班"
        starts = self._begins(now + 10 * DAY, number)
        times = tuple((starts + day * DAY, starts + day * DAY + HOUR) for day in range(2))
        closes = now + 7 * DAY
        planned = course_plan(title, title=title, times=times, opens_at=now, closes_at=closes)
        async with self.database.write() as session:
            await course_plans.publish(session, [planned], now)
            found = await courses.find_code(session, title)
        assert found is not None
        lessons = tuple(begins for begins, _ in times)
        self._follow(Gathering(title, title, found.id, False, starts, found.ends_at, closes, lessons))

    async def event(self) -> None:
        number, now = len(self.gatherings), self.hand.at
        title = f"活动{number:03}场"
        one = Gathering(title, title, 0, True, self._begins(now + 10 * DAY, number), now, now, ())
        one.id = await self._announce(one)
        self._follow(one)
        fate = self.draw.random()
        if fate < 0.35:
            deed = self.cancel if fate < 0.15 else self.move
            self.plan(one.starts_at - self.draw.uniform(0.4, 3) * DAY, lambda: deed(one))

    def _begins(self, about: datetime, number: int) -> datetime:
        midnight = about.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + _BEGIN[number % len(_BEGIN)] * HOUR

    async def _announce(self, one: Gathering) -> int:
        now, starts = self.hand.at, one.starts_at
        one.starts.append(starts)
        one.ends_at, one.closes_at = starts + 3 * HOUR, starts - 2 * DAY
        times: dict[str, Any] = {
            "opens_at": now - DAY,
            "closes_at": one.closes_at,
            "starts_at": starts,
            "ends_at": one.ends_at,
        }
        planned = venues.plan(now, one.code, title=one.title, **times)
        async with self.database.write() as session:
            done = await event_plans.publish(session, [planned], now)
            await self._tell(session, done.told)
            found = await events.find_code(session, one.code)
        assert found is not None
        return found.id

    async def move(self, one: Gathering) -> None:
        one.starts_at += 2 * DAY
        await self._announce(one)

    async def cancel(self, one: Gathering) -> None:
        one.cancelled = self.hand.at
        async with self.database.write() as session:
            told = await event_plans.cancel(session, one.id, "天气", self.hand.at)
            await self._tell(session, told)

    def _follow(self, one: Gathering) -> None:
        """Two have a seat and two wait; some give theirs up at any hour, and most come."""
        self.gatherings[one.title] = one
        now = self.hand.at
        for place, openid in enumerate(self.draw.sample(GUESTS, len(GUESTS))):
            at = now + (place + 1) * self.draw.uniform(0.1, 10) * HOUR
            self.plan(at, lambda who=openid: self.join(one, who))  # type: ignore[misc]  # mypy knows no defaults
            if self.draw.random() < 0.4:
                leaves = now + self.draw.uniform(2, 9.9) * DAY
                self.plan(leaves, lambda who=openid: self.leave(one, who))  # type: ignore[misc]
        self.plan(one.starts_at - HOUR / 2, lambda: self.come(one))

    async def join(self, one: Gathering, openid: str) -> None:
        phone = f"1380013800{GUESTS.index(openid)}"
        with suppress(trainings.Refused, event_news.Refused):
            async with self.database.write() as session:
                if one.is_event:
                    event = await events.find(session, one.id)
                    assert event is not None
                    wish = event_news.SignUp(one.id, event.quotas[0].id, "测大山", phone)
                    await signups.sign_up(session, openid, wish, self.hand.at, Attendee())
                else:
                    await enrolments.enrol(
                        session, openid, trainings.SignUp(one.id, "测大山", phone), self.hand.at
                    )

    async def leave(self, one: Gathering, openid: str) -> None:
        await self._decide(signups.withdraw if one.is_event else enrolments.withdraw, one, openid)

    async def accept(self, one: Gathering, openid: str) -> None:
        await self._decide(signups.accept if one.is_event else enrolments.accept, one, openid)

    async def _decide(self, deed: Any, one: Gathering, openid: str) -> None:
        with suppress(trainings.Refused, event_news.Refused):
            async with self.database.write() as session:
                done = await deed(session, openid, one.id, self.hand.at)
                await self._tell(session, done.others)

    async def _tell(self, session: Any, facts: Any) -> None:
        self.told += await self._teller.tell(session, facts, self.hand.at)

    async def come(self, one: Gathering) -> None:
        """Whoever has a seat checks in; of what was moved, on the day to which it was."""
        if self.hand.at < one.starts_at - HOUR:
            self.plan(one.starts_at - HOUR / 2, lambda: self.come(one))
            return
        async with self.database.write() as session:
            for openid in GUESTS:
                with suppress(trainings.Refused, event_news.Refused):
                    await self._check_in(session, one, openid)
                    one.came.add(openid)

    async def _check_in(self, session: Any, one: Gathering, openid: str) -> None:
        if one.is_event:
            await event_days.check_in(session, openid, one.id, self.hand.at)
            return
        course = await courses.find(session, one.id)
        assert course is not None
        await attendance.check_in(session, openid, course.lessons[0].id, self.hand.at)

    def hears(self, lines: list[Line]) -> None:
        """Half of those who are offered a seat take it, some of them late."""
        for line in lines:
            if "轮到您了" in line.body and self.draw.random() < 0.5:
                one = self.about(line)[0]
                later = self.hand.at + self.draw.uniform(0.1, 30) * HOUR
                self.plan(later, lambda one=one, who=line.openid: self.accept(one, who))  # type: ignore[misc]

    def about(self, line: Line) -> list[Gathering]:
        return list(self._about(line))

    def _about(self, line: Line) -> Iterator[Gathering]:
        for title, one in self.gatherings.items():
            if title in line.body:
                yield one
