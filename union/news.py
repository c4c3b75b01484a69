"""What is new or about to close: courses, events with packs, and stations, as far as a line about each needs."""

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from union import lines, pack_news
from union.courses import CourseRow
from union.event_places import SignUpRow
from union.events import EventRow
from union.pack_news import PackNews
from union.seats import EnrolmentRow
from union.stations import StationRow

Item = TypeVar("Item", bound="Opening | PackNews")

# So long before its end a sign-up is called to mind: whoever is told once a day has a day left.
CLOSING = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Opening:
    """A course or an event that can be signed up for; `closing`: not for long. `at` is since when that is so."""

    id: int
    title: str
    district: str
    starts_at: datetime
    closes_at: datetime | None
    sample: bool
    closing: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class StationNews:
    """A station that is new, or has moved, other hours, services or another state; `open` as staff say."""

    id: int
    name: str
    district: str
    open: bool
    note: str
    sample: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class CoursesFresh:
    """For a subscriber: the newest, and how many there are."""

    openid: str
    items: tuple[Opening, ...]
    count: int


@dataclass(frozen=True, slots=True)
class WelfareFresh:
    """For a subscriber: the newest events and packs, and how many there are."""

    openid: str
    items: tuple[Opening | PackNews, ...]
    count: int


@dataclass(frozen=True, slots=True)
class StationsFresh:
    """For a subscriber: the newest, and how many there are."""

    openid: str
    items: tuple[StationNews, ...]
    count: int


async def courses(
    session: AsyncSession, district: str, since: datetime, until: datetime, most: int
) -> Sequence[Opening]:
    """The newest first, each once."""
    its = CourseRow.closes_at > until, CourseRow.starts_at > until, CourseRow.cancelled_at.is_(None)
    rows = await session.scalars(sa.select(CourseRow).where(*its).options(lazyload(CourseRow.lessons)))
    found = [
        _opening(row, max(row.opens_at, row.published_at or row.opens_at), row.closes_at, until)
        for row in rows
        if _is_near(row.district, district)
    ]
    return _between(found, since, until, most)


async def welfare(
    session: AsyncSession, district: str, since: datetime, until: datetime, most: int
) -> Sequence[Opening | PackNews]:
    """Events and packs, the newest first, each once."""
    its = EventRow.ends_at > until, EventRow.closed_at.is_(None), EventRow.cancelled_at.is_(None)
    rows = await session.scalars(sa.select(EventRow).where(*its).options(lazyload(EventRow.quotas)))
    found = [
        _opening(row, *_signed_up_for(row), until)
        for row in rows
        if _is_near(row.district, district)
        and (not row.signs_up or min(row.closes_at, row.starts_at) > until)
    ]
    packs = [one for one in await pack_news.packs(session, until) if _is_near(one.district, district)]
    return _between([*found, *packs], since, until, most)


async def stations(
    session: AsyncSession, district: str, since: datetime, until: datetime, most: int
) -> Sequence[StationNews]:
    """The newest first."""
    its = [StationRow.news_at > since, StationRow.news_at <= until]
    if district:
        its.append(StationRow.district == district)
    order = StationRow.news_at.desc(), StationRow.id.desc()
    rows = await session.scalars(sa.select(StationRow).where(*its).order_by(*order).limit(most))
    return [
        StationNews(row.id, row.name, row.district, row.state == "open", row.note, row.sample, row.news_at)
        for row in rows
        if row.news_at
    ]


async def newest_course(session: AsyncSession, until: datetime) -> datetime | None:
    return _first(await courses(session, "", until - timedelta(days=400), until, 1))


async def newest_welfare(session: AsyncSession, until: datetime) -> datetime | None:
    return _first(await welfare(session, "", until - timedelta(days=400), until, 1))


async def newest_station(session: AsyncSession, until: datetime) -> datetime | None:
    return await session.scalar(sa.select(sa.func.max(StationRow.news_at)).where(StationRow.news_at <= until))


async def in_courses(
    session: AsyncSession, openids: Sequence[str], items: Collection[Opening]
) -> Set[tuple[str, int]]:
    """Who of them is in which of these courses or waits for it."""
    its = EnrolmentRow.openid.in_(openids), EnrolmentRow.course_id.in_([one.id for one in items])
    query = sa.select(EnrolmentRow.openid, EnrolmentRow.course_id).where(*its)
    rows = await session.execute(query.where(EnrolmentRow.state.in_(lines.OPEN)))
    return {(row.openid, row.course_id) for row in rows}


async def in_welfare(
    session: AsyncSession, openids: Sequence[str], items: Collection[Opening | PackNews]
) -> Set[tuple[str, int]]:
    """Who of them comes to which of these events or waits for it, and has had which pack or cannot have it."""
    events = [one.id for one in items if isinstance(one, Opening)]
    its = SignUpRow.openid.in_(openids), SignUpRow.event_id.in_(events), SignUpRow.state.in_(lines.OPEN)
    rows = await session.execute(sa.select(SignUpRow.openid, SignUpRow.event_id).where(*its))
    packs = [one for one in items if isinstance(one, PackNews)]
    return {(row.openid, row.event_id) for row in rows} | await pack_news.not_for(session, openids, packs)


def _signed_up_for(row: EventRow) -> tuple[datetime, datetime | None]:
    """From when until when, so that nobody is sent to a sign-up that is not open yet; to some one just comes."""
    if not row.signs_up:
        return row.published_at, None
    return max(row.opens_at, row.published_at), row.closes_at


def _opening(
    row: CourseRow | EventRow, new_at: datetime, closes_at: datetime | None, until: datetime
) -> Opening:
    """What was published in its last days is both; then it is told once, as it closes."""
    warned_at = None if closes_at is None else max(closes_at - CLOSING, new_at)
    closing = warned_at is not None and warned_at <= until
    at = warned_at if closing and warned_at is not None else new_at
    return Opening(row.id, row.title, row.district, row.starts_at, closes_at, row.sample, closing, at)


def _between(found: Iterable[Item], since: datetime, until: datetime, most: int) -> Sequence[Item]:
    new = [one for one in found if since < one.at <= until]
    return sorted(new, key=lambda one: (one.at, one.id), reverse=True)[:most]


def _is_near(district: str, wanted: str) -> bool:
    """What is for the whole city is near to all."""
    return not wanted or district in ("", wanted)


def _first(found: Sequence[Opening | PackNews]) -> datetime | None:
    return found[0].at if found else None
