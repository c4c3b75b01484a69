"""A worker finds a course, signs up with every wrong turn, waits, goes there and says how it was: `training`."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from messages.journal import messages
from tests.clocks import Clock
from tests.stories import crowds
from tests.stories.conftest import Records
from tests.stories.offices import Office
from tests.stories.schools import School
from union.courses import Audience
from union.lines import State
from wechat.simulator import Phone, Platform

ME = ("陈大文", "13800138000")
joins, crowd = partial(crowds.joins, "培训"), partial(crowds.queue, "培训")


@pytest.mark.parametrize("account", ["plain", "compatible", "safe"], indirect=True)
async def test_a_worker_finds_a_course_and_signs_up(phone: Phone, school: School, records: Records) -> None:
    course = await school.opens()
    await phone.says("培训", hears="电工入门班")
    await phone.says("1", hears="测试楼 301")
    await phone.says("报名", hears="姓名")
    await phone.says("我叫陈大文", hears="手机号")
    await phone.says("一三八 0013 8000", hears="138****8000")
    await phone.says("确认", hears="报上了")
    (person,) = await school.roster(course)
    assert (person.name, person.phone, person.state) == (*ME, State.ENROLLED)
    kept = " ".join(row.body for row in await records.of(messages))
    assert "陈大文" not in kept
    assert "8000" not in kept.replace("138****8000", "")


@pytest.mark.parametrize(
    "said",
    ["电工培训", "报名电工培训", "我想报名电工培训", "电工培训报名", "我要报电工", "报电工", "我想报名电工", "信宜电工班报名"],
)  # fmt: skip
async def test_signing_up_by_the_trade_finds_its_course(phone: Phone, school: School, said: str) -> None:
    await school.opens()
    await school.opens("T-2", title="面点入门班", district="高州市")
    (listed,) = await phone.says(said, hears="1. 电工入门班")
    assert "面点" not in listed.text
    await phone.says("我要报焊工", hears="眼下没有开班")


async def test_everything_can_be_tapped(phone: Phone, school: School) -> None:
    course = await school.opens()
    await phone.taps("TRAINING")
    await phone.picks(1)
    await phone.picks("报名这门课")
    await phone.says(*ME, "确认", hears="报上了")
    assert await school.states(course) == {phone.openid: State.ENROLLED}


async def test_a_wrong_number_is_corrected_and_two_days_later_it_goes_on(
    phone: Phone, school: School, clock: Clock
) -> None:
    await school.opens()
    await phone.says("培训", "1", "报名", "陈大文")
    await phone.says("1380013", hears="11 位")
    clock.ahead = timedelta(days=2)
    await phone.says("继续", hears="手机号")
    await phone.says("13800138001", hears="138****8001")
    await phone.says("手机号改成13800138000", hears="138****8000")
    await phone.says("2", hears="姓名")
    await phone.says("陈小文", hears="陈**")
    await phone.says("确认", hears="报上了")


async def test_another_course_may_be_chosen_at_the_end(phone: Phone, school: School) -> None:
    await school.opens()
    weld = await school.opens("T-2", title="焊工提高班", days=12)
    await phone.says("培训", "1", "报名", *ME)
    await phone.says("改课程", hears="焊工提高班")
    await phone.says("2", hears="焊工提高班")
    await phone.says("确认", hears="报上了")
    assert await school.states(weld) == {phone.openid: State.ENROLLED}


WELD, LIST = "课程：焊工提高班", "想报哪一门？回复序号"


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("不报这门了，报焊工", WELD),
        ("我不想报这个，想报焊工", WELD),
        ("不是这门，是焊工那门", WELD),
        ("这门不报了，报焊工", WELD),
        ("报错了，我要焊工的", WELD),
        ("我想报的是焊工", WELD),
        ("电工不要了，换成焊工", WELD),
        ("不报电工了报焊工", WELD),
        ("唔報呢門喇，報焊工", WELD),
        ("还是报焊工吧", WELD),
        ("选错课了", LIST),
        ("换一门", LIST),
        ("不要这门课", LIST),
        ("不报这门了，报厨师", "请回复 1 到 2 的序号"),
    ],
)
async def test_a_changed_mind_never_ends_in_the_course_that_was_refused(
    said: str, hears: str, phone: Phone, school: School
) -> None:
    elect, _ = await school.opens(), await school.opens("T-2", title="焊工提高班", days=12)
    await phone.says("培训", "1", "报名", *ME, hears="请核对")
    (answer,) = await phone.says(said, hears=hears)
    assert hears == WELD or "确认" not in answer.text
    if hears != WELD:
        await phone.says("2", hears=WELD)
    await phone.says("确认", hears="报上了")
    assert await school.states(elect) == {}


@pytest.mark.parametrize("said", ["报错了，我要焊工的", "不报这门了，报焊工", "选错了，选2"])
async def test_a_mind_is_changed_while_something_else_is_asked(
    said: str, phone: Phone, school: School
) -> None:
    await school.opens()
    await school.opens("T-2", title="焊工提高班", days=12)
    await phone.says("培训", "1", "报名", hears="姓名")
    await phone.says(said, hears="课程改成焊工提高班")
    await phone.says(*ME, hears=WELD)


@pytest.mark.parametrize("said", ["不报了", "不想报了，算了"])
async def test_who_does_not_want_to_learn_at_all_is_let_go(said: str, phone: Phone, school: School) -> None:
    await school.opens()
    await phone.says("培训", "1", "报名", *ME, hears="请核对")
    (answer,) = await phone.says(said)
    assert "1. 电工入门班" not in answer.text


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(
    phone: Phone, school: School
) -> None:
    await school.opens()
    await phone.says("培训", "1", "报名")
    await phone.says("工会驿站有水喝吗", hears="接着办“培训报名”")
    await phone.says("培训详情", hears="测试楼 301")
    await phone.says("陈大文", hears="手机号")
    await phone.says("取消", hears="先不办了")
    await phone.says("我的培训", hears="还没有报过课")


async def test_nobody_is_asked_twice(
    phone: Phone, platform: Platform, school: School, office: Office
) -> None:
    await school.opens()
    await school.opens("T-2", title="焊工提高班", days=12)
    await joins(phone, *ME, hears="报上了")
    await phone.says("焊工培训", "1", "报名", hears="138****8000")
    await phone.says("确认", hears="报上了")
    member = platform.phone("阿珍")
    await member.says("入会", "2", "13800138009", "李小珍", "骑手", "茂南河东", "样例外卖平台", "确认")
    await office.admits(member.openid)
    await member.says("培训", "1", "报名", hears="138****8009")
    await member.says("确认", hears="报上了")


async def test_courses_are_found_by_trade_and_place(phone: Phone, school: School) -> None:
    await school.opens(district="xinyi")
    await school.opens("T-2", title="焊工提高班", days=12, district="gaozhou")
    for said, hears, not_hears in (
        ("电工培训", "电工入门班", "焊工"),
        ("高州有什么培训", "焊工提高班", "电工入门"),
        ("信宜的电工培训班有吗", "电工入门班", "焊工"),
        ("我想学焊工培训", "焊工提高班", "电工入门"),
        ("月嫂培训", "眼下没有开班", "月嫂"),
    ):
        (answer,) = await phone.says(said, hears=hears)
        assert not_hears not in answer.text.split("\n\n")[0], said
    await phone.says("岗前培训要交钱吗")  # a question, for the knowledge base
    (answer,) = await phone.says("培训期间有工资吗")
    assert "电工入门班" not in answer.text


async def test_without_courses_one_says_so(phone: Phone, school: School) -> None:
    await phone.says("培训", hears="眼下没有")
    await phone.says("电工培训", hears="眼下没有")
    await phone.says("报名", hears="眼下没有")
    for word in ("取消报名", "要名额", "不要名额", "评价课程", "我的培训"):
        (answer,) = await phone.says(word)
        assert "培训" in answer.text, word


async def test_a_members_course_is_for_members(phone: Phone, school: School, office: Office) -> None:
    await school.opens(audience=Audience.MEMBERS)
    await phone.says("培训", hears="只招会员")
    await phone.says("1", hears="回复“入会”")
    await phone.says("报名", hears="只招会员")
    await phone.says("入会", "2", "13800138000", "陈大文", "骑手", "茂南河东", "样例外卖平台", "确认")
    await office.admits(phone.openid)
    await phone.says("培训", "1", "报名", "确认", hears="报上了")


async def test_a_course_that_fills_up_meanwhile_becomes_a_place_in_the_line(
    phone: Phone, platform: Platform, school: School
) -> None:
    course = await school.opens(seats=1)
    await phone.says("培训", "1", "报名", *ME)
    await joins(platform.phone("阿珍"), "李小珍", "13800138001", hears="报上了")
    await phone.says("确认", hears="第 1 位")
    await phone.says("我的培训", hears="候补第 1 位")
    await phone.says("进度", hears="候补第 1 位")
    await platform.phone("老李").says("培训", hears="已满，候补 1 人")
    await platform.phone("老李").says("1", "报名", hears="前面有 1 人候补")
    assert list((await school.states(course)).values()) == [State.ENROLLED, State.WAITING]


async def test_a_number_that_is_used_is_asked_again(phone: Phone, platform: Platform, school: School) -> None:
    await school.opens()
    await joins(phone, *ME)
    other = platform.phone("阿珍")
    await joins(other, "李小珍", ME[1], hears="用这个手机号报过名了")
    await other.says("13800138001", "确认", hears="报上了")


async def test_a_seat_that_is_given_up_goes_to_the_next(platform: Platform, school: School) -> None:
    course = await school.opens(seats=1)
    first, second, third = await crowd(platform, 3)
    await first.says("取消报名", hears="确定取消")
    await first.says("1", hears="给您留着")
    await first.says("取消报名", "不取消", hears="给您留着")
    await first.says("取消报名", "好的", hears="“好的”还不够清楚")
    await first.says("确认", hears="已经帮您取消")
    await second.hears("轮到您了")
    await second.says("要", hears="报上了")
    await second.says("要", hears="您要办哪件事")
    assert list((await school.states(course)).values()) == [State.WITHDRAWN, State.ENROLLED, State.WAITING]
    await third.says("不要名额", hears="现在没有给您留的名额")


async def test_an_offer_is_taken_or_left_by_a_tap(platform: Platform, school: School) -> None:
    course = await school.opens(seats=1)
    first, second, third = await crowd(platform, 3)
    await first.says("取消报名", "2")
    await second.hears("轮到您了")
    await second.picks("不要了，让给别人")
    await third.hears("轮到您了")
    await third.picks("要这个名额")
    assert list((await school.states(course)).values()) == [State.WITHDRAWN, State.WITHDRAWN, State.ENROLLED]
    await third.picks("要这个名额")  # a second tap changes nothing
    (line,) = third.messages[-1:]
    assert "已经报上了" in line.text


async def test_an_offer_that_is_not_answered_moves_on(
    platform: Platform, school: School, clock: Clock
) -> None:
    course = await school.opens(seats=1)
    first, second, third = await crowd(platform, 3)
    await first.says("取消报名", "2")
    await second.hears("轮到您了")
    clock.ahead = timedelta(hours=30)
    await school.strikes()
    await second.hears("已经让给下一位")
    await third.hears("轮到您了")
    await second.says("要名额", hears="已经让给下一位")
    assert list((await school.states(course)).values()) == [State.WITHDRAWN, State.LAPSED, State.OFFERED]


async def test_an_offer_that_nobody_else_waits_for_can_be_taken_late(
    platform: Platform, school: School, clock: Clock
) -> None:
    await school.opens(seats=1)
    first, second = await crowd(platform, 2)
    await first.says("取消报名", "2")
    await second.hears("轮到您了")
    clock.ahead = timedelta(hours=30)
    await school.strikes()
    await second.hears("还没有别人排")
    await second.says("要名额", hears="报上了")


async def test_an_offer_is_remembered_in_a_form_of_something_else(platform: Platform, school: School) -> None:
    await school.opens(seats=1)
    first, second = await crowd(platform, 2)
    await second.says("入会")
    await first.says("取消报名", "2")
    await second.says("要名额", hears="报上了")


async def test_a_course_that_is_called_off_or_moved_is_told(phone: Phone, school: School) -> None:
    course = await school.opens()
    await joins(phone, *ME)
    await school.opens(place="测试楼 102")
    await phone.hears("测试楼 102")
    await school.cancels(course, "台风")
    await phone.hears("台风")
    await phone.says("我的培训", hears="取消了")
    await phone.says("培训", hears="眼下没有")


async def test_reminded_checked_in_asked_and_certified(
    phone: Phone, platform: Platform, school: School, clock: Clock, records: Records
) -> None:
    course = await school.opens(days=3)
    await joins(phone, *ME)
    await phone.scans(school.scene(course))
    assert "还没到签到的时候" in phone.messages[-1].text
    start = clock()
    for when, hears in (((2, 18), "明天上课"), ((3, 8.5), "今天上课")):
        clock.ahead = course.starts_at + timedelta(days=when[0] - 3, hours=when[1] - 9) - start
        await phone.says("你好")
        assert await school.strikes() == 1
        assert await school.strikes() == 0
        await phone.hears(hears)
    clock.ahead = course.starts_at - timedelta(minutes=10) - start
    await asyncio.sleep(1)  # to WeChat two scans within a second are one
    await phone.scans(school.scene(course))
    assert "签到成功" in phone.messages[-1].text
    await asyncio.sleep(1.1)  # within a second it would be the same event
    await phone.scans(school.scene(course))
    assert "已经签过到" in phone.messages[-1].text
    stranger = platform.phone("阿珍", following=False)
    await stranger.scans(school.scene(course))
    assert "没有在名单上" in stranger.messages[-1].text
    clock.ahead = course.ends_at + timedelta(minutes=30) - start
    await phone.says("你好")
    assert await school.strikes() == 1
    await phone.hears("觉得怎么样")
    await phone.picks("5 分，很满意")
    await phone.picks("写几句意见")
    await phone.says("老师讲得明白吗？很明白", "确认", hears="收到了")
    assert "很明白" not in repr(await records.of(messages))
    await phone.says("评价课程", "4", hears="4 分")
    await school.certifies(course, phone.openid, "Z-1")
    await phone.hears("编号 Z-1")
    await phone.says("我的培训", hears="证书编号 Z-1")
    await phone.says("证书", hears="编号 Z-1")
    (person,) = await school.roster(course)
    assert (person.attended, person.stars, person.words) == (1, 4, "老师讲得明白吗？很明白")


async def test_checking_in_and_certificates_are_explained_to_who_asks(phone: Phone, school: School) -> None:
    for word in ("证书", "我的证书"):
        await phone.says(word, hears="还没有您的培训证书")
    await phone.says("签到", hears="没有报着的课")
    await school.opens()
    await joins(phone, *ME)
    await phone.says("签到", hears="电工入门班")
    assert "扫一扫" in phone.messages[-1].text


async def test_no_step_is_taken_twice(phone: Phone, platform: Platform, school: School) -> None:
    course = await school.opens(seats=1)
    for said in ("培训", "1", "报名", *ME, "确认"):
        (first,) = await phone.says(said)
        await phone.again()
        assert phone.messages[-1].text == first.text
    other = platform.phone("阿珍")
    await joins(other, "李小珍", "13800138001", hears="第 1 位")
    await other.again()
    await phone.says("取消报名", "2")
    await phone.again()
    await other.hears("轮到您了")
    assert await school.states(course) == {phone.openid: State.WITHDRAWN, other.openid: State.OFFERED}
    offers = [line for line in other.messages if "轮到您了" in line.text]
    assert len(offers) == 1


async def test_old_and_odd_lines_do_no_harm(phone: Phone, school: School) -> None:
    course = await school.opens()
    for menu_id in (
        "see=99",
        "see=x",
        "see=",
        "join=99",
        "take=99",
        "leave=99",
        "stars=1=9",
        "stars=1",
        "what=1",
        "",
        "=",
    ):
        (answer,) = await phone.chooses("点", f"training:{menu_id}")
        assert "编号" not in answer.text, menu_id
    for menu_id in ("take", "leave", "quit", "stars"):
        extra = "=5" if menu_id == "stars" else ""
        (answer,) = await phone.chooses("点", f"training:{menu_id}={course.id}{extra}")
        assert "编号" not in answer.text, menu_id
    for scene in ("checkin:", "checkin:x", "checkin:99", "checkin:9999999999999999999999"):
        await phone.scans(scene)
        assert "找不到" in phone.messages[-1].text


async def test_a_form_can_be_dropped_in_other_words(phone: Phone, school: School) -> None:
    await school.opens()
    await phone.says("培训", "1", "报名")
    await phone.says("取消报名", hears="这次先不报了")
    await phone.says("继续", hears="没有填到一半")


async def test_of_several_courses_one_is_given_up(phone: Phone, school: School) -> None:
    one = await school.opens()
    two = await school.opens("T-2", title="焊工提高班", days=12)
    await joins(phone, *ME)
    await phone.says("焊工培训", "1", "报名", "确认")
    await phone.says("取消报名", hears="哪一门")
    await phone.says("2", hears="焊工提高班")
    await phone.says("2", hears="已经帮您取消")
    assert (await school.states(one), await school.states(two)) == (
        {phone.openid: State.ENROLLED},
        {phone.openid: State.WITHDRAWN},
    )
