"""The figures of a day or of several, for the staff."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import staff
from union.applicants import Unanswered
from union.applications import ApplicationRow
from union.members import MemberRow
from union.rights import Right, Staff, may


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """For a staff member, from `first` to `last`; members, applications and listings are those of their district."""

    openid: str
    first: date
    last: date
    admitted: int
    applied: int
    asked: int
    people: int
    missed: int
    tickets: int
    sent: int
    waiting: int
    failed: int
    unanswered: tuple[Unanswered, ...] = ()


async def readers(session: AsyncSession) -> list[Staff]:
    """Who may see them and has bound their WeChat."""
    return [one for one in await staff.everybody(session) if one.openid and may(one, Right.SEE, one.district)]


async def members(session: AsyncSession, district: str, since: datetime, until: datetime) -> tuple[int, int]:
    """How many were admitted in that time, and how many applied; "" is the whole city."""
    admitted = [MemberRow.admitted_at >= since, MemberRow.admitted_at < until]
    applied = [ApplicationRow.submitted_at >= since, ApplicationRow.submitted_at < until]
    if district:
        admitted.append(MemberRow.district == district)
        applied.append(ApplicationRow.district == district)
    first = await session.scalar(sa.select(sa.func.count()).where(*admitted))
    return first or 0, await session.scalar(sa.select(sa.func.count()).where(*applied)) or 0
