"""How often somebody may ask whether a mobile is registered: joining tells it, and nobody is to learn it of others."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from union import members

# Within a day; whoever mistypes their own number needs two or three.
_CHECKS = 6
_WITHIN = timedelta(days=1)


class MobileCheckRow(Base):
    """That somebody gave a mobile to join with; which one is not kept."""

    __tablename__ = "mobile_checks"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class TooManyChecks(Exception):
    """This WeChat gave too many mobiles today."""


async def check(session: AsyncSession, mobile: str, openid: str, now: datetime) -> None:
    """Raises TooManyChecks; and AlreadyMember or AlreadyApplied for a mobile that is somebody else's.

    The caller must keep what this wrote although it raised, or nothing is counted.
    """
    whose = MobileCheckRow.openid == openid, MobileCheckRow.at > now - _WITHIN
    if (
        await session.scalar(sa.select(sa.func.count()).select_from(MobileCheckRow).where(*whose)) or 0
    ) >= _CHECKS:
        raise TooManyChecks
    session.add(MobileCheckRow(openid=openid, at=now))
    await session.flush()
    await members.refuse_mobile(session, mobile, openid)
