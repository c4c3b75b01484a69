"""The demo: the shipped bot, and the stand-in for WeChat beside it, on one port of this machine."""

import asyncio
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

import handlers
from bot import menus
from bot.app import Bot, running
from bot.platform import utc_now
from bot.server import application, listen, serving
from bot.settings import Settings
from dialogue.routing import Router
from knowledge.normal import normalise
from messages import tickets
from messages.subscriptions import Topic
from messages.tickets import Template
from union import course_samples, event_samples, job_samples, scenes, station_samples
from wechat.simulator import Account, Platform
from wechat.simulator.platforms import SAMPLE_TEMPLATE

# Made up, and of no use anywhere else.
ACCOUNT = Account(
    appid="wxdemo0000000000",
    secret=secrets.token_hex(16),
    token=secrets.token_hex(8),
    aes_key="DemoOnlyDemoOnlyDemoOnlyDemoOnlyDemoOnlyDem",
)
WORKERS = ("陈师傅", "阿珍")


class NotThisMachine(Exception):
    """The demo has no passwords, so it is shown to nobody else."""


@asynccontextmanager
async def playing(host: str, port: int, database: Path) -> AsyncIterator[tuple[Bot, Platform, str]]:
    """The bot, the stand-in and their address; raises NotThisMachine for a host that others can reach."""
    if host != "localhost" and not ip_address(host).is_loopback:
        raise NotThisMachine(f"the demo listens on this machine only, not on {host}")
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    platform = Platform(ACCOUNT, f"{address}/wechat")
    async with running(_settings(address, database), samples=True) as bot:
        app = application(bot)
        app.middlewares.append(_only_here)
        platform.install(app)
        async with serving(app, listener):
            async with bot.database.write() as session:
                await course_samples.plant(session, utc_now())
                await scenes.plant(session, utc_now())
                await station_samples.plant(session, utc_now())
                await job_samples.plant(session, utc_now())
                await event_samples.plant(session, utc_now())
                await _declare_template(session, platform)
            for name in WORKERS:
                platform.phone(name, following=False)  # known to the page, and free to follow
            router = Router(handlers.discover(), normalise)
            await bot.client.publish_menu(menus.read(router, bot.library.knowledge.snapshot.entries))
            yield bot, platform, address


async def _declare_template(session: AsyncSession, platform: Platform) -> None:
    """One for every topic, so that the page on which the platform asks for consent can be seen."""
    id, title, fields = SAMPLE_TEMPLATE
    platform.add_template(id, title, fields)
    filled = dict(zip(fields, ("title", "date"), strict=True))
    for topic in Topic:
        await tickets.declare(session, Template(topic, id, False, filled), "sample", utc_now())


def _settings(address: str, database: Path) -> Settings:
    return Settings(
        _env_file=None,
        database_url=f"sqlite:///{database}",
        key_file=database.with_suffix(".keys"),
        public_url=address,
        wechat_appid=ACCOUNT.appid,
        wechat_secret=SecretStr(ACCOUNT.secret),
        wechat_token=SecretStr(ACCOUNT.token),
        wechat_aes_key=SecretStr(ACCOUNT.aes_key),
        wechat_mode="safe",
        wechat_api=address,
    )


@web.middleware
async def _only_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A page elsewhere may lead a browser here under another name; such requests are refused."""
    name = request.url.host or ""
    if name != "localhost" and not _is_loopback(name):
        raise web.HTTPForbidden(text="the demo answers this machine only")
    return await handler(request)


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


async def show(host: str, port: int, database: Path, tell: Callable[[str], None]) -> None:
    """Until interrupted."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with playing(host, port, database) as (_, platform, address):
        # The page opens on a conversation that has begun; the second worker is still to follow.
        await platform.phone(WORKERS[0]).follows()
        tell(f"telephone  {address}/phone/")
        tell(f"database   {database}")
        tell("No sign-in is needed: the demo answers this machine only. Ctrl-C ends it.")
        await stopped.wait()


async def chat(ask: Callable[[], Awaitable[str | None]], tell: Callable[[str], None]) -> None:
    """One worker's conversation in a terminal, with nothing kept; `ask` returns None at its end."""
    with tempfile.TemporaryDirectory() as folder:
        async with playing("127.0.0.1", 0, Path(folder, "chat.sqlite3")) as (_, platform, _):
            phone = platform.phone(WORKERS[0], following=False)
            for line in await phone.follows():
                tell(line.text)
            while (said := await ask()) is not None:
                for line in await phone.says(said):
                    tell(line.text)
