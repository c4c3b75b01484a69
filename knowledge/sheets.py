"""A knowledge base as an Excel workbook: a sheet of entries and a sheet of facts, a row each.

A phrasing is a line of its cell; where a cell is full, `phrasings 2` and so on continue it. In further columns and
not in further rows, because people sort.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from knowledge.entries import Broken, Content, Problem
from knowledge.records import ENTRY_FIELDS, FACT_FIELDS, FACT_OPTIONS, LIST, Record, Texts
from knowledge.writing import DATES, records

CELL_UNITS = 32_767  # of UTF-16, in a cell of Excel
CELL_LINES = 250  # Excel allows 253 line feeds
_SHEETS = {"entries": ("id", *ENTRY_FIELDS, "opens"), "facts": (*FACT_FIELDS, *FACT_OPTIONS)}
_REQUIRED = {"entries": ENTRY_FIELDS, "facts": FACT_FIELDS}
_WIDTHS = {LIST: 60, "answer": 80, "question": 40, "source": 40, "label": 30, "otherwise": 40, "sample": 40}

_LOST = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTINUED = re.compile(rf"{LIST} [0-9]+")


def unfit(record: Record) -> Iterator[Problem]:
    """The texts of a record that a workbook could not give back as they are."""
    for name, texts in record.texts.items():
        for position, text in enumerate(texts):
            if _LOST.search(text):
                yield record.problem(name, f"{name} holds a control character", position)
            elif _units(text) > CELL_UNITS:
                yield record.problem(name, f"{name} is longer than {CELL_UNITS} letters", position)
            elif name == LIST and "\n" in text:
                yield record.problem(name, "a phrasing is one line", position)


def as_workbook(content: Content) -> bytes:
    """The .xlsx file, from which `read_records` reads the same content; raises Broken for what does not fit it."""
    known = list(records(content))
    problems = [problem for record in known for problem in unfit(record)]
    if problems:
        raise Broken(problems)
    made = BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        # As text, so that what people type stays what they typed: 0668, 3-5, 80%, =.
        cell = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        heading = book.add_format({"num_format": "@", "bold": True})
        for title, names in _SHEETS.items():
            rows = [record.texts for record in known if record.is_fact == (title == "facts")]
            _fill(book.add_worksheet(title), _columns(names, rows), heading, cell)
    return made.getvalue()


def read_records(path: Path, problems: list[Problem]) -> list[Record]:
    """The records of an .xlsx file, with sheet and row; what cannot be one is added to the problems."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [book.get_sheet_by_name(title) for title in _SHEETS if title in book.sheet_names]
            found = [record for sheet in sheets for record in _read_sheet(path.name, sheet, problems)]
    except (CalamineError, OSError) as error:
        problems.append(Problem(path.name, 1, f"cannot be read: {error}"))
        return []
    if not sheets:
        problems.append(Problem(path.name, 1, f"has none of the sheets {', '.join(_SHEETS)}"))
    return found


def _columns(names: Iterable[str], rows: Sequence[Mapping[str, Texts]]) -> Iterator[tuple[str, list[str]]]:
    """Headings, each with the texts below it; a row whose cell would be too full has some under the next heading."""
    for name in names:
        cells = [_cells(row.get(name, ())) for row in rows]
        for part in range(max([1, *map(len, cells)])):
            texts = [one[part] if part < len(one) else "" for one in cells]
            yield (name if part == 0 else f"{name} {part + 1}"), texts


def _fill(sheet: Worksheet, columns: Iterable[tuple[str, list[str]]], heading: Format, cell: Format) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_default_row(90)  # points: a row as high as a hundred phrasings could not be scrolled past
    sheet.set_row(0, 15)
    for column, (title, texts) in enumerate(columns):
        sheet.set_column(column, column, _WIDTHS.get(title.split()[0], 16), cell)
        sheet.write_string(0, column, title, heading)
        for row, text in enumerate(texts, start=1):
            if text:
                _write(sheet, row, column, text, cell)


def _write(sheet: Worksheet, row: int, column: int, text: str, cell: Format) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter would take it for its own markup; in two runs it cannot.
        sheet.write_rich_string(row, column, text[0], cell, text[1:], cell)
    else:
        sheet.write_string(row, column, text, cell)


def _cells(texts: Texts) -> list[str]:
    """The texts as lines of as few cells as will hold them."""
    cells: list[list[str]] = []
    space = 0
    for text in texts:
        space -= _units(text) + 1
        if not cells or space < 0 or len(cells[-1]) == CELL_LINES:
            cells.append([])
            space = CELL_UNITS - _units(text)
        cells[-1].append(text)
    return ["\n".join(lines) for lines in cells]


def _read_sheet(file: str, sheet: CalamineSheet, problems: list[Problem]) -> Iterator[Record]:
    where = f"{file}:{sheet.name}"
    rows = sheet.to_python(skip_empty_area=False)
    names = [str(name).strip() for name in rows[0]] if rows else []
    faults = _heading_faults(sheet.name, names)
    problems.extend(Problem(where, 1, fault) for fault in faults)
    if faults:
        return
    for number, row in enumerate(rows[1:], start=2):
        faults, texts = _read_row(names, row)
        problems.extend(Problem(where, number, fault) for fault in faults)
        if texts and sheet.name == "facts" and "fact" not in texts:
            problems.append(Problem(where, number, "missing fact"))
        elif texts:
            yield Record(where, number, texts)


def _heading_faults(title: str, names: Sequence[str]) -> list[str]:
    missing = [name for name in _REQUIRED[title] if name not in names]
    faults = [f"no column {name}" for name in missing]
    for position, name in enumerate(names):
        if name and name not in _SHEETS[title] and not (title == "entries" and _CONTINUED.fullmatch(name)):
            faults.append(f"unknown column {name}")
        if name and name in names[:position]:
            faults.append(f"column {name} is there twice")
    return faults


def _read_row(names: Sequence[str], row: Sequence[object]) -> tuple[list[str], dict[str, Texts]]:
    """What is wrong with a row, and the texts of its fields."""
    faults: list[str] = []
    texts: dict[str, Texts] = {}
    for position, value in enumerate(row):
        name = names[position] if position < len(names) else ""
        try:
            text = _text(name, value)
        except ValueError as error:
            faults.append(str(error))
            continue
        if not text.strip():
            continue
        if not name:
            faults.append(f"“{text[:12]}” is in a column without a heading")
        elif name == LIST or _CONTINUED.fullmatch(name):
            lines = tuple(line for line in text.split("\n") if line.strip())
            texts[LIST] = texts.get(LIST, ()) + lines
        else:
            texts[name] = (text,)
    return faults, texts


def _text(name: str, value: object) -> str:
    """The cell as it was meant; ValueError where Excel has made something of it that cannot be undone.

    A number has lost its leading zeros, its percent sign, or the digits after the fifteenth.
    """
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if name in DATES and isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if name in DATES and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise ValueError(
        f"{name} is {value} to Excel, which may not be what was typed: format the cell as text and type it again"
    )


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
