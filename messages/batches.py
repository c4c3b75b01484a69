"""The batches of mass sends: given, and closed with all their rows together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import broadcasts, quiet, routes
from messages.broadcasts import State
from messages.claims import HELD_FOR
from messages.journal import Status, Via, messages
from messages.mailrooms import Mailroom
from messages.masses import MassState, mass_sends
from messages.ports import DeliveryError, Future, Lesson
from messages.reasons import Reason

# How long the platform knows a client id.
KNOWN = timedelta(hours=23)
PATIENCE = (2, 10, 30, 120, 300)
_MINUTE = 90
# A picture that the platform has lost is uploaded so often anew.
_UPLOADS = 2
# What was not given for so long is planned anew: the people may have other credits now, and other hours.
_FRESH = timedelta(minutes=10)


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


async def hold(
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


OPEN = mass_sends.c.state.in_((MassState.READY, MassState.ACCEPTED))


async def has_work(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a batch is to be given or asked after."""
    due = sa.select(mass_sends.c.id).where(OPEN, mass_sends.c.due_at <= now).limit(1)
    return (await connection.execute(due)).first() is not None


async def claim(
    connection: AsyncConnection, mailroom: Mailroom, now: datetime, lease: timedelta
) -> Batch | None:
    """A batch that is due; one of a broadcast that does not run is given to nobody."""
    row = await _next(connection, now)
    if row is None or await _is_put_aside(connection, row, now):
        return None
    if row.msg_id is None and not await routes.reserve(connection, Via.MASS, 1, mailroom.rates.mass, now):
        return None
    claimed = {"lease_by": mailroom.worker, "due_at": now + lease, "tries": mass_sends.c.tries + 1}
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == row.id).values(claimed))
    people = sa.select(messages.c.openid).where(*rows_of(row.id)).order_by(messages.c.id)
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


async def _next(connection: AsyncConnection, now: datetime) -> Any:
    all_of = broadcasts.broadcasts.c
    running = sa.select(all_of.id).where(all_of.state == State.RUNNING)
    may = sa.or_(mass_sends.c.state == MassState.ACCEPTED, mass_sends.c.broadcast_id.in_(running))
    query = sa.select(mass_sends).where(OPEN, mass_sends.c.due_at <= now, may)
    if Via.MASS in await routes.shut_now(connection, now):
        query = query.where(mass_sends.c.state == MassState.ACCEPTED)
    query = query.order_by(mass_sends.c.due_at).limit(1).with_for_update(skip_locked=True)
    return (await connection.execute(query)).first()


async def _is_put_aside(connection: AsyncConnection, row: Any, now: datetime) -> bool:
    """What is not to be given, or not now: who would hear it at night, and what the platform would take for new."""
    if row.state == MassState.ACCEPTED:
        return False
    if row.tries and now >= row.created_at + KNOWN:
        await close(connection, row.id, Status.UNKNOWN, Reason.UNREPEATABLE, now)
        return True
    urgent = sa.select(broadcasts.broadcasts.c.safety).where(broadcasts.broadcasts.c.id == row.broadcast_id)
    opens = now if (await connection.execute(urgent)).scalar() else quiet.opens(None, now)
    if not row.tries and (opens > now or now >= row.created_at + _FRESH):
        await _dissolve(connection, row.id, now)
        return True
    if opens > now:
        later = sa.update(mass_sends).where(mass_sends.c.id == row.id)
        await connection.execute(later.values(due_at=opens))
    return opens > now


async def _dissolve(connection: AsyncConnection, batch_id: int, now: datetime) -> None:
    """It was never given: its people are planned anew, by what they may be sent now and when they want quiet."""
    queued = {
        "status": Status.QUEUED,
        "via": None,
        "mass_id": None,
        "due_at": now,
        "tries": messages.c.tries - 1,
    }
    await connection.execute(sa.update(messages).where(*rows_of(batch_id)).values(queued))
    await connection.execute(sa.delete(mass_sends).where(mass_sends.c.id == batch_id))


async def give_back(connection: AsyncConnection, batch: Batch, now: datetime) -> None:
    """It was claimed and not given, for its broadcast does not run any more."""
    if await holds(connection, batch):
        free = {"due_at": now, "lease_by": None, "tries": batch.tries - 1}
        await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch.id).values(free))


async def holds(connection: AsyncConnection, batch: Batch) -> bool:
    """Whether it is still this process's: nobody has claimed it anew or closed it. It is locked until the commit."""
    mine = mass_sends.c.id == batch.id, OPEN, mass_sends.c.tries == batch.tries
    query = sa.select(mass_sends.c.id).where(*mine, mass_sends.c.msg_id.is_not_distinct_from(batch.msg_id))
    return (await connection.execute(query.with_for_update())).first() is not None


async def refuse(
    connection: AsyncConnection, batch: Batch, error: DeliveryError, now: datetime, *, given: bool = True
) -> None:
    """It was not taken; where the answer was lost the same is given again while the platform would know a repeat.

    `given`: the platform was asked to take it, and not only to keep its picture.
    """
    untouched = batch.tries == 1 and (not given or error.lesson in (Lesson.FULL, Lesson.SETTINGS))
    if error.lesson is Lesson.FULL and error.wait > _MINUTE and untouched:
        await hold(connection, rows_of(batch.id), error.reason, now)
        await close(connection, batch.id, Status.HELD, error.reason, now)
        return
    if error.lesson in (Lesson.CONTENT, Lesson.SETTINGS):
        await broadcasts.refuse(connection, batch.broadcast_id, error.reason, now, broadcasts.PATIENCE)
    if error.lesson is Lesson.MEDIA:
        await broadcasts.keep_media(connection, batch.broadcast_id, None, None)
    again = error.future is Future.RETRY or (error.lesson is Lesson.MEDIA and batch.tries <= _UPLOADS)
    if again and (untouched or now < batch.created_at + KNOWN):
        wait = max(error.wait, PATIENCE[min(batch.tries, len(PATIENCE)) - 1])
        values = {"due_at": now + timedelta(seconds=wait), "lease_by": None, "reason": error.reason[:255]}
        tries = 0 if untouched else batch.tries
        its = sa.update(mass_sends).where(mass_sends.c.id == batch.id)
        await connection.execute(its.values(**values, tries=tries))
        return
    surely = error.future is Future.REFUSED
    await close(connection, batch.id, Status.REFUSED if surely else Status.UNKNOWN, error.reason, now)


async def close(
    connection: AsyncConnection, batch_id: int, status: Status, reason: str | None, now: datetime
) -> None:
    """The batch is over, and with it whatever of its rows still waits."""
    short = None if reason is None else reason[:255]
    state = MassState.FINISHED if status in (Status.SENT, Status.UNKNOWN) else MassState.REFUSED
    over = {"state": state, "due_at": None, "lease_by": None, "finished_at": now, "reason": short}
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch_id).values(over))
    values = {"status": status, "reason": short, "settled_at": now}
    await connection.execute(sa.update(messages).where(*rows_of(batch_id)).values(values))


def rows_of(batch_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    its = sa.and_(messages.c.mass_id == batch_id, messages.c.mass_id.is_not(None))
    return its, messages.c.via == Via.MASS, messages.c.status == Status.SENDING
