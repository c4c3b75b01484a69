"""The lessons of a course as they come: reminded of once, and checked in to by a QR code."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from union import reminders
from union.courses import Course, CourseRow, Lesson, LessonRow, course_of
from union.lines import State
from union.refusals import Why
from union.seats import EnrolmentRow, line
from union.trainings import CheckedIn, Refused, Reminder

CHECK_IN = "checkin:"  # how the scene of such a QR code begins; the id of the lesson follows
CHECK_IN_OPENS = timedelta(hours=1)  # before the lesson


class AttendanceRow(Base):
    """Somebody was there."""

    __tablename__ = "attendances"

    lesson_id: Mapped[int] = mapped_column(sa.ForeignKey("lessons.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolments.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReminderRow(Base):
    """Somebody was reminded; the key allows it once."""

    __tablename__ = "lesson_reminders"

    lesson_id: Mapped[int] = mapped_column(sa.ForeignKey("lessons.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolments.id"), primary_key=True, index=True)
    eve: Mapped[bool] = mapped_column(sa.Boolean, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


async def check_in(session: AsyncSession, openid: str, lesson_id: int, now: datetime) -> CheckedIn:
    """Note that a worker is there, once however often the code is scanned. Raises Refused."""
    course, lesson = await _lesson(session, lesson_id)
    mine = await line.row(session, course.id, openid, lock=True)
    if course.cancelled:
        raise Refused(Why.CANCELLED, course, lesson)
    if mine is None or mine.state != State.ENROLLED:
        raise Refused(Why.NOT_ENROLLED, course, lesson)
    if now < lesson.starts_at - CHECK_IN_OPENS:
        raise Refused(Why.TOO_EARLY, course, lesson)
    if now >= lesson.ends_at:
        raise Refused(Why.LESSON_OVER, course, lesson)
    again = await session.get(AttendanceRow, (lesson_id, mine.id)) is not None
    if not again:
        session.add(AttendanceRow(lesson_id=lesson_id, enrolment_id=mine.id, at=now))
        await session.flush()
    return CheckedIn(openid, course, lesson, again)


async def attended(session: AsyncSession, course_id: int) -> dict[int, int]:
    """How many lessons each enrolment of a course was there for; those who never came are left out."""
    rows = await session.execute(
        sa.select(AttendanceRow.enrolment_id, sa.func.count())
        .join(LessonRow, LessonRow.id == AttendanceRow.lesson_id)
        .where(LessonRow.course_id == course_id)
        .group_by(AttendanceRow.enrolment_id)
    )
    return {row[0]: row[1] for row in rows}


async def due_reminders(session: AsyncSession, now: datetime) -> Sequence[Reminder]:
    """Who is to be reminded now; each lesson and worker is returned once on its eve and once on its day.

    Somebody who signed up after a reminder was due has just been told the time and is not told again.
    """
    rows = await session.scalars(
        sa.select(CourseRow)
        .where(CourseRow.cancelled_at.is_(None), CourseRow.ends_at > now)
        .where(CourseRow.lessons.any(LessonRow.starts_at.between(now, now + timedelta(days=2))))
        .order_by(CourseRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    told: list[Reminder] = []
    for course in map(course_of, rows.all()):
        lessons = {lesson.starts_at: lesson for lesson in course.lessons}
        for begins, eve in reminders.due(lessons, now):
            told += await _remind(session, course, lessons[begins], eve, now)
    await session.flush()
    return told


async def _remind(
    session: AsyncSession, course: Course, lesson: Lesson, eve: bool, now: datetime
) -> list[Reminder]:
    due = reminders.due_since(now, eve=eve)
    told_already = sa.select(ReminderRow.enrolment_id).where(
        ReminderRow.lesson_id == lesson.id, ReminderRow.eve == eve
    )
    rows = await session.execute(
        sa.select(EnrolmentRow.id, EnrolmentRow.openid)
        .where(EnrolmentRow.course_id == course.id, EnrolmentRow.state == State.ENROLLED)
        .where(EnrolmentRow.changed_at < due, EnrolmentRow.id.not_in(told_already))
        .order_by(EnrolmentRow.number)
    )
    found = rows.all()
    session.add_all(ReminderRow(lesson_id=lesson.id, enrolment_id=row.id, eve=eve, at=now) for row in found)
    return [Reminder(row.openid, course, lesson, eve) for row in found]


async def _lesson(session: AsyncSession, lesson_id: int) -> tuple[Course, Lesson]:
    row = await session.scalar(
        sa.select(CourseRow)
        .join(LessonRow, LessonRow.course_id == CourseRow.id)
        .where(LessonRow.id == lesson_id)
    )
    if row is None:
        raise Refused(Why.UNKNOWN)
    course = course_of(row)
    return course, next(lesson for lesson in course.lessons if lesson.id == lesson_id)
