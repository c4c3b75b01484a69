"""The demo in a real browser: the shipped bot behind the page of the telephone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo import WORKERS, playing

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async with playing("127.0.0.1", 0, tmp_path / "demo.sqlite3") as (_, platform, address):
        await platform.phone(WORKERS[0]).follows()
        yield f"{address}/phone/"


@pytest.fixture(params=[(390, 844), (1280, 860)], ids=["phone", "desk"])
async def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> AsyncIterator[Page]:
    width, height = request.param
    complaints: list[str] = []
    context = await chromium.new_context(viewport={"width": width, "height": height}, has_touch=width < 1000)
    opened = await context.new_page()
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await opened.goto(address)
    yield opened
    assert complaints == []
    assert await opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await context.close()


async def test_a_worker_asks_picks_and_taps_on_a_real_telephone(page: Page) -> None:
    phone = page.locator(".phone:visible").first
    await expect(phone).to_contain_text("欢迎您")
    await says(phone, "送外卖的可以入工会吗")
    await expect(bubble(phone)).to_contain_text("入会")
    await says(phone, "补贴")
    await expect(bubble(phone)).to_contain_text("您是不是想问")
    await _keep(page, "suggests")
    await bubble(phone).locator("a").first.click()
    await expect(bubble(phone)).not_to_contain_text("您是不是想问")
    await _keep(page, "answers")


async def _keep(page: Page, what: str) -> None:
    """A screenshot to look at."""
    width = await page.evaluate("window.innerWidth")
    await page.screenshot(path=SCREENSHOTS / f"bot-{what}-{width}.png")


async def says(phone: Locator, text: str) -> None:
    await phone.get_by_role("textbox", name="发消息").fill(text)
    await phone.get_by_role("button", name="发送", exact=True).click()


def bubble(phone: Locator) -> Locator:
    """The account's latest line."""
    return phone.locator(".line.account").last
