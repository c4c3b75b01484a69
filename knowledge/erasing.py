"""What becomes of questions kept as evidence when a worker leaves or asks to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.evidence import EvidenceRow
from storage.leavers import Leaver, Told, changed


async def erase(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    """All of it goes: the words of a question may name the person."""
    await session.execute(sa.delete(EvidenceRow).where(EvidenceRow.openid == leaver.openid))
    return ()


async def age(session: AsyncSession, before: datetime) -> int:
    """Older evidence goes, dealt with or not; returns how many rows."""
    return changed(await session.execute(sa.delete(EvidenceRow).where(EvidenceRow.at < before)))
