"""What waits in the tray for an answer: it rides, is sent apart for which there is no room, and ends with a stop."""

import asyncio
from datetime import timedelta

import pytest

from messages import launches, outbox, results
from messages.broadcasts import State
from messages.launches import Refused, Why
from messages.mailrooms import Mailroom
from messages.outbox import Notice
from messages.sender import Sender
from tests.messages.conftest import Journal
from tests.messages.offices import BODY, LATE, Office

LONG = 2000


@pytest.fixture
def office(book: Journal) -> Office:
    return Office(book)


async def rides(office: Office, openid: str, room: int = LONG) -> list[str]:
    async with office.database.connect() as connection:
        return await outbox.ride(connection, openid, room, office.clock())


async def people(office: Office) -> None:
    """What goes to one of them."""
    await Sender(Mailroom(office.database, office.channel, "p1", office.clock)).deliver_due()


async def test_what_finds_no_room_on_the_answer_is_sent_apart(office: Office) -> None:
    number = await office.broadcast("o1", "o2")
    await office.runs()
    assert (await office.state(number)).state == State.DONE
    office.clock.moves(hours=1)
    await office.writes("o1")
    assert await rides(office, "o1", room=20) == []
    await office.runs()
    assert office.channel.sent == [("o1", BODY)]
    assert await office.stands() == {"o1": ("sent", "customer_service"), "o2": ("held", None)}
    its = await office.state(number)
    assert (its.state, its.closed_at) == (State.DONE, office.clock())


async def test_a_notice_of_ones_own_that_finds_no_room_is_sent_apart(office: Office) -> None:
    async with office.database.write() as session:
        await outbox.queue(session, [Notice("o1", "名额来了", LATE)], office.clock())
    await people(office)
    assert [row.status for row in await office.book.rows("out")] == ["held"]
    await office.writes("o1")
    assert await rides(office, "o1", room=0) == []
    await people(office)
    assert office.channel.sent == [("o1", "名额来了")]


async def test_of_more_than_may_be_sent_the_rest_is_held_again(office: Office) -> None:
    for _ in range(4):
        await office.broadcast("o1")
    await office.runs()
    await office.writes("o1")
    assert await rides(office, "o1", room=0) == []
    await office.runs()
    assert sorted(row.status for row in await office.book.rows("out")) == ["held", "sent", "sent", "sent"]


async def test_nothing_is_left_behind_when_it_ends_at_that_moment(office: Office) -> None:
    for round in range(5):
        people = [f"o{round}-{number}" for number in range(4)]
        number = await office.broadcast(*people)
        await office.runs()
        await office.writes(*people)
        await asyncio.gather(office.runs(), *(rides(office, one, room=0) for one in people))
        await office.runs()
        assert {row.status for row in await office.book.rows("out")} == {"sent"}
        assert (await office.state(number)).closed_at is not None


async def test_one_that_is_done_can_be_stopped_for_those_it_is_held_for(office: Office) -> None:
    number = await office.broadcast("o1", "o2")
    await office.runs()
    await office.writes("o1")
    await rides(office, "o1", room=0)
    async with office.database.write() as session:
        stopped = await launches.stop(session, number, "2", office.clock())
    assert stopped.state is State.STOPPED
    await office.runs()
    assert office.channel.sent == []
    await office.writes("o2")
    assert await rides(office, "o2") == []
    async with office.database.read() as session:
        assert (await results.progress(session, number)).expired == 2
    assert (await office.state(number)).closed_at is not None


async def test_one_whose_time_is_over_has_nothing_to_stop(office: Office) -> None:
    number = await office.broadcast("o1")
    await office.runs()
    async with office.database.write() as session:
        with pytest.raises(Refused) as refused:
            await launches.stop(session, number, "2", LATE + timedelta(minutes=1))
    assert refused.value.why is Why.STATE
