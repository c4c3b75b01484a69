"""A broadcast to 20,000 with every kind of credit, through kills, a restart of the database and a troubled platform.

`SOAK=1` makes it 20,000 and waits leases out; the short form has 1,500 and moves the clock of what the dead held.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from messages.journal import Status, Via, messages
from messages.masses import mass_sends
from storage.database import Database, is_away
from tests.crash import ledgers
from tests.crash.quotas import Operator
from tests.crash.servers import Bots, kill_one
from tests.postgres import Server as Postgres
from wechat.simulator import Platform

SOAK = bool(os.environ.get("SOAK"))
PEOPLE = 20_000 if SOAK else 1_500

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("crash"), pytest.mark.timeout(1500 if SOAK else 600)]

SEND, NOTICE, MASS, TEMPLATE = (
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/subscribe/bizsend",
    "/cgi-bin/message/mass/send",
    "/cgi-bin/message/template/send",
)
# Calls that are answered with an error before they count.
UNMADE = {Via.CUSTOMER_SERVICE: 7, Via.MASS: 1}


@pytest.fixture
def postgres(stack: ExitStack) -> Postgres:
    server = Postgres()
    stack.callback(server.remove)
    server.start()
    return server


def trouble(platform: Platform) -> None:
    """Slow, busy, used up for the day, and answers that are lost, here and there among the calls."""
    step = PEOPLE // 60
    for number in range(6):
        platform.fault(SEND, delay=1.5, after=number * step + 3)
        platform.fault(SEND, errcode=-1, after=number * step + 5)
        platform.fault(SEND, lose_answer=True, after=number * step + 7)
        platform.fault(NOTICE, errcode=-1, after=number * step // 2 + 4)
        platform.fault(NOTICE, lose_answer=True, after=number * step // 2 + 8)
        platform.fault(TEMPLATE, lose_answer=True, after=number * 6 + 2)
        platform.fault(TEMPLATE, errcode=-1, after=number * 6 + 4)
    platform.fault(TEMPLATE, delay=1.5, after=9, times=3)
    platform.limits[SEND] = PEOPLE * 3 // 10  # a day, until somebody clears it
    platform.fault(SEND, status=502, after=PEOPLE // 6)
    platform.fault(MASS, lose_answer=True)
    platform.fault(MASS, errcode=-1)


@pytest.mark.parametrize(("shared", "processes"), [("postgresql", 3), ("sqlite", 1)], indirect=["shared"])
async def test_every_row_ends_and_the_ledger_agrees_with_the_platform(
    bots: Bots, shared: Database, processes: int, platform: Platform, request: pytest.FixtureRequest
) -> None:  # fmt: skip
    draw = random.Random(7)
    started = datetime.now(UTC)
    people = ledgers.gather(platform, PEOPLE)
    await ledgers.prepare(shared, platform, people, started)
    trouble(platform)
    operator = Operator(shared, platform)
    platform.callback = f"http://127.0.0.1:{bots.port}/wechat"
    server = bots.serve(shared.url.render_as_string(hide_password=False), processes)
    await asyncio.to_thread(server.start)
    number = await ledgers.launch(shared, people.all, started)

    async def reaches(share: float) -> None:
        while len(platform.sent()) < PEOPLE * share:
            await operator.look()
            await asyncio.sleep(0.2)

    async def kill() -> None:
        if processes > 1:
            kill_one(server, draw)
        else:
            server.kill()
            await asyncio.to_thread(server.start)

    await reaches(0.1)
    own = people.cold[: PEOPLE // 20]
    await ledgers.tell(shared, own[::2], started)
    await kill()
    await reaches(0.25)
    if processes > 1:
        database_server: Postgres = request.getfixturevalue("postgres")
        await asyncio.to_thread(database_server.stop, "immediate")
        await asyncio.sleep(2)
        await asyncio.to_thread(database_server.start)
    await reaches(0.4)
    await ledgers.tell(shared, own[1::2], started)
    await kill()
    await settled(shared, number, operator)
    assert await asyncio.to_thread(server.stop) == 0
    await ledgers.check(shared, platform, people, number, datetime.now(UTC))
    await ledgers.check_own(shared, platform, own)
    await operator.check(UNMADE, 2, processes)


async def settled(database: Database, number: int, operator: Operator) -> None:
    """Returns when no row waits; the tray's time is over at once."""
    quiet, before = 0, None
    while True:
        await operator.look()
        stands = await patiently(lambda: ledgers.standing(database, number))
        if not stands[Status.QUEUED] and not stands[Status.SENDING]:
            if not stands[Status.HELD]:
                return
            await end(database, messages.c.status == Status.HELD)
        quiet = quiet + 1 if stands == before else 0
        before = stands
        if quiet > 20 and not SOAK:  # longer than any call takes: whoever held these is dead
            await end(database, sa.and_(messages.c.status == Status.SENDING, messages.c.due_at.is_not(None)))
            quiet = 0
        await asyncio.sleep(0.5)


async def end(database: Database, which: sa.ColumnElement[bool]) -> None:
    """The time of these rows, and of batches, has come."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    async with database.connect() as connection:
        await connection.execute(sa.update(messages).where(which).values(due_at=past))
        waits = mass_sends.c.due_at.is_not(None)
        await connection.execute(sa.update(mass_sends).where(waits).values(due_at=past))


async def patiently(ask: Callable[[], Awaitable[Counter[str]]]) -> Counter[str]:
    while True:
        try:
            return await ask()
        except Exception as error:
            if not is_away(error):
                raise
            await asyncio.sleep(0.5)
