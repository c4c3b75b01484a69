"""Courses as an Excel workbook that staff fill in, a row each; the words of its headings stand in course_sheets.yaml."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from storage.base import CHINA
from union import places
from union.course_plans import Plan
from union.courses import CODE_LETTERS, PLACE_LETTERS, TITLE_LETTERS, Audience

MOST_SEATS = 5000
DETAILS_LETTERS = 300
MOST_LESSONS = 60
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # from when people may sign up where nothing is said

_CODE = re.compile(rf"[A-Za-z0-9-]{{1,{CODE_LETTERS}}}")
_DAY = r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})"
_HOUR = r"(\d{1,2}):(\d{2})"
_LESSON = re.compile(rf"{_DAY}\D{{1,3}}{_HOUR}\D{{1,3}}{_HOUR}")
_MOMENT = re.compile(rf"{_DAY}(?:\D{{1,3}}{_HOUR}(?::00)?)?\D?")
_LOST = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_WORKS = re.compile(r"[、,，;；/\s]+")

Times = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell; row 1 is that of the headings, `column` is a heading or empty."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}" + (f", column {self.column}" if self.column else "") + f": {self.message}"


class Bad(ValueError):
    """A cell does not say what it should; the text goes on after its name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the workbook."""

    field: str
    heading: str
    required: bool
    example: str
    note: str


@lru_cache(1)
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return words


def columns() -> Sequence[Column]:
    """Those that staff fill in, from left to right."""
    return [Column(**column) for column in _words()["columns"]]


def template() -> bytes:
    """An empty workbook with the headings, and a second sheet that explains them."""
    words, made = _words(), BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        # As text, so that Excel makes no number of a code and no date of a time.
        cell = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"num_format": "@", "bold": True})
        sheet, notes = book.add_worksheet(words["sheet"]), book.add_worksheet(words["notes_sheet"])
        sheet.freeze_panes(1, 1)
        notes.set_column(0, 3, 30, cell)
        for place, heading in enumerate(words["notes"]):
            notes.write_string(0, place, heading, bold)
        for place, column in enumerate(columns()):
            sheet.set_column(place, place, 24, cell)
            sheet.write_string(0, place, column.heading, bold)
            told = (column.heading, words["required"] if column.required else "", column.note, column.example)
            for part, text in enumerate(told):
                notes.write_string(place + 1, part, text, cell)
    return made.getvalue()


def read(path: Path) -> tuple[list[Plan], list[Fault]]:
    """The plans in the first sheet, and all that is wrong with it; with any fault nothing should be published."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        return [], [Fault(1, "", f"the file cannot be read: {error}")]
    headings = [str(value).strip() for value in rows[0]] if rows else []
    faults = list(_heading_faults(headings))
    plans: list[Plan] = []
    codes: dict[str, int] = {}
    for number, row in enumerate([] if faults else rows[1:], start=2):
        cells = dict(zip(headings, row, strict=False))
        if not any(_text(value) for value in cells.values()):
            continue
        made, wrong = _plan(number, cells)
        faults += wrong
        if made is None:
            continue
        if (first := codes.setdefault(made.code, number)) != number:
            faults.append(Fault(number, columns()[0].heading, f"{made.code} is in row {first} already"))
        plans.append(made)
    if not plans and not faults:
        faults.append(Fault(2, "", "there is no course"))
    return plans, faults


def _heading_faults(headings: Sequence[str]) -> list[Fault]:
    known = {column.heading: column for column in columns()}
    missing = [name for name, column in known.items() if column.required and name not in headings]
    faults = [Fault(1, name, "is missing") for name in missing]
    for place, name in enumerate(headings):
        if name and name not in known:
            faults.append(Fault(1, name, "is not a heading that is known"))
        elif name and name in headings[:place]:
            faults.append(Fault(1, name, "is there twice"))
    return faults


def _plan(number: int, cells: Mapping[str, Any]) -> tuple[Plan | None, list[Fault]]:
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    headings: dict[str, str] = {}
    for column in columns():
        headings[column.field] = column.heading
        value = cells.get(column.heading, "")
        try:
            if column.required and not _text(value):
                raise Bad("is empty")
            values[column.field] = _READ[column.field](value)
        except Bad as bad:
            faults.append(Fault(number, column.heading, str(bad)))
    if faults:
        return None, faults
    starts = values["times"][0][0]
    values["closes_at"] = values["closes_at"] or starts
    values["opens_at"] = values["opens_at"] or AT_ONCE
    if values["closes_at"] > starts:
        faults.append(Fault(number, headings["closes_at"], "is after the first lesson has begun"))
    if values["closes_at"] <= values["opens_at"]:
        faults.append(Fault(number, headings["closes_at"], "is not after the sign-up opens"))
    return (None if faults else Plan(**values)), faults


