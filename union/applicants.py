"""Who applied for a job, for the staff: who may see it, whom to tell, and what still waits for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import accesses, listings, rights, staff
from union.job_applications import JobApplicationRow, State
from union.listings import ListingRow
from union.rights import Right, Staff, may

# Whoever was told of applicants and did not look is not told again before.
AGAIN_AFTER = timedelta(days=1)
_WAITS = JobApplicationRow.state == State.SENT


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who applied, for whoever may see it."""

    id: int
    name: str
    phone: str
    state: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class ApplicantsWait:
    """For a staff member: `new` since staff were told last, `waiting` in all; `again` if they were told before."""

    openid: str
    code: str
    post: str
    new: int
    waiting: int
    again: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A listing with applications that nobody has answered."""

    code: str
    post: str
    district: str
    waiting: int


async def look(session: AsyncSession, staff: Staff, code: str, now: datetime) -> list[Applicant]:
    """Who applied for a job, in clear; that it was looked at is written down. Raises NoListing and Forbidden."""
    listing = await listings.coded(session, code)
    rights.demand(staff, Right.VET, listing.district)
    # First, for it waits for those who apply just now.
    seen = sa.update(ListingRow).where(ListingRow.id == listing.id).values(applicants_seen_at=now)
    await session.execute(seen)
    rows = (
        await session.scalars(
            sa.select(JobApplicationRow)
            .where(JobApplicationRow.listing_id == listing.id, JobApplicationRow.state != State.WITHDRAWN)
            .order_by(JobApplicationRow.id)
        )
    ).all()
    found = [Applicant(row.id, row.name, row.phone, row.state, row.applied_at) for row in rows]
    what = f"{len(found)} applicants for {code}"
    await accesses.log_each(session, staff.id, "job_applications", what, now, [row.openid for row in rows])
    return found


async def call(
    session: AsyncSession, listing_id: int, worker: str, now: datetime
) -> Sequence[ApplicantsWait]:
    """Whom to tell that this worker applied, who approved the listing first; nobody while the last word is unheeded."""
    # Those who apply at the same moment hold a share of the row each, so only its key may stay free.
    query = sa.select(ListingRow).where(ListingRow.id == listing_id).with_for_update(key_share=True)
    row = (await session.scalars(query, execution_options={"populate_existing": True})).one()
    told, seen = row.applicants_told_at, row.applicants_seen_at
    if told is not None and told > now - AGAIN_AFTER and (seen is None or seen < told):
        return ()
    able = [
        one
        for one in await staff.everybody(session)
        if one.openid and one.openid != worker and may(one, Right.VET, row.district)
    ]
    if not able:
        return ()
    row.applicants_told_at = now
    ours = JobApplicationRow.listing_id == listing_id, _WAITS
    waiting = await session.scalar(sa.select(sa.func.count()).where(*ours)) or 0
    since = () if told is None else (JobApplicationRow.applied_at > told,)
    new = await session.scalar(sa.select(sa.func.count()).where(*ours, *since)) or 1
    able.sort(key=lambda one: one.id != row.approved_by)
    return [
        ApplicantsWait(one.openid or "", row.code, row.post, new, waiting, told is not None) for one in able
    ]


async def unanswered(session: AsyncSession) -> list[Unanswered]:
    """Listings whose applicants wait for an answer, the longest wait first."""
    rows = await session.execute(
        sa.select(ListingRow.code, ListingRow.post, ListingRow.district, sa.func.count())
        .join(JobApplicationRow, JobApplicationRow.listing_id == ListingRow.id)
        .where(_WAITS)
        .group_by(ListingRow.id, ListingRow.code, ListingRow.post, ListingRow.district)
        .order_by(sa.func.min(JobApplicationRow.applied_at), ListingRow.id)
    )
    return [Unanswered(*row) for row in rows]
