"""A process that gives out deliveries, slowly enough to be killed in the middle."""

import asyncio
import sys
from datetime import UTC, datetime

from messages.audiences import Audiences
from messages.expansion import Expansion
from storage.database import Database
from union.audiences import QUERIES


async def expand(url: str) -> None:
    expansion = Expansion(Database(url), Audiences(QUERIES), lambda: datetime.now(UTC), stretch=7)
    while await expansion.move():
        await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(expand(sys.argv[1]))
