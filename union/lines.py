"""Places that are few, in whatever people sign up for, and the line before them.

Whoever changes a line holds a lock on what it is for until the commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from storage.base import Id, UTCDateTime
from storage.sealing import Blind, Sealed
from union.offers import offer_ends


class State(StrEnum):
    """Where somebody stands; there is no row for one who never signed up."""

    WAITING = "waiting"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # the offer was not answered in time, or it began without them
    CANCELLED = "cancelled"  # what they signed up for


SEATED = (State.ENROLLED, State.OFFERED)  # an offered seat is nobody else's
OPEN = (*SEATED, State.WAITING)


class InLine:
    """The columns of a table of people in lines; `number` is given out anew when somebody comes back.

    Name and phone are empty for somebody who was erased.
    """

    __tablename__: str

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    state: Mapped[str] = mapped_column(sa.String(16))
    number: Mapped[int] = mapped_column(sa.Integer)
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    offered_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @declared_attr
    def name(cls) -> Mapped[str | None]:
        return mapped_column(Sealed(f"{cls.__tablename__}.name"))

    @declared_attr
    def phone(cls) -> Mapped[str | None]:
        return mapped_column(Sealed(f"{cls.__tablename__}.phone"))

    @declared_attr
    def phone_blind(cls) -> Mapped[str | None]:
        return mapped_column(Blind(f"{cls.__tablename__}.phone"), index=True)


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody can be reached."""

    name: str
    phone: str


Row = TypeVar("Row", bound=InLine)


