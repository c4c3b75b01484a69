"""What became of a broadcast, as an Excel workbook: what was said by whom, the counts, and a row for each recipient, as far as one is a member."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from storage.base import CHINA
from union import sheets
from union.members import MemberRow

_words = sheets.words(__file__)
_SHAPES = [(re.compile(shape, re.DOTALL), said) for shape, said in _words["shapes"].items()]
# Of a sheet of Excel, less the headings.
_MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Head:
    """What was said to whom, by and approved by whom, and when; "" and None where there is nothing."""

    number: int
    name: str
    kind: str
    title: str
    text: str
    url: str
    audience: str
    safety: bool
    mass: bool
    state: str
    author: str
    approver: str
    earliest: datetime | None
    launched: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about it, and by whom; `by` "" is the bot."""

    at: datetime
    what: str
    by: str
    reason: str


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


async def write(
    file: Path,
    head: Head,
    steps: Sequence[Step],
    counts: Sequence[tuple[str, str, int]],
    lines: AsyncIterator[Line],
) -> int:
    """`counts` by state and route, and what the platform has `filtered` or `failed` by its own count; returns how many rows. Whatever their number, they are not held in memory."""
    written = 0
    with Workbook(file, {"constant_memory": True}) as book:
        _tell(book.add_worksheet(_words["about"]), head, steps)
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
            parts["rest"] = reason(parts.get("rest") or "")
            parts["fault"] = _words["faults"].get(parts.get("fault"), parts.get("fault"))
            parts["code"] = _words["no answer"] if parts.get("code") == "no answer" else parts.get("code")
            return str(said).format_map(parts)
    return why


def _tell(sheet: Worksheet, head: Head, steps: Sequence[Step]) -> None:
    said = {one.name: getattr(head, one.name) for one in fields(head)}
    said["kind"], said["state"] = _words["kinds"][head.kind], _words["stands"][head.state]
    said["how"] = "，".join(words for name, words in _words["how"].items() if said[name])
    told = [(label, _text(said[name])) for name, label in _words["fields"].items() if said[name]]
    done = [
        (_text(one.at), _words["step"][one.what], one.by or _words["bot"], reason(one.reason))
        for one in steps
    ]
    for row, cells in enumerate([*told, (), _words["steps"], *done]):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)


def _text(value: object) -> str:
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def _cells(number: int, line: Line) -> tuple[str, ...]:
    when = "" if line.at is None else _text(line.at)
    state, route = _words["states"][line.state], _words["routes"][line.route]
    return str(number), line.number, line.name, route, state, reason(line.reason), when
