"""The entries and facts in the database, which are the truth once the content has seeded them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.entries import Content, Entry, Fact
from storage.base import Base

_Row = TypeVar("_Row", "EntryRow", "FactRow")


class EntryRow(Base):
    """An entry as staff see it. `seed` is the digest of the content it came from; none for one that staff made."""

    __tablename__ = "entries"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    topic: Mapped[str] = mapped_column(sa.String(64))
    question: Mapped[str] = mapped_column(sa.Text)
    phrasings: Mapped[list[str]] = mapped_column(sa.JSON)
    answer: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)
    effective: Mapped[date | None] = mapped_column(sa.Date)
    reviewed: Mapped[date | None] = mapped_column(sa.Date)
    review_by: Mapped[date | None] = mapped_column(sa.Date)
    owner: Mapped[str] = mapped_column(sa.String(64), server_default="")
    place: Mapped[str] = mapped_column(sa.String(64), server_default="")
    workers: Mapped[str] = mapped_column(sa.String(64), server_default="")
    opens: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[str | None] = mapped_column(sa.String(64))
    edited: Mapped[bool] = mapped_column(sa.Boolean)


class FactRow(Base):
    """A fact as staff see it; `seed` and `edited` as in an entry."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    label: Mapped[str] = mapped_column(sa.Text)
    value: Mapped[str] = mapped_column(sa.Text)
    sample: Mapped[str] = mapped_column(sa.Text)
    otherwise: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)
    effective: Mapped[date | None] = mapped_column(sa.Date)
    reviewed: Mapped[date | None] = mapped_column(sa.Date)
    review_by: Mapped[date | None] = mapped_column(sa.Date)
    owner: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[str | None] = mapped_column(sa.String(64))
    edited: Mapped[bool] = mapped_column(sa.Boolean)


class KnowledgeRevision(Base):
    """One row, counted up by every change; processes that see it move load the entries anew."""

    __tablename__ = "knowledge_revision"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)


@dataclass(frozen=True, slots=True)
class SeedReport:
    """Ids and names by what the seed did; conflicts were changed by staff and by us, and stay as staff have them."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    conflicts: tuple[str, ...]


async def seed(session: AsyncSession, shipped: Content) -> SeedReport:
    """Bring in what this version ships: add, and update or remove what staff have not touched."""
    of_facts = await _seed(session, FactRow, {fact.name: fact for fact in shipped.facts})
    of_entries = await _seed(session, EntryRow, {entry.id: entry for entry in shipped.entries})
    report = SeedReport(
        of_entries.added + of_facts.added,
        of_entries.updated + of_facts.updated,
        of_entries.removed + of_facts.removed,
        of_entries.conflicts + of_facts.conflicts,
    )
    if report.added or report.updated or report.removed:
        await bump(session)
    return report


async def load(session: AsyncSession) -> Content:
    """Everything as staff have it, answers naming their facts."""
    entries = await session.execute(_select(Entry, EntryRow).order_by(EntryRow.id))
    facts = await session.execute(_select(Fact, FactRow).order_by(FactRow.name))
    return Content(
        tuple(Entry(**{**row._mapping, "phrasings": tuple(row.phrasings)}) for row in entries),
        tuple(Fact(**row._mapping) for row in facts),
    )


async def revision(session: AsyncSession) -> int:
    """Cheap enough to be asked every two seconds by every process."""
    return await session.scalar(sa.select(KnowledgeRevision.number)) or 0


async def bump(session: AsyncSession) -> None:
    """Tell every process that the entries have changed; belongs to the transaction that changes them."""
    row = await session.get(KnowledgeRevision, 1, with_for_update=True)
    if row is None:
        session.add(KnowledgeRevision(id=1, number=1))
    else:
        row.number += 1


async def _seed(session: AsyncSession, table: type[_Row], shipped: Mapping[str, Entry | Fact]) -> SeedReport:
    (key_of,) = table.__table__.primary_key
    # Not the texts, which are many and seldom needed.
    there = (await session.execute(sa.select(key_of, table.seed, table.edited))).all()
    rows = {key: (seed, edited) for key, seed, edited in there}
    added, updated, conflicts = [], [], []
    for key, one in shipped.items():
        digest = _digest(one)
        seed, edited = rows.pop(key, (None, None))
        if edited is None:
            session.add(table(**_columns(one), seed=digest, edited=False))
            added.append(key)
        elif seed != digest and edited:
            conflicts.append(key)
        elif seed != digest:
            changed = sa.update(table).where(key_of == key)
            await session.execute(changed.values(**_columns(one), seed=digest))
            updated.append(key)
    removed = [key for key, (seed, edited) in rows.items() if seed is not None and not edited]
    for key in removed:
        await session.execute(sa.delete(table).where(key_of == key))
    return SeedReport(tuple(added), tuple(updated), tuple(removed), tuple(conflicts))


def _select(kind: type[Entry | Fact], table: type[_Row]) -> sa.Select[tuple[object, ...]]:
    """Values alone: to make objects of the rows first takes three times as long."""
    return sa.select(*[getattr(table, field.name) for field in fields(kind)])


def _columns(shipped: Entry | Fact) -> dict[str, object]:
    columns = {field.name: getattr(shipped, field.name) for field in fields(shipped)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in columns.items()}


@cache
def _digest(shipped: Entry | Fact) -> str:
    return hashlib.sha256(repr(sorted(_columns(shipped).items())).encode()).hexdigest()
