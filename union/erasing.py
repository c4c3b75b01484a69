"""What becomes of the union's own records when a worker unfollows or asks to be forgotten.

The roll of members is kept by statute and stays, without the way to the person by WeChat; everything else goes, or
loses the person.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.leavers import Leaver, Told, changed
from union import coupons, enrolments, retention, signups
from union.accesses import AccessRow
from union.applications import ApplicationRow, Status
from union.approvals import DecisionRow
from union.consents import ConsentRow
from union.coupons import CouponRow
from union.deadlines import ReminderRow
from union.departures import DepartureRow
from union.event_places import SignUpRow
from union.job_applications import JobApplicationRow
from union.members import MemberRow
from union.mobile_checks import MobileCheckRow
from union.proofs import ProofRow
from union.scenes import ScanRow
from union.seats import EnrolmentRow
from union.staff import StaffRow, WrongCodeRow
from union.stations import ReportRow

# Stands for the person in rows that were emptied by their age.
_NOBODY = "gone"
_GOES = (ConsentRow, JobApplicationRow, MobileCheckRow, ReminderRow, ReportRow, ScanRow, WrongCodeRow)


async def erase(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    for table in _GOES:
        await session.execute(sa.delete(table).where(table.openid == leaver.openid))
    await session.execute(sa.delete(DepartureRow).where(DepartureRow.openid == leaver.openid))
    await _empty_applications(session, leaver)
    await _leave_the_roll(session, leaver)
    # That staff looked, at what and when, is kept as proof.
    looks = sa.update(AccessRow).where(AccessRow.openid == leaver.openid)
    await session.execute(looks.values(openid=leaver.pseudonym))
    # Whoever leaves and follows again has not got new tries on the same member.
    proofs = sa.update(ProofRow).where(ProofRow.openid == leaver.openid)
    await session.execute(proofs.values(openid=leaver.pseudonym))
    return [*await _leave_courses(session, leaver), *await _leave_events(session, leaver)]


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


async def _leave_courses(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    """Seats and places in the line go to others, who are told; of each sign-up stays that there was one.

    A certificate is worth nothing without its name: only who asks to be forgotten loses it.
    """
    its = EnrolmentRow.openid == leaver.openid
    left = await enrolments.withdraw_all(session, leaver.openid, leaver.now)
    if leaver.follows:
        await session.execute(sa.update(EnrolmentRow).where(its).values(name=None))
    await _empty_enrolments(session, its, leaver.pseudonym)
    return [fact for one in left for fact in one.others]


async def _empty_enrolments(session: AsyncSession, which: sa.ColumnElement[bool], instead: str) -> int:
    # Numbered, because somebody who came back may have signed up for the same course again.
    person = sa.literal(f"{instead}-") + sa.cast(EnrolmentRow.id, sa.Text)
    name = sa.case((EnrolmentRow.certificate.is_(None), sa.null()), else_=EnrolmentRow.name)
    emptied = await session.execute(
        sa.update(EnrolmentRow)
        .where(which)
        .values(openid=person, name=name, phone=None, phone_blind=None, words=None)
        .execution_options(synchronize_session=False)
    )
    return changed(emptied)


async def _leave_events(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    """Places and packs that were not handed over go to others; that a pack was handed over stays, without the person."""
    left = await signups.withdraw_all(session, leaver.openid, leaver.now)
    await _empty_signups(session, SignUpRow.openid == leaver.openid, leaver.pseudonym)
    await coupons.give_back(session, leaver.openid)
    await _empty_coupons(session, CouponRow.openid == leaver.openid, leaver.pseudonym)
    return [fact for one in left for fact in one.others]


async def _empty_signups(session: AsyncSession, which: sa.ColumnElement[bool], instead: str) -> int:
    person = sa.literal(f"{instead}-") + sa.cast(SignUpRow.id, sa.Text)
    emptied = await session.execute(
        sa.update(SignUpRow)
        .where(which)
        .values(openid=person, name=None, phone=None, phone_blind=None)
        .execution_options(synchronize_session=False)
    )
    return changed(emptied)


async def _empty_coupons(session: AsyncSession, which: sa.ColumnElement[bool], instead: str) -> int:
    person = sa.literal(f"{instead}-") + sa.cast(CouponRow.id, sa.Text)
    emptied = await session.execute(
        sa.update(CouponRow).where(which).values(openid=person).execution_options(synchronize_session=False)
    )
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
    proved = sa.delete(ProofRow).where(ProofRow.at < now - retention.LINKS)
    checked = sa.delete(MobileCheckRow).where(MobileCheckRow.at < now - retention.LINKS)
    applied = sa.delete(JobApplicationRow).where(JobApplicationRow.applied_at < now - retention.APPLICATIONS)
    reported = sa.delete(ReportRow).where(ReportRow.at < now - retention.LINKS)
    outdated = (ended, looked, reminded, tried, proved, checked, applied, reported)
    gone = [changed(await session.execute(statement)) for statement in outdated]
    past = sa.and_(EnrolmentRow.changed_at < now - retention.TRAININGS, EnrolmentRow.phone.is_not(None))
    emptied += await _empty_enrolments(session, past, _NOBODY)
    been = sa.and_(SignUpRow.changed_at < now - retention.EVENTS, SignUpRow.openid.not_like(f"{_NOBODY}%"))
    emptied += await _empty_signups(session, been, _NOBODY)
    had = sa.and_(CouponRow.taken_at < now - retention.EVENTS, CouponRow.openid.not_like(f"{_NOBODY}%"))
    return emptied + sum(gone) + await _empty_coupons(session, had, _NOBODY)
