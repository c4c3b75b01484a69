"""The knowledge base of a process: seeded from the content, loaded from the database, swapped when it changes."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import structlog

from bot.platform import Clock
from knowledge import contents, store
from knowledge.entries import Broken, Content, Entry, Problem, answer_faults
from knowledge.matcher import Snapshot
from knowledge.snapshots import Knowledge
from knowledge.urgency import Urgency
from storage.base import CHINA as CHINA
from storage.database import Database

_log = structlog.get_logger(__name__)


def read_shipped(openable: frozenset[str], folder: Path = contents.CONTENT) -> Content:
    """The content of a folder; raises Broken, also for an entry that opens what is not in `openable`."""
    content = _shipped() if folder == contents.CONTENT else contents.read(folder)
    problems = [
        Problem(f"entry {entry.id}", 1, f"opens {entry.opens}, which is not one of {sorted(openable)}")
        for entry in content.entries
        if entry.opens and entry.opens not in openable
    ]
    if problems:
        raise Broken(problems)
    return content


def tellable(content: Content, today: date, samples: bool = False) -> tuple[list[Entry], list[Problem]]:
    """The entries that hold today and can be told whole, and what is wrong with others."""
    good: list[Entry] = []
    problems: list[Problem] = []
    for entry in content.told(samples):
        faults = answer_faults(entry.answer)
        problems.extend(Problem(f"entry {entry.id}", 1, fault) for fault in faults)
        if not faults and (entry.effective is None or entry.effective <= today):
            good.append(entry)
    return good, problems


@contextmanager
def _all_is_kept() -> Iterator[None]:
    """Looking for garbage takes a fifth of the time in which a million things are built that stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


# Reading and building take half a second each; whoever is assembled anew over the same content need not wait again.
_shipped = cache(_all_is_kept()(contents.read))
urgency = cache(Urgency)
_snapshot = lru_cache(1)(_all_is_kept()(Snapshot))


class Library:
    """Follows the revision in the database and the day, so that every process answers from the same entries."""

    def __init__(self, database: Database, clock: Clock, samples: bool = False) -> None:
        """`samples` stand in for unknown facts in the demo."""
        self.knowledge = Knowledge(Snapshot(()))
        self._database = database
        self._clock = clock
        self._samples = samples
        self._edition: tuple[int, date] | None = None

    async def open(self, openable: frozenset[str]) -> None:
        """Seed what this version brings and load what the database holds.

        Raises Broken when an entry that is shipped opens a capability that nobody has.
        """
        shipped = read_shipped(openable)
        async with self._database.write() as session:
            await self._database.exclusive(session, "knowledge")
            report = await store.seed(session, shipped)
        for conflict in report.conflicts:
            _log.warning("edited_by_staff_and_by_us", record=conflict)
        await self.refresh()

    async def refresh(self) -> None:
        """Swap the snapshot when the entries have changed, or a day has begun on which others hold.

        A broken entry is left out at the start; later it leaves the whole snapshot as it was.
        """
        today = self._clock().astimezone(CHINA).date()
        async with self._database.read() as session:
            edition = (await store.revision(session), today)
            if edition == self._edition:
                return
            content = await store.load(session)
        good, problems = tellable(content, today, self._samples)
        if problems:
            _log.error("knowledge_broken", problems=[str(problem) for problem in problems])
        if not problems or self._edition is None:
            self.knowledge.swap(await asyncio.to_thread(_snapshot, tuple(good)))
            _log.info("knowledge_swapped", revision=edition[0], entries=len(good))
        self._edition = edition
