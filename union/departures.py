"""Workers who unfollowed or asked to be forgotten: at once, and once more when their last message is settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from storage.encryption import Keyring
from storage.leavers import Eraser, Leaver, Told, pseudonym

# WeChat repeats a message for fifteen seconds when its answer was lost, and the answer must still be there.
_SETTLED_AFTER = timedelta(seconds=20)
# The last answer is written a moment after it was asked for.
_ANSWERED_WITHIN = timedelta(seconds=5)


class Cause(StrEnum):
    UNFOLLOWED = "unfollowed"
    ASKED = "asked"


class DepartureRow(Base):
    """One row a worker until everything is gone, this row included."""

    __tablename__ = "departures"

    openid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    cause: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody whose last traces are due to go."""

    openid: str
    cause: Cause
    at: datetime

    @property
    def until(self) -> datetime:
        """What was said up to then goes; what they begin afterwards is theirs again."""
        return self.at + _ANSWERED_WITHIN if self.cause is Cause.ASKED else self.at


class Forgetting:
    """Erases a person from the tables of every package; assembled once, with the eraser of each."""

    def __init__(self, erasers: Sequence[Eraser], keyring: Keyring) -> None:
        self._erasers = tuple(erasers)
        self._keyring = keyring

    def leaver(self, openid: str, now: datetime, *, follows: bool) -> Leaver:
        return Leaver(openid, pseudonym(self._keyring, openid), now, follows)

    async def forget(self, session: AsyncSession, openid: str, cause: Cause, now: datetime) -> Sequence[Told]:
        """Erase what is held now, and note that the last message must follow; returns what others must be told."""
        told = await self.erase(session, self.leaver(openid, now, follows=cause is Cause.ASKED))
        await session.execute(sa.delete(DepartureRow).where(DepartureRow.openid == openid))
        # Nobody waits for an answer after unfollowing.
        due_at = now if cause is Cause.UNFOLLOWED else now + _SETTLED_AFTER
        session.add(DepartureRow(openid=openid, cause=cause, at=now, due_at=due_at))
        await session.flush()
        return told

    async def erase(self, session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
        return [fact for eraser in self._erasers for fact in await eraser(session, leaver)]


async def has_work(session: AsyncSession, now: datetime) -> bool:
    """Whether somebody is due; asked often, so it takes no lock."""
    due = sa.select(DepartureRow.openid).where(DepartureRow.due_at <= now).limit(1)
    return await session.scalar(due) is not None


async def take(session: AsyncSession, now: datetime, limit: int = 50) -> list[Departure]:
    """Those who are due, for this transaction alone; their rows are gone when it ends well."""
    due = (
        sa.select(DepartureRow)
        .where(DepartureRow.due_at <= now)
        .order_by(DepartureRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(await session.scalars(due))
    for row in rows:
        await session.delete(row)
    await session.flush()
    return [Departure(row.openid, Cause(row.cause), row.at) for row in rows]
