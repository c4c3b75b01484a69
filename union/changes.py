"""What members change themselves: their details, the union they belong to, and whether they stay."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import members, organisations, places
from union.applications import ApplicationRow, Joining, Kind, Status
from union.members import ApplicationSubmitted, Member, MemberRow


@dataclass(frozen=True, slots=True)
class Change:
    """One detail that a member wants changed: `what` names the field, of which the new value is here."""

    what: str
    mobile: str = ""
    place: str = ""
    work: str = ""
    employer: str = ""


@dataclass(frozen=True, slots=True)
class Moving:
    """Where a member wants to move. `door` OPEN: to the union of the district or trade."""

    door: str
    place: str
    work: str = ""
    employer: str = ""


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A member left the union."""

    openid: str
    number: str


class OtherUnion(Exception):
    """A place or a kind of work for which another union is responsible is a move and no change of a detail."""


class NoWork(Exception):
    """Who joined through a unit was asked for no kind of work."""


class NotMember(Exception):
    """Only a member can do that."""


async def change(session: AsyncSession, openid: str, wanted: Change, now: datetime) -> Member:
    """Another mobile, place, kind of work or employer's name of a member, at once.

    A name is changed by staff, who look at the identity card. Raises NotMember, OtherUnion, NoWork, and AlreadyMember
    or AlreadyApplied for a mobile that is somebody else's.
    """
    row = await _row(session, openid)
    if wanted.what == "mobile":
        await members.refuse_mobile(session, wanted.mobile, openid)
        row.mobile = row.mobile_blind = wanted.mobile
    elif wanted.what == "place":
        await _work_at(session, row, wanted.place)
    elif wanted.what == "work":
        if not row.work:
            raise NoWork
        await _stay(session, row, row.district, wanted.work)
        row.work = wanted.work
    elif wanted.what == "employer":
        row.employer, row.unit_id = wanted.employer, None
    else:
        raise ValueError(f"{wanted.what} is not changed by the member")
    row.changed_at = now
    await session.flush()
    return members.told(row, (await organisations.organisation(session, row.organisation)).name)


async def move(session: AsyncSession, openid: str, moving: Moving, now: datetime) -> ApplicationSubmitted:
    """Ask to be taken over by another union; the member stays where they are until it agrees.

    Raises NotMember, NoUnionThere and, while something of theirs is open, AlreadyApplied.
    """
    known = await _row(session, openid)
    row = ApplicationRow(openid=openid, kind=Kind.MOVE, edition=0, submitted_at=now, scene="")
    row.id_number = row.id_number_blind = known.id_number
    asked = Joining(moving.door, known.mobile, known.name, moving.place, moving.work, moving.employer)
    return await members.enter(session, row, asked, now)


async def leave(session: AsyncSession, openid: str, now: datetime) -> MemberLeft:
    """The end of membership at the member's own wish; what they had open is over too. Raises NotMember."""
    row = await _row(session, openid)
    row.left_at = row.changed_at = now
    opened = ApplicationRow.openid == openid, ApplicationRow.closed_at.is_(None)
    over = {"status": Status.WITHDRAWN, "closed_at": now, "changed_at": now}
    await session.execute(sa.update(ApplicationRow).where(*opened).values(over))
    await session.flush()
    return MemberLeft(openid, row.number)


async def _work_at(session: AsyncSession, row: MemberRow, place: str) -> None:
    """The union of a listed unit is that of the unit wherever its people work; all others go by the place."""
    district = places.place(place).district
    if row.work or row.unit_id is None:
        if district != row.district:
            await _stay(session, row, district, row.work)
        row.district = district
    row.place = place


async def _stay(session: AsyncSession, row: MemberRow, district: str, work: str) -> None:
    """Raises OtherUnion where another union than the member's would be responsible."""
    if (await organisations.responsible(session, district, work)).key != row.organisation:
        raise OtherUnion


async def _row(session: AsyncSession, openid: str) -> MemberRow:
    row = await session.scalar(sa.select(MemberRow).where(*members.here(openid)).with_for_update())
    if row is None:
        raise NotMember
    return row
