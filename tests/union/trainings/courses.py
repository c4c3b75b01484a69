"""Courses as staff would plan them, and workers who sign up; nobody here exists."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import CHINA
from storage.database import Database
from union import course_plans, courses, enrolments
from union.course_plans import Plan
from union.courses import Audience, Course
from union.lines import State
from union.seats import EnrolmentRow
from union.trainings import Decided, SignUp

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)  # ten in the morning
Result = TypeVar("Result")


def at(day: int, hour: float, month: int = 12) -> datetime:
    """That hour of local time."""
    return (datetime(2026, month, day, tzinfo=CHINA) + timedelta(hours=hour)).astimezone(UTC)


LESSON = (at(12, 9), at(12, 11.5))


def plan(code: str = "T-1", seats: int = 2, **changed: Any) -> Plan:
    given: dict[str, Any] = {
        "code": code,
        "title": "电工入门班",
        "line": "公益培训",
        "academy": "测试工匠学院",
        "district": "信宜市",
        "place": "测试楼 301",
        "seats": seats,
        "audience": Audience.ANYONE,
        "works": (),
        "opens_at": NOW - timedelta(days=1),
        "closes_at": at(10, 18),
        "times": (LESSON,),
        "details": "",
    }
    return Plan(**(given | changed))


def wish(course: int, number: int) -> SignUp:
    return SignUp(course, f"测试{number}", f"138001{number:05}")


@dataclass(frozen=True, slots=True)
class School:
    """One course in a database, and shorthands of what is done to it; each call is a transaction."""

    database: Database
    course: int

    async def does(self, deed: Callable[..., Awaitable[Result]], *arguments: Any, **named: Any) -> Result:
        async with self.database.write() as session:
            return await deed(session, *arguments, **named)

    async def enrols(self, *numbers: int, now: datetime = NOW) -> list[Decided]:
        """The workers of these numbers, one after the other."""
        return [
            await self.does(enrolments.enrol, f"o{number}", wish(self.course, number), now)
            for number in numbers
        ]

    async def states(self) -> dict[str, State]:
        async with self.database.read() as session:
            rows = await session.execute(
                sa.select(EnrolmentRow.openid, EnrolmentRow.state)
                .where(EnrolmentRow.course_id == self.course)
                .order_by(EnrolmentRow.number)
            )
            return {row.openid: State(row.state) for row in rows}

    async def now_is(self) -> Course:
        async with self.database.read() as session:
            found = await courses.find(session, self.course)
            assert found is not None
            return found


async def publish(database: Database, *plans: Plan, now: datetime = NOW) -> list[int]:
    """The ids, in the order of the plans."""
    async with database.write() as session:
        await course_plans.publish(session, plans, now)
        found = [await courses.find_code(session, one.code) for one in plans]
        return [one.id for one in found if one is not None]


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.read() as session:
        yield session
