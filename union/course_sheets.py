"""Courses as an Excel workbook that staff fill in, a row each; the words of its headings stand in course_sheets.yaml."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from union import sheets
from union.course_plans import Plan
from union.courses import CODE_LETTERS, PLACE_LETTERS, TITLE_LETTERS, Audience
from union.sheets import Bad, Column, Fault, Row, Sheet

MOST_SEATS = 5000
DETAILS_LETTERS = 300
MOST_LESSONS = 60
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # from when people may sign up where nothing is said

_DAY = r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})"
_HOUR = r"(\d{1,2}):(\d{2})"
_LESSON = re.compile(rf"{_DAY}\D{{1,3}}{_HOUR}\D{{1,3}}{_HOUR}")
_WORKS = re.compile(r"[、,，;；/\s]+")

Times = tuple[tuple[datetime, datetime], ...]
_words = sheets.words(__file__)


def columns() -> Sequence[Column]:
    """Those that staff fill in, from left to right."""
    return _sheet.columns


def work_names(works: Iterable[str]) -> Sequence[str]:
    """Kinds of work as people call them."""
    names: Mapping[str, str] = _words["works"]
    return [names.get(work, work) for work in works]


def work_called(name: str) -> str:
    """The kind of work of that name; "" where it is none."""
    return next((key for key, called in _words["works"].items() if called == name), "")


def template() -> bytes:
    """An empty workbook with the headings, and a second sheet that explains them."""
    return _sheet.template()


def read(path: Path) -> tuple[list[Plan], list[Fault]]:
    """The plans in the first sheet, and all that is wrong with it."""
    return _sheet.plans(path, "course", _plan, _faults)


def _faults(row: Row) -> Sequence[Fault]:
    values = row.values
    starts = values["times"][0][0]
    opens, closes = values["opens_at"] or AT_ONCE, values["closes_at"] or starts
    reasons = (
        (closes > starts, "is after the first lesson has begun"),
        (closes <= opens, "is not after the sign-up opens"),
    )
    return [Fault(row.number, _sheet.heading("closes_at"), what) for holds, what in reasons if holds]


def _plan(row: Row) -> Plan:
    values = dict(row.values)
    values["closes_at"] = values["closes_at"] or values["times"][0][0]
    values["opens_at"] = values["opens_at"] or AT_ONCE
    return Plan(**values)


def _audience(value: object) -> Audience:
    return Audience(sheets.one_of(_words["audiences"], Audience.ANYONE)(value))


def _read_works(value: object) -> tuple[str, ...]:
    keys = {name: key for key, name in _words["works"].items()}
    names = list(filter(None, _WORKS.split(sheets.text(value))))
    for name in names:
        if name not in keys:
            raise Bad(f"“{name[:20]}” is not one of {', '.join(keys)}")
    return tuple(keys[name] for name in names)


def _read_times(value: object) -> Times:
    times: list[tuple[datetime, datetime]] = []
    for line in filter(None, (line.strip() for line in sheets.text(value).splitlines())):
        match = _LESSON.fullmatch(line)
        if match is None:
            raise Bad(f"“{line[:40]}” is not a lesson such as 2026-12-12 09:00-11:30")
        day = match.group(1, 2, 3)
        starts, ends = (
            sheets.instant(line, day, sheets.hour(line, *match.group(at, at + 1))) for at in (4, 6)
        )
        if ends <= starts:
            raise Bad(f"“{line[:40]}” ends before it begins")
        if times and starts < times[-1][1]:
            raise Bad(f"“{line[:40]}” begins before the lesson above is over")
        times.append((starts, ends))
    if len(times) > MOST_LESSONS:
        raise Bad(f"has {len(times)} lessons, at most {MOST_LESSONS}")
    return tuple(times)


_READ: Mapping[str, Callable[[object], object]] = {
    "code": sheets.code(CODE_LETTERS),
    "title": sheets.line(TITLE_LETTERS),
    "line": sheets.line(TITLE_LETTERS),
    "academy": sheets.line(TITLE_LETTERS),
    "district": sheets.district,
    "place": sheets.line(PLACE_LETTERS),
    "seats": sheets.whole(1, MOST_SEATS),
    "audience": _audience,
    "works": _read_works,
    "opens_at": sheets.moment,
    "closes_at": sheets.last_moment,
    "times": _read_times,
    "details": sheets.line(DETAILS_LETTERS),
}
_sheet = Sheet(_words, _READ)
