"""A form left open is called to mind once and forgotten in time; a turn at the same moment loses nothing."""

from datetime import timedelta

import pytest

from dialogue import conversations, unfinished
from dialogue.conversations import Conversation, Outrun
from dialogue.unfinished import LASTS, FormExpired, FormWaits
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from tests.dialogue.talks import NOON

OPEN = Conversation("o1", 0, forms="sealed", form="training.Wish", form_at=NOON)


@pytest.fixture
async def opened(database: Database) -> Database:
    await migrate(database, Base.metadata)
    async with database.connect() as connection:
        await conversations.save(connection, [OPEN, Conversation("o2")], NOON)
    return database


async def look(database: Database, after: timedelta) -> tuple[list[FormWaits], list[FormExpired]]:
    async with database.write() as session:
        waiting = await unfinished.remind(session, NOON + after)
        return waiting, await unfinished.expire(session, NOON + after)


async def test_it_is_called_to_mind_once_and_then_forgotten(opened: Database) -> None:
    assert await look(opened, timedelta(hours=1)) == ([], [])
    assert await look(opened, timedelta(hours=20)) == ([FormWaits("o1", "training.Wish")], [])
    assert await look(opened, timedelta(hours=21)) == ([], [])
    assert await look(opened, LASTS) == ([], [FormExpired("o1", "training.Wish")])
    assert await look(opened, LASTS) == ([], [])
    async with opened.connect() as connection:
        left = (await conversations.load(connection, ["o1"]))["o1"]
    assert (left.forms, left.form, left.form_at) == (None, None, None)


async def test_a_turn_that_was_under_way_runs_again(opened: Database) -> None:
    async with opened.connect() as connection:
        before = (await conversations.load(connection, ["o1"]))["o1"]
    await look(opened, LASTS)
    with pytest.raises(Outrun):
        async with opened.connect() as connection:
            await conversations.save(connection, [before._replace(topic="x")], NOON)
