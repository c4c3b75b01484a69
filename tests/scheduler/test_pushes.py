"""When a push strikes: by the clock of China, found again after any standstill."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scheduler
from scheduler.pushes import Push
from tests.scheduler.conftest import START

CRONS = ("* * * * *", "*/10 8-20 * * *", "0 9 * * *", "30 8 * * mon-fri", "0 10 1 * *", "0 0 29 2 *")


def push(cron: str) -> Push:
    return Push("bell", cron=cron, late=timedelta(hours=1))


def test_nine_o_clock_is_nine_in_china() -> None:
    assert push("0 9 * * *").next_slot(START) == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_the_slot_itself_is_not_later_than_itself() -> None:
    nine = push("0 9 * * *")
    slot = nine.next_slot(START)
    assert slot is not None
    assert nine.next_slot(slot) == slot + timedelta(days=1)


@pytest.mark.parametrize("cron", CRONS)
@given(st.integers(0, 60 * 24 * 50), st.integers(0, 60 * 24 * 3))
def test_the_last_slot_is_the_one_that_walking_finds(cron: str, ahead: int, gone: int) -> None:
    bell = push(cron)
    now = START + timedelta(minutes=ahead, seconds=7)
    after = now - timedelta(minutes=gone)
    walked, slot = None, bell.next_slot(after)
    while slot is not None and slot <= now:
        walked, slot = slot, bell.next_slot(slot)
    assert bell.last_slot(after, now) == walked
    few = bell.slots(after, now, 3)
    assert few[-1:] == ([walked] if walked else [])
    assert few == sorted(set(few))
    assert all(after < one <= now for one in few)
    assert len(few) == 3 or len(few) == len(bell.slots(after, now, 10_000))


def test_a_year_of_standstill_is_not_walked_through() -> None:
    now = START + timedelta(days=399, seconds=30)
    assert push("* * * * *").last_slot(START, now) == now - timedelta(seconds=30)
    assert push("0 9 1 * *").last_slot(START, now) == datetime(2027, 12, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("cron", ["0 9 * * 1", "0 9 * * 1-5", "0 9 * *", "0 9 * * * *", "0 25 * * *"])
def test_an_expression_that_can_be_misread_is_refused(cron: str) -> None:
    with pytest.raises(ValueError):
        push(cron)


def test_every_push_has_its_name_and_its_work() -> None:
    pushes = scheduler.discover()
    assert len({one.name for one in pushes}) == len(pushes)
    assert [one.name for one in pushes if one.work is None] == []
