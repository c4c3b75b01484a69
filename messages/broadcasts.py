"""Broadcasts: one content to many, a delivery for each of them in the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime


class State(StrEnum):
    """Where a broadcast stands. Rows of one that is not RUNNING are not sent; but of one that is DONE, what was held
    for an answer and found no room on it."""

    DRAFT = "draft"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


# Announcements of staff, of any length: where a subscription notice cannot say one, its words ride on the next answer.
# A broadcast of another topic is written for the fields of its template.
NOTICES = "notices"


class Kind(StrEnum):
    """What is sent."""

    TEXT = "text"
    PICTURE = "picture"
    ARTICLE = "article"


class What(StrEnum):
    """A step in the life of a broadcast. SEEN: somebody was shown the edition."""

    DRAFTED = "drafted"
    CHANGED = "changed"
    SEEN = "seen"
    APPROVED = "approved"
    LAUNCHED = "launched"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    DONE = "done"


# Who did what the clock or the sender did.
BOT = "bot"


class Broadcast(Base):
    """Who gets what, who wrote and who approved it, and how far it is.

    `edition` counts the changes of what is said to whom, so that nobody approves what they have not seen; `audience` is
    JSON, of conditions as they stood at `launched_at`; `mass`: may use one of the month's four; `cursor`: the last openid
    that was given a delivery; `refusals`: how often in a row the platform has refused it; `media_id` is its picture on the
    platform until `media_until`, of an article's its address; `closed_at`: since when nothing of it is queued any more.
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
    edition: Mapped[int] = mapped_column(sa.Integer, server_default="1")
    author: Mapped[str] = mapped_column(sa.String(64))
    approver: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    launched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    cursor: Mapped[str] = mapped_column(sa.String(64), server_default="")
    expanded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(sa.String(255))
    refusals: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    media_id: Mapped[str | None] = mapped_column(sa.String(255))
    media_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StepRow(Base):
    """What was done about a broadcast, by whom (a staff id, or "bot"). Rows are only ever added.

    `told_at`: when staff were told of what the bot did.
    """

    __tablename__ = "broadcast_steps"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(sa.ForeignKey("broadcasts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(sa.String(64))
    what: Mapped[str] = mapped_column(sa.String(16))
    edition: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(255))
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


steps = cast(sa.Table, StepRow.__table__)
broadcasts = cast(sa.Table, Broadcast.__table__)

# After so many refusals of its content, or of the account, a broadcast waits for somebody to look at it.
PATIENCE = 3


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


# Of one that is done, what was held and found no room on an answer.
_SENT_OF = (State.RUNNING, State.DONE)


async def underway(session: AsyncSession | AsyncConnection) -> list[Underway]:
    """Those whose rows may be sent, urgent ones first, then in the order in which they were written.

    One that was done and is open again has nothing left for a mass message.
    """
    mass = sa.and_(broadcasts.c.mass, broadcasts.c.state == State.RUNNING).label("mass")
    columns = [mass if name == "mass" else broadcasts.c[name] for name in Underway.__slots__]
    opened = broadcasts.c.state.in_(_SENT_OF), broadcasts.c.closed_at.is_(None)
    rows = await session.execute(
        sa.select(*columns).where(*opened).order_by(broadcasts.c.safety.desc(), broadcasts.c.id)
    )
    return [Underway(*row) for row in rows]


async def runs(connection: AsyncConnection | AsyncSession, broadcast_id: int) -> bool:
    """Whether it may be sent at this moment."""
    state = sa.select(broadcasts.c.state).where(broadcasts.c.id == broadcast_id)
    return (await connection.execute(state)).scalar() in _SENT_OF


async def pause(connection: AsyncConnection, broadcast_id: int, reason: str, now: datetime) -> bool:
    """Nothing more of it goes out; False when it was not running."""
    changed = {"state": State.PAUSED, "reason": reason[:255]}
    return await _moved(connection, broadcast_id, State.RUNNING, changed, What.PAUSED, reason, now)


async def finish(
    connection: AsyncConnection, broadcast_id: int, at: State, reason: str, now: datetime
) -> bool:
    """Nothing of it waits any more; False when it does not stand there now. `reason`: why not everybody has it."""
    changed = {"state": State.DONE, "closed_at": now, "reason": reason or None}
    return await _moved(connection, broadcast_id, at, changed, What.DONE, reason, now)


async def close(connection: AsyncConnection, broadcast_id: int, now: datetime) -> None:
    """Nothing of a broadcast that was stopped waits any more."""
    await connection.execute(
        sa.update(broadcasts).where(broadcasts.c.id == broadcast_id).values(closed_at=now)
    )


async def _moved(
    connection: AsyncConnection,
    broadcast_id: int,
    at: State,
    changed: Mapping[str, object],
    what: What,
    reason: str,
    now: datetime,
) -> bool:
    its = broadcasts.c.id == broadcast_id, broadcasts.c.state == at
    moved = await connection.execute(
        sa.update(broadcasts).where(*its).values(changed).returning(broadcasts.c.edition)
    )
    edition = moved.scalar_one_or_none()
    if edition is None:
        return False
    given = {"broadcast_id": broadcast_id, "at": now, "by": BOT, "what": what, "edition": edition}
    await connection.execute(sa.insert(steps).values(**given, reason=reason[:255]))
    return True


async def refuse(
    connection: AsyncConnection, broadcast_id: int, reason: str, now: datetime, times: int = 1
) -> bool:
    """The platform has refused so many of its messages for what they say, or us; True when that paused it."""
    count = await connection.execute(
        sa.update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(refusals=broadcasts.c.refusals + times)
        .returning(broadcasts.c.refusals)
    )
    if (count.scalar_one_or_none() or 0) < PATIENCE:
        return False
    return await pause(connection, broadcast_id, reason, now)


async def forgive(connection: AsyncConnection, broadcast_id: int) -> None:
    """The platform has taken one of its messages: only refusals in a row count."""
    counted = broadcasts.c.id == broadcast_id, broadcasts.c.refusals > 0
    await connection.execute(sa.update(broadcasts).where(*counted).values(refusals=0))


async def keep_media(
    connection: AsyncConnection, broadcast_id: int, media_id: str | None, until: datetime | None
) -> None:
    """Where its picture is on the platform; None when it is there no more."""
    kept = {"media_id": media_id, "media_until": until}
    await connection.execute(sa.update(broadcasts).where(broadcasts.c.id == broadcast_id).values(kept))


async def picture_of(session: AsyncSession, broadcast_id: int) -> bytes | None:
    return await session.scalar(sa.select(broadcasts.c.picture).where(broadcasts.c.id == broadcast_id))
