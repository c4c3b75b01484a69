"""A worker finds an event, signs up, waits, comes and is thanked: `events`."""

import asyncio
from datetime import timedelta
from functools import partial

from bot.app import Bot
from messages.journal import messages
from tests.browsers import browsing, link_in
from tests.clocks import Clock
from tests.conftest import app_address
from tests.stories import crowds
from tests.stories.conftest import Records
from tests.stories.offices import Office
from tests.stories.schools import School
from tests.stories.venues import Venue
from union.courses import Audience
from union.event_plans import QuotaPlan
from union.events import Kind, Sort
from union.lines import State
from wechat.simulator import Phone, Platform

ME = ("陈大文", "13800138000")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
joins, crowd = partial(crowds.joins, "活动"), partial(crowds.queue, "活动")


async def test_a_worker_finds_an_event_and_signs_up(phone: Phone, venue: Venue, records: Records) -> None:
    event = await venue.opens()
    await phone.says("活动", hears="测试联谊")
    await phone.says("1", hears="测试广场东门")
    await phone.says("报名", hears="姓名")
    await phone.says("我叫陈大文", hears="手机号")
    await phone.says("一三八 0013 8000", hears="138****8000")
    await phone.says("确认", hears="报上了")
    (guest,) = await venue.guests(event)
    assert (guest.name, guest.phone, guest.state) == (*ME, State.ENROLLED)
    kept = " ".join(row.body for row in await records.of(messages))
    assert "陈大文" not in kept
    await phone.says("我的活动", hears="已报名")
    await phone.says("进度", hears="测试联谊")
    await phone.says("我的报名", hears="测试联谊")
    await phone.says("活动", "1", hears="已经报上了")


async def test_everything_can_be_tapped(phone: Phone, venue: Venue) -> None:
    event = await venue.opens()
    await phone.taps("EVENTS")
    await phone.picks(1)
    await phone.picks("报名参加")
    await phone.says(*ME, "确认", hears="报上了")
    assert await venue.states(event) == {phone.openid: State.ENROLLED}


async def test_without_events_one_says_so(phone: Phone) -> None:
    await phone.says("活动", hears="眼下没有")
    await phone.says("我的活动", hears="还没有报过活动")
    await phone.says("取消活动", hears="不用取消")
    await phone.says("高州有什么活动", hears="眼下没有")


async def test_events_are_found_by_kind_and_place(phone: Phone, venue: Venue) -> None:
    await venue.opens()
    await venue.opens("E-2", title="测试招聘会甲", kind=Kind.FAIR, district="gaozhou", days=11)
    await venue.opens("E-3", title="测试清凉点", kind=Kind.COOLING, district="maonan", seats=0)
    for said, hears, not_hears in (
        ("招聘会", "测试招聘会甲", "联谊"),
        ("高州有什么活动", "测试招聘会甲", "测试联谊"),
        ("高州招聘会", "测试招聘会甲", "测试联谊"),
        ("信宜的活动有吗", "测试联谊", "测试招聘会甲"),
        ("送清凉", "测试清凉点", "测试联谊"),
        ("化州有什么活动", "眼下没有", "哪里"),
    ):
        (answer,) = await phone.says(said, hears=hears)
        assert not_hears not in answer.text.split("\n\n")[0], said
    await phone.says("送清凉", "1", hears="直接来")


async def test_a_question_is_answered_and_leads_to_what_is_on(phone: Phone, venue: Venue) -> None:
    (before,) = await phone.says("招聘会要带什么")
    await venue.opens(kind=Kind.FAIR, title="测试招聘会甲")
    (after,) = await phone.says("招聘会要带什么")
    assert after.text.startswith(before.text[:40])
    if "看眼下的招聘会活动" in after.text:
        await phone.says("1", hears="测试招聘会甲")


async def test_without_events_the_knowledge_base_answers_as_before(phone: Phone, bot: Bot) -> None:
    for said, topic in (
        ("送清凉", "summer-cooling"),
        ("疗休养", "recuperation"),
        ("交友联谊", "matchmaking"),
        ("招聘会", "job-fair"),
        ("八送", "rider-services"),
        ("普惠活动", "member-offers"),
    ):
        entry = bot.library.knowledge.read(said).entries[0]
        assert entry.topic == topic
        await phone.says(said, hears=entry.answer[:40])


async def test_the_nearest_comes_first(phone: Phone, venue: Venue) -> None:
    await venue.opens(latitude=22.354, longitude=110.947)
    await venue.opens("E-2", title="茂名测试", latitude=21.663, longitude=110.919, days=12)
    await phone.says("活动")
    (answer,) = await phone.sends_location(21.6629, 110.9192, label="这里")
    assert answer.text.index("茂名测试") < answer.text.index("测试联谊")
    assert "公里" in answer.text
    await phone.says("1", hears="茂名测试")


