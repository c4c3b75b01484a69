"""Messages on their way out: the only place that changes how a delivery stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from messages import credits
from messages.broadcasts import State, broadcasts
from messages.journal import Status, Via, messages
from messages.reasons import Reason
from messages.transactions import Transaction, packed
from storage.bells import ring
from storage.bulk import BulkInsert, BulkRepeat, BulkSelect

# Who asks for a person again and again is not worth the five messages that WeChat allows to whoever is called.
_SOON = timedelta(minutes=5)
# So long a number typed may mean the list that an answer has shown.
LIST_LASTS = timedelta(minutes=30)
# Why something waits that could be sent.
# Rung when something is queued, for the senders of other processes.
BELL = "unionbot_outbox"


class Lane(IntEnum):
    """Who goes first. PERSON: replies and notices to one person; SAFETY: to many, in quiet hours too; BULK: to many."""

    PERSON = 0
    SAFETY = 1
    BULK = 2


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to somebody who is not waiting for it; after `until` it is not sent any more.

    Before `not_before` it is not sent either, but rides on an answer to the worker, who is awake then.
    """

    openid: str
    body: str
    until: datetime
    only_now: bool = False  # dropped where WeChat allows nothing now, or where it was said just now
    lane: Lane = Lane.PERSON
    topic: str = ""  # whose subscription notice may carry it
    listed: Sequence[int] = ()  # what a number means that is answered to it
    own: Transaction | None = None  # of the worker's, which a template message may tell of
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        if self.own is not None and self.lane is not Lane.PERSON:
            raise ValueError("what goes to many never goes by template: the account would be banned")


@dataclass(frozen=True, slots=True)
class Given:
    """A reply that went out passively; `tries` tells this time from later ones."""

    reply: int
    tries: int = 0


