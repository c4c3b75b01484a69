"""broadcast preview, --qr and tag, which ask the platform."""

import asyncio
from pathlib import Path

import pytest

from bot.app import Bot
from bot.platform import utc_now
from messages import credits, journal
from tests.bot.shells import Shell, written
from union import scenes, staff
from union.rights import Role
from union.scenes import Scene, SceneKind
from wechat.simulator import Phone, Platform

AS = ("--as", "写稿人")


@pytest.fixture
async def shell(bot: Bot, tmp_path: Path) -> Shell:
    return Shell(tmp_path, written(bot.settings))


@pytest.fixture
async def officer(bot: Bot, platform: Platform) -> Phone:
    phone = platform.phone("写稿人")
    async with bot.database.write() as session:
        await staff.add(session, "写稿人", {Role.OFFICER}, "", utc_now())
        code = await staff.offer_code(session, "写稿人", utc_now())
        await staff.bind(session, code, phone.openid, utc_now())
        await scenes.add(session, Scene("stand-1", SceneKind.STATION, "样例站"), utc_now())
    return phone


async def runs(shell: Shell, *arguments: str) -> str:
    done = await asyncio.to_thread(shell.forks, "broadcast", *arguments, *AS)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


async def test_staff_see_on_their_own_phone_what_workers_will_see(shell: Shell, officer: Phone) -> None:
    await runs(shell, "draft", "--to", "everybody", "--text", "明天发西瓜")
    assert (await runs(shell, "preview", "1", "--send")).endswith("draft\nsent to 写稿人\n")
    assert [one.text for one in officer.messages] == ["明天发西瓜"]
    said = ("--text", "扫码入会", "--qr", "stand-1")
    assert "2, edition 1: 全体" in await runs(shell, "draft", "--to", "everybody", *said)
    await runs(shell, "preview", "2", "--send")
    assert officer.messages[-1].kind == "image"


async def test_an_article_that_was_shown_is_spent_and_stands_in_the_journal(
    bot: Bot, shell: Shell, officer: Phone
) -> None:
    await officer.says("你好")
    said = ("--text", "看看怎么领", "--title", "发西瓜", "--link", "https://example.org/melon")
    await runs(shell, "draft", "--to", "everybody", *said)
    await runs(shell, "preview", "1", "--send")
    assert officer.messages[-1].kind == "news"
    async with bot.database.read() as session:
        assert (await journal.latest(session, officer.openid, 1))[0].body.startswith("发西瓜\n看看怎么领")
        assert await credits.left(session, officer.openid, utc_now()) == 4


async def test_a_tag_of_the_account_is_an_audience(
    bot: Bot, platform: Platform, shell: Shell, officer: Phone
) -> None:
    worker = platform.phone("骨干")
    for phone in (officer, worker):
        await phone.follows()
    tag = await bot.client.create_tag("骨干")
    await bot.client.tag(tag.id, [worker.openid])
    assert await runs(shell, "tag", "骨干") == "tag:骨干 has 1 people\n"
    assert "\n1\tpeople who follow" in await runs(shell, "draft", "--to", "标签=骨干", "--text", "开会")
