"""Messages on their way out: the only place that changes how a delivery stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from messages import credits
from messages.journal import Status, Via, messages
from messages.ports import DeliveryError, Future
from storage.bulk import BulkInsert

# A busy platform is asked again after these many seconds, or later where it says so; the last one is repeated.
_PATIENCE = (1, 5, 30, 120, 300)
# Then the window that the worker's message opened is closed.
LASTS = timedelta(hours=48)
# A reply that could not be sent waits that long for the worker's next message.
_HELD = timedelta(days=7)

# Who asks for a person again and again is not worth the five messages that WeChat allows to whoever is called.
_SOON = timedelta(minutes=5)


class Lane(IntEnum):
    """Who goes first. PERSON: replies and notices to one person; SAFETY: to many, in quiet hours too; BULK: to many."""

    PERSON = 0
    SAFETY = 1
    BULK = 2


_ENDS = {Future.REFUSED: Status.REFUSED, Future.UNKNOWN: Status.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that this process has claimed and must settle."""

    id: int
    openid: str
    body: str
    created_at: datetime
    tries: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to somebody who is not waiting for it; after `until` it is not sent any more."""

    openid: str
    body: str
    until: datetime
    only_now: bool = False  # dropped where WeChat allows nothing now, or where it was said just now
    lane: Lane = Lane.PERSON
    topic: str = ""  # whose subscription notice may carry it


@dataclass(frozen=True, slots=True)
class Given:
    """A reply that went out passively; `tries` tells this time from later ones."""

    reply: int
    tries: int = 0


def is_held_for(openid: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether something is held for the worker's next answer, as a column."""
    waits = sa.exists().where(messages.c.openid == openid, sa.literal_column("messages.status = 'held'"))
    return sa.select(waits.correlate_except(messages)).scalar_subquery()


async def queue(session: AsyncSession, notices: Sequence[Notice], now: datetime, author: str = "bot") -> None:
    """Put messages into the caller's transaction, to be sent by whatever route is open."""
    for notice in notices:
        if notice.only_now and (
            not await credits.left(session, notice.openid, now) or await _was_just_told(session, notice, now)
        ):
            continue
        await session.execute(
            sa.insert(messages).values(
                openid=notice.openid,
                direction="out",
                kind="text",
                body=notice.body,
                created_at=now,
                status=Status.QUEUED,
                author=author,
                due_at=now,
                expires_at=notice.until,
                lane=notice.lane,
                topic=notice.topic or None,
            )
        )


_EXPANDED = ("openid", "direction", "kind", "body", "created_at", "status", "author", "due_at", "expires_at")
_expand = BulkInsert(
    messages,
    (*_EXPANDED, "lane", "broadcast_id"),
    "ON CONFLICT (broadcast_id, openid) WHERE broadcast_id IS NOT NULL DO NOTHING",
)


async def expand(
    connection: AsyncConnection,
    broadcast_id: int,
    openids: Sequence[str],
    body: str,
    lane: Lane,
    until: datetime,
    now: datetime,
) -> int:
    """A delivery for each of them; returns how many are new, for nobody is given a broadcast twice.

    `body` is what staff read in the journal and what rides on an answer; what is sent stands in the broadcast.
    """
    same = "out", "text", body, now, Status.QUEUED, "bot", now, until, int(lane), broadcast_id
    return await _expand.execute(connection, [(openid, *same) for openid in openids])


async def _was_just_told(session: AsyncSession, notice: Notice, now: datetime) -> bool:
    same = messages.c.openid == notice.openid, messages.c.direction == "out", messages.c.body == notice.body
    query = sa.select(messages.c.id).where(*same, messages.c.created_at > now - _SOON).limit(1)
    return await session.scalar(query) is not None


async def ride(connection: AsyncConnection, openid: str, room: int, now: datetime) -> list[str]:
    """What was held for this worker and fits into so many bytes of an answer, which carries it; oldest first."""
    held = messages.c.openid == openid, messages.c.status == Status.HELD
    query = (
        sa.select(messages.c.id, messages.c.body)
        .where(*held, messages.c.due_at > now)
        .order_by(messages.c.id)
    )
    carried: list[int] = []
    texts: list[str] = []
    for row in (await connection.execute(query.with_for_update())).all():
        size = len(row.body.encode()) + 2
        if size > room:
            continue
        room -= size
        carried.append(row.id)
        texts.append(row.body)
    if carried:
        ended = {"status": Status.SENT, "via": Via.PASSIVE, "due_at": None, "settled_at": now}
        await connection.execute(sa.update(messages).where(messages.c.id.in_(carried)).values(ended))
    return texts


async def has_work(session: AsyncSession, now: datetime) -> bool:
    """Whether something is due or was left behind; asked often, so it takes no lock."""
    waits = (Status.QUEUED, Status.SENDING, Status.HELD)
    due = messages.c.status.in_(waits), messages.c.due_at <= now
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
        .returning(
            *(messages.c[name] for name in ("id", "openid", "body", "created_at", "tries", "expires_at"))
        )
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
            settled_at=None if status is Status.QUEUED else now,
            lease_by=None,
        )
    )
    return status if settled.rowcount else None


def _outcome(
    outgoing: Outgoing, now: datetime, error: DeliveryError | None
) -> tuple[Status, datetime | None]:
    if error is None:
        return Status.SENT, None
    if error.future is Future.HELD:
        return Status.HELD, outgoing.expires_at or now + _HELD
    if error.future is not Future.RETRY:
        return _ENDS[error.future], None
    patience = _PATIENCE[min(outgoing.tries, len(_PATIENCE)) - 1]
    again = now + timedelta(seconds=max(error.wait, patience))
    last = outgoing.expires_at or outgoing.created_at + LASTS
    return (Status.QUEUED, again) if again < last else (Status.EXPIRED, None)


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
            settled_at=now,
            lease_by=None,
        )
    )
    return lost.rowcount


async def expire(connection: AsyncConnection, now: datetime) -> int:
    """What is old news before it could be sent; returns how many."""
    old = sa.or_(
        sa.and_(messages.c.status == Status.HELD, messages.c.due_at <= now),
        sa.and_(messages.c.status == Status.QUEUED, messages.c.due_at <= now, messages.c.expires_at <= now),
    )
    expired = await connection.execute(
        sa.update(messages).where(old).values(status=Status.EXPIRED, due_at=None, settled_at=now)
    )
    return expired.rowcount


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
