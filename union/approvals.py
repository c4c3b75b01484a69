"""What staff decide on applications: forward, admit, send back, decline; each decision is kept."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from union import applications, organisations, rights
from union.applications import IDENTITY, MENDABLE, Application, ApplicationRow, Door, Kind, Stage, Status
from union.members import AlreadyMember, MemberRow
from union.rights import Right, Staff

_RIGHTS = {Stage.DISTRICT: Right.FORWARD, Stage.CITY: Right.ADMIT}
MOST_OF_A_REASON = 200


class DecisionRow(Base):
    """One decision; rows are only ever added."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"), index=True)
    stage: Mapped[str] = mapped_column(sa.String(16))
    verdict: Mapped[str] = mapped_column(sa.String(16))
    mend: Mapped[str | None] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(255))
    staff: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class ApplicationAdvanced:
    """The first stage agreed; the city decides. `reviewer`: the union of the district, "" where it was the city's."""

    openid: str
    application_id: int
    reviewer: str


@dataclass(frozen=True, slots=True)
class ApplicationReturned:
    """One thing is to be mended: a field of `Joining`, or the identity number."""

    openid: str
    application_id: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApplicationDeclined:
    """It ends here."""

    openid: str
    application_id: int
    organisation: str
    reason: str
    kind: Kind = Kind.JOIN


@dataclass(frozen=True, slots=True)
class MemberAdmitted:
    """Somebody is a member now."""

    openid: str
    number: str
    organisation: str


@dataclass(frozen=True, slots=True)
class MemberMoved:
    """A member belongs to another union now."""

    openid: str
    number: str
    organisation: str


class Overtaken(Exception):
    """It stands elsewhere than whoever decided believed: somebody decided, or the worker changed it."""


class SamePerson(Exception):
    """Whoever forwarded an application does not admit it too."""


class Unmendable(Exception):
    """Sent back like that, the worker could do nothing about it."""


class IdentityMissing(Exception):
    """The union admits nobody whose identity number it does not hold."""


async def waiting(session: AsyncSession, staff: Staff, *, returned: bool = False) -> list[Application]:
    """What waits for a decision and that staff member may see, the longest waiting first.

    With `returned` also what waits for the worker.
    """
    states = (Status.WAITING, Status.RETURNED) if returned else (Status.WAITING,)
    found = await applications.seen(
        session, ApplicationRow.closed_at.is_(None), ApplicationRow.status.in_(states)
    )
    return [one for one in found if rights.may(staff, Right.SEE, one.district)]


async def approve(
    session: AsyncSession, id: int, edition: int, staff: Staff, now: datetime
) -> ApplicationAdvanced | MemberAdmitted | MemberMoved:
    """Agree with an application as it was seen (by its edition): the district forwards it, the city admits.

    A move needs the district alone. Raises LookupError, Overtaken, Forbidden, SamePerson, IdentityMissing, and
    AlreadyMember when the mobile or identity number has become another member's.
    """
    row = await _decided(session, id, edition, staff)
    union = await organisations.organisation(session, row.organisation)
    if row.kind == Kind.MOVE:
        moved = await _take_over(session, row, now)
        await _close(session, row, Status.ADMITTED, "", staff, now)
        return MemberMoved(row.openid, moved.number, union.name)
    if row.stage == Stage.DISTRICT:
        _note(session, row, "forwarded", "", staff, now)
        row.stage, row.forwarded_by = Stage.CITY, staff.id
        row.changed_at, row.edition = now, row.edition + 1
        await session.flush()
        reviewer = await organisations.reviewing(session, row.district)
        return ApplicationAdvanced(row.openid, row.id, reviewer)
    if row.forwarded_by == staff.id:
        raise SamePerson
    if union.needs_identity and row.id_number is None:
        raise IdentityMissing
    number = await _admit(session, row, now)
    await _close(session, row, Status.ADMITTED, "", staff, now)
    return MemberAdmitted(row.openid, number, union.name)


