"""Requests for a person: a worker asked, and staff have not answered yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.bulk import BulkInsert
from storage.sealing import Sealed


class Handover(Base):
    """One open request a worker; asking again while it is open changes nothing. Its id is the ticket number.

    `said_at` is when either side spoke last, `staff` who of them did first; `closed_by` is a Closing.
    """

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    said_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    staff: Mapped[str | None] = mapped_column(sa.String(64))
    closed_by: Mapped[str | None] = mapped_column(sa.String(16))
    helped: Mapped[bool | None] = mapped_column(sa.Boolean)

    __table_args__ = (
        sa.Index(
            "uq_handovers_open",
            "openid",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )


class HandoverWords(Base):
    """What a worker who waits for a person said of themselves as it stands: the journal has names and mobiles masked."""

    __tablename__ = "handover_words"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    handover_id: Mapped[int] = mapped_column(sa.ForeignKey("handovers.id", ondelete="CASCADE"), index=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    words: Mapped[str] = mapped_column(Sealed("handover_words.words"))


class Closing(StrEnum):
    """Who ended it."""

    WORKER = "worker"
    STAFF = "staff"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request as staff see it."""

    id: int
    openid: str
    asked_at: datetime
    said_at: datetime | None
    answered_at: datetime | None
    staff: str | None
    closed_at: datetime | None


handovers, handover_words = cast(sa.Table, Handover.__table__), cast(sa.Table, HandoverWords.__table__)
_ask = BulkInsert(
    handovers, ("openid", "asked_at"), "ON CONFLICT (openid) WHERE closed_at IS NULL DO NOTHING"
)


async def ask(connection: AsyncConnection, openids: Iterable[str], now: datetime) -> None:
    """Record that these workers want a person."""
    await _ask.execute(connection, [(openid, now) for openid in sorted(set(openids))])


_OF_THEMSELVES = ["handover_id", "openid", "said_at", "words"]
_keep = sa.insert(handover_words).from_select(
    _OF_THEMSELVES,
    sa.select(
        handovers.c.id,
        handovers.c.openid,
        sa.bindparam("now", type_=UTCDateTime),
        sa.bindparam("words", type_=handover_words.c.words.type),
    ).where(handovers.c.openid == sa.bindparam("whose"), handovers.c.closed_at.is_(None)),
)


async def keep(connection: AsyncConnection, told: Iterable[tuple[str, str]], now: datetime) -> None:
    """Openids and what these people said of themselves, of those who wait for a person."""
    for openid, words in told:
        await connection.execute(_keep, {"whose": openid, "words": words, "now": now})


async def kept(session: AsyncSession, ticket: int) -> Sequence[str]:
    """What the worker of a ticket said of themselves, the oldest first."""
    its = handover_words.c.handover_id == ticket
    query = sa.select(handover_words.c.words).where(its).order_by(handover_words.c.id)
    return (await session.execute(query)).scalars().all()


_TICKET = [handovers.c[name] for name in Ticket.__slots__]
_open = sa.text(
    "INSERT INTO handovers (openid, asked_at, said_at) VALUES (:openid, :now, :now) "
    "ON CONFLICT (openid) WHERE closed_at IS NULL DO UPDATE SET said_at = excluded.said_at RETURNING id"
).bindparams(sa.bindparam("now", type_=UTCDateTime()))


async def call(session: AsyncSession, openid: str, now: datetime) -> int:
    """The worker asks for a person: returns the ticket, which is the open one where there is one."""
    return int((await session.execute(_open, {"openid": openid, "now": now})).scalar_one())


def is_open_for(openid: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the worker waits for a person, as a column."""
    waits = sa.exists().where(handovers.c.openid == openid, handovers.c.closed_at.is_(None))
    return sa.select(waits.correlate_except(handovers)).scalar_subquery()


async def open_tickets(session: AsyncSession) -> list[Ticket]:
    """Those that nobody has closed, the oldest first."""
    query = sa.select(*_TICKET).where(handovers.c.closed_at.is_(None)).order_by(handovers.c.id)
    return [Ticket(*row) for row in await session.execute(query)]


async def open_ticket_of(session: AsyncSession, openid: str) -> Ticket | None:
    query = sa.select(*_TICKET).where(handovers.c.openid == openid, handovers.c.closed_at.is_(None))
    row = (await session.execute(query)).first()
    return None if row is None else Ticket(*row)


async def locked(session: AsyncSession, ticket: int) -> Ticket | None:
    """The ticket, until the end of the transaction this one's alone."""
    query = sa.select(*_TICKET).where(handovers.c.id == ticket).with_for_update()
    row = (await session.execute(query)).first()
    return None if row is None else Ticket(*row)


async def said(session: AsyncSession, ticket: int, now: datetime) -> None:
    """The worker went on speaking."""
    await session.execute(sa.update(handovers).where(handovers.c.id == ticket).values(said_at=now))


async def answered(session: AsyncSession, ticket: int, staff: str, now: datetime) -> None:
    """Staff spoke; the first of them stands for the ticket."""
    first = {
        "answered_at": sa.func.coalesce(handovers.c.answered_at, now),
        "staff": sa.func.coalesce(handovers.c.staff, staff),
    }
    await session.execute(sa.update(handovers).where(handovers.c.id == ticket).values(said_at=now, **first))


async def close(session: AsyncSession, ticket: int, by: Closing, now: datetime) -> bool:
    """False when it was closed already."""
    closed = await session.execute(
        sa.update(handovers)
        .where(handovers.c.id == ticket, handovers.c.closed_at.is_(None))
        .values(closed_at=now, closed_by=by)
        .returning(handovers.c.id)
    )
    return closed.first() is not None


async def unrated(session: AsyncSession, openid: str, since: datetime) -> int | None:
    """The worker's last ticket that was closed since and that they have said nothing of yet."""
    its = handovers.c.openid == openid, handovers.c.closed_at >= since, handovers.c.helped.is_(None)
    query = sa.select(handovers.c.id).where(*its).order_by(handovers.c.closed_at.desc()).limit(1)
    return (await session.execute(query)).scalar()


async def rate(session: AsyncSession, ticket: int, openid: str, helped: bool) -> bool:
    """What the worker says of it afterwards, the first word counts; False for one that is not theirs, or rated."""
    rated = await session.execute(
        sa.update(handovers)
        .where(
            handovers.c.id == ticket,
            handovers.c.openid == openid,
            handovers.c.closed_at.is_not(None),
            handovers.c.helped.is_(None),
        )
        .values(helped=helped)
        .returning(handovers.c.id)
    )
    return rated.first() is not None
