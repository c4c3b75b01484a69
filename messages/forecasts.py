"""How a broadcast would reach its audience if it began now, and what that would cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages import credits, masses, planner, tickets
from messages.audiences import Audiences
from messages.contacts import contacts
from messages.drafts import Draft
from messages.journal import Status, Via, messages
from messages.tickets import templates_by_topic
from messages.tickets import tickets as consents

# Of the five messages that a worker's own has opened, some are left to people.
_FOR_BULK = 5 - planner.RESERVED
_LEAST = 2  # of a mass message
# Looking at so many keeps nobody waiting who is in the same turn.
FEW = 2_000
_TOGETHER = 500
# Looked at in one statement, which stays short whatever the audience.
_STRETCH = 20_000
_OTHERS, _SERVICE, _NOTICE = range(3)


@dataclass(frozen=True, slots=True)
class Forecast:
    """People by route. `waiting` hear it with the next answer to them, if they write before its latest time;
    `unreached` meet the conditions and do not follow."""

    customer_service: int
    subscription: int
    mass: int
    waiting: int
    unreached: int

    @property
    def people(self) -> int:
        """Those who may hear it."""
        return self.customer_service + self.subscription + self.mass + self.waiting

    @property
    def cost(self) -> str:
        """For staff."""
        of_month = "one of the month's four mass messages" if self.mass else "none of the month's four"
        return f"costs {self.customer_service} credits, {self.subscription} consents, {of_month}"


async def people(session: AsyncSession, audiences: Audiences, said: Draft, now: datetime) -> int:
    """How many may hear it by whatever route."""
    reached = audiences.reached(said.conditions, now).order_by(None).subquery("reached")
    return await session.scalar(sa.select(sa.func.count()).select_from(reached)) or 0


def known() -> "sa.Select[Any]":
    """Those among whom the reached are looked for."""
    return sa.select(sa.literal(1)).select_from(contacts)


async def forecast(
    session: AsyncSession,
    audiences: Audiences,
    said: Draft,
    now: datetime,
    few: int = FEW,
    stretch: int = _STRETCH,
) -> Forecast:
    """An estimate: what is sent or written until the launch changes it. Up to a `few` are looked at one by one."""
    if await people(session, audiences, said, now) <= few:
        routes = await _one_by_one(session, audiences, said, now)
    else:
        routes = await _by_stretches(session, audiences, said, now, stretch)
    others, mass = routes[_OTHERS], 0
    if said.mass and others >= _LEAST and await _may_mass(session, said, now):
        mass = others - await _had_their_four(session, audiences, said, now)
    unreached = await session.scalar(audiences.missed(said.conditions, now)) or 0
    return Forecast(routes[_SERVICE], routes[_NOTICE], mass, others - mass, unreached)


async def _one_by_one(
    session: AsyncSession, audiences: Audiences, said: Draft, now: datetime
) -> Counter[int]:
    """As the planner itself looks at them."""
    openids = list(await session.scalars(audiences.reached(said.conditions, now)))
    template = (await templates_by_topic(session)).get(said.topic)
    connection, routes = await session.connection(), Counter[int]()
    for at in range(0, len(openids), _TOGETHER):
        part = openids[at : at + _TOGETHER]
        held = await tickets.held(connection, part, [template.template_id] if template else [])
        agreed = {openid for openid, _ in held}
        for openid, stands in (await credits.standings(connection, part, now)).items():
            notice = _NOTICE if openid in agreed else _OTHERS
            routes[_SERVICE if stands.left > planner.RESERVED else notice] += 1
    return routes


async def _by_stretches(
    session: AsyncSession, audiences: Audiences, said: Draft, now: datetime, stretch: int
) -> Counter[int]:
    """Many at a time: three messages within a minute of a tap are left out, which are over before it begins."""
    first = await first_row_since(session, now - credits.WINDOW)
    template = (await templates_by_topic(session)).get(said.topic)
    template_id = template.template_id if template else ""
    routes: Counter[int] = Counter()
    after, upto = "", await audiences.end_of_stretch(session, "", stretch)
    while True:
        reached = audiences.reached(said.conditions, now, after, upto).order_by(None).subquery("reached")
        counted = _by_route(reached, (after, upto), template_id, first, now)
        routes.update(dict((await session.execute(counted)).all()))
        if upto is None:
            return routes
        after, upto = upto, await audiences.end_of_stretch(session, upto, stretch)


def _by_route(
    reached: sa.Subquery, within: "_Stretch", template: str, first: int, now: datetime
) -> "sa.Select[int, int]":
    """How many by the first route that is open, as `messages.planner` chooses it.

    What is known of each is laid on one pile and sorted, for what is joined a database may join row by row.
    """
    windows, no, yes = _windows(within, first, now), sa.literal(0), sa.literal(1)
    is_open = sa.and_(windows.c.at.is_not(None), windows.c.spent < _FOR_BULK)
    opened = sa.case((is_open, yes), else_=no)
    agreed = consents.c.template_id == template, consents.c.count > 0, *_lies_in(consents.c.openid, within)
    pile = sa.union_all(
        sa.select(reached.c.openid, yes.label("here"), no.label("open"), no.label("agreed")),
        sa.select(windows.c.openid, no, opened, no),
        sa.select(consents.c.openid, no, no, yes).where(*agreed),
    ).subquery("pile")
    route = sa.case(
        (sa.func.max(pile.c.open) == 1, _SERVICE), (sa.func.max(pile.c.agreed) == 1, _NOTICE), else_=_OTHERS
    )
    here = sa.func.max(pile.c.here) == 1
    standing = sa.select(route.label("route")).group_by(pile.c.openid).having(here).subquery("standing")
    return sa.select(standing.c.route, sa.func.count()).group_by(standing.c.route)


def _lies_in(openid: sa.ColumnElement[str], within: "_Stretch") -> Sequence[sa.ColumnElement[bool]]:
    after, upto = within
    return (openid > after,) if upto is None else (openid > after, openid <= upto)


_Stretch = tuple[str, str | None]


def _windows(within: _Stretch, first: int, now: datetime) -> sa.Subquery:
    """When each worker last wrote, if that window is open, and how much of it is spent.

    In one walk along the index of openids.
    """
    recent = *_lies_in(messages.c.openid, within), messages.c.id >= first
    shut = sa.exists().where(
        contacts.c.openid == messages.c.openid, contacts.c.shut_at >= messages.c.created_at
    )
    talk = ~messages.c.kind.startswith("event."), messages.c.kind != credits.TAPPED, ~shut
    came = sa.and_(messages.c.direction == "in", messages.c.created_at > now - credits.WINDOW, *talk)
    statuses = messages.c.status.in_((Status.SENDING, Status.SENT, Status.UNKNOWN))
    went = sa.and_(messages.c.direction == "out", messages.c.via == Via.CUSTOMER_SERVICE, statuses)
    last = sa.func.max(sa.case((came, messages.c.created_at))).over(partition_by=messages.c.openid)
    told = (
        sa.select(messages.c.openid, last.label("at"), messages.c.settled_at)
        .add_columns(sa.case((went, 1), else_=0).label("went"))
        .where(*recent)
        .subquery("told")
    )
    counts = sa.and_(told.c.went == 1, sa.or_(told.c.settled_at.is_(None), told.c.settled_at >= told.c.at))
    return (
        sa.select(told.c.openid, told.c.at, _count_if(counts).label("spent"))
        .group_by(told.c.openid, told.c.at)
        .subquery("windows")
    )


def _count_if(condition: sa.ColumnElement[bool]) -> "sa.ColumnElement[int]":
    return sa.func.count(sa.case((condition, 1)))


async def _may_mass(session: AsyncSession, said: Draft, now: datetime) -> bool:
    """Whether one of the month's four is left; the broadcast may have one already, which the launch will know."""
    return await masses.left(session, 0, max(said.starts_at or now, now)) > 0


