"""Where everything stands: the capability `progress`."""

from datetime import timedelta

from tests.clocks import Clock
from tests.stories.offices import Office
from tests.stories.schools import School
from tests.stories.test_membership import RIDER
from wechat.simulator import Phone


async def test_who_has_begun_nothing_is_told_what_can_be_begun(phone: Phone) -> None:
    await phone.says("进度", hears="回复“入会”")


async def test_what_is_open_is_listed(phone: Phone) -> None:
    await phone.says("入会", "2", "13800138000", "陈大文", "骑手", "茂南", "没有", "确认")
    await phone.says("查进度", hears="1. 入会申请")


async def test_a_second_yes_is_told_that_it_was_handed_in(phone: Phone) -> None:
    await phone.says("入会", "2", "13800138000", "陈大文", "骑手", "茂南", "没有", "确认", hears="收到您的")
    for said in ("确认", "没错，提交"):
        await phone.says(said, hears="不用再交一次")
    await phone.says("进度", hears="1. 入会申请")


async def test_a_yes_to_a_question_stays_one(phone: Phone) -> None:
    await phone.says("删除我的资料", "确认", hears="已经删好了")


async def test_nothing_is_said_to_be_received_that_was_not(
    phone: Phone, office: Office, school: School, clock: Clock
) -> None:
    (nothing,) = await phone.says("确认", hears="没有填好了等您确认的")
    assert "收到" not in nothing.text and "交过" not in nothing.text
    await phone.says("入会", "2", "取消", "提交", hears="也没有正在办的事")
    await school.opens()
    await phone.says("培训", "1", "确认", hears="回复它的序号")
    await phone.says("1", hears="姓名")
    clock.ahead += timedelta(days=8)
    (over,) = await phone.says("确认", hears="放了 7 天")
    assert "没有填好了等您确认的" in over.text
    await phone.says("入会", *RIDER, "确认", hears="收到您的")
    await office.sends_back(phone.openid, "mobile", "打不通")
    await phone.hears("打不通")
    await phone.says("确认", hears="手机号要改，打不通。回复“补正”")
