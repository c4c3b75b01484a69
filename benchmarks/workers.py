"""What one, two and three worker processes get done on PostgreSQL: `python -m benchmarks.workers` prints a line of JSON each.

A broadcast is launched to a crowd of which a third have written, a third have consented to notices on its topic and a third can
only wait; it is over when nothing of it is to be expanded, planned, sent or settled. The platform takes 100 ms for each call,
and the rates are the highest that can be set, so that it is the processes that set the pace: each has 32 calls under way.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks import crowds
from benchmarks.engines import analyze, engines, work
from benchmarks.servers import Server, bot_settings, free_port
from bot.logs import configure
from messages import claims
from messages.broadcasts import broadcasts
from messages.journal import Status, messages
from storage.database import Database

PEOPLE = 15_000
LEAST_SHARE = 1.5  # three processes, of what one gets done
_CALL_MS, _RATE = 100, "2000"
_PATIENCE = 600.0
_LISTENING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'"
)


async def _prepare(database: Database, people: int) -> None:
    await crowds.mix(database, people, datetime.now(UTC))
    await analyze(database)


async def _deliver(database: Database, processes: int) -> float:
    """Seconds that the workers take from the launch on, once all of them listen."""
    async with asyncio.timeout(_PATIENCE):
        await _reaches(database, processes, sa.text(_LISTENING))
        now, began = datetime.now(UTC), time.perf_counter()
        number = await crowds.begin(database, now, topic=crowds.TOPIC)
        growing = sa.select(sa.func.count()).where(broadcasts.c.expanded_at.is_(None))
        under_way = sa.select(sa.func.count()).where(claims.is_under_way(number, now + timedelta(days=1)))
        await _reaches(database, 0, growing)
        await _reaches(database, 0, under_way)
    return time.perf_counter() - began


async def _reaches(database: Database, number: int, query: "sa.Select[int] | sa.TextClause") -> None:
    """Wait until the query counts so many: what the workers do can be seen in the database alone."""
    counted = -1
    while counted != number:
        await asyncio.sleep(0.1)
        async with database.read() as session:
            counted = await session.scalar(query) or 0


async def _became(database: Database) -> dict[str, int]:
    """How many by what became of them."""
    its = sa.select(messages.c.status, sa.func.count()).where(messages.c.broadcast_id.is_not(None))
    async with database.read() as session:
        return {row[0]: row[1] for row in await session.execute(its.group_by(messages.c.status))}


def _measure(url: str, processes: int, people: int, folder: Path) -> tuple[float, dict[str, int]]:
    work(url, partial(_prepare, people=people))
    port = free_port()
    sink = Server(["benchmarks.sink", str(port), str(_CALL_MS)], port, folder / "sink.log")
    rates = {"RATE_CUSTOMER_SERVICE": _RATE, "RATE_SUBSCRIPTION": _RATE}
    settings = bot_settings(url, WECHAT_API=f"http://127.0.0.1:{port}", **rates)
    arguments = ["bot", "serve", "--role", "worker", "--processes", str(processes)]
    workers = Server(arguments, free_port(), folder / "workers.log", settings)
    try:
        sink.start()
        workers.start()
        return work(url, partial(_deliver, processes=processes)), work(url, _became)
    finally:
        workers.kill()
        sink.kill()


def run(new: Callable[[], str], people: int = PEOPLE) -> bool:
    """Print every figure; whether the floors hold."""
    taken, whole = {}, True
    with tempfile.TemporaryDirectory() as folder:
        for processes in (1, 2, 3):
            taken[processes], became = _measure(new(), processes, people, Path(folder))
            whole &= became.keys() <= {Status.SENT, Status.HELD} and sum(became.values()) == people
            row = {
                "benchmark": "workers", "processes": processes, "recipients": people, "became": became,
                "recipients_per_s": round(people / taken[processes]),
                "sent_per_s": round(became.get(Status.SENT, 0) / taken[processes]),
                "as_one": round(taken[1] / taken[processes], 2),
            }  # fmt: skip
            print(json.dumps(row), flush=True)
    return whole and taken[1] / taken[3] >= LEAST_SHARE


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("--people", type=int, default=PEOPLE)
    configure()
    with engines() as made:
        sys.exit(0 if run(made["postgresql"], given.parse_args().people) else 1)
