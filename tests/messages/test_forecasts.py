"""How a broadcast would reach its audience now."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from messages import forecasts, journal, masses, tickets
from messages.contacts import Sighting, note
from messages.forecasts import Forecast
from messages.journal import Entry, Status
from messages.tickets import Proof, Template
from tests.messages.broadcasting import PLAIN, Desk
from tests.messages.conftest import NOON, Journal


@pytest.fixture
def desk(book: Journal) -> Desk:
    return Desk(book.database)


async def write(desk: Desk, openid: str, at: datetime, kind: str = "text", sent: int = 0) -> None:
    """A worker's message, and what was sent to them since."""
    async with desk.database.connect() as connection:
        entry = Entry(f"{openid}:{at}", openid, kind, "问", at, Status.DONE)
        await journal.enter(connection, [entry], at)
        for _ in range(sent):
            out = {"openid": openid, "direction": "out", "kind": "text", "body": "", "created_at": at,
                   "status": "sent", "via": "customer_service", "settled_at": at}  # fmt: skip
            await connection.execute(journal.messages.insert().values(out))


async def count(desk: Desk, *, many: bool = False, **changed: Any) -> Forecast:
    """`many`: as it is counted where there are too many to look at one by one."""
    said = replace(PLAIN, **changed)
    async with desk.database.read() as session:
        if not many:
            return await forecasts.forecast(session, desk.audiences, said, NOON)
        return await forecasts.forecast(session, desk.audiences, said, NOON, few=0, stretch=2)


async def test_bulk_goes_now_to_those_who_wrote_lately_and_have_more_than_two_left(desk: Desk) -> None:
    await desk.follow("fresh", "two-sent", "three-sent", "long-ago", "only-tapped", "only-followed", "silent")
    await write(desk, "long-ago", NOON - timedelta(hours=49))
    await write(desk, "fresh", NOON - timedelta(hours=40))
    await write(desk, "two-sent", NOON - timedelta(hours=2), sent=2)
    await write(desk, "three-sent", NOON - timedelta(hours=2), sent=3)
    await write(desk, "only-tapped", NOON - timedelta(hours=2), kind="menu")
    await write(desk, "only-followed", NOON - timedelta(hours=2), kind="event.subscribe")
    for many in (False, True):
        counted = await count(desk, many=many)
        assert (counted.people, counted.customer_service, counted.waiting) == (7, 2, 5)
    await write(desk, "three-sent", NOON - timedelta(hours=1))
    for many in (False, True):
        assert (await count(desk, many=many)).customer_service == 3


async def test_consents_and_mass_messages_carry_it_to_others(desk: Desk) -> None:
    await desk.follow("fresh", "agreed", "agreed-no-more", "silent", "mute")
    await write(desk, "fresh", NOON - timedelta(hours=1))
    async with desk.database.write() as session:
        await tickets.declare(session, Template("welfare", "T1", False, {"thing1": "title"}), "s1", NOON)
        for openid in ("fresh", "agreed", "agreed-no-more"):
            await tickets.grant(session, openid, "T1", NOON, Proof.POPUP)
        await tickets.empty(await session.connection(), "agreed-no-more", "T1")
    for many in (False, True):
        assert await count(desk, many=many) == Forecast(1, 0, 0, 4, 0)
        assert await count(desk, many=many, topic="welfare") == Forecast(1, 1, 0, 3, 0)
        assert await count(desk, many=many, topic="welfare", mass=True) == Forecast(1, 1, 3, 0, 0)
    async with desk.database.write() as session:
        for number in range(4):
            await masses.book(session, number + 90, NOON.date(), "s1", NOON)
    assert await count(desk, many=True, mass=True) == Forecast(1, 0, 0, 4, 0)


async def test_who_left_is_not_reached(desk: Desk) -> None:
    await desk.follow("here", "gone")
    async with desk.database.connect() as connection:
        await note(connection, [Sighting("gone", NOON, follows=False)])
    counted = await count(desk)
    assert (counted.people, counted.unreached) == (1, 1)
    assert counted.cost == "costs 0 credits, 0 consents, none of the month's four"


async def test_the_journal_of_a_time_is_found_by_its_numbers(desk: Desk) -> None:
    async with desk.database.read() as session:
        assert await forecasts.first_row_since(session, NOON) == 0
    times = [NOON - timedelta(hours=100 - hour) for hour in range(100)]
    for number, at in enumerate(times):
        await write(desk, f"o{number}", at)
    async with desk.database.read() as session:
        for number in (1, 50, 99):
            assert await forecasts.first_row_since(session, times[number]) == number + 1
        assert await forecasts.first_row_since(session, NOON - timedelta(days=9)) == 1
        assert await forecasts.first_row_since(session, NOON + timedelta(days=9)) == 100
