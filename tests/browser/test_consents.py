"""The page with WeChat's own tag in a real browser, with the stand-in's script in place of WeChat's."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect

from bot.app import Bot
from bot.platform import utc_now
from messages import tickets
from messages.tickets import Template
from tests.browsers import link_in
from tests.conftest import app_address
from wechat.simulator import Phone, Platform

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The page knows nothing of engines."""
    return sqlite_url


@pytest.fixture(params=[360, 390])
async def page(request: pytest.FixtureRequest, chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        viewport={"width": request.param, "height": 740},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    opened = await context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield opened
    assert wrong == []
    await context.close()


async def test_a_worker_allows_a_notice(bot: Bot, page: Page, phone: Phone, platform: Platform) -> None:
    platform.add_template("TPL-JOBS", "岗位提醒", {"thing1": "内容"})
    async with bot.database.write() as session:
        await tickets.declare(
            session, Template("jobs", "TPL-JOBS", False, {"thing1": "title"}), "desk", utc_now()
        )
    await phone.says("订阅 高州 电工", "好", hears="允许微信提醒您")
    asked = {"openid": phone.openid, "url": link_in(phone.messages[-1].text)}
    await page.goto(f"{app_address[platform]}/phone/open?{urlencode(asked)}")
    button = page.get_by_role("button", name="允许提醒我")
    await expect(button).to_be_visible()
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.screenshot(path=SCREENSHOTS / f"consent-{width}.png", full_page=True)
    page.once("dialog", lambda dialog: dialog.accept())
    await button.tap()
    await expect(page.get_by_text("开好了")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("开好了")).to_be_visible()
    async with bot.database.read() as session:
        row = (await session.execute(sa.select(tickets.tickets))).one()
    assert tuple(row)[:5] == (phone.openid, "TPL-JOBS", 1, 1, 1)
