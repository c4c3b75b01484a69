"""The seats of a course and the line before it. Whoever changes them holds the course's row until the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import CHINA, Base, Id, UTCDateTime
from storage.sealing import Blind, Sealed
from union.courses import Course, CourseRow, course_of
from union.trainings import OfferExpired, Refused, SeatOffered, WaitingEnded, Why

OFFER_LASTS = timedelta(hours=24)

# Between them nobody is expected to answer; China's time.
_NIGHT, _MORNING = time(21), time(8, 30)

Moved = OfferExpired | SeatOffered | WaitingEnded


class State(StrEnum):
    """Where somebody stands with a course; there is no row for one who never signed up."""

    WAITING = "waiting"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # the offer was not answered in time, or the course began without them
    CANCELLED = "cancelled"  # the course


SEATED = (State.ENROLLED, State.OFFERED)  # an offered seat is nobody else's
OPEN = (*SEATED, State.WAITING)


class EnrolmentRow(Base):
    """One row a worker and course; `number` is the place in the line, given out anew when somebody comes back.

    Personal columns are empty for somebody who was erased.
    """

    __tablename__ = "enrolments"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("courses.id"))
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str | None] = mapped_column(Sealed("enrolments.name"))
    phone: Mapped[str | None] = mapped_column(Sealed("enrolments.phone"))
    phone_blind: Mapped[str | None] = mapped_column(Blind("enrolments.phone"), index=True)
    state: Mapped[str] = mapped_column(sa.String(16))
    number: Mapped[int] = mapped_column(sa.Integer)
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    offered_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    certificate: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stars: Mapped[int | None] = mapped_column(sa.SmallInteger)
    words: Mapped[str | None] = mapped_column(Sealed("enrolments.words"))

    __table_args__ = (
        sa.UniqueConstraint("course_id", "openid"),
        sa.Index("ix_enrolments_course_id_state_number", "course_id", "state", "number"),
        sa.Index(
            "ix_enrolments_offered",
            "offered_until",
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Places:
    """How full a course is; seats that are offered are taken."""

    taken: int
    waiting: int

    def free(self, course: Course) -> int:
        """Whoever waits comes first."""
        return 0 if self.waiting else max(0, course.seats - self.taken)


@dataclass(frozen=True, slots=True)
class Line:
    """A locked course at one look; `last` is the highest number that was given out."""

    places: Places
    expired: int
    last: int
    phone_is_taken: bool

    def is_to_settle(self, course: Course) -> bool:
        """Whether an offer has run out, or a seat has become free for those who wait."""
        return self.expired > 0 or (self.places.waiting > 0 and self.places.taken < course.seats)


async def look(session: AsyncSession, course_id: int, now: datetime, phone: str, openid: str) -> Line:
    """One statement, for a crowd waits behind whoever holds the row. Is the phone taken by another than `openid`?"""
    is_open = EnrolmentRow.state.in_(OPEN)
    same_phone = is_open & (EnrolmentRow.phone_blind == phone) & (EnrolmentRow.openid != openid)
    expired = (EnrolmentRow.state == State.OFFERED) & (EnrolmentRow.offered_until <= now)
    counted = (
        EnrolmentRow.state.in_(SEATED), EnrolmentRow.state == State.WAITING, expired, same_phone
    )  # fmt: skip
    sums = [sa.func.sum(sa.case((what, 1), else_=0)) for what in counted]
    found = await session.execute(
        sa.select(*sums, sa.func.max(EnrolmentRow.number)).where(EnrolmentRow.course_id == course_id)
    )
    taken, waiting, over, phones, last = (value or 0 for value in found.one())
    return Line(Places(taken, waiting), over, last, phones > 0)


async def lock(session: AsyncSession, course_id: int) -> CourseRow:
    """The course's row, held until the transaction ends. Raises Refused when there is none."""
    row = await session.scalar(
        sa.select(CourseRow)
        .where(CourseRow.id == course_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused(Why.UNKNOWN)
    return row


async def move_up(session: AsyncSession, now: datetime) -> Sequence[Moved]:
    """Offers that have run out go to the next in the line, and lines end where the course has begun."""
    over = sa.and_(EnrolmentRow.state == State.OFFERED, EnrolmentRow.offered_until <= now)
    late = sa.and_(EnrolmentRow.state == State.WAITING, CourseRow.starts_at <= now)
    found = await session.scalars(
        sa.select(CourseRow.id)
        .join(EnrolmentRow, EnrolmentRow.course_id == CourseRow.id)
        .where(over | late)
        .distinct()
    )
    told: list[Moved] = []
    # In a fixed order, so that two processes never wait for each other in a circle.
    for course_id in sorted(found):
        told += await settle(session, await lock(session, course_id), now)
    return told


async def settle(session: AsyncSession, row: CourseRow, now: datetime) -> Sequence[Moved]:
    """Bring the line of a locked course up to date: end offers, make new ones. Flushes."""
    await session.flush()
    course = course_of(row)
    expired = await rows_of(session, row.id, State.OFFERED, EnrolmentRow.offered_until <= now)
    for one in expired:
        change(one, State.LAPSED, now)
    offered: list[SeatOffered] = []
    left: Sequence[EnrolmentRow] = ()
    is_open = course.starts_at > now and not course.cancelled
    if not is_open:
        left = await rows_of(session, row.id, State.WAITING)
        for one in left:
            change(one, State.LAPSED, now)
    else:
        await session.flush()
        offered = await _offer(session, row, course, now)
    await session.flush()
    still_free = is_open and (await places_of(session, row.id)).free(course) > 0 if expired else False
    return [
        *(OfferExpired(one.openid, course, still_free) for one in expired),
        *(WaitingEnded(one.openid, course) for one in left),
        *offered,
    ]


async def _offer(session: AsyncSession, row: CourseRow, course: Course, now: datetime) -> list[SeatOffered]:
    places = await places_of(session, row.id)
    free = min(course.seats - places.taken, places.waiting)
    if free <= 0:
        return []
    until = offer_ends(course, now)
    next_ones = await rows_of(session, row.id, State.WAITING, limit=free)
    for one in next_ones:
        change(one, State.OFFERED, now, until)
    return [SeatOffered(one.openid, course, until) for one in next_ones]


def offer_ends(course: Course, now: datetime) -> datetime:
    """A day, but never more than half of the time that is left, so that others get their chance too.

    It does not end while people sleep, if there is a morning before the course begins.
    """
    ends = now + min(OFFER_LASTS, (course.starts_at - now) / 2)
    here = ends.astimezone(CHINA)
    if _MORNING <= here.time() < _NIGHT:
        return ends
    day = here.date() + timedelta(days=here.time() >= _NIGHT)
    morning = datetime.combine(day, _MORNING, CHINA).astimezone(UTC)
    evening = datetime.combine(day - timedelta(days=1), _NIGHT, CHINA).astimezone(UTC)
    if morning < course.starts_at:
        return morning
    return evening if now < evening < ends else course.starts_at


async def places_of(session: AsyncSession, course_id: int) -> Places:
    return (await all_places(session, (course_id,))).get(course_id, Places(0, 0))


async def all_places(session: AsyncSession, course_ids: Sequence[int]) -> dict[int, Places]:
    """For those of the courses that anybody has signed up for."""
    rows = await session.execute(
        sa.select(EnrolmentRow.course_id, EnrolmentRow.state, sa.func.count())
        .where(EnrolmentRow.course_id.in_(course_ids), EnrolmentRow.state.in_(OPEN))
        .group_by(EnrolmentRow.course_id, EnrolmentRow.state)
    )
    counted: dict[int, Places] = {}
    for course_id, state, count in rows:
        before = counted.get(course_id, Places(0, 0))
        seated = state in SEATED
        counted[course_id] = Places(before.taken + count * seated, before.waiting + count * (not seated))
    return counted


async def rows_of(
    session: AsyncSession,
    course_id: int,
    state: State,
    *where: sa.ColumnElement[bool],
    limit: int | None = None,
) -> Sequence[EnrolmentRow]:
    """The rows of a locked course that stand so, in the order of the line."""
    return list(
        await session.scalars(
            sa.select(EnrolmentRow)
            .where(EnrolmentRow.course_id == course_id, EnrolmentRow.state == state, *where)
            .order_by(EnrolmentRow.number)
            .limit(limit)
            .execution_options(populate_existing=True)
        )
    )


def change(row: EnrolmentRow, state: State, now: datetime, until: datetime | None = None) -> None:
    row.state, row.changed_at, row.offered_until = state, now, until
