"""What is remembered of a conversation between two messages of a worker."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from storage.bulk import BulkInsert

# A number typed later than this is no longer an answer to the list.
OFFER_LASTS = timedelta(minutes=30)


class ConversationRow(Base):
    """One row a worker. `version` counts the turns: a turn that read an older one runs again."""

    __tablename__ = "conversations"

    openid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer)
    heard_at: Mapped[datetime] = mapped_column(UTCDateTime)
    topic: Mapped[str | None] = mapped_column(sa.String(64))
    offered: Mapped[str | None] = mapped_column(sa.Text)
    offered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    misses: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a list as it was shown; picking it calls the capability with the argument."""

    label: str
    capability: str
    argument: str

    @property
    def menu_id(self) -> str:
        """Travels in the link, so that a list of last week still means what it meant."""
        return f"{self.capability}:{self.argument}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of one worker's conversation; version 0 is somebody who has never written."""

    openid: str
    version: int
    heard_at: datetime
    topic: str | None = None
    offered: tuple[Choice, ...] = ()
    offered_at: datetime | None = None
    misses: int = 0

    def on_offer(self, now: datetime) -> tuple[Choice, ...]:
        """The list that a typed number refers to, if one was shown lately."""
        if self.offered_at is None or now - self.offered_at > OFFER_LASTS:
            return ()
        return self.offered


class Outrun(Exception):
    """Another process took a turn of the same worker meanwhile."""


_rows = cast(sa.Table, ConversationRow.__table__)
_COLUMNS = ("openid", "version", "heard_at", "topic", "offered", "offered_at", "misses")
_LOAD = sa.select(*(_rows.c[name] for name in _COLUMNS)).where(
    _rows.c.openid.in_(sa.bindparam("openids", expanding=True))
)
# A row that has moved on meanwhile is left alone, which the count shows.
_save = BulkInsert(
    _rows,
    _COLUMNS,
    "ON CONFLICT (openid) DO UPDATE SET version = excluded.version, heard_at = excluded.heard_at, "
    "topic = excluded.topic, offered = excluded.offered, offered_at = excluded.offered_at, misses = excluded.misses "
    "WHERE conversations.version = excluded.version - 1",
)


async def load(connection: AsyncConnection, openids: Sequence[str]) -> Mapping[str, Conversation]:
    """The conversations of those of these workers who have one."""
    rows = await connection.execute(_LOAD, {"openids": openids})
    return {
        openid: Conversation(openid, version, heard_at, topic, _read(offered), offered_at, misses)
        for openid, version, heard_at, topic, offered, offered_at, misses in rows
    }


async def save(connection: AsyncConnection, conversations: Iterable[Conversation]) -> None:
    """Write the conversations as the turn after the one that was read; raises Outrun when one has moved on."""
    # In a fixed order, so that two processes never wait for each other in a circle.
    rows = [_values(conversation) for conversation in sorted(conversations, key=lambda one: one.openid)]
    if await _save.execute(connection, rows) != len(rows):
        raise Outrun


def _values(one: Conversation) -> tuple[object, ...]:
    offered = _write(one.offered)
    return (one.openid, one.version + 1, one.heard_at, one.topic, offered, one.offered_at, one.misses)


def _write(offered: tuple[Choice, ...]) -> str | None:
    if not offered:
        return None
    return json.dumps([(one.label, one.capability, one.argument) for one in offered], ensure_ascii=False)


def _read(offered: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(*parts) for parts in json.loads(offered)) if offered else ()
