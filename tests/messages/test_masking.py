"""Numbers of ID and bank cards are hidden; every other number stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.masking import mask, mask_mobiles
from storage import credit_codes

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
digits = st.text("0123456789", min_size=1)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    first = draw(st.text("0123456789", min_size=17, max_size=17))
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    first = draw(st.text("0123456789", min_size=15, max_size=18))
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(first))]
    total = sum(value // 10 + value % 10 for value in doubled)
    return first + str(-total % 10)


def not_of_an_employer(number: str) -> bool:
    return not credit_codes.is_right(number)


id_numbers_only = id_numbers().filter(not_of_an_employer)
card_numbers_only = card_numbers().filter(not_of_an_employer)
around = st.text("我的身份证号是，。：abc \n", max_size=12)


@given(around, id_numbers_only | card_numbers_only, around)
def test_a_number_is_hidden_wherever_it_stands(before: str, number: str, after: str) -> None:
    masked = mask(before + number + after)
    assert number not in masked
    assert masked == f"{before}{'*' * (len(number) - 4)}{number[-4:]}{after}"


@given(id_numbers_only)
def test_a_small_x_is_an_x(number: str) -> None:
    assert mask(number.lower()) == mask(number)


@given(card_numbers_only, st.sampled_from(" -\n\u3000"))
def test_a_number_in_groups_is_hidden_too(number: str, gap: str) -> None:
    grouped = gap.join(number[start : start + 4] for start in range(0, len(number), 4))
    assert number[:-4] not in mask(grouped).replace(gap, "")


@pytest.mark.parametrize("number", ["4111111111111111", "6222021234567890", "6222021234567890123"])
@pytest.mark.parametrize("gap", ["", ".", "  ", " - ", "。"])
def test_a_bank_card_is_hidden_however_it_is_written(number: str, gap: str) -> None:
    grouped = gap.join(number[start : start + 4] for start in range(0, len(number), 4))
    hidden = f"{'*' * (len(number) - 4)}{number[-4:]}"
    assert mask(f"卡号{grouped}，发这里") == f"卡号{hidden}，发这里"
    assert mask(grouped.translate(str.maketrans("0123456789", "零一二三四五六七八九"))) == hidden


def test_every_number_of_several_is_hidden() -> None:
    text = "我1个，36岁 13800138000 440902199001011234、44090219850101123X"
    assert mask(text) == f"我1个，36岁 13800138000 {'*' * 14}1234、{'*' * 14}123X"


def test_sums_in_a_row_are_no_card() -> None:
    assert mask("4111,1111,1111,1111") == "4111,1111,1111,1111"


@pytest.mark.parametrize(
    "written",
    ["139.0013.9228", "139  0013  9228", "139—0013—9228", "+86 一三九零零一三九二二八"],
)
def test_a_mobile_is_hidden_however_it_is_written(written: str) -> None:
    assert mask_mobiles(f"手机：{written}，王") == "手机：139****9228，王"


@given(id_numbers_only | card_numbers_only)
def test_hiding_twice_changes_nothing_more(number: str) -> None:
    assert mask(mask(f"号{number}。")) == mask(f"号{number}。")


@given(st.text("0123456789", max_size=14))
def test_shorter_numbers_stay(number: str) -> None:
    assert mask(number) == number


@given(st.text("0123456789", min_size=20))
def test_longer_numbers_stay(number: str) -> None:
    assert mask(number) == number


@given(st.text())
def test_any_text_keeps_its_length_unless_gaps_were_in_a_number(text: str) -> None:
    masked = mask(text)
    assert len(masked) <= len(text)
    assert "*" in masked or masked == text


@pytest.mark.parametrize(
    "text", ["", "13800138000", "2026-11-20 08:30", "订单 202611200830001234", "110105199013010012"]
)
def test_what_only_looks_like_one_stays_readable(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("number", ["440902199001011234", "44090219900101123x", "440902 19900101 1234"])
def test_an_id_number_with_a_slip_is_hidden_by_its_birth_date(number: str) -> None:
    masked = mask(f"我的号 {number}，要入会")
    assert number not in masked
    assert masked.startswith("我的号 **************")


@pytest.mark.parametrize(
    "number",
    ["９９０１０１１９９００１０１００６Ｘ", "９９０１０１１９９００１０１００６X", "99010119900101006Ｘ"],
)
def test_full_width_digits_hide_nothing_from_us(number: str) -> None:
    assert number not in mask(f"我的号 {number}")


# Each belongs to nobody, and passes the check of an ID card, of a bank card or of both.
@pytest.mark.parametrize("code", ["914409025364052599"])
def test_the_credit_code_of_an_employer_stays_readable(code: str) -> None:
    assert credit_codes.is_right(code)
    assert mask(f"单位代码 {code}") == f"单位代码 {code}"


@given(st.text("0123456789", min_size=11, max_size=11))
def test_no_credit_code_of_digits_is_hidden_but_for_a_day_of_birth(tail: str) -> None:
    first = f"914409{tail}"
    (code,) = [first + last for last in credit_codes.LETTERS if credit_codes.is_right(first + last)]
    assert mask(code) == code or code[6:8] in ("19", "20")


@pytest.mark.parametrize(
    "number",
    [
        "四四零九零二一九九零零一零一一二三四",
        "四四〇九〇二 一九九〇〇一〇一 一二三X",
        "440902.19900101.1234",
        "４４０９０２。１９９００１０１。１２３Ｘ",
        "440902900101123",
        "440902 900101 123",
        "四四零九零二九零零一零一一二三",
    ],
)
def test_an_id_number_is_hidden_however_it_is_written(number: str) -> None:
    masked = mask(f"我的号是{number}，要入会")
    assert masked.startswith("我的号是***********"), masked
    assert masked.endswith("，要入会")


@pytest.mark.parametrize(
    "text",
    [
        "202611200830001",
        "订单 440902901301123",
        "一三八零零一三八零零零",
        "三四五六七八九",
        "2026.11.20.08.30.00.12.345",
    ],
)
def test_what_has_no_day_of_birth_stays_readable(text: str) -> None:
    assert mask(text) == text
