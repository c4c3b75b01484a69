"""The map of the stations is drawn anew beside the turns, which a large one would keep waiting."""

import asyncio

import structlog

from storage.database import Database, is_away
from union.atlas import Atlas

_log = structlog.get_logger(__name__)

_POLL = 2.0


class Surveyor:
    """`run` follows the stations in the database until `stop`."""

    def __init__(self, database: Database, atlas: Atlas) -> None:
        self._database = database
        self._atlas = atlas
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                async with self._database.read() as session:
                    await self._atlas.refresh(session)
            except Exception as error:
                if not is_away(error):
                    raise
                _log.warning("surveyor_waits", error=type(error).__name__)
            try:
                async with asyncio.timeout(_POLL):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def stop(self) -> None:
        self._stopping.set()
