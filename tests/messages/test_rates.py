"""What a rate holds back keeps nobody else waiting, on both engines, over a channel."""

from collections import Counter

from messages.bulk_sender import BulkSender
from messages.routes import Rates
from tests.messages.conftest import Journal
from tests.messages.offices import Office

HELD = ("held", None)
WRITERS = [f"o{number:03}" for number in range(128)]


def slow(office: Office) -> BulkSender:
    return BulkSender(office.mailroom("p1", Rates(customer_service=20)))


async def test_those_without_credits_do_not_wait_behind_those_whom_the_rate_holds(book: Journal) -> None:
    office = Office(book)
    sender = slow(office)
    await office.writes(*WRITERS)
    await office.broadcast(*WRITERS, "stranger1", "stranger2")
    await sender.deliver_due()
    stands = await office.stands()
    assert (stands["stranger1"], stands["stranger2"]) == (HELD, HELD)
    assert Counter(status for status, _ in stands.values()) == {"sent": 10, "queued": 118, "held": 2}


async def test_a_later_broadcast_does_not_wait_behind_what_the_rate_holds(book: Journal) -> None:
    office = Office(book)
    sender = slow(office)
    await office.writes(*WRITERS)
    await office.broadcast(*WRITERS)
    await office.broadcast("stranger")
    await sender.deliver_due()
    assert (await office.stands())["stranger"] == HELD


async def test_whoever_was_passed_over_has_their_turn_once(book: Journal) -> None:
    office = Office(book)
    sender = slow(office)
    await office.writes(*WRITERS)
    await office.broadcast(*WRITERS)
    for _ in range(13):
        await sender.deliver_due()
        office.clock.moves(seconds=0.5)
    assert sorted(openid for openid, _ in office.channel.sent) == WRITERS
