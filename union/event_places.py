"""The places of an event and the line before them. Whoever changes them holds the event's row until the commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from union.event_news import LineEnded, PlaceOffered, PlaceOfferExpired, Refused, ToldLater
from union.events import Event, EventRow, Quota, event_of
from union.lines import Held, InLine, Line, Places, index_offers
from union.refusals import Why


class SignUpRow(InLine, Base):
    """One row a worker and event."""

    __tablename__ = "event_signups"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"))
    quota_id: Mapped[int] = mapped_column(sa.ForeignKey("event_quotas.id"))
    came_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    eve_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    morning_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    thanked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        sa.UniqueConstraint("event_id", "openid"),
        sa.Index("ix_event_signups_quota_id_state_number", "quota_id", "state", "number"),
        index_offers("event_signups"),
    )


line = Line(SignUpRow, what=SignUpRow.event_id, of=SignUpRow.quota_id)


async def places_of(session: AsyncSession, events: Sequence[Event]) -> Mapping[int, Places]:
    """How full each quota of these events is, by its id."""
    ids = [quota.id for event in events for quota in event.quotas]
    found = await line.all_places(session, ids)
    return {id: found.get(id, Places(0, 0)) for id in ids}


async def lock(session: AsyncSession, event_id: int) -> EventRow:
    """The event's row, held until the transaction ends. Raises Refused when there is none."""
    row = await session.get(EventRow, event_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused(Why.UNKNOWN)
    return row


async def move_up(session: AsyncSession, now: datetime) -> Sequence[ToldLater]:
    """Offers that have run out go to the next in the line, and lines end where the event has begun."""
    told: list[ToldLater] = []
    for event_id in await line.due(session, EventRow.starts_at, now):
        told += await settle(session, event_of(await lock(session, event_id)), now)
    return told


async def settle(session: AsyncSession, event: Event, now: datetime) -> Sequence[ToldLater]:
    """Bring the lines of a locked event up to date: end offers, make new ones. Flushes."""
    told: list[ToldLater] = []
    for quota in event.quotas:
        held = Held(quota.seats, event.starts_at, not event.cancelled)
        done = await line.settle(session, quota.id, held, now)
        told += [PlaceOfferExpired(one.openid, event, done.still_free) for one in done.expired]
        told += [LineEnded(one.openid, event) for one in done.left]
        told += [PlaceOffered(one.openid, event, done.until) for one in done.offered]
    return told


def overfull(event: Event, full: Mapping[int, Places]) -> list[str]:
    """The quotas in which more are in than there are places, for staff: they were made smaller, and nobody is put out."""
    return [
        f"{full[one.id].taken} of {one.seats}" + (f" for {one.whose}" if one.whose else "")
        for one in event.quotas
        if full[one.id].taken > one.seats
    ]


def quota_of(event: Event, quota_id: int) -> Quota | None:
    return next((one for one in event.quotas if one.id == quota_id), None)
