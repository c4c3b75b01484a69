"""Rows that staff bring in by Excel: a workbook of one sheet, what is wrong in it by row and column, and its template.

What is read stands in a YAML file beside the subject: `sheet`, `notes_sheet`, `notes`, `required`, and `columns` with
`field`, `heading`, `required`, `example`, `note`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import yaml
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from storage.base import CHINA
from union import places

_LOST = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MOMENT = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D{1,3}(\d{1,2}):(\d{2})(?::00)?)?\D?")
Read = Callable[[object], object]
Plan = TypeVar("Plan")


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


@dataclass(frozen=True, slots=True)
class Row:
    """A row without faults, by the names of the fields."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of workbook: its words, and how the cell of each field is read; `Bad` refuses one."""

    words: Mapping[str, Any]
    reading: Mapping[str, Read]

    @property
    def columns(self) -> Sequence[Column]:
        """Those that staff fill in, from left to right."""
        return [Column(**column) for column in self.words["columns"]]

    def heading(self, field: str) -> str:
        return next(column.heading for column in self.columns if column.field == field)

    def template(self) -> bytes:
        """An empty workbook with the headings, and a second sheet that explains them."""
        words, made = self.words, BytesIO()
        with Workbook(made, {"in_memory": True}) as book:
            # As text, so that Excel makes no number of a code and no date of a time.
            cell = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
            bold = book.add_format({"num_format": "@", "bold": True})
            sheet, notes = book.add_worksheet(words["sheet"]), book.add_worksheet(words["notes_sheet"])
            sheet.freeze_panes(1, 1)
            notes.set_column(0, 3, 30, cell)
            for place, heading in enumerate(words["notes"]):
                notes.write_string(0, place, heading, bold)
            for place, column in enumerate(self.columns):
                sheet.set_column(place, place, 24, cell)
                sheet.write_string(0, place, column.heading, bold)
                required = words["required"] if column.required else ""
                for part, text in enumerate((column.heading, required, column.note, column.example)):
                    notes.write_string(place + 1, part, text, cell)
        return made.getvalue()

    def read(self, path: Path) -> tuple[list[Row], list[Fault]]:
        """The rows of the first sheet, and all that is wrong with it; empty ones are passed over."""
        try:
            with CalamineWorkbook.from_path(path) as book:
                cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except (CalamineError, OSError) as error:
            return [], [Fault(1, "", f"the file cannot be read: {error}")]
        headings = [str(value).strip() for value in cells[0]] if cells else []
        faults = list(self._heading_faults(headings))
        rows: list[Row] = []
        for number, values in enumerate([] if faults else cells[1:], start=2):
            row = dict(zip(headings, values, strict=False))
            if any(text(value) for value in row.values()):
                read, wrong = self._row(number, row)
                rows += [] if wrong else [read]
                faults += wrong
        return rows, faults

    def plans(
        self,
        path: Path,
        what: str,
        plan: Callable[[Row], Plan],
        wrong: Callable[[Row], Sequence[Fault]] = lambda row: (),
    ) -> tuple[list[Plan], list[Fault]]:
        """What the rows plan, each under a code of its own, and all that is wrong; with any fault nothing should be done."""
        rows, faults = self.read(path)
        plans: list[Plan] = []
        for row in rows:
            found = wrong(row)
            plans += [] if found else [plan(row)]
            faults += found
        faults += self._repeated(rows, "code")
        if not rows and not faults:
            faults.append(Fault(2, "", f"there is no {what}"))
        return plans, sorted(faults, key=lambda fault: fault.row)

    def _repeated(self, rows: Sequence[Row], field: str) -> list[Fault]:
        """Rows whose value of that field stands in a row above."""
        first: dict[object, int] = {}
        return [
            Fault(row.number, self.heading(field), f"{row.values[field]} is in row {above} already")
            for row in rows
            if (above := first.setdefault(row.values[field], row.number)) != row.number
        ]

    def _heading_faults(self, headings: Sequence[str]) -> Iterator[Fault]:
        known = {column.heading: column for column in self.columns}
        for name, column in known.items():
            if column.required and name not in headings:
                yield Fault(1, name, "is missing")
        for place, name in enumerate(headings):
            if name and name not in known:
                yield Fault(1, name, "is not a heading that is known")
            elif name and name in headings[:place]:
                yield Fault(1, name, "is there twice")

    def _row(self, number: int, cells: Mapping[str, Any]) -> tuple[Row, list[Fault]]:
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for column in self.columns:
            value = cells.get(column.heading, "")
            try:
                if column.required and not text(value):
                    raise Bad("is empty")
                values[column.field] = self.reading[column.field](value)
            except Bad as bad:
                faults.append(Fault(number, column.heading, str(bad)))
        return Row(number, values), faults


