"""What became of a broadcast: how many by state and route, why where it failed, and of each recipient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages.broadcasts import State, broadcasts
from messages.journal import Status, Via, messages
from messages.masses import mass_sends

_WAITING = (Status.QUEUED, Status.SENDING)
_MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Whom mass sends did not reach by the platform's count, which names nobody; who is known to have left is not meant.

    `filtered` refuse mass messages or have had their four of the month.
    """

    filtered: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Deliveries by state, sent ones by route, and the commonest reasons of those that were not."""

    states: Mapping[Status, int]
    routes: Mapping[str, int]
    reasons: Mapping[str, int]
    unnamed: Unnamed = Unnamed()
    announced: int = 0  # of those held, who were told by a subscription notice that there is something

    @property
    def deliveries(self) -> int:
        return sum(self.states.values())

    @property
    def waiting(self) -> int:
        """In the queue or being sent."""
        return self._count(*_WAITING)

    @property
    def sent(self) -> int:
        return self._count(Status.SENT)

    @property
    def held(self) -> int:
        """Rides on the next answer to each of them."""
        return self._count(Status.HELD)

    @property
    def refused(self) -> int:
        return self._count(Status.REFUSED)

    @property
    def unknown(self) -> int:
        return self._count(Status.UNKNOWN)

    @property
    def expired(self) -> int:
        return self._count(Status.EXPIRED)

    def _count(self, *states: Status) -> int:
        return sum(self.states.get(one, 0) for one in states)


@dataclass(frozen=True, slots=True)
class Received:
    """One recipient's delivery as it stands. `openid` is for looking up who that is, not for showing."""

    openid: str
    status: Status
    via: str | None
    reason: str | None
    settled_at: datetime | None


async def progress(session: AsyncSession, id: int, *, reasons: bool = True) -> Progress:
    """Looks at every delivery of it, and twice for the `reasons`."""
    its = messages.c.broadcast_id == id
    counted = sa.select(messages.c.status, messages.c.via, sa.func.count()).where(its)
    stopped = await _is_stopped(session, id)
    states: dict[Status, int] = {}
    routes: dict[str, int] = {}
    announced = 0
    for status, via, count in await session.execute(counted.group_by(messages.c.status, messages.c.via)):
        standing = _standing(status, stopped)
        states[standing] = states.get(standing, 0) + count
        if standing is Status.HELD and via == Via.SUBSCRIPTION:
            announced += count
        if status == Status.SENT and via:
            routes[via] = routes.get(via, 0) + count
    why = await _reasons(session, its) if reasons else {}
    return Progress(states, routes, why, await _unnamed(session, id), announced)


async def _unnamed(session: AsyncSession, id: int) -> Unnamed:
    of = mass_sends.c
    query = sa.select(of.people, of.filtered, of.reached, of.failed, of.gone)
    filtered = failed = 0
    for row in await session.execute(query.where(of.broadcast_id == id, of.reached.is_not(None))):
        left = row.reached + (row.failed or 0) if row.filtered is None else row.filtered
        filtered += max(0, row.people - left - (row.gone or 0))
        failed += max(0, left - row.reached)
    return Unnamed(filtered, failed)


def deliveries(id: int) -> "sa.Select[Any]":
    return sa.select(sa.literal(1)).where(messages.c.broadcast_id == id)


async def _is_stopped(session: AsyncSession, id: int) -> bool:
    return await session.scalar(sa.select(broadcasts.c.state).where(broadcasts.c.id == id)) == State.STOPPED


def _standing(status: str, stopped: bool) -> Status:
    """What is held for the next answer does not ride on it once the broadcast was stopped."""
    return Status.EXPIRED if stopped and status == Status.HELD else Status(status)


async def _reasons(session: AsyncSession, its: sa.ColumnElement[bool]) -> dict[str, int]:
    count = sa.func.count()
    failed = messages.c.reason.is_not(None), messages.c.status != Status.SENT
    query = sa.select(messages.c.reason, count).where(its, *failed).group_by(messages.c.reason)
    rows = await session.execute(query.order_by(count.desc(), messages.c.reason).limit(_MOST_REASONS))
    return {reason: number for reason, number in rows if reason}


async def received(session: AsyncSession, id: int, after: str, limit: int) -> Sequence[Received]:
    """The deliveries behind an openid, in the order of these, by which the index has them."""
    columns = (messages.c[name] for name in ("openid", "status", "via", "reason", "settled_at"))
    query = sa.select(*columns).where(messages.c.broadcast_id == id, messages.c.openid > after)
    stopped = await _is_stopped(session, id)
    return [
        Received(row.openid, _standing(row.status, stopped), row.via, row.reason, row.settled_at)
        for row in await session.execute(query.order_by(messages.c.openid).limit(limit))
    ]
