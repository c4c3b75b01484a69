"""What halts a broadcast, and what does not: refusals, silence, pauses, routes that are shut; on both engines."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from messages import claims, closings, contacts, credits, masses, outbox, routes
from messages.broadcasts import State, broadcasts
from messages.claims import Queue
from messages.contacts import Sighting
from messages.journal import Status, Via, messages
from messages.mailrooms import Mailroom
from messages.outbox import Lane, Notice
from messages.ports import DeliveryError, Future, Lesson
from messages.sender import Sender
from tests.messages.channels import RecordingChannel
from tests.messages.conftest import Journal, arrival
from tests.messages.offices import BODY, LATE, MORNING, Office

LOST = DeliveryError(Future.UNKNOWN, "unknown: no answer")
LEFT = DeliveryError(Future.REFUSED, "user: 40003", lesson=Lesson.LEFT)
CONTENT = DeliveryError(Future.REFUSED, "content: 87014", lesson=Lesson.CONTENT)
PICTURE: dict[str, Any] = {"kind": "picture", "picture": b"\x89PNG sample"}


@pytest.fixture
def office(book: Journal) -> Office:
    return Office(book)


def crowd(count: int) -> list[str]:
    return [f"o{number:03}" for number in range(count)]


@pytest.mark.parametrize("error", [LOST, LEFT])
async def test_a_platform_that_is_silent_or_knows_nobody_is_not_asked_about_everybody(
    office: Office, error: DeliveryError
) -> None:
    await office.writes(*crowd(150))
    office.channel.fates[BODY] = [error] * 150
    number = await office.broadcast(*crowd(150))
    await office.runs()
    assert (await office.state(number)).state == State.PAUSED
    assert len(office.channel.sent) <= 20 + 2 * 32


async def test_some_who_have_left_pause_nothing(office: Office) -> None:
    await office.writes(*crowd(60))
    office.channel.fates[BODY] = [LEFT, LEFT, None] * 20
    number = await office.broadcast(*crowd(60))
    await office.runs()
    assert (await office.state(number)).state == State.DONE
    assert Counter(status for status, _ in (await office.stands()).values()) == {"refused": 40, "sent": 20}


async def test_digests_rest_while_the_platform_is_silent(office: Office) -> None:
    await office.writes(*crowd(150))
    office.channel.fates["摘要"] = [LOST] * 60
    async with office.database.write() as session:
        digests = [Notice(one, "摘要", LATE, lane=Lane.BULK) for one in crowd(150)]
        await outbox.queue(session, digests, office.clock())
    await office.runs()
    asked = len(office.channel.sent)
    assert asked <= 20 + 2 * 32
    office.clock.moves(minutes=5)
    office.channel.fates.clear()
    for _ in range(3):
        await office.runs()
        office.clock.moves(seconds=1)
    assert len(office.channel.sent) == 150


async def test_only_refusals_in_a_row_pause_a_broadcast(office: Office) -> None:
    number = await office.broadcast(*crowd(6))
    for round_ in range(6):
        await office.writes(f"o{round_:03}")
    office.channel.fates[BODY] = [CONTENT, None, CONTENT, None, CONTENT, None]
    async with office.database.connect() as connection:
        later = sa.update(messages).where(messages.c.broadcast_id == number, messages.c.openid != "o000")
        await connection.execute(later.values(due_at=LATE))
    for round_ in range(6):
        async with office.database.connect() as connection:
            mine = messages.c.broadcast_id == number, messages.c.openid == f"o{round_:03}"
            await connection.execute(sa.update(messages).where(*mine).values(due_at=office.clock()))
        await office.bulk.deliver_due()
    assert Counter(status for status, _ in (await office.stands()).values()) == {"refused": 3, "sent": 3}
    assert (await office.state(number)).state == State.RUNNING


async def test_a_busy_platform_that_takes_no_picture_pauses_nothing(office: Office) -> None:
    await office.writes("o1")
    office.channel.fates["upload"] = [DeliveryError(Future.RETRY, "retry: -1")] * 5
    number = await office.broadcast("o1", **PICTURE)
    for _ in range(6):
        await office.runs()
        office.clock.moves(seconds=6)
    assert (await office.state(number)).state == State.DONE
    assert await office.stands() == {"o1": ("sent", "customer_service")}


class Pausing(RecordingChannel):
    """Somebody pauses the broadcast while its picture is on its way."""

    office: Office

    async def upload(self, picture: bytes) -> str:
        async with self.office.database.connect() as connection:
            await connection.execute(sa.update(broadcasts).values(state=State.PAUSED))
        return await super().upload(picture)


async def test_what_was_paused_this_moment_is_claimed_no_more(office: Office) -> None:
    channel = Pausing()
    channel.office = office
    office.channel = channel
    await office.writes("o1")
    await office.broadcast("o1", **PICTURE)
    await office.sender("p2").deliver_due()
    assert channel.sent == []
    assert await office.stands() == {"o1": ("queued", None)}


async def test_where_customer_service_is_shut_for_the_day_the_other_routes_are_taken(office: Office) -> None:
    await office.writes("o1", "o2", "o3", "o4")
    await office.consents("o1")
    async with office.database.connect() as connection:
        until = MORNING + timedelta(hours=15)
        await routes.shut(connection, Via.CUSTOMER_SERVICE, until, "quota: 45009", MORNING)
    await office.broadcast("o1", topic="welfare")
    await office.broadcast("o2", "o3", mass=True)
    await office.broadcast("o4", until=MORNING + timedelta(hours=9))
    await office.runs()
    assert await office.stands() == {
        "o1": ("sent", "subscription"),
        "o2": ("sending", "mass"),
        "o3": ("sending", "mass"),
        "o4": ("held", None),  # it would be too late at midnight
    }


async def test_of_the_day_s_number_a_part_is_left_to_replies(office: Office) -> None:
    await office.writes("o1", "o2", "o3")
    await office.broadcast("o1")
    await office.runs()
    async with office.database.connect() as connection:
        spent = sa.update(sa.table("routes", sa.column("name"), sa.column("given")))
        most = routes.TO_MANY[Via.CUSTOMER_SERVICE]
        await connection.execute(
            spent.where(sa.column("name") == Via.CUSTOMER_SERVICE).values(given=most - 1)
        )
    await office.broadcast("o2", "o3")
    await office.runs()
    office.clock.moves(minutes=1)
    await office.runs()
    assert Counter(status for status, _ in (await office.stands()).values()) == {"sent": 2, "queued": 1}
    await office.book.enters(
        arrival("w1", reply="回答", passive=False, at=office.clock()), now=office.clock()
    )
    await Sender(Mailroom(office.database, office.channel, "p1", office.clock)).deliver_due()
    assert office.channel.sent[-1] == ("o1", "回答")
    office.clock.moves(days=1)
    await office.runs()
    assert Counter(status for status, _ in (await office.stands()).values()) == {"sent": 3}


async def test_a_route_that_is_shut_for_a_moment_is_waited_for(office: Office) -> None:
    await office.writes("o1")
    await office.consents("o1")
    async with office.database.connect() as connection:
        until = MORNING + timedelta(minutes=1)
        await routes.shut(connection, Via.CUSTOMER_SERVICE, until, "retry: 45011", MORNING)
    await office.broadcast("o1", topic="welfare")
    await office.runs()
    assert await office.stands() == {"o1": ("queued", None)}


async def test_who_writes_while_a_message_is_refused_has_a_new_window(office: Office) -> None:
    await office.writes("o1")
    shut = DeliveryError(Future.HELD, "window: 45015", lesson=Lesson.WINDOW)
    office.channel.fates[BODY] = [shut]
    office.channel.gate.clear()
    await office.broadcast("o1")
    await office.bulk.advance()
    office.clock.moves(seconds=1)
    await office.writes("o1")
    office.clock.moves(seconds=1)
    office.channel.gate.set()
    await office.runs()
    async with office.database.read() as session:
        assert await credits.left(session, "o1", office.clock()) == 5


async def test_who_follows_again_while_a_message_is_refused_follows(office: Office) -> None:
    async with office.database.connect() as connection:
        came = MORNING + timedelta(seconds=2)
        await contacts.note(connection, [Sighting("o1", came, follows=True)])
        await contacts.note(connection, [Sighting("o1", MORNING, follows=False)])
        await contacts.shut(connection, "o1", came)
        await contacts.shut(connection, "o1", MORNING)
        shut = sa.select(contacts.contacts.c.shut_at)
        assert (await connection.execute(shut)).scalar_one() == came
    async with office.database.read() as session:
        assert await contacts.follows(session, "o1")


async def test_one_of_the_month_s_four_goes_back_when_nothing_was_given(office: Office) -> None:
    number = await office.broadcast("o1", mass=True, until=MORNING + timedelta(hours=1))
    async with office.database.connect() as connection:
        await masses.book(connection, number, MORNING.date(), "s1", MORNING)
    office.clock.moves(hours=2)
    await office.runs()
    assert (await office.state(number)).state == State.DONE
    async with office.database.write() as session:
        assert await masses.calendar(session, "2026-11") == []


async def test_one_of_the_month_s_four_is_kept_when_the_platform_has_it(office: Office) -> None:
    number = await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    office.clock.moves(minutes=2)
    await office.runs()
    assert (await office.state(number)).state == State.DONE
    async with office.database.write() as session:
        assert len(await masses.calendar(session, "2026-11")) == 1


async def test_what_has_waited_too_long_ends_apart_from_the_replies(office: Office) -> None:
    """Each of them has a transaction of its own, and of many that end only a part ends at once."""
    async with office.database.connect() as connection:
        row = {"openid": "o1", "direction": "out", "kind": "text", "body": "旧闻", "created_at": MORNING}
        held = {**row, "status": Status.HELD, "author": "bot", "due_at": MORNING, "lane": Lane.BULK}
        await connection.execute(sa.insert(messages), [held] * 2100)
    await office.book.enters(arrival("w1", reply="回答", passive=False, at=MORNING), now=MORNING)
    office.clock.moves(seconds=1)
    sender = Sender(Mailroom(office.database, office.channel, "p1", office.clock))
    assert await sender.deliver_due() == 2001
    assert office.channel.sent == [("o1", "回答")]
    assert await sender.deliver_due() == 100


async def test_what_goes_to_and_fro_is_under_way_at_every_moment(office: Office) -> None:
    number = await office.broadcast("o1")
    async with office.database.connect() as connection:
        (one,) = await closings.open_ones(connection)
        assert not await closings.is_over(connection, one, MORNING)
        (waiting,) = await claims.due(connection, Queue(Lane.BULK, number), MORNING, 1)
        until = MORNING + timedelta(minutes=1)
        await claims.mark(connection, [waiting.id], status=Status.SENDING, due_at=until)
        assert not await closings.is_over(connection, one, MORNING)
        await claims.mark(connection, [waiting.id], status=Status.SENT, due_at=None)
        asked: list[str] = []
        sa.event.listen(
            connection.sync_connection, "before_cursor_execute", lambda *given: asked.append(given[2])
        )
        assert await closings.is_over(connection, one, MORNING)
        assert len(asked) == 1  # of two questions, each may see what the other's moment does not have
