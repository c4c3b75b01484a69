"""Which subscriptions are due for a message, and how far each worker has been told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages.contacts import contacts
from messages.subscriptions import Frequency, Topic, subscriptions

_on = subscriptions.c


@dataclass(frozen=True, slots=True)
class Due:
    """A wish to look for: what there was until `told_until` is in a message, until `heard_until` in one that left."""

    id: int
    openid: str
    wish: str
    heard_until: datetime
    told_until: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """How far a worker has heard; `shown` is what the message lists, with the first of their wishes only."""

    id: int
    heard_until: datetime
    shown: tuple[int, ...] = ()


async def due(
    session: AsyncSession, topic: Topic, frequency: Frequency, before: datetime, most: int
) -> Sequence[Due]:
    """What so many workers were told no later than `before`, all of one worker's together, like wishes side by side.

    It is locked; what another process is at work on is left to it.
    """
    its = (
        _on.topic == topic,
        _on.frequency == frequency,
        _on.ended_at.is_(None),
        _on.told_until < before,
    )
    gone = sa.exists().where(contacts.c.openid == _on.openid, contacts.c.unfollowed_at.is_not(None))
    workers = (
        sa.select(_on.openid)
        .where(*its, ~gone)
        .group_by(_on.openid)
        .order_by(sa.func.min(_on.wish), _on.openid)
        .limit(most)
    )
    columns = _on.id, _on.openid, _on.wish, _on.heard_until, _on.told_until
    rows = (
        sa.select(*columns)
        .where(*its, _on.openid.in_(workers))
        .order_by(_on.openid, _on.id)
        .with_for_update(skip_locked=True)
    )
    return [Due(*row) for row in await session.execute(rows)]


async def settle(
    session: AsyncSession, told: Sequence[Told], quiet: Sequence[int], until: datetime, now: datetime
) -> None:
    """Of everything until `until` they are told by now; to `quiet` there was nothing to say."""
    its = sa.update(subscriptions).where(_on.id.in_(quiet))
    await session.execute(its.values(told_until=until))
    rows: list[dict[str, Any]] = [
        {"key": one.id, "heard": one.heard_until, "listed": " ".join(map(str, one.shown))} for one in told
    ]
    if rows:
        moved = _move.values(told_until=until, shown_at=now)
        await (await session.connection()).execute(moved, rows)


_move = (
    sa.update(subscriptions)
    .where(_on.id == sa.bindparam("key"))
    .values(heard_until=sa.bindparam("heard"), shown=sa.bindparam("listed"))
)
