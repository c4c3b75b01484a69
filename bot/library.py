"""The knowledge base of a process: seeded from the content, loaded from the database, swapped when it changes."""

import asyncio
from datetime import date, timedelta, timezone
from functools import cache, lru_cache
from pathlib import Path

import structlog

from bot.platform import Clock
from knowledge import contents, store
from knowledge.entries import Broken, Content, Entry, Problem, answer_faults
from knowledge.matcher import Snapshot
from knowledge.snapshots import Knowledge
from knowledge.urgency import Urgency
from storage.database import Database, is_away

_log = structlog.get_logger(__name__)

_POLL = 2.0
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991


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


# Reading and building take a second each; whoever is assembled anew over the same content need not wait again.
_shipped = cache(contents.read)
urgency = cache(Urgency)
_snapshot = lru_cache(1)(Snapshot)


class Library:
    """Follows the revision in the database and the day, so that every process answers from the same entries."""

    def __init__(self, database: Database, clock: Clock, samples: bool) -> None:
        self.knowledge = Knowledge(Snapshot(()))
        self._database = database
        self._clock = clock
        self._samples = samples
        self._edition: tuple[int, date] | None = None
        self._stopping = asyncio.Event()

    @classmethod
    async def open(
        cls, database: Database, openable: frozenset[str], clock: Clock, samples: bool = False
    ) -> "Library":
        """Seed what this version brings and load what the database holds; `samples` only for the demo.

        Raises Broken when an entry that is shipped opens a capability that nobody has.
        """
        shipped = read_shipped(openable)
        async with database.write() as session:
            await database.exclusive(session, "knowledge")
            report = await store.seed(session, shipped)
        for conflict in report.conflicts:
            _log.warning("edited_by_staff_and_by_us", record=conflict)
        library = cls(database, clock, samples)
        await library.refresh()
        return library

    async def run(self) -> None:
        """Until `stop`; entries that cannot be used leave the running snapshot as it is."""
        while not self._stopping.is_set():
            try:
                await self.refresh()
            except Exception as error:
                if not is_away(error):
                    raise
                _log.warning("library_waits", error=type(error).__name__)
            try:
                async with asyncio.timeout(_POLL):
                    await self._stopping.wait()
            except TimeoutError:
                continue

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

    async def stop(self) -> None:
        self._stopping.set()
