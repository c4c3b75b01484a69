"""Joining by chat with every wrong turn, and what comes of it: the capability `membership`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa

from bot.app import Bot
from messages.journal import messages
from storage.database import Database
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.offices import Office
from tests.stories.schools import School
from union import consents
from union.applications import ApplicationRow, Status
from union.approvals import Unmendable
from union.consents import Purpose
from union.departures import DepartureRow
from union.members import MemberRow
from union.scenes import Scene, SceneKind, count
from wechat.simulator import Phone, Platform

DEPARTURES = cast(sa.Table, DepartureRow.__table__)
APPLICATIONS = cast(sa.Table, ApplicationRow.__table__)
RIDER = ("2", "13800138000", "陈大文", "外卖骑手", "茂南河东", "样例外卖平台")

Joins = Callable[..., Awaitable[Phone]]


@pytest.fixture
def joins(platform: Platform, office: Office) -> Joins:
    async def join(name: str = "陈师傅", mobile: str = "13800138000", admitted: bool = False) -> Phone:
        phone = platform.phone(name)
        await phone.says("入会", "2", mobile, *RIDER[2:], "确认", hears="收到您的入会申请了")
        if admitted:
            await office.admits(phone.openid)
            await phone.hears("恭喜您，入会办好了")
        return phone

    return join


async def test_a_rider_joins_in_nine_messages(phone: Phone, office: Office, records: Records) -> None:
    await phone.says("你好")
    await phone.says("我要入会", hears="您是哪种情况")
    (told,) = await phone.says("2", hears="手机号")
    assert "只用来办入会" in told.text
    assert "“隐私”" in told.text
    await phone.says("一三八 0013 8000", hears="姓名")
    await phone.says("我叫陈大文", hears="哪一行")
    await phone.says("送外卖的", hears="哪里干活")
    await phone.says("河东", hears="哪个平台")
    await phone.says("样例外卖平台", hears="138****8000")
    await phone.says("确认", hears="收到您的入会申请了")
    found = await office.application(phone.openid)
    asked = found.asked
    assert (asked.name, asked.mobile, asked.work, asked.place) == (
        "陈大文", "13800138000", "rider", "maonan:河东街道"
    )  # fmt: skip
    assert (asked.employer, found.organisation) == ("样例外卖平台", "茂南区总工会")
    written = " ".join(row.body for row in await records.of(messages))
    assert "陈大文" not in written
    assert "0013" not in written
    async with office.database.read() as session:
        assert await consents.holds(session, phone.openid, Purpose.MEMBERSHIP)


async def test_a_rider_joins_at_a_stand_in_six(platform: Platform, office: Office) -> None:
    await office.hangs_up(Scene("stand-1", SceneKind.STATION, "样例驿站", "open", "maonan:河东街道"))
    phone = platform.phone("路过的骑手", following=False)
    (welcome,) = await phone.follows("join:stand-1")
    assert "样例驿站" in welcome.text
    assert "手机号" in welcome.text
    await phone.says("13800138000", "陈大文", "骑手", "没有", hears="请核对")
    await phone.says("确认", hears="茂南区总工会")
    async with office.database.read() as session:
        (came,) = await count(session)
    assert (came.scans, came.applications) == (1, 1)
    assert (await office.application(phone.openid)).asked.scene == "stand-1"


async def test_a_company_code_fills_in_the_company(platform: Platform, office: Office) -> None:
    await office.hangs_up(
        Scene("factory", SceneKind.COMPANY, "样例加工厂", "unit", "dianbai", employer="样例加工厂")
    )
    phone = platform.phone("阿珍")
    await phone.scans("join:factory")
    await phone.says("13800138000", "李小芳", hears="样例加工厂")
    await phone.says("确认", hears="电白区总工会")


ELSEWHERE, COURIER = "地点改成化州市了", "工种改成快递员了"
WHERE, WHAT = "平时在哪里干活", "您平时做哪一行"


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("我不在河东，我在化州", ELSEWHERE),
        ("我不是河东的，我是化州的", ELSEWHERE),
        ("我在化州不在河东", ELSEWHERE),
        ("其实我不在河东干活，在化州那边", ELSEWHERE),
        ("我唔喺河东，喺化州", ELSEWHERE),
        ("不是茂南，是化州", ELSEWHERE),
        ("我不在河东", WHERE),
        ("我唔係河東嘅", WHERE),
        ("我不在河东，我在广州", "没找到这个地方"),
        ("我是送快递的不是外卖", COURIER),
        ("我不是送外卖的，我是送快递的", COURIER),
        ("我不是骑手，是快递员", COURIER),
        ("我系送快递嘅，唔系外卖", COURIER),
        ("我不是骑手", WHAT),
        ("我不是送外卖的", WHAT),
    ],
)
@pytest.mark.parametrize("given", [0, 1, 3])
async def test_what_a_code_filled_in_can_be_contradicted(
    given: int, said: str, hears: str, platform: Platform, office: Office
) -> None:
    place = "maonan:河东街道"
    await office.hangs_up(Scene("stand-1", SceneKind.STATION, "样例驿站", "open", place, "rider"))
    phone = platform.phone("路过的骑手")
    await phone.scans("join:stand-1")
    await phone.says(*("13800138000", "陈大文", "没有")[:given])
    await phone.says(said, hears=hears)


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("我不是这家公司的", "单位叫什么名字"),
        ("我不在这个厂上班", "单位叫什么名字"),
        ("我不是样例加工厂的", "单位叫什么名字"),
        ("我唔系呢间厂嘅", "单位叫什么名字"),
        ("我不是这家公司的，我是顺丰的", "单位改成顺丰了"),
        ("不是样例加工厂，是顺丰", "单位改成顺丰了"),
    ],
)
async def test_who_is_of_another_company_than_the_code(
    said: str, hears: str, platform: Platform, office: Office
) -> None:
    await office.hangs_up(
        Scene("factory", SceneKind.COMPANY, "样例", "unit", "dianbai", employer="样例加工厂")
    )
    phone = platform.phone("阿珍")
    await phone.scans("join:factory")
    await phone.says("13800138000", "李小芳", hears="样例加工厂")
    await phone.says(said, hears=hears)


async def test_of_two_codes_the_last_counts(platform: Platform, office: Office) -> None:
    await office.hangs_up(Scene("stand-1", SceneKind.STATION, "河东驿站", "open", "maonan:河东街道", "rider"))
    await office.hangs_up(
        Scene("stand-2", SceneKind.STATION, "水东驿站", "open", "dianbai:水东街道", "rider")
    )
    phone = platform.phone("阿珍")
    await phone.scans("join:stand-1")
    await phone.says("13800138000", "陈大文")
    await phone.scans("join:stand-2")
    await phone.says("没有", hears="地点：电白区水东街道")


async def test_a_code_that_nobody_made_begins_all_the_same(bot: Bot, platform: Platform) -> None:
    (asked,) = await platform.phone("阿珍", following=False).follows("join:nowhere")
    assert "您是哪种情况" in asked.text


async def test_who_scans_again_is_told_where_it_stands(joins: Joins, office: Office) -> None:
    await office.hangs_up(Scene("stand-1", SceneKind.STATION, "样例驿站", "open"))
    phone = await joins()
    (told,) = await phone.scans("join:stand-1")
    assert "已经交过申请" in told.text


async def test_joining_through_a_unit(phone: Phone, office: Office) -> None:
    await phone.says("入会", "我们厂有工会", hears="手机号")
    await phone.says("13800138000", "陈大文", "电白水东", hears="信用代码")
    await phone.says("没有", hears="单位的名称")
    await phone.says("91350100M000100Y44", hears="对不上")
    await phone.says("９１３５０１００ m000100y43", hears="91350100M000100Y43")
    await phone.says("确认", hears="电白区总工会")
    assert (await office.application(phone.openid)).asked.door == "unit"


async def test_a_credit_code_of_digits_alone_reaches_the_form(phone: Phone, office: Office) -> None:
    # It passes the check of an ID card or a bank card as well.
    await phone.says("入会", "1", "13800138000", "陈大文", "电白水东", hears="信用代码")
    await phone.says("914409025364052599", hears="914409025364052599")
    await phone.says("改单位", "四四零九零二一九九零零一零一一二三四", hears="已经遮住了")


async def test_a_listed_unit_says_whose_matter_it_is(phone: Phone, office: Office) -> None:
    await office.lists("样例食品加工厂", "dianbai", True)
    (asked,) = await phone.says("入会", hears="再转给您单位的工会")
    assert "单位的工会管" not in asked.text
    await phone.says(
        "1", "13800138000", "陈大文", "茂南河东", "样例食品加工厂", "确认", hears="先由电白区总工会审核"
    )
    assert "转给您单位的工会" in phone.messages[-1].text
    assert (await office.application(phone.openid)).district == "dianbai"


async def test_a_unit_without_a_union_leads_to_the_other_door(phone: Phone, office: Office) -> None:
    await office.lists("样例物业服务公司", "maonan", False)
    await phone.says("入会", "1", "13800138000", "陈大文", "电白水东")
    await phone.says("样例物业服务公司", hears="（名册上还没有工会）")
    await phone.says("确认", hears="第一种办不了")
    await phone.says("1", "确认", hears="第一种办不了")
    await phone.says("2", "保安", hears="请核对")
    await phone.says("确认", hears="先由电白区总工会审核")
    assert "单位的工会" not in phone.messages[-1].text


@pytest.mark.parametrize(
    "said",
    [
        *("我是跑美团的", "我跑饿了么", "我开滴滴", "我自己跑", "自由职业", "第二种"),
        *("我系揸货车嘅", "保洁阿姨", "摆摊的"),
    ],
)
async def test_the_open_door_is_taken_in_riders_words(phone: Phone, said: str) -> None:
    await phone.says("入会", said, hears="您的手机号")


@pytest.mark.parametrize("said", ["工地干活", "在厂里打工"])
async def test_who_may_have_a_unit_or_not_is_asked_for_one_of_the_two(phone: Phone, said: str) -> None:
    await phone.says("入会", said, hears="上班的单位已经有工会")


async def test_the_first_kind_is_the_first_line(phone: Phone) -> None:
    await phone.says("入会", "第一种", "13800138000", "陈大文", "电白水东", hears="单位叫什么名字")


async def test_who_has_no_unit_and_takes_its_door_after_all_is_asked_which(
    phone: Phone, office: Office
) -> None:
    await phone.says("入会", "2", "13800138000", "陈大文", "骑手", "茂南河东", "没有", hears="请核对")
    await phone.says("改情况", "1", "确认", hears="要写上单位")
    await phone.says("没有", hears="请发单位的名称")
    await phone.says("样例加工厂", "确认", hears="收到您的入会申请了")
    assert (await office.application(phone.openid)).asked.employer == "样例加工厂"


async def test_changing_the_door_at_the_end_asks_what_is_missing(phone: Phone, office: Office) -> None:
    await phone.says("入会", "1", "13800138000", "陈大文", "电白水东", "样例加工厂", hears="请核对")
    await phone.says("改情况", "2", hears="哪一行")
    await phone.says("货车", hears="请核对")
    await phone.says("确认", hears="收到")
    assert (await office.application(phone.openid)).asked.work == "trucker"


async def test_every_wrong_answer_is_met_with_what_to_send(phone: Phone) -> None:
    await phone.says("入会", "9", hears="1 到 2")
    await phone.says("2", "1380013800", hears="这里数到 10 位")
    await phone.says("没带", hears="11 位数字")
    await phone.says("忘了", hears="人工")
    await phone.says("13800138000", "1234", hears="姓名里有数字")
    await phone.says("陈大文", "打铁的", hears="1 到 7")
    await phone.says("7", "月球", hears="没找到这个地方")
    await phone.says("河西", hears="化州市河西街道")
    await phone.says("1", hears="哪个平台")
    await phone.says("8", hears="名称")
    await phone.says("冇", hears="没有固定的")
    await phone.says("改手机号", "13800138009", hears="138****8009")
    await phone.says("取消", hears="先不办了")


async def test_a_question_aside_is_answered_and_the_form_goes_on(phone: Phone) -> None:
    await phone.says("入会", "2", hears="手机号")
    await phone.says("入会要交多少钱？", hears="0.5%")
    await phone.says("13800138000", hears="姓名")


async def test_nobody_applies_twice(joins: Joins, platform: Platform, records: Records) -> None:
    phone = await joins()
    await phone.says("入会", hears="已经交过申请")
    other = platform.phone("另一部手机")
    await other.says("入会", "2", "13800138000", hears="已经交过一份申请")
    await other.says("13800138001", hears="姓名")
    assert len(await records.of(APPLICATIONS)) == 1


async def test_a_confirmation_that_arrives_again_counts_once(joins: Joins, records: Records) -> None:
    phone = await joins()
    await phone.again()
    assert len(await records.of(APPLICATIONS)) == 1


async def test_the_worker_hears_of_every_step(joins: Joins, office: Office) -> None:
    phone = await joins()
    await phone.says("进度", hears="茂南区总工会正在审核")
    await office.approves(phone.openid)
    await phone.hears("等市总工会确认")
    await phone.says("进度", hears="已经同意")
    await office.approves(phone.openid)
    await phone.hears("会员号：MM")
    await phone.says("入会", hears="您已经是工会会员")
    await phone.says("会员号", hears="茂南区总工会")
    await phone.says("进度", hears="1. 入会办好了，会员号")


async def test_where_only_the_city_decides_it_is_named_once(phone: Phone, office: Office) -> None:
    (_, told) = (await phone.says("入会", *RIDER[:4], "高新区", "没有"), await phone.says("确认"))
    assert told[-1].text.count("市总工会") == 1
    await phone.says("进度", hears="市总工会正在审核。")
    await office.approves(phone.openid)
    await phone.hears("市总工会已经看过，正在做最后确认")
    await phone.says("进度", hears="正在做最后确认")


async def test_of_a_trade_the_district_is_named_that_looks_at_it(phone: Phone, office: Office) -> None:
    await office.adds_trade("测试骑手工会", "rider")
    await phone.says("入会", *RIDER, "确认", hears="先由茂南区总工会审核")
    assert "同意后您就归测试骑手工会" in phone.messages[-1].text
    await phone.says("进度", hears="茂南区总工会正在审核")
    await office.approves(phone.openid)
    await phone.hears("茂南区总工会已经同意")
    await office.approves(phone.openid)
    await phone.hears("所在工会：测试骑手工会")
    await phone.says("转会", "2", "货车", "电白水东", "没有", "确认", hears="由电白区总工会审核。")


async def test_one_thing_is_mended_and_nothing_else_asked(joins: Joins, office: Office) -> None:
    phone = await joins()
    await office.sends_back(phone.openid, "mobile", "这个号码打不通")
    notice = await phone.hears("这个号码打不通")
    await phone.says("进度", hears="回复“补正”")
    await phone.chooses(*notice.choices[0].menu_choice())
    await phone.says("13800138001", hears="138****8001")
    await phone.says("确认", hears="改好了，接着审核")
    found = await office.application(phone.openid)
    assert (found.status, found.asked.mobile, found.asked.name) == (Status.WAITING, "13800138001", "陈大文")
    await office.admits(phone.openid)
    await phone.hears("恭喜您")


async def test_what_was_declined_says_why_and_can_be_asked_again(joins: Joins, office: Office) -> None:
    phone = await joins()
    await office.declines(phone.openid, "您在外市已经入会，请办转会")
    await phone.hears("请办转会")
    await phone.says("补正", hears="没有要补正的申请")
    (asked,) = await phone.says("入会", hears="上次填的还在")
    assert "陈**" in asked.text and "8000" in asked.text
    await phone.says("确认", hears="收到您的入会申请了")


async def test_who_tries_one_mobile_after_another_is_not_told_whose_is_registered(
    joins: Joins, platform: Platform, clock: Clock
) -> None:
    await joins()
    stranger = platform.phone("路人")
    await stranger.says("入会", "2")
    for last in range(1, 7):
        await stranger.says(f"1390013800{last}", hears="姓名")
        await stranger.says("返回")
    for mobile in ("13800138000", "13900138009"):
        await stranger.says(mobile, hears="今天核对过好几个号码了")
    clock.ahead += timedelta(days=1, minutes=1)
    await stranger.says("继续", "13900138009", hears="姓名")


async def test_the_identity_number_is_asked_for_where_it_is_wanted(joins: Joins, office: Office) -> None:
    await office.wants_identity("maonan")
    phone = await joins()
    assert "还差一步" in phone.messages[-1].text
    await phone.says("进度", hears="填写身份证号")
    await office.sends_back(phone.openid, "identity", "还没登记身份证号")
    await phone.hears("填写身份证号")
    await phone.says("入会", hears="填写身份证号")


async def test_what_waits_can_be_changed_or_taken_back(joins: Joins, office: Office) -> None:
    phone = await joins()
    await phone.says("改资料", "3", hears="手机号")
    await phone.says("13800138001", "确认", hears="改好了")
    assert (await office.application(phone.openid)).asked.mobile == "13800138001"
    await phone.says("撤回申请", "1", hears="一切照旧")
    await phone.says("撤回申请", "不撤回", hears="一切照旧")
    await phone.says("撤回申请", "取消", hears="一切照旧")
    (asked,) = await phone.says("撤回申请")
    await phone.says("好的", hears="要办就回复“确定撤回”，不办就回复“不撤回，继续等”")
    await phone.says("2", hears="已经撤回")
    (late,) = await phone.chooses(*asked.choices[1].menu_choice())
    assert "已经有变化" in late.text
    await phone.says("撤回申请", hears="不用撤回")
    await phone.says("入会", hears="上次填的还在")


@pytest.mark.parametrize("admitted", [True, False])
async def test_a_new_number_is_taken_with_the_wish_to_change_it(
    joins: Joins, records: Records, admitted: bool
) -> None:
    phone = await joins(admitted=admitted)
    await phone.says("改手机号1390013933", hears="这里数到 10 位")
    await phone.says("取消")
    await phone.says("我要改手机号：13900139334", hears="139****9334")
    await phone.says("确认", hears="改好了")
    assert "1390013" not in " ".join(row.body for row in await records.of(messages))


@pytest.mark.parametrize(
    ("said", "asked", "of_member"),
    [
        ("电话打错咗", "手机号", "新的手机号"),
        ("个名错咗", "姓名", "带上身份证"),
        ("地址写错咗", "在哪里干活", "在哪里干活"),
        ("电话错了，是13800138001", "手机号：138****8001", "手机号：138****8001"),
    ],
)
async def test_what_is_found_wrong_afterwards_is_put_right(
    joins: Joins, office: Office, said: str, asked: str, of_member: str
) -> None:
    phone = await joins()
    await phone.says(said, hears=asked)
    await phone.says("取消", hears="照旧")
    other = await joins("阿珍", "13800138002", admitted=True)
    await other.says(said, hears=of_member)


async def test_a_name_that_is_put_right_stands_nowhere_in_clear(joins: Joins, records: Records) -> None:
    member = await joins(admitted=True)
    await member.says("个名错咗，系李小珍", hears="带上身份证")
    waiting = await joins("阿珍", "13800138002")
    await waiting.says("个名错咗，系李小珍", hears="姓名：李**")
    assert "李小珍" not in " ".join(row.body for row in await records.of(messages))


@pytest.mark.parametrize("said", ["我的会员号是多少", "会员号多少？", "会员编号系几多"])
async def test_the_member_number_is_told_to_who_has_one(
    joins: Joins, office: Office, platform: Platform, said: str
) -> None:
    member = await joins(admitted=True)
    await member.says(said, hears="会员号：MM")
    waiting = await joins("阿珍", "13800138002")
    await waiting.says(said, hears="会员号在申请同意的时候给您")
    await platform.phone("路人").says(said, hears="想入会回复“入会”")


@pytest.mark.parametrize("admitted", [True, False])
async def test_what_was_signed_up_for_with_the_old_mobile_has_the_new_one(
    joins: Joins, bot: Bot, clock: Clock, admitted: bool
) -> None:
    phone, school = await joins(admitted=admitted), School(bot, clock)
    course, other = await school.opens(), await school.opens("T-2", title="焊工提高班", days=12)
    await phone.says("培训", "1", "报名", "确认", hears="报上了")
    await phone.says("培训", "2", "报名", "确认", hears="报上了")
    await phone.says("焊工班留的电话写错了，应该是13800138002", "确认", hears="改好了，“焊工提高班”")
    if admitted:
        assert "会员资料里留的是 138****8000" in phone.messages[-1].text
    await phone.says("我电话换了，改成13800138001", "确认", hears="“电工入门班”留的号码也一起改了。")
    assert [one.phone for one in await school.roster(course)] == ["13800138001"]
    assert [one.phone for one in await school.roster(other)] == ["13800138002"]


async def test_what_decides_on_the_union_can_be_changed_too(joins: Joins, office: Office) -> None:
    phone = await joins()
    await phone.says("改资料", "4", "货车", "确认", hears="改好了")
    assert (await office.application(phone.openid)).asked.work == "trucker"
    await phone.says("我要改电话", "13800138001", "确认", hears="改好了")
    await phone.says("改资料", "1", "单位有工会", hears="请核对")
    await phone.says("确认", hears="改好了")
    found = (await office.application(phone.openid)).asked
    assert (found.door, found.mobile) == ("unit", "13800138001")
    (offered,) = await phone.says("改资料")
    assert "工种" not in offered.text


async def test_from_how_to_join_it_is_one_step(phone: Phone) -> None:
    await phone.says("怎么加入工会", hears="现在就填")
    await phone.says("1", hears="您是哪种情况")


@pytest.mark.parametrize("said", ["我想加入工会", "想入会", "办入会"])
async def test_it_begins_however_it_is_said(phone: Phone, said: str) -> None:
    await phone.says(said, hears="您是哪种情况")


async def test_a_withdrawal_is_confirmed_in_words(joins: Joins) -> None:
    phone = await joins()
    await phone.says("撤回申请", "确定", hears="已经撤回")


async def test_a_member_changes_details(joins: Joins, office: Office) -> None:
    phone = await joins(admitted=True)
    await phone.says("换手机号", "13800138002", "确认", hears="改好了")
    await phone.says("改资料", "1", "13800138002", "确认", hears="改好了")
    await phone.says("改资料", "工作地点", "茂南镇盛", "确认", hears="改好了")
    await phone.says("改资料", "2", "电白水东", "确认", hears="转会")
    await phone.says("改资料", "3", "样例快递", "确认", hears="改好了")
    found = await office.member(phone.openid)
    assert found is not None
    assert (found.mobile, found.place, found.employer) == ("13800138002", "maonan:镇盛镇", "样例快递")


@pytest.mark.parametrize("said", ["改手机号", "换手机号", "修改手机"])
async def test_the_mobile_is_changed_by_its_bare_name(joins: Joins, office: Office, said: str) -> None:
    phone = await joins()
    await phone.says(said, "13800138002", "确认", hears="改好了，接着审核")
    await office.admits(phone.openid)
    await phone.says(said, hears="新的手机号")


async def test_a_member_changes_the_kind_of_work(joins: Joins, office: Office) -> None:
    phone = await joins(admitted=True)
    await phone.says("改资料", hears="4. 工种")
    await phone.says("工种", "保安", "确认", hears="改好了")
    await phone.says("改工种", hears="做哪一行")
    await phone.says("骑手", "确认", hears="改好了")
    await phone.says("我不送外卖了，现在开货车", hears="货车司机")
    await phone.says("确认", hears="改好了")
    found = await office.member(phone.openid)
    assert found is not None and found.work == "trucker"
    await office.adds_trade("测试骑手工会", "rider")
    await phone.says("改工种", "骑手", "确认", hears="这一行归另一家工会管")


async def test_a_change_of_work_before_admission_mends_the_application(joins: Joins) -> None:
    phone = await joins()
    await phone.says("改工种", "货车", "确认", hears="改好了，接着审核")


async def test_through_a_unit_there_is_no_kind_of_work_to_change(phone: Phone, office: Office) -> None:
    await phone.says("入会", "1", "13800138000", "陈大文", "电白水东", "样例加工厂", "确认")
    await office.admits(phone.openid)
    await phone.says("改工种", hears="没登记工种")
    await phone.says("改资料", "4", "骑手", "确认", hears="没登记工种")
    await phone.says("我不送快递了，现在开货车", hears="没登记工种")


async def test_within_one_union_a_place_in_another_district_is_no_move(
    platform: Platform, office: Office, records: Records
) -> None:
    await office.adds_trade("测试骑手工会", "rider")
    phone = platform.phone("陈师傅")
    await phone.says(
        "入会", "2", "13800138000", "陈大文", "骑手", "电白水东", "没有", "确认", hears="测试骑手工会"
    )
    await office.admits(phone.openid)
    await phone.says("改资料", "2", "高州根子", "确认", hears="改好了")
    (row,) = await records.of(cast(sa.Table, MemberRow.__table__))
    assert (row.organisation, row.district, row.place) == ("trade", "gaozhou", "gaozhou:根子镇")


async def test_nobody_takes_over_the_mobile_of_another(joins: Joins) -> None:
    await joins(admitted=True)
    other = await joins("阿珍", "13800138001", admitted=True)
    await other.says("改资料", "1", "13800138000", hears="已经有登记了")


async def test_a_member_moves(joins: Joins, office: Office) -> None:
    phone = await joins(admitted=True)
    await phone.says("转会", "单位有工会", "电白水东", "样例加工厂", "确认", hears="电白区总工会审核")
    await phone.says("进度", hears="转会申请")
    await phone.says("转会", hears="要撤回吗")
    await office.approves(phone.openid)
    await phone.hears("转会办好了")
    await phone.says("会员号", hears="电白区总工会")


async def test_a_member_does_not_move_to_a_union_that_is_not_there(joins: Joins, office: Office) -> None:
    await office.lists("样例物业服务公司", "maonan", False)
    phone = await joins(admitted=True)
    await phone.says("转会", "单位有工会", "电白水东", "样例物业服务公司", "确认", hears="第一种办不了")
    await phone.says("2", "保安", "确认", hears="转会申请交上去了")


async def test_a_move_that_is_refused_can_be_asked_again(joins: Joins, office: Office) -> None:
    phone = await joins(admitted=True)
    move = ("转会", "单位有工会", "电白水东", "样例加工厂", "确认")
    await phone.says(*move, hears="电白区总工会审核")
    with pytest.raises(Unmendable):
        await office.sends_back(phone.openid, "employer", "写全称")
    await office.declines(phone.openid, "单位名称要写全称")
    await phone.hears("回复“转会”")
    await phone.says(*move, hears="电白区总工会审核")


async def test_a_member_leaves_and_comes_back(joins: Joins, office: Office) -> None:
    phone = await joins(admitted=True)
    await phone.says("退会", "1", hears="一切照旧")
    await phone.says("退会", "OK", hears="“OK”还不够清楚")
    await phone.says("2", hears="已经为您办好退会")
    assert await office.member(phone.openid) is None
    await phone.says("入会", hears="上次填的还在")


async def test_who_left_and_comes_back_finds_what_they_changed_as_a_member(
    joins: Joins, office: Office
) -> None:
    phone = await joins(admitted=True)
    (ended,) = await phone.says("进度", hears="入会办好了，会员号")
    assert "回复“入会”" not in ended.text
    await phone.says("改手机号", "13800138077", "确认", hears="改好了")
    await phone.says("转会", "2", hears="哪一行")
    await phone.says("退会", "确定退会", hears="已经为您办好退会")
    (over,) = await phone.says("进度", hears="没有正在办的事")
    assert "转会" not in over.text
    await phone.says("入会", hears="手机号：138****8077")
    await phone.says("确认", hears="收到您的入会申请了")
    assert (await office.application(phone.openid)).asked.mobile == "13800138077"


async def test_a_member_who_comes_back_is_not_taken_twice_and_is_bound_again(
    joins: Joins, office: Office, records: Records
) -> None:
    phone = await joins(admitted=True)
    before = await office.member(phone.openid)
    assert before is not None
    await phone.unfollows()
    async with asyncio.timeout(60):
        while await records.of(DEPARTURES):  # what came from WeChat is erased before they come back
            await asyncio.sleep(0.1)
    assert await office.member(phone.openid) is None
    await phone.follows("poster-1")
    await phone.says("入会", "2", "13800138000", hears="核对后帮您接上")
    await phone.says("取消")
    await office.rebinds(before.number, phone.openid)
    await phone.hears("工作人员刚刚改了一处")
    await phone.says("会员号", hears=before.number)


@pytest.fixture
def leaves(records: Records) -> Callable[[Phone], Awaitable[None]]:
    """Unfollows, until what came from WeChat is erased."""

    async def leave(phone: Phone) -> None:
        await phone.unfollows()
        async with asyncio.timeout(60):
            while await records.of(DEPARTURES):
                await asyncio.sleep(0.1)

    return leave


async def test_a_member_who_comes_back_proves_it_alone(
    joins: Joins, office: Office, leaves: Callable[[Phone], Awaitable[None]]
) -> None:
    phone = await joins(admitted=True)
    before = await office.member(phone.openid)
    assert before is not None
    await leaves(phone)
    await phone.follows("poster-1")
    await phone.says("入会", "2", "13800138000", hears="接回会籍")
    await phone.says("接回会籍", "１３８ 0013 8000", "我叫陈大文", "忘了", hears="两个字母加十个数字")
    await phone.says(f"会员号 {before.number.lower()}", hears="138****8000")
    await phone.says("确认", hears="接上了，欢迎回来")
    after = await office.member(phone.openid)
    assert after is not None and after.number == before.number
    await phone.says("进度")
    await phone.says("接回会籍", hears="您已经是工会会员")
    async with office.database.read() as session:
        assert await consents.holds(session, phone.openid, Purpose.MEMBERSHIP)


async def test_nobody_comes_back_as_somebody_else_by_trying(
    joins: Joins, platform: Platform, office: Office, leaves: Callable[[Phone], Awaitable[None]]
) -> None:
    member = await joins(admitted=True)
    before = await office.member(member.openid)
    assert before is not None
    proof = ("接回会籍", "13800138000", "陈大文", before.number, "确认")
    thief = platform.phone("生人")
    await thief.says(*proof, hears="还连着另一个微信")
    await leaves(member)
    wrong = [*proof[:2], "陈小文", *proof[3:]], [proof[0], "13800138001", *proof[2:]]
    await thief.says(*wrong[0], hears="今天还可以试 2 次")
    await thief.says(*wrong[1], hears="今天还可以试 1 次")
    await thief.says(*proof[:3], "MM2026999999", "确认", hears="今天先不试了")
    await thief.says(*proof, hears="明天可以再试")
    # Not by another WeChat either, nor by following again.
    await leaves(thief)
    await thief.follows()
    await thief.says(*wrong[0], hears="今天还可以试 2 次")
    await platform.phone("同伙").says(*wrong[1])
    await platform.phone("第三个").says(*wrong[1])
    await member.follows("poster-1")
    await member.says(*proof, hears="明天可以再试")
    assert await office.member(member.openid) is None


async def test_who_is_no_member_is_told_how_it_goes_elsewhere(phone: Phone) -> None:
    for said, hears in {
        "退会": "这是您的自由", "转会": "不用重新入会", "改资料": "粤工惠", "会员号": "会员证",
        "我要改电话": "粤工惠",
    }.items():  # fmt: skip
        (told,) = await phone.says(said)
        assert told.text.startswith("您在这里还没有入会"), said
        assert hears in told.text
        assert f"回复“{said}”" not in told.text  # it was just sent
        assert "改资料”" not in told.text
    await phone.says("补正", hears="没有要补正的申请")


async def test_nothing_of_a_person_stands_in_clear(joins: Joins, office: Office) -> None:
    await joins(admitted=True)
    database: Database = office.database
    if database.is_sqlite:
        file = str(database.url.database)
        kept = Path(file).read_bytes() + Path(f"{file}-wal").read_bytes()
        assert "陈大文".encode() not in kept
        assert b"13800138000" not in kept
