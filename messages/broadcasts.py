"""Broadcasts: one content to many, a delivery for each of them in the journal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime


class State(StrEnum):
    """Where a broadcast stands. Rows of one that is not RUNNING are not sent."""

    DRAFT = "draft"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


class Kind(StrEnum):
    """What is sent."""

    TEXT = "text"
    PICTURE = "picture"
    ARTICLE = "article"


class Broadcast(Base):
    """Who gets what, who wrote and who approved it, and how far it is.

    `audience` is JSON; `mass`: may use one of the month's four; `cursor`: the last openid that was given a delivery;
    `refusals`: how often the platform has refused it since it was launched or resumed; `media_id` is its picture on the
    platform until `media_until`; `closed_at`: since when nothing of it waits any more.
    """

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(128))
    kind: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.String(128))
    url: Mapped[str] = mapped_column(sa.Text)
    picture: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    audience: Mapped[str] = mapped_column(sa.Text)
    safety: Mapped[bool] = mapped_column(sa.Boolean)
    mass: Mapped[bool] = mapped_column(sa.Boolean)
    topic: Mapped[str] = mapped_column(sa.String(32))
    state: Mapped[str] = mapped_column(sa.String(16))
    author: Mapped[str] = mapped_column(sa.String(64))
    approver: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    cursor: Mapped[str] = mapped_column(sa.String(64), server_default="")
    expanded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(sa.String(255))
    refusals: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    media_id: Mapped[str | None] = mapped_column(sa.String(255))
    media_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


broadcasts = cast(sa.Table, Broadcast.__table__)

# After so many refusals of its content, or of the account, a broadcast waits for somebody to look at it.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Underway:
    """What the senders must know of a broadcast that is running."""

    id: int
    kind: str
    text: str
    title: str
    url: str
    safety: bool
    mass: bool
    topic: str
    until: datetime
    expanded_at: datetime | None
    media_id: str | None
    media_until: datetime | None


async def underway(session: AsyncSession | AsyncConnection) -> list[Underway]:
    """Those whose rows may be sent, urgent ones first, then in the order in which they were written."""
    columns = (broadcasts.c[name] for name in Underway.__slots__)
    running = sa.select(*columns).where(broadcasts.c.state == State.RUNNING, broadcasts.c.closed_at.is_(None))
    rows = await session.execute(running.order_by(broadcasts.c.safety.desc(), broadcasts.c.id))
    return [Underway(*row) for row in rows]


async def pause(connection: AsyncConnection, broadcast_id: int, reason: str) -> bool:
    """Nothing more of it goes out; False when it was not running."""
    paused = await connection.execute(
        sa.update(broadcasts)
        .where(broadcasts.c.id == broadcast_id, broadcasts.c.state == State.RUNNING)
        .values(state=State.PAUSED, reason=reason[:255])
    )
    return paused.rowcount > 0


async def refuse(connection: AsyncConnection, broadcast_id: int, reason: str, times: int = 1) -> bool:
    """The platform has refused so many of its messages for what they say, or us; True when that paused it."""
    count = await connection.execute(
        sa.update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(refusals=broadcasts.c.refusals + times)
        .returning(broadcasts.c.refusals)
    )
    if (count.scalar_one_or_none() or 0) < _PATIENCE:
        return False
    return await pause(connection, broadcast_id, reason)


async def keep_media(
    connection: AsyncConnection, broadcast_id: int, media_id: str | None, until: datetime | None
) -> None:
    """Where its picture is on the platform; None when it is there no more."""
    kept = {"media_id": media_id, "media_until": until}
    await connection.execute(sa.update(broadcasts).where(broadcasts.c.id == broadcast_id).values(kept))


async def picture_of(session: AsyncSession, broadcast_id: int) -> bytes | None:
    return await session.scalar(sa.select(broadcasts.c.picture).where(broadcasts.c.id == broadcast_id))
