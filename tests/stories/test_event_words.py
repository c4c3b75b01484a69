"""What workers answer to `events` in words that courses share, or that are written otherwise than expected."""

from datetime import timedelta
from typing import Any

from bot.app import Bot
from storage.base import CHINA
from tests.clocks import Clock
from tests.stories.schools import School
from tests.stories.venues import Venue
from union.courses import Audience, Course
from union.event_plans import QuotaPlan
from union.events import Event, Kind, Sort
from union.lines import State
from wechat.simulator import Phone, Platform

ME = ("陈大文", "13800138000")
OTHER = ("李小珍", "13800138001")


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
        if "这次也用吗" in one.messages[-1].text:
            await one.says("用", hears="核对")
        elif "核对" not in one.messages[-1].text:
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
    clock.ahead = timedelta(hours=30)
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
    await phone.says("2", hears="已经帮您取消")
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
    await phone.says("讲座", hears="您是不是想问")
    await venue.opens(kind=Kind.TALK, title="测试宣讲会")
    await phone.says("1", hears="看眼下的宣讲活动（1 个）")
    await phone.says("1", hears="测试宣讲会")


async def test_long_details_are_cut_where_there_is_no_room(phone: Phone, venue: Venue) -> None:
    long: dict[str, Any] = {
        "title": "联" * 64,
        "host": "会" * 64,
        "place": "场" * 128,
        "details": "带水" * 300,
    }
    event = await venue.opens(**long)
    await phone.says("活动", "1", hears="带水带水")
    await phone.says("报名", *ME, "确认", hears="报上了")
    await phone.says("我的活动", hears="已报名")
    for number in range(6):
        await venue.opens(f"L-{number}", days=11, **long)
        await phone.chooses("报名", f"events:join={event.id + number + 1}")
        await phone.says("确认", hears="报上了")
    await phone.says("我的活动", hears="已报名")
    await venue.opens(**(long | {"place": "楼" * 128}))
    await phone.hears("地点改了")


async def test_until_when_one_can_sign_up(phone: Phone, venue: Venue, school: School, clock: Clock) -> None:
    day = (clock() + timedelta(days=4)).astimezone(CHINA)
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    told = f"报名到{midnight.month}月{(midnight - timedelta(days=1)).day}日"
    await venue.opens(closes_at=midnight)
    await phone.says("活动", "1", hears=told)
    await school.opens(closes_at=midnight)
    await phone.says("培训", "1", hears="24:00为止")
    assert "24:00为止" in phone.messages[-1].text
    begins = await venue.opens("E-2", closes_at=midnight + timedelta(days=30), days=4)
    await phone.chooses("看", f"events:see={begins.id}")
    assert "09:00为止" in phone.messages[-1].text


async def test_nobody_is_named_who_does_not_wait(phone: Phone, venue: Venue) -> None:
    await venue.opens(kind=Kind.FAIR)
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    assert "身份证" not in phone.messages[-1].text
    for said in ("取消活动", "确认"):
        (answer,) = await phone.says(said, hears="取消")
        assert "候补" not in answer.text


async def test_what_used_to_be_heard_by_nobody(phone: Phone, venue: Venue, clock: Clock) -> None:
    event = await venue.opens(days=1)
    for said in ("高州有啥活动", "高州有咩活动", "茂名有什么活动", "信宜有什么活动"):
        await phone.says(said, hears="测试联谊")
    await phone.says("活动签到", hears="没有报着的活动")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("活动签到", hears="测试联谊")
    await phone.says("活动取消了吗", hears="已报名")
    await phone.says("明天的活动去不了", hears="确定取消")
    await phone.says("2", hears="已经帮您取消")
    await venue.cancels(event, "")
    await venue.gives()
    await phone.says("礼包怎么领", "1", hears="领到了")
    await phone.says("退礼包", hears="退掉：测试礼包")


async def test_who_comes_to_an_open_event_is_let_in(phone: Phone, venue: Venue, clock: Clock) -> None:
    event = await venue.opens(seats=0)
    clock.ahead = event.starts_at + timedelta(minutes=5) - clock()
    await phone.scans(venue.scene(event))
    assert "直接进来" in phone.messages[-1].text


