"""The roll of members, for staff who may have it; taking it is written down."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import accesses, places, rights
from union.members import MemberRow
from union.organisations import OrganisationRow
from union.rights import Right, Staff


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A line of the roll. The identity number is not on it."""

    number: str
    name: str
    mobile: str
    place: str  # as it is called
    work: str
    employer: str
    organisation: str
    admitted_at: datetime


async def call(session: AsyncSession, staff: Staff, now: datetime) -> list[Enrolled]:
    """The members of the staff member's district, or of the city. Raises Forbidden."""
    rights.demand(staff, Right.EXPORT, staff.district)
    found = (
        sa.select(MemberRow, OrganisationRow.name)
        .join(OrganisationRow, OrganisationRow.key == MemberRow.organisation)
        .where(MemberRow.left_at.is_(None))
        .order_by(MemberRow.number)
    )
    if staff.district:
        found = found.where(MemberRow.district == staff.district)
    rows = (await session.execute(found)).all()
    what = f"export of {len(rows)} members"
    await accesses.log_each(session, staff.id, "members", what, now, [row.openid for row, _ in rows])
    return [
        Enrolled(
            row.number, row.name, row.mobile, places.label(row.place), row.work, row.employer,
            organisation, row.admitted_at,
        )
        for row, organisation in rows
    ]  # fmt: skip
