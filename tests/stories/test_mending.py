"""What was sent back is mended by the value alone, written below the notice: `membership`."""

import asyncio
from datetime import timedelta

import pytest

from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.offices import Office
from tests.stories.test_membership import RIDER
from wechat.simulator import Phone

# What is told is a matter of words, whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("field", "said", "shown"),
    [
        ("mobile", "13800138001", "手机号：138****8001"),
        ("mobile", "手机号是 138 0013 8001", "手机号：138****8001"),
        ("employer", "顺丰", "单位：顺丰"),
        ("name", "李小明", "姓名：李**"),
        ("place", "电白水东", "地点：电白区水东街道"),
        ("work", "快递员", "工种：快递员"),
    ],
)
async def test_what_is_to_be_mended_is_sent_straight_back(
    field: str, said: str, shown: str, phone: Phone, office: Office, records: Records
) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await office.sends_back(phone.openid, field, "再核对一下")
    await phone.hears("再核对一下")
    (check,) = await phone.says(said, hears=shown)
    assert "是申请里要改的" in check.text
    await phone.says("确认", hears="改好了，接着审核")
    written = " ".join(row.body for row in await records.of(messages))
    assert "李小明" not in written and "13800138001" not in written


async def test_it_is_taken_where_the_notice_rode_on_an_answer(
    phone: Phone, office: Office, clock: Clock, records: Records
) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    clock.ahead += timedelta(days=3)
    await office.sends_back(phone.openid, "mobile", "再核对一下")
    async with asyncio.timeout(20):
        while not [row for row in await records.of(messages) if row.status == "held"]:
            await asyncio.sleep(0.05)
    await phone.says("你好", hears="再核对一下")
    await phone.says("13800138001", hears="手机号：138****8001")


@pytest.mark.parametrize(
    "said", ["收到", "好的", "谢谢", "入会要交多少钱", "工资拖欠", "1380013800", "茂南河东", "1"]
)
async def test_what_is_no_such_value_opens_nothing(said: str, phone: Phone, office: Office) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await office.sends_back(phone.openid, "mobile", "再核对一下")
    await phone.hears("再核对一下")
    (answer,) = await phone.says(said)
    assert "是申请里要改的" not in answer.text


@pytest.mark.parametrize("field", ["employer", "name", "place"])
@pytest.mark.parametrize("said", ["收到", "好的", "谢谢", "知道了", "入会要交多少钱", "不明白", "在吗"])
async def test_what_is_said_to_the_notice_is_nobodys_name_nor_employer(
    field: str, said: str, phone: Phone, office: Office
) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await office.sends_back(phone.openid, field, "再核对一下")
    await phone.hears("再核对一下")
    (answer,) = await phone.says(said)
    assert "是申请里要改的" not in answer.text


async def test_after_something_else_was_told_it_is_asked_for(phone: Phone, office: Office) -> None:
    await phone.says("入会", *RIDER, "确认", hears="收到您的入会申请了")
    await phone.says("13800138001")
    await office.sends_back(phone.openid, "employer", "再核对一下")
    await phone.hears("再核对一下")
    await phone.says("进度", hears="回复“补正”")
    (answer,) = await phone.says("顺丰")
    assert "是申请里要改的" not in answer.text
    await phone.says("补正", "顺丰", "确认", hears="改好了，接着审核")
