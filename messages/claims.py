"""Messages on their way out are claimed; no other process touches them while a claim lasts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from messages.broadcasts import NOTICES, broadcasts
from messages.journal import IN_LANE, NOT_QUEUED, OF_BROADCAST, Status, Via, messages
from messages.outbox import Lane
from messages.ports import DeliveryError
from messages.reasons import Reason
from messages.tickets import FIELD_LETTERS, Template
from messages.transactions import REPEATABLE, Service
from storage.base import UTCDateTime
from storage.bulk import among

# What could not be sent waits that long for the worker's next message.
HELD_FOR = timedelta(days=7)
# Rows changed in one transaction where nobody waits for them.
_CHUNK = 2000
# No lease of a sender lasts longer.
_LONGEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows that are sent in turn: of a lane, or of a broadcast."""

    lane: Lane
    broadcast_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose time has come."""

    id: int
    openid: str
    body: str
    created_at: datetime
    tries: int
    expires_at: datetime | None
    lane: int
    broadcast_id: int | None
    topic: str | None
    own: str | None = None
    via: str | None = None  # TEMPLATE: it was given to the platform so, which has not answered
    given_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def place(self) -> "Place":
        return self.due_at or self.created_at, self.id


# Of a message in its queue.
Place: TypeAlias = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that this process has claimed for a route and must settle."""

    waiting: Waiting
    via: Via = Via.CUSTOMER_SERVICE
    template: Template | None = None
    service: Service | None = None  # of a template message
    given_at: datetime | None = None

    @property
    def id(self) -> int:
        return self.waiting.id

    @property
    def openid(self) -> str:
        return self.waiting.openid

    @property
    def client_id(self) -> str:
        """The same for every repeat of a template message; with its time, so that it is never another's."""
        return f"{self.id}.{self.given_at or self.waiting.created_at:%m%d%H%M%S}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a delivery came out; `error` None: the platform has taken it. `began`: when it was asked to."""

    outgoing: Outgoing
    error: DeliveryError | None = None
    began: datetime | None = None
    msg_id: str = ""


_READ = [messages.c[name] for name in Waiting.__slots__]
# A key for each worker, so that no two processes spend the same credit. What goes to many tries it and leaves out whom it
# cannot have; a reply waits, in a fixed order, for whoever holds it will not be long.
_OPENIDS = sa.bindparam("openids", type_=postgresql.ARRAY(sa.Text))
_WAITED = sa.text(
    "SELECT one FROM unnest(:openids) AS one, pg_advisory_xact_lock(4501, hashtext(one))"
).bindparams(_OPENIDS)


def _in(queue: Queue) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    if queue.broadcast_id is None:
        return sa.text(IN_LANE), messages.c.lane == queue.lane
    return sa.text(OF_BROADCAST), messages.c.broadcast_id == queue.broadcast_id


async def is_due(connection: AsyncConnection, queue: Queue, now: datetime) -> bool:
    """Asked often, so it takes no lock."""
    query = sa.select(messages.c.id).where(*_in(queue), messages.c.due_at <= now).limit(1)
    return (await connection.execute(query)).first() is not None


