"""A journal on each engine, and the rows in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from messages import journal
from messages.journal import Entry, Status, messages
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Journal:
    """Shorthand for what several stories do."""

    database: Database

    async def enters(self, *entries: Entry, now: datetime = NOON) -> list[int | None]:
        async with self.database.connect() as connection:
            return await journal.enter(connection, entries, now)

    async def queues(self, *bodies: str, now: datetime = NOON, to: str = "o1") -> list[int]:
        """Replies that go out later; returns their rows."""
        entries = [arrival(f"to-{body}", openid=to, reply=body, passive=False, at=now) for body in bodies]
        return [row for row in await self.enters(*entries, now=now) if row is not None]

    async def rows(self, direction: str = "") -> Sequence[sa.Row[Any]]:
        query = sa.select(messages).where(messages.c.direction.startswith(direction)).order_by(messages.c.id)
        async with self.database.read() as session:
            return (await session.execute(query)).all()


def arrival(
    wire_id: str,
    *,
    openid: str = "o1",
    reply: str | None = None,
    passive: bool = True,
    at: datetime = NOON,
) -> Entry:
    return Entry(wire_id, openid, "text", "问", at, Status.DONE, reply, passive)


@pytest.fixture
async def book(database: Database) -> Journal:
    await migrate(database, Base.metadata)
    return Journal(database)
