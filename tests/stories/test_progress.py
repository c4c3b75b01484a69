"""Where everything stands: the capability `progress`."""

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
