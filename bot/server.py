"""The web server of a process: the callback, the worker's pages, health and figures."""

import asyncio
import hmac
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_address

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import memory
from bot.app import DRAIN_SECONDS, Bot, Role, running
from bot.platform import Clock, utc_now
from bot.settings import Settings
from storage.database import is_away
from wechat.codec import MAX_BODY

_log = structlog.get_logger(__name__)

# SYN packets beyond the queue are repeated only after a second, which a hundred new connections would feel.
_BACKLOG = 2048

BOT = web.AppKey("bot", Bot)


def application(bot: Bot, role: Role = "all") -> web.Application:
    """The routes of a role; nothing here starts or stops anything."""
    app = web.Application(client_max_size=MAX_BODY)
    app[BOT] = bot
    app.add_routes([web.get("/healthz", _alive), web.get("/readyz", _ready), web.get("/metrics", _metrics)])
    if role != "worker":
        app.add_routes([web.get("/wechat", bot.webhook.verify), web.post("/wechat", bot.webhook.receive)])
        app.add_routes(bot.pages.routes())
    return app


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _ready(request: web.Request) -> web.Response:
    """200 when a worker can be answered now; 503 with the reason otherwise."""
    problem = await readiness(request.app[BOT])
    return web.json_response({"ready": problem is None, "problem": problem}, status=503 if problem else 200)


async def readiness(bot: Bot) -> str | None:
    """Why the process cannot answer, or None."""
    try:
        async with asyncio.timeout(3):
            await bot.database.ping()
    except Exception as error:
        if not is_away(error):
            raise
        return f"the database is away ({type(error).__name__})"
    return None if bot.library.knowledge.snapshot.entries else "the knowledge base is empty"


async def _metrics(request: web.Request) -> web.Response:
    if not _may_read_metrics(request, request.app[BOT].settings):
        return web.Response(status=403)
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_read_metrics(request: web.Request, settings: Settings) -> bool:
    if settings.metrics_token is not None:
        expected = f"Bearer {settings.metrics_token.get_secret_value()}"
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode())
    # Behind a proxy every peer is local, and a proxy says whom it speaks for.
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))
    return not forwarded and request.remote is not None and ip_address(request.remote).is_loopback


@asynccontextmanager
async def serving(app: web.Application, listener: socket.socket) -> AsyncIterator[None]:
    """Answer requests on a bound socket; leaving the block waits for those under way."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
    await runner.setup()
    try:
        await web.SockSite(runner, listener, backlog=_BACKLOG).start()
        yield
    finally:
        await runner.cleanup()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. OSError says what is wrong with the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    listener.setblocking(False)
    return listener


@asynccontextmanager
async def _started(
    settings: Settings, role: Role, listener: socket.socket, stopped: asyncio.Event, clock: Clock
) -> AsyncIterator[Bot | None]:
    """The process at work; None when it was told to stop before it was. Until then every door answers 503."""
    async with AsyncExitStack() as stack:
        async with serving(_waiting_room(), listener.dup()):
            start = asyncio.create_task(stack.enter_async_context(running(settings, role, clock)))
            stop = asyncio.create_task(stopped.wait())
            await asyncio.wait({start, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if not start.done():
                start.cancel()
                await asyncio.wait({start})
        if start.cancelled():
            yield None
            return
        bot = await start
        await stack.enter_async_context(serving(application(bot, role), listener))
        yield bot


def _waiting_room() -> web.Application:
    """While the database is waited for: alive, and not ready."""

    async def later(_: web.Request) -> web.Response:
        problem = {"ready": False, "problem": "the process is starting or waits for its database"}
        return web.json_response(problem, status=503, headers={"Retry-After": "5"})

    app = web.Application()
    app.add_routes([web.get("/healthz", _alive), web.route("*", "/{path:.*}", later)])
    return app


async def serve(settings: Settings, role: Role, listener: socket.socket, clock: Clock = utc_now) -> None:
    """One process until SIGTERM or SIGINT; a worker answers only health and figures."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with _started(settings, role, listener, stopped, clock) as bot:
        if bot is None:
            return
        memory.settle()
        host, port = listener.getsockname()[:2]
        _log.info("serving", role=role, host=host, port=port)
        await stopped.wait()
        _log.info("stopping")
