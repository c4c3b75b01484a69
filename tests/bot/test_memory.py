"""What a serving process does with what its start has built."""

import json
import subprocess
import sys

import pytest

SETTLED = """
import gc, json
from bot import memory
kept = [[number] for number in range(200_000)]
memory.settle()
print(json.dumps([sum(one[0] for one in kept), gc.get_freeze_count(), [end - start for start, end in memory._heap()]]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the pages are asked of Linux")
def test_what_is_there_stays_as_it_was_and_is_not_walked_again() -> None:
    done = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, check=True, text=True)
    total, frozen, extents = json.loads(done.stdout)
    assert total == sum(range(200_000))
    assert frozen > 200_000
    assert extents and all(extent > 0 and extent % (2 << 20) == 0 for extent in extents)
