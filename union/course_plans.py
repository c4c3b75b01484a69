"""What staff plan: courses published, changed, moved and called off, with who is to be told of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.leavers import Told
from union.attendance import AttendanceRow, ReminderRow
from union.courses import Course, CourseRow, LessonRow, Outline, course_of, join_works
from union.lines import OPEN
from union.seats import line, lock, settle
from union.trainings import CourseCancelled, CourseMoved, ToldLater


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Outline):
    """A course as staff wrote it down; `times` are the beginning and the end of each lesson, in order."""

    times: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """Codes by what became of them, and who is to be told; `over` says where more are in now than there are places."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    told: tuple[Told, ...]
    over: tuple[str, ...] = ()


class Unfit(Exception):
    """A plan does not fit what has happened already; the text is for staff and names the code."""


async def publish(session: AsyncSession, plans: Sequence[Plan], now: datetime) -> Published:
    """Add new courses and change known ones, by their codes. Raises Unfit, after which nothing may be committed."""
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    told: list[ToldLater] = []
    over: list[str] = []
    known = await _known(session, [plan.code for plan in plans])
    for plan in sorted(plans, key=lambda plan: known.get(plan.code, 0)):
        if plan.code not in known:
            _check_new(plan, now)
            session.add(_row(plan, now))
            added.append(plan.code)
            continue
        row = await lock(session, known[plan.code])
        before = course_of(row)
        if _as_planned(before) == plan:
            unchanged.append(plan.code)
            continue
        told += await _change(session, row, before, plan, now)
        changed.append(plan.code)
        taken = (await line.places(session, row.id)).taken
        over += [f"{plan.code}: {taken} of {plan.seats}"] if taken > plan.seats else []
    await session.flush()
    return Published(tuple(added), tuple(changed), tuple(unchanged), tuple(told), tuple(over))


async def cancel(
    session: AsyncSession, course_id: int, reason: str, now: datetime
) -> Sequence[CourseCancelled]:
    """Call a course off; all who have or want a seat are told, once. Raises Refused, and Unfit for one that is over."""
    row = await lock(session, course_id)
    if row.cancelled_at is not None:
        return []
    if row.ends_at <= now:
        raise Unfit(f"{row.code} is over")
    row.cancelled_at = now
    people = await line.call_off(session, course_id, now)
    return [CourseCancelled(openid, course_of(row), reason) for openid in people]


async def _known(session: AsyncSession, codes: Sequence[str]) -> dict[str, int]:
    rows = await session.execute(sa.select(CourseRow.code, CourseRow.id).where(CourseRow.code.in_(codes)))
    return {row.code: row.id for row in rows}


def _check_new(plan: Plan, now: datetime) -> None:
    if plan.times[0][0] <= now:
        raise Unfit(f"{plan.code}: its first lesson is in the past")


async def _change(
    session: AsyncSession, row: CourseRow, before: Course, plan: Plan, now: datetime
) -> list[ToldLater]:
    if before.cancelled:
        raise Unfit(f"{plan.code} was cancelled: give the new course a code of its own")
    if before.ends_at <= now:
        raise Unfit(f"{plan.code} is over and cannot be changed")
    await _move_lessons(session, row, plan, now)
    _write(row, plan)
    await session.flush()
    await session.refresh(row, ["lessons"])
    course = course_of(row)
    moved: list[ToldLater] = []
    if (plan.times, plan.place) != (_times(before), before.place):
        people = await line.people(session, row.id, OPEN)
        moved = [CourseMoved(one.openid, course) for one in people]
    return [*moved, *await settle(session, row, now)]


async def _move_lessons(session: AsyncSession, row: CourseRow, plan: Plan, now: datetime) -> None:
    """Lessons keep their ids, and with them their QR codes, in the order in which they are held."""
    held = [lesson for lesson in row.lessons if lesson.starts_at <= now]
    if tuple((lesson.starts_at, lesson.ends_at) for lesson in held) != plan.times[: len(held)]:
        raise Unfit(f"{plan.code}: a lesson that has begun cannot be changed")
    coming, times = row.lessons[len(held) :], plan.times[len(held) :]
    if any(starts_at <= now for starts_at, _ in times):
        raise Unfit(f"{plan.code}: a lesson cannot be moved into the past")
    for lesson, (starts_at, ends_at) in zip(coming, times, strict=False):
        if (lesson.starts_at, lesson.ends_at) != (starts_at, ends_at):
            lesson.starts_at, lesson.ends_at = starts_at, ends_at
            await session.execute(sa.delete(ReminderRow).where(ReminderRow.lesson_id == lesson.id))
    for lesson in coming[len(times) :]:
        for table in (ReminderRow, AttendanceRow):
            await session.execute(sa.delete(table).where(table.lesson_id == lesson.id))
        row.lessons.remove(lesson)
    row.lessons.extend(_lessons(times[len(coming) :]))


def _row(plan: Plan, now: datetime) -> CourseRow:
    row = CourseRow(code=plan.code, published_at=now, lessons=list(_lessons(plan.times)))
    _write(row, plan)
    return row


def _write(row: CourseRow, plan: Plan) -> None:
    row.title, row.line, row.academy, row.details = plan.title, plan.line, plan.academy, plan.details
    row.district, row.place = plan.district, plan.place
    row.seats, row.audience, row.works = plan.seats, plan.audience, join_works(plan.works)
    row.opens_at, row.closes_at = plan.opens_at, plan.closes_at
    row.starts_at, row.ends_at = plan.times[0][0], max(ends_at for _, ends_at in plan.times)
    row.sample = plan.sample


def _lessons(times: Sequence[tuple[datetime, datetime]]) -> Iterator[LessonRow]:
    return (LessonRow(starts_at=starts_at, ends_at=ends_at) for starts_at, ends_at in times)


def _times(course: Course) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((lesson.starts_at, lesson.ends_at) for lesson in course.lessons)


def _as_planned(course: Course) -> Plan:
    return Plan(**{one.name: getattr(course, one.name) for one in fields(Outline)}, times=_times(course))
