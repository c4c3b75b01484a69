"""A file that a page gives, as an Excel workbook, which WeChat shows on the telephone itself."""

import re
from io import BytesIO

from xlsxwriter import Workbook

from dialogue.pages import File

_LOST = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CELL = 32_000
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_WIDTHS = (10, 60)


def as_book(file: File) -> bytes:
    """A sheet a table, every cell a text, so that nothing in it is taken for a formula."""
    made = BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        cell = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        heading = book.add_format({"num_format": "@", "bold": True})
        for sheet in file.sheets:
            page = book.add_worksheet(_NO_TITLE.sub(" ", sheet.title)[:31])
            page.freeze_panes(1, 0)
            columns = zip(*(sheet.headings, *sheet.rows), strict=True)
            for at, texts in enumerate(columns):
                least, most = _WIDTHS
                page.set_column(at, at, min(most, max(least, *(2 * len(text) for text in texts))))
            for at, name in enumerate(sheet.headings):
                page.write_string(0, at, name, heading)
            for down, row in enumerate(sheet.rows, start=1):
                for at, text in enumerate(row):
                    page.write_string(down, at, _LOST.sub("", text)[:_CELL], cell)
    return made.getvalue()
