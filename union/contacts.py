"""How somebody can be reached who has said so before, so that nobody is asked twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from storage.bulk import BulkSelect
from union import applications, consents, event_places, members, seats
from union.applications import ApplicationRow
from union.consents import ConsentRow, Purpose
from union.job_applications import JobApplicationRow
from union.lines import Contact, Line
from union.members import MemberRow


@dataclass(frozen=True, slots=True)
class Given:
    """A contact, the purpose for which it was given, and when."""

    purpose: Purpose
    contact: Contact
    at: datetime


_consents = cast(sa.Table, ConsentRow.__table__).c


def _newest(name: Any, openid: Any, at: Any) -> sa.ScalarSelect[Any]:
    """The name that was given last in such a table."""
    its = sa.select(name).where(openid == _consents.openid, name.is_not(None)).order_by(at.desc()).limit(1)
    return its.scalar_subquery()


_names = BulkSelect(
    sa.select(
        _consents.openid,
        _newest(MemberRow.name, MemberRow.openid, MemberRow.id),
        _newest(ApplicationRow.name, ApplicationRow.openid, ApplicationRow.id),
        _newest(JobApplicationRow.name, JobApplicationRow.openid, JobApplicationRow.applied_at),
        *(
            _newest(row.name, row.openid, row.signed_at)
            for row in (seats.line.table, event_places.line.table)
        ),
    )
    .where(_consents.ended_at.is_(None))
    .group_by(_consents.openid),
    _consents.openid,
)


async def names(connection: AsyncConnection, openids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """What these workers are called who agree to anything, as they gave it; in one statement."""
    rows = await _names.execute(connection, openids) if openids else ()
    return {row[0]: sorted({name for name in row[1:] if name}) for row in rows}


async def known(
    session: AsyncSession, openid: str, before: Line[Any], purpose: Purpose, notice: str
) -> Contact | None:
    """From membership, from what they signed up for before, or from an application under way."""
    member = await members.member(session, openid)
    if member is not None:
        return Contact(member.name, member.mobile)
    # Only where it was said, and still holds, that it is used so.
    if await consents.holds(session, openid, purpose, notice):
        signed_up = await before.contact(session, openid)
        if signed_up is not None:
            return signed_up[0]
    applied = await applications.newest(session, openid)
    return Contact(applied.asked.name, applied.asked.mobile) if applied and applied.is_open else None


async def given(session: AsyncSession, openid: str) -> list[Given]:
    """What the worker gave last for each purpose, as long as they agree to that one: it may be offered for another."""
    found = [
        *await _signed_up(session, openid, Purpose.TRAINING, seats.line),
        *await _signed_up(session, openid, Purpose.EVENTS, event_places.line),
        *await _applied_to_join(session, openid),
        *await _applied_for_a_job(session, openid),
    ]
    return [one for one in found if await consents.holds(session, openid, one.purpose)]


async def _signed_up(session: AsyncSession, openid: str, purpose: Purpose, line: Line[Any]) -> list[Given]:
    last = await line.contact(session, openid)
    return [] if last is None else [Given(purpose, *last)]


async def _applied_to_join(session: AsyncSession, openid: str) -> list[Given]:
    last = await applications.newest(session, openid)
    if last is None or not (last.asked.name and last.asked.mobile):
        return []
    return [Given(Purpose.MEMBERSHIP, Contact(last.asked.name, last.asked.mobile), last.submitted_at)]


async def _applied_for_a_job(session: AsyncSession, openid: str) -> list[Given]:
    rows = sa.select(JobApplicationRow).where(JobApplicationRow.openid == openid)
    last = await session.scalar(rows.order_by(JobApplicationRow.applied_at.desc()).limit(1))
    return [] if last is None else [Given(Purpose.JOBS, Contact(last.name, last.phone), last.applied_at)]
