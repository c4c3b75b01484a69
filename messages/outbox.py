"""Messages on their way out: the only place that changes how a delivery stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from messages.journal import Status, Via, messages
from messages.ports import DeliveryError, Future

# A busy platform is asked again after these many seconds, unless it names a time of its own.
_PATIENCE = (1, 5, 30, 120, 300)

_ENDS = {Future.HELD: Status.HELD, Future.REFUSED: Status.REFUSED, Future.UNKNOWN: Status.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that this process has claimed and must settle."""

    id: int
    openid: str
    body: str
    tries: int


async def has_work(session: AsyncSession, now: datetime) -> bool:
    """Whether something is due or was left behind; asked often, so it takes no lock."""
    due = sa.and_(messages.c.status == Status.QUEUED, messages.c.due_at <= now)
    lost = sa.and_(messages.c.status == Status.SENDING, messages.c.lease_until < now)
    return (
        await session.execute(sa.select(messages.c.id).where(sa.or_(due, lost)).limit(1))
    ).first() is not None


async def claim(
    connection: AsyncConnection, worker: str, now: datetime, lease: timedelta, limit: int
) -> Sequence[Outgoing]:
    """Take due messages for this process, oldest first; no other process gets them while the lease lasts."""
    due = (
        sa.select(messages.c.id)
        .where(messages.c.status == Status.QUEUED, messages.c.due_at <= now)
        .order_by(messages.c.due_at, messages.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = await connection.execute(
        sa.update(messages)
        .where(messages.c.id.in_(sa.select(due.c.id)), messages.c.status == Status.QUEUED)
        .values(status=Status.SENDING, lease_by=worker, lease_until=now + lease, tries=messages.c.tries + 1)
        .returning(messages.c.id, messages.c.openid, messages.c.body, messages.c.tries)
    )
    return sorted((Outgoing(*row) for row in taken), key=lambda outgoing: outgoing.id)


async def settle(
    connection: AsyncConnection, outgoing: Outgoing, worker: str, now: datetime, error: DeliveryError | None
) -> Status | None:
    """Write down how a claimed delivery ended; None when the lease was lost to another process meanwhile."""
    status, due_at = _outcome(outgoing, now, error)
    settled = await connection.execute(
        sa.update(messages)
        .where(
            messages.c.id == outgoing.id, messages.c.status == Status.SENDING, messages.c.lease_by == worker
        )
        .values(
            status=status,
            via=Via.CUSTOMER_SERVICE if status in (Status.SENT, Status.UNKNOWN) else None,
            reason=None if error is None else error.reason[:255],
            due_at=due_at,
            lease_by=None,
            lease_until=None,
        )
    )
    return status if settled.rowcount else None


def _outcome(
    outgoing: Outgoing, now: datetime, error: DeliveryError | None
) -> tuple[Status, datetime | None]:
    if error is None:
        return Status.SENT, None
    if error.future is not Future.RETRY:
        return _ENDS[error.future], None
    if outgoing.tries > len(_PATIENCE):
        return Status.REFUSED, None
    return Status.QUEUED, now + timedelta(seconds=error.wait or _PATIENCE[outgoing.tries - 1])


async def abandon(connection: AsyncConnection, now: datetime) -> int:
    """Deliveries whose process died at work: they may have arrived, so they are not sent again. Returns how many."""
    lost = await connection.execute(
        sa.update(messages)
        .where(messages.c.status == Status.SENDING, messages.c.lease_until < now)
        .values(
            status=Status.UNKNOWN,
            via=Via.CUSTOMER_SERVICE,
            reason="the process ended while sending",
            due_at=None,
            lease_by=None,
            lease_until=None,
        )
    )
    return lost.rowcount


async def release(connection: AsyncConnection, worker: str, ids: Sequence[int], now: datetime) -> None:
    """Give back claimed messages that were not touched, at a stop."""
    await connection.execute(
        sa.update(messages)
        .where(messages.c.id.in_(ids), messages.c.status == Status.SENDING, messages.c.lease_by == worker)
        .values(status=Status.QUEUED, due_at=now, lease_by=None, lease_until=None, tries=messages.c.tries - 1)
    )


async def take_back(connection: AsyncConnection, replies: Sequence[int], due_at: datetime) -> None:
    """Passive replies whose connection closed before they were written are to be sent otherwise at `due_at`."""
    await connection.execute(
        sa.update(messages)
        .where(messages.c.id.in_(replies), messages.c.status == Status.SENT, messages.c.via == Via.PASSIVE)
        .values(status=Status.QUEUED, via=None, due_at=due_at)
    )


async def give_now(connection: AsyncConnection, reply: int) -> bool:
    """A redelivery asks for a reply that is still queued: it goes passively, unless a sender has it already."""
    given = await connection.execute(
        sa.update(messages)
        .where(messages.c.id == reply, messages.c.status == Status.QUEUED)
        .values(status=Status.SENT, via=Via.PASSIVE, due_at=None)
    )
    return given.rowcount == 1
