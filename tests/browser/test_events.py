"""The pages of events and packs in a real browser at 360 and 390 pixels, without JavaScript."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.app import Bot
from bot.platform import utc_now
from tests.browser.test_pages import where
from tests.browsers import link_in
from tests.stories.venues import Venue
from wechat.simulator import Phone, Platform

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The pages know nothing of engines."""
    return sqlite_url


@pytest.fixture
def venue(bot: Bot) -> Venue:
    return Venue(bot, utc_now)


@pytest.fixture(params=[360, 390])
async def page(request: pytest.FixtureRequest, chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        viewport={"width": request.param, "height": 740}, has_touch=True, is_mobile=True,
        java_script_enabled=False, device_scale_factor=2,
    )  # fmt: skip
    yield await context.new_page()
    await context.close()


async def test_the_code_of_a_pack(page: Page, phone: Phone, platform: Platform, venue: Venue) -> None:
    await venue.gives(title="夏日清凉礼包（测试）", place="测试驿站一楼服务台，进门左手边")
    await phone.says("礼包", "1")
    await page.goto(where(platform, phone, link_in(phone.messages[-1].text)))
    await expect(page.get_by_role("heading", name="给工作人员扫这个码")).to_be_visible()
    drawn = await page.get_by_role("img").bounding_box()
    assert drawn is not None
    assert drawn["width"] == drawn["height"] >= 200
    await look(page, "pack")


async def test_the_page_of_an_event(page: Page, phone: Phone, platform: Platform, venue: Venue) -> None:
    event = await venue.opens(details="自带水和帽子，集合后统一乘车。\n下雨改在室内，现场有热茶。")
    await page.set_content(
        "<body style='background:#b8141e; color:white; font:48px sans-serif'>测试海报</body>"
    )
    await venue.hangs(event, await page.screenshot())
    await phone.says("活动", "1")
    await page.goto(where(platform, phone, link_in(phone.messages[-1].text)))
    await expect(page.get_by_role("heading", name="测试联谊")).to_be_visible()
    await expect(page.get_by_text("自带水和帽子")).to_be_in_viewport()  # however tall the poster is
    await look(page, "event")


async def look(page: Page, what: str) -> None:
    """A screenshot to look at; nothing is wider than the screen."""
    width = (page.viewport_size or {"width": 0})["width"]
    body = await page.locator("body").bounding_box()
    assert body is not None
    assert body["width"] <= width
    await page.screenshot(path=SCREENSHOTS / f"page-{what}-{width}.png", full_page=True)
