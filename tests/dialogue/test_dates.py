"""Days in every way that workers write them; what names no day, or two, is not guessed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.dates import parse, read, spoken_day, spoken_until

TODAY = date(2026, 11, 28)  # a Saturday
DAYS = st.dates(date(1950, 1, 1), TODAY)
_NUMERALS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    tens, units = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else _NUMERALS[tens] + "十"
    return ten + (_NUMERALS[units] if units or not tens else "")


def spelt(year: int) -> str:
    return "".join(_NUMERALS[int(digit)] for digit in str(year))


WAYS: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}年{day.month:02}月{day.day:02}号",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}-{day.month:02}-{day.day:02}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year} {day.month} {day.day}",
    lambda day: f"{day.year}{day.month:02}{day.day:02}",
    lambda day: f"{day.year} 年 {day.month} 月 {day.day} 號",
    lambda day: f"{spelt(day.year)}年{numeral(day.month)}月{numeral(day.day)}日",
    lambda day: f"我是{day.year}年的{day.month}月{day.day}号下午受伤的",
    lambda day: f"大概{day.year}年{day.month}月{day.day}吧",
)


@pytest.mark.parametrize("way", WAYS)
@given(day=DAYS)
def test_a_full_date_is_read_however_it_is_written(way: Callable[[date], str], day: date) -> None:
    said = way(day)
    wide = said.translate({code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)})
    assert parse(said, TODAY) == parse(wide, TODAY) == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        *(("今天", TODAY), ("今日", TODAY), ("刚才", TODAY), ("今朝早", TODAY)),
        *((word, date(2026, 11, 27)) for word in ("昨天", "昨日", "琴日", "尋日", "寻日", "噚日", "昨晚", "尋晚")),
        *((word, date(2026, 11, 26)) for word in ("前天", "前日", "就是前天")),
        *((word, date(2026, 11, 25)) for word in ("大前天", "大前日", "三天前", "3天之前", "３日前")),
        *(("明天", date(2026, 11, 29)), ("聽日", date(2026, 11, 29)), ("後日", date(2026, 11, 30))),
        *(("大后天", date(2026, 12, 1)), ("十天后", date(2026, 12, 8)), ("10天以后", date(2026, 12, 8))),
        *(("上个月5号", date(2026, 10, 5)), ("上個月五號", date(2026, 10, 5)), ("上月5日", date(2026, 10, 5))),
        *(("这个月3号", date(2026, 11, 3)), ("本月3日", date(2026, 11, 3)), ("上上个月31号", None)),
        *(("3月8日", date(2026, 3, 8)), ("三月八号", date(2026, 3, 8)), ("3.8", date(2026, 3, 8))),
        *(("3/8", date(2026, 3, 8)), ("3-8", date(2026, 3, 8)), ("0308", date(2026, 3, 8)), ("3月8", date(2026, 3, 8))),
        *(("三月廿三", date(2026, 3, 23)), ("十二月三十一日", date(2025, 12, 31)), ("12月1日", date(2025, 12, 1))),
        *(("26年3月8日", date(2026, 3, 8)), ("26.3.8", date(2026, 3, 8)), ("八五年三月八日", date(1985, 3, 8))),
        *(("去年10月5号", date(2025, 10, 5)), ("旧年10月5號", date(2025, 10, 5)), ("上年十月五号", date(2025, 10, 5))),
        *(("前年的3月8日", date(2024, 3, 8)), ("今年3月8日", date(2026, 3, 8)), ("明年1月2日", date(2027, 1, 2))),
        *(("5号", date(2026, 11, 5)), ("30号", date(2026, 10, 30)), ("二十八日", TODAY), ("我5号受伤的", date(2026, 11, 5))),
        *(("上周五", date(2026, 11, 20)), ("上个星期五", date(2026, 11, 20)), ("星期五", date(2026, 11, 27))),
        *(("礼拜六", TODAY), ("周日", date(2026, 11, 22)), ("上礼拜天", date(2026, 11, 22)), ("這週一", date(2026, 11, 23))),
        *(("下周三", date(2026, 12, 2)), ("上上周二", date(2026, 11, 10)), ("2月29日", date(2024, 2, 29))),
        *(("国庆", date(2026, 10, 1)), ("国庆节那天", date(2026, 10, 1)), ("五一", date(2026, 5, 1)), ("十一", date(2026, 10, 1))),
        *(("去年国庆", date(2025, 10, 1)), ("今年五一", date(2026, 5, 1)), ("去年國慶節那天", date(2025, 10, 1))),
        *(("今年元旦", date(2026, 1, 1)), ("2025年国庆节", date(2025, 10, 1)), ("我去年五一被辞退的", date(2025, 5, 1))),
        *(("国庆前三天", date(2026, 9, 28)), ("五一之后两天", date(2026, 5, 3)), ("去年国庆节前一天", date(2025, 9, 30))),
        *(("國慶前兩天被辭退", date(2026, 9, 29)), ("双十一后两天", date(2026, 11, 13)), ("元旦前3天", date(2025, 12, 29))),
        ("公历2026年3月8日", date(2026, 3, 8)),
        ("2025年10月1日发的裁决书，工资3.5万", date(2025, 10, 1)),
    ],
)  # fmt: skip
def test_short_words_are_counted_from_today(said: str, day: date | None) -> None:
    assert parse(said, TODAY) == day


@pytest.mark.parametrize(
    ("said", "first"),
    [
        *(("去年10月", date(2025, 10, 1)), ("2025年10月", date(2025, 10, 1)), ("2025.10", date(2025, 10, 1))),
        *(("十月份", date(2026, 10, 1)), ("上个月", date(2026, 10, 1)), ("10月中旬", date(2026, 10, 11))),
        *(("上个月底", date(2026, 10, 21)), ("3月头", date(2026, 3, 1)), ("去年10月初", date(2025, 10, 1))),
        *(("去年底", date(2025, 12, 1)), ("去年年底", date(2025, 12, 1)), ("前年年尾", date(2024, 12, 1))),
        *(("今年初", date(2026, 1, 1)), ("去年年中", date(2025, 6, 1)), ("2025年底", date(2025, 12, 1))),
        *(("半年前", date(2026, 5, 28)), ("半个月前", date(2026, 11, 13)), ("一年前", date(2025, 11, 28))),
        *(("三个月前", date(2026, 8, 28)), ("三个半月前", date(2026, 8, 13)), ("一年半前", date(2025, 5, 28))),
        *(("两个星期前", date(2026, 11, 14)), ("3个礼拜之前", date(2026, 11, 7)), ("12个月前", date(2025, 11, 28))),
    ],
)  # fmt: skip
def test_a_month_is_read_as_its_first_day_and_said_to_be_about(said: str, first: date) -> None:
    reading = read(said, TODAY)
    assert reading is not None
    assert (reading.day, reading.exact) == (first, False)


@pytest.mark.parametrize(
    "said",
    [
        *("", "不知道", "忘记了", "去年", "上周", "前几天", "两三天前", "三五天前", "十来天前", "年底", "去年今天"),
        *("国庆前", "五一后", "国庆前三五天", "国庆前后", "二十一前三天"),
        *("春节前", "去年春节", "去年国庆前", "去年五一之后", "去年中秋", "去年底薪3500", "去年底到今年初", "去年五一八号楼"),
        *("2月30日", "13月1日", "32号", "2026.13.1", "99999999", "农历三月初八", "腊月廿三", "正月初五", "五月初五"),
        *("13800138000", "工资3.5万", "3500", "8", "一二三四五", "8号楼", "3月8日到5月8日", "昨天和前天", "0年1月1日"),
        *("9999年12月31日", "一百年前的事", "9999年前", "9999天前的9999年后", "十十月", "٣月٨日"),
    ],
)  # fmt: skip
def test_what_names_no_single_day_is_not_guessed(said: str) -> None:
    assert parse(said, TODAY) is None


@given(
    st.text(
        st.sampled_from("今昨前大后天日月年号周星期上下个半初底一二十廿零两0123456789./- ０年前后初三"),
        max_size=12,
    )
)
def test_no_text_is_a_bug(said: str) -> None:
    parse(said, TODAY)
    parse(said, TODAY, ahead=True)


@given(st.text(max_size=300))
def test_no_text_at_all_is_a_bug(said: str) -> None:
    parse(said, TODAY)


@given(DAYS, st.dates(date(1996, 1, 1), date(2040, 1, 1)))
def test_a_day_without_its_year_is_the_nearest(day: date, today: date) -> None:
    said = f"{day.month}月{day.day}日"
    past, coming = parse(said, today), parse(said, today, ahead=True)
    assert past is not None and coming is not None
    assert past <= today <= coming
    assert (past.month, past.day) == (coming.month, coming.day) == (day.month, day.day)
    if (day.month, day.day) != (2, 29):
        assert today - past < timedelta(days=366) > coming - today


def test_ahead_looks_ahead() -> None:
    assert parse("12月1日", TODAY, ahead=True) == date(2026, 12, 1)
    assert parse("5号", TODAY, ahead=True) == date(2026, 12, 5)
    assert parse("星期五", TODAY, ahead=True) == date(2026, 12, 4)


def test_days_are_spoken_alike_everywhere() -> None:
    assert spoken_day(date(2026, 12, 1)) == "12月1日周二"
    assert spoken_day(date(2026, 12, 6), year=True) == "2026年12月6日周日"
    assert spoken_until(datetime(2026, 12, 1, 18, 30, tzinfo=UTC)) == "12月1日周二 18:30"
    assert spoken_until(datetime(2026, 12, 1, tzinfo=UTC)) == "11月30日周一 24:00"