@cache
def words(module: str) -> Any:
    """The YAML file beside a module, by the module's `__file__`."""
    return yaml.safe_load(Path(module).with_suffix(".yaml").read_text(encoding="utf-8"))


def text(value: object) -> str:
    """The cell as staff see it, in half width."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = f"{value:%Y-%m-%d %H:%M}"
    return unicodedata.normalize("NFKC", _LOST.sub("", str(value))).strip()


def line(most: int) -> Callable[[object], str]:
    """One line of so many characters, as it was typed."""

    def read_line(value: object) -> str:
        typed = " ".join(_LOST.sub("", str(value)).split()) if isinstance(value, str) else text(value)
        if len(typed) > most:
            raise Bad(f"has {len(typed)} letters, at most {most}")
        return typed

    return read_line


def code(most: int) -> Callable[[object], str]:
    """The code by which a row is known again."""
    pattern = re.compile(rf"[A-Za-z0-9-]{{1,{most}}}")

    def read_code(value: object) -> str:
        typed = text(value)
        if not pattern.fullmatch(typed):
            raise Bad(f"“{typed[:40]}” is not 1 to {most} letters, digits and hyphens")
        return typed

    return read_code


def whole(least: int, most: int) -> Callable[[object], int]:
    def read_whole(value: object) -> int:
        typed = text(value)
        if not typed.isdecimal() or not least <= int(typed) <= most:
            raise Bad(f"“{typed[:20]}” is not a number from {least} to {most}")
        return int(typed)

    return read_whole


def one_of(names: Mapping[str, str], otherwise: str | None = None) -> Callable[[object], str]:
    """A key by the name for it; `otherwise` is that of an empty cell."""
    keys = {name: key for key, name in names.items()}

    def read_name(value: object) -> str:
        typed = text(value)
        if not typed and otherwise is not None:
            return otherwise
        if typed not in keys:
            raise Bad(f"“{typed[:20]}” is not one of {', '.join(keys)}")
        return keys[typed]

    return read_name


def district(value: object) -> str:
    """The id of a district by any of its names; "" for an empty cell."""
    typed = text(value)
    if not typed:
        return ""
    found = {place.district for place in places.find(typed)}
    if len(found) != 1:
        raise Bad(f"“{typed[:20]}” is not the name of one district")
    return found.pop()


def instant(said: str, day: Sequence[str], hour: time) -> datetime:
    """That hour of a day of year, month and day in Maoming; raises Bad."""
    try:
        on = date(*map(int, day))
    except ValueError:
        raise Bad(f"“{said[:40]}” has no such day") from None
    return datetime.combine(on, hour, CHINA).astimezone(UTC)


def hour(said: str, hour: str, minute: str) -> time:
    """Raises Bad."""
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise Bad(f"“{said[:40]}” has no such hour") from None


def moment(value: object) -> datetime | None:
    """A day and an hour; a day alone means its beginning. None for an empty cell."""
    found = _moment(value)
    return found and found[0]


def last_moment(value: object) -> datetime | None:
    """A day and an hour; a day alone means its end, which is the beginning of the next."""
    found = _moment(value)
    if found is None:
        return None
    instant, has_hour = found
    return instant if has_hour else instant + timedelta(days=1)


def _moment(value: object) -> tuple[datetime, bool] | None:
    typed = text(value)
    if not typed:
        return None
    match = _MOMENT.fullmatch(typed)
    if match is None:
        raise Bad(f"“{typed[:40]}” is not a time such as 2026-12-01 09:00")
    at = hour(typed, *match.group(4, 5)) if match[4] else time()
    return instant(typed, match.group(1, 2, 3), at), bool(match[4])
