"""Applying, the answer, and what is asked afterwards, each once."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from storage.base import CHINA
from storage.database import Database
from tests.union.conftest import NOW
from tests.union.jobs.boards import approver, plan, published
from union import accesses, applicants, consents, job_applications, job_decisions, job_questions, listings
from union.calendars import china_day
from union.consents import Purpose
from union.job_applications import PayAsked, Refused, StartAsked, State, Why, Wish
from union.job_decisions import Unanswerable
from union.job_questions import About
from union.rights import Forbidden, Staff

START = date(2026, 12, 1)


def at(day: date, hour: int = 11) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


async def applied(database: Database, openid: str = "o1", agree: bool = True, listing: int = 1) -> int:
    async with database.write() as session:
        wish = Wish(listing, "陈大文", "13800138000", agree)
        return (await job_applications.apply(session, openid, wish, NOW)).id


@pytest.fixture
async def who(union: Database) -> Staff:
    who = await approver(union)
    await published(union, who, plan(1, paid="day"))
    return who


async def hired(union: Database, who: Staff, starts_on: date | None = START) -> int:
    id = await applied(union)
    async with union.write() as session:
        await job_decisions.answer(session, who, id, State.HIRED, "早上八点到门卫", starts_on, NOW)
    return id


async def due(database: Database, now: datetime) -> list[object]:
    async with database.write() as session:
        return list(await job_applications.due(session, now))


async def test_consent_is_kept_and_nothing_without_it(union: Database, who: Staff) -> None:
    with pytest.raises(Refused, match=Why.DISAGREED):
        await applied(union, agree=False)
    await applied(union)
    async with union.write() as session:
        assert await consents.holds(session, "o1", Purpose.JOBS, job_applications.CONSENT)
        assert not await consents.holds(session, "o2", Purpose.JOBS)


async def test_all_that_is_open_is_taken_back_with_the_consent(union: Database, who: Staff) -> None:
    await published(union, who, plan(2))
    await applied(union)
    await applied(union, listing=2)
    await applied(union, "o2")
    async with union.write() as session:
        assert await job_applications.withdraw_all(session, "o1") == 2
        assert await job_applications.withdraw_all(session, "o1") == 0
        assert await job_applications.mine(session, "o1") == []
        assert len(await job_applications.mine(session, "o2")) == 1


async def test_a_worker_applies_once_also_at_the_same_moment(union: Database, who: Staff) -> None:
    done = await asyncio.gather(*(applied(union) for _ in range(4)), return_exceptions=True)
    assert sorted(str(one) for one in done) == ["1", *[str(Why.TWICE)] * 3]


async def test_who_withdrew_may_apply_again(union: Database, who: Staff) -> None:
    id = await applied(union)
    async with union.write() as session:
        with pytest.raises(Refused, match=Why.UNKNOWN):
            await job_applications.withdraw(session, "o2", id)
        await job_applications.withdraw(session, "o1", id)
        with pytest.raises(Refused, match=Why.OVER):
            await job_applications.withdraw(session, "o1", id)
        assert await job_applications.mine(session, "o1") == []
    assert await applied(union) == id


async def test_nobody_applies_for_what_is_over(union: Database, who: Staff) -> None:
    async with union.write() as session:
        await listings.close(session, who, "J-1", NOW)
    for listing in (1, 99):
        with pytest.raises(Refused, match=Why.OVER):
            await applied(union, listing=listing)


async def test_looking_at_applicants_is_written_down(union: Database, who: Staff) -> None:
    await applied(union)
    other = await approver(union, "别的县区", "xinyi")
    async with union.write() as session:
        with pytest.raises(Forbidden):
            await applicants.look(session, other, "J-1", NOW)
        (one,) = await applicants.look(session, who, "J-1", NOW)
        assert (one.name, one.phone) == ("陈大文", "13800138000")
        for openid in ("", "o1"):
            (look,) = await accesses.of(session, openid)
            assert (look.staff, look.what) == (who.id, "1 applicants for J-1")


async def test_start_and_pay_are_asked_once_each(union: Database, who: Staff) -> None:
    id = await hired(union, who)
    asked = StartAsked("o1", id, "电工", "测试用人单位")
    assert await due(union, at(START)) == []
    assert await due(union, at(START + timedelta(days=1), 9)) == []
    assert await due(union, at(START + timedelta(days=1))) == [asked]
    assert await due(union, at(START + timedelta(days=2))) == []
    async with union.write() as session:
        await job_applications.note_start(session, "o1", id, True, at(START + timedelta(days=2)))
    assert await due(union, at(START + timedelta(days=2))) == [PayAsked("o1", id, "电工", "测试用人单位")]
    assert await due(union, at(START + timedelta(days=3))) == []
    async with union.write() as session:
        assert (await job_applications.note_pay(session, "o1", id, False)).got_paid is False
        assert [one.id for one in await job_applications.mine(session, "o1")] == [id]
        await job_applications.note_pay(session, "o1", id, True)
        assert await job_applications.mine(session, "o1") == []


async def test_who_did_not_start_is_not_asked_for_money(union: Database, who: Staff) -> None:
    id = await hired(union, who)
    await due(union, at(START + timedelta(days=1)))
    async with union.write() as session:
        await job_applications.note_start(session, "o1", id, False, at(START + timedelta(days=1)))
    assert await due(union, at(START + timedelta(days=60))) == []


async def test_who_does_not_say_whether_it_began_is_asked_for_the_money_later(
    union: Database, who: Staff
) -> None:
    id = await hired(union, who)
    assert await due(union, at(START + timedelta(days=1))) == [StartAsked("o1", id, "电工", "测试用人单位")]
    assert await due(union, at(START + timedelta(days=2))) == []
    assert await due(union, at(START + timedelta(days=3))) == [PayAsked("o1", id, "电工", "测试用人单位")]
    assert await due(union, at(START + timedelta(days=4))) == []
    async with union.write() as session:
        pay, start = await job_questions.open_for(session, "o1", at(START + timedelta(days=4)))
        assert (pay.about, start.about) == (About.PAY, About.START)
        await job_applications.note_pay(session, "o1", id, True)
        await job_applications.note_start(session, "o1", id, True, at(START + timedelta(days=4)))
        assert await job_questions.open_for(session, "o1", at(START + timedelta(days=4))) == []


async def test_without_a_day_of_start_it_is_the_day_of_the_answer(union: Database, who: Staff) -> None:
    id = await hired(union, who, None)
    day = china_day(NOW)
    assert await due(union, at(day)) == []
    assert len(await due(union, at(day + timedelta(days=1)))) == 1
    async with union.write() as session:
        (one,) = await job_applications.mine(session, "o1")
        assert one.starts_on is None
        done = await job_applications.note_start(session, "o1", id, True, at(day + timedelta(days=5)))
        assert done.starts_on == day + timedelta(days=5)
    assert await due(union, at(day + timedelta(days=5))) == []
    assert await due(union, at(day + timedelta(days=6))) == [PayAsked("o1", id, "电工", "测试用人单位")]


async def test_a_start_that_is_not_yet_is_asked_of_again(union: Database, who: Staff) -> None:
    id = await hired(union, who)
    asked = [StartAsked("o1", id, "电工", "测试用人单位")]
    assert await due(union, at(START + timedelta(days=1))) == asked
    async with union.write() as session:
        await job_applications.put_off(session, "o1", id, at(START + timedelta(days=1)))
    assert await due(union, at(START + timedelta(days=3))) == []
    assert await due(union, at(START + timedelta(days=4))) == asked
    assert await due(union, at(START + timedelta(days=5))) == []
    assert await due(union, at(START + timedelta(days=6))) == [PayAsked("o1", id, "电工", "测试用人单位")]


async def says(
    union: Database, who: Staff, id: int, state: State, words: str = "", starts_on: date | None = None
) -> str:
    """What the worker is told, or why it cannot be answered so."""
    try:
        async with union.write() as session:
            fact = await job_decisions.answer(session, who, id, state, words, starts_on, NOW)
    except Unanswerable as problem:
        return str(problem)
    return f"{'otherwise ' if fact.otherwise else ''}{fact.state} {fact.words} {fact.starts_on or ''}".strip()


async def test_the_same_answer_is_told_once(union: Database, who: Staff) -> None:
    id = await hired(union, who)
    for words, day in (("", None), ("早上八点到门卫", START), ("", START)):
        assert "is hired already" in await says(union, who, id, State.HIRED, words, day)
    assert await says(union, who, id, State.HIRED, "带身份证") == f"otherwise hired 带身份证 {START}"
    later = START + timedelta(days=1)
    assert await says(union, who, id, State.HIRED, "", later) == f"otherwise hired 带身份证 {later}"
    assert await due(union, at(later)) == []
    assert len(await due(union, at(later + timedelta(days=1)))) == 1


async def test_what_a_worker_has_said_outlasts_another_answer(union: Database, who: Staff) -> None:
    id = await hired(union, who)
    await due(union, at(START + timedelta(days=1)))
    async with union.write() as session:
        await job_applications.note_start(session, "o1", id, True, at(START + timedelta(days=1)))
    assert "the work has begun" in await says(union, who, id, State.DECLINED)
    assert "the work has begun" in await says(union, who, id, State.INVITED)
    assert "otherwise hired" in await says(union, who, id, State.HIRED, "工牌在前台领")
    assert [type(one) for one in await due(union, at(START + timedelta(days=2)))] == [PayAsked]


async def test_an_answer_by_mistake_is_mended(union: Database, who: Staff) -> None:
    id = await applied(union)
    assert await says(union, who, id, State.DECLINED) == "declined"
    assert await says(union, who, id, State.INVITED, "周三来") == "otherwise invited 周三来"
    assert await says(union, who, id, State.HIRED, "", START) == f"hired  {START}"
    assert await says(union, who, id, State.DECLINED) == "otherwise declined"
    assert await due(union, at(START + timedelta(days=1))) == []
    assert await says(union, who, 99, State.HIRED) == "there is no application 99"
    assert await says(union, who, id, State.HIRED) == "otherwise hired"
    async with union.write() as session:
        await job_applications.withdraw(session, "o1", id)
    assert "taken back by the worker" in await says(union, who, id, State.HIRED)


@pytest.mark.parametrize("days", [-2520, -30, -8, 181, 366])
async def test_a_first_day_far_from_today_is_a_slip(union: Database, who: Staff, days: int) -> None:
    id, day = await applied(union), china_day(NOW) + timedelta(days=days)
    assert "no first day of work" in await says(union, who, id, State.HIRED, "", day)
    assert "hired" in await says(union, who, id, State.HIRED, "", china_day(NOW) - timedelta(days=2))
