"""Members, and how somebody becomes one: joining, mending what was sent back, the identity number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.bulk import among
from storage.sealing import Blind, Sealed
from union import applications, organisations, places
from union.applications import IDENTITY, Application, ApplicationRow, Door, Joining, Kind, Stage, Status
from union.organisations import OrganisationRow


def _one_of_those_here(name: str, column: str) -> sa.Index:
    here = sa.text("left_at IS NULL")
    return sa.Index(name, column, unique=True, sqlite_where=here, postgresql_where=here)


class MemberRow(Base):
    """A member; who left keeps the row, which statute wants. `openid` None: no longer reached by this account."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(32), unique=True)
    openid: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(Sealed("members.name"))
    mobile: Mapped[str] = mapped_column(Sealed("members.mobile"))
    mobile_blind: Mapped[str] = mapped_column(Blind("members.mobile"))
    id_number: Mapped[str | None] = mapped_column(Sealed("members.id_number"))
    id_number_blind: Mapped[str | None] = mapped_column(Blind("members.id_number"))
    place: Mapped[str] = mapped_column(sa.String(64))
    district: Mapped[str] = mapped_column(sa.String(64), index=True)
    work: Mapped[str] = mapped_column(sa.String(32))
    employer: Mapped[str] = mapped_column(sa.String(128))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    organisation: Mapped[str] = mapped_column(sa.ForeignKey("organisations.key"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("applications.id"))
    admitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        _one_of_those_here("uq_members_here_openid", "openid"),
        _one_of_those_here("uq_members_here_mobile", "mobile_blind"),
        _one_of_those_here("uq_members_here_id_number", "id_number_blind"),
    )


@dataclass(frozen=True, slots=True)
class Member:
    """A member as they and the staff see them."""

    number: str
    openid: str | None
    name: str
    mobile: str
    place: str
    work: str
    employer: str
    organisation: str  # its name
    admitted_at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationSubmitted:
    """A worker applied, mended what was sent back, or changed what waits.

    `reviewer` is the union of the district, which looks at it first; "" where the city's does it alone.
    """

    openid: str
    application_id: int
    organisation: str
    reviewer: str
    needs_identity: bool
    of_trade: bool = False  # the organisation is a trade's, and others look at the application


class AlreadyMember(Exception):
    """That worker, mobile or identity number is a member's. `own`: of this very WeChat."""

    def __init__(self, own: bool, number: str = "") -> None:
        super().__init__(f"is a member already: {number or 'elsewhere'}")
        self.own = own
        self.number = number


class AlreadyApplied(Exception):
    """That worker or mobile has an open application. `own`: of this very WeChat."""

    def __init__(self, own: bool) -> None:
        super().__init__("has applied already")
        self.own = own


class NoUnionThere(Exception):
    """The unit through whose union somebody wants to join is listed as one without."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"{unit} has no union")
        self.unit = unit


class NothingOpen(Exception):
    """The worker has no open application of that kind."""


async def member(session: AsyncSession, openid: str) -> Member | None:
    """The member whose WeChat that is."""
    found = sa.select(MemberRow, OrganisationRow.name).join(
        OrganisationRow, OrganisationRow.key == MemberRow.organisation
    )
    row = (await session.execute(found.where(*here(openid)))).first()
    return None if row is None else told(row[0], row[1])


async def as_left(session: AsyncSession, openid: str, since: datetime) -> Member | None:
    """What the roll had of somebody when they left, if they did after that."""
    found = sa.select(MemberRow, OrganisationRow.name).join(
        OrganisationRow, OrganisationRow.key == MemberRow.organisation
    )
    newest = found.where(MemberRow.openid == openid, MemberRow.left_at > since).order_by(
        MemberRow.left_at.desc()
    )
    row = (await session.execute(newest.limit(1))).first()
    return None if row is None else told(row[0], row[1])


async def district_of(session: AsyncSession, openid: str) -> str:
    """Whose matter a worker is: a member's district, else that applied to; "" when unknown, which is the city's."""
    district = await session.scalar(sa.select(MemberRow.district).where(*here(openid)))
    return district or await applications.district_of(session, openid)


async def work_of(connection: AsyncConnection, openids: Collection[str]) -> dict[str, str]:
    """What kinds of work these people do, of those who are members or have applied and said so."""
    applied = sa.select(ApplicationRow.openid, ApplicationRow.work, sa.literal(0).label("rank"))
    applied = applied.where(among(ApplicationRow.openid, openids), ApplicationRow.closed_at.is_(None))
    joined = sa.select(MemberRow.openid, MemberRow.work, sa.literal(1))
    joined = joined.where(among(MemberRow.openid, openids), MemberRow.left_at.is_(None))
    either: sa.CompoundSelect[Any] = sa.union_all(applied.where(ApplicationRow.work != ""), joined)
    said = (await connection.execute(either)).all()
    # What is known of members goes before what they have applied with.
    return {row.openid: row.work for row in sorted(said, key=attrgetter("rank"))}


async def refuse_twice(session: AsyncSession, openid: str, mobile: str = "") -> None:
    """Raises AlreadyMember or AlreadyApplied when the worker, or that mobile, is known. Cheap: ask it early."""
    members = sa.select(MemberRow.openid, MemberRow.number).where(MemberRow.left_at.is_(None))
    applied = sa.select(ApplicationRow.openid).where(ApplicationRow.closed_at.is_(None))
    is_member = MemberRow.openid == openid
    has_applied = ApplicationRow.openid == openid
    if mobile:
        is_member |= MemberRow.mobile_blind == mobile
        has_applied |= ApplicationRow.mobile_blind == mobile
    for holder, number in await session.execute(members.where(is_member)):
        own = holder == openid
        raise AlreadyMember(own, number if own else "")
    for holder in await session.scalars(applied.where(has_applied)):
        raise AlreadyApplied(holder == openid)


async def join(session: AsyncSession, openid: str, joining: Joining, now: datetime) -> ApplicationSubmitted:
    """Apply. Raises NoUnionThere, and AlreadyMember or AlreadyApplied, also when another's application overtakes this one."""
    await refuse_twice(session, openid, joining.mobile)
    row = ApplicationRow(openid=openid, kind=Kind.JOIN, edition=0, submitted_at=now, scene=joining.scene)
    return await enter(session, row, joining, now)


