"""Milliseconds that one search takes among 50,000 open jobs in SQLite: `python -m benchmarks.jobs` prints a line of JSON.

Jobs and searches are drawn with a fixed seed; every search reads the words, counts what fits and fetches a page, as a
turn does. The time is that of the process, so that neighbours on the machine do not count.
"""

import asyncio
import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from storage.base import Base
from storage.database import Database
from storage.encryption import Keyring
from storage.migrations import migrate
from union import job_board, job_words, pays
from union.listing_pairs import PairRow
from union.listings import ListingRow

JOBS, SEARCHES = 50_000, 1_000
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
_DISTRICTS = ("maonan", "dianbai", "xinyi", "gaozhou", "huazhou")
_PLACES = ("茂南", "电白", "信宜", "高州", "化州", "")
_KINDS = (*pays.PAID.values(), *pays.KINDS.values(), "", "", "4000以上", "200一天")
_OFFERED, _PERKS = ("", "", "", "，包吃住", "，包住", "，两班倒"), ("", "", "", "包住", "夜班", "包吃住")
_OTHERS = ("剪辑师", "测量", "茶艺师", "钢琴")


def rows(number: int) -> list[dict[str, object]]:
    draw = random.Random(number)
    made = []
    for id in range(number):
        post = draw.choice([one for words in job_words.TRADES.values() for one in words])
        low = draw.randint(28, 90) * 100
        made.append(
            {
                "id": id + 1, "code": f"B-{id}", "source": "company", "post": f"{post}{id % 7}组", "trade": job_words.trade_of(post),
                "kind": draw.choice(list(pays.KINDS)), "pay": f"{low}元/月", "pay_high": low, "pay_unit": "month",
                "paid": draw.choice(list(pays.PAID)), "district": draw.choice(_DISTRICTS), "place": "样例园区",
                "hours": "8:00-17:30", "wanted": 5, "publisher": "样例用人单位", "licence": "91440900MA0000000G",
                "contact": "0668-0000000", "details": "样例说明" * 20 + draw.choice(_OFFERED), "sample": False,
                "expires_at": NOW + timedelta(days=draw.randint(1, 60)), "state": draw.choice(("open",) * 9 + ("closed",)),
                "reason": "", "decided_by": "1", "decided_at": NOW, "published_at": NOW - timedelta(minutes=draw.randint(1, 80_000)),
            }
        )  # fmt: skip
    return made


def questions(number: int) -> list[str]:
    draw = random.Random(number)
    posts = [one for words in job_words.TRADES.values() for one in words]
    return [
        " ".join(
            filter(
                None,
                (
                    *(draw.choice(_PLACES), draw.choice(posts if n % 8 else _OTHERS)),
                    *(draw.choice(_KINDS), draw.choice(_PERKS)),
                ),
            )
        )
        for n in range(number)
    ]


async def _measure(number: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder, 'jobs.sqlite3')}", Keyring([bytes(range(32))]))
        await migrate(database, Base.metadata)
        async with database.write() as session:
            made = rows(number)
            await session.execute(sa.insert(ListingRow), made)
            pairs = [
                {"pair": pair, "listing_id": row["id"]}
                for row in made
                for pair in {*job_words.pairs(str(row["post"])), *job_words.perks_of(str(row["details"]))}
            ]
            await session.execute(sa.insert(PairRow), pairs)
        taken, found = [], 0
        async with database.read() as session:
            for question in questions(SEARCHES + 50):
                begun = time.process_time()
                wish = job_words.with_word(job_words.read(question))
                found += (await job_board.search(session, wish, NOW)).count > 0
                taken.append((time.process_time() - begun) * 1000)
        await database.close()
    taken = sorted(taken[50:])
    return {
        "jobs": number,
        "found_share": round(found / (SEARCHES + 50), 2),
        "p50_ms": round(taken[len(taken) // 2], 2),
        "p99_ms": round(taken[len(taken) * 99 // 100], 2),
        "most_ms": round(taken[-1], 2),
    }


def measure(number: int = JOBS) -> dict[str, float]:
    return asyncio.run(_measure(number))


if __name__ == "__main__":
    print(json.dumps({"benchmark": "jobs", **measure()}))
