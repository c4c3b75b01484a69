"""Mass sends: batches are made, given to the platform, and closed by its report or by asking."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from messages import batches, broadcasts, closings, lessons
from messages.batches import Batch
from messages.broadcasts import Underway
from messages.contents import content_of
from messages.journal import Via
from messages.ports import Channel, DeliveryError, Future, Lesson
from messages.sender import LEASE, POLL
from storage.database import Database, is_away, is_lost

_log = structlog.get_logger(__name__)


class MassSender:
    """`run` works until `stop`; any number of processes share the work."""

    def __init__(
        self, database: Database, channel: Channel, worker: str, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._channel = channel
        self._worker = worker
        self._clock = clock
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = await self.deliver_due()
            except Exception as error:
                if not is_away(error) and not is_lost(error):
                    raise
                _log.warning("sender_waits", error=type(error).__name__)
                busy = 0
            if not busy:
                try:
                    async with asyncio.timeout(POLL):
                        await self._stopping.wait()
                except TimeoutError:
                    continue

    async def stop(self) -> None:
        self._stopping.set()

    async def deliver_due(self) -> int:
        """One round: broadcasts that have ended are closed, batches made, given and asked after; how many of them."""
        now = self._clock()
        async with self._database.read() as session:
            connection = await session.connection()
            running = {one.id: one for one in await broadcasts.underway(connection)}
            begun = await closings.open_ones(connection)
            over = [one for one in begun if await closings.is_over(connection, one, now)]
            busy = await batches.has_work(connection, now)
        done = 0
        for one in over:
            async with self._database.connect() as connection:
                done += await closings.close(connection, one, now)
        for broadcast in running.values():
            if broadcast.mass:
                async with self._database.connect() as connection:
                    done += await batches.make(connection, broadcast, now)
        return done + (await self._advance(running, now) if done or busy else 0)

    async def _advance(self, running: Mapping[int, Underway], now: datetime) -> int:
        """Give or ask after one batch; returns how many."""
        async with self._database.connect() as connection:
            batch = await batches.claim(connection, self._worker, now, LEASE)
        if batch is None:
            return 0
        if batch.msg_id is not None:
            await self._ask(batch, batch.msg_id)
        elif (
            batch.broadcast_id in running
        ):  # else it was resumed this moment: the lease ends, and it is given
            await self._give(batch, running[batch.broadcast_id])
        return 1

    async def _give(self, batch: Batch, broadcast: Underway) -> None:
        error, msg_id = None, ""
        try:
            content = await content_of(self._database, self._channel, broadcast, self._clock())
            msg_id = await self._channel.mass(batch.openids, content, batch.client_id)
        except DeliveryError as failed:
            error = failed
        except Exception:  # noqa: BLE001 - the sender's door: a bug in a channel must not stop other people's messages
            _log.exception("mass_bug", batch=batch.id)
            error = DeliveryError(Future.UNKNOWN, "a bug; see the log")
        now = self._clock()
        async with self._database.connect() as connection:
            if error is None:
                await batches.accept(connection, batch, msg_id, now)
                return
            _log.warning("mass_not_taken", batch=batch.id, people=len(batch.openids), reason=error.reason)
            if error.lesson is Lesson.FULL:
                await lessons.shut(connection, Via.MASS, error, now)
            await batches.refuse(connection, batch, error, now)

    async def _ask(self, batch: Batch, msg_id: str) -> None:
        """What became of it, where the report has not said so already, and who of them follows."""
        try:
            status = "SEND_SUCCESS" if batch.reached is not None else await self._channel.mass_status(msg_id)
            sent = status in ("SEND_SUCCESS", "DELETE")
            left = await self._channel.leavers(batch.openids) if sent else ()
        except DeliveryError as error:
            _log.warning("mass_status_unknown", batch=batch.id, reason=error.reason)
            async with self._database.connect() as connection:
                await batches.put_off(connection, batch, self._clock())
            return
        async with self._database.connect() as connection:
            if await batches.heed(connection, batch, status, self._clock()):
                await batches.conclude(connection, batch, left, self._clock())
