"""The routes out: how fast each may be used, by all processes together, and until when the platform has shut it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from messages.journal import IN_LANE, OF_BROADCAST, Via, messages
from messages.reasons import Reason
from storage.base import CHINA, Base, UTCDateTime

# Of what the platform takes a day (500,000), so many may go to many; the rest is for replies.
TO_MANY: Mapping[Via, int] = {Via.CUSTOMER_SERVICE: 450_000}
# How much of a pause may be made up for at once.
_BURST = timedelta(seconds=0.5)
# Calls that were under way when a route was shut wait until nearly the same moment.
_ABOUT = timedelta(minutes=1)
_CHUNK = 5000


class RouteRow(Base):
    """A Via. `free_at` is when the next message to many may go, `shut_until` what the platform's refusal has taught.

    `given`: how many to many have gone on `day`, which is Beijing's.
    """

    __tablename__ = "routes"

    name: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    free_at: Mapped[datetime] = mapped_column(UTCDateTime)
    shut_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(sa.String(255))
    day: Mapped[date | None] = mapped_column(sa.Date)
    given: Mapped[int] = mapped_column(sa.Integer, server_default="0")


@dataclass(frozen=True, slots=True)
class Rates:
    """How much goes to many a second by each route, from all processes together; of mass sends calls are meant.

    The platform publishes only daily numbers, and 60 mass sends a minute. One person's messages are not slowed down.
    """

    customer_service: float = 200
    subscription: float = 100
    mass: float = 0.9

    def by_route(self) -> dict[Via, float]:
        return {
            Via.CUSTOMER_SERVICE: self.customer_service,
            Via.SUBSCRIPTION: self.subscription,
            Via.MASS: self.mass,
        }


USUAL = Rates()


@dataclass(frozen=True, slots=True)
class Shut:
    """A route that is not to be used before `until`."""

    until: datetime
    reason: str


_routes = cast(sa.Table, RouteRow.__table__)
_ensure = sa.text(
    "INSERT INTO routes (name, free_at) VALUES (:name, :now) ON CONFLICT (name) DO NOTHING"
).bindparams(sa.bindparam("now", type_=UTCDateTime()))


async def shut(connection: AsyncConnection, via: Via, until: datetime, reason: str, now: datetime) -> None:
    """The platform takes nothing more this way before `until`; of two such words the later one holds."""
    await connection.execute(_ensure, {"name": via, "now": now})
    earlier = sa.or_(_routes.c.shut_until.is_(None), _routes.c.shut_until < until)
    await connection.execute(
        sa.update(_routes).where(_routes.c.name == via, earlier).values(shut_until=until, reason=reason[:255])
    )


async def reopen(connection: AsyncConnection, via: Via) -> datetime | None:
    """An operator has made room; returns until when it was shut, None when it was not: then `bring_forward`.

    Whoever looked at the route just before puts something aside until then all the same: it is brought forward again a
    moment later.
    """
    query = sa.select(_routes.c.shut_until).where(_routes.c.name == via).with_for_update()
    until = (await connection.execute(query)).scalar_one_or_none()
    opened = {"shut_until": None, "reason": None, "given": 0}
    await connection.execute(sa.update(_routes).where(_routes.c.name == via).values(opened))
    return until


async def bring_forward(connection: AsyncConnection, until: datetime, now: datetime) -> int:
    """Of what waits until about then, so many as one transaction should hold go now; returns how many."""
    about = messages.c.due_at.between(until - _ABOUT, until + _ABOUT), messages.c.due_at > now
    brought = 0
    for queue in (IN_LANE, OF_BROADCAST):
        some = sa.select(messages.c.id).where(sa.text(queue), *about).limit(_CHUNK)
        chosen = messages.c.id.in_(some.with_for_update(skip_locked=True))
        brought += (await connection.execute(sa.update(messages).where(chosen).values(due_at=now))).rowcount
    return brought


async def shut_now(connection: AsyncConnection, now: datetime, *, to_many: bool = False) -> dict[Via, Shut]:
    """Those that are shut at the moment, to all or only `to_many`."""
    query = sa.select(_routes.c.name, _routes.c.shut_until, _routes.c.reason, _routes.c.day, _routes.c.given)
    rows = (await connection.execute(query)).all()
    shut = {
        Via(row.name): Shut(row.shut_until, row.reason or "")
        for row in rows
        if row.shut_until is not None and row.shut_until > now
    }
    for row in rows if to_many else ():
        if row.name in TO_MANY and row.day == _day(now) and row.given >= TO_MANY[Via(row.name)]:
            shut.setdefault(Via(row.name), Shut(_midnight(now), Reason.DAYS_NUMBER))
    return shut


def _day(now: datetime) -> date:
    return now.astimezone(CHINA).date()


def _midnight(now: datetime) -> datetime:
    return datetime.combine(_day(now) + timedelta(days=1), time(), CHINA)


async def reserve(connection: AsyncConnection, via: Via, wanted: int, rate: float, now: datetime) -> int:
    """How many of them may go now, at that `rate` a second; other processes wait until the transaction has ended."""
    return (await reserve_each(connection, {via: wanted}, wanted, {via: rate}, now))[via]


async def reserve_each(
    connection: AsyncConnection, wanted: Mapping[Via, int], limit: int, rates: Mapping[Via, float], now: datetime
) -> dict[Via, int]:  # fmt: skip
    """The same for several routes at once, of which the first go first up to the `limit` of all together."""
    named = [via for via, count in wanted.items() if count]
    stands = await _locked(connection, named, now) if named else {}
    given, moved = dict.fromkeys(wanted, 0), dict[Via, datetime]()
    today = {via: row.given if row.day == _day(now) else 0 for via, row in stands.items()}
    for via in named:
        rate, free_at = rates[via], max(stands[via].free_at, now)
        ahead = max(_BURST, timedelta(seconds=1 / rate))
        room = int((now + ahead - free_at).total_seconds() * rate + 1e-3)
        most = min(wanted[via], limit - sum(given.values()))
        given[via] = max(0, min(most, room, TO_MANY.get(via, most + today[via]) - today[via]))
        if given[via]:
            moved[via] = free_at + timedelta(seconds=given[via] / rate)
    if moved:
        await _move(connection, moved, {via: today[via] + given[via] for via in moved}, _day(now))
    return given


async def _locked(connection: AsyncConnection, named: Sequence[Via], now: datetime) -> dict[Via, Any]:
    """Where these routes stand, in a fixed order, so that no two processes wait in a circle."""
    query = sa.select(_routes.c.name, _routes.c.free_at, _routes.c.day, _routes.c.given)
    query = query.where(_routes.c.name.in_(named)).order_by(_routes.c.name).with_for_update()
    rows = (await connection.execute(query)).all()
    if len(rows) < len(named):
        for via in sorted(named):
            await connection.execute(_ensure, {"name": via, "now": now})
        rows = (await connection.execute(query)).all()
    return {Via(row.name): row for row in rows}


async def _move(
    connection: AsyncConnection, free_at: Mapping[Via, datetime], given: Mapping[Via, int], day: date
) -> None:
    name = _routes.c.name
    moved = sa.case({via: sa.literal(at, UTCDateTime()) for via, at in free_at.items()}, value=name)
    counted = sa.case({via: sa.literal(count, sa.Integer()) for via, count in given.items()}, value=name)
    its = sa.update(_routes).where(name.in_(list(free_at)))
    await connection.execute(its.values(free_at=moved, day=day, given=counted))