async def amend(session: AsyncSession, openid: str, joining: Joining, now: datetime) -> ApplicationSubmitted:
    """Mend what was sent back, or change what still waits; it is looked at again where it was sent back from.

    Raises NothingOpen, NoUnionThere, and AlreadyApplied or AlreadyMember for a mobile that is somebody else's.
    """
    row = await _open(session, openid, Kind.JOIN)
    if row.mobile != joining.mobile:
        await refuse_mobile(session, joining.mobile, openid)
    if row.status == Status.WAITING:
        row.stage = Stage.DISTRICT  # whoever passed it has not seen this
    return await enter(session, row, joining, now)


async def withdraw(session: AsyncSession, openid: str, now: datetime) -> Application:
    """Take back an open application. Raises NothingOpen."""
    row = await _open(session, openid)
    row.status, row.closed_at = Status.WITHDRAWN, now
    row.changed_at, row.edition = now, row.edition + 1
    await session.flush()
    return await applications.numbered(session, row.id)


async def keep_identity(
    session: AsyncSession, application_id: int, openid: str, id_number: str, now: datetime
) -> Application:
    """Keep the identity number of an open application, sealed; one sent back for it goes on.

    Raises NothingOpen when it is not this worker's or is over, and AlreadyMember for a number that is a member's.
    """
    row = await _open(session, openid)
    if row.id != application_id:
        raise NothingOpen
    holder = sa.select(MemberRow.openid, MemberRow.number).where(
        MemberRow.id_number_blind == id_number, MemberRow.left_at.is_(None)
    )
    for found in await session.execute(holder):
        raise AlreadyMember(found.openid == openid, found.number if found.openid == openid else "")
    row.id_number = row.id_number_blind = id_number
    if row.status == Status.RETURNED and row.mend == IDENTITY:
        row.status, row.mend, row.reason = Status.WAITING, None, None
    row.changed_at, row.edition = now, row.edition + 1
    await session.flush()
    return await applications.numbered(session, row.id)


async def enter(
    session: AsyncSession, row: ApplicationRow, joining: Joining, now: datetime
) -> ApplicationSubmitted:
    """Write what was asked for, and put it before whoever decides: of a listed unit, its district. Raises NoUnionThere."""
    unit = await organisations.unit_named(session, joining.employer)
    by_unit = joining.door == Door.UNIT
    if by_unit and unit and not unit.has_union:
        raise NoUnionThere(unit.name)
    district = unit.district if by_unit and unit else places.place(joining.place).district
    union = await organisations.responsible(session, district, "" if by_unit else joining.work)
    row.door, row.name, row.place, row.work = joining.door, joining.name, joining.place, joining.work
    row.mobile = row.mobile_blind = joining.mobile
    row.employer, row.district, row.organisation = joining.employer, district, union.key
    row.unit_id = unit.id if unit else None
    row.stage = row.stage or Stage.DISTRICT
    row.status, row.mend, row.reason = Status.WAITING, None, None
    row.changed_at, row.edition = now, row.edition + 1
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:  # somebody else was quicker, by the unique indexes of what is open
        raise AlreadyApplied(own=False) from None
    lacks = union.needs_identity and row.id_number is None
    reviewer = await organisations.reviewing(session, district)
    return ApplicationSubmitted(row.openid, row.id, union.name, reviewer, lacks, union.kind == "trade")


async def refuse_mobile(session: AsyncSession, mobile: str, openid: str) -> None:
    """Raises AlreadyMember or AlreadyApplied for a mobile that is somebody else's."""
    known = (
        MemberRow.mobile_blind == mobile,
        MemberRow.left_at.is_(None),
        MemberRow.openid.is_distinct_from(openid),
    )
    if await session.scalar(sa.select(MemberRow.id).where(*known)):
        raise AlreadyMember(own=False)
    used = ApplicationRow.mobile_blind == mobile, ApplicationRow.closed_at.is_(None)
    if await session.scalar(sa.select(ApplicationRow.id).where(*used, ApplicationRow.openid != openid)):
        raise AlreadyApplied(own=False)


async def _open(session: AsyncSession, openid: str, *kinds: Kind) -> ApplicationRow:
    """The open application of a worker, locked until the transaction ends."""
    whose = ApplicationRow.openid == openid, ApplicationRow.closed_at.is_(None)
    row = await session.scalar(
        sa.select(ApplicationRow)
        .where(*whose)
        .with_for_update()
        .execution_options(populate_existing=True)  # what was read before the lock may be old
    )
    if row is None or (kinds and row.kind not in kinds):
        raise NothingOpen
    return row


def here(openid: str) -> tuple[sa.ColumnElement[bool], ...]:
    return MemberRow.openid == openid, MemberRow.left_at.is_(None)


def told(row: MemberRow, organisation: str) -> Member:
    return Member(
        row.number, row.openid, row.name, row.mobile, row.place, row.work, row.employer, organisation,
        row.admitted_at,
    )  # fmt: skip
