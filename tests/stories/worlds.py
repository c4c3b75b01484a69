"""A bot that is stopped and killed at any moment, while its database, WeChat and the clock go on."""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from weakref import WeakSet

from aiohttp import web

from bot.app import Bot, running
from bot.commands.console import teller
from bot.server import application, listen, serving
from bot.settings import Settings
from dialogue import desks
from messages import handovers
from tests.clocks import UNHURRIED, Clock
from tests.conftest import ACCOUNT, app_address, settings_of
from tests.stories.offices import Office
from tests.stories.schools import School
from tests.stories.venues import Venue
from tests.union.jobs import boards
from tests.union.stations.listed import listed
from union import listings, stations
from union.calendars import china_day
from wechat.simulator import Phone, Platform

# Answers can be read as they went over the wire. WeChat tries again sooner here, and more often.
PLAIN = replace(ACCOUNT, mode="plain")
PATIENCE, ATTEMPTS = 0.5, 60

Result = TypeVar("Result")
_life: ContextVar["Life | None"] = ContextVar("life", default=None)


def own(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[Any, Any, Result] | Generator[Any, None, Result],
    **rest: Any,
) -> asyncio.Task[Result]:
    """A task factory that knows whose process a task belongs to, so that it can be killed with it."""
    task = asyncio.Task(work, loop=loop, **rest)
    if (life := _life.get()) is not None:
        life.tasks.add(task)
    return task


class Life:
    """One process of the bot, from its start to its end."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._settings = settings
        self._clock = clock
        self._begun: asyncio.Future[tuple[Bot, str]] = asyncio.get_running_loop().create_future()
        self._told = asyncio.Event()
        self._whole = asyncio.create_task(self._lives())

    async def begins(self) -> tuple[Bot, str]:
        """The bot, and the address of its callback."""
        await asyncio.wait([self._begun, self._whole], return_when=asyncio.FIRST_COMPLETED)
        return self._begun.result() if self._begun.done() else self._whole.result()  # which raises

    async def ends(self) -> None:
        """As on SIGTERM: it answers what it has begun."""
        self._told.set()
        await self._whole

    async def dies(self) -> None:
        """Nothing that it was at is finished; its connections are closed, as the kernel would close them."""
        doomed = {self._whole, *self.tasks}
        for task in doomed:
            task.cancel()
        await asyncio.gather(*doomed, return_exceptions=True)
        doomed.clear()
        gc.collect()  # a connection in the middle of something has no owner any more

    async def _lives(self) -> Any:
        _life.set(self)
        listener = listen("127.0.0.1", 0)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = self._settings.model_copy(update={"public_url": address})
        async with (
            running(settings, clock=self._clock, pace=UNHURRIED) as bot,
            serving(application(bot), listener),
        ):
            self._begun.set_result((bot, f"{address}/wechat"))
            await self._told.wait()


class World:
    """Two workers, staff, and one of everything that people may want at the same time."""

    platform: Platform
    bot: Bot

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self._seconds = 0
        self.platform = Platform(
            PLAIN, clock=lambda: time.time() + self._seconds, limit=PATIENCE, attempts=ATTEMPTS
        )
        self.phones: tuple[Phone, ...] = tuple(self.platform.phone(name) for name in ("陈师傅", "阿珍"))
        self._url = url
        self._stack = AsyncExitStack()

    async def opens(self) -> None:
        app = web.Application()
        self.platform.install(app)
        listener = listen("127.0.0.1", 0)
        await self._stack.enter_async_context(serving(app, listener))
        app_address[self.platform] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._stack.callback(app_address.pop, self.platform)
        await self._starts()
        await self.school.opens(seats=1, days=40)
        await self.venue.opens(seats=1, days=30)
        now = self.clock()
        closes, redeem = now + timedelta(days=60), now + timedelta(days=90)
        await self.venue.gives(amount=1, closes_at=closes, redeem_until=redeem)
        await self._lists()

    def goes_on(self) -> None:
        """A second: WeChat has no other number for an event than what it is, of whom, and in which second."""
        self._seconds += 1
        self.clock.ahead += timedelta(seconds=1)

    async def closes(self) -> None:
        await self.life.ends()
        await self._stack.aclose()

    async def restarts(self) -> None:
        await self.life.ends()
        await self._starts()

    async def crashes(self) -> None:
        await self.life.dies()
        await self._starts()

    async def _starts(self) -> None:
        self.life = Life(settings_of(self.platform, self._url), self.clock)
        self.bot, self.platform.callback = await self.life.begins()

    async def _lists(self) -> None:
        """A job, and stations to rest in."""
        now = self.clock()
        who = await boards.approver(self.bot.database)
        job = boards.plan(1, expires=china_day(now) + timedelta(days=60))
        async with self.bot.database.write() as session:
            await listings.bring(session, [job], now)
            await listings.approve(session, who, job.code, now)
            await stations.bring(session, [listed(1), listed(2, hours="24小时")], now)

    # --- Staff ---

    @property
    def office(self) -> Office:
        return Office(self.bot, self.clock)

    @property
    def school(self) -> School:
        return School(self.bot, self.clock)

    @property
    def venue(self) -> Venue:
        return Venue(self.bot, self.clock)

    async def at_desk(self, openid: str, does: Callable[..., Any], *what: str) -> None:
        """`desks.reply` or `desks.close`, where that worker has an open ticket."""
        now = self.clock()
        async with self.bot.database.write() as session:
            ticket = await handovers.open_ticket_of(session, openid)
            if ticket is not None:
                done = await does(session, ticket.id, *what, now)
                fact = done[0] if isinstance(done, tuple) else done
                await teller().tell(session, [fact], now)

    async def speaks(self, openid: str) -> None:
        await self.at_desk(openid, desks.reply, "在的，您请说。", "值班")

    async def hangs_up(self, openid: str) -> None:
        await self.at_desk(openid, desks.close)
