"""What becomes of conversations and links when a worker leaves or asks to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.conversations import ConversationRow
from dialogue.links import AnswerRow, LinkRow
from storage.leavers import Leaver, Told, changed


async def erase(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    """All of it goes, open forms included; a link that is given to them later is a new one."""
    await session.execute(sa.delete(ConversationRow).where(ConversationRow.openid == leaver.openid))
    await _unlink(session, LinkRow.openid == leaver.openid)
    return ()


async def age(session: AsyncSession, silent: datetime, expired: datetime) -> int:
    """Conversations silent since then, and links that passed away before; returns how many went."""
    quiet = ConversationRow.heard_at < silent, ConversationRow.forms.is_(None), ConversationRow.desk.is_(None)
    gone = await session.execute(sa.delete(ConversationRow).where(*quiet))
    return changed(gone) + await _unlink(session, LinkRow.expires_at < expired)


async def _unlink(session: AsyncSession, which: sa.ColumnElement[bool]) -> int:
    """Such links go with what was answered by them; returns how many."""
    theirs = sa.select(LinkRow.id).where(which)
    await session.execute(sa.delete(AnswerRow).where(AnswerRow.link_id.in_(theirs)))
    return changed(await session.execute(sa.delete(LinkRow).where(which)))
