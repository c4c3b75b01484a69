"""What a broadcast costs: `python -m benchmarks.deliveries [--people N]` prints two lines of JSON for each engine.

The cheapest: an urgent one to everybody, a million who follow, have not written lately and have no journal; it is expanded as
it is shipped, and all of it is planned: each delivery is looked at and put aside. Then the usual one, to one of two
districts, with a crowd a fifth as large: in quiet hours of riders, on a topic, with mass messages allowed, the people as
`crowds.mix` makes them. Each is given a route, and what it costs is booked, as many in a transaction as the sender looks
at; nothing is given to the platform. Each runs in a process of its own, whose memory is measured from before to its highest.

What was planned in the usual one is not sent. Others, who have written, are sent theirs through a channel that takes
everything at once, by the sender as it is shipped.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import psutil
import sqlalchemy as sa

from benchmarks import crowds
from benchmarks.engines import analyze, engines, work
from bot.logs import configure
from dialogue.occupations import work_of
from messages import broadcasts, mailings, planner
from messages.audiences import Audiences
from messages.broadcasts import State
from messages.bulk_sender import MOST, BulkSender
from messages.claims import Queue
from messages.expansion import Expansion
from messages.journal import Via, messages
from messages.mailrooms import Mailroom
from messages.outbox import Lane
from messages.ports import Content
from messages.routes import Rates
from messages.sender import LEASE
from storage.database import Database
from union.audiences import QUERIES

PEOPLE, SENT = 1_000_000, 10_000
LEAST_ROWS, MOST_GROWN_MB = 5_000, 150
# A quarter past noon of a working day in China, which is quiet for riders.
_NOON = datetime(2026, 11, 24, 4, 15, tzinfo=UTC)
_UNLIMITED = Rates(1e6, 1e6)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one broadcast; memory and processor time are of the process that expands and plans."""

    recipients: int
    expanded_per_s: int
    planned_per_s: int
    together_per_s: int
    together_per_cpu_s: int
    grown_mb: float
    bytes_a_row: int

    @property
    def holds(self) -> bool:
        return self.together_per_s >= LEAST_ROWS and self.grown_mb <= MOST_GROWN_MB


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


def _clock() -> Callable[[], datetime]:
    """From noon on."""
    began = time.monotonic()
    return lambda: _NOON + timedelta(seconds=time.monotonic() - began)


async def _prepare_cheapest(database: Database, people: int) -> None:
    await crowds.follow(database, people, _NOON)
    await crowds.begin(database, _NOON)
    await analyze(database)


async def _prepare_usual(database: Database, people: int) -> None:
    await crowds.mix(database, people, _NOON)
    condition = json.dumps([f"district:{crowds.DISTRICT}"])
    usual = {"safety": False, "mass": True, "topic": crowds.TOPIC, "audience": condition}
    await crowds.begin(database, _NOON, **usual)
    await analyze(database)


async def _expand(database: Database, clock: Callable[[], datetime]) -> None:
    expansion = Expansion(database, Audiences(QUERIES), clock)
    while await expansion.move():
        continue


async def _plan(database: Database, clock: Callable[[], datetime]) -> None:
    """Until nothing of the one that is under way is due: routes to one worker are booked, batches made for the others."""
    mailroom = Mailroom(database, Sink(), "b1", clock, work_of, _UNLIMITED)
    seen = True
    while seen:
        async with database.connect() as connection:
            (its,) = await broadcasts.underway(connection)
            queue = Queue(Lane.BULK, its.id)
            terms, now = planner.terms_of(queue, {its.id: its}), clock()
            taken = await planner.take(connection, mailroom, queue, terms, now, LEASE, MOST, MOST)
        seen = taken.seen > 0
    made = its.mass
    while made:
        async with database.connect() as connection:
            made = await mailings.make(connection, its, work_of, clock()) > 0


async def _cost(database: Database) -> Cost:
    clock, before, bare = _clock(), _begin_highest(), await _size(database)
    began, worked = time.perf_counter(), time.process_time()
    await _expand(database, clock)
    expanded, working = time.perf_counter(), time.process_time() - worked
    size = await _size(database) - bare
    started, worked = time.perf_counter(), time.process_time()
    await _plan(database, clock)
    planned, working = time.perf_counter(), working + time.process_time() - worked
    grown = _highest() - before
    rows = await count(database, messages.c.broadcast_id.is_not(None))
    expanding, planning = expanded - began, planned - started
    return Cost(
        recipients=rows,
        expanded_per_s=round(rows / expanding),
        planned_per_s=round(rows / planning),
        together_per_s=round(rows / (expanding + planning)),
        together_per_cpu_s=round(rows / working),
        grown_mb=round(grown / 1e6, 1),
        bytes_a_row=round(size / rows),
    )


def _begin_highest() -> int:
    """Bytes of memory now, from which on Linux remembers the highest."""
    Path("/proc/self/clear_refs").write_text("5")
    return int(psutil.Process().memory_info().rss)


def _highest() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) * 1024


def _measure(url: str) -> Cost:
    configure()  # logs to standard error
    return work(url, _cost)


async def _send(database: Database) -> float:
    """How many a second."""
    now = datetime.now(UTC)
    async with database.connect() as connection:
        await connection.execute(sa.update(broadcasts.broadcasts).values(state=State.PAUSED))
    await crowds.follow(database, SENT, now, "Wrote")
    await crowds.write(database, SENT, now, "Wrote")
    number = await crowds.begin(database, now, expanded_at=now)
    await crowds.give(database, number, SENT, now, "Wrote")
    mailroom = Mailroom(database, Sink(), "b2", lambda: datetime.now(UTC), rates=_UNLIMITED)
    began = time.perf_counter()
    await BulkSender(mailroom).deliver_due()
    taken = time.perf_counter() - began
    sent = messages.c.broadcast_id == number, messages.c.via == Via.CUSTOMER_SERVICE
    assert await count(database, sa.and_(*sent)) == SENT
    return SENT / taken


async def count(database: Database, which: sa.ColumnElement[bool]) -> int:
    async with database.read() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(messages).where(which)) or 0


async def _size(database: Database) -> int:
    """Bytes of the journal with its indexes; of SQLite of everything, with what is still in its log."""
    query = "SELECT pg_total_relation_size('messages')"
    if database.is_sqlite:
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    async with database.read() as session:
        return await session.scalar(sa.text(query)) or 0


def _report(engine: str, case: str, url: str) -> bool:
    with ProcessPoolExecutor(1, get_context("spawn")) as own:
        cost = own.submit(_measure, url).result()
    row = {"benchmark": "deliveries", "engine": engine, "case": case, **asdict(cost)}
    print(json.dumps(row | {"floor_held": cost.holds}), flush=True)
    return cost.holds


def run(urls: Mapping[str, Callable[[], str]], people: int = PEOPLE) -> bool:
    """Print every figure; whether the floors hold."""
    held = True
    for engine, new in urls.items():
        cheapest, usual = new(), new()
        work(cheapest, partial(_prepare_cheapest, people=people))
        held &= _report(engine, "cheapest", cheapest)
        sent = {"benchmark": "sending", "engine": engine, "sent_per_s": round(work(cheapest, _send))}
        print(json.dumps(sent), flush=True)
        work(usual, partial(_prepare_usual, people=people // 5))
        held &= _report(engine, "usual", usual)
    return held


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("--people", type=int, default=PEOPLE)
    configure()
    with engines() as made:
        sys.exit(0 if run(made, given.parse_args().people) else 1)
