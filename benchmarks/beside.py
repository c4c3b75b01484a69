"""Questions while broadcasts go out: `python -m benchmarks.beside` prints a line of JSON for each engine.

One process with all roles answers, and meanwhile expands five broadcasts to everybody, plans the first, and sends it at the rate
that all processes share to those who have written lately, one in twenty. How much is sent is measured before the questions
too.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
import uvloop

from benchmarks import crowds
from benchmarks.deliveries import count
from benchmarks.engines import analyze, engines, opened, work
from benchmarks.load import measure
from benchmarks.posts import Wire, compose
from benchmarks.questions import distinct
from benchmarks.servers import APPID, TOKEN, Server, bot_settings, free_port
from bot.logs import configure
from messages.broadcasts import broadcasts
from messages.journal import Status, Via, messages
from storage.database import Database

QUESTIONS, CONNECTIONS = 6_000, 16
PEOPLE, HAVE_WRITTEN, BROADCASTS = 300_000, 20, 5
MOST_P99_MS, LEAST_SHARE = 200, 0.5
_ALONE = 10.0  # seconds
_WORKERS = [f"oBenchmark{number:018}" for number in range(1_000)]


@dataclass(frozen=True, slots=True)
class Row:
    """What came of it; before and meanwhile are before the questions and while they are asked."""

    answered_per_s: int
    p50_ms: float
    p99_ms: float
    sent_per_s_before: int
    sent_per_s_meanwhile: int
    expanded_per_s_meanwhile: int
    planned_per_s_meanwhile: int
    faults: dict[str, int]

    @property
    def holds(self) -> bool:
        sends = self.sent_per_s_meanwhile >= self.sent_per_s_before * LEAST_SHARE > 0
        works = self.expanded_per_s_meanwhile > 0 and self.planned_per_s_meanwhile > 0
        return self.p99_ms < MOST_P99_MS and not self.faults and sends and works


@dataclass(frozen=True, slots=True)
class _Stand:
    at: float
    sent: int
    expanded: int
    planned: int
    unfinished: bool

    def a_second(self, before: "_Stand", of: str) -> int:
        done: int = getattr(self, of) - getattr(before, of)
        return round(done / (self.at - before.at))


async def _prepare(database: Database) -> None:
    now = datetime.now(UTC)
    await crowds.follow(database, PEOPLE, now)
    await crowds.write(database, PEOPLE, now, each=HAVE_WRITTEN)
    await analyze(database)


async def _launch(database: Database) -> None:
    for _ in range(BROADCASTS):
        await crowds.begin(database, datetime.now(UTC))


async def _stand(database: Database) -> _Stand:
    grown = messages.c.broadcast_id.is_not(None)
    sent = await count(database, sa.and_(grown, messages.c.via == Via.CUSTOMER_SERVICE))
    expanded = await count(database, grown)
    planned = await count(database, sa.and_(grown, messages.c.status != Status.QUEUED))
    async with database.read() as session:
        growing = sa.select(sa.func.count()).where(broadcasts.c.expanded_at.is_(None))
        unfinished = bool(await session.scalar(growing)) and planned < PEOPLE
    return _Stand(time.perf_counter(), sent, expanded, planned, unfinished)


def _ask(url: str, folder: Path) -> Row:
    work(url, _prepare)
    port = free_port()
    sink = Server(["benchmarks.sink", str(port)], port, folder / "sink.log")
    settings = bot_settings(url, WECHAT_API=f"http://127.0.0.1:{port}")
    bot = Server(["bot", "serve"], free_port(), folder / "bot.log", settings)
    posts = list(compose(distinct(QUESTIONS), _WORKERS))
    try:
        sink.start()
        bot.start()
        work(url, _launch)
        time.sleep(2)  # each is found within a second
        stands = [_stand_now(url)]
        time.sleep(_ALONE)
        stands.append(_stand_now(url))
        result = measure(bot.port, bot.pid, Wire(TOKEN, APPID), posts, CONNECTIONS)
        stands.append(_stand_now(url))
    finally:
        bot.kill()
        sink.kill()
    first, before, after = stands
    over = {} if after.unfinished else {"the broadcasts were over too early": 1}
    return Row(
        answered_per_s=round(result.per_second),
        p50_ms=round(result.p50_ms, 1),
        p99_ms=round(result.p99_ms, 1),
        sent_per_s_before=before.a_second(first, "sent"),
        sent_per_s_meanwhile=after.a_second(before, "sent"),
        expanded_per_s_meanwhile=after.a_second(before, "expanded"),
        planned_per_s_meanwhile=after.a_second(before, "planned"),
        faults=dict(Counter(result.faults) + Counter(over)),
    )


def _stand_now(url: str) -> _Stand:
    async def look() -> _Stand:
        database = opened(url)
        try:
            return await _stand(database)
        finally:
            await database.close()

    return uvloop.run(look())


def run(urls: Mapping[str, Callable[[], str]]) -> bool:
    """Print every figure; whether the floors hold."""
    held = True
    with tempfile.TemporaryDirectory() as folder:
        for engine, new in urls.items():
            row = _ask(new(), Path(folder))
            told = {"benchmark": "questions beside broadcasts", "engine": engine, **asdict(row)}
            print(json.dumps(told | {"floor_held": row.holds}), flush=True)
            held &= row.holds
    return held


if __name__ == "__main__":
    configure()
    with engines() as made:
        sys.exit(0 if run(made) else 1)
