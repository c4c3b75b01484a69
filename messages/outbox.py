"""Messages on their way out: the only place that changes how a delivery stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from messages.journal import Status, Via, messages
from messages.ports import DeliveryError, Future

# A busy platform is asked again after these many seconds, or later where it says so; the last one is repeated.
_PATIENCE = (1, 5, 30, 120, 300)
# Then the window that the worker's message opened is closed.
LASTS = timedelta(hours=48)

_ENDS = {Future.HELD: Status.HELD, Future.REFUSED: Status.REFUSED, Future.UNKNOWN: Status.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that this process has claimed and must settle."""

    id: int
    openid: str
    body: str
    created_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Given:
    """A reply that went out passively; `tries` tells this time from later ones."""

    reply: int
    tries: int = 0


async def has_work(session: AsyncSession, now: datetime) -> bool:
    """Whether something is due or was left behind; asked often, so it takes no lock."""
    due = messages.c.status.in_((Status.QUEUED, Status.SENDING)), messages.c.due_at <= now
    return (await session.execute(sa.select(messages.c.id).where(*due).limit(1))).first() is not None


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
        .values(status=Status.SENDING, lease_by=worker, due_at=now + lease, tries=messages.c.tries + 1)
        .returning(*(messages.c[name] for name in ("id", "openid", "body", "created_at", "tries")))
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
    patience = _PATIENCE[min(outgoing.tries, len(_PATIENCE)) - 1]
    again = now + timedelta(seconds=max(error.wait, patience))
    return (Status.QUEUED, again) if again < outgoing.created_at + LASTS else (Status.EXPIRED, None)


async def abandon(connection: AsyncConnection, now: datetime) -> int:
    """Deliveries whose process died at work: they may have arrived, so they are not sent again. Returns how many."""
    lost = await connection.execute(
        sa.update(messages)
        .where(messages.c.status == Status.SENDING, messages.c.due_at <= now)
        .values(
            status=Status.UNKNOWN,
            via=Via.CUSTOMER_SERVICE,
            reason="the process ended while sending",
            due_at=None,
            lease_by=None,
        )
    )
    return lost.rowcount


async def take_back(connection: AsyncConnection, given: Sequence[Given], due_at: datetime) -> None:
    """Passive replies that nobody was there to take are to be sent otherwise at `due_at`.

    A reply that a redelivery has been given meanwhile, in whatever process, is left alone.
    """
    for one in given:
        await connection.execute(
            sa.update(messages)
            .where(_is_passive(one.reply), messages.c.tries == one.tries)
            .values(status=Status.QUEUED, via=None, due_at=due_at)
        )


async def give_again(connection: AsyncConnection, reply: int) -> Given | None:
    """A redelivery asks for a reply: it goes passively, unless a sender has it; then the answer is None."""
    waiting = sa.and_(messages.c.id == reply, messages.c.status == Status.QUEUED)
    given = await connection.execute(
        sa.update(messages)
        .where(sa.or_(_is_passive(reply), waiting))
        .values(status=Status.SENT, via=Via.PASSIVE, due_at=None, tries=messages.c.tries + 1)
        .returning(messages.c.tries)
    )
    tries = given.scalar_one_or_none()
    return None if tries is None else Given(reply, tries)


def _is_passive(reply: int) -> sa.ColumnElement[bool]:
    return sa.and_(messages.c.id == reply, messages.c.status == Status.SENT, messages.c.via == Via.PASSIVE)
