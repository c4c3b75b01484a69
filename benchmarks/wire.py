"""Answered, matched and journalled messages, as a ratio to a bare aiohttp server measured in turn with them.

One server process with SQLite on one core, the load on another, 64 connections, no two texts alike.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from statistics import median

from benchmarks.load import Result, measure
from benchmarks.posts import Post, Wire, compose
from benchmarks.questions import distinct
from benchmarks.servers import AES_KEY, APPID, TOKEN, Server, bot_settings, free_port

ROUNDS = 5
_MESSAGES = 10_000
_BARE_MESSAGES = 40_000
_WARM_UP = 1_000
_WORKERS = [f"oBenchmark{number:018}" for number in range(1_000)]
_MOST_P99_MS = 50


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table; a `floor` of 0 asks for nothing but proper answers in time."""

    name: str
    aes_key: str = ""
    floor: float = 0
    aim: float = 0
    twice: bool = False  # every message is delivered a second time at once


CASES = (
    Case("plain", floor=0.10, aim=0.15),
    Case("safe", AES_KEY, floor=0.08, aim=0.12),
    Case("plain, all delivered twice", twice=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What the rounds of a case came to: medians, and every fault."""

    benchmark: str
    ratio: float
    floor: float
    aim: float
    per_second: float
    bare_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    bare_cpu_us: float
    rss_mb: float
    faults: dict[str, int]

    @property
    def holds(self) -> bool:
        return self.ratio >= self.floor and self.p99_ms < _MOST_P99_MS and not self.faults


class _Unread(Wire):
    """The bare server answers everybody alike."""

    def read(self, post: Post, status: int, body: bytes) -> str:
        return body.decode()


def run() -> bool:
    """Measure and print every case; whether all floors held."""
    texts = iter(distinct(len(CASES) * (_WARM_UP + ROUNDS * _MESSAGES)))
    print(f"{'case':28}{'ratio':>7}{'floor':>7}{'msg/s':>8}{'bare':>8}{'p50 ms':>8}{'p99 ms':>8}", end="")
    print(f"{'CPU µs':>8}{'bare':>6}{'RSS MB':>8}  floor held")
    with tempfile.TemporaryDirectory() as folder, _servers(Path(folder)) as (bare, bot):
        rows = [_measure(case, bare, bot, texts) for case in CASES]
    for row in rows:
        print(json.dumps(asdict(row) | {"floor_held": row.holds}, ensure_ascii=False))
    return all(row.holds for row in rows)


@contextmanager
def _servers(folder: Path) -> Iterator[tuple[Server, Server]]:
    """The bare server and the bot on the first core of this process, which itself moves to the second."""
    port = free_port()
    bare = Server(["benchmarks.bare", str(port)], port, folder / "bare.log")
    settings = bot_settings(f"sqlite:///{folder}/bot.sqlite3")
    bot = Server(["bot", "serve"], free_port(), folder / "bot.log", settings)
    cores = os.sched_getaffinity(0)
    first, second, *_ = (*sorted(cores), *cores)
    try:
        os.sched_setaffinity(0, {first})  # a process started now inherits it
        bare.start()
        bot.start()
        os.sched_setaffinity(0, {second})
        yield bare, bot
    finally:
        os.sched_setaffinity(0, cores)
        bare.kill()
        bot.kill()


def _measure(case: Case, bare: Server, bot: Server, texts: Iterator[str]) -> Row:
    wire = Wire(TOKEN, APPID, case.aes_key)
    unread = _Unread(TOKEN, APPID, case.aes_key)
    # The bare server reads nothing, so that its posts may come again; in its own time each is new.
    fixed = list(islice(compose(_forever(), _WORKERS), _BARE_MESSAGES))
    measure(bot.port, bot.pid, wire, _posts(case, texts, _WARM_UP))
    pairs = []
    for _ in range(ROUNDS):
        floor = measure(bare.port, bare.pid, unread, fixed)
        pairs.append((floor, measure(bot.port, bot.pid, wire, _posts(case, texts, _MESSAGES))))
    row = _sum_up(case, pairs)
    print(
        f"{case.name:28}{row.ratio:7.3f}{case.floor:7.2f}{row.per_second:8.0f}{row.bare_per_second:8.0f}"
        f"{row.p50_ms:8.1f}{row.p99_ms:8.1f}{row.cpu_us:8.0f}{row.bare_cpu_us:6.0f}{row.rss_mb:8.0f}"
        f"  {'yes' if row.holds else 'no'}",
        *(f"{count} x {fault}" for fault, count in row.faults.items()),
        flush=True,
    )
    return row


def _posts(case: Case, texts: Iterator[str], number: int) -> Sequence[Post]:
    if not case.twice:
        return list(compose(islice(texts, number), _WORKERS))
    posts = compose(islice(texts, number // 2), _WORKERS)
    return list(chain.from_iterable((post, post) for post in posts))


def _forever() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"我在工地做电工干了三年，怎么加入工会，要带什么材料？（{number}）"


def _sum_up(case: Case, pairs: Sequence[tuple[Result, Result]]) -> Row:
    bares, bots = zip(*pairs, strict=True)
    faults = sum((Counter(one.faults) for one in (*bares, *bots)), Counter[str]())
    return Row(
        benchmark=f"wire {case.name}",
        ratio=round(median(bot.per_second / bare.per_second for bare, bot in pairs), 4),
        floor=case.floor,
        aim=case.aim,
        per_second=round(median(one.per_second for one in bots)),
        bare_per_second=round(median(one.per_second for one in bares)),
        p50_ms=round(median(one.p50_ms for one in bots), 2),
        p99_ms=round(median(one.p99_ms for one in bots), 2),
        cpu_us=round(median(one.cpu_us for one in bots)),
        bare_cpu_us=round(median(one.cpu_us for one in bares)),
        rss_mb=round(max(one.rss_mb for one in bots)),
        faults=dict(faults),
    )


if __name__ == "__main__":
    raise SystemExit(0 if run() else 1)
