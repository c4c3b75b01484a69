"""Working days: moved ones, holidays, what staff overrule, and years nobody has a list of yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from union import calendars
from union.calendars import Calendar, after, china_day

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))
SHIPPED = Calendar()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 17), False),
        (date(2026, 10, 1), False),
        (date(2026, 11, 27), True),
        (date(2026, 11, 28), False),
        (date(2031, 10, 1), False),  # a Wednesday of a year without a list
        (date(2031, 10, 8), True),
    ],
)
def test_the_lists_are_followed(day: date, working: bool) -> None:
    assert SHIPPED.is_working_day(day) is working


def test_staff_overrule_the_lists() -> None:
    storm, friday = date(2026, 9, 23), date(2026, 11, 27)
    ruled = Calendar({storm: False, friday: False, date(2026, 11, 28): True})
    assert not ruled.is_working_day(storm)
    assert ruled.working_day_from(friday) == date(2026, 11, 28)
    assert ruled.working_day_until(friday) == date(2026, 11, 26)


def test_a_storm_does_not_make_a_year_known() -> None:
    year = max(year for year in range(2004, 2100) if SHIPPED.knows(year)) + 1
    days = [date(year, 1, 1) + timedelta(days=count) for count in range(12)]
    assert not Calendar({days[0]: False}).knows(year)
    assert Calendar(dict.fromkeys(days, False)).knows(year)
    assert calendars.unlisted(SHIPPED, date(year - 1, 12, 1)) == [year]
    assert calendars.unlisted(SHIPPED, date(year - 1, 6, 1)) == []


def test_working_days_are_counted_from_the_next() -> None:
    assert SHIPPED.add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert SHIPPED.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert SHIPPED.add_working_days(date(2026, 9, 30), 0) == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("start", "period", "last"),
    [
        (date(2025, 3, 8), {"years": 1}, date(2026, 3, 9)),  # the eighth is a Sunday
        (date(2024, 2, 29), {"years": 1}, date(2025, 2, 28)),
        (date(2026, 8, 31), {"months": 1}, date(2026, 9, 30)),
        (date(2026, 9, 1), {"days": 30}, date(2026, 10, 8)),  # 1 October begins the holiday
        (date(2026, 11, 2), {"days": 15}, date(2026, 11, 17)),
    ],
)
def test_a_period_ends_on_a_working_day(start: date, period: dict[str, int], last: date) -> None:
    assert SHIPPED.last_day(start, **period) == last


@given(DAYS, st.integers(0, 40))
def test_working_days_added_are_that_many(day: date, count: int) -> None:
    end = SHIPPED.add_working_days(day, count)
    between = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert sum(map(SHIPPED.is_working_day, between)) == count


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_later_starts_never_end_earlier(day: date, step: int, months: int) -> None:
    assert after(day, months=months) <= after(day + timedelta(days=step), months=months)
    assert after(day, months=12) == after(day, years=1)


def test_the_day_is_that_of_china() -> None:
    assert china_day(datetime(2026, 11, 27, 16, 0, tzinfo=UTC)) == date(2026, 11, 28)


async def test_what_staff_enter_holds_at_once(database: Database) -> None:
    await migrate(database, Base.metadata)
    day = date(2026, 9, 23)
    async with database.write() as session:
        for working in (True, False):
            await calendars.mark(session, day, working=working, reason="storm", noted_by="desk", now=NOW)
    async with database.write() as session:
        assert not (await calendars.calendar(session)).is_working_day(day)
        assert [row.reason for row in await calendars.entered(session)] == ["storm"]
        assert await calendars.unmark(session, day)
        assert not await calendars.unmark(session, day)
        assert (await calendars.calendar(session)).is_working_day(day)