class HasSeats(Protocol):
    """What has a number of places."""

    @property
    def seats(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Held:
    """What people are in line for, as a line sees it; nobody moves up when it is not `going_on` or has begun."""

    seats: int
    starts_at: datetime
    going_on: bool = True


@dataclass(frozen=True, slots=True)
class Places:
    """How full it is; seats that are offered are taken."""

    taken: int
    waiting: int

    def free(self, of: HasSeats) -> int:
        """Whoever waits comes first."""
        return 0 if self.waiting else max(0, of.seats - self.taken)


@dataclass(frozen=True, slots=True)
class Look:
    """A locked line at one look; `last` is the highest number that was given out, `others` how many met the condition."""

    places: Places
    expired: int
    last: int
    others: int

    def is_to_settle(self, of: HasSeats) -> bool:
        """Whether an offer has run out, or a seat has become free for those who wait."""
        return self.expired > 0 or (self.places.waiting > 0 and self.places.taken < of.seats)


@dataclass(frozen=True, slots=True)
class Settled(Generic[Row]):
    """Whose offers ended, who waited in vain, and who is offered a seat until when.

    `still_free`: an ended offer can be taken late, because nobody else waits.
    """

    expired: Sequence[Row]
    left: Sequence[Row]
    offered: Sequence[Row]
    until: datetime
    still_free: bool


@dataclass(frozen=True, slots=True)
class Line(Generic[Row]):
    """The lines of a table: `what` is the column of what people sign up for, `of` the one that tells its lines apart."""

    table: type[Row]
    what: InstrumentedAttribute[int]
    of: InstrumentedAttribute[int]

    async def row(self, session: AsyncSession, what: int, openid: str, *, lock: bool = False) -> Row | None:
        """Of a worker who signed up for it at some time."""
        found = sa.select(self.table).where(self.what == what, self.table.openid == openid)
        found = found.with_for_update() if lock else found
        return await session.scalar(found.execution_options(populate_existing=True))

    async def held(self, session: AsyncSession, openid: str) -> Sequence[int]:
        """All that a worker has or wants a place in; in a fixed order, for the reason of `due`."""
        which = self.table.openid == openid, self.table.state.in_(OPEN)
        return list(await session.scalars(sa.select(self.what).where(*which).order_by(self.what)))

    async def offered_at(self, connection: AsyncConnection, openid: str, now: datetime) -> datetime | None:
        """When a worker was last offered a place that is still kept."""
        table = self.table
        kept = table.openid == openid, table.state == State.OFFERED, table.offered_until > now
        return await connection.scalar(sa.select(sa.func.max(table.changed_at)).where(*kept))

    async def due(
        self, session: AsyncSession, starts_at: InstrumentedAttribute[datetime], now: datetime
    ) -> Sequence[int]:
        """All of which an offer has run out, or that began while people waited; `starts_at` is a column of its table.

        In a fixed order, so that two processes never wait for each other in a circle.
        """
        over = (self.table.state == State.OFFERED) & (self.table.offered_until <= now)
        late = (self.table.state == State.WAITING) & (starts_at <= now)
        found = sa.select(self.what).join(starts_at.class_).where(over | late).distinct()
        return list(await session.scalars(found.order_by(self.what)))

    async def contact(self, session: AsyncSession, openid: str) -> tuple[Contact, datetime] | None:
        """What a worker signed up with last, and when."""
        row = await session.scalar(
            sa.select(self.table)
            .where(self.table.openid == openid, self.table.name.is_not(None))
            .order_by(self.table.signed_at.desc())
            .limit(1)
        )
        if row is None or not row.name or not row.phone:
            return None
        return Contact(row.name, row.phone), row.signed_at

    async def people(
        self, session: AsyncSession, what: int, states: Sequence[State], *where: sa.ColumnElement[bool]
    ) -> Sequence[Row]:
        """All who stand so in what they signed up for and meet the conditions, in the order in which they did."""
        return list(
            await session.scalars(
                sa.select(self.table)
                .where(self.what == what, self.table.state.in_(states), *where)
                .order_by(self.table.number, self.table.id)
                .execution_options(populate_existing=True)
            )
        )

    async def call_off(self, session: AsyncSession, what: int, now: datetime) -> Sequence[str]:
        """Nobody has or wants a place any more; returns the openids of those who did."""
        people = await self.people(session, what, OPEN)
        for one in people:
            change(one, State.CANCELLED, now)
        await session.flush()
        return [one.openid for one in people]

    async def look(
        self, session: AsyncSession, id: int, now: datetime, others: sa.ColumnElement[bool]
    ) -> Look:
        """One statement, for a crowd waits behind whoever holds the lock."""
        state = self.table.state
        expired = (state == State.OFFERED) & (self.table.offered_until <= now)
        counted = (state.in_(SEATED), state == State.WAITING, expired, others)
        sums = [sa.func.sum(sa.case((what, 1), else_=0)) for what in counted]
        found = await session.execute(sa.select(*sums, sa.func.max(self.table.number)).where(self.of == id))
        taken, waiting, over, met, last = (value or 0 for value in found.one())
        return Look(Places(taken, waiting), over, last, met)

    async def settle(self, session: AsyncSession, id: int, held: Held, now: datetime) -> Settled[Row]:
        """Bring a locked line up to date: end offers, make new ones. Flushes."""
        await session.flush()
        expired = await self.rows(session, id, State.OFFERED, self.table.offered_until <= now)
        for one in expired:
            change(one, State.LAPSED, now)
        until = offer_ends(held.starts_at, now)
        offered: Sequence[Row] = ()
        left: Sequence[Row] = ()
        is_open = held.starts_at > now and held.going_on
        if is_open:
            await session.flush()
            offered = await self._offer(session, id, held, now, until)
        else:
            left = await self.rows(session, id, State.WAITING)
            for one in left:
                change(one, State.LAPSED, now)
        await session.flush()
        still_free = is_open and (await self.places(session, id)).free(held) > 0 if expired else False
        return Settled(expired, left, offered, until, still_free)

    async def _offer(
        self, session: AsyncSession, id: int, held: Held, now: datetime, until: datetime
    ) -> Sequence[Row]:
        places = await self.places(session, id)
        free = min(held.seats - places.taken, places.waiting)
        if free <= 0:
            return []
        next_ones = await self.rows(session, id, State.WAITING, limit=free)
        for one in next_ones:
            change(one, State.OFFERED, now, until)
        return next_ones

    async def places(self, session: AsyncSession, id: int) -> Places:
        return (await self.all_places(session, (id,))).get(id, Places(0, 0))

    async def all_places(self, session: AsyncSession, ids: Sequence[int]) -> Mapping[int, Places]:
        """For those that anybody has signed up for."""
        rows = await session.execute(
            sa.select(self.of, self.table.state, sa.func.count())
            .where(self.of.in_(ids), self.table.state.in_(OPEN))
            .group_by(self.of, self.table.state)
        )
        counted: dict[int, Places] = {}
        for id, state, count in rows:
            before = counted.get(id, Places(0, 0))
            seated = state in SEATED
            counted[id] = Places(before.taken + count * seated, before.waiting + count * (not seated))
        return counted

    async def rows(
        self,
        session: AsyncSession,
        id: int,
        state: State,
        *where: sa.ColumnElement[bool],
        limit: int | None = None,
    ) -> Sequence[Row]:
        """The rows of a locked line that stand so, in its order."""
        return list(
            await session.scalars(
                sa.select(self.table)
                .where(self.of == id, self.table.state == state, *where)
                .order_by(self.table.number)
                .limit(limit)
                .execution_options(populate_existing=True)
            )
        )

    async def position(self, session: AsyncSession, id: int, row: Row) -> int:
        """From 1 while waiting, 0 otherwise."""
        if row.state != State.WAITING:
            return 0
        before = sa.select(sa.func.count()).where(
            self.of == id, self.table.state == State.WAITING, self.table.number <= row.number
        )
        return await session.scalar(before) or 0


def index_offers(table: str) -> sa.Index:
    """By when they end: few rows of a table are offers."""
    few = sa.text(f"state = '{State.OFFERED}'")
    return sa.Index(f"ix_{table}_offered", "offered_until", sqlite_where=few, postgresql_where=few)


def is_worth_showing(state: State, ends_at: datetime, now: datetime) -> bool:
    """Among all that somebody ever signed up for."""
    if state in (State.ENROLLED, State.CANCELLED):
        return True
    return ends_at > now and state is not State.WITHDRAWN


def change(row: InLine, state: State, now: datetime, until: datetime | None = None) -> None:
    row.state, row.changed_at, row.offered_until = state, now, until
