"""When staff sit at the desk, and who: office hours with a break at noon, working days, a duty roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from union import members, staff
from union.calendars import CHINA, Calendar, calendar, china_day
from union.rights import Right, Staff, may

# Until staff enter theirs.
DEFAULT = ((time(8, 30), time(12, 0)), (time(14, 30), time(17, 30)))


class ShiftRow(Base):
    """A part of a working day in which somebody answers; China's time."""

    __tablename__ = "desk_shifts"

    opens: Mapped[time] = mapped_column(sa.Time, primary_key=True)
    closes: Mapped[time] = mapped_column(sa.Time)


class DutyRow(Base):
    """Who answers on a day; several may."""

    __tablename__ = "desk_duties"

    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    staff_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


shifts = cast(sa.Table, ShiftRow.__table__)
duties = cast(sa.Table, DutyRow.__table__)
Hours = Sequence[tuple[time, time]]


@dataclass(frozen=True, slots=True)
class Called:
    """A worker asks for a person, or is in danger; for a staff member on duty who has bound their WeChat."""

    openid: str
    ticket: int
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether somebody answers now; `next` is when somebody does, in China's time: now, or the next shift's start."""

    open: bool
    next: datetime


def opening(hours: Hours, days: Calendar, now: datetime) -> Opening:
    here = now.astimezone(CHINA)
    if days.is_working_day(here.date()):
        for opens, closes in sorted(hours):
            if here.time() < closes:
                start = datetime.combine(here.date(), opens, CHINA)
                return Opening(start <= here, max(start, here))
    day = days.working_day_from(here.date() + timedelta(days=1))
    return Opening(open=False, next=datetime.combine(day, min(hours)[0], CHINA))


async def standing(session: AsyncSession, now: datetime) -> Opening:
    """Whether the desk is open, by the hours and the calendar as staff have them."""
    return opening(await hours(session), await calendar(session), now)


async def hours(session: AsyncSession) -> Hours:
    rows = await session.execute(sa.select(shifts.c.opens, shifts.c.closes).order_by(shifts.c.opens))
    return [(row.opens, row.closes) for row in rows] or DEFAULT


async def keep_hours(session: AsyncSession, hours: Hours) -> None:
    """Other office hours from now on; ValueError for shifts that end before they begin or overlap."""
    ordered = sorted(hours)
    ends = [moment for shift in ordered for moment in shift]
    if not ends or any(first >= second for first, second in pairwise(ends)):
        raise ValueError("shifts begin before they end, and one after the other")
    await session.execute(sa.delete(shifts))
    await session.execute(
        sa.insert(shifts), [{"opens": opens, "closes": closes} for opens, closes in ordered]
    )


async def on_duty(session: AsyncSession, day: date) -> list[str]:
    """The ids of the staff on the roster of that day."""
    query = sa.select(duties.c.staff_id).where(duties.c.day == day).order_by(duties.c.staff_id)
    return list(await session.scalars(query))


async def called(session: AsyncSession, now: datetime, worker: str | None = None) -> list[Staff]:
    """Those on the roster of today, else everybody who may answer that worker; such as have bound their WeChat.

    A district is called for its own workers alone: what others write it may not open. Without a worker, for anybody.
    """
    district = None if worker is None else await members.district_of(session, worker)
    able = [
        one
        for one in await staff.everybody(session)
        if one.openid and may(one, Right.REPLY, one.district if district is None else district)
    ]
    roster = await on_duty(session, china_day(now))
    return [one for one in able if one.id in roster] or able


async def put_on_duty(session: AsyncSession, day: date, staff_id: str) -> None:
    await take_off_duty(session, day, staff_id)
    await session.execute(sa.insert(duties).values(day=day, staff_id=staff_id))


async def take_off_duty(session: AsyncSession, day: date, staff_id: str) -> bool:
    """False when they were not on the roster."""
    its = duties.c.day == day, duties.c.staff_id == staff_id
    return (await session.execute(sa.delete(duties).where(*its).returning(duties.c.day))).first() is not None


async def roster(session: AsyncSession, since: date) -> list[tuple[date, str]]:
    """Days and staff from that day on."""
    query = sa.select(duties.c.day, duties.c.staff_id).where(duties.c.day >= since)
    rows = await session.execute(query.order_by(duties.c.day, duties.c.staff_id))
    return [(row.day, row.staff_id) for row in rows]
