"""Of a broadcast's rows that wait for a mass send, batches are made."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import batches, broadcasts, claims, masses, quiet
from messages.broadcasts import State, Underway
from messages.claims import Queue
from messages.journal import OF_BROADCAST, Status, Via, messages
from messages.mailrooms import Occupations
from messages.masses import FullyBooked, MassState, mass_sends
from messages.outbox import Lane
from messages.reasons import Reason
from storage.base import CHINA

FEWEST, MOST = 2, 10_000


async def make(
    connection: AsyncConnection, broadcast: Underway, occupations: Occupations, now: datetime
) -> int:
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
    if not broadcast.safety:
        await _let_sleep(connection, found, occupations, now)
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
        return await batches.hold(connection, planned, Reason.FULL, now)
    send = await _enter(connection, broadcast, now)
    going = {"status": Status.SENDING, "via": Via.MASS, "mass_id": send, "tries": messages.c.tries + 1}
    taken = await connection.execute(
        sa.update(messages).where(messages.c.id.in_(found.with_for_update(skip_locked=True))).values(going)
    )
    people = {"people": taken.rowcount}
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == send).values(people))
    return taken.rowcount


async def _let_sleep(
    connection: AsyncConnection, found: "sa.Select[Any]", occupations: Occupations, now: datetime
) -> None:
    """Those who were planned before their quiet hours, which have begun meanwhile, wait until these are over."""
    if not quiet.is_for_some(now):
        return
    openids = (await connection.execute(found.with_only_columns(messages.c.openid))).scalars().all()
    works = await occupations(connection, openids)
    wait = defaultdict[datetime, list[str]](list)
    for openid in openids:
        wait[quiet.opens(works.get(openid), now)].append(openid)
    for opens, people in wait.items():
        if opens > now:
            chosen = messages.c.id.in_(found.with_for_update(skip_locked=True)), messages.c.openid.in_(people)
            await connection.execute(sa.update(messages).where(*chosen).values(due_at=opens))


async def _enter(connection: AsyncConnection, broadcast: Underway, now: datetime) -> int:
    # Beyond every batch there is, for some that were never given are no more.
    highest = sa.select(sa.func.coalesce(sa.func.max(mass_sends.c.id), 0))
    number = (await connection.execute(highest)).scalar_one() + 1
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
    return await batches.hold(connection, planned, Reason.ALONE, now)
