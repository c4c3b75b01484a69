"""Another mobile, or name, for the courses and events that somebody has signed up for, as long as they are not over."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import enrolments, event_places, seats, signups
from union.lines import OPEN, InLine, Line

_AND = "+"


class Kind(StrEnum):
    COURSE = "course"
    EVENT = "event"


_LINES: Mapping[Kind, tuple[Line[Any], Callable[[AsyncSession, int], Awaitable[object]]]] = {
    Kind.COURSE: (seats.line, seats.lock),
    Kind.EVENT: (event_places.line, event_places.lock),
}


@dataclass(frozen=True, slots=True)
class SignedUp:
    """What somebody has a place in, or waits for one."""

    kind: Kind
    id: int
    title: str

    @property
    def code(self) -> str:
        return f"{self.kind}.{self.id}"


@dataclass(frozen=True, slots=True)
class NewMobile:
    """`of` is `together` what was signed up for."""

    of: str
    mobile: str


@dataclass(frozen=True, slots=True)
class NewName:
    """`of` is `together` what was signed up for."""

    of: str
    name: str


class MobileTaken(Exception):
    """Somebody else signed up for that with this mobile."""

    def __init__(self, of: SignedUp) -> None:
        super().__init__(of.code)
        self.of = of


def together(several: Sequence[SignedUp]) -> str:
    return _AND.join(one.code for one in several)


async def signed_up(session: AsyncSession, openid: str, now: datetime) -> Sequence[SignedUp]:
    """Courses before events, each in the order in which they are locked everywhere."""
    courses = [
        SignedUp(Kind.COURSE, one.course.id, one.course.title)
        for one in await enrolments.mine(session, openid)
        if one.state in OPEN and one.course.ends_at > now
    ]
    events = [
        SignedUp(Kind.EVENT, one.event.id, one.event.title)
        for one in await signups.mine(session, openid)
        if one.state in OPEN and one.event.ends_at > now
    ]
    return sorted((*courses, *events), key=lambda one: (one.kind, one.id))


async def change(session: AsyncSession, openid: str, wanted: NewMobile, now: datetime) -> Sequence[SignedUp]:
    """All of it or, where the mobile is somebody else's, nothing. Raises MobileTaken."""
    rows = await _named(session, openid, wanted.of, now)
    for one, _ in rows:
        if await _is_taken(session, openid, one, wanted.mobile):
            raise MobileTaken(one)
    for _, row in rows:
        row.phone = row.phone_blind = wanted.mobile
    return [one for one, _ in rows]


async def rename(session: AsyncSession, openid: str, wanted: NewName, now: datetime) -> Sequence[SignedUp]:
    rows = await _named(session, openid, wanted.of, now)
    for _, row in rows:
        row.name = wanted.name
    return [one for one, _ in rows]


async def follow(
    session: AsyncSession, openid: str, before: str, mobile: str, now: datetime
) -> Sequence[SignedUp]:
    """What was signed up for with the mobile that is another one now, unless that is somebody else's there."""
    done = []
    for one in await signed_up(session, openid, now) if mobile != before else ():
        row = await _locked(session, openid, one)
        if row and row.phone == before and not await _is_taken(session, openid, one, mobile):
            row.phone = row.phone_blind = mobile
            done.append(one)
    return done


async def _named(
    session: AsyncSession, openid: str, of: str, now: datetime
) -> Sequence[tuple[SignedUp, InLine]]:
    """What is meant by `together`, with the worker's rows."""
    meant = of.split(_AND)
    return [
        (one, row)
        for one in await signed_up(session, openid, now)
        if one.code in meant and (row := await _locked(session, openid, one))
    ]


async def _locked(session: AsyncSession, openid: str, one: SignedUp) -> InLine | None:
    """The worker's row, with what it is for held until the commit; None where they gave it up meanwhile."""
    line, lock = _LINES[one.kind]
    await lock(session, one.id)
    row: InLine | None = await line.row(session, one.id, openid)
    return row if row is not None and row.state in OPEN else None


async def _is_taken(session: AsyncSession, openid: str, one: SignedUp, mobile: str) -> bool:
    line, _ = _LINES[one.kind]
    table = line.table
    theirs = line.what == one.id, table.phone_blind == mobile, table.openid != openid, table.state.in_(OPEN)
    return await session.scalar(sa.select(table.id).where(*theirs).limit(1)) is not None
