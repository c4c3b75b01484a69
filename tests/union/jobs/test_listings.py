"""Listings: taken in, refused by rule, approved by name, found, and over."""

import asyncio
from datetime import timedelta

import pytest

from storage.database import Database
from tests.union.conftest import NOW
from tests.union.jobs.boards import approver, brought, plan, published
from union import job_board, listings
from union.calendars import china_day
from union.job_words import Search
from union.listing_rules import Rule
from union.listings import Broken, NoListing, State
from union.rights import Forbidden

LATER = NOW + timedelta(hours=1)


async def codes(database: Database, wish: Search, offset: int = 0) -> tuple[list[str], int]:
    async with database.read() as session:
        found = await job_board.search(session, wish, LATER, offset, 2)
        return [one.code for one in found.listings], found.count


async def test_nothing_is_found_before_somebody_approves_it(union: Database) -> None:
    done = await brought(union, plan(1), plan(2, details="先交押金500"))
    assert done.waiting == ("J-1",)
    assert [(code, [one.rule for one in why]) for code, why in done.refused] == [("J-2", [Rule.DEPOSIT])]
    assert await codes(union, Search()) == ([], 0)
    who = await approver(union)
    async with union.write() as session:
        await listings.approve(session, who, "J-1", NOW)
        with pytest.raises(Broken):
            await listings.approve(session, who, "J-2", NOW)
    assert await codes(union, Search()) == (["J-1"], 1)
    async with union.read() as session:
        assert [
            (one.listing.code, one.listing.state, one.decided_by) for one in await listings.listed(session)
        ] == [
            ("J-1", State.OPEN, who.id),
            ("J-2", State.REFUSED, ""),
        ]


async def test_a_listing_that_changes_waits_again_and_the_same_one_stays(union: Database) -> None:
    who = await approver(union)
    await published(union, who, plan(1))
    assert (await brought(union, plan(1))).unchanged == ("J-1",)
    assert await codes(union, Search()) == (["J-1"], 1)
    assert (await brought(union, plan(1, pay="7000元/月"))).waiting == ("J-1",)
    assert await codes(union, Search()) == ([], 0)


async def test_who_approved_it_is_kept_whatever_is_decided_afterwards(union: Database) -> None:
    who, other = await approver(union), await approver(union, "关岗位的")
    later = NOW + timedelta(days=1)
    await published(union, who, plan(1), plan(2), plan(3))
    async with union.write() as session:
        await listings.close(session, other, "J-1", later)
        await listings.refuse(session, other, "J-2", "不招了", later)
    await brought(union, plan(3, pay="7000元/月"))
    async with union.read() as session:
        kept = [
            (one.listing.state, one.decided_by, one.approved_by, one.approved_at)
            for one in await listings.listed(session)
        ]
    assert kept == [
        (State.CLOSED, other.id, who.id, NOW),
        (State.REFUSED, other.id, who.id, NOW + timedelta(minutes=1)),
        (State.WAITING, "", who.id, NOW + timedelta(minutes=2)),
    ]


async def test_rights_end_at_the_district(union: Database) -> None:
    await brought(union, plan(1))
    other = await approver(union, "别的县区", "xinyi")
    async with union.write() as session:
        with pytest.raises(Forbidden):
            await listings.approve(session, other, "J-1", NOW)
        with pytest.raises(Forbidden):
            await listings.refuse(session, other, "J-1", "不行", NOW)


async def test_the_rules_are_looked_at_again_when_it_is_approved(union: Database) -> None:
    who = await approver(union)
    await brought(union, plan(1))
    async with union.write() as session:
        with pytest.raises(Broken, match="有效期"):
            await listings.approve(session, who, "J-1", NOW + timedelta(days=31))


async def test_two_who_approve_at_once_approve_once(union: Database) -> None:
    who = await approver(union)
    await brought(union, plan(1))

    async def once() -> bool:
        try:
            async with union.write() as session:
                await listings.approve(session, who, "J-1", NOW)
        except NoListing:
            return False
        return True

    assert sorted(await asyncio.gather(once(), once(), once())) == [False, False, True]


async def test_found_by_place_trade_kind_and_pay(union: Database) -> None:
    who = await approver(union)
    await published(
        union,
        who,
        plan(1),
        plan(2, post="普工", district="dianbai", pay="18元/小时", kind="part"),
        plan(3, kind="day", paid="day", pay="280元/天"),
        plan(4, post="茶艺师", pay="4000元/月"),
    )
    for wish, found in (
        (Search(), (["J-4", "J-3"], 4)),
        (Search("gaozhou", "electrician"), (["J-3", "J-1"], 2)),
        (Search("gaozhou", "electrician", paid="day"), (["J-3"], 1)),
        (Search(kind="part"), (["J-2"], 1)),
        (Search(pay=7000, unit="month"), (["J-1"], 1)),
        (Search(pay=250, unit="day"), (["J-3"], 1)),
        (Search(word="茶艺"), (["J-4"], 1)),
        (Search(word="茶师"), ([], 0)),
        (Search("xinyi"), ([], 0)),
    ):
        assert await codes(union, wish) == found, wish
    assert await codes(union, Search(), 2) == (["J-2", "J-1"], 4)
    assert await codes(union, Search(), 4) == ([], 4)


async def test_what_is_new_since(union: Database) -> None:
    who = await approver(union)
    await published(union, who, plan(1), plan(2), plan(3, district="xinyi"))
    async with union.read() as session:
        fresh = await job_board.fresh(session, Search("gaozhou"), NOW, LATER)
        assert [one.at for one in fresh] == [NOW + timedelta(minutes=1)]
        both = await job_board.fresh(
            session, Search(), NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
        )
        assert [one.at - NOW for one in both] == [timedelta(minutes=1), timedelta()]
        assert await job_board.newest(session, NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=1)
        assert await job_board.fresh(session, Search(), NOW + timedelta(minutes=2), LATER) == []


async def test_closed_and_expired_ones_are_not_found(union: Database) -> None:
    who = await approver(union)
    await published(union, who, plan(1), plan(2, expires=china_day(NOW)))
    async with union.write() as session:
        await listings.close(session, who, "J-1", NOW)
    assert await codes(union, Search()) == (["J-2"], 1)
    async with union.read() as session:
        assert not await job_board.any_open(session, NOW + timedelta(days=1))
