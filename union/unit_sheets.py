"""A list of units as an Excel workbook: reading it whole or not at all, and the headings it needs."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from union import credit_codes, organisations, places
from union.organisations import UnitListed

_FORM: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
_HEADINGS: dict[str, str] = _FORM["headings"]
_DISTRICTS = frozenset(one.id for one in places.DISTRICTS)


class Unreadable(Exception):
    """What keeps a workbook from being read, a line each with the row."""


def template() -> bytes:
    """A workbook with the headings and nothing below them."""
    made = BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})  # as text: Excel would round a code of digits
        sheet = book.add_worksheet(_FORM["sheet"])
        sheet.set_column(0, len(_HEADINGS) - 1, 24, text)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(_HEADINGS.values()):
            sheet.write_string(0, column, heading)
    return made.getvalue()


def read(path: Path) -> list[UnitListed]:
    """The units of the first sheet. Raises Unreadable with everything that is wrong."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise Unreadable(f"cannot be read: {error}") from None
    names = [str(cell).strip() for cell in rows[0]] if rows else []
    missing = [heading for heading in _HEADINGS.values() if heading not in names]
    if missing:
        raise Unreadable(f"1: no column {', '.join(missing)}")
    columns = {field: names.index(heading) for field, heading in _HEADINGS.items()}
    listed: list[UnitListed] = []
    faults: list[tuple[int, str]] = []
    numbers: list[int] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {field: row[column] for field, column in columns.items()}
        if not any(str(cell).strip() for cell in cells.values()):
            continue
        faults += [(number, fault) for fault in _odd(cells)]
        listed.append(_unit({field: str(cell).strip() for field, cell in cells.items()}))
        numbers.append(number)
    faults += [(numbers[at], fault) for at, fault in organisations.faults(listed, _DISTRICTS)]
    if faults:
        raise Unreadable("\n".join(f"{number}: {fault}" for number, fault in sorted(faults)))
    return listed


def _odd(cells: Mapping[str, object]) -> Iterator[str]:
    for field, cell in cells.items():
        if not isinstance(cell, str):
            yield f"{_HEADINGS[field]} is a number to Excel: format the cell as text and type it again"
    known = [*_FORM["with_union"], *_FORM["without"]]
    if str(cells["has_union"]).strip() not in known:
        yield f"{_HEADINGS['has_union']} is one of {', '.join(filter(None, known))}"


def _unit(cells: dict[str, str]) -> UnitListed:
    found = places.find(cells["district"])
    district = found[0].id if len(found) == 1 else cells["district"]
    return UnitListed(
        cells["name"], credit_codes.plain(cells["code"]), district, cells["has_union"] in _FORM["with_union"]
    )
