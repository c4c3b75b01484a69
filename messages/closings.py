"""The end of a broadcast: when nothing of it is queued any more, or when it was stopped or its time is over.

One that is done opens again for what was held for an answer and found no room on it.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import batches, claims, masses
from messages.broadcasts import State, broadcasts, finish
from messages.broadcasts import close as close_row
from messages.journal import OF_BROADCAST, Status, messages
from messages.masses import MassState, mass_sends
from messages.reasons import Reason

# Rows ended in one transaction.
_CHUNK = 2000
_OPEN = (State.RUNNING, State.PAUSED, State.STOPPED, State.DONE)


async def open_ones(connection: AsyncConnection) -> list[sa.Row[Any]]:
    """Those that have begun and are not closed."""
    columns = (broadcasts.c[name] for name in ("id", "state", "until", "expanded_at"))
    query = sa.select(*columns).where(broadcasts.c.closed_at.is_(None), broadcasts.c.state.in_(_OPEN))
    return list(await connection.execute(query))


async def is_over(connection: AsyncConnection, one: sa.Row[Any], now: datetime) -> bool:
    """Whether there is something to do for `close`."""
    if one.state == State.STOPPED or one.until <= now:
        return True
    return (
        one.state in (State.RUNNING, State.DONE)
        and one.expanded_at is not None
        and not await _under_way(connection, one.id, now)
    )


async def close(connection: AsyncConnection, one: sa.Row[Any], now: datetime) -> int:
    """A part of the work, as much as one transaction should hold; returns how many rows it has ended."""
    ended = 0
    if one.state == State.STOPPED or one.until <= now:
        reason = Reason.STOPPED if one.state == State.STOPPED else Reason.TOO_LATE
        ended = await _expire(connection, one.id, reason, now)
    if ended:
        return ended
    # Held before it is asked: an answer that lets something of it go at this moment has done so, or waits for the end.
    await connection.execute(sa.select(broadcasts.c.id).where(broadcasts.c.id == one.id).with_for_update())
    if await _under_way(connection, one.id, now):
        return 0
    if one.state in (State.STOPPED, State.DONE):
        await close_row(connection, one.id, now)
    elif not await finish(
        connection, one.id, State(one.state), Reason.TOO_LATE if one.until <= now else "", now
    ):
        return 0
    await masses.release(connection, one.id)
    return 0


async def _expire(connection: AsyncConnection, broadcast_id: int, reason: str, now: datetime) -> int:
    queued = sa.text(OF_BROADCAST), messages.c.broadcast_id == broadcast_id
    some = sa.select(messages.c.id).where(*queued).limit(_CHUNK).with_for_update(skip_locked=True)
    ids = (await connection.execute(some)).scalars().all()
    await claims.mark(connection, ids, status=Status.EXPIRED, reason=reason, due_at=None, settled_at=now)
    mine = mass_sends.c.broadcast_id == broadcast_id, mass_sends.c.state == MassState.READY
    waiting = sa.select(mass_sends.c.id, mass_sends.c.tries).where(*mine).with_for_update(skip_locked=True)
    for batch in (await connection.execute(waiting)).all():
        # Once given, it may have been taken although no answer came.
        status = Status.UNKNOWN if batch.tries else Status.EXPIRED
        await batches.close(connection, batch.id, status, reason, now)
    return len(ids)


async def _under_way(connection: AsyncConnection, broadcast_id: int, now: datetime) -> bool:
    """Asked at one moment, for rows become batches, and batches rows."""
    unfinished = mass_sends.c.state.in_((MassState.READY, MassState.ACCEPTED))
    batch = sa.exists().where(mass_sends.c.broadcast_id == broadcast_id, unfinished)
    query = sa.select(sa.or_(batch, claims.is_under_way(broadcast_id, now)))
    return bool((await connection.execute(query)).scalar_one())
