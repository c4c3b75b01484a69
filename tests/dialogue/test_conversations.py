"""Conversations: what is remembered comes back, and of two processes one must look again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dialogue import conversations
from dialogue.conversations import Conversation, Outrun
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
async def ready(database: Database) -> Database:
    await migrate(database, Base.metadata)
    return database


async def save(database: Database, *those: Conversation, now: datetime = NOON) -> None:
    async with database.connect() as connection:
        await conversations.save(connection, those, now)


async def load(database: Database, *openids: str) -> dict[str, Conversation]:
    async with database.connect() as connection:
        return dict(await conversations.load(connection, openids))


async def test_what_is_remembered_comes_back_one_version_on(ready: Database) -> None:
    full = Conversation("o1", 0, "join-how", ("ask:join-how", "ask:rest-station"), NOON, 2)
    await save(ready, full, Conversation("o2"))
    assert await load(ready, "o1", "o2", "o3") == {
        "o1": full._replace(version=1, heard_at=NOON),
        "o2": Conversation("o2", 1, heard_at=NOON),
    }


async def test_nobody_is_loaded_as_nobody(ready: Database) -> None:
    assert await load(ready) == {}
    await save(ready)


async def test_a_conversation_that_has_moved_on_is_not_overwritten(ready: Database) -> None:
    await save(ready, Conversation("o1"))
    read = (await load(ready, "o1"))["o1"]
    await save(ready, read._replace(topic="first"))
    for stale in (read._replace(topic="second"), Conversation("o1")):
        with pytest.raises(Outrun):
            await save(ready, stale, Conversation("o9"))
    assert await load(ready, "o1", "o9") == {"o1": Conversation("o1", 2, "first", heard_at=NOON)}


async def test_of_several_processes_exactly_one_takes_the_turn(ready: Database) -> None:
    await save(ready, Conversation("o1"))
    read = (await load(ready, "o1"))["o1"]
    results = await asyncio.gather(
        *(save(ready, read._replace(topic=f"t{number}")) for number in range(8)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType", *["Outrun"] * 7]
    assert (await load(ready, "o1"))["o1"].version == 2


async def test_groups_of_the_same_workers_never_wait_in_a_circle(ready: Database) -> None:
    names = [f"o{number}" for number in range(30)]

    async def turn(number: int) -> None:
        ordered = names if number % 2 else names[::-1]
        while True:
            known = await load(ready, *names)
            try:
                return await save(ready, *(known.get(name, Conversation(name)) for name in ordered))
            except Outrun:
                await asyncio.sleep(0)

    await asyncio.gather(*(turn(number) for number in range(6)))
    assert {one.version for one in (await load(ready, *names)).values()} == {6}


def test_a_list_is_on_offer_for_half_an_hour() -> None:
    one = Conversation("o1", 1, offered=("ask:a",), offered_at=NOON)
    assert one.on_offer(NOON + timedelta(minutes=30)) == ("ask:a",)
    assert one.on_offer(NOON + timedelta(minutes=30, seconds=1)) == ()
    assert Conversation("o1").on_offer(NOON) == ()
