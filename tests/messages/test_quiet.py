"""Quiet hours: whatever the moment, the one found is open, is the first that is, and is no later than morning."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.quiet import opens
from storage.base import CHINA

DAY = datetime(2026, 11, 27, tzinfo=CHINA)
minutes = st.integers(0, 60 * 24 * 3).map(lambda past: DAY + timedelta(minutes=past))
works = st.sampled_from([None, "", "rider", "courier", "guard"])


def at(clock: str, day: int = 0) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return DAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("work", "now", "then"),
    [
        (None, "7:59", at("8:00")),
        (None, "8:00", at("8:00")),
        (None, "12:00", at("12:00")),
        (None, "21:29", at("21:29")),
        (None, "21:30", at("8:00", 1)),
        (None, "0:00", at("8:00")),
        ("rider", "10:59", at("10:59")),
        ("rider", "11:00", at("13:30")),
        ("rider", "17:00", at("20:00")),
        ("rider", "20:00", at("20:00")),
        ("rider", "23:59", at("8:00", 1)),
        ("courier", "12:00", at("12:00")),
    ],
)
def test_the_hours_are_those_of_the_issue(work: str | None, now: str, then: datetime) -> None:
    assert opens(work, at(now)) == then


@given(works, minutes)
def test_what_is_found_is_open_and_not_long_after(work: str | None, now: datetime) -> None:
    found = opens(work, now)
    assert opens(work, found) == found
    assert timedelta() <= found - now <= timedelta(hours=10, minutes=30)


@given(works, minutes)
def test_nothing_is_open_before_it(work: str | None, now: datetime) -> None:
    found = opens(work, now)
    while now < found:
        assert opens(work, now) == found
        now += timedelta(minutes=1)


@given(minutes)
def test_a_rider_is_written_to_at_no_hour_at_which_others_are_not(now: datetime) -> None:
    assert opens("rider", now) >= opens(None, now)
