"""Applications to join, and of members to move: what was asked for, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.sealing import Blind, Sealed
from union import organisations
from union.organisations import OrganisationRow


class Door(StrEnum):
    """How somebody joins: through the union of their unit, or straight to that of the district or trade."""

    UNIT = "unit"
    OPEN = "open"


class Kind(StrEnum):
    """What is applied for."""

    JOIN = "join"
    MOVE = "move"


class Stage(StrEnum):
    """Who decides next."""

    DISTRICT = "district"
    CITY = "city"


class Status(StrEnum):
    """WAITING and RETURNED are open, the others are over."""

    WAITING = "waiting"
    RETURNED = "returned"
    ADMITTED = "admitted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


# What staff can send an application back for. All but the last are fields of `Joining`.
IDENTITY = "identity"
MENDABLE = ("name", "mobile", "place", "work", "employer", IDENTITY)


def _of_the_open(name: str, *columns: str, unique: bool = False) -> sa.Index:
    open_ones = sa.text("closed_at IS NULL")
    return sa.Index(name, *columns, unique=unique, sqlite_where=open_ones, postgresql_where=open_ones)


class ApplicationRow(Base):
    """One application. `edition` counts its changes, so that nobody decides on what they have not seen."""

    __tablename__ = "applications"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    door: Mapped[str] = mapped_column(sa.String(16))
    name: Mapped[str] = mapped_column(Sealed("applications.name"))
    mobile: Mapped[str] = mapped_column(Sealed("applications.mobile"))
    mobile_blind: Mapped[str] = mapped_column(Blind("applications.mobile"))
    id_number: Mapped[str | None] = mapped_column(Sealed("applications.id_number"))
    id_number_blind: Mapped[str | None] = mapped_column(Blind("applications.id_number"), index=True)
    place: Mapped[str] = mapped_column(sa.String(64))
    district: Mapped[str] = mapped_column(sa.String(64))
    work: Mapped[str] = mapped_column(sa.String(32))
    employer: Mapped[str] = mapped_column(sa.String(128))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    organisation: Mapped[str] = mapped_column(sa.ForeignKey("organisations.key"))
    scene: Mapped[str] = mapped_column(sa.String(64), index=True)
    status: Mapped[str] = mapped_column(sa.String(16))
    stage: Mapped[str] = mapped_column(sa.String(16))
    mend: Mapped[str | None] = mapped_column(sa.String(16))
    reason: Mapped[str | None] = mapped_column(sa.String(255))
    forwarded_by: Mapped[str | None] = mapped_column(sa.String(64))
    edition: Mapped[int] = mapped_column(sa.Integer)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        _of_the_open("uq_applications_open_openid", "openid", unique=True),
        _of_the_open("uq_applications_open_mobile", "mobile_blind", unique=True),
        _of_the_open("ix_applications_open", "district", "stage"),
    )


@dataclass(frozen=True, slots=True)
class Joining:
    """What a worker writes to join. `place` is an id of `places`; `scene` the code they came by."""

    door: str
    mobile: str
    name: str
    place: str
    work: str = ""
    employer: str = ""
    scene: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """An application as its owner and the staff see it."""

    id: int
    openid: str
    kind: Kind
    asked: Joining
    district: str
    organisation: str  # its name
    needs_identity: bool
    has_identity: bool
    status: Status
    stage: Stage
    mend: str | None
    reason: str | None
    edition: int
    submitted_at: datetime
    changed_at: datetime
    reviewer: str  # the union of the district, which looks at it first; "" where the city's does it alone

    @property
    def is_open(self) -> bool:
        return self.status in (Status.WAITING, Status.RETURNED)

    @property
    def lacks_identity(self) -> bool:
        """Whether the worker still has to give their identity number."""
        return self.is_open and self.needs_identity and not self.has_identity


async def newest(session: AsyncSession, openid: str) -> Application | None:
    """The open application of a worker, else the last one."""
    rows = await seen(session, ApplicationRow.openid == openid)
    return max(rows, key=lambda one: (one.is_open, one.id), default=None)


async def returned_at(connection: AsyncConnection, openid: str) -> datetime | None:
    """When the open application to join was sent back; None where nothing is to be mended."""
    sent_back = ApplicationRow.status == Status.RETURNED, ApplicationRow.kind == Kind.JOIN
    query = sa.select(ApplicationRow.changed_at).where(ApplicationRow.openid == openid, *sent_back)
    found: datetime | None = await connection.scalar(query)
    return found


async def district_of(session: AsyncSession, openid: str) -> str:
    """Where the worker last applied to join or to move; "" when nobody knows, which makes it the city's matter."""
    applied = sa.select(ApplicationRow.district).where(ApplicationRow.openid == openid)
    newest = applied.order_by(ApplicationRow.id.desc()).limit(1)
    return await session.scalar(newest) or ""


async def numbered(session: AsyncSession, id: int) -> Application:
    """Raises LookupError."""
    (found,) = await seen(session, ApplicationRow.id == id) or (None,)
    if found is None:
        raise LookupError(f"no application {id}")
    return found


async def seen(session: AsyncSession, *which: sa.ColumnElement[bool]) -> Sequence[Application]:
    """The applications of a condition, the oldest first, as the database has them now."""
    rows = (
        sa.select(
            ApplicationRow,
            OrganisationRow.name,
            OrganisationRow.needs_identity,
            organisations.first_reviewer(ApplicationRow.district),
        )
        .join(OrganisationRow, OrganisationRow.key == ApplicationRow.organisation)
        .where(*which)
        .order_by(ApplicationRow.id)
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(rows)).all()
    return [_told(row, name, needs, reviewer) for row, name, needs, reviewer in found]


def asked(row: ApplicationRow) -> Joining:
    """What the worker wrote."""
    return Joining(row.door, row.mobile, row.name, row.place, row.work, row.employer, row.scene)


def _told(row: ApplicationRow, organisation: str, needs_identity: bool, reviewer: str | None) -> Application:
    return Application(
        row.id, row.openid, Kind(row.kind), asked(row), row.district, organisation,
        needs_identity, row.id_number is not None,
        Status(row.status), Stage(row.stage), row.mend, row.reason, row.edition,
        row.submitted_at, row.changed_at, reviewer or "",
    )  # fmt: skip