def _text(value: object) -> str:
    """The cell as staff see it, in half width."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = f"{value:%Y-%m-%d %H:%M}"
    return unicodedata.normalize("NFKC", _LOST.sub("", str(value))).strip()


def _line(most: int) -> Callable[[object], str]:
    def read_line(value: object) -> str:
        # What people read stays as it was typed, but in one line.
        text = " ".join(_LOST.sub("", str(value)).split()) if isinstance(value, str) else _text(value)
        if len(text) > most:
            raise Bad(f"has {len(text)} letters, at most {most}")
        return text

    return read_line


def _code(value: object) -> str:
    text = _text(value)
    if not _CODE.fullmatch(text):
        raise Bad(f"“{text[:40]}” is not 1 to {CODE_LETTERS} letters, digits and hyphens")
    return text


def _seats(value: object) -> int:
    text = _text(value)
    if not text.isdecimal() or not 1 <= int(text) <= MOST_SEATS:
        raise Bad(f"“{text[:20]}” is not a number from 1 to {MOST_SEATS}")
    return int(text)


def _district(value: object) -> str:
    text = _text(value)
    if not text:
        return ""
    found = {place.district for place in places.find(text)}
    if len(found) != 1:
        raise Bad(f"“{text[:20]}” is not the name of one district")
    return found.pop()


def _audience(value: object) -> Audience:
    text = _text(value)
    names = {name: Audience(key) for key, name in _words()["audiences"].items()}
    if text and text not in names:
        raise Bad(f"“{text[:20]}” is not one of {', '.join(names)}")
    return names.get(text, Audience.ANYONE)


def _read_works(value: object) -> tuple[str, ...]:
    return tuple(filter(None, _WORKS.split(_text(value))))


def _moment(value: object, otherwise: time) -> datetime | None:
    text = _text(value)
    if not text:
        return None
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise Bad(f"“{text[:40]}” is not a time such as 2026-12-01 09:00")
    hour = _hour(text, *match.group(4, 5)) if match[4] else otherwise
    moment = _at(text, match.group(1, 2, 3), hour)
    # The end of a day is the beginning of the next.
    return moment + timedelta(minutes=1) if otherwise == _END and not match[4] else moment


_END = time(23, 59)


def _read_times(value: object) -> Times:
    times: list[tuple[datetime, datetime]] = []
    for line in filter(None, (line.strip() for line in _text(value).splitlines())):
        match = _LESSON.fullmatch(line)
        if match is None:
            raise Bad(f"“{line[:40]}” is not a lesson such as 2026-12-12 09:00-11:30")
        day = match.group(1, 2, 3)
        starts, ends = (_at(line, day, _hour(line, *match.group(at, at + 1))) for at in (4, 6))
        if ends <= starts:
            raise Bad(f"“{line[:40]}” ends before it begins")
        if times and starts < times[-1][1]:
            raise Bad(f"“{line[:40]}” begins before the lesson above is over")
        times.append((starts, ends))
    if len(times) > MOST_LESSONS:
        raise Bad(f"has {len(times)} lessons, at most {MOST_LESSONS}")
    return tuple(times)


def _hour(said: str, hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise Bad(f"“{said[:40]}” has no such hour") from None


def _at(said: str, day: Sequence[str], hour: time) -> datetime:
    try:
        on = date(*map(int, day))
    except ValueError:
        raise Bad(f"“{said[:40]}” has no such day") from None
    return datetime.combine(on, hour, CHINA).astimezone(UTC)


_READ: Mapping[str, Callable[[object], object]] = {
    "code": _code,
    "title": _line(TITLE_LETTERS),
    "line": _line(TITLE_LETTERS),
    "academy": _line(TITLE_LETTERS),
    "district": _district,
    "place": _line(PLACE_LETTERS),
    "seats": _seats,
    "audience": _audience,
    "works": _read_works,
    "opens_at": lambda value: _moment(value, time()),
    "closes_at": lambda value: _moment(value, _END),
    "times": _read_times,
    "details": _line(DETAILS_LETTERS),
}