def next_in(queue: Queue, now: datetime, limit: int, after: Place | None = None) -> sa.Select[Any]:
    beyond = () if after is None else (_is_beyond(*after),)
    return (
        sa.select(*_READ)
        .where(*_in(queue), messages.c.due_at <= now, *beyond)
        .order_by(messages.c.due_at, messages.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _is_beyond(due_at: datetime, id: int) -> sa.ColumnElement[bool]:
    place = sa.literal(due_at, UTCDateTime()), sa.literal(id, sa.BigInteger())
    return sa.tuple_(messages.c.due_at, messages.c.id) > sa.tuple_(*place)


async def due(
    connection: AsyncConnection, queue: Queue, now: datetime, limit: int, after: Place | None = None
) -> list[Waiting]:
    """The next in the queue, which nobody else gets until the transaction ends; nor anything else for those people."""
    chosen, is_shared = next_in(queue, now, limit, after), connection.dialect.name != "sqlite"
    if is_shared and queue.lane is not Lane.PERSON:
        first = chosen.subquery("first")
        tried = sa.func.pg_try_advisory_xact_lock(4501, sa.func.hashtext(first.c.openid))
        # One by one, as they are read: whoever is not to be had is left out, and their rows are free again at the commit.
        chosen = sa.select(first).where(tried).order_by(first.c.due_at, first.c.id)
    found = [Waiting(*row) for row in (await connection.execute(chosen)).all()]
    if found and is_shared and queue.lane is Lane.PERSON:
        people = sorted({one.openid for one in found})
        await connection.execute(_WAITED, {"openids": people})
    return found


async def begin(
    connection: AsyncConnection, outgoing: Sequence[Outgoing], worker: str, until: datetime
) -> None:
    """They are about to be sent by this process, by the routes chosen, and count as spent from now on."""
    if not outgoing:
        return
    ids = defaultdict[Via, list[int]](list)
    for one in outgoing:
        ids[one.via].append(one.id)
    chosen = sa.case(*((among(messages.c.id, its), via) for via, its in ids.items()))
    begun = {"status": Status.SENDING, "via": chosen, "lease_by": worker, "due_at": until}
    await mark(connection, [one.id for one in outgoing], **begun, tries=messages.c.tries + 1)
    for at in {one.given_at for one in outgoing if one.given_at is not None}:
        await mark(connection, [one.id for one in outgoing if one.given_at == at], given_at=at)


async def mark(connection: AsyncConnection, ids: Collection[int], **values: Any) -> None:
    """Changes rows that the transaction has locked."""
    if ids:
        await connection.execute(sa.update(messages).where(among(messages.c.id, ids)).values(values))


async def has_ended(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a lease or a time in the tray is over; asked often, so it takes no lock."""
    return (await connection.execute(ended_by(now))).first() is not None


def ended_by(now: datetime) -> sa.Select[Any]:
    waits = messages.c.status.in_((Status.SENDING, Status.HELD))
    return sa.select(messages.c.id).where(NOT_QUEUED, waits, messages.c.due_at <= now).limit(1)


# More than the fields of a subscription notice can say, whichever they are.
_is_long = sa.func.length(messages.c.body) > 3 * FIELD_LETTERS


async def abandon(connection: AsyncConnection, now: datetime) -> int:
    """Deliveries whose process died at work: they may have arrived, so they are not sent again. Returns how many.

    But a template message that the platform would know again; and what cannot have arrived as a whole rides on an answer.
    """
    dead = NOT_QUEUED, messages.c.status == Status.SENDING, messages.c.due_at <= now
    known = messages.c.via == Via.TEMPLATE, messages.c.given_at > now - REPEATABLE
    queued = {"status": Status.QUEUED, "lease_by": None}
    again = await connection.execute(sa.update(messages).where(*dead, *known).values(queued))
    ended = {"reason": Reason.ENDED, "settled_at": now, "lease_by": None}
    until = sa.func.coalesce(messages.c.expires_at, sa.literal(now + HELD_FOR, messages.c.due_at.type))
    written_for_it = sa.select(broadcasts.c.id).where(broadcasts.c.topic != NOTICES)
    others = messages.c.broadcast_id.is_(None) | messages.c.broadcast_id.not_in(written_for_it)
    cut = messages.c.via == Via.SUBSCRIPTION, others, _is_long
    held = {"status": Status.HELD, "due_at": until, **ended}
    rides = await connection.execute(sa.update(messages).where(*dead, *cut).values(held))
    unknown = {"status": Status.UNKNOWN, "due_at": None, **ended}
    lost = await connection.execute(sa.update(messages).where(*dead).values(unknown))
    return again.rowcount + rides.rowcount + lost.rowcount


async def wake(connection: AsyncConnection, now: datetime) -> int:
    """What was held because of quiet hours that are over is to be sent; returns how many, of more only a part.

    All else that is held is old news when its time comes.
    """
    over = NOT_QUEUED, messages.c.status == Status.HELD, messages.c.due_at <= now
    mine = messages.c.broadcast_id.is_(None), messages.c.expires_at > now
    some = sa.select(messages.c.id).where(*over, *mine).limit(_CHUNK).with_for_update(skip_locked=True)
    ids = (await connection.execute(some)).scalars().all()
    await mark(connection, ids, status=Status.QUEUED, due_at=now, reason=None)
    return len(ids)


async def expire(connection: AsyncConnection, now: datetime) -> int:
    """What has waited in the tray until it was old news; returns how many, of more only a part."""
    over = NOT_QUEUED, messages.c.status == Status.HELD, messages.c.due_at <= now
    old = sa.or_(
        messages.c.broadcast_id.is_not(None), messages.c.expires_at.is_(None), messages.c.expires_at <= now
    )
    some = sa.select(messages.c.id).where(*over, old).limit(_CHUNK).with_for_update(skip_locked=True)
    ids = (await connection.execute(some)).scalars().all()
    await mark(connection, ids, status=Status.EXPIRED, due_at=None, settled_at=now)
    return len(ids)


def is_under_way(broadcast_id: int, now: datetime) -> sa.ColumnElement[bool]:
    """Whether anything of a broadcast is queued or being sent: one question, for rows go to and fro between the two."""
    mine = messages.c.broadcast_id == broadcast_id
    queued = sa.exists().where(sa.text(OF_BROADCAST), mine)
    # Leases are short, the tray is long: the index gives them first.
    leased = NOT_QUEUED, messages.c.status == Status.SENDING, messages.c.due_at <= now + _LONGEST
    return sa.or_(queued, sa.exists().where(*leased, mine))
