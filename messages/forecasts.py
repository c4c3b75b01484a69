"""How a broadcast would reach its audience if it began now, and what that would cost. Counted in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages.audiences import Audiences
from messages.credits import TAPPED
from messages.drafts import Draft
from messages.journal import Status, Via, messages

# Of the five messages that a worker's own has opened, two are left for people.
_WINDOW, _FOR_BULK = timedelta(hours=48) - timedelta(minutes=1), 3


@dataclass(frozen=True, slots=True)
class Forecast:
    """People by route; `unreached` meet the conditions and do not follow.
    `waiting` hear it with the next answer to them, if they write before its latest time.
    """

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


async def forecast(session: AsyncSession, audiences: Audiences, said: Draft, now: datetime) -> Forecast:
    """An estimate: what is sent or written until the launch changes it."""
    reached = audiences.reached(said.conditions, now).order_by(None).subquery("reached")
    heard, spent = await _windows(session, now)
    room = sa.and_(heard.c.at.is_not(None), sa.func.coalesce(spent.c.count, 0) < _FOR_BULK)
    counted = (
        sa.select(sa.func.count(), sa.func.count(sa.case((room, 1))))
        .select_from(reached)
        .outerjoin(heard, heard.c.openid == reached.c.openid)
        .outerjoin(spent, spent.c.openid == reached.c.openid)
    )
    people, now_open = (await session.execute(counted)).one()
    unreached = await session.scalar(audiences.missed(said.conditions, now)) or 0
    return Forecast(now_open, 0, 0, people - now_open, unreached)


async def _windows(session: AsyncSession, now: datetime) -> tuple[sa.Subquery, sa.Subquery]:
    """When each worker last wrote, of those whose window is open, and how much of it is spent."""
    since = now - _WINDOW
    first = await first_row_since(session, since)
    recent = messages.c.id >= first
    heard = (
        sa.select(messages.c.openid, sa.func.max(messages.c.created_at).label("at"))
        .where(recent, messages.c.direction == "in", messages.c.created_at > since)
        .where(~messages.c.kind.startswith("event."), messages.c.kind != TAPPED)
        .group_by(messages.c.openid)
        .subquery("heard")
    )
    sent = messages.c.via == Via.CUSTOMER_SERVICE, messages.c.status.in_((Status.SENT, Status.UNKNOWN))
    spent = (
        sa.select(messages.c.openid, sa.func.count().label("count"))
        .join(heard, heard.c.openid == messages.c.openid)
        .where(recent, messages.c.direction == "out", *sent, messages.c.settled_at >= heard.c.at)
        .group_by(messages.c.openid)
        .subquery("spent")
    )
    return heard, spent


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
