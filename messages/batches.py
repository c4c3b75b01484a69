"""The batches of mass sends: made of a broadcast's rows, given, and closed with all their rows together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import broadcasts, claims, contacts, masses, routes
from messages.broadcasts import State, Underway
from messages.claims import HELD_FOR, Queue
from messages.contacts import Sighting
from messages.journal import OF_BROADCAST, Status, Via, messages
from messages.masses import FullyBooked, MassState, mass_sends
from messages.outbox import Lane
from messages.ports import DeliveryError, Future, Lesson
from storage.base import CHINA

FEWEST, MOST = 2, 10_000
# How long the platform knows a client id.
_KNOWN = timedelta(hours=23)
# Its report comes within minutes; then it is asked.
_ASKED_AFTER = timedelta(minutes=1)
_PATIENCE = (2, 10, 30, 120, 300)
_MINUTE = 90
# Of a mass send that was reported and that we do not know, or not yet.
_NOBODYS = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """A mass send that this process has claimed; without `msg_id` it is still to be given."""

    id: int
    broadcast_id: int
    client_id: str
    msg_id: str | None
    tries: int
    created_at: datetime
    reached: int | None  # by the platform's report, where that is not everybody
    openids: tuple[str, ...]


async def make(connection: AsyncConnection, broadcast: Underway, now: datetime) -> int:
    """A batch of the rows that wait for one, when they are as many as fit or nothing more comes now; returns of how many.

    One alone cannot be sent so: it goes to the tray. So do all when the month's four are taken.
    """
    planned = sa.text(OF_BROADCAST), messages.c.broadcast_id == broadcast.id, messages.c.due_at.is_(None)
    found = sa.select(messages.c.id).where(*planned).order_by(messages.c.id).limit(MOST)
    mine = broadcasts.broadcasts.c.id == broadcast.id, broadcasts.broadcasts.c.state == State.RUNNING
    locked = sa.select(broadcasts.broadcasts.c.id).where(*mine).with_for_update()
    if (await connection.execute(found.limit(1))).first() is None:
        return 0
    if (await connection.execute(locked)).first() is None:
        return 0
    count = len((await connection.execute(found)).all())
    queue = Queue(Lane.BULK, broadcast.id)
    more = broadcast.expanded_at is None or await claims.is_due(connection, queue, now)
    if count < MOST and more:
        return 0
    if count < FEWEST:
        return await _hold_the_last(connection, broadcast, planned, now)
    try:
        if not await masses.is_booked(connection, broadcast.id, now):
            await masses.book(connection, broadcast.id, now.astimezone(CHINA).date(), "bot", now)
    except FullyBooked:
        return await _hold(connection, planned, "the month's four mass sends are taken", now)
    send = await _enter(connection, broadcast, now)
    going = {"status": Status.SENDING, "via": Via.MASS, "mass_id": send, "tries": messages.c.tries + 1}
    taken = await connection.execute(
        sa.update(messages).where(messages.c.id.in_(found.with_for_update(skip_locked=True))).values(going)
    )
    people = {"people": taken.rowcount}
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == send).values(people))
    return taken.rowcount


async def _enter(connection: AsyncConnection, broadcast: Underway, now: datetime) -> int:
    counted = sa.select(sa.func.count()).where(mass_sends.c.broadcast_id == broadcast.id)
    number = (await connection.execute(counted)).scalar_one() + 1
    # With its time, so that no earlier life of this database has used it within a day.
    client_id = f"{broadcast.id}.{number}.{now:%m%d%H%M%S}"
    values = {
        "broadcast_id": broadcast.id,
        "client_id": client_id,
        "people": 0,
        "state": MassState.READY,
        "created_at": now,
        "due_at": now,
        "tries": 0,
    }
    entered = await connection.execute(sa.insert(mass_sends).values(values).returning(mass_sends.c.id))
    return int(entered.scalar_one())


async def _hold_the_last(
    connection: AsyncConnection, broadcast: Underway, planned: tuple[sa.ColumnElement[bool] | sa.TextClause, ...], now: datetime
) -> int:  # fmt: skip
    later = sa.text(OF_BROADCAST), messages.c.broadcast_id == broadcast.id, messages.c.due_at.is_not(None)
    if (await connection.execute(sa.select(messages.c.id).where(*later).limit(1))).first() is not None:
        return 0  # another may join it
    return await _hold(connection, planned, "a mass send needs two", now)


async def _hold(
    connection: AsyncConnection, which: tuple[sa.ColumnElement[bool] | sa.TextClause, ...], reason: str, now: datetime
) -> int:  # fmt: skip
    values = {
        "status": Status.HELD,
        "via": None,
        "mass_id": None,
        "reason": reason[:255],
        "due_at": sa.func.coalesce(messages.c.expires_at, sa.literal(now + HELD_FOR, messages.c.due_at.type)),
        "settled_at": now,
    }
    return (await connection.execute(sa.update(messages).where(*which).values(values))).rowcount


_open = mass_sends.c.state.in_((MassState.READY, MassState.ACCEPTED))


async def has_work(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a batch is to be given or asked after."""
    due = sa.select(mass_sends.c.id).where(_open, mass_sends.c.due_at <= now).limit(1)
    return (await connection.execute(due)).first() is not None


