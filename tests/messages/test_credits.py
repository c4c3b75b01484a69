"""What WeChat still allows: five messages in two days of the worker's own, three in the minute of a tap."""

from datetime import datetime, timedelta

import pytest

from messages import credits, outbox
from messages.journal import Entry, Status
from tests.messages.conftest import NOON, Journal

MESSAGE, TAP = timedelta(hours=47, minutes=58), timedelta(seconds=54)


async def came(book: Journal, kind: str, at: datetime = NOON) -> None:
    await book.enters(Entry(f"{kind}-{at}", "o1", kind, "", at, Status.DONE), now=at)


async def went(book: Journal, at: datetime, status: Status = Status.SENT) -> None:
    async with book.database.write() as session:
        await outbox.note(session, "o1", "好", status, at, "值班")


async def left(book: Journal, after: timedelta) -> int:
    async with book.database.read() as session:
        return await credits.left(session, "o1", NOON + after)


@pytest.mark.parametrize(
    ("kind", "lasts", "count"),
    [("text", MESSAGE, 5), ("image", MESSAGE, 5), (credits.TAPPED, TAP, 3), ("event.click", TAP, 3)],
)
async def test_what_somebody_did_counts_so_long(
    book: Journal, kind: str, lasts: timedelta, count: int
) -> None:
    await came(book, kind)
    found = [await left(book, after) for after in (timedelta(), lasts, lasts + timedelta(seconds=66))]
    assert found == [count, count, 0]


async def test_what_only_informs_counts_nothing_and_who_has_left_hears_nothing(book: Journal) -> None:
    await came(book, "event.view")
    assert await left(book, TAP) == 0
    await came(book, "text")
    await came(book, "event.unsubscribe")
    assert await left(book, TAP) == 0


async def test_what_was_or_may_have_been_sent_counts_against_both(book: Journal) -> None:
    await came(book, "text")
    await came(book, "event.scan", NOON + timedelta(hours=1))
    for status in (Status.SENT, Status.UNKNOWN):
        await went(book, NOON + timedelta(hours=1, seconds=1), status)
    hour = timedelta(hours=1)
    assert [await left(book, after) for after in (hour + TAP, 2 * hour)] == [3, 3]
    for _ in range(3):
        await went(book, NOON + 2 * hour)
    assert await left(book, 2 * hour) == 0
    await came(book, "event.scan", NOON + 3 * hour)
    assert [await left(book, after) for after in (3 * hour + TAP, 4 * hour)] == [3, 0]
