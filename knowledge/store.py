"""The entries in the database, which are the truth once the content has seeded them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.entries import Entry, Problem, answer_faults
from storage.base import Base


class EntryRow(Base):
    """An entry as staff see it. `seed` is the digest of the content it came from; none for one that staff made."""

    __tablename__ = "entries"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    topic: Mapped[str] = mapped_column(sa.String(64))
    question: Mapped[str] = mapped_column(sa.Text)
    phrasings: Mapped[list[str]] = mapped_column(sa.JSON)
    answer: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)
    reviewed: Mapped[date | None] = mapped_column(sa.Date)
    review_by: Mapped[date | None] = mapped_column(sa.Date)
    opens: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[str | None] = mapped_column(sa.String(64))
    edited: Mapped[bool] = mapped_column(sa.Boolean)


class KnowledgeRevision(Base):
    """One row, counted up by every change; processes that see it move load the entries anew."""

    __tablename__ = "knowledge_revision"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)


@dataclass(frozen=True, slots=True)
class SeedReport:
    """Ids of entries by what the seed did; conflicts were changed by staff and by us, and stay as staff have them."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    conflicts: tuple[str, ...]


async def seed(session: AsyncSession, shipped: Sequence[Entry]) -> SeedReport:
    """Bring in what this version ships: add, and update or remove what staff have not touched."""
    rows = {row.id: row for row in await session.scalars(sa.select(EntryRow))}
    added, updated, conflicts = [], [], []
    for entry in shipped:
        row, digest = rows.pop(entry.id, None), _digest(entry)
        if row is None:
            session.add(EntryRow(**_columns(entry), seed=digest, edited=False))
            added.append(entry.id)
        elif row.seed != digest and row.edited:
            conflicts.append(entry.id)
        elif row.seed != digest:
            for column, value in _columns(entry).items():
                setattr(row, column, value)
            row.seed = digest
            updated.append(entry.id)
    removed = [row for row in rows.values() if row.seed is not None and not row.edited]
    for row in removed:
        await session.delete(row)
    if added or updated or removed:
        await bump(session)
    return SeedReport(tuple(added), tuple(updated), tuple(row.id for row in removed), tuple(conflicts))


async def load(session: AsyncSession) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The entries that can be told to a worker, and what is wrong with the others."""
    rows = await session.scalars(sa.select(EntryRow).order_by(EntryRow.id))
    good: list[Entry] = []
    problems: list[Problem] = []
    for entry in map(_entry, rows):
        faults = answer_faults(entry.answer)
        problems.extend(Problem(f"entry {entry.id}", 1, fault) for fault in faults)
        if not faults:
            good.append(entry)
    return tuple(good), tuple(problems)


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


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "topic": entry.topic,
        "question": entry.question,
        "phrasings": list(entry.phrasings),
        "answer": entry.answer,
        "source": entry.source,
        "reviewed": entry.reviewed,
        "review_by": entry.review_by,
        "opens": entry.opens,
    }


def _entry(row: EntryRow) -> Entry:
    return Entry(
        id=row.id,
        topic=row.topic,
        question=row.question,
        phrasings=tuple(row.phrasings),
        answer=row.answer,
        source=row.source,
        reviewed=row.reviewed,
        review_by=row.review_by,
        opens=row.opens,
    )


def _digest(entry: Entry) -> str:
    return hashlib.sha256(repr(sorted(_columns(entry).items())).encode()).hexdigest()
