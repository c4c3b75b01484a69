"""Never more codes than packs, one each, each worth one pack."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.encryption import Keyring, parse_keys
from tests.conftest import KEYS
from tests.stories.venues import pack
from tests.union.events.halls import NOW
from union import coupons, pack_plans, packs, staff
from union.coupons import Coupon, Refused, Why
from union.pack_plans import Unfit
from union.rights import Forbidden, Role


async def give(tables: Database, amount: int = 2, **changed: Any) -> int:
    async with tables.write() as session:
        await pack_plans.publish(session, pack(NOW, amount=amount, **changed), NOW)
        found = await packs.find_code(session, "P-1")
    assert found is not None
    return found.id


async def take(tables: Database, openid: str, pack_id: int) -> Coupon | Why:
    try:
        async with tables.write() as session:
            return await coupons.take(session, openid, pack_id, NOW)
    except Refused as refused:
        return refused.why


async def test_one_each_and_the_same_again(tables: Database) -> None:
    pack_id = await give(tables)
    first, again = await take(tables, "o1", pack_id), await take(tables, "o1", pack_id)
    assert isinstance(first, Coupon)
    assert isinstance(again, Coupon)
    assert (first.code, first.number) == (again.code, again.number)
    assert isinstance(await take(tables, "o2", pack_id), Coupon)
    assert await take(tables, "o3", pack_id) is Why.GONE
    assert await take(tables, "o3", 99) is Why.UNKNOWN


async def test_a_hundred_at_once_take_what_there_is(tables: Database) -> None:
    pack_id = await give(tables, 10)
    url = tables.url.render_as_string(hide_password=False)
    processes = [Database(url, Keyring(parse_keys(KEYS))) for _ in range(3)]
    doors = [asyncio.Semaphore(3) for _ in processes]

    async def run(number: int) -> Coupon | Why:
        async with doors[number % 3]:
            return await take(processes[number % 3], f"o{number}", pack_id)

    had = await asyncio.gather(*(run(number) for number in range(100)))
    got = [one for one in had if isinstance(one, Coupon)]
    assert sorted(one.number for one in got) == list(range(1, 11))
    assert len({one.code for one in got}) == 10
    assert Counter(one for one in had if isinstance(one, Why)) == {Why.GONE: 90}
    for process in processes:
        await process.close()


async def test_a_code_is_redeemed_once_by_who_may(tables: Database) -> None:
    pack_id = await give(tables, district="gaozhou")
    mine = await take(tables, "o1", pack_id)
    assert isinstance(mine, Coupon)
    async with tables.write() as session:
        here = await staff.add(session, "高州值班", {Role.DESK}, "gaozhou", NOW)
        there = await staff.add(session, "信宜值班", {Role.DESK}, "xinyi", NOW)
    async with tables.write() as session:
        with pytest.raises(Forbidden):
            await coupons.redeem(session, there, mine.code, NOW)
        with pytest.raises(Refused) as refused:
            await coupons.redeem(session, replace(here, openid="o1"), mine.code, NOW)
        assert refused.value.why is Why.OWN
        done, fact = await coupons.redeem(session, here, f" {mine.code[:4].lower()}-{mine.code[4:]}", NOW)
        assert (done.code, fact.openid) == (mine.code, "o1")
    for now, why in ((NOW, Why.REDEEMED), (NOW + timedelta(days=9), Why.REDEEMED)):
        async with tables.write() as session:
            with pytest.raises(Refused) as refused:
                await coupons.redeem(session, here, mine.code, now)
        assert refused.value.why is why


async def test_several_who_redeem_at_once_hand_over_one(tables: Database) -> None:
    pack_id = await give(tables)
    mine = await take(tables, "o1", pack_id)
    assert isinstance(mine, Coupon)
    async with tables.write() as session:
        someone = await staff.add(session, "值班", {Role.DESK}, "", NOW)

    async def redeem() -> str:
        async with tables.write() as session:
            try:
                await coupons.redeem(session, someone, mine.code, NOW)
            except Refused as refused:
                return refused.why
        return "handed over"

    assert Counter(await asyncio.gather(*(redeem() for _ in range(4)))) == {"handed over": 1, "redeemed": 3}


async def test_what_is_given_back_is_there_again_under_a_new_number(tables: Database) -> None:
    pack_id = await give(tables, 1)
    mine = await take(tables, "o1", pack_id)
    assert isinstance(mine, Coupon)
    async with tables.write() as session:
        assert await coupons.give_back(session, "o2", mine.code) == 0
        assert await coupons.give_back(session, "o1", mine.code) == 1
    other = await take(tables, "o2", pack_id)
    assert isinstance(other, Coupon)
    assert other.number == 2


async def test_who_takes_one_while_it_is_moved_hears_where_it_is_now(tables: Database) -> None:
    pack_id = await give(tables)
    await take(tables, "o1", pack_id)
    async with tables.write() as session:
        moved = await pack_plans.publish(session, pack(NOW, place="测试北门"), NOW)
        late = asyncio.create_task(take(tables, "o2", pack_id))
        await asyncio.sleep(0.2)  # it has looked, and waits for the row
    assert [fact.openid for fact in moved.told] == ["o1"]
    mine = await late
    assert isinstance(mine, Coupon)
    assert mine.pack.place == "测试北门"


async def test_a_plan_must_fit_what_is_taken_and_its_own_times(tables: Database) -> None:
    pack_id = await give(tables)
    await take(tables, "o1", pack_id)
    await take(tables, "o2", pack_id)
    with pytest.raises(Unfit):
        await give(tables, 1)
    with pytest.raises(Unfit):
        await give(tables, 5, closes_at=NOW - timedelta(days=1))
    await give(tables, 3)
    assert isinstance(await take(tables, "o3", pack_id), Coupon)
    async with tables.write() as session:
        assert await pack_plans.close(session, "P-1", NOW)
        with pytest.raises(Unfit):
            await pack_plans.close(session, "P-9", NOW)
    assert await take(tables, "o4", pack_id) is Why.CLOSED
