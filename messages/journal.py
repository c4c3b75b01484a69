"""The journal: every message in and out, each once. It is the outbox too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.bulk import BulkInsert, BulkSelect


class Status(StrEnum):
    """Where a message stands. In: RECEIVED, DONE, FAILED; out: the others."""

    RECEIVED = "received"
    DONE = "done"
    FAILED = "failed"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    REFUSED = "refused"
    EXPIRED = "expired"


class Via(StrEnum):
    """The road a message out took."""

    PASSIVE = "passive"
    CUSTOMER_SERVICE = "customer_service"
    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"
    MASS = "mass"


# The queues, in words that SQLite finds again in a query: it compares them with an index's as they are written.
IN_LANE = "status = 'queued' AND broadcast_id IS NULL"
OF_BROADCAST = "status = 'queued' AND broadcast_id IS NOT NULL"
NOT_QUEUED = sa.text("status <> 'queued'")


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    return sa.Index(
        name, *columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


class Message(Base):
    """One message in or out.

    `due_at` is when somebody must look at the row again: to send it, or because the lease of the process at work on
    it (`lease_by`) runs out. Rows that are done with have none, which keeps its index small.
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64))
    direction: Mapped[str] = mapped_column(sa.String(3))
    wire_id: Mapped[str | None] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(sa.String(16))
    via: Mapped[str | None] = mapped_column(sa.String(16))
    author: Mapped[str | None] = mapped_column(sa.String(64))
    reply_to: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"))
    # The message as it came, while it waits to be run again.
    payload: Mapped[str | None] = mapped_column(sa.Text)
    # For staff and logs: why a delivery ended as it did, or the reference of a bug.
    reason: Mapped[str | None] = mapped_column(sa.String(255))
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease_by: Mapped[str | None] = mapped_column(sa.String(64))
    tries: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    # Out: when it ended as it did, and after when it is old news.
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Out: who goes first (`outbox.Lane`), of which broadcast and in which mass send it is, and what it is about
    # (the topic whose subscription notice may carry it, or the offer that it tells of).
    lane: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    broadcast_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    mass_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    topic: Mapped[str | None] = mapped_column(sa.String(32))
    # Of a digest: the numbers of what it lists, in its order.
    listed: Mapped[str | None] = mapped_column(sa.String(64))
    # Out: what a template message may say of it (`transactions.packed`), where it is about the worker's own transaction;
    # when the platform was first given it as such, and under which number it will report on it.
    own: Mapped[str | None] = mapped_column(sa.Text)
    given_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    msg_id: Mapped[str | None] = mapped_column(sa.String(32))

    __table_args__ = (
        sa.Index("ix_messages_openid_id", "openid", "id"),
        # Half of all rows have no wire id, and of a broadcast none is a reply: an index would be written for each all the same.
        _partial("uq_messages_wire_id", "wire_id", where="wire_id IS NOT NULL", unique=True),
        _partial("ix_messages_reply_to", "reply_to", where="reply_to IS NOT NULL"),
        # What waits to be sent is in the queues alone: everything else that is due is a handful of rows.
        _partial("ix_messages_due_at", "due_at", where="due_at IS NOT NULL AND status <> 'queued'"),
        _partial("ix_messages_lane", "lane", "due_at", "id", where=IN_LANE),
        _partial("ix_messages_broadcast", "broadcast_id", "due_at", "id", where=OF_BROADCAST),
        _partial("ix_messages_mass_id", "mass_id", where="mass_id IS NOT NULL"),
        _partial("ix_messages_held", "openid", where="status = 'held'"),
        _partial("ix_messages_listed", "openid", where="listed IS NOT NULL"),
        _partial(
            "uq_messages_broadcast_id_openid",
            *("broadcast_id", "openid"),
            where="broadcast_id IS NOT NULL",
            unique=True,
        ),
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the journal knows of a wire id: the row, and the reply to it where there is one."""

    id: int
    reply_id: int | None = None
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in and what became of it. `reply` None: nothing is to be said. `row`: it was received earlier."""

    wire_id: str
    openid: str
    kind: str
    body: str
    created_at: datetime
    status: Status
    reply: str | None = None
    passive: bool = True
    reason: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A message as staff read it; `author` is None for the worker's own."""

    at: datetime
    author: str | None
    body: str


messages = cast(sa.Table, Message.__table__)
# What a worker has been told, and when: one that is being sent is on the phone before we hear so, after all else; one that
# is unknown may never have come.
was_told = messages.c.status.in_((Status.SENDING, Status.SENT, Status.UNKNOWN))
told_at = sa.case(
    (messages.c.status == Status.SENDING, messages.c.due_at),
    (messages.c.status == Status.UNKNOWN, messages.c.created_at),
    else_=sa.func.coalesce(messages.c.settled_at, messages.c.created_at, type_=UTCDateTime),
)
_reply = messages.alias("reply")

_recorded = BulkSelect(
    sa.select(messages.c.wire_id, messages.c.id, _reply.c.id, _reply.c.body).select_from(
        messages.outerjoin(_reply, _reply.c.reply_to == messages.c.id)
    ),
    messages.c.wire_id,
)
_NEXT_ID = sa.text("SELECT coalesce(max(id), 0) FROM messages")
# One trip for any number of ids; a sequence may leave gaps but never gives a number twice.
_NEXT_IDS = sa.text("SELECT nextval('messages_id_seq') FROM generate_series(1, :count)")
_WRITTEN = ("id", "openid", "direction", "kind", "body", "created_at", "status", "wire_id", "reason")
_insert = BulkInsert(messages, (*_WRITTEN, "via", "author", "reply_to", "due_at"))
_insert_received = BulkInsert(messages, (*_WRITTEN, "payload", "due_at", "lease_by"))


async def recorded(connection: AsyncConnection, wire_ids: Sequence[str]) -> Mapping[str, Recorded]:
    """What is already known of these wire ids."""
    rows = await _recorded.execute(connection, wire_ids)
    return {row[0]: Recorded(*row[1:]) for row in rows}


async def enter(connection: AsyncConnection, entries: Sequence[Entry], now: datetime) -> list[int | None]:
    """Write the messages and their replies, in bulk; returns the row of each reply, None where there is none.

    A wire id that another process entered meanwhile raises IntegrityError: the caller looks again.
    """
    new = sum((entry.row is None) + (entry.reply is not None) for entry in entries)
    ids = iter(await _new_ids(connection, new))
    rows: list[Sequence[object]] = []
    reply_ids: list[int | None] = []
    for entry in entries:
        row = entry.row
        if row is None:
            row = next(ids)
            rows.append((*_arrival(row, entry), None, None, None, None))
        reply_id = None if entry.reply is None else next(ids)
        if reply_id is not None:
            rows.append(_answer(reply_id, row, entry, now))
        reply_ids.append(reply_id)
    await _insert.execute(connection, rows)
    return reply_ids


async def latest(session: AsyncSession, openid: str, limit: int) -> list[Line]:
    """The last messages with a worker, the oldest of them first."""
    columns = messages.c.created_at, messages.c.author, messages.c.body
    query = sa.select(*columns).where(messages.c.openid == openid).order_by(messages.c.id.desc()).limit(limit)
    return [Line(*row) for row in (await session.execute(query)).all()][::-1]


async def receive(
    connection: AsyncConnection, entry: Entry, payload: str, lease_by: str, lease_until: datetime
) -> int:
    """Write a message that will be answered later by the process that holds the lease; returns its row."""
    (row,) = await _new_ids(connection, 1)
    received = (*_arrival(row, entry), payload, lease_until, lease_by)
    await _insert_received.execute(connection, [received])
    return row


async def finish(connection: AsyncConnection, entry: Entry, lease_by: str) -> bool:
    """Close a message received earlier; False when its lease went to another process, which will answer instead."""
    done = await connection.execute(
        sa.update(messages)
        .where(
            messages.c.id == entry.row, messages.c.status == Status.RECEIVED, messages.c.lease_by == lease_by
        )
        .values(
            status=entry.status,
            body=entry.body,
            reason=entry.reason,
            payload=None,
            lease_by=None,
            due_at=None,
        )
    )
    return done.rowcount == 1


async def has_orphans(session: AsyncSession, now: datetime) -> bool:
    """Whether there is something to adopt; asked often, so it takes no lock."""
    orphan = NOT_QUEUED, messages.c.status == Status.RECEIVED, messages.c.due_at <= now
    return (await session.execute(sa.select(messages.c.id).where(*orphan).limit(1))).first() is not None


async def adopt(
    connection: AsyncConnection, lease_by: str, now: datetime, until: datetime
) -> list[tuple[int, str]]:
    """Take over messages whose process died before answering them; returns row and payload, oldest first."""
    orphans = (
        sa.select(messages.c.id)
        .where(NOT_QUEUED, messages.c.status == Status.RECEIVED, messages.c.due_at <= now)
        .order_by(messages.c.id)
        .limit(100)
        .with_for_update(skip_locked=True)
        .cte("orphans")
    )
    taken = await connection.execute(
        sa.update(messages)
        .where(messages.c.id.in_(sa.select(orphans.c.id)))
        .values(lease_by=lease_by, due_at=until)
        .returning(messages.c.id, messages.c.payload)
    )
    return sorted((row.id, row.payload) for row in taken)


async def let_go(connection: AsyncConnection, lease_by: str, now: datetime) -> None:
    """At a stop: what this process has not answered may be adopted at once."""
    await connection.execute(
        sa.update(messages)
        .where(messages.c.status == Status.RECEIVED, messages.c.lease_by == lease_by)
        .values(due_at=now)
    )


async def _new_ids(connection: AsyncConnection, count: int) -> Sequence[int]:
    if not count:
        return ()
    if connection.dialect.name == "sqlite":
        last: int = (await connection.execute(_NEXT_ID)).scalar_one()
        return range(last + 1, last + 1 + count)
    return (await connection.execute(_NEXT_IDS, {"count": count})).scalars().all()


def _arrival(row: int, entry: Entry) -> tuple[object, ...]:
    what = ("in", entry.kind, entry.body, entry.created_at, entry.status, entry.wire_id, entry.reason)
    return (row, entry.openid, *what)


def _answer(row: int, reply_to: int, entry: Entry, now: datetime) -> tuple[object, ...]:
    status, via, due_at = (Status.SENT, Via.PASSIVE, None) if entry.passive else (Status.QUEUED, None, now)
    what = ("out", "text", entry.reply, now, status, None, None)
    return (row, entry.openid, *what, via, "bot", reply_to, due_at)
