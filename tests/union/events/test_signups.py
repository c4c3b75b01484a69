"""Places by quota, lines that do not mix, and never more people than places."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.encryption import Keyring, parse_keys
from tests.conftest import KEYS
from tests.union.events.halls import NOW, Hall, hold
from union import erasing, event_places, retention, signups
from union.courses import Audience
from union.event_news import Attendee, LineEnded, PlaceConfirmed, PlaceOffered, PutInLine, Refused, SignUp
from union.event_plans import QuotaPlan
from union.events import Sort
from union.lines import State
from union.refusals import Why

RIDERS, GAOZHOU = QuotaPlan(Sort.WORK, "rider", 1), QuotaPlan(Sort.DISTRICT, "gaozhou", 1)
OTHERS = QuotaPlan(Sort.ALL, "", 1)
RIDER = Attendee(member=True, district="maonan", work="rider")
DRIVER = Attendee(member=True, district="gaozhou", work="trucker")
GUARD = Attendee(member=True, district="dianbai", work="guard")


async def test_members_get_the_places_that_are_for_them(tables: Database) -> None:
    hall = await hold(tables, quotas=(OTHERS, RIDERS, GAOZHOU))
    whose = {
        who: [one.whose for one in signups.quotas_for(hall.event, who)] for who in (RIDER, DRIVER, GUARD)
    }
    assert whose == {RIDER: ["rider", ""], DRIVER: ["gaozhou", ""], GUARD: [""]}
    assert isinstance((await hall.joins(1, 1, RIDER)).own, PlaceConfirmed)
    assert isinstance((await hall.joins(2, 2, DRIVER)).own, PlaceConfirmed)
    with pytest.raises(Refused) as refused:
        await hall.joins(3, 1, GUARD)
    assert refused.value.why is Why.OTHERS_ONLY
    assert isinstance((await hall.joins(3, 0, GUARD)).own, PlaceConfirmed)
    own = (await hall.joins(4, 1, RIDER)).own
    assert isinstance(own, PutInLine)
    assert own.position == 1


async def test_a_place_goes_to_the_line_of_its_own_quota(tables: Database) -> None:
    hall = await hold(tables, quotas=(RIDERS, OTHERS))
    for number, quota in ((1, 0), (2, 1), (3, 1), (4, 0)):
        await hall.joins(number, quota)
    decided = await hall.does(signups.withdraw, "o1", hall.event.id, NOW)
    assert [(type(fact), fact.openid) for fact in decided.others] == [(PlaceOffered, "o4")]
    assert await hall.states() == {
        "o1": State.WITHDRAWN,
        "o2": State.ENROLLED,
        "o3": State.WAITING,
        "o4": State.OFFERED,
    }


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"opens_at": NOW + timedelta(hours=1)}, Why.NOT_YET),
        ({"closes_at": NOW}, Why.CLOSED),
        ({"audience": Audience.MEMBERS}, Why.MEMBERS_ONLY),
        ({"quotas": ()}, Why.JUST_COME),
    ],
)
async def test_who_may_not_sign_up_hears_why(tables: Database, changed: dict[str, Any], why: Why) -> None:
    hall = await hold(tables, **changed)
    with pytest.raises(Refused) as refused:
        await hall.does(signups.check, "o1", hall.event.id, NOW, Attendee())
    assert refused.value.why is why


async def test_one_worker_and_one_number_have_one_place(tables: Database) -> None:
    hall = await hold(tables, seats=5)
    await hall.joins(1)
    with pytest.raises(Refused) as twice:
        await hall.joins(1)
    wish = SignUp(hall.event.id, hall.event.quotas[0].id, "测试", "13800100001")
    with pytest.raises(Refused) as same_number:
        await hall.does(signups.sign_up, "o2", wish, NOW, Attendee())
    assert (twice.value.why, same_number.value.why) == (Why.ENROLLED, Why.PHONE_TAKEN)


async def test_a_line_ends_when_the_event_begins(tables: Database) -> None:
    hall = await hold(tables, seats=1)
    await hall.joins(1)
    await hall.joins(2)
    told = await hall.does(event_places.move_up, hall.event.starts_at)
    assert told == [LineEnded("o2", hall.event)]


async def test_two_hundred_at_once_never_overbook(tables: Database) -> None:
    """As many processes as would share a database, each with connections of its own."""
    event = (
        await hold(tables, quotas=(QuotaPlan(Sort.WORK, "rider", 10), QuotaPlan(Sort.ALL, "", 10)))
    ).event
    url = tables.url.render_as_string(hide_password=False)
    processes = [Database(url, Keyring(parse_keys(KEYS))) for _ in range(3)]
    doors = [asyncio.Semaphore(3) for _ in processes]

    async def sign_up(number: int) -> object:
        async with doors[number % 3]:
            return (await Hall(processes[number % 3], event).joins(number, number % 2)).own

    told = await asyncio.gather(*(sign_up(number) for number in range(200)))
    for quota in event.quotas:
        own = [one for one in told if isinstance(one, PlaceConfirmed | PutInLine) and one.quota == quota]
        assert Counter(map(type, own)) == {PlaceConfirmed: 10, PutInLine: 90}
        waiting = sorted(one.position for one in own if isinstance(one, PutInLine))
        assert waiting == list(range(1, 91))
    for process in processes:
        await process.close()


async def test_a_contact_that_was_taken_back_is_gone_and_its_openid_too_in_time(tables: Database) -> None:
    hall = await hold(tables)
    await hall.joins(1)
    await hall.joins(2)
    await hall.does(signups.forget_contact, "o1")
    async with tables.write() as session:
        assert await event_places.line.contact(session, "o1") is None
        assert await event_places.line.contact(session, "o2") is not None
        await erasing.age(session, NOW)
    assert set(await hall.states()) == {"o1", "o2"}
    async with tables.write() as session:
        await erasing.age(session, NOW + retention.EVENTS + timedelta(days=1))
    assert not {"o1", "o2"} & set(await hall.states())
