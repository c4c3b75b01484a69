"""Whom of the staff to tell of applicants, and how often."""

import asyncio
from datetime import datetime, timedelta

from storage.database import Database
from tests.union.conftest import NOW
from tests.union.jobs.boards import approver, plan, published
from union import applicants, job_applications, job_decisions, staff
from union.applicants import ApplicantsWait
from union.job_applications import State, Wish
from union.rights import Role, Staff

LATER = NOW + timedelta(minutes=10)


async def bound(database: Database, who: Staff) -> Staff:
    async with database.write() as session:
        code = await staff.offer_code(session, who.name, NOW)
        return await staff.bind(session, code, f"wx-{who.name}", NOW)


async def applied(database: Database, openid: str, now: datetime = LATER) -> list[ApplicantsWait]:
    async with database.write() as session:
        await job_applications.apply(session, openid, Wish(1, "陈大文", "13800138000", True), now)
        return list(await applicants.call(session, 1, openid, now))


async def test_twenty_at_once_make_one_notice_and_who_approved_comes_first(union: Database) -> None:
    await bound(union, await approver(union, "另一位"))
    who = await bound(union, await approver(union))
    await bound(union, await approver(union, "别的县区", "xinyi"))
    await approver(union, "没绑的")
    async with union.write() as session:
        desk = await staff.add(session, "值班的", {Role.DESK}, "", NOW)
    await bound(union, desk)
    await published(union, who, plan(1))
    told = await asyncio.gather(*(applied(union, f"o{number}") for number in range(20)))
    (facts,) = [found for found in told if found]
    assert [one.openid for one in facts] == ["wx-审岗位的", "wx-另一位"]
    assert (facts[0].code, facts[0].post, facts[0].again) == ("J-1", "电工", False)


async def test_they_hear_again_after_a_look_or_a_day(union: Database) -> None:
    who = await bound(union, await approver(union))
    await published(union, who, plan(1))
    assert await applied(union, "wx-审岗位的") == []
    assert len(await applied(union, "o1")) == 1
    assert await applied(union, "o2", LATER + timedelta(hours=1)) == []
    async with union.write() as session:
        await applicants.look(session, who, "J-1", LATER + timedelta(hours=2))
    (fact,) = await applied(union, "o3", LATER + timedelta(hours=3))
    assert (fact.new, fact.waiting, fact.again) == (2, 4, True)
    assert await applied(union, "o4", LATER + timedelta(hours=4)) == []
    (fact,) = await applied(union, "o5", LATER + timedelta(hours=27))
    assert (fact.new, fact.waiting) == (2, 6)


async def test_what_was_answered_does_not_wait(union: Database) -> None:
    who = await approver(union)
    await published(union, who, plan(1), plan(2))
    await applied(union, "o1")
    await applied(union, "o2")
    async with union.write() as session:
        (one,) = await applicants.unanswered(session)
        assert (one.code, one.district, one.waiting) == ("J-1", "gaozhou", 2)
        await job_decisions.answer(session, who, 1, State.DECLINED, "", None, LATER)
        await job_applications.withdraw(session, "o2", 2)
        assert await applicants.unanswered(session) == []
