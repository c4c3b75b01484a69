"""Name and mobile that were given for one thing are offered for the next: nobody fills in anything twice."""

from datetime import timedelta
from typing import cast

import sqlalchemy as sa

from bot.app import Bot
from knowledge.evidence import EvidenceRow
from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.offices import Office
from tests.stories.schools import School
from tests.stories.venues import Venue
from tests.union.jobs.boards import approver, plan
from union import consents, listings
from union.applications import Door
from union.calendars import china_day
from union.consents import Purpose
from union.scenes import Scene, SceneKind
from wechat.simulator import Phone, Platform

EVIDENCE = cast(sa.Table, EvidenceRow.__table__)
ME = ("陈大文", "13800138000")
OFFERED = "您填的是：陈**，138****8000。这次也用吗"


async def opens_all(bot: Bot, clock: Clock) -> None:
    """A course, an event and a job."""
    await School(bot, clock).opens()
    await Venue(bot, clock).opens()
    who = await approver(bot.database)
    async with bot.database.write() as session:
        await listings.bring(session, [plan(expires=china_day(clock()) + timedelta(days=30))], clock())
        await listings.approve(session, who, "J-1", clock())


async def signs_up(bot: Bot, clock: Clock, phone: Phone) -> None:
    """For the one course there is."""
    await School(bot, clock).opens()
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")


async def holds(bot: Bot, phone: Phone, purpose: Purpose) -> bool:
    async with bot.database.read() as session:
        return await consents.holds(session, phone.openid, purpose)


async def test_who_signed_up_for_a_course_joins_in_eight_messages(
    bot: Bot, phone: Phone, office: Office, clock: Clock, records: Records
) -> None:
    await signs_up(bot, clock, phone)
    await phone.says("你好")
    await phone.says("我要入会", hears="您是哪种情况")
    await phone.says("2", hears=f"上次报课时{OFFERED}")
    assert not await holds(bot, phone, Purpose.MEMBERSHIP)
    await phone.says("1", hears="哪一行")
    await phone.says("送外卖的", "河东")
    await phone.says("样例外卖平台", hears="138****8000")
    await phone.says("确认", hears="收到您的入会申请了")
    asked = (await office.application(phone.openid)).asked
    assert (asked.name, asked.mobile) == ME
    assert await holds(bot, phone, Purpose.MEMBERSHIP)
    written = " ".join(row.body for row in await records.of(messages))
    assert ME[0] not in written
    assert ME[1] not in written


async def test_who_signed_up_before_joins_at_a_stand_in_five(
    bot: Bot, phone: Phone, office: Office, clock: Clock
) -> None:
    await signs_up(bot, clock, phone)
    await office.hangs_up(Scene("stand-1", SceneKind.STATION, "样例驿站", Door.OPEN, "maonan:河东街道"))
    (asked,) = await phone.scans("join:stand-1")
    assert f"上次报课时{OFFERED}" in asked.text
    await phone.says("用", "骑手", "样例外卖平台", "确认", hears="收到您的入会申请了")


async def test_from_a_job_to_an_event_to_a_course(bot: Bot, phone: Phone, clock: Clock) -> None:
    await opens_all(bot, clock)
    await phone.says("高州 电工", "1", "1", *ME, "同意", "确认", hears="报上名了")
    await phone.says("活动", "1", "报名", hears=f"上次应聘时{OFFERED}")
    await phone.says("1", "确认", hears="报上了")
    await phone.says("培训", "1", "报名", hears=f"上次报活动时{OFFERED}")
    await phone.says("重新填", hears="姓名")
    await phone.says("李小珍", "13800138001", "确认", hears="报上了")
    await phone.says("入会", "2", hears="上次报课时您填的是：李**，138****8001")
    await phone.picks(1)
    await phone.says("骑手", hears="哪里干活")


