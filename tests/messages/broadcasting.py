"""Broadcasts on a bare database: drafts, people who follow, and steps that are known to be good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from messages import closings, contacts, launches
from messages.audiences import Audiences
from messages.contacts import Sighting
from messages.drafts import Draft
from messages.expansion import Expansion
from messages.journal import messages
from messages.launches import Standing
from storage.database import Database
from tests.messages.conftest import NOON

PLAIN = Draft(("everybody",), "明天发西瓜", NOON + timedelta(hours=10), "西瓜")


class Desk:
    """`database` is migrated."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.audiences = Audiences({})

    async def follow(self, *openids: str) -> None:
        async with self.database.connect() as connection:
            await contacts.note(connection, [Sighting(one, self.now, follows=True) for one in openids])

    async def drafts(self, **changed: Any) -> int:
        async with self.database.write() as session:
            made = await launches.draft(session, replace(PLAIN, **changed), "1", self.now)
        return made.id

    async def approves(self, id: int, by: str = "2") -> Standing:
        async with self.database.write() as session:
            await launches.look(session, id, by, self.now)
            return await launches.approve(session, id, 1, by, self.now)

    async def launches(self, **changed: Any) -> int:
        """Drafted, approved and launched."""
        id = await self.drafts(**changed)
        await self.approves(id)
        async with self.database.write() as session:
            await launches.launch(session, id, "2", self.now)
        return id

    async def standing(self, id: int) -> Standing:
        async with self.database.read() as session:
            return await launches.standing(session, id)

    def expansion(self, stretch: int = 3) -> Expansion:
        return Expansion(self.database, self.audiences, lambda: self.now, stretch=stretch)

    async def closes(self) -> None:
        """Those that are over, as the sender of mass messages does it."""
        async with self.database.connect() as connection:
            for one in await closings.open_ones(connection):
                while await closings.is_over(connection, one, self.now):
                    if not await closings.close(connection, one, self.now):
                        break

    async def given(self, id: int) -> Sequence[str]:
        query = sa.select(messages.c.openid).where(messages.c.broadcast_id == id).order_by(messages.c.openid)
        async with self.database.read() as session:
            return list(await session.scalars(query))

    async def at(self, moment: datetime) -> None:
        self.now = moment
