"""What staff put right in the roll for a member who came to them: a name, or another WeChat."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import accesses, members, organisations, rights
from union.members import AlreadyMember, Member, MemberRow
from union.rights import Right, Staff


@dataclass(frozen=True, slots=True)
class RollCorrected:
    """Something of a member was put right by staff; the member is told, in case they did not ask for it."""

    openid: str
    number: str


async def look(session: AsyncSession, number: str, staff: Staff, now: datetime) -> Member:
    """A member by number; that they were looked at is written down. Raises LookupError and Forbidden."""
    row = await _row(session, number, staff, Right.SEE)
    await accesses.log(session, staff.id, f"member:{number}", "member show", now, row.openid or "")
    return members.told(row, (await organisations.organisation(session, row.organisation)).name)


async def rename(
    session: AsyncSession, number: str, name: str, staff: Staff, now: datetime
) -> list[RollCorrected]:
    """Another name, by the identity card. Raises LookupError and Forbidden."""
    row = await _row(session, number, staff, Right.CORRECT)
    row.name = name
    return await _corrected(session, row, "name", staff, now)


async def rebind(
    session: AsyncSession, number: str, openid: str, staff: Staff, now: datetime
) -> list[RollCorrected]:
    """Another WeChat, for who changed it or came back; the one before is told too.

    Raises LookupError, Forbidden, and AlreadyMember for a WeChat that is another member's.
    """
    row = await _row(session, number, staff, Right.CORRECT)
    if await members.member(session, openid) is not None:
        raise AlreadyMember(own=row.openid == openid)
    before, row.openid = row.openid, openid
    told = await _corrected(session, row, "wechat", staff, now)
    return [*told, RollCorrected(before, number)] if before else told


async def _corrected(
    session: AsyncSession, row: MemberRow, what: str, staff: Staff, now: datetime
) -> list[RollCorrected]:
    row.changed_at = now
    openid = row.openid or ""
    await accesses.log(session, staff.id, f"member:{row.number}", f"member {what} corrected", now, openid)
    return [RollCorrected(openid, row.number)] if openid else []


async def _row(session: AsyncSession, number: str, staff: Staff, right: Right) -> MemberRow:
    found = sa.select(MemberRow).where(MemberRow.number == number, MemberRow.left_at.is_(None))
    row = await session.scalar(found.with_for_update())
    if row is None:
        raise LookupError(f"no member {number}")
    rights.demand(staff, right, row.district)
    return row
