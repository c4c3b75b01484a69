"""The page of the telephones in a real browser, against the echo bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.wechat.simulator.stages import Stage

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 860}
MENU = [
    {"name": "我要入会", "type": "click", "key": "JOIN"},
    {
        "name": "服务",
        "sub_button": [
            {"name": "服务站点", "type": "click", "key": "STATIONS"},
            {"name": "法律帮助", "type": "click", "key": "LAW"},
        ],
    },
    {"name": "帮助", "type": "click", "key": "HELP"},
]
Opening = Callable[[ViewportSize], Awaitable[Page]]


@pytest.fixture
async def opens(stage: Stage, chromium: Browser) -> AsyncIterator[Opening]:
    """Opens the page and, at the end, fails for any complaint in the browser's console."""
    complaints: list[str] = []
    async with AsyncExitStack() as stack:

        async def open_page(viewport: ViewportSize) -> Page:
            context = await stack.enter_async_context(
                await chromium.new_context(viewport=viewport, has_touch=viewport["width"] < 1000)
            )
            page = await context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(f"{stage.api.base}/phone/")
            return page

        yield open_page
    assert complaints == []


def visible_phone(page: Page) -> Locator:
    return page.locator(".phone:visible").first


async def says(phone: Locator, text: str) -> None:
    await phone.get_by_role("textbox", name="发消息").fill(text)
    await phone.get_by_role("button", name="发送", exact=True).click()


async def overflow(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))


async def photograph(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"simulator-{name}.png", animations="disabled")


async def test_a_worker_asks_and_taps_a_suggestion(stage: Stage, opens: Opening) -> None:
    await stage.api.post("/cgi-bin/menu/create", button=MENU)
    page = await opens(PHONE)
    phone = visible_phone(page)
    chat = phone.get_by_role("log")
    await expect(chat).to_contain_text("event subscribe")
    await says(phone, "公司没有工会，我可以自己加入吗？")
    await expect(chat).to_contain_text("echo 公司没有工会")
    await says(phone, "菜单")
    await chat.get_by_role("button", name="怎么入会").click()
    await expect(chat).to_contain_text("picked t1 入会")
    assert await overflow(page) <= 0
    await photograph(page, "390-chat")


async def test_the_menu_opens_and_sends_taps(stage: Stage, opens: Opening) -> None:
    await stage.api.post("/cgi-bin/menu/create", button=MENU)
    page = await opens(PHONE)
    phone = visible_phone(page)
    await phone.get_by_role("button", name="打开菜单").click()
    await phone.get_by_role("button", name="服务", exact=True).click()
    await photograph(page, "390-menu")
    await phone.get_by_role("button", name="服务站点").click()
    await expect(phone.get_by_role("log")).to_contain_text("event CLICK STATIONS")
    await phone.get_by_role("button", name="打开键盘").click()
    await expect(phone.get_by_role("textbox", name="发消息")).to_be_focused()


async def test_pictures_voices_and_places_are_sent_from_the_panel(opens: Opening) -> None:
    page = await opens(PHONE)
    phone = visible_phone(page)
    chat = phone.get_by_role("log")
    await phone.get_by_role("button", name="更多").click()
    await photograph(page, "390-panel")
    await phone.get_by_role("button", name="图片").click()
    await phone.get_by_role("button", name="发送示例图片").click()
    await expect(chat).to_contain_text("got image")
    await expect(chat.get_by_role("img", name="图片")).to_be_visible()
    await phone.get_by_role("button", name="更多").click()
    await phone.get_by_role("button", name="语音").click()
    await expect(chat).to_contain_text("got voice")
    await phone.get_by_role("button", name="更多").click()
    await phone.get_by_role("button", name="位置").click()
    await phone.get_by_label("示例位置").select_option("示例 · 高州市一带")
    await photograph(page, "390-place")
    await phone.get_by_role("dialog", name="发送位置").get_by_role("button", name="发送").click()
    await expect(chat).to_contain_text("got location")
    await photograph(page, "390-kinds")


async def test_unfollowing_hides_the_input_until_a_scan_or_a_follow(opens: Opening) -> None:
    page = await opens(PHONE)
    phone = visible_phone(page)
    await phone.get_by_role("button", name="更多").click()
    await phone.get_by_role("button", name="取消关注").click()
    await expect(phone.get_by_role("textbox", name="发消息")).to_be_hidden()
    await photograph(page, "390-unfollowed")
    await phone.get_by_role("button", name="关注公众号").click()
    await expect(phone.get_by_role("textbox", name="发消息")).to_be_visible()
    await phone.get_by_role("button", name="更多").click()
    await phone.get_by_role("button", name="扫一扫").click()
    await phone.get_by_label("二维码里的场景值").fill("station-01")
    await page.keyboard.press("Enter")
    await expect(phone.get_by_role("log")).to_contain_text("event SCAN station-01")


async def test_markup_in_a_chat_stays_text(stage: Stage, opens: Opening) -> None:
    page = await opens(PHONE)
    phone = visible_phone(page)
    await says(phone, "<img src=x onerror=alert(1)><a href='javascript:alert(2)'>点我</a>")
    chat = phone.get_by_role("log")
    await expect(chat).to_contain_text("echo <img src=x onerror=alert(1)>")
    assert await chat.locator("img, a[href^=javascript]").count() == 0


async def test_typing_and_failures_show_as_in_wechat(stage: Stage, opens: Opening) -> None:
    page = await opens(PHONE)
    phone = visible_phone(page)
    await says(phone, "rubbish")
    await expect(phone.get_by_role("log")).to_contain_text("该公众号提供的服务出现故障，请稍后再试")
    openid = stage.platform.deliveries[-1].openid
    await stage.api.post("/cgi-bin/message/custom/typing", touser=openid, command="Typing")
    await expect(phone.get_by_role("heading", name="对方正在输入…")).to_be_visible()
    await stage.api.send_text(openid, "来了")
    await expect(phone.get_by_role("heading", name="茂名市总工会（演示）")).to_be_visible()


async def test_several_workers_sit_side_by_side_on_a_desk(stage: Stage, opens: Opening) -> None:
    await stage.api.post("/cgi-bin/menu/create", button=MENU)
    page = await opens(DESK)
    await expect(page.locator(".phone:visible")).to_have_count(3)
    first, second = page.locator(".phone").nth(0), page.locator(".phone").nth(1)
    await says(first, "菜单")
    await says(second, "请问困难补助怎么申请？\n我去年做了手术，花了不少钱，家里还有两个孩子上学。")
    await expect(second.get_by_role("log")).to_contain_text("echo 请问困难补助")
    await expect(first.get_by_role("log")).not_to_contain_text("困难补助")
    await second.get_by_role("button", name="打开菜单").click()
    await second.get_by_role("button", name="服务", exact=True).click()
    assert await overflow(page) <= 0
    await photograph(page, "1280-desk")
    await page.get_by_label("新工友的称呼").fill("网约车司机")
    await page.get_by_role("button", name="添加工友").click()
    await expect(page.locator(".phone:visible")).to_have_count(4)
    await page.locator(".phone").nth(3).get_by_role("button", name="关注公众号").click()
    await expect(page.locator(".phone").nth(3).get_by_role("log")).to_contain_text("event subscribe")
