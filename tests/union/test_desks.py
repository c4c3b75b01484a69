"""When somebody sits at the desk, and who."""

from datetime import UTC, date, datetime, time

import pytest

from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from union import desks
from union.calendars import CHINA, Calendar
from union.desks import DEFAULT, Opening, opening


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In September and October 2026, counted from the first of September."""
    return datetime(2026, 9 + (day - 1) // 30, (day - 1) % 30 + 1, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "is_open", "next_at"),
    [
        (at(29, 10), True, at(29, 10)),
        (at(29, 7), False, at(29, 8, 30)),
        (at(29, 12), False, at(29, 14, 30)),
        (at(29, 13, 59), False, at(29, 14, 30)),
        (at(29, 17, 30), False, at(30, 8, 30)),
        (at(30, 18), False, at(38, 8, 30)),  # over the holiday of a week
        (at(34, 10), False, at(38, 8, 30)),
    ],
)
def test_hours_noon_and_holidays(now: datetime, is_open: bool, next_at: datetime) -> None:
    assert opening(DEFAULT, Calendar(), now.astimezone(UTC)) == Opening(is_open, next_at)


async def test_staff_keep_their_hours(database: Database) -> None:
    await migrate(database, Base.metadata)
    late = [(time(9), time(12)), (time(13), time(21))]
    async with database.write() as session:
        assert await desks.hours(session) == DEFAULT
        await desks.keep_hours(session, late[::-1])
        assert await desks.hours(session) == late
        assert (await desks.standing(session, at(29, 20))).open
    for wrong in ([(time(12), time(9))], [], [(time(9), time(12)), (time(11), time(13))]):
        async with database.write() as session:
            with pytest.raises(ValueError):
                await desks.keep_hours(session, wrong)


async def test_the_roster(database: Database) -> None:
    await migrate(database, Base.metadata)
    first, second = date(2026, 11, 30), date(2026, 12, 1)
    async with database.write() as session:
        for day, who in ((first, "2"), (first, "1"), (first, "1"), (second, "2")):
            await desks.put_on_duty(session, day, who)
        assert await desks.on_duty(session, first) == ["1", "2"]
        assert await desks.take_off_duty(session, first, "1")
        assert not await desks.take_off_duty(session, first, "1")
        assert await desks.roster(session, first) == [(first, "2"), (second, "2")]
