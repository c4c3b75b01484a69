"""Random walks over the wire: whatever is said, tapped, restarted or delivered again, nobody is stuck or served twice."""

import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import InstrumentedAttribute

from bot.app import Bot, running
from bot.server import application, listen, serving
from messages.journal import Status, messages
from tests.clocks import UNHURRIED, Clock
from tests.conftest import ACCOUNT, app_address, settings_of
from tests.stories.schools import School
from union.applications import ApplicationRow as Applied
from union.seats import EnrolmentRow as Enrolled
from wechat.simulator import Phone, Platform

WORDS = (
    *(
        "入会",
        "2",
        "1",
        "我叫陈大文",
        "陈大文",
        "13800138000",
        "茂南河东",
        "没有",
        "骑手",
        "确认",
        "取消",
        "返回",
    ),
    *(
        "继续",
        "跳过",
        "改手机号",
        "进度",
        "培训",
        "电工培训",
        "取消报名",
        "我的培训",
        "人工",
        "结束",
        "要交钱吗",
        "你好",
        "帮助",
        "隐私",
    ),
    *(
        "撤回申请",
        "退会",
        "改资料",
        "99010119900101006X",
        "我的资料",
        "试用期",
        "昨天",
        "有人触电了",
        "乱七八糟的话",
    ),
)
STEPS = st.one_of(
    st.sampled_from(WORDS).map(lambda text: ("says", text)),
    st.integers(1, 3).map(lambda number: ("picks", number)),
    st.sampled_from(["again", "restart", "leaves", "photo"]).map(lambda what: (what, "")),
    st.sampled_from([1, 25, 200]).map(lambda hours: ("waits", hours)),
)


class World:
    """The bot on a database of its own, which survives its restarts."""

    def __init__(self, platform: Platform, url: str) -> None:
        self.platform = platform
        self.clock = Clock()
        self.phone: Phone = platform.phone("陈师傅")
        self._settings = settings_of(platform, url)
        self._stack = AsyncExitStack()
        self.bot: Bot

    async def starts(self) -> None:
        listener = listen("127.0.0.1", 0)
        self.platform.callback = f"http://127.0.0.1:{listener.getsockname()[1]}/wechat"
        self.bot = await self._stack.enter_async_context(
            running(self._settings, clock=self.clock, pace=UNHURRIED)
        )
        await self._stack.enter_async_context(serving(application(self.bot), listener))

    async def stops(self) -> None:
        await self._stack.aclose()

    async def count(
        self, column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], *where: sa.ColumnElement[bool]
    ) -> Counter[object]:
        async with self.bot.database.read() as session:
            return Counter((await session.execute(sa.select(column).where(*where))).scalars())


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    platform = Platform(ACCOUNT)
    app = web.Application()
    platform.install(app)
    listener = listen("127.0.0.1", 0)
    with tempfile.TemporaryDirectory() as folder:
        async with serving(app, listener):
            app_address[platform] = f"http://127.0.0.1:{listener.getsockname()[1]}"
            made = World(platform, f"sqlite:///{Path(folder, 'walk.sqlite3')}")
            await made.starts()
            await School(made.bot, made.clock).opens(seats=1, days=40)
            try:
                yield made
            finally:
                await made.stops()
                del app_address[platform]


async def take(here: World, what: str, which: str | int) -> None:
    phone = here.phone
    if what == "waits":
        here.clock.ahead += timedelta(hours=int(which))
    elif what == "restart":
        await here.stops()
        await here.starts()
    elif what == "leaves":
        await phone.unfollows()
        await phone.follows()
    elif what == "again":
        if phone.last is not None:
            before = await here.count(messages.c.id)
            await phone.again()
            assert await here.count(messages.c.id) == before
    elif what == "photo":
        await phone.sends_image()
    elif what == "picks":
        offers = [line for line in phone.messages if line.choices and line.author == "account"]
        if offers and len(offers[-1].choices) >= int(which):
            assert await phone.picks(int(which)) or await is_attended(here)
    else:
        assert await phone.says(str(which)) or await is_attended(here), f"silence to {which}"


async def is_attended(here: World) -> bool:
    """Whether a person speaks with the worker, so that the bot is silent."""
    async with here.bot.database.read() as session:
        return (
            await session.execute(sa.text("SELECT desk FROM conversations WHERE desk IS NOT NULL"))
        ).first() is not None


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(
    max_examples=300 if os.environ.get("SOAK") else 8, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.lists(STEPS, min_size=10, max_size=30))
async def test_nobody_is_stuck_or_served_twice(steps: list[tuple[str, str | int]]) -> None:
    async with world() as here:
        await here.phone.follows()
        for what, which in steps:
            await take(here, what, which)
        failed = await here.count(messages.c.status, messages.c.status.in_([Status.FAILED, Status.RECEIVED]))
        assert not failed
        assert sum((await here.count(Applied.openid, Applied.closed_at.is_(None))).values()) <= 1
        assert max((await here.count(Enrolled.course_id)).values(), default=0) <= 1
        # Out of whatever was begun, and back to plain questions.
        for _ in range(4):
            await here.phone.says("结束", "取消")
        await here.phone.says("帮助", hears="人工")