async def claim(connection: AsyncConnection, worker: str, now: datetime, lease: timedelta) -> Batch | None:
    """A batch that is due; one of a broadcast that does not run is given to nobody."""
    all_of = broadcasts.broadcasts.c
    running = sa.select(all_of.id).where(all_of.state == State.RUNNING)
    may = sa.or_(mass_sends.c.state == MassState.ACCEPTED, mass_sends.c.broadcast_id.in_(running))
    closed = Via.MASS in await routes.shut_now(connection, now)
    query = sa.select(mass_sends).where(_open, mass_sends.c.due_at <= now, may)
    if closed:
        query = query.where(mass_sends.c.state == MassState.ACCEPTED)
    query = query.order_by(mass_sends.c.due_at).limit(1).with_for_update(skip_locked=True)
    row = (await connection.execute(query)).first()
    if row is None or (row.msg_id is None and not await routes.reserve(connection, Via.MASS, 1, now)):
        return None
    claimed = {"lease_by": worker, "due_at": now + lease, "tries": mass_sends.c.tries + 1}
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == row.id).values(claimed))
    people = sa.select(messages.c.openid).where(*_rows_of(row.id)).order_by(messages.c.id)
    openids = tuple((await connection.execute(people)).scalars())
    return Batch(
        row.id,
        row.broadcast_id,
        row.client_id,
        row.msg_id,
        row.tries + 1,
        row.created_at,
        row.reached,
        openids,
    )


async def accept(connection: AsyncConnection, batch: Batch, msg_id: str, now: datetime) -> None:
    """The platform has it; what it does not name can never be asked after, and is sent."""
    if not msg_id:
        await close(connection, batch.id, Status.SENT, "the platform had it already", now)
        return
    values = {
        "state": MassState.ACCEPTED,
        "msg_id": msg_id,
        "due_at": now + _ASKED_AFTER,
        "lease_by": None,
        "tries": 0,
    }
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch.id).values(values))
    early = mass_sends.c.msg_id == msg_id, mass_sends.c.broadcast_id == _NOBODYS
    told = (await connection.execute(sa.delete(mass_sends).where(*early).returning(*mass_sends.c))).first()
    if told is not None:
        await report(connection, msg_id, told.reason, told.people, told.reached, now)


async def refuse(connection: AsyncConnection, batch: Batch, error: DeliveryError, now: datetime) -> None:
    """It was not taken; where the answer was lost the same is given again while the platform would know a repeat."""
    if error.lesson is Lesson.FULL and error.wait > _MINUTE:
        await _hold(connection, _rows_of(batch.id), error.reason, now)
        await close(connection, batch.id, Status.HELD, error.reason, now)
        return
    if error.lesson in (Lesson.CONTENT, Lesson.SETTINGS):
        await broadcasts.refuse(connection, batch.broadcast_id, error.reason, now, batch.tries + 2)
    if error.future is Future.RETRY and now < batch.created_at + _KNOWN:
        wait = max(error.wait, _PATIENCE[min(batch.tries, len(_PATIENCE)) - 1])
        values = {"due_at": now + timedelta(seconds=wait), "lease_by": None, "reason": error.reason[:255]}
        await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch.id).values(values))
        return
    surely = error.future is Future.REFUSED
    await close(connection, batch.id, Status.REFUSED if surely else Status.UNKNOWN, error.reason, now)


