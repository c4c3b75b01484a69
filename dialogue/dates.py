"""Days as workers write them: 今天, 琴日, 上个月5号, 3月8日, 2026.3.8, 去年10月, in any width and script. Pure."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_SIMPLER = str.maketrans("號後個週禮舊聽尋噚這兩內國慶節", "号后个周礼旧听寻寻这两内国庆节")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_TENS = {"十": 10, "廿": 20, "卅": 30}
_N = r"(?:(?<![0-9])[0-9]{1,4}(?![0-9])|(?<![零〇○一二三四五六七八九十廿卅两])[零〇○一二三四五六七八九十廿卅两]+)"

_DAY_WORDS = {
    **dict.fromkeys(("今天", "今日", "今早", "今晚", "今晨", "今朝", "今儿", "刚才", "刚刚", "啱啱"), 0),
    **dict.fromkeys(("昨天", "昨日", "昨晚", "昨夜", "昨儿", "琴日", "寻日", "琴晚", "寻晚"), -1),
    **dict.fromkeys(("前天", "前日", "前晚"), -2),
    **dict.fromkeys(("大前天", "大前日"), -3),
    **dict.fromkeys(("明天", "明日", "听日", "明早", "明晚", "听晚"), 1),
    **dict.fromkeys(("后天", "后日"), 2),
    **dict.fromkeys(("大后天", "大后日"), 3),
}
_YEAR_WORDS = {
    "今年": 0,
    "本年": 0,
    "去年": -1,
    "旧年": -1,
    "上年": -1,
    "前年": -2,
    "大前年": -3,
    "明年": 1,
    "出年": 1,
}
_SHIFTS = {"上上": -2, "上": -1, "这": 0, "本": 0, "今": 0, "呢": 0, "下": 1, "下下": 2}
_FEASTS = {
    "元旦": (1, 1), "三八": (3, 8), "五一": (5, 1), "劳动节": (5, 1), "六一": (6, 1), "七一": (7, 1), "八一": (8, 1),
    "教师节": (9, 10), "国庆": (10, 1), "国庆节": (10, 1), "十一": (10, 1), "双十一": (11, 11), "圣诞": (12, 25),
}  # fmt: skip
# The first day that the words can mean: a deadline counted from it is never too late.
_PARTS = {
    **dict.fromkeys(("初", "头", "上旬"), 1),
    **dict.fromkeys(("中", "中旬"), 11),
    **dict.fromkeys(("底", "末", "尾", "下旬"), 21),
}


# Of a year: the first month that the words can mean.
_SEASONS = {"初": 1, "中": 6, "底": 12, "末": 12, "尾": 12}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_YEAR = rf"(?P<year>{_any(_YEAR_WORDS)}|{_N}年)"
_FEAST = "|".join(sorted(_FEASTS, key=len, reverse=True))
_TWO = _N.replace("{1,4}", "{1,2}")
_DAY = rf"(?:(?P<day>{_TWO})[日号]?|(?P<part>{_any(_PARTS)}))?"
_NO_FIGURE = r"(?<![0-9零〇○一二三四五六七八九十廿卅年月])"
_FORMS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}的?(?P<month>{_N})月份?的?{_DAY}",
        rf"(?:{_YEAR}的?|{_NO_FIGURE})(?P<feast>{_FEAST})(?:之|以)?(?P<side>前|后)的?(?P<count>{_N})个?(?P<unit>天|日|周|星期|礼拜)(?!前|后|之|以)",
        rf"{_YEAR}的?(?P<feast>{_FEAST})(?!前|后|之|以|[0-9一二三四五六七八九十]|个|月)",
        rf"{_YEAR}(?:年?(?P<season>[初底末尾])|年(?P<mid>中))(?!前|后|之|以|薪|秋)",
        rf"(?P<months>{_any(_SHIFTS)})个?月份?的?{_DAY}(?!前)",
        rf"(?P<month>{_N})月份?的?{_DAY}",
        rf"(?P<weeks>{_any(_SHIFTS)})?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-7])(?!个)",
        rf"(?P<count>{_N}|(?<![个年])半)个?(?P<plus>半)?(?P<unit>天|日|周|星期|礼拜|月|年)(?P<half>半)?"
        r"(?:之|以)?(?P<side>前|后)(?!天|日|年)",
        rf"(?<!年)(?P<word>{_any(_DAY_WORDS)})",
    )
)
# Bare figures say a date only where nothing else is said: “3.5万” is none.
_FIGURES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{2}|\d{4})[.\-/](?P<month>\d{1,2})[.\-/](?P<day>\d{1,2})[日号]?",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<year>\d{4})[.\-/](?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[.\-/](?P<day>\d{1,2})[日号]?",
        r"(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?P<only>{_N})[日号]",
        rf"(?P<feast>{_FEAST})",
    )
)
_BEFORE = r"(?:我|大概|大约|应该|好像|可能|记得|就|是|在|约|于|喺|系|日期|时间|[:：])*"
_AFTER = r"(?:吧|左右|那天|那日|当天|嗰日|的时候|时候|受伤|的|了|啊|呀|咯|上午|下午|早上|晚上|中午|凌晨|[。，,.!！])*"
_LUNAR = re.compile(r"农历|阴历|旧历|正月|腊月|(?<!月)初[一二三四五六七八九十]|月初[一二三四五六七八九十]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A day that was read; not exact when only its month or a part of it was said: then it is the first of these."""

    day: date
    exact: bool = True


