"""The unions that a worker can join, and the units (employers) that belong to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, aliased, mapped_column

from storage.base import Base, Id, UTCDateTime
from union import credit_codes

CITY = "maoming"
_MOST_FOUND = 6


class OrganisationRow(Base):
    """A union. `district` "" takes workers of the whole city; `trade` holds kinds of work, "" means any."""

    __tablename__ = "organisations"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(16))
    district: Mapped[str] = mapped_column(sa.String(64))
    trade: Mapped[str] = mapped_column(sa.String(128))
    # Whether it admits nobody whose identity number it does not hold.
    needs_identity: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    sample: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())


class UnitRow(Base):
    """An employer. `code` is its 18-character credit code where it is known."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(128), unique=True)
    code: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    district: Mapped[str] = mapped_column(sa.String(64))
    has_union: Mapped[bool] = mapped_column(sa.Boolean)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sample: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())


@dataclass(frozen=True, slots=True)
class Organisation:
    """A union as a worker is told of it."""

    key: str
    name: str
    kind: str  # "city", "district" or "trade"
    district: str
    trade: str
    needs_identity: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """An employer that the union knows."""

    id: int
    name: str
    code: str | None
    district: str
    has_union: bool


@dataclass(frozen=True, slots=True)
class UnitListed:
    """A row of a list of units."""

    name: str
    code: str
    district: str
    has_union: bool


async def seed(session: AsyncSession, now: datetime, samples: bool = False) -> None:
    """Add the unions this version ships that are not there; with `samples` those of the demo too."""
    shipped = _shipped()
    listed = [(one, False) for one in shipped["organisations"]]
    listed += [(one, True) for one in shipped["samples"] if samples]
    known = set(await session.scalars(sa.select(OrganisationRow.key)))
    session.add_all(
        OrganisationRow(**one, sample=made_up) for one, made_up in listed if one["key"] not in known
    )
    if samples:
        names = set(await session.scalars(sa.select(UnitRow.name)))
        session.add_all(
            UnitRow(**(one | {"code": None}), changed_at=now, sample=True)
            for one in shipped["units"]
            if one["name"] not in names
        )
    await session.flush()


async def organisation(session: AsyncSession, key: str) -> Organisation:
    """LookupError for a key that is not there."""
    row = await session.get(OrganisationRow, key)
    if row is None:
        raise LookupError(f"no organisation {key}")
    return _told(row)


async def organisations(session: AsyncSession) -> list[Organisation]:
    return [
        _told(row) for row in await session.scalars(sa.select(OrganisationRow).order_by(OrganisationRow.key))
    ]


async def add_trade(session: AsyncSession, key: str, name: str, district: str, works: Sequence[str]) -> bool:
    """Add the union of a trade, by the kinds of work it takes; False for a key that is there."""
    if await session.get(OrganisationRow, key):
        return False
    session.add(OrganisationRow(key=key, name=name, kind="trade", district=district, trade=" ".join(works)))
    await session.flush()
    return True


async def require_identity(session: AsyncSession, key: str, required: bool) -> None:
    """Whether that union admits only whom it knows by their identity number."""
    row = await session.get(OrganisationRow, key)
    if row is None:
        raise LookupError(f"no organisation {key}")
    row.needs_identity = required
    await session.flush()


async def responsible(session: AsyncSession, district: str, work: str) -> Organisation:
    """Whom a worker joins: the union of the trade in the district or the city, else the district's, else the city's."""
    rows = list(await session.scalars(sa.select(OrganisationRow).order_by(OrganisationRow.key)))
    fitting = [
        row for row in rows
        if row.district in ("", district) and (not row.trade or work in row.trade.split())
    ]  # fmt: skip
    if not fitting:
        raise LookupError("no union takes workers of the whole city")
    return _told(max(fitting, key=lambda row: (bool(row.trade), bool(row.district))))


async def reviewing(session: AsyncSession, district: str) -> str:
    """Which district's union looks at an application first, by name; "" where the city's does it alone."""
    found = await session.scalar(sa.select(first_reviewer(sa.literal(district))))
    return found or ""


def first_reviewer(district: sa.ColumnElement[str] | InstrumentedAttribute[str]) -> sa.ScalarSelect[str]:
    """The name of the union of a district, NULL for none: rights go by districts, whatever union somebody joins."""
    row = aliased(OrganisationRow)
    query = sa.select(sa.func.min(row.name)).where(row.kind == "district", row.district == district)
    return query.scalar_subquery()


async def units_called(session: AsyncSession, said: str) -> list[Unit]:
    """The units that a name or a credit code means: the one of exactly that name or code, else those that hold the name."""
    name, code = said.strip(), credit_codes.plain(said)
    exact = sa.or_(UnitRow.name == name, UnitRow.code == code)
    found = list(await session.scalars(sa.select(UnitRow).where(exact)))
    if not found and len(name) >= 2:
        holding = sa.select(UnitRow).where(UnitRow.name.contains(name, autoescape=True))
        found = list(await session.scalars(holding.order_by(UnitRow.name).limit(_MOST_FOUND)))
    return [_unit(row) for row in found]


async def unit_named(session: AsyncSession, name: str) -> Unit | None:
    """The unit of exactly that name."""
    row = await session.scalar(sa.select(UnitRow).where(UnitRow.name == name)) if name else None
    return None if row is None else _unit(row)


async def units(session: AsyncSession) -> list[Unit]:
    return [_unit(row) for row in await session.scalars(sa.select(UnitRow).order_by(UnitRow.name))]


async def list_units(session: AsyncSession, listed: Sequence[UnitListed], now: datetime) -> tuple[int, int]:
    """Add or change units by their names; returns how many were added and changed. None is removed."""
    rows = {row.name: row for row in await session.scalars(sa.select(UnitRow))}
    added = changed = 0
    for one in listed:
        row = rows.get(one.name)
        values = (one.code or None, one.district, one.has_union)
        if row is None:
            added += 1
            session.add(row := UnitRow(name=one.name))
        elif (row.code, row.district, row.has_union) == values:
            continue
        else:
            changed += 1
        row.code, row.district, row.has_union = values
        row.changed_at, row.sample = now, False
    await session.flush()
    return added, changed


def faults(listed: Iterable[UnitListed], districts: frozenset[str]) -> list[tuple[int, str]]:
    """What is wrong with a list of units, by the place of the row from 0."""
    found: list[tuple[int, str]] = []
    names: set[str] = set()
    codes: set[str] = set()
    for at, one in enumerate(listed):
        if not 2 <= len(one.name) <= 128:
            found.append((at, "name has 2 to 128 letters"))
        elif one.name in names:
            found.append((at, f"name {one.name} is there twice"))
        if one.code and not credit_codes.is_right(one.code):
            found.append((at, f"code {one.code} is not a credit code"))
        elif one.code and one.code in codes:
            found.append((at, f"code {one.code} is there twice"))
        if one.district not in districts:
            found.append((at, f"district {one.district} is not one of {', '.join(sorted(districts))}"))
        names.add(one.name)
        codes.add(one.code)
    return found


def _told(row: OrganisationRow) -> Organisation:
    return Organisation(row.key, row.name, row.kind, row.district, row.trade, row.needs_identity)


def _unit(row: UnitRow) -> Unit:
    return Unit(row.id, row.name, row.code, row.district, row.has_union)


@cache
def _shipped() -> dict[str, list[dict[str, Any]]]:
    content: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    )
    return content
