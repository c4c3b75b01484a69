"""Mass sends: batches of a broadcast, each given to the platform once, and the month's four as a calendar to book in.

The platform lets every follower receive four a calendar month, in Beijing, from the account as a whole.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from messages.journal import Status, Via, messages
from storage.base import CHINA, Base, Id, UTCDateTime
from storage.bulk import among

A_MONTH = 4


class MassState(StrEnum):
    """Where a mass send stands."""

    READY = "ready"  # to be given to the platform, or given with the answer lost
    ACCEPTED = "accepted"  # the platform is at work on it
    FINISHED = "finished"
    REFUSED = "refused"


class MassSend(Base):
    """A batch of a broadcast. Its client id lets the platform tell a repeat, so that a lost answer may be asked again."""

    __tablename__ = "mass_sends"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    client_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    people: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[str] = mapped_column(sa.String(16))
    msg_id: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease_by: Mapped[str | None] = mapped_column(sa.String(64))
    tries: Mapped[int] = mapped_column(sa.Integer)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    total: Mapped[int | None] = mapped_column(sa.Integer)  # this and the next three by the platform's report
    filtered: Mapped[int | None] = mapped_column(sa.Integer)
    reached: Mapped[int | None] = mapped_column(sa.Integer)
    failed: Mapped[int | None] = mapped_column(sa.Integer)
    gone: Mapped[int | None] = mapped_column(sa.Integer)  # who is known not to follow
    reason: Mapped[str | None] = mapped_column(sa.String(255))


class MassBooking(Base):
    """One of a month's four, for the day on which its broadcast is to go."""

    __tablename__ = "mass_bookings"

    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    number: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    day: Mapped[date] = mapped_column(sa.Date)
    booked_by: Mapped[str] = mapped_column(sa.String(64))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FullyBooked(Exception):
    """All four of the month are taken."""


@dataclass(frozen=True, slots=True)
class Booking:
    month: str  # as 2026-11
    number: int
    broadcast_id: int
    day: date


mass_sends = cast(sa.Table, MassSend.__table__)
_bookings = cast(sa.Table, MassBooking.__table__)
_BOOKING = [_bookings.c[name] for name in Booking.__slots__]
_book = sa.text(
    "INSERT INTO mass_bookings (month, number, broadcast_id, day, booked_by, booked_at) "
    "VALUES (:month, :number, :broadcast, :day, :by, :now) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("now", type_=UTCDateTime()), sa.bindparam("day", type_=sa.Date()))


async def book(
    session: AsyncSession | AsyncConnection, broadcast_id: int, day: date, by: str, now: datetime
) -> Booking:
    """One of the four of that day's month, or the one it has already; raises FullyBooked.

    A broadcast that was booked for another month is moved.
    """
    month = f"{day:%Y-%m}"
    mine = _bookings.c.broadcast_id == broadcast_id
    await session.execute(sa.delete(_bookings).where(mine, _bookings.c.month != month))
    await session.execute(sa.update(_bookings).where(mine).values(day=day))
    for number in range(1, A_MONTH + 1):
        given = {"month": month, "number": number, "broadcast": broadcast_id, "day": day, "by": by}
        await session.execute(_book, {**given, "now": now})
        row = (await session.execute(sa.select(*_BOOKING).where(mine))).first()
        if row is not None:
            return Booking(*row)
    raise FullyBooked(month)


async def is_booked(connection: AsyncConnection, broadcast_id: int, now: datetime) -> bool:
    """For the month of `now`."""
    month = f"{now.astimezone(CHINA):%Y-%m}"
    mine = sa.select(_bookings.c.number).where(
        _bookings.c.broadcast_id == broadcast_id, _bookings.c.month == month
    )
    return (await connection.execute(mine)).first() is not None


async def release(session: AsyncSession | AsyncConnection, broadcast_id: int) -> None:
    """A booking that nothing was sent for goes back; what the platform may have taken is sent."""
    taken = sa.or_(mass_sends.c.state != MassState.REFUSED, mass_sends.c.msg_id.is_not(None))
    sent = sa.exists().where(mass_sends.c.broadcast_id == broadcast_id, taken)
    await session.execute(sa.delete(_bookings).where(_bookings.c.broadcast_id == broadcast_id, ~sent))


async def calendar(session: AsyncSession, month: str) -> list[Booking]:
    """What is booked of a month such as 2026-11."""
    query = sa.select(*_BOOKING).where(_bookings.c.month == month).order_by(_bookings.c.day)
    return [Booking(*row) for row in await session.execute(query)]


async def left(session: AsyncSession, broadcast_id: int, at: datetime) -> int:
    """How many of the four of that month nobody else has booked."""
    booked = await calendar(session, f"{at.astimezone(CHINA):%Y-%m}")
    return A_MONTH - sum(one.broadcast_id != broadcast_id for one in booked)


async def received(
    connection: AsyncConnection, openids: Collection[str], now: datetime, at_least: int = 1
) -> dict[str, int]:
    """How many mass messages each has had, or is about to have, in the month of `now`; those with fewer are left out."""
    counts = messages.c.status.in_((Status.SENDING, Status.SENT, Status.UNKNOWN))
    recent = sa.or_(messages.c.settled_at.is_(None), messages.c.settled_at >= month_start(now))
    query = (
        sa.select(messages.c.openid, sa.func.count().label("had"))
        .where(among(messages.c.openid, openids), messages.c.via == Via.MASS, counts, recent)
        .group_by(messages.c.openid)
        .having(sa.func.count() >= at_least)
    )
    return {row.openid: row.had for row in (await connection.execute(query)).all()}


def month_start(now: datetime) -> datetime:
    """Of the month in Beijing."""
    return now.astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
