"""What a broadcast costs: `python -m benchmarks.deliveries` prints a line of JSON for each engine, and one for a question.

A broadcast to everybody is expanded to a million who follow, by the expansion as it is shipped, and all of it is planned:
they have not written lately, so each delivery is looked at and put aside. Others, who have written, are sent theirs through
a channel that takes everything at once. Then a bot sends a broadcast, at the rate that all processes share, while workers
ask.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
import uvloop

from benchmarks.load import measure as ask
from benchmarks.posts import Wire, compose
from benchmarks.questions import distinct
from benchmarks.servers import APPID, TOKEN, Server, bot_settings, free_port
from bot.logs import configure
from bot.tables import METADATA
from messages import contacts, journal, outbox
from messages.audiences import Audiences
from messages.broadcasts import State, broadcasts
from messages.bulk_sender import BulkSender
from messages.contacts import Sighting
from messages.expansion import Expansion
from messages.journal import Entry, Status, Via, messages
from messages.mailrooms import Mailroom
from messages.outbox import Lane
from messages.ports import Content
from messages.routes import Rates
from storage.database import Database
from storage.migrations import migrate
from tests.postgres import Server as Postgres
from union.audiences import QUERIES

MANY, SENT, ASKED = 1_000_000, 10_000, 6_000
_PAGE = 5_000
_BODY = (
    "关于做好高温天气劳动保护工作的通知（样例）。各驿站备有饮水、药品和休息座位，请各位师傅注意防暑，及时补水。"
    * 2
)
MOST_P99_MS, LEAST_ROWS = 200, 5_000


class Sink:
    """Takes everything at once."""

    async def send(self, openid: str, content: Content) -> None:
        return

    async def subscription(
        self, openid: str, template: str, fields: Mapping[str, str], page: str = ""
    ) -> None:
        return

    async def template(
        self, openid: str, template: str, fields: Mapping[str, str], client_id: str, page: str = ""
    ) -> str:
        return "1"

    async def mass(self, openids: Sequence[str], content: Content, client_id: str) -> str:
        return "1"

    async def mass_status(self, mass_id: str) -> str:
        return "SEND_SUCCESS"

    async def leavers(self, openids: Sequence[str]) -> Collection[str]:
        return ()

    async def upload(self, picture: bytes) -> str:
        return "1"

    async def publish(self, picture: bytes) -> str:
        return ""


def _openids(count: int, kind: str) -> Iterator[str]:
    return (f"o{kind}{number:020}" for number in range(count))


async def _begin(database: Database, now: datetime, *, everybody: bool = False) -> int:
    """A broadcast under way: to everybody, still to be expanded, or to those whom it is given by hand."""
    values = {
        "name": "样例", "kind": "text", "text": _BODY, "title": "", "url": "", "audience": '["everybody"]',
        "safety": True, "mass": False, "topic": "", "state": State.RUNNING, "author": "s1", "created_at": now,
        "until": now + timedelta(days=2), "launched_at": now, "expanded_at": None if everybody else now,
    }  # fmt: skip
    async with database.connect() as connection:
        entered = sa.insert(broadcasts).values(values).returning(broadcasts.c.id)
        return int((await connection.execute(entered)).scalar_one())


async def _follow(database: Database, openids: Iterator[str], now: datetime) -> None:
    """Each follows and has not written, and so has no credits."""
    while page := list(islice(openids, _PAGE)):
        async with database.connect() as connection:
            await contacts.note(connection, [Sighting(one, now, follows=True) for one in page])


async def _expand(database: Database, number: int, openids: Iterator[str], now: datetime) -> None:
    while page := list(islice(openids, _PAGE)):
        async with database.connect() as connection:
            until = now + timedelta(days=2)
            await outbox.expand(connection, number, page, _BODY, Lane.SAFETY, until, now)


async def _write(database: Database, openids: Iterator[str], now: datetime) -> None:
    """Each has just written, and so has credits."""
    while page := list(islice(openids, _PAGE)):
        entries = [Entry(f"w-{one}", one, "text", "问", now, Status.DONE) for one in page]
        async with database.connect() as connection:
            await journal.enter(connection, entries, now)
            await contacts.note(connection, [Sighting(one, now) for one in page])


async def _drive(sender: BulkSender, count: int) -> float:
    """Seconds until so many have been looked at."""
    began, seen = time.perf_counter(), 0
    while seen < count:
        seen += await sender.advance()
    return time.perf_counter() - began


async def _measure(url: str) -> dict[str, Any]:
    database = Database(url)
    await migrate(database, METADATA)
    now = datetime.now(UTC)
    process = psutil.Process()
    try:
        await _follow(database, _openids(MANY, "Cold"), now)
        await _analyze(database, "contacts")
        before, bare = process.memory_info().rss, await _size(database)
        await _begin(database, now, everybody=True)
        expansion = Expansion(database, Audiences(QUERIES), lambda: datetime.now(UTC))
        began, worked = time.perf_counter(), time.process_time()
        while await expansion.move():
            continue
        expanded, expanding = time.perf_counter() - began, time.process_time() - worked
        assert await _count(database, messages.c.broadcast_id.is_not(None)) == MANY
        size = await _size(database) - bare
        await _analyze(database, "messages")
        sender = BulkSender(Mailroom(database, Sink(), "b1", lambda: datetime.now(UTC)))
        worked = time.process_time()
        planned = await _drive(sender, MANY)
        planning = time.process_time() - worked
        grown = process.memory_info().rss - before
        async with database.connect() as connection:
            over = sa.update(broadcasts).values(state=State.PAUSED)
            await connection.execute(over)
        await _write(database, _openids(SENT, "Warm"), now)
        await _expand(database, await _begin(database, now), _openids(SENT, "Warm"), now)
        rates = Rates(customer_service=1e6)
        mailroom = Mailroom(database, Sink(), "b2", lambda: datetime.now(UTC), rates=rates)
        sent = await _drive(BulkSender(mailroom), SENT)
        assert await _sent(url) >= SENT - 64
    finally:
        await database.close()
    return {
        "recipients": MANY,
        "expanded_per_s": round(MANY / expanded),
        "planned_per_s": round(MANY / planned),
        "together_per_s": round(MANY / (expanded + planned)),
        # By the processor time of this process, so that neighbours on the machine do not count; with SQLite it is all.
        "together_per_cpu_s": round(MANY / (expanding + planning)),
        "sent_per_s": round(SENT / sent),
        "rss_grown_mb": round(grown / 1e6, 1),
        "bytes_a_row": round(size / MANY),
    }


async def _size(database: Database) -> int:
    """Bytes of the journal with its indexes."""
    query = "SELECT pg_total_relation_size('messages')"
    if database.is_sqlite:  # the whole, with what is still in its log
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    async with database.read() as session:
        return await session.scalar(sa.text(query)) or 0


async def _prepare(url: str) -> None:
    database = Database(url)
    await migrate(database, METADATA)
    now = datetime.now(UTC)
    people = 40_000
    await _write(database, _openids(people, "Warm"), now)
    await _expand(database, await _begin(database, now), _openids(people, "Warm"), now)
    await database.close()


async def _sent(url: str) -> int:
    database = Database(url)
    found = await _count(database, messages.c.via == Via.CUSTOMER_SERVICE)
    await database.close()
    return found


async def _count(database: Database, which: sa.ColumnElement[bool]) -> int:
    async with database.read() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(messages).where(which)) or 0


async def _analyze(database: Database, table: str) -> None:
    """What the server does by itself after a while."""
    if not database.is_sqlite:
        async with database.connect() as connection:
            await connection.execute(sa.text(f"ANALYZE {table}"))


def _questions(url: str, folder: Path) -> dict[str, Any]:
    """One process with all roles answers and sends."""
    uvloop.run(_prepare(url))
    port = free_port()
    sink = Server(["benchmarks.sink", str(port)], port, folder / "sink.log")
    settings = bot_settings(url, WECHAT_API=f"http://127.0.0.1:{port}")
    bot = Server(["bot", "serve"], free_port(), folder / "bot.log", settings)
    try:
        sink.start()
        bot.start()
        posts = list(compose(distinct(ASKED), [f"oBenchmark{number:018}" for number in range(1_000)]))
        began, before = time.perf_counter(), uvloop.run(_sent(url))
        result = ask(bot.port, bot.pid, Wire(TOKEN, APPID), posts, connections=8)
        sent = uvloop.run(_sent(url)) - before
    finally:
        bot.kill()
        sink.kill()
    return {
        "answered_per_s": round(result.per_second),
        "p50_ms": result.p50_ms,
        "p99_ms": result.p99_ms,
        "sent_per_s_meanwhile": round(sent / (time.perf_counter() - began)),
        "faults": dict(result.faults),
    }


@contextmanager
def _postgres() -> Iterator[Postgres]:
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _report(engine: str, url: Callable[[], str], folder: Path) -> bool:
    row = uvloop.run(_measure(url()))
    print(json.dumps({"benchmark": "deliveries", "engine": engine, **row}), flush=True)
    asked = _questions(url(), folder)
    print(json.dumps({"benchmark": "question beside a broadcast", "engine": engine, **asked}), flush=True)
    quick = bool(asked["p99_ms"] < MOST_P99_MS and not asked["faults"])
    return quick and row["together_per_s"] >= LEAST_ROWS


def run() -> bool:
    """Print every figure; whether the floors hold."""
    configure()  # logs to standard error
    with tempfile.TemporaryDirectory() as name, _postgres() as postgres:
        folder = Path(name)
        lite = _report("sqlite", lambda: f"sqlite:///{folder}/{time.monotonic_ns()}.sqlite3", folder)
        return _report("postgresql", lambda: uvloop.run(postgres.new_database()), folder) and lite


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
