"""What a worker decides about a course: to sign up, to take an offered seat, to give it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union.courses import Audience, Course, course_of, courses_of, find
from union.seats import OPEN, EnrolmentRow, State, change, line, lock, look, places_of, settle
from union.trainings import (
    Decided,
    EnrolmentConfirmed,
    OfferExpired,
    PutOnWaitingList,
    Refused,
    SignUp,
    Standing,
    ToldLater,
    Why,
    Withdrawn,
)

_ALREADY = {State.ENROLLED: Why.ENROLLED, State.OFFERED: Why.OFFERED, State.WAITING: Why.WAITING}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How one worker stands with one course; `position` counts from 1 while waiting, and is 0 otherwise."""

    id: int
    course: Course
    state: State
    position: int
    offered_until: datetime | None
    certificate: str | None
    stars: int | None


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody can be reached."""

    name: str
    phone: str


async def enrol(
    session: AsyncSession, openid: str, wish: SignUp, now: datetime, standing: Standing | None = None
) -> Decided:
    """A seat, or a place in the line when all are taken. Raises Refused."""
    row = await lock(session, wish.course)
    course = course_of(row)
    mine = await _check(session, course, openid, now, standing)
    found = await look(session, row.id, now, wish.phone, openid)
    if found.others:
        raise Refused(Why.PHONE_TAKEN, course)
    places, others = found.places, tuple[ToldLater, ...]()
    if found.is_to_settle(course):
        others = tuple(await settle(session, row, now))
        places = await places_of(session, row.id)
    has_seat = places.free(course) > 0
    if mine is None:
        mine = EnrolmentRow(course_id=row.id, openid=openid)
        session.add(mine)
    mine.number = found.last + 1
    mine.name, mine.phone, mine.phone_blind = wish.name, wish.phone, wish.phone
    mine.signed_at = now
    change(mine, State.ENROLLED if has_seat else State.WAITING, now)
    await session.flush()
    if has_seat:
        return Decided(EnrolmentConfirmed(openid, course), others)
    return Decided(PutOnWaitingList(openid, course, places.waiting + 1), others)


async def check(
    session: AsyncSession, openid: str, course_id: int, now: datetime, standing: Standing | None = None
) -> Course:
    """The course, where this worker could sign up for it now. Raises Refused; ask it before asking for a name."""
    course = await find(session, course_id)
    if course is None:
        raise Refused(Why.UNKNOWN)
    await _check(session, course, openid, now, standing)
    return course


async def contact(session: AsyncSession, openid: str) -> Contact | None:
    """What a worker signed up with last."""
    row = await session.scalar(
        sa.select(EnrolmentRow)
        .where(EnrolmentRow.openid == openid, EnrolmentRow.name.is_not(None))
        .order_by(EnrolmentRow.signed_at.desc())
        .limit(1)
    )
    return None if row is None or not row.name or not row.phone else Contact(row.name, row.phone)


async def accept(session: AsyncSession, openid: str, course_id: int, now: datetime) -> Decided:
    """Take the seat that is or was offered. Raises Refused.

    Who comes late has it while nobody else waits; otherwise the answer is OfferExpired.
    """
    row = await lock(session, course_id)
    course = course_of(row)
    mine = await _of(session, row.id, openid)
    if course.cancelled:
        raise Refused(Why.CANCELLED, course)
    if mine is not None and mine.state == State.ENROLLED:
        raise Refused(Why.ENROLLED, course)
    if mine is None or mine.state not in (State.OFFERED, State.LAPSED):
        raise Refused(Why.NOTHING_OFFERED, course)
    if course.starts_at <= now:
        raise Refused(Why.BEGUN, course)
    told: Sequence[ToldLater] = ()
    if mine.offered_until is None or mine.offered_until <= now:
        told = [fact for fact in await settle(session, row, now) if fact.openid != openid]
        if not (await places_of(session, row.id)).free(course):
            return Decided(OfferExpired(openid, course), tuple(told))
    change(mine, State.ENROLLED, now)
    await session.flush()
    return Decided(EnrolmentConfirmed(openid, course), tuple(told))


async def withdraw(session: AsyncSession, openid: str, course_id: int, now: datetime) -> Decided:
    """Give up a seat, an offer or a place in the line; the next moves up. Raises Refused."""
    row = await lock(session, course_id)
    course = course_of(row)
    mine = await _of(session, row.id, openid)
    if mine is None or mine.state not in OPEN:
        raise Refused(Why.NOT_ENROLLED, course)
    if course.ends_at <= now:
        raise Refused(Why.BEGUN, course)
    change(mine, State.WITHDRAWN, now)
    return Decided(Withdrawn(openid, course), tuple(await settle(session, row, now)))


async def withdraw_all(
    session: AsyncSession, openid: str, now: datetime
) -> tuple[Sequence[Course], Sequence[ToldLater]]:
    """Give up all that a worker holds or waits for; returns the courses, and who else is to be told what."""
    which = EnrolmentRow.openid == openid, EnrolmentRow.state.in_(OPEN)
    left: list[Course] = []
    told: list[ToldLater] = []
    # In a fixed order, so that two processes never wait for each other in a circle.
    courses = sa.select(EnrolmentRow.course_id).where(*which).order_by("course_id")
    for course in list(await session.scalars(courses)):
        try:
            decided = await withdraw(session, openid, course, now)
        except Refused:
            continue  # it is over: nobody waits for the seat
        left.append(decided.own.course)
        told += decided.others
    return left, told


async def mine(session: AsyncSession, openid: str) -> Sequence[Enrolment]:
    """All courses a worker has ever signed up for, the earliest first."""
    rows = list(await session.scalars(sa.select(EnrolmentRow).where(EnrolmentRow.openid == openid)))
    courses = await courses_of(session, (row.course_id for row in rows))
    found = [
        Enrolment(
            row.id,
            courses[row.course_id],
            State(row.state),
            await line.position(session, row.course_id, row),
            row.offered_until,
            row.certificate,
            row.stars,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.course.starts_at, one.id))


async def _check(
    session: AsyncSession, course: Course, openid: str, now: datetime, standing: Standing | None
) -> EnrolmentRow | None:
    """Raises Refused; returns the row of somebody who was signed up before."""
    mine = await _of(session, course.id, openid)
    if mine is not None and not course.cancelled and (already := _ALREADY.get(State(mine.state))):
        raise Refused(already, course)
    _check_open(course, now)
    _check_eligible(course, standing or Standing())
    return mine


def _check_open(course: Course, now: datetime) -> None:
    if course.cancelled:
        raise Refused(Why.CANCELLED, course)
    if course.starts_at <= now:
        raise Refused(Why.BEGUN, course)
    if course.closes_at <= now:
        raise Refused(Why.CLOSED, course)
    if course.opens_at > now:
        raise Refused(Why.NOT_YET, course)


def _check_eligible(course: Course, standing: Standing) -> None:
    if course.audience is Audience.MEMBERS and not standing.member:
        raise Refused(Why.MEMBERS_ONLY, course)
    if course.works and standing.work not in course.works:
        raise Refused(Why.OTHER_WORK, course)


async def _of(session: AsyncSession, course_id: int, openid: str) -> EnrolmentRow | None:
    return await session.scalar(
        sa.select(EnrolmentRow)
        .where(EnrolmentRow.course_id == course_id, EnrolmentRow.openid == openid)
        .execution_options(populate_existing=True)
    )
