"""Events of the union: what is on where and when, for whom, and how many may come of which district or kind of work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import cos, hypot, radians

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Id, UTCDateTime
from union.courses import CODE_LETTERS, PLACE_LETTERS, TITLE_LETTERS, Audience

DETAILS_LETTERS = 300
_METRES_A_DEGREE = 111_195.0


class Kind(StrEnum):
    """What sort of event it is; a fair is one too."""

    COOLING = "cooling"
    WARMTH = "warmth"
    DELIVERIES = "deliveries"  # four or eight, brought to those who deliver
    REST = "rest"
    OUTING = "outing"
    FRIENDS = "friends"
    SPORTS = "sports"
    CHECKUP = "checkup"
    TALK = "talk"
    CONTEST = "contest"
    FAIR = "fair"
    BENEFIT = "benefit"


class Sort(StrEnum):
    """By what a quota is given out."""

    ALL = "all"
    DISTRICT = "district"
    WORK = "work"


class EventRow(Base):
    """`signs_up` false: one just comes. `published_at` is when workers could first see it. GCJ-02."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(CODE_LETTERS), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(16), index=True)
    title: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    host: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    district: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    place: Mapped[str] = mapped_column(sa.String(PLACE_LETTERS))
    latitude: Mapped[float | None] = mapped_column(sa.Double)
    longitude: Mapped[float | None] = mapped_column(sa.Double)
    audience: Mapped[str] = mapped_column(sa.String(16))
    signs_up: Mapped[bool] = mapped_column(sa.Boolean)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    details: Mapped[str] = mapped_column(sa.Text)
    sample: Mapped[bool] = mapped_column(sa.Boolean)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    quotas: Mapped[list["QuotaRow"]] = relationship(
        order_by="QuotaRow.position", lazy="selectin", cascade="all, delete-orphan"
    )


class QuotaRow(Base):
    """So many places for those of a district or kind of work; `whose` is "" for all the others."""

    __tablename__ = "event_quotas"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), index=True)
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    sort: Mapped[str] = mapped_column(sa.String(16))
    whose: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    seats: Mapped[int] = mapped_column(sa.Integer)


class PictureRow(Base):
    """The picture of an event, as it is shown on its page."""

    __tablename__ = "event_pictures"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


@dataclass(frozen=True, slots=True)
class Quota:
    """So many places for those of whom `whose` names the district or the kind of work; for all with Sort.ALL."""

    id: int
    sort: Sort
    whose: str
    seats: int

    def fits(self, district: str, work: str) -> bool:
        return self.sort is Sort.ALL or self.whose == (district if self.sort is Sort.DISTRICT else work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What staff write down of an event; the place may be one that is not on the map."""

    code: str
    kind: Kind
    title: str
    host: str
    district: str
    place: str
    latitude: float | None
    longitude: float | None
    audience: Audience
    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    ends_at: datetime
    details: str
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Outline):
    """An event as it is told. Without `signs_up` there are no quotas: one just comes."""

    id: int
    signs_up: bool
    quotas: tuple[Quota, ...]
    closed: bool
    cancelled: bool

    @property
    def seats(self) -> int:
        return sum(one.seats for one in self.quotas)

    def metres(self, latitude: float, longitude: float) -> float | None:
        """How far away it is; None where its place is not on the map."""
        if self.latitude is None or self.longitude is None:
            return None
        east = (self.longitude - longitude) * cos(radians(latitude))
        return hypot(self.latitude - latitude, east) * _METRES_A_DEGREE


@dataclass(frozen=True, slots=True)
class Picture:
    """`kind` is "png" or "jpeg"."""

    kind: str
    content: bytes


def event_of(row: EventRow) -> Event:
    return Event(
        id=row.id,
        code=row.code,
        kind=Kind(row.kind),
        title=row.title,
        host=row.host,
        district=row.district,
        place=row.place,
        latitude=row.latitude,
        longitude=row.longitude,
        audience=Audience(row.audience),
        signs_up=row.signs_up,
        quotas=tuple(Quota(one.id, Sort(one.sort), one.whose, one.seats) for one in row.quotas),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        details=row.details,
        sample=row.sample,
        closed=row.closed_at is not None,
        cancelled=row.cancelled_at is not None,
    )


async def find(session: AsyncSession, event_id: int) -> Event | None:
    row = await session.get(EventRow, event_id)
    return None if row is None else event_of(row)


async def find_code(session: AsyncSession, code: str) -> Event | None:
    row = await session.scalar(sa.select(EventRow).where(EventRow.code == code))
    return None if row is None else event_of(row)


async def events_of(session: AsyncSession, ids: Iterable[int]) -> Mapping[int, Event]:
    rows = await session.scalars(sa.select(EventRow).where(EventRow.id.in_(set(ids))))
    return {row.id: event_of(row) for row in rows}


async def upcoming(session: AsyncSession, now: datetime, *, kind: Kind | None = None) -> Sequence[Event]:
    """What can still be signed up for, now or later, or just come to; the earliest first."""
    query = sa.select(EventRow).where(_is_upcoming).order_by(EventRow.starts_at, EventRow.id)
    rows = await session.scalars(query if kind is None else query.where(EventRow.kind == kind), {"now": now})
    return [event_of(row) for row in rows]


async def upcoming_titles(connection: AsyncConnection, now: datetime) -> Sequence[sa.Row[int, str, str]]:
    """The id, kind and title of what is upcoming, the earliest first."""
    return (await connection.execute(_titles, {"now": now})).all()


async def since(session: AsyncSession, instant: datetime) -> Sequence[Event]:
    """All events that end after the instant, cancelled ones too; the earliest first."""
    rows = await session.scalars(
        sa.select(EventRow).where(EventRow.ends_at > instant).order_by(EventRow.starts_at, EventRow.id)
    )
    return [event_of(row) for row in rows]


async def picture(session: AsyncSession, event_id: int) -> Picture | None:
    row = await session.get(PictureRow, event_id)
    return None if row is None else Picture(row.kind, row.content)


async def has_picture(session: AsyncSession, event_id: int) -> bool:
    found = sa.select(PictureRow.event_id).where(PictureRow.event_id == event_id)
    return await session.scalar(found) is not None


_now = sa.bindparam("now", type_=UTCDateTime)
_is_upcoming = sa.and_(
    EventRow.cancelled_at.is_(None),
    EventRow.closed_at.is_(None),
    EventRow.ends_at > _now,
    ~EventRow.signs_up | ((EventRow.closes_at > _now) & (EventRow.starts_at > _now)),
)
# To put a statement together costs more than to run it.
_titles = (
    sa.select(EventRow.id, EventRow.kind, EventRow.title)
    .where(_is_upcoming)
    .order_by(EventRow.starts_at, EventRow.id)
)
