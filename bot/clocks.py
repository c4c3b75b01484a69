"""One time for all machines: that of the database, by which leases begin and end."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from storage.database import Database, is_away

_log = structlog.get_logger(__name__)

# How often it is asked, and how soon again as long as nothing is known.
_EVERY, _SOON = 60.0, 1.0
# An answer that took longer says too little.
_SLOW = 1.0
# Less is measured anew by chance, and time need not go back for it.
_SLACK = timedelta(seconds=0.2)
_APART = timedelta(seconds=5)
_TIME = sa.select(sa.func.clock_timestamp(type_=sa.DateTime(timezone=True)))


class CommonClock:
    """PostgreSQL's time, measured now and then and counted on by a clock that never jumps; `run` until `stop`."""

    def __init__(self, database: Database, own: Callable[[], datetime]) -> None:
        """`own` is this machine's, which holds until the first measurement."""
        self._database = database
        self._own = own
        self._at = own()
        self._since = time.monotonic()
        self._known = False
        self._stopping = asyncio.Event()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._since)

    async def measure(self) -> None:
        """Of an answer that is slow, or does not come, nothing is learnt."""
        try:
            async with self._database.read() as session:
                connection = await session.connection()  # which may have to be opened first
                begun = time.monotonic()
                told = (await connection.execute(_TIME)).scalar_one()
                ended = time.monotonic()
        except Exception as error:
            if not is_away(error):
                raise
            return
        if ended - begun > _SLOW:
            return
        self._known = True
        there = told + timedelta(seconds=(ended - begun) / 2)
        if abs(there - self.now()) > _SLACK:
            self._at, self._since = there, ended
        here = self._own()
        if abs(here - there) > _APART:
            _log.warning("clock_apart", here=here.isoformat(), database=there.isoformat())

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(_EVERY if self._known else _SOON):
                    await self._stopping.wait()
            except TimeoutError:
                await self.measure()

    async def stop(self) -> None:
        self._stopping.set()
