"""What a worker decides about a course: to sign up, to take an offered seat, to give it up."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union.courses import Audience, Course, course_of, courses_of, find
from union.lines import OPEN, State, change
from union.refusals import ALREADY, Why
from union.seats import EnrolmentRow, line, lock, look, places_of, settle
from union.trainings import (
    Decided,
    EnrolmentConfirmed,
    OfferExpired,
    PutOnWaitingList,
    Refused,
    SignUp,
    Standing,
    ToldLater,
    Withdrawn,
)


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


async def accept(session: AsyncSession, openid: str, course_id: int, now: datetime) -> Decided:
    """Take the seat that is or was offered. Raises Refused.

    Who comes late has it while nobody else waits; otherwise the answer is OfferExpired.
    """
    row = await lock(session, course_id)
    course = course_of(row)
    mine = await line.row(session, row.id, openid)
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
    mine = await line.row(session, row.id, openid)
    if mine is None or mine.state not in OPEN:
        raise Refused(Why.NOT_ENROLLED, course)
    if course.ends_at <= now:
        raise Refused(Why.BEGUN, course)
    change(mine, State.WITHDRAWN, now)
    return Decided(Withdrawn(openid, course), tuple(await settle(session, row, now)))


async def withdraw_all(session: AsyncSession, openid: str, now: datetime) -> Sequence[Decided]:
    """Give up all that a worker holds or waits for."""
    done: list[Decided] = []
    for course in await line.held(session, openid):
        with suppress(Refused):  # it is over: nobody waits for the seat
            done.append(await withdraw(session, openid, course, now))
    return done


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
    mine = await line.row(session, course.id, openid)
    if mine is not None and not course.cancelled and (already := ALREADY.get(State(mine.state))):
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
