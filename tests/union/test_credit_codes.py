"""Credit codes: the check character and what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from union import credit_codes

# Made by the rule of the standard; it belongs to nobody.
RIGHT = "91350100M000100Y43"


@pytest.mark.parametrize(
    "written", [RIGHT, RIGHT.lower(), " 91350100 M000100Y43", "９１３５０１００Ｍ０００１００Ｙ４３"]
)
def test_a_right_code_is_right_however_it_is_written(written: str) -> None:
    assert credit_codes.is_right(written)
    assert credit_codes.plain(written) == RIGHT


@pytest.mark.parametrize(
    "wrong", ["", "91350100M000100Y44", "91350100M000100Y4", "I1350100M000100Y43", "一家公司"]
)
def test_a_wrong_code_is_not(wrong: str) -> None:
    assert not credit_codes.is_right(wrong)


def test_a_code_is_told_from_a_name() -> None:
    assert credit_codes.looks_like_one("91350100M000100Y44")
    assert not credit_codes.looks_like_one("电白水产加工厂")
    assert not credit_codes.looks_like_one("13800138000")


@pytest.mark.parametrize(
    ("said", "before", "code"),
    [
        (RIGHT, "", RIGHT),
        (f"统一社会信用代码：{RIGHT}", "统一社会信用代码:", RIGHT),
        ("代码是 9135O1OOM000100Y43", "代码是", RIGHT),
        ("执照上的 91350100 M000100Y4A", "执照上的", "91350100M000100Y4A"),
        ("样例加工厂", "", ""),
        ("税号 13800138000", "", ""),
    ],
)
def test_a_code_is_read_behind_what_stands_before_it(said: str, before: str, code: str) -> None:
    assert credit_codes.written(said) == (before, code)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_letter_is_noticed(at: int, letter: str) -> None:
    code = RIGHT[:at] + letter + RIGHT[at + 1 :]
    assert credit_codes.is_right(code) == (code == RIGHT)
