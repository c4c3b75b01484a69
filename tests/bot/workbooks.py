"""Workbooks as staff would have filled them in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook


def filled(
    columns: Mapping[str, str], file: Path, *rows: Mapping[str, Any], headings: Sequence[str] | None = None
) -> Path:
    """`columns` are the headings by the keys of the rows; `headings` stand there instead."""
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headings or list(columns.values()))
        for number, row in enumerate(rows, start=1):
            for place, key in enumerate(columns):
                sheet.write(number, place, row.get(key, ""))
    return file
