"""What a worker notices or says between the questions of a form: a wrong mobile, the next order, too much at once."""

import pytest

from bot.app import Bot
from messages.journal import messages
from tests.stories.conftest import Records
from tests.stories.offices import Office
from wechat.simulator import Phone, Platform

BEGUN = ("入会", "2", "13800138000")
STEPS = {
    "请问您的姓名": (),
    "您平时做哪一行": ("陈大文",),
    "平时在哪里干活": ("陈大文", "1"),
    "在哪个平台": ("陈大文", "1", "茂南河东"),
    "请核对": ("陈大文", "1", "茂南河东", "没有"),
}
ANEW = (
    "13800138001",
    "不对，手机号打错了，是13800138001",
    "电话写错了 138 0013 8001",
    "不好意思打错了，13800138001",
    "刚才我填的号码不对，应该是13800138001",
    "电话错了一位，是13800138001",
    "我写错咗电话，系13800138001",
    "我上一个发错了，是13800138001",
    "更正：13800138001",
    "手机号是13800138001",
    "不是0是1，13800138001",
    "不是13800138000，是13800138001",
    "换个号 13800138001",
    "一三八零零一三八零零一",
)


@pytest.mark.parametrize("asked", STEPS)
async def test_a_wrong_mobile_is_put_right_whatever_is_asked(
    asked: str, bot: Bot, platform: Platform, records: Records
) -> None:
    for said in ANEW:
        phone = platform.phone(said)
        await phone.says(*BEGUN, *STEPS[asked], hears=asked)
        await phone.says(said, hears=f"手机号改成138****8001了。\n\n{asked}")
    assert not [row for row in await records.of(messages) if "1380013800" in row.body]


@pytest.mark.parametrize(
    "said", ["上面手机号填错了", "我不小心把电话打错了", "sorry 号码错了", "电话号码写错了，我重新发"]
)
async def test_a_mobile_that_is_said_to_be_wrong_is_asked_for(said: str, phone: Phone) -> None:
    await phone.says(*BEGUN, *STEPS["在哪个平台"], said, hears="您的手机号？")
    await phone.says("手机号错了，是1380013800", hears="这里数到 10 位")
    await phone.says("13800138001", hears="在哪个平台")


async def test_another_mobile_beside_the_name_is_the_new_one(phone: Phone, office: Office) -> None:
    await phone.says(*BEGUN, "陈大文 13800138001", hears="记下了，姓名：陈**，手机号：138****8001。")
    await phone.says("1", "茂南河东", "姓名是陈大闻", hears="姓名改成陈**了。\n\n在哪个平台")
    await phone.says("没有", "确认", hears="收到您的入会申请了")
    asked = (await office.application(phone.openid)).asked
    assert (asked.name, asked.mobile, asked.employer) == ("陈大闻", "13800138001", "")
