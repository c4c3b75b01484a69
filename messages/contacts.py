"""Who we know of: one row a worker, from the first message or follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from storage.bulk import BulkInsert


class Contact(Base):
    """A WeChat user. `scene` is that of the QR code they came by, kept from their first follow that had one.

    `shut_at` is when the platform last said that they must write first, `no_templates_at` that they take no template
    messages.
    """

    __tablename__ = "contacts"

    openid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    first_seen: Mapped[datetime] = mapped_column(UTCDateTime)
    followed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unfollowed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scene: Mapped[str | None] = mapped_column(sa.String(128))
    shut_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    no_templates_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a message tells of its sender: seen at all, or a follow or an unfollow."""

    openid: str
    at: datetime
    follows: bool | None = None
    scene: str = ""


contacts = cast(sa.Table, Contact.__table__)

_insert_new = BulkInsert(contacts, ("openid", "first_seen"), "ON CONFLICT (openid) DO NOTHING")


async def note(connection: AsyncConnection, sightings: Iterable[Sighting]) -> None:
    """Remember the senders, in a fixed order so that two processes never wait for each other in a circle."""
    ordered = sorted(sightings, key=lambda one: one.openid)
    await _insert_new.execute(connection, [(one.openid, one.at) for one in ordered])
    for one in ordered:
        if one.follows is not None or one.scene:
            await connection.execute(_change(one))


async def follows(session: AsyncSession, openid: str) -> bool:
    """Whether we know the worker and have not heard that they left."""
    known = sa.select(contacts.c.openid).where(
        contacts.c.openid == openid, contacts.c.unfollowed_at.is_(None)
    )
    return await session.scalar(known) is not None


async def shut(connection: AsyncConnection, openid: str, at: datetime) -> None:
    """The platform refused a message: nothing more until they write."""
    await note(connection, [Sighting(openid, at)])
    earlier = sa.or_(contacts.c.shut_at.is_(None), contacts.c.shut_at < at)
    await connection.execute(
        sa.update(contacts).where(contacts.c.openid == openid, earlier).values(shut_at=at)
    )


async def refuse_templates(connection: AsyncConnection, openid: str, at: datetime) -> None:
    """The platform has told us that they take no template messages."""
    whose = contacts.c.openid == openid
    await connection.execute(sa.update(contacts).where(whose).values(no_templates_at=at))


def _change(sighting: Sighting) -> sa.Update:
    changed: dict[str, Any] = {}
    whose = contacts.c.openid == sighting.openid
    if sighting.follows is True:
        changed = {"followed_at": sighting.at, "unfollowed_at": None}
    elif sighting.follows is False:
        changed = {"unfollowed_at": sighting.at}
        # What is learnt late does not undo a newer follow.
        whose &= sa.or_(contacts.c.followed_at.is_(None), contacts.c.followed_at <= sighting.at)
    if sighting.scene:
        changed["scene"] = sa.func.coalesce(contacts.c.scene, sighting.scene[:128])
    return sa.update(contacts).where(whose).values(changed)
