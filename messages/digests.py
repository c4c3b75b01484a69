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
    """How far a worker has heard of a wish by what has left."""

    id: int
    heard_until: datetime


async def due(
    session: AsyncSession, topic: Topic, frequency: Frequency, before: datetime, now: datetime, most: int
) -> Sequence[Due]:
    """What was told no later than `before`: so many wishes, like ones side by side, with all others of their workers.

    It is locked; what another process is at work on is left to it. Who has unfollowed has ended it.
    """
    kind = _on.topic == topic, _on.frequency == frequency, _on.ended_at.is_(None)
    late = _on.told_until < before
    page = sa.select(_on.openid).where(*kind, late).order_by(_on.wish, _on.openid).limit(most)
    openids = sorted(set(await session.scalars(page)))
    if not openids:
        return []
    gone = sa.select(contacts.c.openid).where(
        contacts.c.openid.in_(openids), contacts.c.unfollowed_at.is_not(None)
    )
    left = set(await session.scalars(gone))
    if left:
        ended = sa.update(subscriptions).where(_on.openid.in_(left), _on.ended_at.is_(None))
        await session.execute(ended.values(ended_at=now))
    rows = (
        sa.select(_on.id, _on.openid, _on.wish, _on.heard_until, _on.told_until)
        .where(*kind, _on.openid.in_(openids))
        .order_by(_on.openid, _on.id)
        .with_for_update(skip_locked=True)
    )
    found = [Due(*row) for row in await session.execute(rows)]
    behind = {one.openid for one in found if one.told_until < before}  # the others were told meanwhile
    return [one for one in found if one.openid in behind]


async def settle(session: AsyncSession, told: Sequence[Told], quiet: Sequence[int], until: datetime) -> None:
    """Of everything until `until` they are told by now; to `quiet` there was nothing to say."""
    if quiet:
        its = sa.update(subscriptions).where(_on.id.in_(quiet))
        await session.execute(its.values(told_until=until))
    rows: list[dict[str, Any]] = [{"key": one.id, "heard": one.heard_until} for one in told]
    if rows:
        await (await session.connection()).execute(_move.values(told_until=until), rows)


_move = (
    sa.update(subscriptions).where(_on.id == sa.bindparam("key")).values(heard_until=sa.bindparam("heard"))
)
