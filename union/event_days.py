"""The day of an event: reminded of before, checked in to by a QR code, thanked for afterwards, and who was there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import reminders
from union.event_news import Arrived, EventReminder, Refused, ThanksDue
from union.event_places import SignUpRow, line
from union.events import Event, EventRow, event_of, find
from union.lines import State
from union.refusals import Why

CHECK_IN = "event:"  # how the scene of such a QR code begins; the id of the event follows
CHECK_IN_OPENS = timedelta(hours=2)  # before it begins
_THANKED_WITHIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Guest:
    """A line of the list; personal data, which only staff with a reason may see."""

    openid: str
    name: str
    phone: str
    quota: str  # whose places: a district, a kind of work, or ""
    state: State
    came: bool


async def check_in(session: AsyncSession, openid: str, event_id: int, now: datetime) -> Arrived:
    """Note that a worker is there, once however often the code is scanned. Raises Refused.

    Where nobody signs up, whoever comes is welcome, and nothing is noted.
    """
    event = await find(session, event_id)
    if event is None:
        raise Refused(Why.UNKNOWN)
    if event.cancelled:
        raise Refused(Why.CANCELLED, event)
    if event.ends_at <= now:
        raise Refused(Why.OVER, event)
    if now < event.starts_at - CHECK_IN_OPENS:
        raise Refused(Why.TOO_EARLY, event)
    if not event.signs_up:
        raise Refused(Why.JUST_COME, event)
    row = await line.row(session, event.id, openid, lock=True)
    if row is None or row.state != State.ENROLLED:
        raise Refused(Why.NOT_ENROLLED, event)
    again = row.came_at is not None
    row.came_at = row.came_at or now
    await session.flush()
    return Arrived(openid, event, again)


async def due_reminders(session: AsyncSession, now: datetime) -> Sequence[EventReminder]:
    """Who is to be reminded now; each event and worker is returned once on its eve and once on its day."""
    told: list[EventReminder] = []
    soon = EventRow.starts_at.between(now, now + timedelta(days=2))
    for event in await _locked(session, soon):
        for _, eve in reminders.due([event.starts_at], now):
            told += await _remind(session, event, eve, now)
    await session.flush()
    return told


async def _remind(session: AsyncSession, event: Event, eve: bool, now: datetime) -> list[EventReminder]:
    told_at = SignUpRow.eve_at if eve else SignUpRow.morning_at
    untold = told_at.is_(None), SignUpRow.changed_at < reminders.due_since(now, eve=eve)
    rows = await line.people(session, event.id, [State.ENROLLED], *untold)
    for row in rows:
        if eve:
            row.eve_at = now
        else:
            row.morning_at = now
    return [EventReminder(row.openid, event, eve) for row in rows]


async def due_thanks(session: AsyncSession, now: datetime) -> Sequence[ThanksDue]:
    """Who is to be thanked for having been at an event that has just ended: each once."""
    told: list[ThanksDue] = []
    over = (EventRow.ends_at <= now) & (EventRow.ends_at > now - _THANKED_WITHIN)
    for event in await _locked(session, over):
        unthanked = SignUpRow.came_at.is_not(None), SignUpRow.thanked_at.is_(None)
        rows = await line.people(session, event.id, [State.ENROLLED], *unthanked)
        for row in rows:
            row.thanked_at = now
        told += [ThanksDue(row.openid, event) for row in rows]
    await session.flush()
    return told


async def guests(session: AsyncSession, event: Event) -> Sequence[Guest]:
    """All who ever signed up, in the order in which they did."""
    rows = await session.scalars(
        sa.select(SignUpRow).where(SignUpRow.event_id == event.id).order_by(SignUpRow.signed_at, SignUpRow.id)
    )
    whose = {quota.id: quota.whose for quota in event.quotas}
    return [
        Guest(
            row.openid,
            row.name or "",
            row.phone or "",
            whose.get(row.quota_id, ""),
            State(row.state),
            row.came_at is not None,
        )
        for row in rows
    ]


async def _locked(session: AsyncSession, which: sa.ColumnElement[bool]) -> Sequence[Event]:
    rows = await session.scalars(
        sa.select(EventRow)
        .where(EventRow.cancelled_at.is_(None), which)
        .order_by(EventRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [event_of(row) for row in rows.all()]
