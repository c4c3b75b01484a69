"""What staff change of an event, and who hears of it; the samples of the demo."""

from datetime import timedelta

import pytest

from storage.database import Database
from tests.stories.venues import plan
from tests.union.events.halls import NOW, hold
from union import event_plans, event_samples, events, packs, places, signups
from union.event_news import EventCancelled, EventMoved, PlaceOffered, Refused
from union.event_plans import QuotaPlan, Unfit
from union.events import Sort
from union.lines import State
from union.refusals import Why


async def test_another_place_is_told_and_more_places_are_offered(tables: Database) -> None:
    hall = await hold(tables, seats=1)
    await hall.joins(1)
    await hall.joins(2)
    done = await hall.does(event_plans.publish, [plan(NOW, seats=2, place="测试楼 102")], NOW)
    assert [type(fact) for fact in done.told] == [EventMoved, EventMoved, PlaceOffered]
    again = await hall.does(event_plans.publish, [plan(NOW, seats=2, place="测试楼 102")], NOW)
    assert (again.unchanged, again.told) == (("E-1",), ())


async def test_a_quota_that_is_used_cannot_go(tables: Database) -> None:
    hall = await hold(tables, quotas=(QuotaPlan(Sort.WORK, "rider", 1), QuotaPlan(Sort.ALL, "", 1)))
    await hall.joins(1)
    await hold(tables, quotas=(QuotaPlan(Sort.WORK, "rider", 3),))
    with pytest.raises(Unfit):
        await hold(tables, quotas=(QuotaPlan(Sort.ALL, "", 1),))


async def test_a_quota_made_smaller_puts_nobody_out_and_staff_are_told(tables: Database) -> None:
    def quotas(gaozhou: int, maonan: int) -> tuple[QuotaPlan, ...]:
        return QuotaPlan(Sort.DISTRICT, "gaozhou", gaozhou), QuotaPlan(Sort.DISTRICT, "maonan", maonan)

    hall = await hold(tables, quotas=quotas(2, 2))
    for number in (1, 2, 3):
        await hall.joins(number)
    fewer = await hall.does(event_plans.publish, [plan(NOW, quotas=quotas(1, 3))], NOW)
    assert (fewer.told, fewer.over) == ((), ("E-1: 2 of 1 for gaozhou",))
    await hall.does(signups.withdraw, "o1", hall.event.id, NOW)
    assert (await hall.states())["o3"] is State.WAITING
    more = await hall.does(event_plans.publish, [plan(NOW, quotas=quotas(2, 3))], NOW)
    assert ([type(fact) for fact in more.told], more.over) == ([PlaceOffered], ())


async def test_a_cancelled_event_tells_everybody_once_and_stays_so(tables: Database) -> None:
    hall = await hold(tables, seats=1)
    await hall.joins(1)
    await hall.joins(2)
    told = await hall.does(event_plans.cancel, hall.event.id, "台风", NOW)
    assert [(type(fact), fact.openid) for fact in told] == [(EventCancelled, "o1"), (EventCancelled, "o2")]
    assert await hall.does(event_plans.cancel, hall.event.id, "台风", NOW) == []
    assert set((await hall.states()).values()) == {State.CANCELLED}
    with pytest.raises(Unfit):
        await hold(tables, seats=9)


async def test_closed_means_that_nobody_else_is_taken_in(tables: Database) -> None:
    hall = await hold(tables)
    assert await hall.does(event_plans.close, hall.event.id, NOW)
    assert not await hall.does(event_plans.close, hall.event.id, NOW)
    with pytest.raises(Refused) as refused:
        await hall.joins(1)
    assert refused.value.why is Why.CLOSED
    assert await hall.does(event_plans.reopen, hall.event.id, NOW)
    await hall.joins(1)


async def test_only_small_pictures_are_hung(tables: Database) -> None:
    hall = await hold(tables)
    for content in (b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(600_000)):
        with pytest.raises(Unfit):
            await hall.does(event_plans.hang, hall.event.id, content)
    for content, kind in ((b"\x89PNG\r\n\x1a\n1", "png"), (b"\xff\xd8\xff1", "jpeg")):
        await hall.does(event_plans.hang, hall.event.id, content)
        found = await hall.does(events.picture, hall.event.id)
        assert found is not None
        assert (found.kind, found.content) == (kind, content)


async def test_the_demo_always_has_events_and_never_twice(tables: Database) -> None:
    for now in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=31)):
        async with tables.write() as session:
            await event_samples.plant(session, now)
        async with tables.read() as session:
            assert len(await events.upcoming(session, now)) == len(event_samples.samples(now))
            assert len(await packs.open_ones(session, now)) == 1


def test_samples_say_that_they_are_samples() -> None:
    for one in event_samples.samples(NOW):
        assert one.sample
        assert "样例" in one.title
        assert "样例" in one.place
        assert places.place(one.district).is_district
        assert one.closes_at <= one.starts_at < one.ends_at
    for given in event_samples.packs(NOW):
        assert given.sample
        assert "样例" in given.title
