"""What workers report: counted once each, told to the keeper, shown when several agree, over when settled."""

import asyncio
from datetime import timedelta

import pytest

from storage.database import Database
from tests.union.conftest import NOW
from tests.union.stations.listed import brought, listed
from union import staff, stations
from union.rights import Role
from union.stations import Heard, NotKeeper, Report, StationReported, UnknownKeeper


async def said(
    database: Database, number: int, problem: str = "water", later: timedelta = timedelta()
) -> Heard:
    async with database.write() as session:
        station = await stations.coded(session, "T-1")
        assert station is not None
        return await stations.report(session, f"o{number}", Report(station.id, problem), NOW + later)


@pytest.fixture
async def kept(union: Database) -> Database:
    async with union.write() as session:
        await staff.add(session, "驿站管理员", {Role.DESK}, "", NOW)
        code = await staff.offer_code(session, "驿站管理员", NOW)
        await staff.bind(session, code, "o-keeper", NOW)
    await brought(union, listed(1, keeper="驿站管理员"))
    return union


async def test_the_keeper_hears_of_the_first_and_of_the_third(kept: Database) -> None:
    heard = [await said(kept, number) for number in (1, 2, 3, 4)]
    assert [one.workers for one in heard] == [1, 2, 3, 4]
    assert [[fact.agreed for fact in one.told] for one in heard] == [[False], [], [True], []]
    assert heard[0].told[0] == StationReported("o-keeper", 1, "测试1号工会驿站", "water", agreed=False)


async def test_saying_it_again_counts_once(kept: Database) -> None:
    assert [(await said(kept, 1)).workers for _ in range(3)] == [1, 1, 1]
    assert (await said(kept, 1, "closed")).workers == 1


async def test_workers_who_say_it_at_once_are_all_counted(kept: Database) -> None:
    await asyncio.gather(*(said(kept, number % 5) for number in range(15)))
    async with kept.read() as session:
        assert await stations.problems(session, [1], NOW) == {(1, "water"): 5}


async def test_old_reports_are_no_news(kept: Database) -> None:
    await said(kept, 1, "closed")
    assert (await said(kept, 2, "closed", timedelta(hours=13))).workers == 1
    await said(kept, 1, "water")
    assert (await said(kept, 2, "water", timedelta(hours=13))).workers == 2


async def test_only_the_keeper_settles_by_chat(kept: Database) -> None:
    await said(kept, 1)
    async with kept.write() as session:
        with pytest.raises(NotKeeper):
            await stations.settle(session, 1, "water", NOW, "o1")
        assert [one[:4] for one in await stations.reported(session)] == [
            ("T-1", "测试1号工会驿站", "water", 1)
        ]
        assert await stations.settle(session, 1, "water", NOW, "o-keeper") == 1
        assert await stations.reported(session) == []
        assert await stations.problems(session, [1], NOW) == {}
    assert (await said(kept, 1)).workers == 1


async def test_without_a_keeper_nobody_is_told(union: Database) -> None:
    await brought(union, listed(1))
    assert await said(union, 1) == Heard(1, ())
    with pytest.raises(UnknownKeeper, match="T-2"):
        await brought(union, listed(2, keeper="谁也不是"))
