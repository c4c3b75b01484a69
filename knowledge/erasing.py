"""What becomes of questions kept as evidence when a worker leaves or asks to be forgotten."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.evidence import EvidenceRow
from storage.leavers import Leaver, Told


async def erase(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    """All of it goes: the words of a question may name the person."""
    await session.execute(sa.delete(EvidenceRow).where(EvidenceRow.openid == leaver.openid))
    return ()
