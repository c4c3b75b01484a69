"""Working days of the Chinese calendar: what staff entered, over the State Council's lists, over Monday to Friday."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

import chinese_calendar
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import CHINA as CHINA
from storage.base import Base, UTCDateTime

# The list of one year names thirty days and more; fewer than these are a storm or a feast, not the list.
_A_YEARS_LIST = 10
_FIRST_LISTED: int = min(chinese_calendar.holidays).year
_LAST_LISTED: int = max(chinese_calendar.holidays).year
# Days that are holidays every year by 全国年节及纪念日放假办法 art. 2 and need no list; (month, day).
_EVERY_YEAR = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


class CalendarDay(Base):
    """A day of which staff say whether it is a working day; it overrules the lists."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    working: Mapped[bool] = mapped_column(sa.Boolean)
    reason: Mapped[str] = mapped_column(sa.String(64))
    noted_by: Mapped[str] = mapped_column(sa.String(64))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)


calendar_days = cast(sa.Table, CalendarDay.__table__)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are working days; `entered` is what staff overruled."""

    entered: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        if day in self.entered:
            return self.entered[day]
        if _is_listed(day.year):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5 and (day.month, day.day) not in _EVERY_YEAR

    def is_holiday(self, day: date) -> bool:
        """Whether it is a public holiday, be it also a Saturday or Sunday; a common weekend is none."""
        if day in self.entered:
            return not self.entered[day] and day.weekday() < 5
        if _is_listed(day.year):
            off, feast = chinese_calendar.get_holiday_detail(day)
            return bool(off and feast)
        return (day.month, day.day) in _EVERY_YEAR

    def knows(self, year: int) -> bool:
        """Whether the moved working days of that year are known, so that nothing is guessed."""
        return _is_listed(year) or sum(day.year == year for day in self.entered) >= _A_YEARS_LIST

    def working_day_from(self, day: date) -> date:
        """The day itself where it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def working_day_until(self, day: date) -> date:
        """The day itself where it is a working day, else the last one before it."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted; `count` is at least 0."""
        for _ in range(count):
            day = self.working_day_from(day + timedelta(days=1))
        return day

    def last_day(self, start: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
        """The last day of a legal period: the day it begins on is not counted (民法典 art. 201, 202), and when the
        last day is a holiday, the first working day after the holiday counts (art. 203)."""
        return self.working_day_from(after(start, years=years, months=months, days=days))


def after(start: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """The corresponding day, or the last day of a month that has none (民法典 art. 202)."""
    month = start.year * 12 + start.month - 1 + 12 * years + months
    first = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=start.day - 1), following - timedelta(days=1)) + timedelta(days=days)


def china_day(now: datetime) -> date:
    """The day that workers write on their letters at this instant."""
    return now.astimezone(CHINA).date()


async def calendar(session: AsyncSession) -> Calendar:
    """The calendar as staff have it now."""
    rows = await session.execute(sa.select(calendar_days.c.day, calendar_days.c.working))
    return Calendar({row.day: row.working for row in rows})


async def entered(session: AsyncSession) -> list[CalendarDay]:
    """What staff entered, in the order of the days."""
    return list(await session.scalars(sa.select(CalendarDay).order_by(CalendarDay.day)))


async def mark(
    session: AsyncSession, day: date, *, working: bool, reason: str, noted_by: str, now: datetime
) -> None:
    """Say of a day whether it is a working day, over whatever was said of it before."""
    await unmark(session, day)
    session.add(CalendarDay(day=day, working=working, reason=reason[:64], noted_by=noted_by, noted_at=now))
    await session.flush()


async def unmark(session: AsyncSession, day: date) -> bool:
    """Let the lists decide again; False when nothing was entered for the day."""
    gone = await session.execute(
        sa.delete(calendar_days).where(calendar_days.c.day == day).returning(calendar_days.c.day)
    )
    return gone.first() is not None


def unlisted(known: Calendar, today: date) -> list[int]:
    """The years that deadlines reach now and of which only Monday to Friday is known."""
    reach = {today.year, after(today, months=2).year}
    return sorted(year for year in reach if not known.knows(year))


def _is_listed(year: int) -> bool:
    return _FIRST_LISTED <= year <= _LAST_LISTED
