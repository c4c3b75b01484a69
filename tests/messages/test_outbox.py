"""The outbox: a message is claimed by one process, and how its delivery ended is written once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import claims, outbox, settlements
from messages.claims import Ended, Outgoing, Queue
from messages.journal import Status, Via
from messages.outbox import Given, Lane
from messages.ports import DeliveryError, Future
from tests.messages.conftest import NOON, Journal, arrival

LEASE = timedelta(seconds=60)
PEOPLE = Queue(Lane.PERSON)


async def claim(
    book: Journal, worker: str = "p1", now: datetime = NOON, limit: int = 20
) -> Sequence[Outgoing]:
    async with book.database.connect() as connection:
        return await take(connection, worker, now, limit)


async def take(connection: AsyncConnection, worker: str, now: datetime, limit: int) -> Sequence[Outgoing]:
    """Whatever the credits: the ledger has tests of its own."""
    taken = [Outgoing(one) for one in await claims.due(connection, PEOPLE, now, limit)]
    await claims.begin(connection, taken, worker, now + LEASE)
    return taken


async def settle(
    book: Journal,
    outgoing: Outgoing,
    error: DeliveryError | None = None,
    worker: str = "p1",
    now: datetime = NOON,
) -> Status | None:
    async with book.database.connect() as connection:
        return (await settlements.settle(connection, [Ended(outgoing, error)], worker, now)).get(outgoing.id)


async def has_work(book: Journal, now: datetime) -> bool:
    async with book.database.connect() as connection:
        return await claims.is_due(connection, PEOPLE, now) or await claims.has_ended(connection, now)


def bodies(*claimed: Outgoing) -> list[str]:
    return [one.waiting.body for one in claimed]


async def test_what_is_due_is_claimed_oldest_first(book: Journal) -> None:
    later, now = NOON + timedelta(seconds=9), NOON
    await book.queues("三", now=later)
    await book.queues("一", "二", now=now)
    assert bodies(*await claim(book, now=NOON)) == ["一", "二"]
    assert bodies(*await claim(book, now=later)) == ["三"]
    (row, *_) = await book.rows("out")
    assert (row.status, row.lease_by, row.tries, row.due_at) == ("sending", "p1", 1, later + LEASE)


async def test_no_more_than_the_limit_is_claimed(book: Journal) -> None:
    await book.queues(*"abcde")
    assert [len(await claim(book, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


async def test_several_processes_never_claim_the_same(book: Journal) -> None:
    rows = [row for number in range(40) for row in await book.queues(f"b{number}", to=f"o{number}")]
    claimed = await asyncio.gather(*(claim(book, f"p{number}", limit=7) for number in range(8)))
    assert sorted(one.id for batch in claimed for one in batch) == rows


async def test_locked_rows_are_passed_over(book: Journal) -> None:
    if book.database.is_sqlite:
        return  # where one transaction writes at a time
    await book.queues("一", to="o1")
    await book.queues("二", to="o2")
    async with book.database.connect() as connection:
        first = await take(connection, "p1", NOON, 1)
        async with asyncio.timeout(60):
            second = await claim(book, "p2", limit=1)
    assert bodies(*first, *second) == ["一", "二"]


async def test_work_is_what_is_due_or_left_behind(book: Journal) -> None:
    assert not await has_work(book, NOON)
    await book.queues("一")
    assert not await has_work(book, NOON - timedelta(seconds=1))
    assert await has_work(book, NOON)
    (one,) = await claim(book)
    assert not await has_work(book, NOON)
    assert await has_work(book, NOON + LEASE + timedelta(seconds=1))
    await settle(book, one)
    assert not await has_work(book, NOON + timedelta(days=1))


async def test_a_delivery_that_arrived_is_sent(book: Journal) -> None:
    await book.queues("一")
    (one,) = await claim(book)
    assert await settle(book, one) is Status.SENT
    (row,) = await book.rows("out")
    assert (row.status, row.via, row.reason) == ("sent", Via.CUSTOMER_SERVICE, None)
    assert (row.due_at, row.lease_by) == (None, None)


@pytest.mark.parametrize(
    ("future", "status", "via"),
    [
        (Future.HELD, Status.HELD, None),
        (Future.REFUSED, Status.REFUSED, None),
        (Future.UNKNOWN, Status.UNKNOWN, Via.CUSTOMER_SERVICE),
    ],
)
async def test_a_failure_is_written_with_its_reason(
    book: Journal, future: Future, status: Status, via: Via | None
) -> None:
    await book.queues("一")
    (one,) = await claim(book)
    assert await settle(book, one, DeliveryError(future, "45015 " + "长" * 300)) is status
    (row,) = await book.rows("out")
    assert (row.status, row.via, row.due_at is not None) == (status, via, status is Status.HELD)
    assert row.reason == ("45015 " + "长" * 300)[:255]
    assert await claim(book, now=NOON + timedelta(days=9)) == []


async def test_a_busy_platform_is_asked_again_with_growing_patience(book: Journal) -> None:
    await book.queues("一")
    now, waits = NOON, []
    for _ in range(8):
        (one,) = await claim(book, now=now)
        assert await settle(book, one, DeliveryError(Future.RETRY, "busy"), now=now) is Status.QUEUED
        (row,) = await book.rows("out")
        waits.append((row.due_at - now).total_seconds())
        now = row.due_at
    assert waits == [1, 5, 30, 120, 300, 300, 300, 300]


async def test_what_the_platform_never_took_expires_with_its_window(book: Journal) -> None:
    await book.queues("一")
    late = NOON + timedelta(hours=47, minutes=56)
    (one,) = await claim(book, now=late)
    assert await settle(book, one, DeliveryError(Future.RETRY, "quota", wait=300), now=late) is Status.EXPIRED
    (row,) = await book.rows("out")
    assert (row.status, row.reason, row.via, row.due_at) == ("expired", "quota", None, None)
    assert await claim(book, now=late + timedelta(days=1)) == []


async def test_a_platform_that_names_a_time_is_believed(book: Journal) -> None:
    await book.queues("一")
    (one,) = await claim(book)
    await settle(book, one, DeliveryError(Future.RETRY, "45011", wait=60))
    (row,) = await book.rows("out")
    assert row.due_at == NOON + timedelta(seconds=60)


async def test_who_has_lost_the_lease_settles_nothing(book: Journal) -> None:
    await book.queues("一")
    (one,) = await claim(book)
    assert await settle(book, one, worker="p2") is None
    async with book.database.connect() as connection:
        assert await claims.abandon(connection, NOON + LEASE + timedelta(seconds=1)) == 1
    assert await settle(book, one) is None
    (row,) = await book.rows("out")
    assert (row.status, row.reason) == ("unknown", "the process ended while sending")


async def test_an_earlier_try_of_the_same_process_settles_nothing(book: Journal) -> None:
    await book.queues("一")
    (first,) = await claim(book)
    async with book.database.connect() as connection:  # as a template message is whose lease has ended
        await claims.mark(connection, [first.id], status=Status.QUEUED, lease_by=None, due_at=NOON)
    (second,) = await claim(book)
    assert (first.id, first.waiting.tries, second.waiting.tries) == (second.id, 0, 1)
    for error in (None, DeliveryError(Future.REFUSED, "user: 43004"), DeliveryError(Future.RETRY, "quota")):
        assert await settle(book, first, error) is None
    assert await settle(book, second) is Status.SENT


async def test_a_delivery_whose_process_died_is_not_sent_again(book: Journal) -> None:
    await book.queues("一", "二")
    await claim(book, limit=1)
    late = NOON + LEASE + timedelta(seconds=1)
    async with book.database.connect() as connection:
        assert await claims.abandon(connection, NOON + LEASE - timedelta(seconds=1)) == 0
        assert await claims.abandon(connection, late) == 1
    assert bodies(*await claim(book, now=late)) == ["二"]


async def test_a_passive_reply_that_nobody_took_is_queued(book: Journal) -> None:
    (reply,) = await book.enters(arrival("w1", reply="答"))
    assert reply is not None
    due = NOON + timedelta(seconds=15)
    async with book.database.connect() as connection:
        await outbox.take_back(connection, [Given(reply)], due)
    assert await claim(book, now=due - timedelta(seconds=1)) == []
    assert bodies(*await claim(book, now=due)) == ["答"]


async def test_only_a_passive_reply_is_taken_back(book: Journal) -> None:
    (row,) = await book.queues("一")
    (one,) = await claim(book)
    await settle(book, one)
    async with book.database.connect() as connection:
        await outbox.take_back(connection, [Given(row), Given(row, 1)], NOON)
    (stored,) = await book.rows("out")
    assert (stored.status, stored.via) == ("sent", "customer_service")


async def test_a_redelivery_gets_the_reply_again_and_an_older_loss_is_forgotten(book: Journal) -> None:
    (reply,) = await book.enters(arrival("w1", reply="答"))
    assert reply is not None
    async with book.database.connect() as connection:
        again = await outbox.give_again(connection, reply)
        assert again == Given(reply, 1)
        await outbox.take_back(
            connection, [Given(reply)], NOON
        )  # of the first connection, which came too late
    assert await claim(book) == []
    async with book.database.connect() as connection:
        await outbox.take_back(connection, [again], NOON)
    assert bodies(*await claim(book)) == ["答"]


async def test_what_a_sender_has_is_not_given_again(book: Journal) -> None:
    (row,) = await book.queues("一")
    (one,) = await claim(book)
    async with book.database.connect() as connection:
        assert await outbox.give_again(connection, row) is None
    await settle(book, one)
    async with book.database.connect() as connection:
        assert await outbox.give_again(connection, row) is None
    (stored,) = await book.rows("out")
    assert (stored.status, stored.via) == ("sent", "customer_service")


async def test_a_redelivery_and_the_sender_never_both_give_a_reply(book: Journal) -> None:
    rows = [row for number in range(12) for row in await book.queues(f"b{number}", to=f"o{number}")]

    async def give(row: int) -> bool:
        async with book.database.connect() as connection:
            return await outbox.give_again(connection, row) is not None

    first, second, given_again = await asyncio.gather(
        claim(book, limit=6), claim(book, "p2", limit=6), asyncio.gather(*map(give, rows))
    )
    claimed = {one.id for one in (*first, *second)}
    given = {row for row, was in zip(rows, given_again, strict=True) if was}
    assert claimed | given == set(rows)
    assert claimed & given == set()
    for row in await book.rows("out"):
        assert (row.status, row.via) == (
            ("sent", "passive") if row.id in given else ("sending", "customer_service")
        )
