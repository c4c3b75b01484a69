"""How a broadcast would reach its audience if it began now, and what that would cost. Counted in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages import credits, masses, planner
from messages.audiences import Audiences
from messages.contacts import contacts
from messages.drafts import Draft
from messages.journal import Status, Via, messages
from messages.tickets import templates_by_topic, tickets
from storage.base import CHINA

# Of the five messages that a worker's own has opened, some are left to people.
_FOR_BULK = 5 - planner.RESERVED
_LEAST = 2  # of a mass message
_QUICK = 30_000  # rows of the journal


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


async def is_quick(session: AsyncSession, now: datetime) -> bool:
    """Whether so little was said in the last two days that a forecast keeps nobody waiting who is in the same turn."""
    newest = await session.scalar(sa.select(sa.func.max(messages.c.id))) or 0
    return newest - await first_row_since(session, now - credits.WINDOW) < _QUICK


async def forecast(session: AsyncSession, audiences: Audiences, said: Draft, now: datetime) -> Forecast:
    """An estimate: what is sent or written until the launch changes it."""
    reached = audiences.reached(said.conditions, now).order_by(None).subquery("reached")
    heard, spent = await _windows(session, now)
    held = await _tickets(session, said.topic)
    # As `messages.planner` chooses: the first route that is open.
    shut = contacts.c.shut_at.is_not(None) & (contacts.c.shut_at >= heard.c.at)
    open_ = heard.c.at.is_not(None), ~shut
    by_service = sa.and_(*open_, sa.func.coalesce(spent.c.count, 0) < _FOR_BULK)
    by_notice = sa.and_(~by_service, held.c.openid.is_not(None))
    counted = (
        sa.select(sa.func.count(), _count_if(by_service), _count_if(by_notice))
        .select_from(reached)
        .join(contacts, contacts.c.openid == reached.c.openid)
        .outerjoin(heard, heard.c.openid == reached.c.openid)
        .outerjoin(spent, spent.c.openid == reached.c.openid)
        .outerjoin(held, held.c.openid == reached.c.openid)
    )
    people, service, notice = (await session.execute(counted)).one()
    others, mass = people - service - notice, 0
    if said.mass and others >= _LEAST and await _may_mass(session, said, now):
        mass = others - await _had_their_four(session, reached, now)
    unreached = await session.scalar(audiences.missed(said.conditions, now)) or 0
    return Forecast(service, notice, mass, others - mass, unreached)


def _count_if(condition: sa.ColumnElement[bool]) -> "sa.ColumnElement[int]":
    return sa.func.count(sa.case((condition, 1)))


async def _windows(session: AsyncSession, now: datetime) -> tuple[sa.CTE, sa.Subquery]:
    """When each worker last wrote, of those whose window is open, and how much of it is spent."""
    since = now - credits.WINDOW
    recent = messages.c.id >= await first_row_since(session, since)
    heard = (
        sa.select(messages.c.openid, sa.func.max(messages.c.created_at).label("at"))
        .where(recent, messages.c.direction == "in", messages.c.created_at > since)
        .where(~messages.c.kind.startswith("event."), messages.c.kind != credits.TAPPED)
        .group_by(messages.c.openid)
        .cte("heard")
    )
    statuses = Status.SENDING, Status.SENT, Status.UNKNOWN
    sent = messages.c.via == Via.CUSTOMER_SERVICE, messages.c.status.in_(statuses)
    spent = (
        sa.select(messages.c.openid, sa.func.count().label("count"))
        .join(heard, heard.c.openid == messages.c.openid)
        .where(recent, messages.c.direction == "out", *sent)
        .where(sa.or_(messages.c.settled_at.is_(None), messages.c.settled_at >= heard.c.at))
        .group_by(messages.c.openid)
        .subquery("spent")
    )
    return heard, spent


async def _tickets(session: AsyncSession, topic: str) -> sa.Subquery:
    """Who holds a consent for the topic's template."""
    template = (await templates_by_topic(session)).get(topic)
    its = tickets.c.template_id == (template.template_id if template else ""), tickets.c.count > 0
    return sa.select(tickets.c.openid).where(*its).subquery("held")


async def _may_mass(session: AsyncSession, said: Draft, now: datetime) -> bool:
    """Whether one of the month's four is left; the broadcast may have one already, which the launch will know."""
    begins = max(said.starts_at or now, now).astimezone(CHINA)
    return len(await masses.calendar(session, f"{begins:%Y-%m}")) < masses.A_MONTH


async def _had_their_four(session: AsyncSession, reached: sa.Subquery, now: datetime) -> int:
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
