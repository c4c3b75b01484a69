"""Who of the staff looked at whose data, and when. Rows are only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime


class AccessRow(Base):
    """`subject` is what was looked at, such as "application:12" or "members"; `openid` whose it is, "" for many."""

    __tablename__ = "accesses"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    staff: Mapped[str] = mapped_column(sa.String(64))
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    subject: Mapped[str] = mapped_column(sa.String(64))
    what: Mapped[str] = mapped_column(sa.String(128))


@dataclass(frozen=True, slots=True)
class Access:
    """One look: by whom, at what, of whom."""

    at: datetime
    staff: str
    openid: str
    subject: str
    what: str


async def log(
    session: AsyncSession, staff: str, subject: str, what: str, now: datetime, openid: str = ""
) -> None:
    """Write down that a staff member (by id) saw or took a person's data."""
    session.add(AccessRow(at=now, staff=staff, openid=openid, subject=subject, what=what))
    await session.flush()


async def log_each(
    session: AsyncSession, staff: str, subject: str, what: str, now: datetime, openids: Iterable[str | None]
) -> None:
    """The same of many at once, so that each of them can be told of it, and of the whole."""
    await log(session, staff, subject, what, now)
    one = {"at": now, "staff": staff, "subject": subject, "what": what}
    if rows := [one | {"openid": openid} for openid in openids if openid]:
        await session.execute(sa.insert(AccessRow), rows)


async def of(session: AsyncSession, openid: str) -> list[Access]:
    """Every look at one worker's data, the newest first."""
    return await _found(session, AccessRow.openid == openid)


async def recent(session: AsyncSession, since: datetime) -> list[Access]:
    """Every look since then, the newest first."""
    return await _found(session, AccessRow.at >= since)


async def _found(session: AsyncSession, which: sa.ColumnElement[bool]) -> list[Access]:
    rows = sa.select(AccessRow).where(which).order_by(AccessRow.id.desc())
    return [
        Access(row.at, row.staff, row.openid, row.subject, row.what) for row in await session.scalars(rows)
    ]
