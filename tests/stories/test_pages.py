"""A page on the telephone opens for one worker and is submitted once: the capability `pages`, and every page."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import cast

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

import handlers
from bot.app import Bot, running
from bot.server import application, listen, serving
from bot.settings import Settings
from dialogue.links import LinkRow
from tests.browsers import PhoneBrowser, browsing, link_in
from tests.clocks import UNHURRIED, Clock
from tests.conftest import app_address
from tests.stories import slips
from tests.stories.conftest import Records
from wechat.simulator import Phone, Platform

LINKS = cast(sa.Table, LinkRow.__table__)


@pytest.fixture
async def bot(settings: Settings, platform: Platform, clock: Clock) -> AsyncIterator[Bot]:
    listener = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    platform.callback = f"{address}/wechat"
    settings = settings.model_copy(update={"public_url": address})
    capabilities = [*handlers.discover(), slips.capability]
    slips.kept.clear()
    async with (
        running(settings, clock=clock, capabilities=capabilities, pace=UNHURRIED) as assembled,
        serving(application(assembled), listener),
    ):
        yield assembled


@pytest.fixture
async def browser(phone: Phone, platform: Platform) -> AsyncIterator[PhoneBrowser]:
    async with browsing(app_address[platform], phone.openid) as opened:
        yield opened


@pytest.fixture
async def stranger(platform: Platform) -> AsyncIterator[PhoneBrowser]:
    async with browsing(app_address[platform], platform.phone("阿珍").openid) as opened:
        yield opened


async def link(phone: Phone, word: str = "小票") -> str:
    (heard,) = await phone.says(word)
    return link_in(heard.text)


async def test_a_page_is_opened_and_submitted(phone: Phone, browser: PhoneBrowser, records: Records) -> None:
    page = await browser.opens(await link(phone))
    assert page.status == 200
    assert "填写双数" in page.words
    assert "code=" not in page.url
    assert (await records.of(LINKS))[0].spent_at is None  # opening does not spend it
    done = await browser.submits(page, number=" 42 ", consent="yes")
    assert done.status == 200
    assert "收到您的双数了" in done.words
    assert slips.kept == [(phone.openid, "7", "42")]


async def test_only_a_hash_of_the_link_is_kept(phone: Phone, records: Records) -> None:
    token = (await link(phone)).rpartition("/")[2]
    (row,) = await records.of(LINKS)
    assert token[:22] not in repr(row)
    assert row.openid == phone.openid


async def test_what_is_wrong_stands_beside_its_field_and_spends_nothing(
    phone: Phone, browser: PhoneBrowser
) -> None:
    page = await browser.opens(await link(phone))
    refused = await browser.submits(page, number="7<b>")
    assert refused.status == 422
    assert "这里要一个双数" in refused.words
    assert "打个勾" in refused.words
    assert "7&lt;b&gt;" in refused.text
    taken = await browser.submits(refused, number="13000", consent="yes")
    assert "有人用过了" in taken.words
    assert slips.kept == []
    assert (await browser.submits(taken, number="44", consent="yes")).status == 200
    assert len(slips.kept) == 1


async def test_submitted_twice_says_so_kindly(phone: Phone, browser: PhoneBrowser) -> None:
    address = await link(phone)
    page = await browser.opens(address)
    answers = await asyncio.gather(*(browser.submits(page, number="8", consent="yes") for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 410, 410, 410, 410]
    assert len(slips.kept) == 1
    again = await browser.opens(address)
    assert again.status == 410
    assert "已经提交过了" in again.words


async def test_forwarded_to_somebody_else_it_shows_nothing(
    phone: Phone, browser: PhoneBrowser, stranger: PhoneBrowser
) -> None:
    address = await link(phone)
    foreign = await stranger.opens(address)
    assert foreign.status == 403
    assert "发给别人的" in foreign.words
    assert "填写双数" not in foreign.words
    page = await browser.opens(address)
    stolen = await stranger.submits(page, number="8", consent="yes")
    assert stolen.status == 403
    assert slips.kept == []


async def test_late_it_says_so_kindly(phone: Phone, browser: PhoneBrowser, clock: Clock) -> None:
    address = await link(phone)
    page = await browser.opens(address)
    clock.ahead = timedelta(hours=24, minutes=1)
    for late in (await browser.opens(address), await browser.submits(page, number="8", consent="yes")):
        assert late.status == 410
        assert "过期了" in late.words
        assert "没有交上来" in late.words
        assert "填写双数" in late.words
        assert "都还在" not in late.words
    assert slips.kept == []


async def test_late_where_nothing_is_typed_nothing_is_lost(
    phone: Phone, browser: PhoneBrowser, clock: Clock
) -> None:
    address = await link(phone, "副本")
    clock.ahead = timedelta(hours=24, minutes=1)
    late = await browser.opens(address)
    assert (late.status, "过期了" in late.words) == (410, True)
    assert "没有交上来" not in late.words


async def test_changed_it_says_so_kindly(phone: Phone, browser: PhoneBrowser) -> None:
    address = await link(phone)
    start, _, token = address.rpartition("/")
    other = "B" if token[0] == "A" else "A"
    for changed in (
        f"{start}/{other}{token[1:]}",
        f"{start}/{token[:-4]}",
        f"{start}/x",
        f"{start}-2/{token}",
    ):
        seen = await browser.opens(changed)
        assert seen.status == 404, changed
        assert "不完整" in seen.words


async def test_a_newer_link_ends_the_older_one(phone: Phone, browser: PhoneBrowser) -> None:
    older, newer = await link(phone), await link(phone)
    assert (await browser.opens(older)).status == 410
    assert (await browser.opens(newer)).status == 200


async def test_a_sign_in_that_began_elsewhere_is_not_taken(phone: Phone, browser: PhoneBrowser) -> None:
    address = await link(phone)
    seen = await browser.goes(f"{address}?code=abc&state=def")
    assert seen.status == 403
    assert "请在微信里打开" in seen.words


async def test_a_form_without_its_proof_is_not_taken(phone: Phone, browser: PhoneBrowser) -> None:
    page = await browser.opens(await link(phone))
    assert (await browser.submits(page, proof="0", number="8", consent="yes")).status == 403
    assert slips.kept == []


async def test_after_half_an_hour_the_sign_in_is_asked_for_again(
    phone: Phone, browser: PhoneBrowser, clock: Clock
) -> None:
    address = await link(phone)
    page = await browser.opens(address)
    clock.ahead = timedelta(minutes=31)
    assert (await browser.submits(page, number="8", consent="yes")).status == 403
    page = await browser.opens(address)
    assert (await browser.submits(page, number="8", consent="yes")).status == 200


async def test_a_bug_is_told_with_a_reference_and_undone(phone: Phone, browser: PhoneBrowser) -> None:
    page = await browser.opens(await link(phone))
    broken = await browser.submits(page, number="666", consent="yes")
    assert broken.status == 500
    assert "编号" in broken.words
    assert (await browser.submits(page, number="8", consent="yes")).status == 200


@pytest.mark.parametrize(
    ("errcode", "status", "words"), [(-1, 503, "这会儿打不开"), (40163, 403, "请在微信里打开")]
)
async def test_a_sign_in_that_fails_is_told_kindly(
    phone: Phone, browser: PhoneBrowser, platform: Platform, errcode: int, status: int, words: str
) -> None:
    address = await link(phone)
    platform.fault("/sns/oauth2/access_token", errcode=errcode)
    seen = await browser.opens(address)
    assert seen.status == status
    assert words in seen.words
    assert (await browser.opens(address)).status == 200


async def test_every_answer_keeps_others_out(phone: Phone, browser: PhoneBrowser) -> None:
    page = await browser.opens(await link(phone))
    lost = await browser.goes(page.url.rpartition("/m/")[0] + "/m/nothing")
    for seen in (page, lost):
        assert seen.headers["Referrer-Policy"] == "no-referrer"
        assert seen.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
        assert seen.headers["X-Frame-Options"] == "DENY"
        assert "<script" not in seen.text
    assert lost.status == 404


async def test_a_file_is_given_until_the_link_passes_away(phone: Phone, browser: PhoneBrowser) -> None:
    page = await browser.opens(await link(phone, "副本"))
    seen = await browser.submits(page, way="see")
    assert (seen.status, "=1+1" in seen.words) == (200, True)
    given = await browser.submits(page)
    assert given.status == 200
    assert "attachment" in given.headers["Content-Disposition"]
    sheet = CalamineWorkbook.from_filelike(BytesIO(given.content)).get_sheet_by_index(0)
    assert sheet.to_python() == [["谁", "什么"], [phone.openid, "=1+1"]]
    assert (await browser.submits(page)).status == 200


async def test_a_broken_download_is_repeated_within_minutes_and_no_more(
    phone: Phone, browser: PhoneBrowser, clock: Clock
) -> None:
    address = await link(phone, "副本")
    page = await browser.opens(address)
    answers = await asyncio.gather(*(browser.submits(page) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 410, 410]
    assert "最多三次" in (await browser.opens(address)).words
    address = await link(phone, "副本")
    clock.ahead = timedelta(minutes=45)  # it may wait, but not once it was used
    page = await browser.opens(address)
    assert (await browser.submits(page)).status == 200
    clock.ahead = timedelta(minutes=54)
    assert (await browser.submits(page)).status == 200
    clock.ahead = timedelta(minutes=56)
    late = await browser.submits(page)
    assert (late.status, "已经给过您了" in late.words) == (410, True)


async def test_a_worker_whose_link_does_not_open_is_helped(phone: Phone) -> None:
    (heard,) = await phone.says("链接打不开", hears="新链接")
    assert "都还在" not in heard.text