def spoken_weekday(day: date) -> str:
    return "周" + "一二三四五六日"[day.weekday()]


def spoken_day(day: date, *, year: bool = False) -> str:
    """“12月1日周二”, with `year` “2026年12月1日周二”."""
    before = f"{day.year}年" if year else ""
    return f"{before}{day.month}月{day.day}日{spoken_weekday(day)}"


def spoken_until(local: datetime) -> str:
    """“11月30日周一 18:00”; midnight is the end of the day before, “11月30日周一 24:00”."""
    if local.time() == time.min:
        return f"{spoken_day(local.date() - timedelta(days=1))} 24:00"
    return f"{spoken_day(local.date())} {local:%H:%M}"


def parse(text: str, today: date, *, ahead: bool = False) -> date | None:
    """The one day that the text names, None where it names none, several or one of the lunar calendar.

    A day without its year is the latest such day until today, or, with `ahead`, the first from today on.
    """
    reading = read(text, today, ahead=ahead)
    return reading.day if reading else None


def read(text: str, today: date, *, ahead: bool = False) -> Reading | None:
    """As `parse`, and whether the day itself was named."""
    plain = _plain(text)
    if _LUNAR.search(plain):
        return None
    figures = (re.fullmatch(_BEFORE + form.pattern + _AFTER, plain) for form in _FIGURES)
    whole = next((found for found in figures if found), None)
    if whole is not None:
        return _meant(whole, today, ahead)
    readings = [_meant(found, today, ahead) for found in _found(plain)]
    said = {reading.day for reading in readings if reading}
    return readings[0] if len(said) == 1 and None not in readings else None


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:200]).translate(_SIMPLER)
    plain = re.sub(r"(?<=[0-9])[\s、,，。.．·]+(?=[0-9])", ".", plain)
    plain = re.sub(r"[—–－−~]", "-", plain)
    plain = re.sub(r"阳历|公历|新历|\s", "", plain)
    # Digits that are none of ours would be numbers to Python.
    return re.sub(r"[^\x00-\x7f\u3007\u25cb\u3400-\u9fff\uff00-\uffef]", "", plain)


def _found(plain: str) -> list[re.Match[str]]:
    """What is said, from left to right; of two forms that begin at one place the earlier declared."""
    found: list[re.Match[str]] = []
    place = 0
    while True:
        here = [match for form in _FORMS if (match := form.search(plain, place))]
        if not here:
            return found
        found.append(min(here, key=lambda match: match.start()))
        place = found[-1].end()


def _meant(match: re.Match[str], today: date, ahead: bool) -> Reading | None:
    groups = {name: said for name, said in match.groupdict().items() if said is not None}
    try:
        return _reading(groups, today, ahead)
    except (ValueError, OverflowError):  # no such day
        return None


def _reading(said: dict[str, str], today: date, ahead: bool) -> Reading | None:
    if "word" in said:
        return Reading(today + timedelta(days=_DAY_WORDS[said["word"]]))
    if "weekday" in said:
        return Reading(_weekday(said, today, ahead))
    if "feast" in said:
        return _feast(said, today, ahead)
    if "count" in said:
        return _distance(said, today)
    if "only" in said:
        return Reading(_only_day(_number(said["only"]), today, ahead))
    if season := said.get("season") or said.get("mid"):
        return Reading(date(_year(said["year"], today), _SEASONS[season], 1), exact=False)
    return _of_month(said, today, ahead)


