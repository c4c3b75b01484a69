"""The knowledge base of a process: seeded from the content, loaded from the database, swapped when it changes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from knowledge import entries, store
from knowledge.matcher import Snapshot
from knowledge.snapshots import Knowledge
from storage.database import Database, is_away

_log = structlog.get_logger(__name__)

_POLL = 2.0


def read_shipped(openable: frozenset[str], folder: Path = entries.CONTENT) -> tuple[entries.Entry, ...]:
    """The entries of a folder; raises Broken, also for one that opens what is not in `openable`."""
    found = entries.read(folder)
    problems = [
        entries.Problem(
            f"entry {entry.id}", 1, f"opens {entry.opens}, which is not one of {sorted(openable)}"
        )
        for entry in found
        if entry.opens and entry.opens not in openable
    ]
    if problems:
        raise entries.Broken(problems)
    return found


def _complain(problems: Sequence[entries.Problem]) -> None:
    if problems:
        _log.error("knowledge_broken", problems=[str(problem) for problem in problems])


class Library:
    """Follows the revision in the database, so that every process answers from the same entries."""

    def __init__(self, database: Database, knowledge: Knowledge, revision: int) -> None:
        self.knowledge = knowledge
        self._database = database
        self._revision = revision
        self._stopping = asyncio.Event()

    @classmethod
    async def open(cls, database: Database, openable: frozenset[str]) -> "Library":
        """Seed what this version brings and load what the database holds.

        Raises Broken when an entry that is shipped opens a capability that nobody has.
        """
        shipped = read_shipped(openable)
        async with database.write() as session:
            await database.exclusive(session, "knowledge")
            report = await store.seed(session, shipped)
        for conflict in report.conflicts:
            _log.warning("entry_edited_by_staff_and_by_us", entry=conflict)
        async with database.read() as session:
            revision = await store.revision(session)
            loaded, problems = await store.load(session)
        _complain(problems)
        return cls(database, Knowledge(await asyncio.to_thread(Snapshot, loaded)), revision)

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
        """Swap the snapshot when the entries have changed."""
        async with self._database.read() as session:
            revision = await store.revision(session)
            if revision == self._revision:
                return
            loaded, problems = await store.load(session)
        if problems:
            _complain(problems)
        else:
            self.knowledge.swap(await asyncio.to_thread(Snapshot, loaded))
            _log.info("knowledge_swapped", revision=revision, entries=len(loaded))
        self._revision = revision

    async def stop(self) -> None:
        self._stopping.set()
