"""Assembly: the only place where all packages meet. What starts in order is stopped in reverse."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import aiohttp
import structlog

import dialogue.erasing
import handlers
import knowledge.erasing
import messages.erasing
import scheduler
import union.erasing
from bot.clocks import CommonClock
from bot.deliveries import WECHAT, Pace
from bot.departures import Departures
from bot.late import LateTurns
from bot.library import Library, urgency
from bot.pages import Pages
from bot.photos import Photos
from bot.platform import Clock, SharedTokenStore, WeChatChannel, WeChatMedia, utc_now
from bot.settings import Settings
from bot.stage import Stage
from bot.tables import METADATA
from bot.turns import Turns
from bot.visitors import Visitors
from bot.watches import Watch
from bot.webhook import Webhook
from dialogue import Capability, Teller
from dialogue.broadcasts import Broadcasts
from dialogue.counts import Counts
from dialogue.links import Links
from dialogue.occupations import work_of
from dialogue.pages import gather
from dialogue.routing import Router
from handlers.pages import WORDS
from knowledge.normal import normalise
from knowledge.snapshots import Knowledge
from messages.audiences import Audiences
from messages.bulk_sender import BulkSender
from messages.expansion import Expansion
from messages.mailrooms import Mailroom
from messages.mass_sender import MassSender
from messages.outbox import BELL
from messages.sender import Sender
from scheduler.clockwork import Clockwork
from storage.bells import Bell
from storage.database import Database, is_away
from storage.encryption import Keyring
from storage.migrations import migrate
from storage.sealing import reseal
from union import organisations
from union.atlas import Atlas
from union.audiences import QUERIES
from union.departures import Forgetting
from wechat.client import Client

_log = structlog.get_logger(__name__)

Role = Literal["all", "web", "worker"]

# A turn in its group, a late turn and a delivery that are under way get this long at a stop.
DRAIN_SECONDS = 10.0
# A call under way at a stop is to end by itself.
CALL_SECONDS = 8.0
_DATABASE_PATIENCE = 1.0
# How often a process looks for what others left or changed, in seconds.
_SOON, _NOW_AND_THEN, _SELDOM = 1.0, 2.0, 5.0
# Whoever adds a table that says whose its rows are, adds what becomes of them; a test finds those left out.
ERASERS = (messages.erasing.erase, dialogue.erasing.erase, knowledge.erasing.erase, union.erasing.erase)


@dataclass(frozen=True, slots=True)
class Bot:
    """An assembled process; what the web door and the commands need of it."""

    settings: Settings
    database: Database
    client: Client
    library: Library
    turns: Turns
    webhook: Webhook
    clockwork: Clockwork
    pages: Pages


@asynccontextmanager
async def running(
    settings: Settings,
    role: Role = "all",
    clock: Clock = utc_now,
    capabilities: Sequence[Capability] | None = None,
    samples: bool = False,
    pace: Pace = WECHAT,
) -> AsyncIterator[Bot]:
    """A process at work, from an up-to-date database to its background tasks; leaving the block drains it.

    Capabilities are those of `handlers` unless others are given; `samples` stand in for unknown facts in the demo.
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url, settings.keyring())
        stack.push_async_callback(database.close)
        clock = await _in_common(stack, database, clock)
        await _prepare(database, clock(), samples)
        urgent = (await asyncio.to_thread(urgency)).kind if capabilities is None else None
        library = Library(database, clock, samples)
        declared = handlers.discover() if capabilities is None else capabilities
        router = Router(declared, normalise, urgent, library.knowledge.knows, library.knowledge.knows_of)
        await library.open(router.openable)
        http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        keyring = settings.keyring()
        client = _client(settings, http, SharedTokenStore(database, keyring, settings.wechat_appid))
        worker, channel = _name(), WeChatChannel(client)
        mailroom = Mailroom(database, channel, worker, clock, work_of, settings.rates())
        sender = Sender(mailroom)
        teller, links = Teller(router.wordings, work_of), Links(settings.public_url, keyring)
        forgetting, atlas, audiences = Forgetting(ERASERS, keyring), Atlas(), Audiences(QUERIES)
        async with database.read() as session:
            await atlas.open(session)
        services = {
            Knowledge: library.knowledge, Keyring: keyring, Teller: teller, Links: links, Forgetting: forgetting,
            Atlas: atlas, Broadcasts: Broadcasts(audiences, Counts(database)),
        }  # fmt: skip
        stage = Stage(router, services, clock)
        late = LateTurns(database, stage, worker, sender.wake, keyring)
        turns = Turns(database, stage, worker, late, pace)
        # Pushes tell what the shipped capabilities word.
        pushes = scheduler.discover() if capabilities is None else ()
        clockwork = Clockwork(database, pushes, teller, clock)
        _follow(stack, database, library, atlas)
        if database.is_sqlite:
            _work(stack, checkpoints=Watch(database.checkpoint, _SELDOM, "checkpoint_waits"))
        if role != "web":
            _deliver(stack, mailroom, sender, audiences)
            departures = Departures(database, forgetting, clock)
            photos = Photos(database, WeChatMedia(client), teller, clock)
            _finish(stack, clockwork, departures, photos)
        stack.push_async_callback(late.drain, DRAIN_SECONDS)
        if role != "web":
            _work(stack, orphans=Watch(late.adopt, _NOW_AND_THEN, "orphans_wait"))
        _work(stack, turns=turns)
        visitors = Visitors(keyring, clock, secure=(settings.public_url or "").startswith("https"))
        named = gather([page for one in declared for page in one.pages])
        pages = Pages(database, client, named, links, visitors, WORDS, services, clock)
        webhook = Webhook(settings.codec(), turns)
        yield Bot(settings, database, client, library, turns, webhook, clockwork, pages)


