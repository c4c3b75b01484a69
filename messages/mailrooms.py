"""What the senders of one process share: where they read, by what they send, and in whose name they claim."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages.ports import Channel
from messages.routes import USUAL, Rates
from storage.database import Database, is_away, is_lost

_log = structlog.get_logger(__name__)

# The kinds of work of these people, of whom it is known.
Occupations = Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, str]]]


async def unknown_work(connection: AsyncConnection, openids: Collection[str]) -> Mapping[str, str]:
    """For whoever has no roll of members: nights are quiet, no other hours."""
    return {}


@dataclass(frozen=True, slots=True)
class Mailroom:
    """`worker` is this process's name, which no other ever had; `rates` are those of all processes together."""

    database: Database
    channel: Channel
    worker: str
    clock: Callable[[], datetime]
    occupations: Occupations = unknown_work
    rates: Rates = USUAL


async def attempt(work: Callable[[], Awaitable[int]]) -> int | None:
    """A round of work, by how much it did; None when the database was away, which is waited for."""
    try:
        return await work()
    except Exception as error:
        if not is_away(error) and not is_lost(error):
            raise
        _log.warning("sender_waits", error=type(error).__name__)
        return None
