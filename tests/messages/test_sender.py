"""The sender: every message it claims is settled, whatever the channel and the database do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from messages.mailrooms import Mailroom
from messages.ports import DeliveryError, Future
from messages.sender import LEASE, Sender
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from tests.clocks import Clock
from tests.messages.channels import RecordingChannel
from tests.messages.conftest import Journal
from tests.postgres import Server


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def at_work(database: Database, channel: RecordingChannel, clock: Clock) -> AsyncIterator[Sender]:
    sender = Sender(Mailroom(database, channel, "p1", clock))
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        await sender.stop()
        async with asyncio.timeout(5):
            await task


async def becomes(book: Journal, *statuses: str) -> None:
    async with asyncio.timeout(5):
        while [row.status for row in await book.rows("out")] != list(statuses):
            await asyncio.sleep(0.02)


async def test_what_is_queued_is_delivered(book: Journal, channel: RecordingChannel, clock: Clock) -> None:
    await book.queues("一", "二", now=clock())
    async with at_work(book.database, channel, clock):
        await becomes(book, "sent", "sent")
    assert channel.sent == [("o1", "一"), ("o1", "二")]


async def test_what_wechat_does_not_allow_is_held_and_never_tried(
    book: Journal, channel: RecordingChannel, clock: Clock
) -> None:
    await book.queues(*"一二三四五六七", now=clock())
    async with at_work(book.database, channel, clock):
        await becomes(book, *["sent"] * 5, "held", "held")
    assert [text for _, text in channel.sent] == list("一二三四五")


async def test_what_is_held_too_long_expires(book: Journal, channel: RecordingChannel, clock: Clock) -> None:
    await book.queues(*"一二三四五六", now=clock())
    async with at_work(book.database, channel, clock):
        await becomes(book, *["sent"] * 5, "held")
        clock.ahead += timedelta(days=8)
        await becomes(book, *["sent"] * 5, "expired")


async def test_a_waking_call_saves_the_wait(book: Journal, channel: RecordingChannel, clock: Clock) -> None:
    async with at_work(book.database, channel, clock) as sender:
        await asyncio.sleep(0.05)
        for text in ("一", "二"):
            await book.queues(text, now=clock())
            sender.wake()
        await becomes(book, "sent", "sent")


async def test_a_busy_platform_is_asked_again(book: Journal, channel: RecordingChannel, clock: Clock) -> None:
    channel.fates["一"] = [DeliveryError(Future.RETRY, "busy")]
    await book.queues("一", now=clock())
    sender = Sender(Mailroom(book.database, channel, "p1", clock))
    assert await sender.deliver_due() == 1
    assert await sender.deliver_due() == 0
    await becomes(book, "queued")
    clock.ahead = timedelta(seconds=1)
    assert await sender.deliver_due() == 1
    await becomes(book, "sent")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DeliveryError(Future.REFUSED, "43004"), "refused"),
        (DeliveryError(Future.HELD, "45015"), "held"),
        (DeliveryError(Future.UNKNOWN, "lost"), "unknown"),
        (ZeroDivisionError("a bug in the channel"), "unknown"),
    ],
)
async def test_a_failure_is_final_and_does_not_stop_the_next(
    book: Journal, channel: RecordingChannel, clock: Clock, error: Exception, status: str
) -> None:
    channel.fates["一"] = [error]
    await book.queues("一", "二", now=clock())
    async with at_work(book.database, channel, clock):
        await becomes(book, status, "sent")
    assert [text for _, text in channel.sent] == ["一", "二"]


async def test_a_stop_lets_what_was_begun_end_and_begins_nothing_more(
    book: Journal, channel: RecordingChannel, clock: Clock
) -> None:
    channel.gate.clear()
    await book.queues(*"abcdefghijkl", now=clock())
    sender = Sender(Mailroom(book.database, channel, "p1", clock))
    task = asyncio.create_task(sender.run())
    await until(lambda: bool(channel.sent))
    await sender.stop()
    channel.gate.set()
    async with asyncio.timeout(5):
        await task
    begun = len(channel.sent)
    assert begun < 12
    await becomes(book, *["sent"] * begun, *["queued"] * (12 - begun))


async def test_two_senders_share_the_work(book: Journal, channel: RecordingChannel, clock: Clock) -> None:
    for number in range(50):
        await book.queues(f"b{number}", now=clock(), to=f"o{number}")
    other = Sender(Mailroom(book.database, channel, "p2", clock))
    async with at_work(book.database, channel, clock):
        task = asyncio.create_task(other.run())
        await becomes(book, *["sent"] * 50)
        await other.stop()
        await task
    assert len(channel.sent) == len(set(channel.sent)) == 50


async def test_what_a_dead_process_was_sending_is_not_sent_again(
    book: Journal, channel: RecordingChannel, clock: Clock
) -> None:
    channel.gate.clear()
    await book.queues("一", now=clock())
    dead = asyncio.create_task(Sender(Mailroom(book.database, channel, "dead", clock)).deliver_due())
    await until(lambda: bool(channel.sent))
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)
    channel.gate.set()
    from_now_on = Sender(Mailroom(book.database, channel, "p1", clock))
    await from_now_on.deliver_due()
    await becomes(book, "sending")
    clock.ahead = LEASE + timedelta(seconds=1)
    await from_now_on.deliver_due()
    await becomes(book, "unknown")
    assert len(channel.sent) == 1


async def test_a_database_that_goes_away_is_waited_for_and_nothing_is_sent_twice(
    channel: RecordingChannel, clock: Clock
) -> None:
    server = Server()
    server.start()
    book = Journal(Database(await server.new_database()))
    try:
        await migrate(book.database, Base.metadata)
        await book.queues("一", now=clock())
        channel.gate.clear()
        async with at_work(book.database, channel, clock):
            await until(lambda: bool(channel.sent))
            server.stop("immediate")
            channel.gate.set()  # sent, and it cannot be written down
            await asyncio.sleep(0.3)
            server.start()
            await becomes(book, "sent")
            await book.queues("二", now=clock())
            await becomes(book, "sent", "sent")
        assert [text for _, text in channel.sent] == ["一", "二"]
    finally:
        await book.database.close()
        server.remove()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)
