"""All benchmarks; the exit code is 1 when a floor does not hold."""

import json
import sys

from benchmarks import beside, deliveries, jobs, matching, stations, wire, workers
from benchmarks.engines import engines

_PHRASINGS = (5_000, 100_000)
_NEAREST_MS, _SEARCH_MS = 5, 20  # that one search for a station or a job may take


def _told(name: str, figures: dict[str, float], most_p99_ms: float | None = None) -> bool:
    print(json.dumps({"benchmark": name, **figures}), flush=True)
    return most_p99_ms is None or figures["p99_ms"] < most_p99_ms


if __name__ == "__main__":
    held = wire.run()
    for size in _PHRASINGS:
        _told("matching", matching.measure(size))
    held &= _told("stations", stations.measure(), _NEAREST_MS)
    held &= _told("jobs", jobs.measure(), _SEARCH_MS)
    with engines() as made:
        held &= deliveries.run(made)
        held &= beside.run(made)
        held &= workers.run(made["postgresql"])
    sys.exit(0 if held else 1)
