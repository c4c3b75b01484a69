"""Jobs as an Excel workbook, a row each; the words of its headings stand in listing_sheets.yaml."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from union import credit_codes, pays, sheets
from union.listings import CODE_LETTERS, DETAILS_LETTERS, PLACE_LETTERS, POST_LETTERS, Plan
from union.sheets import Bad, Fault, Sheet

_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?.*")
_words = sheets.words(__file__)


def template() -> bytes:
    """An empty workbook with the headings, and a second sheet that explains them."""
    return _sheet.template()


def read(path: Path) -> tuple[list[Plan], list[Fault]]:
    """The listings in the first sheet, and all that is wrong with it."""
    return _sheet.plans(path, "job", lambda row: Plan(**row.values))


def _day(value: object) -> date:
    typed = sheets.text(value)
    found = _DAY.fullmatch(typed)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(typed)
    except ValueError:
        raise Bad(f"“{typed[:20]}” is not a day such as 2026-12-31") from None


_READ: Mapping[str, Callable[[object], object]] = {
    "code": sheets.code(CODE_LETTERS),
    "source": sheets.one_of(_words["sources"], "company"),
    "post": sheets.line(POST_LETTERS),
    "kind": sheets.one_of(pays.KINDS, "full"),
    "pay": sheets.line(POST_LETTERS),
    "paid": sheets.one_of(pays.PAID, "month"),
    "district": sheets.district,
    "place": sheets.line(PLACE_LETTERS),
    "hours": sheets.line(POST_LETTERS),
    "wanted": sheets.whole(1, 5000),
    "publisher": sheets.line(PLACE_LETTERS),
    "licence": lambda value: credit_codes.plain(sheets.text(value))[:18],
    "contact": sheets.line(POST_LETTERS),
    "expires": _day,
    "details": sheets.line(DETAILS_LETTERS),
}
_sheet = Sheet(_words, _READ)