def is_held_for(openid: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether something is held for the worker's next answer, as a column."""
    waits = sa.exists().where(messages.c.openid == openid, sa.literal_column("messages.status = 'held'"))
    return sa.select(waits.correlate_except(messages)).scalar_subquery()


_held_for = BulkSelect(
    sa.select(messages.c.openid).distinct().where(sa.literal_column("messages.status = 'held'")),
    messages.c.openid,
)


async def held_for(connection: AsyncConnection, openids: Sequence[str]) -> Sequence[str]:
    """For whom of them something is held."""
    return [row[0] for row in await _held_for.execute(connection, openids)] if openids else ()


async def queue(session: AsyncSession, notices: Sequence[Notice], now: datetime, author: str = "bot") -> None:
    """Put messages into the caller's transaction, to be sent by whatever route is open."""
    pressing = [notice for notice in notices if notice.only_now]
    rows = [_row(notice, now, author) for notice in notices if not notice.only_now]
    await _queue.execute(await session.connection(), rows)
    for notice in pressing:
        if not await credits.left(session, notice.openid, now) or await _was_just_told(session, notice, now):
            continue
        await _queue.execute(await session.connection(), [_row(notice, now, author)])
    if notices:
        await ring(await session.connection(), BELL)


async def note(
    session: AsyncSession, openid: str, body: str, status: Status, now: datetime, author: str
) -> None:
    """A customer-service message that somebody has sent by hand, SENT or UNKNOWN: it is spent as any other."""
    what = {"openid": openid, "direction": "out", "kind": "text", "body": body, "author": author}
    sent = {"status": status, "via": Via.CUSTOMER_SERVICE, "created_at": now, "settled_at": now}
    await session.execute(sa.insert(messages).values({**what, **sent}))


async def waits(connection: AsyncConnection, openid: str, topics: Sequence[str]) -> bool:
    """Whether something on one of these topics is still to be told to that worker, of which no template said it either."""
    its = (
        messages.c.openid == openid,
        messages.c.topic.in_(topics),
        messages.c.via.is_distinct_from(Via.TEMPLATE),
    )
    query = sa.select(messages.c.id).where(*its, messages.c.status.in_((Status.HELD, Status.QUEUED)))
    return (await connection.execute(query.limit(1))).first() is not None


async def recall(session: AsyncSession, openids: Sequence[str], topic: str, now: datetime) -> set[str]:
    """Give up what waits to be sent on that topic, because something newer takes its place; returns to whom."""
    # Each is found by the index of what is held or queued, which wants the status in so many words.
    found: set[str] = set()
    for status in (Status.HELD, Status.QUEUED):
        waits = sa.literal_column(f"messages.status = '{status}'", sa.Boolean)
        its = messages.c.topic == topic, messages.c.openid.in_(openids), waits
        ended = {
            "status": Status.EXPIRED,
            "due_at": None,
            "settled_at": now,
            "reason": Reason.REPLACED,
        }
        given_up = sa.update(messages).where(*its, messages.c.broadcast_id.is_(None)).values(ended)
        found.update(await session.scalars(given_up.returning(messages.c.openid)))
    return found


_EXPANDED = ("openid", "direction", "kind", "body", "created_at", "status", "author", "due_at", "expires_at")
_queue = BulkInsert(messages, (*_EXPANDED, "lane", "topic", "listed", "own", "reason"))
_expand = BulkRepeat(
    messages,
    "openid",
    (*_EXPANDED[1:], "lane", "broadcast_id"),
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
    new = await _expand.execute(connection, openids, same)
    if new:
        await ring(connection, BELL)
    return new


def _row(notice: Notice, now: datetime, author: str) -> tuple[object, ...]:
    waits = notice.not_before is not None and notice.not_before > now
    status, due_at = (Status.HELD, notice.not_before) if waits else (Status.QUEUED, now)
    what = notice.openid, "out", "text", notice.body, now, status, author, due_at, notice.until
    listed = " ".join(map(str, notice.listed))
    own = None if notice.own is None else packed(notice.own)
    about = int(notice.lane), notice.topic or None, listed or None, own
    return (*what, *about, Reason.QUIET if waits else None)


async def _was_just_told(session: AsyncSession, notice: Notice, now: datetime) -> bool:
    same = messages.c.openid == notice.openid, messages.c.direction == "out", messages.c.body == notice.body
    query = sa.select(messages.c.id).where(*same, messages.c.created_at > now - _SOON).limit(1)
    return await session.scalar(query) is not None


_stands_still = sa.exists().where(
    broadcasts.c.id == messages.c.broadcast_id, broadcasts.c.state.in_((State.PAUSED, State.STOPPED))
)


async def ride(
    connection: AsyncConnection, openid: str, room: int, now: datetime, *, lists: bool = True
) -> list[str]:
    """What was held for this worker and fits into so many bytes of an answer, which carries it; oldest first.

    What finds no room is queued: whoever is answered has written, and may be written to again. Of digests one rides at
    most, and none with `lists` off, for a number must not mean two things: they follow when the list shown now is over.
    """
    held = messages.c.openid == openid, messages.c.status == Status.HELD, ~_stands_still
    query = (
        sa.select(messages.c.id, messages.c.body, messages.c.broadcast_id, messages.c.listed)
        .where(*held, messages.c.due_at > now)
        .order_by(messages.c.id)
    )
    carried, others, lists_later = list[Any](), list[Any](), list[Any]()
    for row in (await connection.execute(query.with_for_update())).all():
        size = len(row.body.encode()) + 2
        if row.listed and not lists:
            lists_later.append(row)
            continue
        if size > room:
            others.append(row)
            continue
        lists = lists and not row.listed
        room -= size
        carried.append(row)
    await _change(
        connection,
        carried,
        status=Status.SENT,
        via=Via.PASSIVE,
        due_at=None,
        settled_at=now,
        reason=Reason.RODE,
    )
    await _send_apart(connection, others, now)
    await _change(
        connection,
        lists_later,
        status=Status.QUEUED,
        due_at=now + LIST_LASTS,
        settled_at=None,
        reason=Reason.AFTER_LIST,
    )
    return [row.body for row in carried]


async def _send_apart(connection: AsyncConnection, held: Sequence[sa.Row[Any]], now: datetime) -> None:
    if not held:
        return
    going = await _reopen(connection, {row.broadcast_id for row in held if row.broadcast_id is not None})
    freed = [row for row in held if row.broadcast_id is None or row.broadcast_id in going]
    await _change(connection, freed, status=Status.QUEUED, via=None, due_at=now, settled_at=None, reason=None)
    await ring(connection, BELL)


async def _reopen(connection: AsyncConnection, ids: Collection[int]) -> set[int]:
    """Those of which something may be sent again; they are held until the commit, so that none is closed meanwhile."""
    if not ids:
        return set()
    query = sa.select(broadcasts.c.id, broadcasts.c.state).where(broadcasts.c.id.in_(ids))
    rows = (await connection.execute(query.order_by(broadcasts.c.id).with_for_update())).all()
    done = [row.id for row in rows if row.state == State.DONE]
    if done:
        reopened = sa.update(broadcasts).where(broadcasts.c.id.in_(done), broadcasts.c.closed_at.is_not(None))
        await connection.execute(reopened.values(closed_at=None))
    return {row.id for row in rows if row.state in (State.RUNNING, State.DONE)}


async def _change(connection: AsyncConnection, rows: Sequence[sa.Row[Any]], **values: object) -> None:
    if rows:
        ids = [row.id for row in rows]
        await connection.execute(sa.update(messages).where(messages.c.id.in_(ids)).values(values))


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
