"""The seats of a course and the line before it. Whoever changes them holds the course's row until the commit."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from storage.sealing import Sealed
from union.courses import CourseRow, course_of
from union.lines import OPEN, Held, InLine, Line, Look, index_offers
from union.refusals import Why
from union.trainings import OfferExpired, Refused, SeatOffered, WaitingEnded

Moved = OfferExpired | SeatOffered | WaitingEnded


class EnrolmentRow(InLine, Base):
    """One row a worker and course."""

    __tablename__ = "enrolments"

    course_id: Mapped[int] = mapped_column(sa.ForeignKey("courses.id"))
    certificate: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stars: Mapped[int | None] = mapped_column(sa.SmallInteger)
    words: Mapped[str | None] = mapped_column(Sealed("enrolments.words"))

    __table_args__ = (
        sa.UniqueConstraint("course_id", "openid"),
        sa.Index("ix_enrolments_course_id_state_number", "course_id", "state", "number"),
        index_offers("enrolments"),
    )


line = Line(EnrolmentRow, what=EnrolmentRow.course_id, of=EnrolmentRow.course_id)
places_of = line.places
all_places = line.all_places


async def look(session: AsyncSession, course_id: int, now: datetime, phone: str, openid: str) -> Look:
    """The locked line; its `others` are those who signed up with that phone and are not `openid`."""
    same_phone = (EnrolmentRow.phone_blind == phone) & (EnrolmentRow.openid != openid)
    return await line.look(session, course_id, now, EnrolmentRow.state.in_(OPEN) & same_phone)


async def lock(session: AsyncSession, course_id: int) -> CourseRow:
    """The course's row, held until the transaction ends. Raises Refused when there is none."""
    row = await session.get(CourseRow, course_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused(Why.UNKNOWN)
    return row


async def move_up(session: AsyncSession, now: datetime) -> Sequence[Moved]:
    """Offers that have run out go to the next in the line, and lines end where the course has begun."""
    told: list[Moved] = []
    for course_id in await line.due(session, CourseRow.starts_at, now):
        told += await settle(session, await lock(session, course_id), now)
    return told


async def settle(session: AsyncSession, row: CourseRow, now: datetime) -> Sequence[Moved]:
    """Bring the line of a locked course up to date: end offers, make new ones. Flushes."""
    await session.flush()
    course = course_of(row)
    held = Held(course.seats, course.starts_at, not course.cancelled)
    done = await line.settle(session, row.id, held, now)
    return [
        *(OfferExpired(one.openid, course, done.still_free) for one in done.expired),
        *(WaitingEnded(one.openid, course) for one in done.left),
        *(SeatOffered(one.openid, course, done.until) for one in done.offered),
    ]