async def _had_their_four(session: AsyncSession, audiences: Audiences, said: Draft, now: datetime) -> int:
    """Few, if any: the month's four are the account's as a whole."""
    counts = messages.c.status.in_((Status.SENDING, Status.SENT, Status.UNKNOWN))
    recent = sa.or_(messages.c.settled_at.is_(None), messages.c.settled_at >= masses.month_start(now))
    had = (
        sa.select(messages.c.openid)
        .where(messages.c.mass_id.is_not(None), messages.c.via == Via.MASS, counts, recent)
        .group_by(messages.c.openid)
        .having(sa.func.count() >= masses.A_MONTH)
        .subquery("had")
    )
    reached = audiences.reached(said.conditions, now).order_by(None).subquery("reached")
    query = sa.select(sa.func.count()).select_from(reached).join(had, had.c.openid == reached.c.openid)
    return await session.scalar(query) or 0


async def first_row_since(session: AsyncSession, moment: datetime) -> int:
    """About where the journal of that moment begins: its rows are numbered in the order of time, near enough.

    So no index of times is needed, which every message would have to be entered into.
    """
    slack = moment - timedelta(minutes=10)
    low = await session.scalar(sa.select(sa.func.min(messages.c.id))) or 0
    high = await session.scalar(sa.select(sa.func.max(messages.c.id))) or 0
    while low < high:
        middle = (low + high) // 2
        query = sa.select(messages.c.id, messages.c.created_at).where(messages.c.id >= middle)
        row = (await session.execute(query.order_by(messages.c.id).limit(1))).one()
        if row.created_at < slack:
            low = max(row.id, middle) + 1
        else:
            high = middle
    return low
