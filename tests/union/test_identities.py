"""Identity numbers of GB 11643; those here are of a region that does not exist."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from union import identities
from union.identities import Fault, birthday, check, fault, plain

TODAY = date(2026, 11, 28)
GOOD = "99010119900101006X"


def made(born: date, region: str = "990101", serial: str = "006") -> str:
    body = f"{region}{born:%Y%m%d}{serial}"
    return body + check(body)


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        "99010119900101006x",
        "990101 19900101 006X",
        "９９０１０１１９９００１０１００６Ｘ",
        "990101-19900101-006X",
    ],
)
def test_however_it_is_typed_it_is_the_same_number(typed: str) -> None:
    assert plain(typed) == GOOD
    assert fault(plain(typed), TODAY) is None


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("", Fault.EMPTY),
        ("990101900101006", Fault.SHORT),  # fifteen digits, given out until 1999
        (GOOD[:-1], Fault.SHORT),
        (GOOD + "1", Fault.LONG),
        ("99010119900101OO6X", Fault.LETTERS),
        ("9901011990010100６X"[:17] + "Y", Fault.LETTERS),
        ("990101199013010064", Fault.DATE),
        ("990101199002300061", Fault.DATE),
        (made(date(2027, 1, 1)), Fault.DATE),
        (made(date(1890, 1, 1)), Fault.DATE),
        ("990101199001010061", Fault.CHECK),
        (made(TODAY.replace(year=2010) + timedelta(days=1)), Fault.YOUNG),
    ],
)
def test_what_is_wrong_is_named(number: str, wrong: Fault) -> None:
    assert fault(number, TODAY) is wrong


def test_on_the_sixteenth_birthday_one_may_join() -> None:
    assert fault(made(TODAY.replace(year=2010)), TODAY) is None


@given(st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.integers(0, 999))
def test_a_number_that_was_made_right_is_right_and_tells_the_birthday(born: date, serial: int) -> None:
    number = made(born, serial=f"{serial:03}")
    assert fault(number, TODAY) is None
    assert birthday(number) == born


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(at: int, off: int) -> None:
    digit = str((int(GOOD[at]) + off) % 10)
    assert fault(GOOD[:at] + digit + GOOD[at + 1 :], TODAY) is not None


@given(st.text(max_size=40))
def test_no_text_is_a_bug(text: str) -> None:
    identities.fault(plain(text), TODAY)
