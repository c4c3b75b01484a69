"""Whom the union can address: named conditions on what it knows of workers, and who of the staff may address them.

A condition is `name:argument`; an argument may name several with commas between them, of which one must hold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from union import audience_words, places, rights
from union.courses import CourseRow
from union.event_places import SignUpRow
from union.events import EventRow
from union.lines import SEATED
from union.members import MemberRow
from union.organisations import OrganisationRow, UnitRow
from union.rights import Right, Staff
from union.scenes import ScanRow, SceneRow
from union.seats import EnrolmentRow

# The openids for which a condition held at that moment, as far as the tables still know.
Query: TypeAlias = Callable[[Sequence[str], datetime], "sa.Select[str | None]"]


class UnknownAudience(ValueError):
    """A condition names nothing that is there; in English for staff."""


class Contradiction(ValueError):
    """Conditions that nobody can meet."""


def _members(*which: sa.ColumnElement[bool]) -> "sa.Select[str | None]":
    return sa.select(MemberRow.openid).where(MemberRow.left_at.is_(None), *which)


def _members_since(column: InstrumentedAttribute[str]) -> Query:
    return lambda given, at: _members(MemberRow.admitted_at <= at, column.in_(given))


def _everybody_enrolled(_: Sequence[str], at: datetime) -> "sa.Select[str | None]":
    return _members(MemberRow.admitted_at <= at)


def _in_course(codes: Sequence[str], at: datetime) -> "sa.Select[str | None]":
    its = EnrolmentRow.course_id.in_(sa.select(CourseRow.id).where(CourseRow.code.in_(codes)))
    seated = EnrolmentRow.state.in_(SEATED), EnrolmentRow.signed_at <= at
    return sa.select(sa.cast(EnrolmentRow.openid, sa.String)).where(its, *seated)


def _in_event(codes: Sequence[str], at: datetime) -> "sa.Select[str | None]":
    its = SignUpRow.event_id.in_(sa.select(EventRow.id).where(EventRow.code.in_(codes)))
    seated = SignUpRow.state.in_(SEATED), SignUpRow.signed_at <= at
    return sa.select(sa.cast(SignUpRow.openid, sa.String)).where(its, *seated)


def _came_by(scenes: Sequence[str], at: datetime) -> "sa.Select[str | None]":
    return sa.select(sa.cast(ScanRow.openid, sa.String)).where(ScanRow.scene.in_(scenes), ScanRow.at <= at)


def _of_unit(names: Sequence[str], at: datetime) -> "sa.Select[str | None]":
    listed = MemberRow.unit_id.in_(sa.select(UnitRow.id).where(UnitRow.name.in_(names)))
    return _members(MemberRow.admitted_at <= at, sa.or_(listed, MemberRow.employer.in_(names)))


QUERIES: Mapping[str, Query] = {
    "members": _everybody_enrolled,
    "district": _members_since(MemberRow.district),
    "place": _members_since(MemberRow.place),
    "work": _members_since(MemberRow.work),
    "organisation": _members_since(MemberRow.organisation),
    "unit": _of_unit,
    "course": _in_course,
    "event": _in_event,
    "scene": _came_by,
}
_NAMED_IN: Mapping[str, InstrumentedAttribute[str]] = {
    "organisation": OrganisationRow.key,
    "unit": UnitRow.name,
    "course": CourseRow.code,
    "event": EventRow.code,
    "scene": SceneRow.name,
}
_DISTRICTS = frozenset(one.id for one in places.DISTRICTS)


async def check(session: AsyncSession, conditions: Iterable[str]) -> None:
    """Raises UnknownAudience for a district, kind of work, course, code, union or unit that is not there."""
    for name, given in map(parted, conditions):
        if name not in QUERIES:
            continue
        missing = set(given) - await _known(session, name, given)
        if missing or (not given and name != "members"):
            raise UnknownAudience(f"{name}: there is no {', '.join(sorted(missing)) or 'name given'}")


async def _known(session: AsyncSession, name: str, given: Sequence[str]) -> set[str]:
    if name in _NAMED_IN:
        column = _NAMED_IN[name]
        return set(await session.scalars(sa.select(column).where(column.in_(given))))
    if name == "district":
        return set(given) & _DISTRICTS
    if name == "work":
        return set(given) & audience_words.WORKS.keys()
    return {one for one in given if name == "members" or places.label(one) != one}


def parted(condition: str) -> tuple[str, tuple[str, ...]]:
    """The name and what is given to it."""
    name, _, given = condition.partition(":")
    return name.strip(), tuple(one.strip() for one in given.split(",") if one.strip())


def districts(conditions: Iterable[str]) -> frozenset[str] | None:
    """Where everybody addressed is; None: anywhere. Raises Contradiction for districts that exclude each other."""
    where: frozenset[str] | None = None
    for name, given in map(parted, conditions):
        if name in ("district", "place"):
            named = frozenset(one.partition(":")[0] for one in given)
            where = named if where is None else where & named
            if not where:
                raise Contradiction("no worker is in two districts at once")
    return where


def demand(staff: Staff, conditions: Iterable[str]) -> None:
    """Raises Forbidden unless they may address these; who has a district must name it. Raises Contradiction."""
    for district in sorted(districts(conditions) or {""}):
        rights.demand(staff, Right.BROADCAST, district)