async def test_a_members_event_is_for_members(phone: Phone, venue: Venue, office: Office) -> None:
    await venue.opens(audience=Audience.MEMBERS)
    await phone.says("活动", hears="只招会员")
    await phone.says("1", hears="回复“入会”")
    await phone.says("入会", "2", "13800138000", "陈大文", "骑手", "茂南河东", "样例外卖平台", "确认")
    await office.admits(phone.openid)
    await phone.says("活动", "1", "报名", hears="138****8000")
    await phone.says("确认", hears="报上了")


async def test_quotas_are_kept_apart(phone: Phone, platform: Platform, venue: Venue, office: Office) -> None:
    quotas = (QuotaPlan(Sort.WORK, "rider", 1), QuotaPlan(Sort.DISTRICT, "gaozhou", 1))
    event = await venue.opens(quotas=quotas)
    await phone.says("活动", "1", "报名", hears="您是哪一边的")
    await phone.says("1", hears="姓名")
    await phone.says(*ME, "确认", hears="报上了")
    second = platform.phone("阿珍")
    await second.says("活动", "1", "报名", "1", hears="刚好满了")
    await second.says("李小珍", "13800138001", "确认", hears="第 1 位")
    third = platform.phone("老李")
    await third.says("活动", "1", "报名", "2", "李四海", "13800138002", "确认", hears="报上了")
    assert list((await venue.states(event)).values()) == [State.ENROLLED, State.WAITING, State.ENROLLED]
    # Of a member the union knows where they belong.
    trucker = platform.phone("老王")
    await trucker.says("入会", "2", "13800138003", "王五六", "货车司机", "茂南河东", "样例车队", "确认")
    await office.admits(trucker.openid)
    await trucker.says("活动", "1", hears="名额是给")


async def test_a_place_that_is_given_up_goes_to_the_next(platform: Platform, venue: Venue) -> None:
    event = await venue.opens(seats=1)
    first, second, third = await crowd(platform, 3)
    await first.says("取消报名", hears="确定取消")
    await first.says("1", hears="给您留着")
    await first.says("取消活动", "嗯", hears="要办就回复“是的，取消”")
    await first.says("确认", hears="已经帮您取消")
    await second.hears("轮到您了")
    await second.says("要", hears="报上了")
    await third.says("不要名额", hears="没有给您留的名额")
    await second.says("取消报名", "确认")
    await third.hears("轮到您了")
    await third.says("不要名额", hears="已经帮您取消")
    assert set((await venue.states(event)).values()) == {State.WITHDRAWN}


async def test_an_offer_that_is_not_answered_moves_on(platform: Platform, venue: Venue, clock: Clock) -> None:
    event = await venue.opens(seats=1)
    first, second, third = await crowd(platform, 3)
    await first.says("取消活动", "2")
    await second.hears("轮到您了")
    clock.ahead = timedelta(hours=30)
    await venue.strikes()
    await second.hears("已经让给下一位")
    await third.hears("轮到您了")
    await third.picks("要这个名额")
    assert list((await venue.states(event)).values()) == [State.WITHDRAWN, State.LAPSED, State.ENROLLED]


async def test_an_event_that_is_called_off_or_moved_is_told(phone: Phone, venue: Venue) -> None:
    event = await venue.opens()
    await joins(phone, *ME)
    await venue.opens(place="测试楼 102")
    await phone.hears("测试楼 102")
    await venue.cancels(event, "台风")
    await phone.hears("台风")
    await phone.says("我的活动", hears="取消了")
    await phone.says("活动", hears="眼下没有")


async def test_who_looks_only_on_the_day_is_not_told_of_tomorrow(
    phone: Phone, venue: Venue, clock: Clock
) -> None:
    event = await venue.opens(days=5)
    await joins(phone, *ME)
    start = clock()
    clock.ahead = event.starts_at - timedelta(hours=15) - start
    assert await venue.strikes() == 1
    await asyncio.sleep(1)  # nothing can carry it: it waits for the worker's next message
    clock.ahead = event.starts_at - timedelta(hours=0.75) - start
    await phone.says("你好")
    assert "就在明天" not in phone.transcript()
    assert await venue.strikes() == 1
    await phone.hears("就在今天")
    assert "就在明天" not in phone.transcript()


