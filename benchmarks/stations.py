"""Milliseconds of one core that the nearest open stations take among 100,000: `python -m benchmarks.stations` prints a line of JSON.

Places, hours and services are drawn with a fixed seed; a quarter of the searches wish for a service, a quarter are made
at night, when most stations are closed. Then the same for a district and for a town of it, whose stations are a quarter of
all. The time is that of the thread, so that neighbours on the machine do not count.
"""

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from union.atlas import Map, Station
from union.calendars import Calendar
from union.station_words import SERVICES, Wish

STATIONS, SEARCHES, BY_PLACE = 100_000, 2_000, 200
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
_DISTRICTS = ("maonan", "dianbai", "gaozhou", "huazhou")
_HOURS = (
    "24小时",
    "每天 7:00-21:00",
    "周一至周五 8:00-18:00；周末 9:00-12:00；节假日 休",
    "工作日 8:30-17:30",
)


def made(number: int) -> list[Station]:
    draw = random.Random(number)
    return [
        Station(
            id=id, code=f"S-{id}", name=f"样例{id}号驿站", kind=draw.choice(("rest", "rest", "smart", "drivers")),
            district=_DISTRICTS[id % 4], address=f"样例{id // 4 % 20}镇样例路", latitude=draw.uniform(21.3, 22.7), longitude=draw.uniform(110.3, 111.4),
            services=tuple(draw.sample(list(SERVICES), 4)), hours=draw.choices(_HOURS, (1, 5, 3, 3))[0], sample=True,
        )
        for id in range(number)
    ]  # fmt: skip


def measure(number: int = STATIONS) -> dict[str, float]:
    started = time.thread_time()
    known = Map(made(number), Calendar())
    built = time.thread_time() - started
    draw = random.Random(1)

    def nearest(wish: Wish, now: datetime) -> None:
        known.nearest(draw.uniform(21.3, 22.7), draw.uniform(110.3, 111.4), wish, now)

    taken = _timed(SEARCHES, nearest)
    district = _timed(BY_PLACE, lambda wish, now: known.within(["gaozhou"], wish, now))
    town = _timed(BY_PLACE, lambda wish, now: known.about("样例7镇", ["gaozhou"], wish, now))
    return {
        "stations": number,
        "build_s": round(built, 2),
        "p50_ms": round(taken[len(taken) // 2], 3),
        "p99_ms": round(taken[len(taken) * 99 // 100], 3),
        "most_ms": round(taken[-1], 3),
        "district_p99_ms": round(district[len(district) * 99 // 100], 3),
        "town_p99_ms": round(town[len(town) * 99 // 100], 3),
    }


def _timed(times: int, search: Callable[[Wish, datetime], object]) -> list[float]:
    """Milliseconds, the shortest first."""
    draw, taken = random.Random(2), []
    for number in range(times):
        wish = Wish(services=("swap",)) if number % 4 == 1 else Wish()
        now = NOON + timedelta(hours=14 if number % 4 == 2 else draw.uniform(0, 4))
        begun = time.thread_time()
        search(wish, now)
        taken.append((time.thread_time() - begun) * 1000)
    return sorted(taken)


if __name__ == "__main__":
    print(json.dumps({"benchmark": "stations", **measure()}))
