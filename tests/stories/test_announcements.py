"""Announcements from the chat of staff: the capability `announcements`."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.app import Bot
from messages import launches
from messages.broadcasts import Kind, State
from messages.drafts import Draft
from messages.journal import messages
from storage.base import CHINA
from tests.clocks import Clock
from tests.stories.newsrooms import Newsroom
from union.rights import Role
from wechat.simulator import Phone, Platform
from wechat.simulator.shelf import paint


async def confirms(phone: Phone, people: str = "") -> None:
    """After a look."""
    await phone.says("#查看 1", hears="工友看到的是这样")
    await phone.says("#确认 1", hears=f"开始发了{people}")


async def test_two_people_send_it_and_the_workers_hear_it(
    newsroom: Newsroom, platform: Platform, writer: Phone, second: Phone
) -> None:
    worker = platform.phone("骑手")
    await worker.says("你好")
    told = await writer.says("#公告 全体 明天上午九点，河东驿站发西瓜", hears="编号 1")
    assert (
        "工友看到的是这样：\n———\n明天上午九点，河东驿站发西瓜\n———\n发给：全体，共 3 人。\n现在能送到 3 人。"
        in told[-1].text
    )
    assert "已经告诉 1 位同事" in told[-1].text
    assert (await newsroom.standing(1)).state is State.DRAFT
    await second.hears("公告甲写了一条公告，发给全体，等您确认")
    await writer.says("#确认 1", hears="是您写的，要另一位")
    await confirms(second)
    await worker.hears("明天上午九点，河东驿站发西瓜")
    await writer.hears("开始发了，是公告乙确认的")
    assert await newsroom.steps(1) == [("drafted", "公告甲"), ("approved", "公告乙"), ("launched", "公告乙")]
    await second.says("#确认 1", hears="正在发，这一步办不了")


async def test_who_cannot_be_told_by_wechat_now_is_named(
    newsroom: Newsroom, platform: Platform, clock: Clock, writer: Phone, second: Phone
) -> None:
    await newsroom.employs("公告丙", Role.ADMIN, "", platform.phone("从没说过话的人"))
    told = await writer.says("#公告 全体 消息一条", hears="编号 1")
    assert "已经告诉 1 位同事。微信现在通知不到公告丙，请打电话告诉，让对方发“#查看 1”。" in told[-1].text
    clock.ahead += timedelta(hours=49)
    told = await writer.says("#安全公告 全体 台风来了", hears="编号 2")
    assert "已经告诉" not in told[-1].text
    assert "微信现在通知不到公告乙、公告丙，请打电话告诉" in told[-1].text
    await second.says("#查看 2", hears="台风来了")
    for number in range(9):
        name = f"名字很长很长很长的同事{number}"
        await newsroom.employs(name, Role.ADMIN, "", platform.phone(name))
    narrow = "茂南、电白、高州、化州、信宜 外卖骑手、快递员、网约车司机、货车司机、保洁、家政、零工"
    told = await writer.says(f"#群发 {narrow}：" + "长" * 400, hears="不发了，请回复“#停止")
    assert "等 10 位同事，请打电话告诉" in told[-1].text


async def test_what_it_is_about_is_not_happening_to_the_writer(
    newsroom: Newsroom, writer: Phone, second: Phone
) -> None:
    await writer.says("#公告 骑手 路上出了事故，先打120。想不开的时候，给我们打电话", hears="编号 1")
    await writer.says("＃进度", hears="1 号：等另一位同事确认，外卖骑手")
    await writer.says("#停止 1", hears="一条都没有发出去")
    await second.says("#确认 1", hears="已经停止")
    await writer.says("#进度", hears="没有在办的公告")


async def test_an_edition_nobody_showed_them_is_shown_first(
    newsroom: Newsroom, platform: Platform, writer: Phone
) -> None:
    await writer.says("#公告 全体 消息一条", hears="还没有别的同事绑定微信")
    late = platform.phone("后来的人")
    await newsroom.employs("公告丙", Role.ADMIN, "", late)
    await late.says("#进度 1", hears="还没有发")
    await late.says("#确认 1", hears="请先看一看。工友看到的是这样：\n———\n消息一条")
    assert (await newsroom.standing(1)).state is State.DRAFT
    await late.says("#确认 1", hears="开始发了")
    assert (await newsroom.standing(1)).state is State.RUNNING


async def test_a_district_addresses_its_own_workers_only(
    newsroom: Newsroom, platform: Platform, second: Phone
) -> None:
    officer = platform.phone("区里的人")
    await newsroom.employs("茂南经办", Role.OFFICER, "maonan", officer)
    rider, driver = platform.phone("茂南骑手"), platform.phone("高州司机")
    await newsroom.member(rider, "maonan", "rider", "13800138001")
    await newsroom.member(driver, "gaozhou", "driver", "13800138002")
    await officer.says("#公告 全体 开会", hears="您负责的是茂南区，公告只能发给茂南区的工友")
    await officer.says("#公告 高州 开会", hears="您负责的是茂南区")
    await officer.says("#公告 茂南、高州 开会", hears="您负责的是茂南区")
    await officer.says("#公告 茂南骑手 开会", hears="发给：茂南区里的外卖骑手，共 1 人")
    await second.says("#公告 高州：开会", hears="共 1 人")
    await officer.says("#停止 2", hears="您负责的是茂南区")
    await officer.says("#进度", hears="1 号")
    other = platform.phone("别的区的人")
    await newsroom.employs("高州经办", Role.OFFICER, "gaozhou", other)
    await other.says("#确认 1", hears="您负责的是高州市")
    await confirms(second)
    await newsroom.expands()
    given = await newsroom.rows(sa.select(messages.c.openid).where(messages.c.broadcast_id == 1))
    assert given == [rider.openid]


async def test_it_is_paused_and_goes_on(newsroom: Newsroom, writer: Phone, second: Phone) -> None:
    await writer.says("#公告 全体 消息一条")
    await confirms(second)
    await second.says("#暂停 1", hears="停下来了")
    await writer.says("#暂停 1", hears="暂停着，这一步办不了")
    await writer.says("#进度 1", hears="要接着发，请回复“#继续 1”")
    await writer.says("#继续 1", hears="接着发了")
    await writer.says("#停止 1", hears="已经收到的收不回来")
    await writer.says("#继续 1", hears="已经停止，这一步办不了")


async def test_what_is_being_sent_is_listed_before_what_waits(
    newsroom: Newsroom, clock: Clock, writer: Phone, second: Phone
) -> None:
    said = Draft(("everybody",), "消息一条", clock() + timedelta(hours=9), "西瓜")
    for _ in range(3):
        await newsroom.sends(said)
    await writer.says("#暂停 2", hears="停下来了")
    async with newsroom.database.write() as session:
        for _ in range(7):
            await launches.draft(session, said, "1", clock())
    told = (await writer.says("#进度"))[-1].text.splitlines()
    assert [line.partition("，")[0] for line in told[:4]] == [
        "3 号：正在发", "2 号：暂停着", "1 号：正在发", "10 号：等另一位同事确认",
    ]  # fmt: skip
    assert told[6:] == ["另外还有：7、6、5、4 号。", "", "请带上编号，比如“#进度 3”。"]
    for order, first in (("#暂停", "3 号：正在发"), ("#继续", "2 号：暂停着"), ("#确认", "10 号：等")):
        told = (await second.says(order))[-1].text.splitlines()
        assert told[0].startswith(first)
        assert "另外还有：" in told[6]


async def test_a_notice_that_lies_in_the_chat_is_no_look(
    newsroom: Newsroom, writer: Phone, second: Phone
) -> None:
    await writer.says("#公告 全体 消息一条", hears="编号 1")
    await second.hears("请先回复“#查看 1”")
    await second.says("#确认 1", hears="请先看一看。工友看到的是这样：\n———\n消息一条")
    assert (await newsroom.standing(1)).state is State.DRAFT
    await second.says("#确认 1", hears="开始发了")


async def test_what_was_approved_by_command_begins_by_a_word(
    newsroom: Newsroom, clock: Clock, writer: Phone, second: Phone
) -> None:
    plain = Draft(("everybody",), "消息一条", clock() + timedelta(hours=9), "西瓜")
    starts = clock() + timedelta(hours=5)
    later = replace(plain, starts_at=starts)
    for said in (plain, later):
        await newsroom.approves(said)
    await second.says("#查看 1", hears="1 号公告，确认好了，回复“#确认 1”就发")
    await second.says("#确认 1", hears="开始发了")
    await second.says("#确认 2", hears="2 号公告还没到发的时间，到时间会自动发")
    await second.says("#进度 2", hears=f"{starts.astimezone(CHINA):%H:%M}自动发，还没有发")


async def test_one_that_is_done_stops_for_those_who_have_not_heard_it(
    newsroom: Newsroom, platform: Platform, writer: Phone, second: Phone
) -> None:
    worker = platform.phone("少来的人")
    await newsroom.knows(worker.openid)
    await writer.says("#公告 全体 消息一条")
    await confirms(second)
    await newsroom.until(1, State.DONE)
    await newsroom.strikes()
    await writer.hears("发完了，送到 2 人，还有 1 人等下次说话时告诉")
    await writer.says("#暂停 1", hears="已经发完了，这一步办不了")
    await writer.says("#进度 1", hears="不用再告诉他们了，请回复“#停止 1”")
    await writer.says("#停止 1", hears="1 号公告停止了")
    assert "消息一条" not in (await worker.says("你好"))[-1].text
    await writer.says("#进度 1", hears="过了时间没发 1 人")


async def test_what_is_over_its_time_is_not_sent_and_the_writer_hears_so(
    newsroom: Newsroom, clock: Clock, writer: Phone, second: Phone
) -> None:
    await writer.says("#公告 全体 消息一条")
    await confirms(second)
    await second.says("#暂停 1")
    clock.ahead += timedelta(hours=49)
    await writer.says("#继续 1", hears="已经过了最晚的时间")
    await newsroom.until(1, State.DONE)
    await newsroom.strikes()
    done = await newsroom.progress(1)
    assert done.waiting == done.held == 0
    await writer.hears("过了最晚的时间，停止了")
    await writer.says("#进度 1", hears="自动停的：过了最晚时间，没有发的不再发。")
    assert await newsroom.strikes() == 0


async def test_one_that_nobody_confirmed_in_time_ends_and_the_writer_hears_so(
    newsroom: Newsroom, clock: Clock, writer: Phone, second: Phone
) -> None:
    await writer.says("#公告 全体 消息一条", hears="编号 1")
    clock.ahead += timedelta(hours=49)
    await second.says("#确认 1", hears="1 号公告已经过了最晚的时间，不能再发了")
    await writer.says("#进度", hears="1 号：等另一位同事确认")
    await newsroom.strikes()
    await writer.hears("1 号公告“消息一条”到了最晚的时间还没有发，停止了")
    await writer.says("#进度", hears="没有在办的公告")
    await writer.says("#进度 1", hears="还没有发：过了最晚时间")
    await second.says("#确认 1", hears="已经停止，这一步办不了")
    assert await newsroom.strikes() == 0


async def test_when_everybody_has_it_it_is_done(newsroom: Newsroom, writer: Phone, second: Phone) -> None:
    await writer.says("#公告 全体 消息一条")
    await confirms(second)
    await second.hears("消息一条")
    await writer.hears("消息一条")
    await newsroom.until(1, State.DONE)
    await newsroom.strikes()
    await writer.hears("发完了，送到 2 人")
    await writer.says("#进度 1", hears="发完了")


async def test_when_the_platform_will_not_have_it_it_pauses_and_they_hear_why(
    newsroom: Newsroom, platform: Platform, writer: Phone, second: Phone
) -> None:
    await platform.phone("骑手").says("你好")
    await writer.says("#公告 全体 消息一条")
    await second.hears("等您确认")
    # The three of it, and the one that tells who wrote it that it begins.
    platform.fault("/cgi-bin/message/custom/send", errcode=87014, times=4)
    await confirms(second)
    await newsroom.until(1, State.PAUSED)
    assert "87014" in (await newsroom.standing(1)).reason
    await newsroom.strikes()
    for phone in (writer, second):
        line = await phone.hears("自动停了下来：微信那边认为内容不合适，不让发")
        assert "87014" not in line.text
    await writer.says("#进度 1", hears="没送成 3 人\n自动停的：微信那边认为内容不合适")
    assert (await newsroom.steps(1))[-1] == ("paused", "bot")


async def test_who_leaves_is_neither_reached_nor_kept(
    newsroom: Newsroom, platform: Platform, writer: Phone, second: Phone, bot: Bot
) -> None:
    worker = platform.phone("走了的人")
    await newsroom.knows(worker.openid)
    await writer.says("#公告 全体 消息一条")
    await confirms(second, "，发给全体，共 3 人")
    await newsroom.until(1, State.DONE)
    assert (await newsroom.progress(1)).held == 1
    await worker.unfollows()
    while (await newsroom.progress(1)).held:
        continue
    assert (await newsroom.progress(1)).expired == 1
    given = await newsroom.rows(sa.select(messages.c.openid).where(messages.c.broadcast_id == 1))
    assert worker.openid not in given
    assert len(given) == 3


async def test_pictures_and_articles_arrive_as_such_and_ride_as_words(
    newsroom: Newsroom, platform: Platform, clock: Clock
) -> None:
    near, far = platform.phone("常来的人"), platform.phone("少来的人")
    await near.says("你好")
    await newsroom.knows(far.openid)
    until = clock() + timedelta(hours=5)
    picture = Draft(("everybody",), "西瓜在河东驿站", until, "西瓜", Kind.PICTURE, picture=paint())
    article = Draft(
        ("everybody",),
        "看看怎么领",
        until,
        "领瓜",
        Kind.ARTICLE,
        "发西瓜",
        "https://example.org/melon",
        paint(),
    )
    for said in (picture, article):
        await newsroom.until(await newsroom.sends(said), State.DONE)
    shown = [one for one in near.messages if one.author == "account"][-2:]
    assert [one.kind for one in shown] == ["image", "news"]
    card = shown[1].card
    assert card is not None
    assert (card.title, card.description, card.url) == ("发西瓜", "看看怎么领", "https://example.org/melon")
    assert card.picture.startswith("http://mmbiz.qpic.cn/")
    told = (await far.says("你好"))[-1].text
    assert "西瓜在河东驿站" in told
    assert "发西瓜\n看看怎么领\nhttps://example.org/melon" in told


async def test_orders_of_others_are_answered_kindly(
    newsroom: Newsroom, phone: Phone, platform: Platform
) -> None:
    await phone.says("#公告 全体 大家好", hears="是给工会工作人员用的")
    desk = platform.phone("值班的人")
    await newsroom.employs("值班", Role.DESK, "", desk)
    await desk.says("#公告 全体 大家好", hears="权限里还没有发公告")


async def test_an_order_that_nobody_knows_is_answered_by_those_there_are(
    newsroom: Newsroom, phone: Phone, platform: Platform, writer: Phone
) -> None:
    await writer.says("#帮助", hears="“#”开头可以这样写：\n#公告")
    told = await writer.says("＃通知：全体 出了事故，有人受伤", hears="没有“#通知”这一项，什么都没有办")
    assert all(f"#{verb}" in told[-1].text for verb in ("安全公告", "群发", "确认", "进度", "继续", "停止"))
    await writer.says("#", hears="#公告")
    desk = platform.phone("值班的人")
    await newsroom.employs("值班", Role.DESK, "", desk)
    await desk.says("#帮助", hears="权限里还没有这一项")
    # To a worker the sign means nothing.
    await phone.says("#帮助", hears="马上能办的")
    await phone.says("#我受伤了 流了好多血", hears="120")
    await phone.says("入会", hears="1")
    told = await phone.says("#帮助", hears="马上能办的")
    assert "“#”开头" not in told[-1].text


async def test_whom_it_is_for_may_be_said_in_one_word(newsroom: Newsroom, writer: Phone) -> None:
    await writer.says("#公告 茂南区的骑手：明天上午九点发水", hears="发给：茂南区里的外卖骑手")


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("#公告", "要发给谁，我没看明白"),
        ("#公告 明天停水", "要发给谁，我没看明白"),
        ("#公告 茂南", "还差公告的内容"),
        ("#公告 名单9 你好", "“名单9”没有找到"),
        ("#公告 课程T-9 你好", "“课程T-9”没有找到"),
        ("#公告 全体 " + "长" * 500, "这条公告太长了（约 500 个字），聊天里最多 400 个字"),
        ("#确认 7", "没有 7 号公告"),
        ("#确认", "现在没有在办的公告"),
        ("#暂停 七", "现在没有在办的公告"),
    ],
)
async def test_what_is_missing_is_said(newsroom: Newsroom, writer: Phone, said: str, hears: str) -> None:
    await writer.says(said, hears=hears)
