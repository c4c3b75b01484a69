"""Words that mean courses and events alike, where a worker goes to both: `training`, `events`."""

import pytest

from bot.app import Bot
from tests.clocks import Clock
from tests.stories.schools import School
from tests.stories.venues import Venue
from union.courses import Course
from union.events import Event
from union.lines import State
from wechat.simulator import Phone, Platform

ME, OTHER = ("陈大文", "13800138000"), ("李小珍", "13800138001")


@pytest.fixture
async def course(bot: Bot, clock: Clock) -> Course:
    return await School(bot, clock).opens(seats=1)


@pytest.fixture
async def event(bot: Bot, clock: Clock) -> Event:
    return await Venue(bot, clock).opens()


async def test_giving_up_asks_which_one(
    bot: Bot, clock: Clock, phone: Phone, course: Course, event: Event
) -> None:
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    (asked,) = await phone.says("取消报名", hears="您要取消哪一个？")
    assert "电工入门班" in asked.text
    assert "测试联谊" in asked.text
    await phone.says("2", hears="确定取消“测试联谊”")
    await phone.says("是的", hears="“测试联谊”已经帮您取消")
    assert await School(bot, clock).states(course) == {phone.openid: State.ENROLLED}
    await phone.says("取消报名", hears="确定取消“电工入门班”")
    await phone.says("是的", hears="“电工入门班”已经帮您取消")
    await phone.says("活动", "1", "报名", "确认", hears="报上了")
    await phone.says("取消报名", hears="确定取消“测试联谊”")


async def test_a_line_of_what_was_asked_is_picked_by_a_part_of_its_name(
    bot: Bot, clock: Clock, phone: Phone, course: Course, event: Event
) -> None:
    school = School(bot, clock)
    await school.opens("T-2", title="焊工提高班", days=12)
    await school.opens("T-3", title="焊工入门班", days=20)
    for number in "123":
        await phone.says("培训", number, "报名", hears="请")
        await phone.says(*(ME if number == "1" else ()), "确认", hears="报上了")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("取消报名", hears="您要取消哪一个？")
    (asked,) = await phone.says("焊工", hears="您说的是哪一个？点一下或回复序号：\n\n1. ")
    assert "电工" not in asked.text
    assert "测试联谊" not in asked.text
    await phone.says("2", hears="确定取消“焊工入门班”")
    await phone.says("不取消了", "取消报名", "电工", hears="确定取消“电工入门班”")
    await phone.says("不取消了", "取消报名", "取消提高班那个", hears="确定取消“焊工提高班”")
    await phone.says("不取消了", "取消报名", "培训", hears="近期")  # what is always said so is still that
    await phone.says("撤回同意", hears="培训报名")
    await phone.says("培训报名", hears="不再为培训用您的信息")


@pytest.mark.usefixtures("course", "event")
async def test_checking_in_asks_for_which(phone: Phone) -> None:
    await phone.says("签到", hears="没有报着的课")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("签到", hears="您报的活动：\n测试联谊")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("签到", hears="您报了课，也报了活动")
    await phone.says("1", hears="您报的课：\n电工入门班")
    await phone.says("签到", "2", hears="您报的活动：\n测试联谊")
    await phone.says("课程签到", hears="您报的课：\n电工入门班")


@pytest.mark.usefixtures("course")
async def test_a_seat_goes_to_others_only_where_somebody_waits(phone: Phone, platform: Platform) -> None:
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    (asked,) = await phone.says("取消报名")
    assert "候补" not in asked.text
    await phone.says("不取消了")
    other = platform.phone("阿珍")
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="第 1 位")
    (asked,) = await other.says("取消报名", hears="确定不排了")
    assert "候补的人" not in asked.text
    await other.says("不取消了")
    await phone.says("取消报名", hears="名额会让给候补的人")
    await phone.says("是的", hears="名额让给候补的人")
    await other.hears("轮到您了")
    await other.says("要名额", hears="报上了")
    await other.says("取消报名", "是的", hears="“电工入门班”已经帮您取消，谢谢您早点说")


@pytest.mark.parametrize(
    "said", ["电工班我不去了", "取消电工班", "电工班唔去喇", "不想上电工班了", "帮我把电工班退了"]
)
async def test_a_course_is_given_up_by_its_name_for_a_definite_yes(
    said: str, bot: Bot, clock: Clock, phone: Phone, course: Course, event: Event
) -> None:
    school = School(bot, clock)
    (before,) = await phone.says(said)  # it is nothing of theirs
    assert "确定取消" not in before.text
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says(said, hears="确定取消“电工入门班”")
    await phone.says("好的", hears="还不够清楚")
    await phone.says("不取消了", hears="给您留着")
    assert await school.states(course) == {phone.openid: State.ENROLLED}
    await phone.says(said, "是的，取消", hears="“电工入门班”已经帮您取消")
    assert await school.states(course) == {phone.openid: State.WITHDRAWN}
    await phone.says("联谊我不去了", hears="确定取消“测试联谊”")
    await phone.says("是的", hears="“测试联谊”已经帮您取消")


async def test_of_several_courses_that_are_called_so_one_is_asked_for(
    bot: Bot, clock: Clock, phone: Phone, course: Course, event: Event
) -> None:
    await School(bot, clock).opens("T-2", title="电工提高班", days=12)
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("培训", "2", "报名", "确认", hears="报上了")
    (asked,) = await phone.says("电工班我不去了", hears="您要取消哪一门？")
    assert "测试联谊" not in asked.text
    await phone.says("提高班", hears="确定取消“电工提高班”")


@pytest.mark.parametrize(
    "said", ["去不了", "我明天去不了", "加班去不了", "小孩发烧去不了了", "取消", "帮我取消", "我不报了", "请假", "唔得闲去"]
)  # fmt: skip
async def test_who_cannot_come_says_so_below_the_reminder(
    bot: Bot, clock: Clock, phone: Phone, said: str
) -> None:
    school = School(bot, clock)
    await school.opens(days=2)
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    clock.goes_to(18, days=1)
    await school.strikes()
    await phone.hears("去不了请回复“取消报名”")
    await phone.says(said, hears="确定取消“电工入门班”")


async def test_a_no_is_about_what_was_told_of_last(
    bot: Bot, clock: Clock, phone: Phone, course: Course, event: Event
) -> None:
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("临时有事去不了", hears="确定取消“测试联谊”")
    await phone.says("不取消了", "我去不了了", hears="您要取消哪一个？")
    await phone.says("欠薪怎么办", "取消", hears="没有填到一半的事")
    (asked,) = await phone.says("美容班我不去了", hears="")
    assert "确定取消" not in asked.text
    for said in ("在哪上课", "明天几点上课", "教室在哪里"):
        await phone.says(said, hears="测试楼 301")


async def test_how_far_the_line_is_is_asked_in_other_words(
    bot: Bot, clock: Clock, phone: Phone, platform: Platform, course: Course
) -> None:
    other = platform.phone("候补的")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="第 1 位")
    for said in ("排第几了", "轮到我没", "前面还有几个人"):
        await other.says(said, hears="候补第 1 位")
    await phone.says("不来了", hears="确定取消“电工入门班”")
    await phone.says("是的", hears="已经帮您取消")
    await other.hears("轮到您了")
    await other.says("去不了", hears="已经帮您取消")