def _follow(stack: AsyncExitStack, database: Database, library: Library, atlas: Atlas) -> None:
    """What staff change is taken up beside the turns, which a large map of stations would keep waiting."""

    async def survey() -> None:
        async with database.read() as session:
            await atlas.refresh(session)

    watch = Watch(library.refresh, _NOW_AND_THEN, "library_waits")
    _work(stack, library=watch, atlas=Watch(survey, _NOW_AND_THEN, "atlas_waits"))


def _finish(stack: AsyncExitStack, clockwork: Clockwork, departures: Departures, photos: Photos) -> None:
    """What is due by the clock, and what turns leave to be done after them."""
    left = Watch(departures.settle, _SOON, "departures_wait")
    _work(stack, clockwork=clockwork, departures=left, photos=Watch(photos.fetch_due, _SOON, "photos_wait"))


def _name() -> str:
    """Never that of a process before: leases are fenced by it."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"


def _deliver(stack: AsyncExitStack, mailroom: Mailroom, sender: Sender, audiences: Audiences) -> None:
    """Everything that takes messages out, woken when any process has queued something."""
    bulk, masses = BulkSender(mailroom), MassSender(mailroom)

    def wake() -> None:
        sender.wake()
        bulk.wake()

    bell = Bell(mailroom.database, BELL, wake)
    expansion = Expansion(mailroom.database, audiences, mailroom.clock)
    _work(stack, bell=bell, sender=sender, bulk_sender=bulk, mass_sender=masses, expansion=expansion)


def _client(settings: Settings, http: aiohttp.ClientSession, store: SharedTokenStore) -> Client:
    secret = settings.wechat_secret.get_secret_value()
    return Client(http, settings.wechat_appid, secret, store, settings.wechat_api, timeout=CALL_SECONDS)


async def _in_common(stack: AsyncExitStack, database: Database, clock: Clock) -> Clock:
    """The database's time, where other machines may work with it; a clock that was given tells the time by itself."""
    await reach(database)
    if database.is_sqlite or clock is not utc_now:
        return clock
    common = CommonClock(database, clock)
    await common.measure()
    _work(stack, clock=common)
    return common.now


async def _prepare(database: Database, now: datetime, samples: bool) -> None:
    async with database.write() as session:
        await database.exclusive(session, "organisations")
        await organisations.seed(session, now, samples)


async def reach(database: Database) -> None:
    """Wait until the database is there, and bring it to the newest schema and under the newest key."""
    while True:
        try:
            await migrate(database, METADATA)
            async with database.write() as session:
                await database.exclusive(session, "reseal")
                resealed = await reseal(await session.connection(), METADATA)
            if resealed:
                _log.info("resealed", rows=resealed)
            return
        except Exception as error:
            if not is_away(error):
                raise
            _log.warning("database_away", error=type(error).__name__)
        await asyncio.sleep(_DATABASE_PATIENCE)


class _Task(Protocol):
    async def run(self) -> None: ...
    async def stop(self) -> None: ...


def _work(stack: AsyncExitStack, **tasks: _Task) -> None:
    """Keep background tasks running until their turn to stop comes, the last one first, and then let them finish."""
    for name, task in tasks.items():
        stack.push_async_callback(_end, name, task, asyncio.create_task(_keep(name, task.run), name=name))


async def _end(name: str, task: _Task, running: asyncio.Task[None]) -> None:
    await task.stop()
    done, _ = await asyncio.wait([running], timeout=DRAIN_SECONDS)
    if not done:
        _log.warning("task_did_not_stop", task=name)
        running.cancel()


async def _keep(name: str, run: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await run()
        except Exception:  # noqa: BLE001 - a bug in one task must not end the answering of questions
            _log.exception("task_failed", task=name)
            await asyncio.sleep(1)