async def test_whoever_asked_to_join_is_not_asked_again_for_a_job(
    bot: Bot, phone: Phone, office: Office, clock: Clock
) -> None:
    await opens_all(bot, clock)
    await phone.says("入会", "2", ME[1], ME[0], "骑手", "茂南河东", "样例外卖平台", "确认")
    await phone.says("高州 电工", "1", "1", hears=f"上次申请入会时{OFFERED}")
    assert not await holds(bot, phone, Purpose.JOBS)
    await phone.says("1", hears="交给这家用人单位")
    await phone.says("同意", "确认", hears="报上名了")
    assert await holds(bot, phone, Purpose.JOBS)


async def test_it_is_offered_to_nobody_else(
    bot: Bot, phone: Phone, platform: Platform, office: Office, clock: Clock
) -> None:
    await signs_up(bot, clock, phone)
    other = platform.phone("别人")
    (asked,) = (await other.says("入会", "2", hears="您的手机号"))[-1:]
    assert "上次" not in asked.text


async def test_what_was_erased_or_taken_back_is_not_offered(
    bot: Bot, phone: Phone, platform: Platform, office: Office, clock: Clock
) -> None:
    await School(bot, clock).opens()
    other = platform.phone("别人")
    await other.says("培训", "1", "报名", "李小珍", "13800138001", "确认", hears="报上了")
    await other.says("撤回同意", "1", hears="不再为培训用您的信息")
    await other.says("培训", "1", "报名", hears="请问您的姓名")
    await other.says("取消", "入会", "2", hears="您的手机号")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("入会", "2", hears=OFFERED)
    await phone.says("删除我的资料", "2", hears="已经删好了")
    await phone.says("入会", "2", hears="您的手机号")


async def test_the_offer_that_lies_open_goes_with_what_it_came_from(
    bot: Bot, phone: Phone, office: Office, clock: Clock
) -> None:
    await signs_up(bot, clock, phone)
    await phone.says("入会", "2", hears=OFFERED)
    await phone.says("撤回同意", "1", hears="不再为培训用您的信息")
    await phone.says("用这个", hears="您的手机号")


async def test_a_bare_name_that_was_given_before_stands_nowhere_in_clear(
    bot: Bot, phone: Phone, platform: Platform, clock: Clock, records: Records
) -> None:
    await signs_up(bot, clock, phone)
    await phone.says("陈大文")
    await phone.says("入会", "陈大文", hears="您是哪种情况")
    await phone.says("2", "2", "13800138000", "李小珍", "李小珍", "取消")
    await phone.says("入会", "2", "2", "13800138000", "李小珍", "骑手", "茂南河东")
    await phone.says("我叫陈大文", hears="这像是姓名")
    await phone.says("取消")
    stranger = platform.phone("别人")
    await stranger.says("入会", "王大锤", hears="您是哪种情况")
    await stranger.says("取消", "高州市", "高州")
    written = " ".join(row.body for row in await records.of(messages))
    asked = " ".join(row.question or "" for row in await records.of(EVIDENCE))
    for name in ("陈大文", "李小珍", "王大锤"):
        assert name not in written
        assert name not in asked
    assert "高州" in written


async def test_the_own_name_within_a_sentence_stands_nowhere_in_clear(
    bot: Bot, phone: Phone, clock: Clock, records: Records
) -> None:
    await School(bot, clock).opens()
    await phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
    await phone.says("我就是陈大文啊，怎么还没批", "陈大文的申请交了半个月还没人理，打13800138000找我")
    await phone.says("老板欠陈大文两个月工资怎么办")
    await phone.says("入会", hears="您是哪种情况")
    await phone.says("我陈大文没有单位", hears=OFFERED)
    await phone.says("返回", "张三丰的申请交了半个月还没人理")  # not theirs
    written = " ".join(row.body for row in await records.of(messages))
    for kept in (
        "陈**的申请交了半个月还没人理，打138****8000找我",
        "老板欠陈**两个月工资怎么办",
        "张三丰的申请",
    ):
        assert kept in written
    asked = " ".join(row.question or "" for row in await records.of(EVIDENCE))
    assert "陈大文" not in written + asked
