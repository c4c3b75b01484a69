"""The last traces of workers who left: taken away in the background, out of the files of SQLite too."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from messages import contacts
from messages.erasing import empty_journal
from storage.database import Database
from union import departures
from union.departures import Departure, Forgetting

_log = structlog.get_logger(__name__)


class Departures:
    """Any number of processes share the work."""

    def __init__(self, database: Database, forgetting: Forgetting, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._forgetting = forgetting
        self._clock = clock
        self._unscrubbed = True  # a process before may have been killed in between

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
