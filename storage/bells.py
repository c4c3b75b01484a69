"""A hint that there is something to do: PostgreSQL's NOTIFY to all processes, on SQLite to this one. Who waits polls too."""

import asyncio
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, is_away

_log = structlog.get_logger(__name__)

_PATIENCE = 5.0
_ring = sa.text("SELECT pg_notify(:name, '')")


async def ring(connection: AsyncConnection, name: str) -> None:
    """Heard when the transaction commits, on SQLite by this process alone."""
    if connection.dialect.name != "sqlite":
        await connection.execute(_ring, {"name": name})
    elif (rung := vars(connection.dialect).get("rung")) is not None:
        rung.add(name)


class Bell:
    """Calls `heard` whenever another process, or this one, has rung. `run` listens until `stop`."""

    def __init__(self, database: Database, name: str, heard: Callable[[], None]) -> None:
        self._database = database
        self._name = name
        self._heard = heard
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        if self._database.is_sqlite:
            with self._database.hearing(self._name, self._heard):
                await self._stopping.wait()
            return
        while not self._stopping.is_set():
            try:
                await self._listen()
            except Exception as error:
                if not is_away(error):
                    raise
                _log.info("bell_out_of_hearing", error=type(error).__name__)
                await self._wait(self._stopping, _PATIENCE)

    async def stop(self) -> None:
        self._stopping.set()

    async def _listen(self) -> None:
        """On a connection of its own, which the pool would hand to others."""
        engine = self._database.migrator()
        lost = asyncio.Event()
        try:
            async with engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                driver.add_termination_listener(lambda _: lost.set())
                await driver.add_listener(self._name, lambda *_: self._heard())
                self._heard()  # what was rung before anybody listened
                while not self._stopping.is_set():
                    await self._wait(self._stopping, 1.0)
                    if lost.is_set():
                        raise ConnectionError("the connection that listens has ended")
        finally:
            await engine.dispose()

    @staticmethod
    async def _wait(event: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
