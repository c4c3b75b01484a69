"""The last traces of workers who left: taken away in the background, out of the files of SQLite too."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from messages import contacts
from messages.erasing import empty_journal
from storage.database import Database, is_away
from union import departures
from union.departures import Departure, Forgetting

_log = structlog.get_logger(__name__)

_POLL = 1.0


class Departures:
    """`run` works until `stop`; any number of processes share the work."""

    def __init__(self, database: Database, forgetting: Forgetting, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._forgetting = forgetting
        self._clock = clock
        self._stopping = asyncio.Event()
        self._unscrubbed = True  # a process before may have been killed in between

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.settle()
            except Exception as error:
                if not is_away(error):
                    raise
                _log.warning("departures_wait", error=type(error).__name__)
            try:
                async with asyncio.timeout(_POLL):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def stop(self) -> None:
        self._stopping.set()

    async def settle(self) -> int:
        """Finish those who are due; returns how many."""
        now = self._clock()
        async with self._database.read() as session:
            due = await departures.has_work(session, now)
        gone = []
        if due:
            async with self._database.write() as session:
                gone = await departures.take(session, now)
                for departure in gone:
                    await self._finish(session, departure, now)
            self._unscrubbed = True
            _log.info("departed", workers=len(gone))
        if self._unscrubbed:
            # A reader may hold it up; then it is tried again.
            self._unscrubbed = not await self._database.scrub()
        return len(gone)

    async def _finish(self, session: AsyncSession, departure: Departure, now: datetime) -> None:
        follows = await contacts.follows(session, departure.openid)
        leaver = self._forgetting.leaver(departure.openid, now, follows=follows)
        if follows:
            await empty_journal(session, leaver, departure.until)
        else:
            await self._forgetting.erase(session, leaver)
