"""Kill -9, again and again: what was answered stays answered, once. `SOAK=1` makes it last."""

import asyncio
import os
import random
import time
from contextlib import ExitStack
from itertools import count

import pytest

from benchmarks.servers import Server
from messages.journal import Via
from storage.database import Database
from tests.crash import audits
from tests.crash.audits import Journal
from tests.crash.crowds import Crowd
from tests.crash.servers import Bots, kill_one
from tests.postgres import Server as Postgres
from wechat.simulator import Phone, Platform

SECONDS = 600 if os.environ.get("SOAK") else 8

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("crash"), pytest.mark.timeout(SECONDS + 120)]


@pytest.fixture
def draw() -> random.Random:
    return random.Random(7)


@pytest.fixture
def phones(platform: Platform) -> list[Phone]:
    return [platform.phone(f"职工{number}") for number in range(24)]


@pytest.fixture
def crowd(bots: Bots, phones: list[Phone], draw: random.Random) -> Crowd:
    return Crowd(bots.port, [phone.openid for phone in phones], draw)


async def start(server: Server) -> None:
    await asyncio.to_thread(server.start)


async def finished(server: Server, url: str, *open_statuses: str) -> Journal:
    """The journal once nothing is under way, read after the bot has ended as it was asked to."""
    database = Database(url)
    try:
        while await audits.count(database, open_statuses or ("received", "sending")):
            await asyncio.sleep(0.2)
        assert await asyncio.to_thread(server.stop) == 0
        return await audits.read(database)
    finally:
        await database.close()


@pytest.mark.parametrize("processes", [1, 3])
async def test_a_bot_on_sqlite_that_is_killed_again_and_again_loses_and_doubles_nothing(
    processes: int, bots: Bots, crowd: Crowd, platform: Platform, draw: random.Random
) -> None:
    server = bots.serve(bots.sqlite, processes)
    end = time.monotonic() + SECONDS
    async with crowd:
        while time.monotonic() < end:
            await start(server)
            await asyncio.sleep(draw.uniform(0.1, 1.5))
            server.kill()
        await start(server)
        await crowd.hears_more()
    journal = await finished(server, bots.sqlite)
    audits.check(journal, crowd)
    audits.check_sent(journal, platform)


async def test_three_processes_on_postgresql_survive_kills_of_one_another_and_of_the_database(
    bots: Bots, stack: ExitStack, crowd: Crowd, platform: Platform, draw: random.Random
) -> None:
    postgres = Postgres()
    stack.callback(postgres.remove)
    postgres.start()
    url = await postgres.new_database()
    server = bots.serve(url, processes=3)
    await start(server)
    end = time.monotonic() + SECONDS
    async with crowd:
        while time.monotonic() < end:
            for _ in range(4):
                await asyncio.sleep(draw.uniform(0.2, 1))
                kill_one(server, draw)
            await crowd.hears_more()  # one that serves is there
            await take_away(postgres, crowd)
            await crowd.hears_more()
    journal = await finished(server, url)
    audits.check(journal, crowd)
    audits.check_sent(journal, platform)


async def take_away(postgres: Postgres, crowd: Crowd) -> None:
    """WeChat is told to come again while the database is away; nobody has to start the bot anew."""
    before = crowd.refused
    await asyncio.to_thread(postgres.stop, "immediate")
    while crowd.refused - before < 5:
        await asyncio.sleep(0.05)
    await asyncio.to_thread(postgres.start)


async def test_answers_that_come_late_survive_kills_and_reach_nobody_twice(
    bots: Bots, phones: list[Phone], platform: Platform, draw: random.Random
) -> None:
    platform.callback = f"http://127.0.0.1:{bots.port}/wechat"
    server = bots.slow(ahead=0)
    await start(server)
    end = time.monotonic() + SECONDS
    for number in count(1):
        talks = [asyncio.create_task(write(phone, number, draw)) for phone in phones]
        await asyncio.sleep(draw.uniform(4.2, 5.5))
        server.kill()
        server = bots.slow(ahead=number * 120)
        await start(server)
        await asyncio.gather(*talks)
        if time.monotonic() > end:
            break
    journal = await finished(server, bots.sqlite, "received", "queued", "sending")
    audits.check_whole(journal)
    audits.check_sent(journal, platform)
    assert {one.openid for one in journal.messages} == {phone.openid for phone in phones}
    assert any(one.via == Via.CUSTOMER_SERVICE for one in journal.messages)


async def write(phone: Phone, number: int, draw: random.Random) -> None:
    await asyncio.sleep(draw.uniform(0, 1))
    await phone.says(f"第 {number} 次问")


@pytest.mark.parametrize("processes", [1, 3])
async def test_a_bot_that_is_asked_to_stop_answers_whatever_it_has_taken(
    processes: int, bots: Bots, crowd: Crowd
) -> None:
    server = bots.serve(bots.sqlite, processes)
    await start(server)
    async with crowd:
        await crowd.hears_more(200)
        journal = await finished(server, bots.sqlite)
    audits.check(journal, crowd)
    unheard = [fate for fate in crowd.fates if fate.post.msg_id in journal.arrived and not fate.heard]
    assert unheard == []
