"""All benchmarks; the exit code is 1 when a floor does not hold."""

import json
import sys

from benchmarks import deliveries, jobs, matching, stations, wire

_PHRASINGS = (5_000, 100_000)

if __name__ == "__main__":
    held = wire.run()
    for size in _PHRASINGS:
        print(json.dumps({"benchmark": "matching", **matching.measure(size)}), flush=True)
    print(json.dumps({"benchmark": "stations", **stations.measure()}), flush=True)
    print(json.dumps({"benchmark": "jobs", **jobs.measure()}), flush=True)
    held &= deliveries.run()
    sys.exit(0 if held else 1)
