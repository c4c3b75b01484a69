"""What a worker decides about an event: to sign up, to take an offered place, to give it up."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union.courses import Audience
from union.event_news import (
    Attendee,
    Decided,
    PlaceConfirmed,
    PlaceGivenUp,
    PlaceOfferExpired,
    PutInLine,
    Refused,
    SignUp,
    ToldLater,
)
from union.event_places import SignUpRow, line, lock, quota_of, settle
from union.events import Event, Quota, Sort, event_of, events_of, find
from union.lines import OPEN, State, change
from union.refusals import ALREADY, Why


@dataclass(frozen=True, slots=True)
class Place:
    """How one worker stands with one event; `position` counts from 1 while waiting, and is 0 otherwise."""

    event: Event
    quota: Quota | None  # None: that quota is no more
    state: State
    position: int
    offered_until: datetime | None
    came: bool


async def sign_up(
    session: AsyncSession, openid: str, wish: SignUp, now: datetime, attendee: Attendee
) -> Decided:
    """A place of the quota, or one in the line before it. Raises Refused."""
    row = await lock(session, wish.event)
    event = event_of(row)
    mine = await _check(session, event, openid, now, attendee)
    quota = next((one for one in quotas_for(event, attendee) if one.id == wish.quota), None)
    if quota is None:
        raise Refused(Why.OTHERS_ONLY, event)
    if await _phone_is_taken(session, event.id, wish.phone, openid):
        raise Refused(Why.PHONE_TAKEN, event)
    found = await line.look(session, quota.id, now, sa.false())
    places, others = found.places, tuple[ToldLater, ...]()
    if found.is_to_settle(quota):
        others = tuple(await settle(session, event, now))
        places = await line.places(session, quota.id)
    has_place = places.free(quota) > 0
    if mine is None:
        mine = SignUpRow(event_id=event.id, openid=openid)
        session.add(mine)
    mine.quota_id, mine.number, mine.signed_at = quota.id, found.last + 1, now
    mine.name, mine.phone, mine.phone_blind = wish.name, wish.phone, wish.phone
    change(mine, State.ENROLLED if has_place else State.WAITING, now)
    await session.flush()
    if has_place:
        return Decided(PlaceConfirmed(openid, event, quota), others)
    return Decided(PutInLine(openid, event, quota, places.waiting + 1), others)


async def check(
    session: AsyncSession, openid: str, event_id: int, now: datetime, attendee: Attendee
) -> Event:
    """The event, where this worker could sign up for it now. Raises Refused; ask it before asking for a name."""
    event = await find(session, event_id)
    if event is None:
        raise Refused(Why.UNKNOWN)
    await _check(session, event, openid, now, attendee)
    return event


def quotas_for(event: Event, attendee: Attendee) -> Sequence[Quota]:
    """Those that this worker may take a place of, the narrowest first.

    Of members the union knows district and kind of work; others say themselves where they belong.
    """
    if not attendee.member:
        return event.quotas
    fitting = [one for one in event.quotas if one.fits(attendee.district, attendee.work)]
    return sorted(fitting, key=lambda one: one.sort is Sort.ALL)


async def accept(session: AsyncSession, openid: str, event_id: int, now: datetime) -> Decided:
    """Take the place that is or was offered. Raises Refused.

    Who comes late has it while nobody else waits; otherwise the answer is PlaceOfferExpired.
    """
    event = event_of(await lock(session, event_id))
    mine = await line.row(session, event.id, openid)
    if event.cancelled:
        raise Refused(Why.CANCELLED, event)
    if mine is not None and mine.state == State.ENROLLED:
        raise Refused(Why.ENROLLED, event)
    quota = quota_of(event, mine.quota_id) if mine is not None else None
    if mine is None or quota is None or mine.state not in (State.OFFERED, State.LAPSED):
        raise Refused(Why.NOTHING_OFFERED, event)
    if event.starts_at <= now:
        raise Refused(Why.BEGUN, event)
    told: Sequence[ToldLater] = ()
    if mine.offered_until is None or mine.offered_until <= now:
        told = [fact for fact in await settle(session, event, now) if fact.openid != openid]
        if not (await line.places(session, quota.id)).free(quota):
            return Decided(PlaceOfferExpired(openid, event), tuple(told))
    change(mine, State.ENROLLED, now)
    await session.flush()
    return Decided(PlaceConfirmed(openid, event, quota), tuple(told))


async def withdraw(session: AsyncSession, openid: str, event_id: int, now: datetime) -> Decided:
    """Give up a place, an offer or a place in the line; the next moves up. Raises Refused."""
    event = event_of(await lock(session, event_id))
    mine = await line.row(session, event.id, openid)
    if mine is None or mine.state not in OPEN:
        raise Refused(Why.NOT_ENROLLED, event)
    if event.ends_at <= now:
        raise Refused(Why.OVER, event)
    change(mine, State.WITHDRAWN, now)
    return Decided(PlaceGivenUp(openid, event), tuple(await settle(session, event, now)))


async def withdraw_all(session: AsyncSession, openid: str, now: datetime) -> Sequence[Decided]:
    """Give up all that a worker holds or waits for."""
    done: list[Decided] = []
    for event in await line.held(session, openid):
        with suppress(Refused):  # it is over: nobody waits for the place
            done.append(await withdraw(session, openid, event, now))
    return done


async def forget_contact(session: AsyncSession, openid: str) -> None:
    """Names and numbers that a worker signed up with are gone; that they signed up is not."""
    await session.execute(
        sa.update(SignUpRow)
        .where(SignUpRow.openid == openid)
        .values(name=None, phone=None, phone_blind=None)
        .execution_options(synchronize_session=False)
    )


async def mine(session: AsyncSession, openid: str) -> Sequence[Place]:
    """Everything this worker ever signed up for, by when it begins."""
    rows = list(await session.scalars(sa.select(SignUpRow).where(SignUpRow.openid == openid)))
    events = await events_of(session, (row.event_id for row in rows))
    found = [
        Place(
            events[row.event_id],
            quota_of(events[row.event_id], row.quota_id),
            State(row.state),
            await line.position(session, row.quota_id, row),
            row.offered_until,
            row.came_at is not None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.event.starts_at, one.event.id))


async def _check(
    session: AsyncSession, event: Event, openid: str, now: datetime, attendee: Attendee
) -> SignUpRow | None:
    """Raises Refused; returns the row of somebody who was signed up before."""
    mine = await line.row(session, event.id, openid)
    if mine is not None and not event.cancelled and (already := ALREADY.get(State(mine.state))):
        raise Refused(already, event)
    check_open(event, now)
    if not event.signs_up:
        raise Refused(Why.JUST_COME, event)
    if event.audience is Audience.MEMBERS and not attendee.member:
        raise Refused(Why.MEMBERS_ONLY, event)
    if not quotas_for(event, attendee):
        raise Refused(Why.OTHERS_ONLY, event)
    return mine


def check_open(event: Event, now: datetime) -> None:
    """Raises Refused where nobody may sign up now."""
    begins = event.starts_at if event.signs_up else event.ends_at
    reasons = (
        (event.cancelled, Why.CANCELLED),
        (begins <= now, Why.BEGUN if event.ends_at > now else Why.OVER),
        (event.closed or (event.signs_up and event.closes_at <= now), Why.CLOSED),
        (event.signs_up and event.opens_at > now, Why.NOT_YET),
    )
    for holds, why in reasons:
        if holds:
            raise Refused(why, event)


async def _phone_is_taken(session: AsyncSession, event_id: int, phone: str, openid: str) -> bool:
    found = sa.select(SignUpRow.id).where(
        SignUpRow.event_id == event_id,
        SignUpRow.phone_blind == phone,
        SignUpRow.openid != openid,
        SignUpRow.state.in_(OPEN),
    )
    return await session.scalar(found.limit(1)) is not None
