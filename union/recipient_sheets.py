"""A list of people by Excel: by member number, mobile or openid, one of them a row; the words stand in the YAML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import sheets
from union.members import MemberRow
from union.sheets import Fault, Row, Sheet

_AT_ONCE = 500
_FIELDS = ("number", "mobile", "openid")


@dataclass(frozen=True, slots=True)
class Named:
    """Who stands in a list: `openids` of those whose WeChat is known, and by row who is a member without one.

    `by_openid` are given as such, with their rows, for whoever knows who follows.
    """

    openids: Sequence[str]
    without: Sequence[int]
    by_openid: Mapping[str, int]


def template() -> bytes:
    """An empty workbook with the headings, and a second sheet that explains them."""
    return _sheet.template()


def read(path: Path) -> tuple[list[Row], list[Fault]]:
    """The rows of the first sheet, and all that is wrong with it."""
    rows, faults = _sheet.read(path)
    twice = [row for row in rows if sum(bool(row.values[field]) for field in _FIELDS) > 1]
    faults += [Fault(row.number, "", "names somebody twice: fill in one column") for row in twice]
    if not rows and not faults:
        faults.append(Fault(2, "", "there is nobody"))
    return [row for row in rows if row not in twice], sorted(faults, key=lambda fault: fault.row)


async def look_up(session: AsyncSession, rows: Sequence[Row]) -> tuple[Named, list[Fault]]:
    """Who they are; a fault for each number or mobile that is no member's."""
    members = {
        "number": await _members(session, MemberRow.number, _values(rows, "number")),
        "mobile": await _by_mobile(session, _values(rows, "mobile")),
    }
    openids: list[str] = []
    without: list[int] = []
    faults: list[Fault] = []
    for row in rows:
        field = next(name for name in _FIELDS if row.values[name])
        value = row.values[field]
        if field == "openid":
            continue
        if value not in members[field]:
            faults.append(Fault(row.number, _sheet.heading(field), f"{_shown(field, value)} is no member's"))
        elif (openid := members[field][value]) is None:
            without.append(row.number)
        else:
            openids.append(openid)
    given = {row.values["openid"]: row.number for row in rows if row.values["openid"]}
    return Named(openids, without, given), faults


def unknown(openids: Iterable[str], named: Named) -> list[Fault]:
    """A fault for each row whose openid is nobody's who ever came by."""
    return [
        Fault(named.by_openid[one], _sheet.heading("openid"), f"{one[:8]}… never came by") for one in openids
    ]


async def _members(
    session: AsyncSession, column: "sa.SQLColumnExpression[str]", values: Sequence[str]
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for part in _parts(values):
        query = sa.select(column, MemberRow.openid).where(column.in_(part), MemberRow.left_at.is_(None))
        found.update({row[0]: row[1] for row in await session.execute(query)})
    return found


async def _by_mobile(session: AsyncSession, values: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for part in _parts(values):
        # What is looked up by its blind cannot be read from it, only the sealed value can.
        query = sa.select(MemberRow.mobile, MemberRow.openid).where(
            MemberRow.mobile_blind.in_(part), MemberRow.left_at.is_(None)
        )
        found.update({row[0]: row[1] for row in await session.execute(query)})
    return found


def _values(rows: Iterable[Row], field: str) -> list[str]:
    return sorted({row.values[field] for row in rows if row.values[field]})


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def _shown(field: str, value: str) -> str:
    return value[:3] + "****" + value[-4:] if field == "mobile" and len(value) == 11 else value[:32]


_sheet = Sheet(
    sheets.words(__file__),
    {"number": sheets.line(32), "mobile": sheets.line(20), "openid": sheets.line(64)},
)
