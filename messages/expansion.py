"""A broadcast under way is given its deliveries: stretch by stretch, each with the cursor in one transaction.

So a process that is killed at any point leaves the broadcast where the next one goes on.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from messages import launches, outbox
from messages.audiences import Audiences, Stretch
from messages.broadcasts import State, broadcasts
from messages.drafts import readable
from messages.launches import Standing
from messages.outbox import Lane
from storage.database import Database, is_away, is_lost

_log = structlog.get_logger(__name__)

# People looked at in one transaction: short enough that a question in between is not kept waiting, which has to wait
# on SQLite alone.
STRETCH, _LONG_STRETCH = 500, 2_000
_POLL = 1.0


class Expansion:
    """`run` works until `stop`; any number of processes share the work."""

    def __init__(
        self,
        database: Database,
        audiences: Audiences,
        clock: Callable[[], datetime],
        stretch: int | None = None,
    ) -> None:
        self._database = database
        self._audiences = audiences
        self._clock = clock
        self._stretch = stretch or (STRETCH if database.is_sqlite else _LONG_STRETCH)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                moved = await self.move()
            except Exception as error:
                if not (is_away(error) or is_lost(error)):
                    raise
                _log.warning("expansion_waits", error=type(error).__name__)
                moved = False
            await self._pause(0 if moved else _POLL)

    async def stop(self) -> None:
        self._stopping.set()

    async def move(self) -> bool:
        """One stretch of each broadcast that has people left; False when none has."""
        growing = (
            sa.select(broadcasts.c.id, broadcasts.c.cursor, broadcasts.c.launched_at)
            .where(broadcasts.c.state == State.RUNNING, broadcasts.c.expanded_at.is_(None))
            .where(broadcasts.c.launched_at.is_not(None))
            .order_by(broadcasts.c.id)
        )
        # Read first, which keeps nobody waiting; what another process wrote meanwhile leaves the cursor elsewhere.
        async with self._database.read() as session:
            rows = (await session.execute(growing)).all()
            found = [await self._next(session, row.id, row.cursor, row.launched_at) for row in rows]
        grown = [
            await self._write(its, row.cursor, next) for row, (its, next) in zip(rows, found, strict=True)
        ]
        return any(grown)

    async def _next(
        self, session: AsyncSession, id: int, cursor: str, at: datetime
    ) -> tuple[Standing, Stretch]:
        its = await launches.standing(session, id)
        return its, await self._audiences.stretch(session, its.draft.conditions, at, cursor, self._stretch)

    async def _write(self, its: Standing, cursor: str, found: Stretch) -> bool:
        now = self._clock()
        where = broadcasts.c.id == its.id, broadcasts.c.state == State.RUNNING, broadcasts.c.cursor == cursor
        unfinished = broadcasts.c.expanded_at.is_(None)
        moved = {"expanded_at": now} if found.upto is None else {"cursor": found.upto}
        async with self._database.connect() as connection:
            done = await connection.execute(
                sa.update(broadcasts).where(*where, unfinished, broadcasts.c.until > now).values(moved)
            )
            if not done.rowcount:
                return False
            lane = Lane.SAFETY if its.draft.safety else Lane.BULK
            await outbox.expand(
                connection, its.id, found.openids, readable(its.draft), lane, its.draft.until, now
            )
        if found.upto is None:
            _log.info("broadcast_expanded", broadcast=its.id)
        return True

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
