"""What stands on the board: open listings that fit what a worker looks for, and what is new on it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from union import job_words
from union.job_words import Search
from union.listing_pairs import PairRow
from union.listings import Listing, ListingRow, State, listing_of

MOST_COUNTED = 200
_MOST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was looked for, and how many there are, counted up to MOST_COUNTED."""

    listings: tuple[Listing, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A new listing, as far as a line about it needs; `at` is when it was published."""

    id: int
    post: str
    pay: str
    paid: str
    district: str
    sample: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class JobsFresh:
    """For a subscriber: the newest of what fits and is new to them, and how many there are."""

    openid: str
    items: tuple[Posted, ...]
    count: int


async def search(
    session: AsyncSession, wish: Search, now: datetime, offset: int = 0, count: int = 5
) -> Found:
    """Open listings that fit, the newest first."""
    fits = _fitting(wish, now)
    order = ListingRow.published_at.desc(), ListingRow.id.desc()
    ids = (
        await session.scalars(
            sa.select(ListingRow.id).where(*fits).order_by(*order).offset(offset).limit(count)
        )
    ).all()
    rows = await session.scalars(sa.select(ListingRow).where(ListingRow.id.in_(ids)).order_by(*order))
    # Nobody turns so many pages, and counting on would cost more than the search.
    some = sa.select(ListingRow.id).where(*fits).limit(MOST_COUNTED).subquery()
    is_whole = len(ids) < count and (ids or not offset)
    whole = (
        offset + len(ids)
        if is_whole
        else await session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    )
    return Found(tuple(listing_of(row) for row in rows), whole)


async def fresh(
    session: AsyncSession, wish: Search, since: datetime, until: datetime, count: int = 20
) -> list[Posted]:
    """What fits, is open at `until` and was published later than `since`, the newest first."""
    its, published = ListingRow, ListingRow.published_at
    rows = await session.execute(
        sa.select(its.id, its.post, its.pay, its.paid, its.district, its.sample, published.label("at"))
        .where(*_fitting(wish, until), published > since, published <= until)
        .order_by(published.desc(), its.id.desc())
        .limit(count)
    )
    return [Posted(row.id, row.post, row.pay, row.paid, row.district, row.sample, row.at) for row in rows]


async def newest(session: AsyncSession, until: datetime) -> datetime | None:
    """When the newest of what is open was published, no later than `until`."""
    order = ListingRow.published_at.desc()
    its = *_fitting(Search(), until), ListingRow.published_at <= until
    return await session.scalar(sa.select(ListingRow.published_at).where(*its).order_by(order).limit(1))


async def any_open(session: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to look for."""
    return await session.scalar(sa.select(ListingRow.id).where(*_fitting(Search(), now)).limit(1)) is not None


async def stands(connection: AsyncConnection, wish: Search, now: datetime) -> bool:
    """Whether anything fits."""
    query = sa.select(ListingRow.id).where(*_fitting(wish, now)).limit(1)
    return (await connection.execute(query)).first() is not None


def _fitting(wish: Search, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    fits: list[sa.ColumnElement[bool]] = [ListingRow.state == State.OPEN, ListingRow.expires_at > now]
    for column, value in (
        (ListingRow.district, wish.district),
        (ListingRow.trade, wish.trade),
        (ListingRow.kind, wish.kind),
        (ListingRow.paid, wish.paid),
    ):
        if value.startswith(job_words.NOT):
            fits.append(column != value.removeprefix(job_words.NOT))
        elif job_words.AND in value:
            fits.append(column.in_(value.split(job_words.AND)))
        elif value:
            fits.append(column == value)
    if wish.pay:
        fits += [ListingRow.pay_unit == wish.unit, ListingRow.pay_high >= wish.pay]
    if wish.word:
        for pair in job_words.pairs(wish.word)[:_MOST_PAIRS]:
            fits.append(ListingRow.id.in_(sa.select(PairRow.listing_id).where(PairRow.pair == pair)))
        fits.append(ListingRow.post.contains(wish.word, autoescape=True))
    for perk in filter(None, wish.perks.split(job_words.AND)):
        name = perk.removeprefix(job_words.NOT)
        if name == perk:
            fits.append(ListingRow.id.in_(sa.select(PairRow.listing_id).where(PairRow.pair == perk)))
        else:
            fits.append(~sa.exists().where(PairRow.pair == name, PairRow.listing_id == ListingRow.id))
    return tuple(fits)
