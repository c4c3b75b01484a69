"""What workers answer to `events` in words that courses share, or that are written otherwise than expected."""

from datetime import timedelta

import pytest

from bot.app import Bot
from tests.clocks import Clock
from tests.stories.schools import School
from tests.stories.venues import Venue
from union.courses import Course
from union.events import Event, Kind
from union.lines import State
from wechat.simulator import Phone, Platform

ME = ("陈大文", "13800138000")
OTHER = ("李小珍", "13800138001")


@pytest.fixture
def venue(bot: Bot, clock: Clock) -> Venue:
    return Venue(bot, clock)


@pytest.fixture
def school(bot: Bot, clock: Clock) -> School:
    return School(bot, clock)


async def offered_seat(phone: Phone, other: Phone, school: School) -> Course:
    """Somebody gives up the only seat, which the phone has waited for."""
    course = await school.opens(seats=1)
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="报上了")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="第 1 位")
    await other.says("取消培训", "确认", hears="已经帮您取消")
    await phone.hears("轮到您了")
    return course


async def offered_place(phone: Phone, other: Phone, venue: Venue) -> Event:
    """Somebody gives up the only place, which the phone has waited for."""
    event = await venue.opens(seats=1)
    for one, contact, hears in ((other, OTHER, "报上了"), (phone, ME, "第 1 位")):
        await one.says("活动", "1", "报名")
        if "姓名" in one.messages[-1].text and "核对" not in one.messages[-1].text:
            await one.says(*contact)
        await one.says("确认", hears=hears)
    await other.says("取消活动", "确认", hears="已经帮您取消")
    await phone.hears("轮到您了")
    return event


async def test_an_offered_place_goes_before_a_seat_that_ran_out(
    phone: Phone, platform: Platform, venue: Venue, school: School, clock: Clock
) -> None:
    other = platform.phone("阿珍")
    course = await offered_seat(phone, other, school)
    clock.ahead = timedelta(hours=36)
    await school.strikes()
    assert (await school.states(course))[phone.openid] == State.LAPSED
    event = await offered_place(phone, other, venue)
    await phone.says("要名额", hears="测试联谊")
    assert (await venue.states(event))[phone.openid] == State.ENROLLED
    assert (await school.states(course))[phone.openid] == State.LAPSED


async def test_with_a_seat_and_a_place_on_offer_one_is_asked_which(
    phone: Phone, platform: Platform, venue: Venue, school: School
) -> None:
    other = platform.phone("阿珍")
    course = await offered_seat(phone, other, school)
    event = await offered_place(phone, other, venue)
    await phone.says("不要名额", hears="测试联谊")
    assert (await school.states(course))[phone.openid] == State.OFFERED
    await phone.says("2", "确认", hears="“测试联谊”已经帮您取消")
    assert (await venue.states(event))[phone.openid] == State.WITHDRAWN
    await phone.says("要名额", hears="报上了")
    assert (await school.states(course))[phone.openid] == State.ENROLLED


async def test_an_event_is_answered_by_its_own_words(
    phone: Phone, platform: Platform, venue: Venue, school: School
) -> None:
    other = platform.phone("阿珍")
    course = await offered_seat(phone, other, school)
    event = await offered_place(phone, other, venue)
    await phone.says("要", hears="您要哪一个")
    await phone.says("不要活动名额", hears="“测试联谊”已经帮您取消")
    assert (await venue.states(event))[phone.openid] == State.WITHDRAWN
    assert (await school.states(course))[phone.openid] == State.OFFERED


async def test_marks_and_thanks_change_nothing(phone: Phone, platform: Platform, venue: Venue) -> None:
    other = platform.phone("阿珍")
    event = await offered_place(phone, other, venue)
    await phone.says("要名额！", hears="报上了")
    await phone.says("取消报名。", hears="确定取消")
    await phone.says("1", hears="已经帮您取消")
    await other.says("活动", "1", "报名！", "确认", hears="报上了")
    await phone.says("活动", "1", "报名", "确认", hears="第 1 位")
    await other.says("取消活动", "确认")
    await phone.hears("轮到您了")
    await phone.says("不要名额，谢谢", hears="已经帮您取消")
    assert set((await venue.states(event)).values()) == {State.WITHDRAWN}


async def test_a_suggestion_that_is_picked_leads_to_its_own_kind(phone: Phone, venue: Venue) -> None:
    await phone.says("讲座", hears="您是不是想问")
    (answer,) = await phone.says("1")
    assert "普惠" not in answer.text
    await venue.opens(kind=Kind.TALK, title="测试宣讲会")
    await phone.says("讲座", "1", hears="看眼下的宣讲活动（1 个）")
    await phone.says("1", hears="测试宣讲会")