async def test_what_is_named_of_a_list_of_events_is_meant(phone: Phone, venue: Venue, school: School) -> None:
    await school.opens()
    first = await venue.opens(title="冬日联谊")
    riders = (QuotaPlan(Sort.WORK, "rider", 1), QuotaPlan(Sort.ALL, "", 1))
    second = await venue.opens("E-2", title="骑手暖冬", kind=Kind.WARMTH, quotas=riders, days=12)
    await phone.says("活动", "报名", hears="想报哪一个？")
    await phone.says("冬日联谊", hears="姓名")
    await phone.says("取消", "活动", "冬日", hears="【冬日联谊】")
    await phone.says("报名", hears="姓名")
    await phone.says(*ME, "确认", hears="报上了")
    await phone.says("活动", "骑手暖冬 报名", hears="您是哪一边的")
    await phone.says("报名", hears="您是哪一边的")
    await phone.says("我跑美团的", hears="骑手暖冬")
    assert "外卖骑手" in phone.messages[-1].text
    await phone.says("确认", hears="报上了")
    assert [one.quota for one in await venue.guests(second)] == ["rider"]
    assert await venue.states(first) == {phone.openid: State.ENROLLED}


async def test_what_is_named_to_be_given_up_is_asked_about_first(
    phone: Phone, venue: Venue, bot: Bot, clock: Clock
) -> None:
    before = (await phone.says("联谊我去不了"))[-1].text
    event = await venue.opens(title="冬日联谊")
    await venue.opens("E-2", title="秋日联谊", days=12)
    assert (await phone.says("联谊我去不了"))[-1].text == before
    await phone.says("取消冬日联谊", hears="没有报着，不用取消")
    await phone.says("活动", "冬日联谊", "报名", *ME, "确认", hears="报上了")
    for said in ("联谊我去不了", "联谊不去了", "取消冬日联谊", "明天的联谊去不了"):
        await phone.says(said, hears="确定取消“冬日联谊”")
        await phone.says("不取消了", hears="给您留着")
    await phone.says("活动", "取消冬日联谊", hears="确定取消“冬日联谊”")
    await phone.says("好的", hears="还不够清楚")
    await phone.says("是的，取消", hears="已经帮您取消")
    assert await venue.states(event) == {phone.openid: State.WITHDRAWN}


async def test_no_reminder_is_promised_that_wechat_would_not_let_through(
    phone: Phone, platform: Platform, venue: Venue, school: School, clock: Clock
) -> None:
    await venue.opens(days=1)
    await phone.says("活动", "1", "报名", *ME, "确认", hears="前一天和当天早上我会提醒您")
    await venue.opens("E-2", title="远的活动", days=5)
    await school.opens(days=5)
    silent = platform.phone("阿珍")
    await silent.says("活动", "远的活动", "报名", *OTHER, "确认", hears="比如“我的活动”")
    assert "提前一天跟我说句话" in silent.messages[-1].text
    await phone.says("活动", "远的活动", "报名", "确认", hears="提前一天跟我说句话")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="比如“我的培训”")
    clock.goes_to(11, days=4)
    await phone.says("我的活动", hears="远的活动")
    clock.goes_to(17, 30)
    assert await venue.strikes() == 2
    assert await school.strikes() == 1
    await phone.hears("“远的活动”就在明天")
    await phone.hears("“电工入门班”明天上课")
    assert not any("就在明天" in one.text for one in silent.messages)


async def test_who_has_a_place_is_told_when_and_where_it_begins(
    phone: Phone, venue: Venue, school: School
) -> None:
    asked = ("几点开始", "在哪里集合", "联谊几点开始")
    before = [(await phone.says(said))[-1].text for said in asked[:2]]
    await venue.opens(title="冬日联谊", days=1)
    assert [(await phone.says(said))[-1].text for said in asked[:2]] == before
    await phone.says("联谊几点开始", hears="1. 报名参加")
    await phone.says("活动", "冬日联谊", "报名", *ME, "确认", hears="报上了")
    for said in (*asked, "请问明天的冬日联谊在哪集合", "明天几点集合"):
        await phone.says(said, hears="09:00—12:00\n地点：信宜市 测试广场东门")
        assert "我的培训" not in phone.messages[-1].text
    (answer,) = await phone.says("电工班几点开始")
    assert "冬日联谊" not in answer.text
    await school.opens()
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("几点开始", hears="上课的时间地点，回复“我的培训”看")
    await venue.opens("E-2", title="秋日联谊", days=2)
    await phone.says("活动", "秋日联谊", "报名", "确认", hears="报上了")
    await phone.says("几点开始", hears="您的活动：")
    await phone.says("秋日联谊几点开始", hears="您报的“秋日联谊”")


