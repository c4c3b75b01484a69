"""Numbers that may take long to count: of many rows they are counted beside the turn, which others wait for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database

Number = TypeVar("Number")

# Of so many rows a turn counts by itself.
FEW = 20_000
# So long a turn waits for a count beside it, and so long the next one finds what came of it.
_PATIENCE = 0.1
_FRESH = 60.0


class Counts:
    """What was asked for and could not be told at once is there when it is asked for again."""

    def __init__(self, database: Database, few: int = FEW) -> None:
        self._database = database
        self._few = few
        self._tasks: dict[object, tuple[float, asyncio.Task[Any]]] = {}

    async def tell(
        self,
        session: AsyncSession,
        key: object,
        rows: "sa.Select[Any]",
        count: Callable[[AsyncSession], Awaitable[Number]],
    ) -> Number | None:
        """None: they are being counted. `rows` are those that must be looked at."""
        if (await session.execute(rows.offset(self._few).limit(1))).first() is None:
            return await count(session)
        now = asyncio.get_running_loop().time()
        self._tasks = {
            one: (since, task)
            for one, (since, task) in self._tasks.items()
            if not task.done() or now - since < _FRESH
        }
        if key not in self._tasks:
            self._tasks[key] = now, asyncio.create_task(self._count(count), name="count")
        task: asyncio.Task[Number] = self._tasks[key][1]
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        if not done:
            return None
        self._tasks.pop(key, None)
        return task.result()

    async def _count(self, count: Callable[[AsyncSession], Awaitable[Number]]) -> Number:
        async with self._database.read() as session:
            return await count(session)
