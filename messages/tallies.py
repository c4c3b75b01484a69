"""How much was said and what became of it, counted over a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages.handovers import handovers
from messages.journal import Status, messages
from messages.transactions import unpacked

# Rows that are written at the same time by several processes are not in the order of time.
_OUT_OF_ORDER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tally:
    """`asked`: texts of workers; `people`: who wrote. The others are messages to somebody who was not waiting."""

    asked: int
    people: int
    sent: int
    waiting: int
    refused: int
    unknown: int
    expired: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A message to one person of which nobody knows whether it arrived; `about`: a topic, a matter, or what it was."""

    message: int
    about: str
    via: str | None
    reason: str | None
    settled_at: datetime | None


async def lost(session: AsyncSession, since: datetime, most: int) -> list[Lost]:
    """The newest of them made since, but for broadcasts, whose results name their own. Nothing in it says whose it was."""
    of = messages.c
    first = await _row_of(session, since - _OUT_OF_ORDER)
    its = of.id >= first, of.created_at >= since, of.status == Status.UNKNOWN, of.broadcast_id.is_(None)
    query = sa.select(of.id, of.topic, of.own, of.reply_to, of.via, of.reason, of.settled_at).where(*its)
    rows = await session.execute(query.order_by(of.id.desc()).limit(most))
    return [
        Lost(row.id, _about(row.topic, row.own, row.reply_to), row.via, row.reason, row.settled_at)
        for row in rows
    ]


def _about(topic: str | None, own: str | None, reply_to: int | None) -> str:
    matter = unpacked(own).matter if own else None
    return matter or topic or ("notice" if reply_to is None else "answer")


async def count(session: AsyncSession, since: datetime, until: datetime) -> Tally:
    """Of messages that were made from `since` until before `until`."""
    first = await _row_of(session, since - _OUT_OF_ORDER)
    made = messages.c.id >= first, messages.c.created_at >= since, messages.c.created_at < until
    texts = *made, messages.c.direction == "in", messages.c.kind.in_(("text", "menu"))
    asked = sa.select(sa.func.count(), sa.func.count(sa.distinct(messages.c.openid))).where(*texts)
    said, people = (await session.execute(asked)).one()
    pushed = *made, messages.c.direction == "out", messages.c.reply_to.is_(None)
    ended = (
        sa.select(messages.c.status, sa.func.count().label("number"))
        .where(*pushed)
        .group_by(messages.c.status)
    )
    by = {row.status: row.number for row in await session.execute(ended)}
    waiting = sum(by.get(one, 0) for one in (Status.QUEUED, Status.SENDING, Status.HELD))
    ends = (by.get(one, 0) for one in (Status.REFUSED, Status.UNKNOWN, Status.EXPIRED))
    return Tally(said, people, by.get(Status.SENT, 0), waiting, *ends)


async def _row_of(session: AsyncSession, instant: datetime) -> int:
    """The first row of that instant or later, found by halving: the journal has no index by time."""
    low, high = 0, (await session.scalar(sa.select(sa.func.max(messages.c.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        nearest = sa.select(messages.c.created_at).where(messages.c.id >= middle).order_by(messages.c.id)
        at = await session.scalar(nearest.limit(1))
        low, high = (middle + 1, high) if at is not None and at < instant else (low, middle)
    return low


async def open_tickets(session: AsyncSession) -> int:
    """How many workers wait for a person."""
    return await session.scalar(sa.select(sa.func.count()).where(handovers.c.closed_at.is_(None))) or 0
