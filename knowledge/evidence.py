"""What workers show us about the answers: questions that were missed, offers that were picked, answers without help."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.bulk import BulkInsert


class Kind(StrEnum):
    """What happened: nothing was found, suggestions were shown, one was picked, an answer was no help."""

    MISSED = "missed"
    OFFERED = "offered"
    PICKED = "picked"
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a worker's turn has shown; `question` is masked as in the journal.

    `entry` is the id of the nearest entry of a miss, the first one offered, the one picked, or the one that did not
    help; empty when there is none. A pick has no question of its own: that is in the offer before it.
    """

    openid: str
    kind: Kind
    question: str = ""
    entry: str = ""
    certainty: float = 0.0


class EvidenceRow(Base):
    """Rows are only added; staff who have dealt with one give it its `settled_at`."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    openid: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(16))
    question: Mapped[str] = mapped_column(sa.Text)
    entry: Mapped[str] = mapped_column(sa.String(64))
    certainty: Mapped[float] = mapped_column(sa.Float)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        sa.Index(
            "ix_evidence_unsettled",
            "at",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A row that is not settled, with the entries that its worker picked from the offer; `rows` are its and theirs."""

    kind: Kind
    question: str
    entry: str
    picked: tuple[str, ...]
    rows: tuple[int, ...]


EVER = datetime.min.replace(tzinfo=UTC)
_PICKED_WITHIN = timedelta(minutes=30)  # a list is not answered by number for longer
_AT_ONCE = 5000  # rows settled by one statement; both engines take 32,000 parameters

_rows = cast(sa.Table, EvidenceRow.__table__)
_enter = BulkInsert(_rows, ("at", "openid", "kind", "question", "entry", "certainty"))


async def enter(connection: AsyncConnection, evidence: Sequence[Evidence], now: datetime) -> None:
    """Add what the turns of a group have shown, in their order; one statement for all of them."""
    await _enter.execute(
        connection,
        [(now, one.openid, one.kind, one.question, one.entry, one.certainty) for one in evidence],
    )


async def unsettled(session: AsyncSession, since: datetime = EVER) -> list[Shown]:
    """What staff have not dealt with, oldest first; a pick stands with the same worker's latest offer before it."""
    found = await session.execute(
        sa.select(_rows.c.id, _rows.c.at, _rows.c.openid, _rows.c.kind, _rows.c.question, _rows.c.entry)
        .where(_rows.c.settled_at.is_(None), _rows.c.at >= since)
        .order_by(_rows.c.at, _rows.c.id)
    )
    others = []
    offers: dict[str, tuple[int, datetime]] = {}
    picks: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in found:
        if row.kind != Kind.PICKED:
            others.append(row)
            if row.kind == Kind.OFFERED:
                offers[row.openid] = row.id, row.at
        elif row.openid in offers and row.at - offers[row.openid][1] <= _PICKED_WITHIN:
            picks[offers[row.openid][0]].append((row.entry, row.id))
    return [
        Shown(
            Kind(row.kind),
            row.question,
            row.entry,
            tuple(entry for entry, _ in picks[row.id]),
            (row.id, *(pick for _, pick in picks[row.id])),
        )
        for row in others
    ]


async def missed(session: AsyncSession, since: datetime, until: datetime) -> int:
    """How many questions nobody could answer in that time."""
    its = EvidenceRow.kind == Kind.MISSED, EvidenceRow.at >= since, EvidenceRow.at < until
    return await session.scalar(sa.select(sa.func.count()).where(*its)) or 0


async def settle(session: AsyncSession, rows: Iterable[int], now: datetime) -> None:
    """Staff have dealt with these rows; what was settled before keeps its date."""
    given = sorted(set(rows))
    for start in range(0, len(given), _AT_ONCE):
        await session.execute(
            sa.update(EvidenceRow)
            .where(EvidenceRow.id.in_(given[start : start + _AT_ONCE]), EvidenceRow.settled_at.is_(None))
            .values(settled_at=now)
        )
