"""A bot whose clock the story holds, and what staff would find afterwards."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bot.app import Bot, running
from bot.deliveries import Pace
from bot.server import application, listen, serving
from bot.settings import Settings
from knowledge.matcher import Outcome
from storage.database import Database
from tests.clocks import UNHURRIED, Clock
from tests.stories.newsrooms import Newsroom
from tests.stories.offices import Office
from tests.stories.schools import School
from tests.stories.venues import Venue
from union.rights import Role
from wechat.simulator import Phone, Platform


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace() -> Pace:
    return UNHURRIED


@pytest.fixture
async def bot(settings: Settings, platform: Platform, clock: Clock, pace: Pace) -> AsyncIterator[Bot]:
    """After each story the watch looks for anybody's number or name that lies about in clear."""
    listener = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    platform.callback = f"{address}/wechat"
    settings = settings.model_copy(update={"public_url": address})
    async with (
        running(settings, clock=clock, pace=pace) as assembled,
        serving(application(assembled), listener),
    ):
        yield assembled


@pytest.fixture
def records(bot: Bot) -> "Records":
    return Records(bot.database)


@pytest.fixture
def vague(bot: Bot) -> str:
    """Words that the knowledge base of the day answers with a list."""
    words = ("工会的事", "骑手", "司机", "补贴")
    return next(
        text for text in words
        if bot.library.knowledge.read(text).outcome is Outcome.SUGGEST
    )  # fmt: skip


class Records:
    """The rows of a table, in the order of its key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
        query = sa.select(table).order_by(*table.primary_key)
        async with self._database.read() as session:
            return list((await session.execute(query)).all())


@pytest.fixture
def office(bot: Bot, clock: Clock) -> Office:
    return Office(bot, clock)


@pytest.fixture
def school(bot: Bot, clock: Clock) -> School:
    return School(bot, clock)


@pytest.fixture
def venue(bot: Bot, clock: Clock) -> Venue:
    return Venue(bot, clock)


@pytest.fixture
def newsroom(bot: Bot, clock: Clock, office: Office) -> Newsroom:
    return Newsroom(bot, clock, office)


@pytest.fixture
async def writer(newsroom: Newsroom, platform: Platform) -> Phone:
    """Who may write announcements."""
    return await _employed(newsroom, "公告甲", Role.OFFICER, platform.phone("写公告的人"))


@pytest.fixture
async def second(newsroom: Newsroom, platform: Platform) -> Phone:
    """Who may confirm them."""
    return await _employed(newsroom, "公告乙", Role.APPROVER, platform.phone("确认的人"))


async def _employed(newsroom: Newsroom, name: str, role: Role, phone: Phone) -> Phone:
    await newsroom.employs(name, role, "", phone)
    await phone.says("你好")
    return phone
