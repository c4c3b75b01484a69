"""Packs that are new: what a line about each needs, and who of those who want to hear of them could have one."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union.coupons import CouponRow
from union.courses import Audience
from union.members import MemberRow
from union.packs import PackRow


@dataclass(frozen=True, slots=True)
class PackNews:
    """A pack of which some are left; `at` is since when it has been announced.

    `id` is below zero, for it stands in one list with events, whose ids are above.
    """

    id: int
    title: str
    district: str
    for_members: bool
    work: str
    left: int
    opens_at: datetime
    closes_at: datetime
    sample: bool
    at: datetime


async def packs(session: AsyncSession, until: datetime) -> Sequence[PackNews]:
    """All that can be had then, or soon."""
    its = PackRow.closed_at.is_(None), PackRow.closes_at > until, PackRow.taken < PackRow.amount
    rows = await session.execute(
        sa.select(
            PackRow.id, PackRow.title, PackRow.district, PackRow.audience, PackRow.work,
            PackRow.amount - PackRow.taken, PackRow.opens_at, PackRow.closes_at, PackRow.sample,
            sa.func.coalesce(PackRow.published_at, PackRow.opens_at, type_=PackRow.opens_at.type),
        ).where(*its)
    )  # fmt: skip
    return [
        PackNews(-id, title, district, audience == Audience.MEMBERS or bool(work), work, *others)
        for id, title, district, audience, work, *others in rows
    ]


async def not_for(
    session: AsyncSession, openids: Sequence[str], items: Collection[PackNews]
) -> Set[tuple[str, int]]:
    """Who of them has had which, or could not have it: it is for members, or for another kind of work."""
    if not items:
        return frozenset()
    had = CouponRow.openid.in_(openids), CouponRow.pack_id.in_([-one.id for one in items])
    coupons = await session.execute(sa.select(CouponRow.openid, CouponRow.pack_id).where(*had))
    members = MemberRow.openid.in_(openids), MemberRow.left_at.is_(None)
    rows = await session.execute(sa.select(MemberRow.openid, MemberRow.work).where(*members))
    work = {row.openid: row.work for row in rows}
    barred = {
        (openid, one.id)
        for one in items
        if one.for_members
        for openid in openids
        if openid not in work or (one.work and one.work != work[openid])
    }
    return barred | {(row.openid, -row.pack_id) for row in coupons}
