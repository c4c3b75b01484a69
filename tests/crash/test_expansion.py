"""A broadcast whose deliveries are given out by processes that are killed with -9: everybody has one, and only one."""

import asyncio
import random
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from messages import contacts, launches
from messages.contacts import Sighting
from messages.drafts import Draft
from messages.journal import messages
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate

ROOT = Path(__file__).parents[2]
PEOPLE = [f"o{number:04}" for number in range(1500)]
KILLS = 2

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("crash")]


def starts(stack: ExitStack, database: Database) -> subprocess.Popen[bytes]:
    url = database.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-m", "tests.crash.expanding", url], cwd=ROOT)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


async def given(database: Database, id: int) -> list[str]:
    async with database.read() as session:
        query = sa.select(messages.c.openid).where(messages.c.broadcast_id == id)
        return sorted(await session.scalars(query))


async def test_it_is_killed_again_and_again_and_goes_on(database: Database, stack: ExitStack) -> None:
    await migrate(database, Base.metadata)
    now, draw = datetime.now(UTC), random.Random(5)
    async with database.connect() as connection:
        await contacts.note(connection, [Sighting(one, now) for one in PEOPLE])
    async with database.write() as session:
        its = await launches.draft(session, Draft(("everybody",), "样例", now + timedelta(days=1)), "1", now)
        await launches.look(session, its.id, "2", now)
        await launches.approve(session, its.id, 1, "2", now)
        await launches.launch(session, its.id, "2", now)
    for _ in range(KILLS):
        before = len(await given(database, its.id))
        killed = [starts(stack, database), starts(stack, database)]
        while len(await given(database, its.id)) == before:
            await asyncio.sleep(0.01)
        await asyncio.sleep(draw.random() / 10)
        for process in killed:
            process.kill()
            await asyncio.to_thread(process.wait)
    assert 0 < len(await given(database, its.id)) < len(PEOPLE)
    last = starts(stack, database)
    assert await asyncio.to_thread(last.wait) == 0
    assert await given(database, its.id) == PEOPLE
    async with database.read() as session:
        assert (await launches.standing(session, its.id)).expanded_at is not None
