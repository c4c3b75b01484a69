"""Machines whose clocks differ work by one time, that of PostgreSQL; SQLite is of one machine."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.clocks import CommonClock
from bot.platform import utc_now
from messages import claims, planner, routes
from messages.claims import Queue
from messages.journal import Via
from messages.mailrooms import Mailroom, unknown_work
from messages.outbox import Lane
from messages.planner import Terms
from messages.sender import LEASE, Sender
from storage.database import Database
from tests.messages.channels import RecordingChannel
from tests.messages.conftest import Journal

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
AHEAD = timedelta(seconds=90)


def ahead() -> datetime:
    return utc_now() + AHEAD


async def test_a_machine_that_is_ahead_goes_by_the_databases_time(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    common = CommonClock(database, ahead)
    assert common.now() - utc_now() > AHEAD - timedelta(seconds=1)
    await common.measure()
    assert abs(common.now() - utc_now()) < timedelta(seconds=1)
    assert "clock_apart" in caplog.text


async def test_it_ends_nobodys_delivery_and_keeps_nobody_waiting(database: Database) -> None:
    book = Journal(database)
    await book.queues("一", now=utc_now())
    right = Mailroom(database, RecordingChannel(), "right", utc_now, unknown_work)
    async with database.connect() as connection:
        taken = await planner.take(connection, right, Queue(Lane.PERSON), Terms(), utc_now(), LEASE, 1, 1)
    assert [one.waiting.body for one in taken.outgoing] == ["一"]
    common = CommonClock(database, ahead)
    await common.measure()
    other = Sender(Mailroom(database, RecordingChannel(), "ahead", common.now, unknown_work))
    await other.deliver_due()
    assert [row.status for row in await book.rows("out")] == ["sending"]
    async with database.connect() as connection:
        assert await routes.reserve(connection, Via.CUSTOMER_SERVICE, 1, 200, common.now()) == 1
        assert await routes.reserve(connection, Via.CUSTOMER_SERVICE, 1, 200, utc_now()) == 1
        # What its own clock would have done.
        assert await claims.abandon(connection, ahead()) == 1


async def test_it_is_asked_again_as_soon_as_the_database_is_back(database: Database) -> None:
    common = CommonClock(database, ahead)
    task = asyncio.create_task(common.run())
    async with asyncio.timeout(10):
        while abs(common.now() - utc_now()) > timedelta(seconds=1):
            await asyncio.sleep(0.05)
    await common.stop()
    await task
