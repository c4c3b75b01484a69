"""What time does to broadcasts that have not begun: it launches the approved at their hour, and ends what is too late.

Those that have begun are ended by `closings`; staff are told of both.
"""

from collections.abc import Awaitable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages import launches
from messages.broadcasts import BOT, State, What, steps
from messages.launches import Refused, Standing, Step
from messages.reasons import Reason

_MOST = 1000
_HAPPENS = (What.LAUNCHED, What.PAUSED, What.STOPPED, What.DONE)


async def settle(session: AsyncSession, now: datetime) -> int:
    """Take every step whose time has come; returns how many."""
    waiting = await launches.listed(session, State.DRAFT, State.APPROVED, limit=_MOST)
    return sum([await _attempted(step) for one in waiting if (step := _next(session, one, now))])


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


def _next(session: AsyncSession, one: Standing, now: datetime) -> Awaitable[Standing] | None:
    if now >= one.draft.until:
        return launches.stop(session, one.id, BOT, now, Reason.TOO_LATE)
    starts = one.draft.starts_at
    begins = one.state is State.APPROVED and starts is not None and now >= starts
    return launches.launch(session, one.id, BOT, now) if begins else None


async def _attempted(step: Awaitable[Standing]) -> bool:
    """False where somebody took another step meanwhile."""
    try:
        await step
    except Refused:
        return False
    return True
