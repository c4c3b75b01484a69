"""By which routes an announcement from the chat goes: consents held for notices, and one of the month's four; more of `announcements`."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.app import Bot
from messages import launches, masses, tickets
from messages.broadcasts import Kind, State
from messages.drafts import Draft
from messages.tickets import Template
from storage.base import CHINA
from tests.clocks import Clock
from tests.stories.newsrooms import Newsroom
from wechat.simulator import Phone, Platform

NOTICE = "TPL-NOTICES"
LONG = "明天上午九点，河东驿站发西瓜，先到先得，带上会员证，每人两个，发完为止"


@pytest.fixture
async def agreed(bot: Bot, newsroom: Newsroom, platform: Platform, clock: Clock) -> Phone:
    """A worker who has never written and has allowed one notice of the union's."""
    platform.add_template(NOTICE, "通知提醒", {"thing1": "内容", "time2": "时间"})
    fields = {"thing1": "title", "time2": "date"}
    async with bot.database.write() as session:
        await tickets.declare(session, Template("notices", NOTICE, False, fields), "1", clock())
    phone = platform.phone("同意过的人")
    await newsroom.knows(phone.openid)
    await phone.subscribes(NOTICE)
    return phone


async def counts(newsroom: Newsroom, **expected: int) -> None:
    async with asyncio.timeout(60):
        while {name: getattr(await newsroom.progress(1), name) for name in expected} != expected:
            await asyncio.sleep(0.05)


async def test_a_consent_for_notices_carries_a_short_one_as_it_is(
    newsroom: Newsroom, agreed: Phone, writer: Phone, second: Phone
) -> None:
    told = await writer.says("#公告 全体 明天上午九点发西瓜", hears="现在能送到 3 人")
    assert "用订阅提醒的先看到“明天上午九点发西瓜｜" in told[-1].text
    await second.says("#查看 1")
    await second.says("#确认 1", hears="开始发了")
    await newsroom.until(1, State.DONE)
    assert (await agreed.hears("明天上午九点发西瓜")).via == "subscription"
    assert agreed.consents(NOTICE) == 0
    done = await newsroom.progress(1)
    assert (done.sent, done.routes["subscription"]) == (3, 1)


async def test_a_longer_one_is_announced_and_its_words_follow(
    newsroom: Newsroom, agreed: Phone, writer: Phone, second: Phone
) -> None:
    told = await writer.says(f"#公告 全体 {LONG}")
    assert "用订阅提醒的先看到“明天上午九点，河东驿站发西瓜，先到先得…｜" in told[-1].text
    assert "全文下次说话时补上" in told[-1].text
    await second.says("#查看 1")
    await second.says("#确认 1", hears="开始发了")
    assert (await agreed.hears("明天上午九点，河东驿站发西瓜，先到先得…")).via == "subscription"
    await newsroom.until(1, State.DONE)
    await writer.says("#进度 1", hears="等工友下次说话 1 人\n等说话的里面，1 人已经收到订阅提醒")
    assert LONG in (await agreed.says("你好"))[-1].text
    await counts(newsroom, held=0, sent=3)


async def test_a_mass_message_costs_one_of_four_and_a_second_person_confirms_it(
    bot: Bot, newsroom: Newsroom, platform: Platform, writer: Phone, second: Phone
) -> None:
    workers = [platform.phone(f"好久没来的人{number}") for number in range(4)]
    await newsroom.knows(*(one.openid for one in workers))
    workers[3].refuses_masses()
    told = await writer.says(f"#群发 全体 {LONG}", hears="现在能送到 6 人，其中 4 人用群发")
    assert "用群发，确认后占这个月 4 次里的 1 次，本月群发还剩 4 次。" in told[-1].text
    await second.hears("写了一条公告，用一次本月的群发，发给全体")
    await writer.says("#确认 1", hears="是您写的，要另一位")
    await second.says("#查看 1", hears="本月群发还剩 4 次")
    await second.says("#确认 1", hears="用了一次群发，本月群发还剩 3 次")
    for worker in workers[:3]:
        assert (await worker.hears(LONG)).via == "mass"
    await newsroom.until(1, State.DONE)
    await counts(newsroom, sent=6, unknown=0)
    await writer.says("#进度 1", hears="送到 6 人\n平台报告：过滤 1，失败 0，无法知道是谁")
    await second.says("#查看 1", hears="用群发，占这个月 4 次里的 1 次。")
    assert not [line for line in workers[3].messages if line.via == "mass"]


async def test_when_the_months_four_are_taken_none_is_confirmed(
    bot: Bot, newsroom: Newsroom, clock: Clock, writer: Phone, second: Phone
) -> None:
    today: date = clock().astimezone(CHINA).date()
    async with bot.database.write() as session:
        for number in range(91, 95):
            await masses.book(session, number, today, "1", clock())
    await writer.says("#群发 全体 消息一条", hears="本月群发还剩 0 次，确认不了")
    await second.says("#查看 1")
    await second.says("#确认 1", hears="再写一条“#公告 …”，不用群发")
    assert (await newsroom.standing(1)).state is State.DRAFT


async def test_a_preview_fits_into_one_message_whatever_it_says(
    newsroom: Newsroom, agreed: Phone, writer: Phone, second: Phone
) -> None:
    for order in ("#群发", "#安全公告"):
        told = await writer.says(f"{order} 全体 " + "长" * 400, hears="不发了，请回复“#停止")
        assert "用订阅提醒的先看到" in told[-1].text
    narrow = "茂南、电白、高州、化州、信宜 外卖骑手、快递员、网约车司机、货车司机、保洁、家政、零工"
    await newsroom.member(agreed, "maonan", "rider", "13800138001")
    told = await writer.says(f"#群发 {narrow}：" + "长" * 400, hears="不发了，请回复“#停止")


async def test_what_finds_no_room_in_the_chat_is_not_taken_for_seen(
    newsroom: Newsroom, clock: Clock, writer: Phone, second: Phone
) -> None:
    async with newsroom.database.write() as session:
        said = Draft(("everybody",), "长" * 680, clock() + timedelta(hours=5))
        await launches.draft(session, said, "1", clock())
    for order in ("#查看 1", "#确认 1", "#确认 1"):
        await second.says(order, hears="聊天里放不下。请在电脑上看全文（broadcast preview 1）")
    assert (await newsroom.standing(1)).state is State.DRAFT


async def test_an_article_by_mass_is_shown_as_the_text_it_will_be(
    newsroom: Newsroom, clock: Clock, writer: Phone, second: Phone
) -> None:
    until = clock() + timedelta(hours=5)
    link = "https://example.org/melon"
    said = Draft(("everybody",), "看看怎么领", until, "领瓜", Kind.ARTICLE, "发西瓜", link, mass=True)
    await newsroom.approves(said)
    told = await second.says("#查看 1", hears=f"发西瓜\n看看怎么领\n{link}")
    assert "用群发的和随回复收到的，是上面的文字和链接，没有图片" in told[-1].text
