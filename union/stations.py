"""Stations: where workers rest, eat, charge and are looked after; what is reported of them, and to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from union.staff import StaffRow

CODE_LETTERS, NAME_LETTERS, ADDRESS_LETTERS = 32, 64, 128
# So many workers must say the same, within so long, before others are told of it.
AGREE = 3
AGREE_WITHIN: Mapping[str, timedelta] = {"closed": timedelta(hours=12)}
_AGREE_ELSE = timedelta(days=3)
_NEWS = ("name", "address", "services", "hours", "state")


class Kind(StrEnum):
    """What kind of station it is; the words for it stand in station_words.yaml."""

    REST = "rest"
    SMART = "smart"
    JOB = "job"
    DRIVERS = "drivers"
    MIND = "mind"
    MOTHERS = "mothers"
    CARE = "care"


class StationRow(Base):
    """One station. Coordinates are GCJ-02, as WeChat's and the map's; `services` are keys with blanks between them.

    `news_at` is when something last changed that whoever goes there wants to know.
    """

    __tablename__ = "stations"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(CODE_LETTERS), unique=True)
    name: Mapped[str] = mapped_column(sa.String(NAME_LETTERS))
    kind: Mapped[str] = mapped_column(sa.String(16))
    district: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(ADDRESS_LETTERS))
    latitude: Mapped[float] = mapped_column(sa.Float)
    longitude: Mapped[float] = mapped_column(sa.Float)
    services: Mapped[str] = mapped_column(sa.String(256))
    hours: Mapped[str] = mapped_column(sa.String(256))
    telephone: Mapped[str] = mapped_column(sa.String(32))
    keeper: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.String(NAME_LETTERS))
    sample: Mapped[bool] = mapped_column(sa.Boolean)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    news_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EditionRow(Base):
    """One row whose number changes with the stations, so that maps in memory are drawn again."""

    __tablename__ = "station_editions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)


class ReportRow(Base):
    """What a worker said is wrong at a station; saying it again renews it. Settled ones stay, without the worker."""

    __tablename__ = "station_reports"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    station_id: Mapped[int] = mapped_column(sa.ForeignKey("stations.id"))
    openid: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    problem: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        sa.Index("ix_station_reports_station_id_settled_at", "station_id", "settled_at"),
        sa.Index(
            "uq_station_reports_open",
            "station_id", "problem", "openid",
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What staff write down of a station that workers may read too."""

    code: str
    name: str
    kind: str
    district: str
    address: str
    latitude: float
    longitude: float
    services: tuple[str, ...]
    hours: str
    telephone: str = ""
    state: str = "open"
    note: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Outline):
    """A station as staff wrote it down; `keeper` is a name of the staff."""

    keeper: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """Codes by what became of them."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker fills in: which station, and what is wrong there."""

    station: int
    problem: str


@dataclass(frozen=True, slots=True)
class StationReported:
    """For the keeper: the first worker, or the one with whom it counts as agreed, reported something."""

    openid: str
    station_id: int
    station: str
    problem: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a report; `told` is whom it is told to, nobody where the keeper has no WeChat bound."""

    workers: int
    told: tuple[StationReported, ...]


Open = tuple[str, str, str, int, datetime]  # code, name, problem, workers, and since when


class UnknownKeeper(Exception):
    """A station's keeper is not on the staff; the text names station and keeper."""


class NotKeeper(Exception):
    """Only the keeper of a station may say that it is in order again."""


async def bring(session: AsyncSession, stations: Sequence[Listed], now: datetime) -> Imported:
    """Add new stations and change known ones, by their codes. Raises UnknownKeeper; then nothing may be committed."""
    await _check_keepers(session, stations)
    rows = await session.scalars(sa.select(StationRow).with_for_update())
    known = {row.code: row for row in rows}
    added, changed, unchanged = [], [], []
    for one in stations:
        row = known.get(one.code)
        values = _values(one)
        if row is None:
            session.add(StationRow(**values, changed_at=now, news_at=now))
            added.append(one.code)
        elif any(getattr(row, name) != value for name, value in values.items()):
            if any(getattr(row, name) != values[name] for name in _NEWS):
                row.news_at = now
            for name, value in (values | {"changed_at": now}).items():
                setattr(row, name, value)
            changed.append(one.code)
        else:
            unchanged.append(one.code)
    if added or changed:
        await _renew(session)
    await session.flush()
    return Imported(tuple(added), tuple(changed), tuple(unchanged))


async def edition(session: AsyncSession) -> int:
    """Another number than before when a station was added or changed."""
    return await session.scalar(sa.select(EditionRow.number)) or 0


