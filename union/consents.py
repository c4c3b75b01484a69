"""What a worker agreed to: for which purpose, to which version of the notice, when, and until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime


class Purpose(StrEnum):
    """What data is used for; each is agreed to by itself (PIPL articles 14 and 29)."""

    MEMBERSHIP = "membership"
    IDENTITY = "identity"  # the identity number, which is sensitive
    TRAINING = "training"
    JOBS = "jobs"  # name and mobile are passed on to the employer that is applied to
    EVENTS = "events"


class ConsentRow(Base):
    """One act of consent; a newer one of the same purpose replaces it, withdrawing ends it."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(32))
    version: Mapped[str] = mapped_column(sa.String(32))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Consent:
    """`ended_at` None: it holds."""

    purpose: Purpose
    version: str
    given_at: datetime
    ended_at: datetime | None


def holds_any(openid: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the worker agrees to anything, as a column: of whom nothing was agreed to, nothing is held."""
    holds = sa.exists().where(ConsentRow.openid == openid, ConsentRow.ended_at.is_(None))
    return sa.select(holds.correlate_except(ConsentRow)).scalar_subquery()


async def give(session: AsyncSession, openid: str, purpose: Purpose, version: str, now: datetime) -> None:
    """The same consent given again changes nothing; another version of the notice ends the older one."""
    rows = list(await session.scalars(_holding(openid, purpose)))
    if any(row.version == version for row in rows):
        return
    for row in rows:
        row.ended_at = now
    session.add(ConsentRow(openid=openid, purpose=purpose, version=version, given_at=now))
    await session.flush()


async def withdraw(session: AsyncSession, openid: str, purpose: Purpose, now: datetime) -> bool:
    """Whether there was one to withdraw."""
    rows = list(await session.scalars(_holding(openid, purpose)))
    for row in rows:
        row.ended_at = now
    await session.flush()
    return bool(rows)


async def holds(session: AsyncSession, openid: str, purpose: Purpose, version: str | None = None) -> bool:
    """Whether the worker agrees, to that version of the notice or to any."""
    rows = await session.scalars(_holding(openid, purpose))
    return any(version in (None, row.version) for row in rows)


async def history(session: AsyncSession, openid: str) -> list[Consent]:
    """Everything the worker agreed to, the oldest first."""
    rows = sa.select(ConsentRow).where(ConsentRow.openid == openid).order_by(ConsentRow.id)
    return [
        Consent(Purpose(row.purpose), row.version, row.given_at, row.ended_at)
        for row in await session.scalars(rows)
    ]


def _holding(openid: str, purpose: Purpose) -> sa.Select[ConsentRow]:
    whose = ConsentRow.openid == openid, ConsentRow.purpose == purpose, ConsentRow.ended_at.is_(None)
    return sa.select(ConsentRow).where(*whose).with_for_update()
