"""Forms that were left open: called to mind once, and forgotten when their time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.conversations import ConversationRow

# Then personal data has lain about long enough.
LASTS = timedelta(days=7)
# By then it is another day for most, and WeChat's 48 hours are not over.
_REMINDED_AFTER = timedelta(hours=20)

_rows = cast(sa.Table, ConversationRow.__table__)


@dataclass(frozen=True, slots=True)
class FormWaits:
    """A worker has a form half done; `form` is its name."""

    openid: str
    form: str


@dataclass(frozen=True, slots=True)
class FormExpired:
    """What a worker had filled in was forgotten."""

    openid: str
    form: str


async def remind(session: AsyncSession, now: datetime) -> list[FormWaits]:
    """Those who stopped long enough ago and were not reminded; each once."""
    left = sa.and_(
        _rows.c.form_at <= now - _REMINDED_AFTER, _rows.c.form_at > now - LASTS, ~_rows.c.form_reminded
    )
    # A turn that runs meanwhile must not undo it: it finds another version and runs again.
    changed = {"form_reminded": True, "version": _rows.c.version + 1}
    done = await session.execute(
        sa.update(_rows).where(left).values(changed).returning(_rows.c.openid, _rows.c.form)
    )
    return [FormWaits(openid, form) for openid, form in done]


async def expire(session: AsyncSession, now: datetime) -> list[FormExpired]:
    """Forget forms that were left for longer than `LASTS`, with all that was filled in."""
    over = _rows.c.form_at <= now - LASTS
    rows = (
        await session.execute(sa.select(_rows.c.openid, _rows.c.form).where(over).with_for_update())
    ).all()
    gone = {"forms": None, "form": None, "form_at": None, "version": _rows.c.version + 1}
    await session.execute(sa.update(_rows).where(over).values(gone))
    return [FormExpired(openid, form) for openid, form in rows]
