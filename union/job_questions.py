"""What workers were asked of a job they got and may still answer in words: did it begin, is the money there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from union.job_applications import JobApplicationRow, State
from union.listings import ListingRow

# So long words that say what they are about are an answer, and so long those that may be about anything.
LASTS = timedelta(days=30)
VAGUE_LASTS = timedelta(days=2)


class About(StrEnum):
    """What is asked."""

    START = "started"
    PAY = "paid"


@dataclass(frozen=True, slots=True)
class Question:
    """One that is open; `denied` where the worker has said no to it, which may change."""

    application_id: int
    about: About
    post: str
    publisher: str
    asked_at: datetime
    denied: bool = False


async def are_open(connection: AsyncConnection, openid: str, now: datetime) -> bool:
    """Whether anything was asked lately, answered or not."""
    its, since = JobApplicationRow, now - VAGUE_LASTS
    asked = sa.or_(its.start_asked_at > since, its.pay_asked_at > since)
    query = sa.select(its.id).where(its.openid == openid, its.state == State.HIRED, asked).limit(1)
    return (await connection.execute(query)).first() is not None


async def owed(session: AsyncSession, openid: str) -> list[str]:
    """The jobs of which the worker has said that the money is not there, as staff see them."""
    its, listing = JobApplicationRow, ListingRow
    rows = await session.execute(
        sa.select(listing.code, listing.post, listing.publisher)
        .join(its, its.listing_id == listing.id)
        .where(its.openid == openid, its.got_paid.is_(False))
        .order_by(its.id)
    )
    return [" ".join(row) for row in rows]


async def open_for(session: AsyncSession, openid: str, now: datetime) -> list[Question]:
    """The one that was put last comes first."""
    rows = await session.execute(
        sa.select(JobApplicationRow, ListingRow.post, ListingRow.publisher)
        .join(ListingRow, ListingRow.id == JobApplicationRow.listing_id)
        .where(JobApplicationRow.openid == openid, JobApplicationRow.state == State.HIRED)
    )
    found = []
    for row, post, publisher in rows:
        if row.start_asked_at is not None and row.started is None:
            found.append(Question(row.id, About.START, post, publisher, row.start_asked_at))
        if row.pay_asked_at is not None and row.got_paid is not True:
            denied = row.got_paid is False
            found.append(Question(row.id, About.PAY, post, publisher, row.pay_asked_at, denied))
    lately = [one for one in found if one.asked_at > now - LASTS]
    return sorted(lately, key=lambda one: one.asked_at, reverse=True)
