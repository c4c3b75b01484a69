"""What becomes of the union's own records when a worker unfollows or asks to be forgotten.

The roll of members is kept by statute and stays, without the way to the person by WeChat; everything else goes, or
loses the person.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.leavers import Leaver, Told, changed
from union import retention
from union.accesses import AccessRow
from union.applications import ApplicationRow, Status
from union.approvals import DecisionRow
from union.consents import ConsentRow
from union.deadlines import ReminderRow
from union.departures import DepartureRow
from union.members import MemberRow
from union.scenes import ScanRow
from union.staff import StaffRow, WrongCodeRow

# Stands for the person in rows that were emptied by their age.
_NOBODY = "gone"
_GOES = (ConsentRow, ReminderRow, ScanRow, WrongCodeRow)


async def erase(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    for table in _GOES:
        await session.execute(sa.delete(table).where(table.openid == leaver.openid))
    await session.execute(sa.delete(DepartureRow).where(DepartureRow.openid == leaver.openid))
    await _empty_applications(session, leaver)
    await _leave_the_roll(session, leaver)
    # That staff looked, at what and when, is kept as proof.
    looks = sa.update(AccessRow).where(AccessRow.openid == leaver.openid)
    await session.execute(looks.values(openid=leaver.pseudonym))
    return ()


async def _empty_applications(session: AsyncSession, leaver: Leaver) -> int:
    """An open one ends; of each stays that there was one, of which union and kind of work, and how it ended."""
    return await _empty(session, ApplicationRow.openid == leaver.openid, leaver.pseudonym, leaver.now)


async def _empty(session: AsyncSession, which: sa.ColumnElement[bool], instead: str, now: datetime) -> int:
    reasons = sa.update(DecisionRow).where(
        DecisionRow.application_id.in_(sa.select(ApplicationRow.id).where(which))
    )
    await session.execute(reasons.values(reason=""))
    was_open = ApplicationRow.closed_at.is_(None)
    emptied = await session.execute(
        sa.update(ApplicationRow)
        .where(which)
        .values(
            openid=instead, name="", mobile="", mobile_blind="", id_number=None, id_number_blind=None,
            employer="", unit_id=None, mend=None, reason=None, edition=ApplicationRow.edition + 1,
            status=sa.case((was_open, Status.WITHDRAWN), else_=ApplicationRow.status),
            closed_at=sa.func.coalesce(ApplicationRow.closed_at, now),
        )
    )  # fmt: skip
    return changed(emptied)


async def _leave_the_roll(session: AsyncSession, leaver: Leaver) -> None:
    """The roll stays; a member who still follows keeps the way to it, anybody else can no longer be reached by it."""
    here = MemberRow.openid == leaver.openid
    await session.execute(
        sa.update(MemberRow)
        .where(here, MemberRow.left_at.is_not(None))
        .values(openid=None, id_number=None, id_number_blind=None)
    )
    if not leaver.follows:
        await session.execute(sa.update(MemberRow).where(here).values(openid=None))
        await session.execute(sa.update(StaffRow).where(StaffRow.openid == leaver.openid).values(openid=None))


async def forget_identity(session: AsyncSession, openid: str) -> None:
    """The worker no longer agrees that their identity number is kept."""
    for table in (ApplicationRow, MemberRow):
        await session.execute(
            sa.update(table).where(table.openid == openid).values(id_number=None, id_number_blind=None)
        )


async def age(session: AsyncSession, now: datetime) -> int:
    """What came to nothing, ended or was looked at longer ago than it is kept for; returns how many rows."""
    over = ApplicationRow.status.in_((Status.DECLINED, Status.WITHDRAWN)), ApplicationRow.openid != _NOBODY
    old = ApplicationRow.closed_at < now - retention.APPLICATIONS
    emptied = await _empty(session, sa.and_(*over, old), _NOBODY, now)
    ended = sa.delete(ConsentRow).where(ConsentRow.ended_at < now - retention.CONSENTS)
    looked = sa.delete(AccessRow).where(AccessRow.at < now - retention.ACCESSES)
    reminded = sa.delete(ReminderRow).where(ReminderRow.told_at < now - retention.LINKS)
    tried = sa.delete(WrongCodeRow).where(WrongCodeRow.at < now - retention.LINKS)
    gone = [changed(await session.execute(statement)) for statement in (ended, looked, reminded, tried)]
    return emptied + sum(gone)
