"""The memory of a process that serves: what the start has built is left alone, and lies in large pages."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

# What Linux calls them (man 2 madvise); the second asks for them at once and exists since 6.1.
_HUGEPAGE, _COLLAPSE = 14, 25
_LARGE = 2 << 20  # bytes


def settle() -> None:
    """Once, when all that lives as long as the process is there."""
    # The collector need not walk it again and again.
    gc.collect()
    gc.freeze()
    # Messages leave no cycles behind, so old generations are seldom looked at; the young one often, which keeps
    # the memory in use small and near.
    gc.set_threshold(700, 20, 50)
    if sys.platform == "linux":
        _enlarge_pages()


def _enlarge_pages() -> None:
    """A turn looks at a few hundred places all over the knowledge base: finding their pages takes its time.

    It is a hint: a kernel that has no large pages says no, and all goes on as it was.
    """
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for start, end in _heap():
        for advice in (_HUGEPAGE, _COLLAPSE):
            madvise(start, end - start, advice)


def _heap() -> Iterator[tuple[int, int]]:
    """Where Python keeps its objects, in whole large pages."""
    with Path("/proc/self/maps").open(encoding="utf-8", errors="replace") as maps:
        for line in maps:
            extent, rights, _, _, _, *file = line.split()
            start, end = (int(edge, 16) for edge in extent.split("-"))
            start, end = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
            if rights == "rw-p" and file in ([], ["[heap]"]) and start < end:
                yield start, end
