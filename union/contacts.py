"""How somebody can be reached who has said so before, so that nobody is asked twice."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from union import applications, consents, members
from union.consents import Purpose
from union.lines import Contact, Line


async def known(
    session: AsyncSession, openid: str, before: Line[Any], purpose: Purpose, notice: str
) -> Contact | None:
    """From membership, from what they signed up for before, or from an application under way."""
    member = await members.member(session, openid)
    if member is not None:
        return Contact(member.name, member.mobile)
    # Only where it was said, and still holds, that it is used so.
    if await consents.holds(session, openid, purpose, notice):
        contact = await before.contact(session, openid)
        if contact is not None:
            return contact
    applied = await applications.newest(session, openid)
    return Contact(applied.asked.name, applied.asked.mobile) if applied and applied.is_open else None