def _feast(said: dict[str, str], today: date, ahead: bool) -> Reading | None:
    """A feast, or so many days or weeks before or after it; in weeks it is about that day."""
    month, day = _FEASTS[said["feast"]]
    away, weeks = timedelta(), said.get("unit", "") in ("周", "星期", "礼拜")
    if "count" in said:
        if _is_about(said["count"]):
            return None
        count = _number(said["count"]) * (7 if weeks else 1)
        away = timedelta(days=-count if said["side"] == "前" else count)
    if "year" in said:
        return Reading(date(_year(said["year"], today), month, day) + away, not weeks)
    return Reading(_nearest(lambda year: date(year, month, day) + away, today, ahead), not weeks)


def _of_month(said: dict[str, str], today: date, ahead: bool) -> Reading:
    exact = "day" in said
    day = _number(said["day"]) if exact else _PARTS.get(said.get("part", ""), 1)
    if "months" in said:
        month = today.year * 12 + today.month - 1 + _SHIFTS[said["months"]]
        return Reading(date(month // 12, month % 12 + 1, day), exact)
    month = _number(said["month"])
    if "year" in said:
        return Reading(date(_year(said["year"], today), month, day), exact)
    return Reading(_nearest(lambda year: date(year, month, day), today, ahead), exact)


def _weekday(said: dict[str, str], today: date, ahead: bool) -> date:
    name = said["weekday"]
    place = 6 if name in "日天" else _number(name) - 1
    if "weeks" in said:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_SHIFTS[said["weeks"]])
        return monday + timedelta(days=place)
    away = (place - today.weekday()) % 7
    return today + timedelta(days=away if ahead or not away else away - 7)


def _distance(said: dict[str, str], today: date) -> Reading | None:
    """So many days, weeks, months or years ago or ahead; in months and years it is about that day."""
    sign = -1 if said["side"] == "前" else 1
    unit, half = said["unit"], "half" in said or "plus" in said
    if said["count"] == "半":
        if unit not in "月年":
            return None
        days, months = (15, 0) if unit == "月" else (0, 6)
        return Reading(_moved(today, sign * months) + timedelta(days=sign * days), exact=False)
    if _is_about(said["count"]):
        return None
    count = _number(said["count"])
    if unit in ("天", "日"):
        return Reading(today + timedelta(days=sign * count))
    if unit in ("周", "星期", "礼拜"):
        return Reading(today + timedelta(weeks=sign * count), exact=False)
    months = count * 12 + (6 if half else 0) if unit == "年" else count
    half_month = 15 if unit == "月" and half else 0
    return Reading(_moved(today, sign * months) + timedelta(days=sign * half_month), exact=False)


def _is_about(count: str) -> bool:
    """“三五天前” is some days ago."""
    return not count.isascii() and len(count) > 1 and not _TENS.keys() & set(count)


def _moved(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return date(month // 12, month % 12 + 1, last)
        except ValueError:
            continue
    raise ValueError("out of the calendar")


def _only_day(day: int, today: date, ahead: bool) -> date:
    """The day of a month that was not named: of this month or the nearest that has it."""
    for months in range(4):
        month = today.year * 12 + today.month - 1 + (months if ahead else -months)
        try:
            candidate = date(month // 12, month % 12 + 1, day)
        except ValueError:
            continue
        if candidate >= today if ahead else candidate <= today:
            return candidate
    raise ValueError("no such day")


def _nearest(of_year: Callable[[int], date], today: date, ahead: bool) -> date:
    for years in range(9):  # 29 February may be eight years away
        try:
            candidate = of_year(today.year + (years if ahead else -years))
        except ValueError:
            continue
        if candidate >= today if ahead else candidate <= today:
            return candidate
    raise ValueError("no such day")


def _year(said: str, today: date) -> int:
    if said in _YEAR_WORDS:
        return today.year + _YEAR_WORDS[said]
    figures = said.removesuffix("年")
    year = _number(figures)
    if year < 100 and len(figures) == 2:
        century = today.year // 100 * 100
        year += century if year <= today.year % 100 + 1 else century - 100
    if not 1900 <= year <= today.year + 10:
        raise ValueError("no year that anybody means")
    return year


def _number(said: str) -> int:
    """“23”, “二十三”, “廿三”, “二〇二六”; ValueError for “两三”, which is about two or three."""
    if said.isascii():
        return int(said)
    tens = next((ten for ten in said if ten in _TENS), None)
    if tens is None:
        if "两" in said and len(said) > 1:
            raise ValueError(said)
        return int("".join(str(_DIGITS[digit]) for digit in said))
    before, _, behind = said.partition(tens)
    if len(before) > 1 or len(behind) > 1 or behind in _TENS or before in _TENS:
        raise ValueError(said)
    units = _DIGITS[behind] if behind else 0
    return (_DIGITS[before] if before else 1) * _TENS[tens] + units