async def test_an_event_is_found_by_its_name_with_no_list_before(
    phone: Phone, platform: Platform, venue: Venue
) -> None:
    said = ("骑手暖冬怎么报名", "骑手暖冬", "我想去联谊", "联谊在哪里", "我要报名骑手暖冬")
    for text in said:
        (answer,) = await phone.says(text)
        assert "【" not in answer.text
    await venue.opens(title="骑手暖冬", kind=Kind.WARMTH)
    for text in ("骑手暖冬怎么报名", "骑手暖冬", "请问骑手暖冬在哪里？", "暖冬活动"):
        await phone.says(text, hears="【骑手暖冬】")
        assert "1. 报名参加" in phone.messages[-1].text
    await phone.says("骑手暖冬几时开始", hears="看眼下的送温暖活动（1 个）")
    await phone.says("我要报名骑手暖冬", hears="姓名")
    await phone.says("取消", hears="先不办了")
    await venue.opens("E-2", title="冬日相会", days=12)
    for text in ("我想去联谊", "联谊在哪里"):
        await platform.phone(text).says(text, hears="【冬日相会】")
    await venue.opens("E-3", title="春日相会", days=13)
    another = platform.phone("阿珍")
    await another.says("联谊在哪里", hears="您说的是哪一个？")
    await another.says("春日相会", hears="【春日相会】")
    for text in ("骑手", "送温暖怎么报名", "工伤怎么报名", "今天好冷"):
        (answer,) = await phone.says(text)
        assert "【" not in answer.text


def districts(title: str = "骑手暖冬") -> dict[str, Any]:
    quotas = tuple(QuotaPlan(Sort.DISTRICT, one, 2) for one in ("maonan", "gaozhou"))
    return {"title": title, "kind": Kind.WARMTH, "quotas": quotas}


async def test_whose_places_it_is_to_be_is_said_in_any_words(
    phone: Phone, platform: Platform, venue: Venue
) -> None:
    await venue.opens(**districts())
    await phone.says("我要报名骑手暖冬", hears="您是哪一边的")
    await phone.says("我系茂南嘅", hears="您的姓名")
    other = platform.phone("阿珍")
    await other.says("我要报名骑手暖冬", hears="您是哪一边的")
    await other.says("鹦鹉鳄鱼蜥蜴", hears="上面列的 1 到 2 还在")
    await other.says("高州嗰边嘅", hears="您的姓名")
    third = platform.phone("老黄")
    await third.says("骑手暖冬怎么报名", hears="高州市还有 2 个名额")
    await third.says("我系高州嘅", hears="您的姓名")
    await third.says(*OTHER, "确认", hears="报上了")


async def test_of_what_was_called_off_its_guests_are_told_so(phone: Phone, venue: Venue) -> None:
    event = await venue.opens(**districts())
    await phone.says("我要报名骑手暖冬", "高州", *ME, "确认", hears="报上了")
    await venue.cancels(event, "落雨")
    await phone.says("我的活动", hears="骑手暖冬")
    for said in ("骑手暖冬还搞吗", "骑手暖冬几点", "骑手暖冬"):
        await phone.says(said, hears="已经取消，不办了")


async def test_signing_up_below_a_card_is_for_its_event_though_it_is_refused(
    phone: Phone, venue: Venue
) -> None:
    await venue.opens("E-1", title="免费体检日", kind=Kind.CHECKUP, audience=Audience.MEMBERS)
    for said in ("报名", "我要报名"):
        await phone.says("活动", "1", hears="只招工会会员")
        told = await phone.says(said, hears="“免费体检日”只招工会会员。还没入会的话，回复“入会”")
        assert "近期的课" not in told[-1].text
    await phone.says("活动", "1", "入会", hears="您是哪种情况")