async def test_reminded_checked_in_and_thanked(
    phone: Phone, platform: Platform, venue: Venue, clock: Clock
) -> None:
    event = await venue.opens(days=3, kind=Kind.FAIR)
    await joins(phone, *ME)
    await phone.scans(venue.scene(event))
    assert "还没到签到的时候" in phone.messages[-1].text
    start = clock()
    for hours, hears in ((-15, "就在明天"), (-0.75, "就在今天")):
        clock.ahead = event.starts_at + timedelta(hours=hours) - start
        await phone.says("你好")
        assert await venue.strikes() == 1
        assert await venue.strikes() == 0
        await phone.hears(hears)
    clock.ahead = event.starts_at + timedelta(minutes=5) - start
    await asyncio.sleep(1)  # to WeChat two scans within a second are one
    await phone.scans(venue.scene(event))
    assert "签到成功" in phone.messages[-1].text
    stranger = platform.phone("阿珍", following=False)
    await stranger.scans(venue.scene(event))
    assert "没有在名单上" in stranger.messages[-1].text
    clock.ahead = event.ends_at + timedelta(hours=1) - start
    await phone.says("你好")
    assert await venue.strikes() == 1
    assert await venue.strikes() == 0
    await phone.hears("谢谢您来参加")
    (guest,) = await venue.guests(event)
    assert guest.came


async def test_the_picture_is_on_a_page(phone: Phone, platform: Platform, venue: Venue) -> None:
    event = await venue.opens()
    await venue.hangs(event, PNG)
    await phone.says("活动", "1", hears="图文详情")
    address = link_in(phone.messages[-1].text)
    async with browsing(app_address[platform], phone.openid) as browser:
        seen = await browser.opens(address)
    assert seen.status == 200
    assert "data:image/png;base64," in seen.text
    assert "测试广场东门" in seen.words
    async with browsing(app_address[platform], platform.phone("阿珍").openid) as stranger:
        assert (await stranger.opens(address)).status == 403
    await phone.says("报名", hears="姓名")
    async with browsing(app_address[platform], phone.openid) as browser:
        assert "选它报名" in (await browser.opens(address)).words
        await venue.cancels(event, "")
        assert "选它报名" not in (await browser.opens(address)).words


async def test_the_words_for_courses_and_events_are_shared(
    phone: Phone, venue: Venue, school: School
) -> None:
    await school.opens()
    event = await venue.opens()
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("取消报名", hears="您要取消哪一个")
    await phone.says("1", hears="确定取消“电工入门班”")
    await phone.says("2", hears="已经帮您取消")
    await phone.says("取消报名", hears="确定取消“测试联谊”")
    await phone.says("2", hears="已经帮您取消")
    assert await venue.states(event) == {phone.openid: State.WITHDRAWN}


async def test_consent_is_kept_and_can_be_taken_back(phone: Phone, venue: Venue) -> None:
    event = await venue.opens()
    await joins(phone, *ME, hears="报上了")
    await phone.says("我的资料", hears="活动报名")
    await phone.says("撤回同意")
    await phone.says("1", hears="也一起取消了")
    assert "候补" not in phone.messages[-1].text
    assert await venue.states(event) == {phone.openid: State.WITHDRAWN}
    (guest,) = await venue.guests(event)
    assert (guest.name, guest.phone) == ("", "")
    await phone.says("活动", "1", "报名", hears="您的姓名")


async def test_a_name_is_used_again_for_what_it_was_given_for(
    phone: Phone, venue: Venue, school: School
) -> None:
    await school.opens()
    await venue.opens()
    await venue.opens("E-2", title="测试疗休养", kind=Kind.REST, days=12)
    await joins(phone, *ME, hears="报上了")
    await phone.says("活动", "2", "报名", "确认", hears="报上了")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("撤回同意", "2", hears="已撤回")
    await phone.says("培训", "1", "报名", hears="上次报活动时您填的是")
    await phone.says("不用", hears="您的姓名")


async def test_old_and_odd_lines_do_no_harm(phone: Phone, venue: Venue) -> None:
    event = await venue.opens()
    for menu_id in (
        "see=99",
        "see=x",
        "see=",
        "join=99",
        "join=1=99",
        "take=99",
        "leave=99",
        "kind=x",
        "what=1",
        "",
        "=",
    ):
        (answer,) = await phone.chooses("点", f"events:{menu_id}")
        assert "编号" not in answer.text, menu_id
    for menu_id in ("take", "leave", "quit"):
        (answer,) = await phone.chooses("点", f"events:{menu_id}={event.id}")
        assert "编号" not in answer.text, menu_id
    for scene in ("event:", "event:x", "event:99", "event:9999999999999999999999"):
        await phone.scans(scene)
        assert "找不到" in phone.messages[-1].text


async def test_no_step_is_taken_twice(phone: Phone, venue: Venue) -> None:
    event = await venue.opens(seats=1)
    for said in ("活动", "1", "报名", *ME, "确认"):
        (first,) = await phone.says(said)
        await phone.again()
        assert phone.messages[-1].text == first.text
    assert await venue.states(event) == {phone.openid: State.ENROLLED}
