"""Packs as an Excel workbook, a row each; the words of its headings stand in pack_sheets.yaml."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from union import course_sheets, sheets
from union.course_sheets import AT_ONCE
from union.courses import CODE_LETTERS, PLACE_LETTERS, TITLE_LETTERS, Audience
from union.pack_plans import Plan
from union.packs import DETAILS_LETTERS
from union.sheets import Bad, Fault, Row, Sheet

MOST = 1_000_000
_words = sheets.words(__file__)


def template() -> bytes:
    """An empty workbook with the headings, and a second sheet that explains them."""
    return _sheet.template()


def read(path: Path) -> tuple[list[Plan], list[Fault]]:
    """The plans in the first sheet, and all that is wrong with it."""
    return _sheet.plans(path, "pack", _plan, _faults)


def _plan(row: Row) -> Plan:
    values = dict(row.values)
    values["opens_at"] = values["opens_at"] or AT_ONCE
    values["redeem_until"] = values["redeem_until"] or values["closes_at"]
    return Plan(**values)


def _faults(row: Row) -> Sequence[Fault]:
    plan = _plan(row)
    reasons = (
        (plan.closes_at <= plan.opens_at, "closes_at", "is not after they can be had"),
        (plan.redeem_until < plan.closes_at, "redeem_until", "is before the last can be had"),
    )
    return [Fault(row.number, _sheet.heading(field), what) for holds, field, what in reasons if holds]


def _work(value: object) -> str:
    name = sheets.text(value)
    work = course_sheets.work_called(name)
    if name and not work:
        raise Bad(f"“{name[:20]}” is not a kind of work")
    return work


_READ: Mapping[str, Callable[[object], object]] = {
    "code": sheets.code(CODE_LETTERS),
    "title": sheets.line(TITLE_LETTERS),
    "amount": sheets.whole(1, MOST),
    "place": sheets.line(PLACE_LETTERS),
    "district": sheets.district,
    "audience": lambda value: Audience(sheets.one_of(_words["audiences"], Audience.MEMBERS)(value)),
    "work": _work,
    "opens_at": sheets.moment,
    "closes_at": sheets.last_moment,
    "redeem_until": sheets.last_moment,
    "details": sheets.line(DETAILS_LETTERS),
}
_sheet = Sheet(_words, _READ)
