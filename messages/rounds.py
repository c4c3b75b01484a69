"""What time does to broadcasts: it launches what was approved for an hour, ends what is too late, closes what is done."""

from collections.abc import Awaitable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages import launches, results
from messages.broadcasts import State, steps
from messages.launches import BOT, Refused, Standing, Step, What

# Told to staff in these words by whoever words them; kept as they are.
TOO_LATE = "its latest time passed"
_HAPPENS = (What.LAUNCHED, What.PAUSED, What.STOPPED, What.DONE)


async def settle(session: AsyncSession, now: datetime) -> int:
    """Take every step whose time has come; returns how many."""
    alive = await launches.listed(session, State.APPROVED, State.RUNNING, State.PAUSED, limit=1000)
    taken = [await _attempted(_next(session, one, now)) for one in alive if await _is_due(session, one, now)]
    return sum(taken)


async def untold(session: AsyncSession, now: datetime) -> Sequence[tuple[Step, Standing]]:
    """What the bot did and staff have not been told of; from now on they have."""
    waiting = steps.c.by == BOT, steps.c.what.in_(_HAPPENS), steps.c.told_at.is_(None)
    query = sa.select(steps).where(*waiting).order_by(steps.c.id).with_for_update(skip_locked=True)
    rows = (await session.execute(query)).all()
    if rows:
        told = sa.update(steps).where(steps.c.id.in_([row.id for row in rows]))
        await session.execute(told.values(told_at=now))
    return [
        (
            Step(row.at, row.by, What(row.what), row.edition, row.reason),
            await launches.standing(session, row.broadcast_id),
        )
        for row in rows
    ]


async def _is_due(session: AsyncSession, one: Standing, now: datetime) -> bool:
    if one.state is State.APPROVED:
        starts = one.draft.starts_at
        return now >= one.draft.until or (starts is not None and now >= starts)
    if one.expanded_at is None or one.state is State.PAUSED:
        return now >= one.draft.until
    return await results.is_over(session, one.id)


def _next(session: AsyncSession, one: Standing, now: datetime) -> Awaitable[Standing]:
    if one.state is State.RUNNING and one.expanded_at is not None:
        return launches.finish(session, one.id, now)
    if now >= one.draft.until:
        return launches.stop(session, one.id, BOT, now, TOO_LATE)
    return launches.launch(session, one.id, BOT, now)


async def _attempted(step: Awaitable[Standing]) -> bool:
    """False where somebody took another step meanwhile."""
    try:
        await step
    except Refused:
        return False
    return True