async def report(session: AsyncSession, openid: str, told: Report, now: datetime) -> Heard:
    """Keep what a worker reports; counted once for each worker."""
    station = await session.get_one(StationRow, told.station)
    same = sa.update(ReportRow).where(
        ReportRow.station_id == told.station,
        ReportRow.problem == told.problem,
        ReportRow.openid == openid,
        ReportRow.settled_at.is_(None),
    )
    renewed = await session.execute(same.values(at=now).returning(ReportRow.id))
    is_new = renewed.first() is None
    if is_new:
        is_new = await _enter(
            session, ReportRow(station_id=told.station, openid=openid, problem=told.problem, at=now)
        )
    workers = (await problems(session, [told.station], now)).get((told.station, told.problem), 0)
    if not is_new or workers not in (1, AGREE) or not (keeper := await _keeper(session, station)):
        return Heard(workers, ())
    fact = StationReported(keeper, station.id, station.name, told.problem, agreed=workers >= AGREE)
    return Heard(workers, (fact,))


async def problems(session: AsyncSession, ids: Sequence[int], now: datetime) -> dict[tuple[int, str], int]:
    """How many workers lately reported what, by station and problem; shown to others from AGREE on."""
    found = await session.execute(
        sa.select(ReportRow.station_id, ReportRow.problem, ReportRow.at)
        .where(ReportRow.station_id.in_(ids), ReportRow.settled_at.is_(None))
    )  # fmt: skip
    counts: dict[tuple[int, str], int] = {}
    for station_id, problem, at in found:
        if at > now - AGREE_WITHIN.get(problem, _AGREE_ELSE):
            counts[station_id, problem] = counts.get((station_id, problem), 0) + 1
    return counts


async def reported(session: AsyncSession) -> list[Open]:
    """All that nobody has settled, the oldest first."""
    found = await session.execute(
        sa.select(StationRow.code, StationRow.name, ReportRow.problem, sa.func.count(), sa.func.min(ReportRow.at))
        .join(ReportRow, ReportRow.station_id == StationRow.id)
        .where(ReportRow.settled_at.is_(None))
        .group_by(StationRow.code, StationRow.name, ReportRow.problem)
        .order_by(sa.func.min(ReportRow.at))
    )  # fmt: skip
    return [(code, name, problem, count, since) for code, name, problem, count, since in found]


async def settle(
    session: AsyncSession, station_id: int, problem: str | None, now: datetime, openid: str | None = None
) -> int:
    """It is in order again, `problem` or all; returns how many reports that closes. Raises NotKeeper for an `openid`
    that is not the keeper's."""
    station = await session.get_one(StationRow, station_id)
    if openid is not None and await _keeper(session, station) != openid:
        raise NotKeeper(station.code)
    which = [ReportRow.station_id == station_id, ReportRow.settled_at.is_(None)]
    if problem is not None:
        which.append(ReportRow.problem == problem)
    done = sa.update(ReportRow).where(*which).values(settled_at=now, openid=None).returning(ReportRow.id)
    return len((await session.execute(done)).all())


async def coded(session: AsyncSession, code: str) -> StationRow | None:
    """A station by its code."""
    return await session.scalar(sa.select(StationRow).where(StationRow.code == code))


async def _enter(session: AsyncSession, row: ReportRow) -> bool:
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:  # the same worker's other message was quicker
        return False
    return True


async def _keeper(session: AsyncSession, station: StationRow) -> str | None:
    """The WeChat of who looks after a station."""
    whose = StaffRow.name == station.keeper, StaffRow.active
    return await session.scalar(sa.select(StaffRow.openid).where(*whose)) if station.keeper else None


async def _check_keepers(session: AsyncSession, stations: Sequence[Listed]) -> None:
    staff = set(await session.scalars(sa.select(StaffRow.name)))
    for one in stations:
        if one.keeper and one.keeper not in staff:
            raise UnknownKeeper(f"{one.code}: {one.keeper} is not on the staff")


async def _renew(session: AsyncSession) -> None:
    table = cast(sa.Table, EditionRow.__table__)
    more = sa.update(table).values(number=table.c.number + 1).returning(table.c.number)
    if (await session.execute(more)).first() is None:
        session.add(EditionRow(id=1, number=1))


def _values(one: Listed) -> dict[str, object]:
    named = ("code", "name", "kind", "district", "address", "latitude", "longitude", "hours", "telephone")
    values = {name: getattr(one, name) for name in (*named, "keeper", "state", "note", "sample")}
    return values | {"services": " ".join(sorted(one.services))}
