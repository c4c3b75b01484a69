"""Courses, as stories need them: published by staff at the hour of the story, and what the clock does with them."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bot.app import Bot
from bot.commands.console import teller
from dialogue.notices import Fact
from scheduler import course_feedback, lesson_reminders, waiting_lists
from scheduler.pushes import Strike
from storage.base import CHINA
from tests.clocks import Clock
from tests.union.trainings.courses import plan
from union import course_plans, courses, outcomes
from union.attendance import CHECK_IN
from union.courses import Course
from union.lines import State
from union.outcomes import Participant


class School:
    """Publishes courses, calls them off, and lets the clock strike."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._database = bot.database
        self._clock = clock
        self._teller = teller()

    def at(self, days: int, hour: float) -> datetime:
        """That hour of local time in so many days."""
        today = self._clock().astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=days, hours=hour)

    async def opens(self, code: str = "T-1", seats: int = 2, days: int = 10, **changed: Any) -> Course:
        """A course of one lesson at nine in the morning, or what is there already changed."""
        starts = self.at(days, 9)
        given = {
            "times": ((starts, starts + timedelta(hours=2)),),
            "opens_at": self._clock() - timedelta(days=1),
            "closes_at": starts - timedelta(hours=12),
        }
        async with self._database.write() as session:
            planned = plan(code, seats, **(given | changed))
            done = await course_plans.publish(session, [planned], self._clock())
            await self._teller.tell(session, done.told, self._clock())
            found = await courses.find_code(session, code)
        assert found is not None
        return found

    async def cancels(self, course: Course, reason: str) -> None:
        async def cancel(session: Any) -> list[Fact]:
            return list(await course_plans.cancel(session, course.id, reason, self._clock()))

        await self._tells(cancel)

    async def certifies(self, course: Course, openid: str, number: str) -> None:
        (person,) = [one for one in await self.roster(course) if one.openid == openid]

        async def certify(session: Any) -> list[Fact]:
            fact = await outcomes.certify(session, course.id, person.enrolment, number, self._clock())
            return [fact] if fact else []

        await self._tells(certify)

    async def strikes(self) -> int:
        """The clock strikes for all that is done about courses; returns how much there was to do."""
        done = 0
        for module in (waiting_lists, lesson_reminders, course_feedback):
            assert module.push.work is not None
            async with self._database.write() as session:
                now = self._clock()
                done += await module.push.work(Strike(session, now, now, self._teller))
        return done

    async def roster(self, course: Course) -> list[Participant]:
        async with self._database.read() as session:
            return list(await outcomes.roster(session, course.id))

    async def states(self, course: Course) -> dict[str, State]:
        return {one.openid: one.state for one in await self.roster(course)}

    def scene(self, course: Course) -> str:
        """Of the QR code at the door."""
        return f"{CHECK_IN}{course.lessons[0].id}"

    async def _tells(self, decision: Callable[[Any], Awaitable[list[Fact]]]) -> None:
        async with self._database.write() as session:
            await self._teller.tell(session, await decision(session), self._clock())
