"""What takes long to count is counted beside the turn, and told to whoever asks again."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.counts import Counts
from messages.contacts import Sighting, contacts, note
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from tests.dialogue.talks import NOON

EVERYBODY = sa.select(sa.literal(1)).select_from(contacts)


@pytest.fixture
async def peopled(database: Database) -> Database:
    await migrate(database, Base.metadata)
    async with database.connect() as connection:
        await note(connection, [Sighting(f"o{number}", NOON) for number in range(3)])
    return database


async def count(session: AsyncSession) -> int:
    return await session.scalar(sa.select(sa.func.count()).select_from(contacts)) or 0


async def test_few_are_counted_at_once_in_the_turn_itself(peopled: Database) -> None:
    counts = Counts(peopled, few=3)
    async with peopled.write() as session:
        await note(await session.connection(), [Sighting("o1", NOON)])
        assert await counts.tell(session, "people", EVERYBODY, count) == 3


async def test_many_keep_nobody_waiting(peopled: Database) -> None:
    goes_on, counts = asyncio.Event(), Counts(peopled, few=2)

    async def slowly(session: AsyncSession) -> int:
        await goes_on.wait()
        return await count(session)

    async with peopled.write() as session:
        assert await counts.tell(session, "people", EVERYBODY, slowly) is None
    goes_on.set()
    told = None
    async with asyncio.timeout(60):
        while told is None:
            await asyncio.sleep(0.01)
            async with peopled.write() as session:
                told = await counts.tell(session, "people", EVERYBODY, slowly)
    assert told == 3
    async with peopled.write() as session:
        # What was told is not told again: it is counted anew.
        goes_on.clear()
        assert await counts.tell(session, "people", EVERYBODY, slowly) is None
    goes_on.set()
