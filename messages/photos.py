"""Photos that workers answered with: noted in the turn, fetched from the platform afterwards, kept sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.leavers import changed
from storage.sealing import SealedFile

# So long the platform keeps what a worker sent.
LIFE = timedelta(days=3)
MOST_BYTES = 5 << 20
# Who is asked for a lost one hears of it within a week; later a photo is about something else.
_MISSED = timedelta(days=14)
_PATIENCE = [timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 1800)]
_BEGINS = {
    "image/jpeg": (b"\xff\xd8\xff", b""),
    "image/png": (b"\x89PNG\r\n\x1a\n", b""),
    "image/gif": (b"GIF8", b""),
    "image/webp": (b"RIFF", b"WEBP"),
}


class State(StrEnum):
    WANTED = "wanted"
    HELD = "held"
    LOST = "lost"


class PhotoRow(Base):
    """`key` stands for it in an answer; `media_id` is the platform's; `tries` fences whoever fetches it.

    While `handed_in_at` is empty it belongs to a form that is being filled in, or that came to nothing.
    """

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    form: Mapped[str] = mapped_column(sa.String(64))
    media_id: Mapped[str] = mapped_column(sa.String(255))
    state: Mapped[str] = mapped_column(sa.String(16))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    tries: Mapped[int] = mapped_column(sa.SmallInteger)
    kind: Mapped[str | None] = mapped_column(sa.String(32))
    content: Mapped[bytes | None] = mapped_column(SealedFile("photos.content"))
    reason: Mapped[str | None] = mapped_column(sa.String(255))
    handed_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A photo that this process fetches now."""

    id: int
    openid: str
    media_id: str
    sent_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as staff see it listed."""

    id: int
    key: str
    openid: str
    form: str
    state: str
    sent_at: datetime


photos = cast(sa.Table, PhotoRow.__table__)


def want(session: AsyncSession, key: str, openid: str, form: str, media_id: str, now: datetime) -> None:
    """Note it in the turn's transaction; it is fetched after the commit."""
    session.add(
        PhotoRow(
            key=key, openid=openid, form=form, media_id=media_id, state=State.WANTED, sent_at=now, due_at=now,
            tries=0,
        )
    )  # fmt: skip


async def send_again(session: AsyncSession, openid: str, media_id: str, now: datetime) -> bool:
    """A photo takes the place of the worker's last one that was lost; False where none was lately."""
    recent = PhotoRow.sent_at > now - _MISSED
    lost = PhotoRow.openid == openid, PhotoRow.state == State.LOST, recent
    query = sa.select(PhotoRow).where(*lost).order_by(PhotoRow.id.desc()).limit(1).with_for_update()
    row = await session.scalar(query)
    if row is None:
        return False
    row.media_id, row.state, row.sent_at, row.due_at = media_id, State.WANTED, now, now
    row.tries, row.reason = row.tries + 1, None
    await session.flush()
    return True


async def hand_in(session: AsyncSession, openid: str, keys: Sequence[str], now: datetime) -> None:
    """What they answer was handed in: from now on they are part of it."""
    its = PhotoRow.openid == openid, PhotoRow.key.in_(keys)
    await session.execute(sa.update(PhotoRow).where(*its).values(handed_in_at=now))


async def drop(session: AsyncSession, openid: str, form: str) -> None:
    """The worker wants no more of what they were filling in."""
    its = PhotoRow.openid == openid, PhotoRow.form == form, PhotoRow.handed_in_at.is_(None)
    await session.execute(sa.delete(PhotoRow).where(*its))


async def has_work(session: AsyncSession, now: datetime) -> bool:
    """Whether one is due; asked often, so it takes no lock."""
    return await session.scalar(sa.select(PhotoRow.id).where(PhotoRow.due_at <= now).limit(1)) is not None


async def claim(session: AsyncSession, now: datetime, lease: timedelta, limit: int) -> Sequence[Wanted]:
    """Take some that are due for this process, until the lease is over."""
    due = sa.select(PhotoRow).where(PhotoRow.due_at <= now).order_by(PhotoRow.due_at).limit(limit)
    rows = list(await session.scalars(due.with_for_update(skip_locked=True)))
    for row in rows:
        row.due_at, row.tries = now + lease, row.tries + 1
    await session.flush()
    return [Wanted(row.id, row.openid, row.media_id, row.sent_at, row.tries) for row in rows]


async def keep(session: AsyncSession, wanted: Wanted, content: bytes, kind: str) -> bool:
    """False where another process was quicker, or the worker has left meanwhile."""
    return await _settle(
        session, wanted, state=State.HELD, content=content, kind=kind, due_at=None, reason=None
    )


async def lose(session: AsyncSession, wanted: Wanted, reason: str) -> bool:
    """It will never come. False as with `keep`."""
    return await _settle(session, wanted, state=State.LOST, due_at=None, reason=reason[:255])


async def try_again(session: AsyncSession, wanted: Wanted, reason: str, now: datetime, wait: float) -> bool:
    """The platform was busy; False when it is too late, for the platform keeps it no longer."""
    patience = _PATIENCE[min(wanted.tries, len(_PATIENCE)) - 1]
    again = now + max(patience, timedelta(seconds=wait))
    if again >= wanted.sent_at + LIFE:
        return False
    await _settle(session, wanted, due_at=again, reason=reason[:255])
    return True


async def listed(session: AsyncSession) -> list[Photo]:
    """All that are there, the oldest first."""
    columns = [photos.c[name] for name in Photo.__slots__]
    return [Photo(*row) for row in await session.execute(sa.select(*columns).order_by(photos.c.id))]


async def content(session: AsyncSession, id: int) -> tuple[Photo, bytes] | None:
    """A photo that is held."""
    row = await session.get(PhotoRow, id)
    if row is None or row.content is None:
        return None
    return Photo(row.id, row.key, row.openid, row.form, row.state, row.sent_at), row.content


def kind_of(content: bytes) -> str | None:
    """What a picture is by its first bytes, whatever it is called; None for no picture that browsers show."""
    for kind, (head, inner) in _BEGINS.items():
        if content.startswith(head) and content[8:12].startswith(inner):
            return kind
    return None


async def _settle(session: AsyncSession, wanted: Wanted, **values: object) -> bool:
    its = PhotoRow.id == wanted.id, PhotoRow.tries == wanted.tries, PhotoRow.state == State.WANTED
    return changed(await session.execute(sa.update(PhotoRow).where(*its).values(**values))) > 0
