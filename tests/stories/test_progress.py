"""Where everything stands: the capability `progress`."""

from wechat.simulator import Phone


async def test_who_has_begun_nothing_is_told_what_can_be_begun(phone: Phone) -> None:
    await phone.says("进度", hears="回复“入会”")


async def test_what_is_open_is_listed(phone: Phone) -> None:
    await phone.says("入会", "2", "13800138000", "陈大文", "骑手", "茂南", "没有", "确认")
    await phone.says("查进度", hears="1. 入会申请")
