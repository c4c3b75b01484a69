"""What a process looks after beside its turns, again and again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from storage.database import is_away

_log = structlog.get_logger(__name__)


class Watch:
    """`run` looks until `stop`, every so many seconds, and again at once while it finds something to do."""

    def __init__(self, look: Callable[[], Awaitable[object]], seconds: float, waits: str) -> None:
        """`waits` is the event in the log when the database is away, which ends nothing."""
        self._look = look
        self._seconds = seconds
        self._waits = waits
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            if await self._found():
                continue
            try:
                async with asyncio.timeout(self._seconds):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def stop(self) -> None:
        self._stopping.set()

    async def _found(self) -> bool:
        try:
            return bool(await self._look())
        except Exception as error:
            if not is_away(error):
                raise
            _log.warning(self._waits, error=type(error).__name__)
            return False
