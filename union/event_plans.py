"""What staff plan of events: published, changed, closed and called off, with who is to be told of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import event_places
from union.course_plans import Published
from union.course_plans import Unfit as Unfit
from union.event_news import EventCancelled, EventMoved, ToldLater
from union.event_places import SignUpRow, line, lock, settle
from union.events import Event, EventRow, Outline, PictureRow, QuotaRow, Sort, event_of
from union.lines import OPEN

MOST_PICTURE_BYTES = 500_000
_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """So many places for those of a district or kind of work, or for all others."""

    sort: Sort
    whose: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Outline):
    """An event as staff wrote it down. Without quotas one just comes."""

    quotas: tuple[QuotaPlan, ...]


async def publish(session: AsyncSession, plans: Sequence[Plan], now: datetime) -> Published:
    """Add new events and change known ones, by their codes. Raises Unfit, after which nothing may be committed."""
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    told: list[ToldLater] = []
    over: list[str] = []
    rows = await session.execute(
        sa.select(EventRow.code, EventRow.id).where(EventRow.code.in_([plan.code for plan in plans]))
    )
    known = {row.code: row.id for row in rows}
    for plan in sorted(plans, key=lambda plan: known.get(plan.code, 0)):
        if plan.code not in known:
            if plan.ends_at <= now:
                raise Unfit(f"{plan.code}: it is over already")
            session.add(_row(plan, now))
            done["added"].append(plan.code)
            continue
        row = await lock(session, known[plan.code])
        if _as_planned(event_of(row)) == plan:
            done["unchanged"].append(plan.code)
            continue
        told += await _change(session, row, plan, now)
        done["changed"].append(plan.code)
        event = event_of(row)
        full = event_places.overfull(event, await event_places.places_of(session, [event]))
        over += [f"{plan.code}: {one}" for one in full]
    await session.flush()
    by_code = tuple(done["added"]), tuple(done["changed"]), tuple(done["unchanged"])
    return Published(*by_code, tuple(told), tuple(over))


async def cancel(
    session: AsyncSession, event_id: int, reason: str, now: datetime
) -> Sequence[EventCancelled]:
    """Call an event off; all who have or want a place are told, once. Raises Refused, and Unfit for one that is over."""
    row = await lock(session, event_id)
    if row.cancelled_at is not None:
        return []
    if row.ends_at <= now:
        raise Unfit(f"{row.code} is over")
    row.cancelled_at = now
    people = await line.call_off(session, event_id, now)
    return [EventCancelled(openid, event_of(row), reason) for openid in people]


async def close(session: AsyncSession, event_id: int, now: datetime) -> bool:
    """Nobody else is taken in; those who are in the line move up as before. Whether it was open."""
    row = await lock(session, event_id)
    was_open = row.closed_at is None
    row.closed_at = row.closed_at or now
    await session.flush()
    return was_open


async def reopen(session: AsyncSession, event_id: int, now: datetime) -> bool:
    """Take people in again. Whether it was closed; raises Unfit where it is too late for that."""
    row = await lock(session, event_id)
    if row.cancelled_at is not None or row.ends_at <= now:
        raise Unfit(f"{row.code} is cancelled or over")
    was_closed = row.closed_at is not None
    row.closed_at = None
    await session.flush()
    return was_closed


async def hang(session: AsyncSession, event_id: int, content: bytes) -> None:
    """Give an event its picture. Raises Unfit for what is no small PNG or JPEG."""
    kind = next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)
    if kind is None or len(content) > MOST_PICTURE_BYTES:
        raise Unfit(f"a picture is a PNG or JPEG of at most {MOST_PICTURE_BYTES // 1000} kB")
    row = await session.get(PictureRow, event_id) or PictureRow(event_id=event_id)
    row.kind, row.content = kind, content
    session.add(row)
    await session.flush()


async def _change(session: AsyncSession, row: EventRow, plan: Plan, now: datetime) -> list[ToldLater]:
    before = event_of(row)
    if before.cancelled:
        raise Unfit(f"{plan.code} was cancelled: give the new event a code of its own")
    if before.ends_at <= now:
        raise Unfit(f"{plan.code} is over and cannot be changed")
    if before.starts_at <= now and plan.starts_at != before.starts_at:
        raise Unfit(f"{plan.code} has begun and cannot be moved")
    await _share_out(session, row, plan)
    _write(row, plan)
    await session.flush()
    await session.refresh(row, ["quotas"])
    event = event_of(row)
    moved: list[ToldLater] = []
    if (plan.starts_at, plan.ends_at, plan.place) != (before.starts_at, before.ends_at, before.place):
        people = await line.people(session, row.id, OPEN)
        moved = [EventMoved(one.openid, event) for one in people]
        for one in people if plan.starts_at != before.starts_at else ():
            one.eve_at = one.morning_at = None
    return [*moved, *await settle(session, event, now)]


async def _share_out(session: AsyncSession, row: EventRow, plan: Plan) -> None:
    """Quotas keep their ids, and with them those who signed up by them."""
    known = {(one.sort, one.whose): one for one in row.quotas}
    wanted = {(one.sort, one.whose) for one in plan.quotas}
    for key, one in known.items():
        if key not in wanted:
            used = sa.select(SignUpRow.id).where(SignUpRow.quota_id == one.id).limit(1)
            if await session.scalar(used) is not None:
                raise Unfit(f"{plan.code}: somebody has signed up by a quota that is to go")
            row.quotas.remove(one)
    for position, quota in enumerate(plan.quotas):
        if (found := known.get((quota.sort, quota.whose))) is None:
            row.quotas.append(_quota(position, quota))
        else:
            found.position, found.seats = position, quota.seats


def _row(plan: Plan, now: datetime) -> EventRow:
    quotas = [_quota(position, one) for position, one in enumerate(plan.quotas)]
    row = EventRow(code=plan.code, published_at=now, quotas=quotas)
    _write(row, plan)
    return row


def _quota(position: int, plan: QuotaPlan) -> QuotaRow:
    return QuotaRow(position=position, sort=plan.sort, whose=plan.whose, seats=plan.seats)


def _write(row: EventRow, plan: Plan) -> None:
    row.kind, row.title, row.host, row.details = plan.kind, plan.title, plan.host, plan.details
    row.district, row.place = plan.district, plan.place
    row.latitude, row.longitude = plan.latitude, plan.longitude
    row.audience, row.signs_up, row.sample = plan.audience, bool(plan.quotas), plan.sample
    row.opens_at, row.closes_at = plan.opens_at, plan.closes_at
    row.starts_at, row.ends_at = plan.starts_at, plan.ends_at


def _as_planned(event: Event) -> Plan:
    quotas = tuple(QuotaPlan(one.sort, one.whose, one.seats) for one in event.quotas)
    return Plan(**{one.name: getattr(event, one.name) for one in fields(Outline)}, quotas=quotas)
