"""The identity number is given on a page of its own: the capability `identity`."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.app import Bot
from messages.journal import messages
from tests.browsers import PhoneBrowser, browsing, link_in
from tests.conftest import app_address
from tests.stories.conftest import Records
from tests.stories.test_people import ID_NUMBER
from union import applications, consents, members, organisations
from union.applications import Application, Door, Joining
from union.consents import Purpose
from wechat.simulator import Phone, Platform


@pytest.fixture
async def browser(phone: Phone, platform: Platform) -> AsyncIterator[PhoneBrowser]:
    async with browsing(app_address[platform], phone.openid) as opened:
        yield opened


async def apply(bot: Bot, openid: str, needed: bool = True) -> None:
    now = datetime.now(UTC)
    joining = Joining(Door.OPEN, "13800138000", "陈大文", "maonan:河东街道", "rider", "样例外卖平台")
    async with bot.database.write() as session:
        await organisations.seed(session, now)
        await organisations.require_identity(session, "maonan", required=needed)
        await members.join(session, openid, joining, now)


async def application(bot: Bot, openid: str) -> Application:
    async with bot.database.read() as session:
        found = await applications.newest(session, openid)
    assert found is not None
    return found


async def test_the_number_is_kept_with_its_own_consent_and_never_in_the_chat(
    bot: Bot, phone: Phone, browser: PhoneBrowser, records: Records
) -> None:
    await apply(bot, phone.openid)
    (heard,) = await phone.says("填写身份证号")
    page = await browser.opens(link_in(heard.text))
    for word in ("为什么要", "怎么保护", "留多久", "不填会怎样", "单独同意"):
        assert word in page.words
    done = await browser.submits(page, number="990101 19900101 006x", consent="yes")
    assert "已经加密保存" in done.words
    assert (await application(bot, phone.openid)).has_identity
    async with bot.database.read() as session:
        (given,) = await consents.history(session, phone.openid)
    assert given.purpose is Purpose.IDENTITY
    assert given.version
    assert ID_NUMBER not in repr(await records.of(messages))
    await phone.says("填写身份证号", hears="不用再填")


async def test_without_the_tick_nothing_is_kept(bot: Bot, phone: Phone, browser: PhoneBrowser) -> None:
    await apply(bot, phone.openid)
    (heard,) = await phone.says("填写身份证号")
    page = await browser.opens(link_in(heard.text))
    refused = await browser.submits(page, number=ID_NUMBER)
    assert refused.status == 422
    assert "打个勾" in refused.words
    assert not (await application(bot, phone.openid)).has_identity


@pytest.mark.parametrize(
    ("typed", "hears"),
    [
        ("", "一共 18 位"),
        ("12345", "这里是 5 位"),
        ("990101199013010064", "出生年月日"),
        ("990101199001010061", "打错了"),
        ("990101201512010061", "年满 16 周岁"),
    ],
)
async def test_a_wrong_number_is_met_with_what_is_wrong(
    bot: Bot, phone: Phone, browser: PhoneBrowser, typed: str, hears: str
) -> None:
    await apply(bot, phone.openid)
    (heard,) = await phone.says("填写身份证号")
    page = await browser.opens(link_in(heard.text))
    assert hears in (await browser.submits(page, number=typed, consent="yes")).words


async def test_where_it_is_not_needed_it_is_not_asked_for(bot: Bot, phone: Phone) -> None:
    await apply(bot, phone.openid, needed=False)
    await phone.says("填写身份证号", hears="不用登记")


async def test_who_has_not_applied_gets_no_link(phone: Phone) -> None:
    await phone.says("填写身份证号", hears="回复“入会”")


async def test_an_application_withdrawn_meanwhile_keeps_no_number(
    bot: Bot, phone: Phone, browser: PhoneBrowser
) -> None:
    await apply(bot, phone.openid)
    (heard,) = await phone.says("填写身份证号")
    page = await browser.opens(link_in(heard.text))
    async with bot.database.write() as session:
        await members.withdraw(session, phone.openid, datetime.now(UTC))
    done = await browser.submits(page, number=ID_NUMBER, consent="yes")
    assert "号码没有保存" in done.words
    assert not (await application(bot, phone.openid)).has_identity
