"""What comes of a course: certificates that staff issue, and what those who were there think of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union.attendance import attended
from union.courses import CourseRow, course_of
from union.lines import State
from union.refusals import Why
from union.seats import EnrolmentRow, line, lock
from union.trainings import CertificateIssued, FeedbackAsked, Opinion, Refused, Remark

# Asked later than this, nobody remembers; judged later than that, nobody reads it.
_ASKED_WITHIN = timedelta(days=7)
_JUDGED_WITHIN = timedelta(days=60)


class NumberTaken(Exception):
    """Another certificate bears this number."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A line of the roster; personal data, which only staff with a reason may see."""

    enrolment: int
    openid: str
    name: str
    phone: str
    state: State
    attended: int
    certificate: str
    stars: int | None
    words: str


async def roster(session: AsyncSession, course_id: int) -> Sequence[Participant]:
    """All who ever signed up, in the order in which they did."""
    lessons = await attended(session, course_id)
    rows = await session.scalars(
        sa.select(EnrolmentRow).where(EnrolmentRow.course_id == course_id).order_by(EnrolmentRow.number)
    )
    return [
        Participant(
            row.id,
            row.openid,
            row.name or "",
            row.phone or "",
            State(row.state),
            lessons.get(row.id, 0),
            row.certificate or "",
            row.stars,
            row.words or "",
        )
        for row in rows
    ]


async def certify(
    session: AsyncSession, course_id: int, enrolment_id: int, number: str, now: datetime
) -> CertificateIssued | None:
    """Write down the number of a certificate; None when it was known. Raises Refused, and NumberTaken."""
    course = course_of(await lock(session, course_id))
    row = await session.get(EnrolmentRow, enrolment_id, populate_existing=True)
    if row is None or row.course_id != course_id or row.state != State.ENROLLED:
        raise Refused(Why.NOT_ENROLLED, course)
    if course.starts_at > now:
        raise Refused(Why.NOT_OVER, course)
    if row.certificate == number:
        return None
    if await session.scalar(sa.select(EnrolmentRow.id).where(EnrolmentRow.certificate == number)) is not None:
        raise NumberTaken(number)
    row.certificate = number
    await session.flush()
    return CertificateIssued(row.openid, course, number)


async def due_feedback(session: AsyncSession, now: datetime) -> Sequence[FeedbackAsked]:
    """Who is to be asked how a course was that has just ended: each once, and where people checked in only those."""
    rows = await session.scalars(
        sa.select(CourseRow)
        .where(CourseRow.cancelled_at.is_(None))
        .where(CourseRow.ends_at <= now, CourseRow.ends_at > now - _ASKED_WITHIN)
        .order_by(CourseRow.id)
        .with_for_update()
    )
    told: list[FeedbackAsked] = []
    for course in map(course_of, rows.all()):
        there = await attended(session, course.id)
        unasked = EnrolmentRow.asked_at.is_(None), EnrolmentRow.stars.is_(None)
        for row in await line.people(session, course.id, [State.ENROLLED], *unasked):
            if not there or row.id in there:
                row.asked_at = now
                told.append(FeedbackAsked(row.openid, course))
    await session.flush()
    return told


async def judge(session: AsyncSession, openid: str, opinion: Opinion, now: datetime) -> None:
    """Keep how many stars a worker gives; the last word counts. Raises Refused."""
    (await _finished(session, openid, opinion.course, now)).stars = opinion.stars
    await session.flush()


async def remark(session: AsyncSession, openid: str, said: Remark, now: datetime) -> None:
    """Keep what a worker says of a course; the last word counts. Raises Refused."""
    (await _finished(session, openid, said.course, now)).words = said.words
    await session.flush()


async def _finished(session: AsyncSession, openid: str, course_id: int, now: datetime) -> EnrolmentRow:
    """The row of somebody who may say how a course was."""
    course = course_of(await lock(session, course_id))
    row = await line.row(session, course.id, openid)
    if row is None or row.state != State.ENROLLED:
        raise Refused(Why.NOT_ENROLLED, course)
    if course.ends_at > now:
        raise Refused(Why.NOT_OVER, course)
    if course.ends_at <= now - _JUDGED_WITHIN:
        raise Refused(Why.TOO_LATE, course)
    return row
