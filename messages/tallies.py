"""How much was said and what became of it, counted over a time."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages.handovers import handovers
from messages.journal import Status, messages


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


async def count(session: AsyncSession, since: datetime, until: datetime) -> Tally:
    """Of messages that were made from `since` until before `until`."""
    made = messages.c.created_at >= since, messages.c.created_at < until
    texts = *made, messages.c.direction == "in", messages.c.kind.in_(("text", "menu"))
    asked = sa.select(sa.func.count(), sa.func.count(sa.distinct(messages.c.openid))).where(*texts)
    said, people = (await session.execute(asked)).one()
    pushed = *made, messages.c.direction == "out", messages.c.reply_to.is_(None)
    ended = sa.select(messages.c.status, sa.func.count()).where(*pushed).group_by(messages.c.status)
    by = {status: number for status, number in await session.execute(ended)}
    waiting = sum(by.get(one, 0) for one in (Status.QUEUED, Status.SENDING, Status.HELD))
    ends = (by.get(one, 0) for one in (Status.REFUSED, Status.UNKNOWN, Status.EXPIRED))
    return Tally(said, people, by.get(Status.SENT, 0), waiting, *ends)


async def open_tickets(session: AsyncSession) -> int:
    """How many workers wait for a person."""
    return await session.scalar(sa.select(sa.func.count()).where(handovers.c.closed_at.is_(None))) or 0
