"""What struck and what came of it: each slot of a push is claimed once, with its effects in the same transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from storage.bulk import BulkInsert

# What found nothing to do is of no interest for long, the rest for as long as somebody may ask.
_EMPTY_LASTS = timedelta(days=2)
_LASTS = timedelta(days=400)


class Outcome(StrEnum):
    """What became of a slot.

    MISSED: too late by the rule of its push. PAUSED: staff had stopped the push. PLANNED: no slot, but when the push
    was first heard of.
    """

    PLANNED = "planned"
    DONE = "done"
    EMPTY = "empty"
    MISSED = "missed"
    PAUSED = "paused"
    FAILED = "failed"


class RunRow(Base):
    """One slot of one push. The primary key is the claim."""

    __tablename__ = "runs"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    due: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(sa.String(16))
    found: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    reason: Mapped[str] = mapped_column(sa.String(255), server_default="")


class PauseRow(Base):
    """A push that staff have stopped."""

    __tablename__ = "pauses"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True, slots=True)
class Run:
    """How a slot ended; `found` is how much there was to do."""

    name: str
    due: datetime
    at: datetime
    outcome: Outcome
    found: int = 0
    reason: str = ""


runs = cast(sa.Table, RunRow.__table__)
pauses = cast(sa.Table, PauseRow.__table__)
_claim = sa.text(
    "INSERT INTO runs (name, due, at, outcome) VALUES (:name, :due, :at, :outcome) "
    "ON CONFLICT (name, due) DO NOTHING "
    "RETURNING EXISTS (SELECT 1 FROM pauses WHERE pauses.name = :name)"
).bindparams(sa.bindparam("due", type_=UTCDateTime()), sa.bindparam("at", type_=UTCDateTime()))
_pause = sa.text(
    'INSERT INTO pauses (name, at, "by") VALUES (:name, :at, :by) ON CONFLICT (name) DO NOTHING RETURNING name'
).bindparams(sa.bindparam("at", type_=UTCDateTime()))
_skip = BulkInsert(runs, ("name", "due", "at", "outcome", "reason"), "ON CONFLICT (name, due) DO NOTHING")


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot that is ours; `paused`: staff have stopped its push."""

    paused: bool


async def claim(session: AsyncSession, name: str, due: datetime, now: datetime) -> Claim | None:
    """Take a slot; None when it was taken. Waits for a process that is just at work on it."""
    paused = await _enter(session, name, due, now, Outcome.EMPTY)
    return None if paused is None else Claim(paused)


async def plan(session: AsyncSession, names: Iterable[str], now: datetime) -> None:
    """Remember from when on slots of these pushes count."""
    for name in sorted(names):  # in one order, or two processes could wait for each other
        await _enter(session, name, now, now, Outcome.PLANNED)


async def _enter(
    session: AsyncSession, name: str, due: datetime, now: datetime, outcome: Outcome
) -> bool | None:
    """Whether the push is stopped; None when there was such a row."""
    row = {"name": name, "due": due, "at": now, "outcome": outcome.value}
    entered = (await session.execute(_claim, row)).first()
    return None if entered is None else bool(entered[0])


async def skip(session: AsyncSession, skipped: Iterable[Run]) -> int:
    """Write down slots that nobody claimed and nobody will; returns how many of them are new."""
    rows = [(run.name, run.due, run.at, run.outcome, run.reason) for run in skipped]
    return await _skip.execute(await session.connection(), rows)


async def settle(session: AsyncSession, run: Run) -> None:
    """Write down how a claimed slot ended; until then it stands as one that found nothing."""
    if run.outcome is Outcome.EMPTY:
        return
    ended = {"outcome": run.outcome, "found": run.found, "reason": run.reason[:255]}
    its = runs.c.name == run.name, runs.c.due == run.due
    await session.execute(sa.update(runs).where(*its).values(ended))


async def forget(session: AsyncSession) -> None:
    """What is old goes; the latest slot of each push stays, from which its next ones are counted."""
    old: list[sa.ColumnElement[bool]] = [sa.false()]
    for name, latest in (await last_dues(session)).items():
        empty = sa.and_(runs.c.outcome == Outcome.EMPTY, runs.c.due < latest - _EMPTY_LASTS)
        old.append(sa.and_(runs.c.name == name, sa.or_(empty, runs.c.due < latest - _LASTS)))
    await session.execute(sa.delete(runs).where(sa.or_(*old)))


async def last_dues(session: AsyncSession) -> Mapping[str, datetime]:
    """The latest slot of each push that was ever claimed."""
    query = sa.select(runs.c.name, sa.func.max(runs.c.due, type_=UTCDateTime()).label("due")).group_by(
        runs.c.name
    )
    return {row.name: row.due for row in await session.execute(query)}


async def last_runs(session: AsyncSession) -> Mapping[str, Run]:
    """How the latest slot of each push ended."""
    latest = sa.select(runs.c.name, sa.func.max(runs.c.due).label("due")).group_by(runs.c.name).subquery()
    query = sa.select(runs).join(latest, sa.and_(runs.c.name == latest.c.name, runs.c.due == latest.c.due))
    return {row.name: _run(row) for row in await session.execute(query)}


async def history(session: AsyncSession, name: str, limit: int = 50) -> list[Run]:
    """The latest runs of a push, the newest first."""
    query = sa.select(runs).where(runs.c.name == name).order_by(runs.c.due.desc()).limit(limit)
    return [_run(row) for row in await session.execute(query)]


async def paused(session: AsyncSession) -> Mapping[str, str]:
    """The pushes that are stopped, and who stopped them."""
    return {row.name: row.by for row in await session.execute(sa.select(pauses.c.name, pauses.c.by))}


async def pause(session: AsyncSession, name: str, by: str, now: datetime) -> bool:
    """Stop a push in every process until it is resumed; False when it is stopped already."""
    return (await session.execute(_pause, {"name": name, "at": now, "by": by})).first() is not None


async def resume(session: AsyncSession, name: str) -> bool:
    """Let a push strike again, from its next slot; False when it was not stopped."""
    gone = await session.execute(sa.delete(pauses).where(pauses.c.name == name).returning(pauses.c.name))
    return gone.first() is not None


def _run(row: sa.Row[tuple[object, ...]]) -> Run:
    of = row._mapping
    return Run(of["name"], of["due"], of["at"], Outcome(of["outcome"]), of["found"], of["reason"])
