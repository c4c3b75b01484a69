"""Photos that were answered with are fetched in the background: no turn waits for the platform."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from dialogue import Teller
from dialogue.photos import PhotoLost, Why
from messages import photos
from messages.photos import Wanted
from messages.ports import DeliveryError, Future, Media, TooLarge
from storage.database import Database

_log = structlog.get_logger(__name__)

_AT_ONCE = 4
# Longer than a call takes.
_LEASE = timedelta(seconds=60)


class Photos:
    """Any number of processes share the work."""

    def __init__(
        self, database: Database, media: Media, teller: Teller, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._media = media
        self._teller = teller
        self._clock = clock

    async def fetch_due(self) -> int:
        """Fetch some of those that are due; returns how many."""
        async with self._database.read() as session:
            if not await photos.has_work(session, self._clock()):
                return 0
        async with self._database.write() as session:
            wanted = await photos.claim(session, self._clock(), _LEASE, _AT_ONCE)
        await asyncio.gather(*map(self._fetch, wanted))
        return len(wanted)

    async def _fetch(self, wanted: Wanted) -> None:
        try:
            content = await self._media.fetch(wanted.media_id, photos.MOST_BYTES)
        except TooLarge:
            await self._lose(wanted, Why.LARGE, "too large")
        except DeliveryError as error:
            await self._fail(wanted, error)
        else:
            await self._keep(wanted, content)

    async def _keep(self, wanted: Wanted, content: bytes) -> None:
        kind = photos.kind_of(content)
        if kind is None:
            return await self._lose(wanted, Why.NO_PICTURE, "no picture by its content")
        async with self._database.write() as session:
            await photos.keep(session, wanted, content, kind)
        return None

    async def _fail(self, wanted: Wanted, error: DeliveryError) -> None:
        if error.future is not Future.REFUSED:
            async with self._database.write() as session:
                if await photos.try_again(session, wanted, error.reason, self._clock(), error.wait):
                    return
        await self._lose(wanted, Why.GONE, error.reason)

    async def _lose(self, wanted: Wanted, why: Why, reason: str) -> None:
        _log.warning("photo_lost", photo=wanted.id, reason=reason)
        async with self._database.write() as session:
            if await photos.lose(session, wanted, reason):
                await self._teller.tell(session, [PhotoLost(wanted.openid, why)], self._clock())
