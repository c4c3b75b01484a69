"""Opening hours in the words of staff."""

from datetime import date, datetime

import pytest

from storage.base import CHINA
from union.calendars import Calendar
from union.hours import Unclear, read

FEAST = Calendar({date(2026, 11, 25): False})  # a Wednesday that staff made a holiday
PLAIN = Calendar()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026, of which the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("words", "now", "until"),
    [
        ("每天 7:00-21:00", at(23, 7), at(23, 21)),
        ("每天 7:00-21:00", at(23, 6, 59), None),
        ("每天 7:00-21:00", at(23, 21), None),
        ("每天７：００—２１：００", at(23, 12), at(23, 21)),
        ("7:00-21:00", at(28, 8), at(28, 21)),
        ("周一至周五 8:00-12:00、14:00-18:00", at(23, 13), None),
        ("周一至周五 8:00-12:00、14:00-18:00", at(23, 15), at(23, 18)),
        ("周一至周五 8:00-18:00；周末 9:00-12:00", at(28, 10), at(28, 12)),
        ("周一至周五 8:00-18:00；周末 休", at(28, 10), None),
        ("每天 18:00-次日6:00", at(23, 23), at(24, 6)),
        ("每天 18:00-次日6:00", at(24, 5), at(24, 6)),
        ("每天 18:00-2:00", at(24, 1), at(24, 2)),
        ("周六、周日 24小时", at(28, 3), at(29, 0)),
        ("周六至周一 9:00-10:00", at(23, 9), at(23, 10)),
    ],
)
def test_open_until(words: str, now: datetime, until: datetime | None) -> None:
    assert read(words).open_until(now, PLAIN) == until


def test_around_the_clock() -> None:
    for words in ("24小时", "每天24小时", "２４小时", "全天开放"):
        assert read(words).always
        assert read(words).open_until(at(23, 3), PLAIN) is not None


def test_a_holiday_has_its_own_rule_only_where_one_is_written() -> None:
    shut = read("周一至周五 8:00-18:00；节假日 休")
    assert shut.open_until(at(25, 10), PLAIN) == at(25, 18)
    assert shut.open_until(at(25, 10), FEAST) is None
    assert read("周一至周五 8:00-18:00").open_until(at(25, 10), FEAST) == at(25, 18)
    assert read("工作日 8:00-18:00").open_until(at(25, 10), FEAST) is None


def test_a_moved_working_day_counts_as_one() -> None:
    moved = Calendar({date(2026, 11, 28): True})
    assert read("工作日 8:00-18:00").open_until(at(28, 10), moved) == at(28, 18)
    assert read("工作日 8:00-18:00").open_until(at(28, 10), PLAIN) is None


def test_when_it_opens_next() -> None:
    hours = read("周一至周五 8:00-18:00")
    assert hours.opens_at(at(23, 7), PLAIN) == at(23, 8)
    assert hours.opens_at(at(27, 19), PLAIN) == at(30, 8)


@pytest.mark.parametrize("words", ["", "随时", "周八 8:00-9:00", "每天 25:00-26:00", "休", "每天", "8:00"])
def test_words_that_say_nothing_are_refused(words: str) -> None:
    with pytest.raises(Unclear):
        read(words)


def test_public_holidays() -> None:
    calendar = Calendar()
    assert calendar.is_holiday(date(2026, 10, 1))
    assert not calendar.is_holiday(date(2026, 11, 28))
    assert not calendar.is_holiday(date(2026, 11, 25))