async def send_back(
    session: AsyncSession, id: int, edition: int, staff: Staff, field: str, reason: str, now: datetime
) -> ApplicationReturned:
    """Ask for one thing to be mended, with the reason in words for the worker. Raises as `approve`, and Unmendable."""
    if field not in MENDABLE:
        raise ValueError(f"{field} is not one of {', '.join(MENDABLE)}")
    reason = _given(reason)
    row = await _decided(session, id, edition, staff)
    if row.kind == Kind.MOVE:
        raise Unmendable("a move is not sent back: decline it with the reason, and the member applies anew")
    if field == "work" and row.door == Door.UNIT:
        raise Unmendable(
            "who joins through a unit is asked for no kind of work: send it back for the employer"
        )
    if field == IDENTITY:
        row.id_number = row.id_number_blind = None
    row.status, row.mend, row.reason = Status.RETURNED, field, reason[:MOST_OF_A_REASON]
    _note(session, row, "returned", reason, staff, now)
    row.changed_at, row.edition = now, row.edition + 1
    await session.flush()
    return ApplicationReturned(row.openid, row.id, field, row.reason)


async def decline(
    session: AsyncSession, id: int, edition: int, staff: Staff, reason: str, now: datetime
) -> ApplicationDeclined:
    """End an application with a reason in words for the worker. Raises as `approve`, and Unmendable without one."""
    reason = _given(reason)
    row = await _decided(session, id, edition, staff)
    row.reason = reason[:MOST_OF_A_REASON]
    await _close(session, row, Status.DECLINED, reason, staff, now)
    union = await organisations.organisation(session, row.organisation)
    return ApplicationDeclined(row.openid, row.id, union.name, row.reason, Kind(row.kind))


def _given(reason: str) -> str:
    if not reason.strip():
        raise Unmendable("the worker is told the reason: give one")
    return reason.strip()


async def _decided(session: AsyncSession, id: int, edition: int, staff: Staff) -> ApplicationRow:
    """The application, locked until the transaction ends, if it is what the staff member saw and may decide on."""
    row = await session.scalar(
        sa.select(ApplicationRow)
        .where(ApplicationRow.id == id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise LookupError(f"no application {id}")
    rights.demand(staff, _RIGHTS[Stage(row.stage)], row.district)
    if row.edition != edition or row.status != Status.WAITING:
        raise Overtaken
    return row


async def _admit(session: AsyncSession, row: ApplicationRow, now: datetime) -> str:
    """Make the member; the number is the year and the row, which nobody else ever gets."""
    made = MemberRow(
        number=f"pending-{row.id}", openid=row.openid, name=row.name, mobile=row.mobile,
        mobile_blind=row.mobile, id_number=row.id_number, id_number_blind=row.id_number, place=row.place,
        district=row.district, work=row.work, employer=row.employer, unit_id=row.unit_id,
        organisation=row.organisation, application_id=row.id, admitted_at=now, changed_at=now,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(made)
            await session.flush()
    except IntegrityError:
        raise AlreadyMember(own=False) from None
    made.number = f"MM{now.year}{made.id:06}"
    await session.flush()
    return made.number


async def _take_over(session: AsyncSession, row: ApplicationRow, now: datetime) -> MemberRow:
    found = sa.select(MemberRow).where(MemberRow.openid == row.openid, MemberRow.left_at.is_(None))
    member = await session.scalar(found.with_for_update())
    if member is None:
        raise Overtaken  # they left meanwhile
    member.place, member.district, member.organisation = row.place, row.district, row.organisation
    member.work, member.employer, member.unit_id = row.work, row.employer, row.unit_id
    member.changed_at = now
    return member


async def _close(
    session: AsyncSession, row: ApplicationRow, status: Status, reason: str, staff: Staff, now: datetime
) -> None:
    _note(session, row, status, reason, staff, now)
    row.status, row.closed_at = status, now
    row.changed_at, row.edition = now, row.edition + 1
    await session.flush()


def _note(
    session: AsyncSession, row: ApplicationRow, verdict: str, reason: str, staff: Staff, now: datetime
) -> None:
    kept = reason[:MOST_OF_A_REASON]
    session.add(
        DecisionRow(
            application_id=row.id, stage=row.stage, verdict=verdict, mend=row.mend, reason=kept,
            staff=staff.id, at=now,
        )
    )  # fmt: skip
