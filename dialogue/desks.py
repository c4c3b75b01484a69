"""Person to person: while a worker speaks with staff the bot is silent. Every change of that stands here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.conversations import ConversationRow
from dialogue.notices import LASTS
from messages import credits, handovers
from messages.handovers import Closing, Ticket
from union import desks
from union.rights import Staff

# So long neither side says anything, and the bot takes over again.
SILENCE = timedelta(minutes=30)

_talks = cast(sa.Table, ConversationRow.__table__)
_tickets = handovers.handovers


@dataclass(frozen=True, slots=True)
class StaffSaid:
    """Words of a staff member to a worker."""

    openid: str
    words: str


@dataclass(frozen=True, slots=True)
class DeskEnded:
    """A conversation with staff is over: staff ended it, or both were silent."""

    openid: str
    ticket: int
    by_staff: bool


@dataclass(frozen=True, slots=True)
class DeskWaits:
    """Nobody of the staff came: the bot is back, the ticket stays open."""

    openid: str
    ticket: int


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who is called to the desk; WeChat carries that only where they wrote within two days."""

    staff: Staff
    reachable: bool


class NoTicket(LookupError):
    """There is no such ticket, or it is closed."""


async def call(session: AsyncSession, openid: str, now: datetime) -> int:
    """The worker asks for a person; returns the ticket. Who is silenced by it is for the turn to say."""
    return await handovers.call(session, openid, now)


async def is_answered(session: AsyncSession, openid: str) -> bool:
    """Whether the worker has an open ticket that staff have answered."""
    found = await handovers.open_ticket_of(session, openid)
    return found is not None and found.answered_at is not None


async def callees(session: AsyncSession, now: datetime, worker: str | None = None) -> list[Callee]:
    """Who is called when that worker, or anybody, wants a person now."""
    able = [(one, one.openid) for one in await desks.called(session, now, worker)]
    return [Callee(one, await credits.left(session, openid, now) > 0) for one, openid in able if openid]


async def hear(session: AsyncSession, ticket: int, now: datetime) -> bool:
    """The worker speaks to staff; False when that conversation is over, by now also by silence."""
    found = await handovers.locked(session, ticket)
    if found is None or found.closed_at is not None or _is_silent(found, now):
        return False
    await handovers.said(session, ticket, now)
    return True


async def leave(session: AsyncSession, ticket: int, now: datetime) -> bool:
    """The worker ends it; False when it was over."""
    return await handovers.close(session, ticket, Closing.WORKER, now)


async def ticket_of(session: AsyncSession, openid: str) -> int | None:
    """The worker's open ticket."""
    found = await handovers.open_ticket_of(session, openid)
    return found.id if found else None


async def rate(session: AsyncSession, ticket: int, openid: str, helped: bool) -> bool:
    """Whether it helped; False for a ticket that is not the worker's, is still open or has been rated."""
    return await handovers.rate(session, ticket, openid, helped)


async def unrated(session: AsyncSession, openid: str, now: datetime) -> int | None:
    """The worker's last ticket of which they may still say whether it helped."""
    return await handovers.unrated(session, openid, now - LASTS)


async def reply(
    session: AsyncSession, ticket: int, words: str, staff: str, now: datetime
) -> tuple[StaffSaid, bool]:
    """Staff speak to a worker, and the bot falls silent; raises NoTicket.

    False: WeChat allows no message now. Then the words ride on the bot's next answer, so it goes on answering.
    """
    found = await _opened(session, ticket)
    await handovers.answered(session, ticket, staff, now)
    allowed = await credits.left(session, found.openid, now) > 0
    if allowed:
        await _turn(session, found.openid, ticket)
    return StaffSaid(found.openid, words), allowed


async def close(session: AsyncSession, ticket: int, now: datetime) -> DeskEnded:
    """Staff end it; raises NoTicket."""
    found = await _opened(session, ticket)
    await handovers.close(session, ticket, Closing.STAFF, now)
    await _give_back(session, found.openid, ticket)
    return DeskEnded(found.openid, ticket, by_staff=True)


async def hand_back(session: AsyncSession, now: datetime) -> Sequence[DeskEnded | DeskWaits]:
    """The bot takes over where both have been silent; a ticket that nobody has answered stays open."""
    query = (
        sa.select(_tickets.c.id)
        .join(_talks, sa.and_(_talks.c.openid == _tickets.c.openid, _talks.c.desk == _tickets.c.id))
        .where(_tickets.c.closed_at.is_(None), _tickets.c.said_at <= now - SILENCE)
        .order_by(_tickets.c.id)
    )
    facts: list[DeskEnded | DeskWaits] = []
    for ticket in (await session.scalars(query)).all():
        if ended := await end_silent(session, ticket, now):
            await _give_back(session, ended.openid, ticket)
            facts.append(ended)
    return facts


async def end_silent(session: AsyncSession, ticket: int, now: datetime) -> DeskEnded | DeskWaits | None:
    """End a conversation in which both have been silent; None for any other. To take the worker back is for the caller."""
    found = await handovers.locked(session, ticket)
    if found is None or found.closed_at is not None or not _is_silent(found, now):
        return None
    if found.answered_at is None:
        return DeskWaits(found.openid, ticket)
    await handovers.close(session, ticket, Closing.SILENCE, now)
    return DeskEnded(found.openid, ticket, by_staff=False)


def _is_silent(ticket: Ticket, now: datetime) -> bool:
    return (ticket.said_at or ticket.asked_at) <= now - SILENCE


async def _opened(session: AsyncSession, ticket: int) -> Ticket:
    found = await handovers.locked(session, ticket)
    if found is None or found.closed_at is not None:
        raise NoTicket(f"no open ticket {ticket}")
    return found


async def _give_back(session: AsyncSession, openid: str, ticket: int) -> None:
    its = _talks.c.openid == openid, _talks.c.desk == ticket
    await session.execute(sa.update(_talks).where(*its).values(desk=None, version=_talks.c.version + 1))


async def _turn(session: AsyncSession, openid: str, ticket: int) -> None:
    # A turn that runs meanwhile must not undo it: it finds another version and runs again.
    await session.execute(
        sa.update(_talks)
        .where(_talks.c.openid == openid, _talks.c.desk.is_distinct_from(ticket))
        .values(desk=ticket, version=_talks.c.version + 1)
    )
