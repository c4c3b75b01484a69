"""The page on the telephone in a real browser at 360 pixels, without JavaScript."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, expect

import handlers
from bot.app import Bot, running
from bot.server import application, listen, serving
from bot.settings import Settings
from tests.browsers import link_in
from tests.clocks import UNHURRIED, Clock
from tests.conftest import app_address
from tests.stories import slips
from tests.stories.test_identity import apply
from tests.stories.test_people import ID_NUMBER
from wechat.simulator import Phone, Platform

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The page knows nothing of engines."""
    return sqlite_url


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
async def page(chromium: Browser, platform: Platform) -> AsyncIterator[Page]:
    """A small telephone; nothing may be asked of any other host, and nothing may be wider than the screen."""
    asked: list[str] = []
    context = await chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, java_script_enabled=False,
        device_scale_factor=2,
    )  # fmt: skip
    opened = await context.new_page()

    def note(request: Request) -> None:
        asked.append(request.url)

    opened.on("request", note)
    yield opened
    assert asked
    assert {urlsplit(url).hostname for url in asked if not url.startswith("data:")} == {"127.0.0.1"}
    await context.close()


async def test_a_worker_fills_in_the_page(page: Page, phone: Phone, platform: Platform) -> None:
    (heard,) = await phone.says("小票")
    address = link_in(heard.text)
    await page.goto(where(platform, phone, address))
    await expect(page.get_by_role("heading", name="填写双数")).to_be_visible()
    await look(page, "empty")
    await page.get_by_label("双数", exact=True).fill("7")
    await page.get_by_role("button", name="提交").tap()
    await expect(page.get_by_text("这里要一个双数")).to_be_visible()
    await expect(page.get_by_text("打个勾")).to_be_visible()
    await look(page, "wrong")
    await page.get_by_label("双数", exact=True).fill("42")
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="提交").tap()
    await expect(page.get_by_text("收到您的双数了")).to_be_visible()
    await look(page, "done")
    await page.goto(where(platform, phone, address))
    await expect(page.get_by_text("已经提交过了")).to_be_visible()
    await look(page, "spent")
    assert slips.kept == [(phone.openid, "7", "42")]


async def test_the_identity_number(bot: Bot, page: Page, phone: Phone, platform: Platform) -> None:
    await apply(bot, phone.openid)
    (heard,) = await phone.says("填写身份证号")
    await page.goto(where(platform, phone, link_in(heard.text)))
    await expect(page.get_by_text("为什么要")).to_be_visible()
    await page.get_by_label("身份证号码", exact=True).fill("990101199001010061")
    await page.get_by_role("button", name="提交").tap()
    await expect(page.get_by_text("打错了")).to_be_visible()
    await look(page, "identity")
    await give_number(page)
    await expect(page.get_by_text("已经加密保存")).to_be_visible()
    await look(page, "identity-done")


async def test_an_identity_link_late_forwarded_and_used_twice(
    bot: Bot, page: Page, chromium: Browser, phone: Phone, platform: Platform, clock: Clock
) -> None:
    await apply(bot, phone.openid)
    (heard,) = await phone.says("填写身份证号")
    address = link_in(heard.text)
    await page.goto(where(platform, phone, address))
    clock.ahead = timedelta(hours=24, minutes=1)
    await give_number(page)
    await expect(page.get_by_text("这个链接过期了")).to_be_visible()
    await look(page, "identity-late")
    await page.goto(where(platform, phone, address))
    await expect(page.get_by_text("这个链接过期了")).to_be_visible()
    (heard,) = await phone.says("填写身份证号")
    address = link_in(heard.text)
    others = await chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    foreign = await others.new_page()
    await foreign.goto(where(platform, platform.phone("阿珍"), address))
    await expect(foreign.get_by_text("发给别人的")).to_be_visible()
    await expect(foreign.get_by_label("身份证号码", exact=True)).to_have_count(0)
    await look(foreign, "identity-forwarded")
    await others.close()
    await page.goto(where(platform, phone, address))
    second = await page.context.new_page()
    await second.goto(where(platform, phone, address))
    await give_number(page)
    await expect(page.get_by_text("已经加密保存")).to_be_visible()
    await give_number(second)
    await expect(second.get_by_text("已经提交过了")).to_be_visible()
    await look(second, "identity-twice")
    await page.goto(where(platform, phone, address))
    await expect(page.get_by_text("已经提交过了")).to_be_visible()
    assert ID_NUMBER not in await page.content()


async def give_number(page: Page) -> None:
    await page.get_by_label("身份证号码", exact=True).fill(ID_NUMBER)
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="提交").tap()


async def test_the_copy_of_ones_own_data(page: Page, phone: Phone, platform: Platform) -> None:
    (heard,) = await phone.says("导出我的资料")
    await page.goto(where(platform, phone, link_in(heard.text)))
    await look(page, "copy")
    await page.get_by_role("button", name="直接在这里看").tap()
    await expect(page.get_by_role("heading", name="聊天记录")).to_be_visible()
    await look(page, "copy-shown")
    await page.go_back()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="下载我的资料").tap()
    assert (await download.value).suggested_filename.startswith("我的资料")


async def test_a_link_of_somebody_else(page: Page, phone: Phone, platform: Platform) -> None:
    (heard,) = await phone.says("小票")
    await page.goto(where(platform, platform.phone("阿珍"), link_in(heard.text)))
    await expect(page.get_by_text("发给别人的")).to_be_visible()
    await look(page, "foreign")


async def test_what_a_finger_touches_is_large_enough(page: Page, phone: Phone, platform: Platform) -> None:
    (heard,) = await phone.says("小票")
    await page.goto(where(platform, phone, link_in(heard.text)))
    for target in (page.locator("input[type=text]"), page.locator(".consent"), page.get_by_role("button")):
        box = await target.bounding_box()
        assert box is not None
        assert box["height"] >= 48


def where(platform: Platform, phone: Phone, address: str) -> str:
    """The link as that worker taps it in the chat."""
    return f"{app_address[platform]}/phone/open?{urlencode({'openid': phone.openid, 'url': address})}"


async def look(page: Page, what: str) -> None:
    """A screenshot to look at; nothing is wider than the screen."""
    body = await page.locator("body").bounding_box()
    assert body is not None
    assert body["width"] <= 360
    await page.screenshot(path=SCREENSHOTS / f"page-{what}-360.png", full_page=True)