async def heed(connection: AsyncConnection, batch: Batch, status: str, now: datetime) -> bool:
    """What the platform says of a batch when it is asked; True when it has sent it, to whoever it could."""
    if status in ("SEND_SUCCESS", "DELETE"):
        return True
    if status == "SEND_FAIL":
        await close(connection, batch.id, Status.REFUSED, status, now)
    elif now > batch.created_at + _KNOWN:
        await close(connection, batch.id, Status.UNKNOWN, "the platform never said what became of it", now)
    else:
        await put_off(connection, batch, now)
    return False


async def put_off(connection: AsyncConnection, batch: Batch, now: datetime) -> None:
    """To be asked after again."""
    later = {"due_at": now + _ASKED_AFTER, "lease_by": None}
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch.id).values(later))


async def report(
    connection: AsyncConnection, msg_id: str, status: str, total: int, sent: int, now: datetime
) -> bool:
    """MASSSENDJOBFINISH. False for a mass send that is not ours, or that has been closed.

    It tells how many were reached and not whom; where they are fewer than all, the platform is asked who follows.
    """
    query = sa.select(mass_sends).where(mass_sends.c.msg_id == msg_id, _open).with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        await _keep_early(connection, msg_id, status, total, sent, now)
        return False
    if status != "send success":
        await broadcasts.refuse(connection, row.broadcast_id, f"the platform's verdict: {status}", now, 3)
        await close(connection, row.id, Status.REFUSED, status, now)
        return True
    if sent >= row.people:
        await close(connection, row.id, Status.SENT, None, now)
    reached = {"reached": sent}
    its = sa.update(mass_sends).where(mass_sends.c.id == row.id)
    await connection.execute(its.values(reached if sent >= row.people else {**reached, "due_at": now}))
    return True


async def _keep_early(
    connection: AsyncConnection, msg_id: str, status: str, total: int, sent: int, now: datetime
) -> None:
    """The answer that would have named the number was lost: the report waits for whoever asks for it again."""
    known = sa.select(mass_sends.c.id).where(mass_sends.c.msg_id == msg_id)
    if not msg_id or (await connection.execute(known)).first() is not None:
        return
    values = {
        "broadcast_id": _NOBODYS, "client_id": f"r{msg_id}"[:32], "people": total, "state": MassState.FINISHED,
        "msg_id": msg_id, "created_at": now, "tries": 0, "reached": sent, "reason": status[:255],
    }  # fmt: skip
    await connection.execute(sa.insert(mass_sends).values(values))


async def conclude(connection: AsyncConnection, batch: Batch, left: Collection[str], now: datetime) -> None:
    """It was sent, and these do not follow. Where fewer were reached than follow, each may be one of them."""
    gone = [openid for openid in batch.openids if openid in left]
    await contacts.note(connection, [Sighting(openid, now, follows=False) for openid in gone])
    refused = {"status": Status.REFUSED, "reason": "does not follow any more", "settled_at": now}
    theirs = messages.c.openid.in_(gone)
    await connection.execute(sa.update(messages).where(*_rows_of(batch.id), theirs).values(refused))
    follow = len(batch.openids) - len(gone)
    if batch.reached is None or batch.reached >= follow:
        await close(connection, batch.id, Status.SENT, None, now)
    else:
        reason = f"the platform reached {batch.reached} of {follow} and does not say whom"
        await close(connection, batch.id, Status.UNKNOWN, reason, now)


async def close(
    connection: AsyncConnection, batch_id: int, status: Status, reason: str | None, now: datetime
) -> None:
    """The batch is over, and with it whatever of its rows still waits."""
    short = None if reason is None else reason[:255]
    state = MassState.FINISHED if status in (Status.SENT, Status.UNKNOWN) else MassState.REFUSED
    over = {"state": state, "due_at": None, "lease_by": None, "finished_at": now, "reason": short}
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch_id).values(over))
    values = {"status": status, "reason": short, "settled_at": now}
    await connection.execute(sa.update(messages).where(*_rows_of(batch_id)).values(values))


def _rows_of(batch_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    its = sa.and_(messages.c.mass_id == batch_id, messages.c.mass_id.is_not(None))
    return its, messages.c.via == Via.MASS, messages.c.status == Status.SENDING
