"""What became of a broadcast, as an Excel workbook: the counts, and a row for each recipient, as far as one is a member."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from xlsxwriter import Workbook

from storage.base import CHINA
from union import sheets
from union.members import MemberRow

_words = sheets.words(__file__)
_SHAPES = [(re.compile(shape, re.DOTALL), said) for shape, said in _words["shapes"].items()]
# Of a sheet of Excel, less the headings.
_MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """How one recipient's delivery stands; `number` and `name` "" for one who is no member."""

    number: str
    name: str  # masked
    route: str
    state: str
    reason: str
    at: datetime | None


async def members(session: AsyncSession, openids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The number and name of those who are members."""
    query = sa.select(MemberRow.openid, MemberRow.number, MemberRow.name)
    here = MemberRow.openid.in_(openids), MemberRow.left_at.is_(None)
    rows = await session.execute(query.where(*here))
    return {openid: (number, name) for openid, number, name in rows if openid}


async def write(file: Path, counts: Sequence[tuple[str, str, int]], lines: AsyncIterator[Line]) -> int:
    """`counts` by state and route, and what the platform has `filtered` or `failed` by its own count; returns how many rows. Whatever their number, they are not held in memory."""
    written = 0
    with Workbook(file, {"constant_memory": True}) as book:
        summary = book.add_worksheet(_words["counts"])
        for row, (state, route, count) in enumerate(counts):
            summary.write_row(row, 0, (_words["states"][state], _words["routes"][route], count))
        page = None
        async for line in lines:
            at = written % _MOST_ROWS
            if page is None or at == 0:
                page = book.add_worksheet(f"{_words['people']}{written // _MOST_ROWS + 1}")
                page.write_row(0, 0, _words["headings"])
            written += 1
            for column, cell in enumerate(_cells(written, line)):
                page.write_string(at + 1, column, cell)
    return written


def reason(why: str) -> str:
    """For staff, of what is written down with a delivery or a broadcast; the words of a person as they are."""
    if why in _words["reasons"]:
        return str(_words["reasons"][why])
    for shape, said in _SHAPES:
        if found := shape.fullmatch(why):
            parts = found.groupdict()
            parts["fault"] = _words["faults"].get(parts.get("fault"), parts.get("fault"))
            parts["code"] = _words["no answer"] if parts.get("code") == "no answer" else parts.get("code")
            return str(said).format_map(parts)
    return why


def _cells(number: int, line: Line) -> tuple[str, ...]:
    when = "" if line.at is None else f"{line.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    state, route = _words["states"][line.state], _words["routes"][line.route]
    return str(number), line.number, line.name, route, state, reason(line.reason), when
