"""Mass sends: batches are made, given to the platform, and closed by its report or by asking."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import batches, broadcasts, closings, lessons, mailings, verdicts
from messages.batches import Batch
from messages.broadcasts import Underway
from messages.contents import content_of
from messages.journal import Via
from messages.mailrooms import Mailroom, attempt
from messages.ports import DeliveryError, Future, Lesson
from messages.reasons import Reason
from messages.sender import LEASE, POLL
from storage.database import is_away, is_lost

_log = structlog.get_logger(__name__)


class MassSender:
    """`run` works until `stop`; any number of processes share the work."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._channel = mailroom.channel
        self._clock = mailroom.clock
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            if not await attempt(self.deliver_due):
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
                    done += await mailings.make(connection, broadcast, self._mailroom.occupations, now)
        return done + (await self._advance(running, now) if done or busy else 0)

    async def _advance(self, running: Mapping[int, Underway], now: datetime) -> int:
        """Give or ask after one batch; returns how many."""
        async with self._database.connect() as connection:
            batch = await batches.claim(connection, self._mailroom, now, LEASE)
        if batch is None:
            return 0
        if batch.msg_id is not None:
            await self._ask(batch, batch.msg_id)
        else:
            await self._give(batch, running.get(batch.broadcast_id))
        return 1

    async def _give(self, batch: Batch, broadcast: Underway | None) -> None:
        error, msg_id, given = None, "", False
        try:
            content = (
                None
                if broadcast is None
                else await content_of(self._database, self._channel, broadcast, self._clock())
            )
            if content is None or not await self._runs(batch.broadcast_id):
                await self._give_back(batch)
                return
            given = True
            msg_id = await self._channel.mass(batch.openids, content, batch.client_id)
        except DeliveryError as failed:
            error = failed
        except Exception as bug:
            if is_away(bug) or is_lost(bug):
                raise  # ours, before it was given: its lease ends, and it is given again
            _log.exception("mass_bug", batch=batch.id)
            error = DeliveryError(Future.UNKNOWN, Reason.BUG)
        async with self._database.connect() as connection:
            if error is None:
                await verdicts.accept(connection, batch, msg_id, self._clock())
            else:
                await self._refuse(connection, batch, error, given=given)

    async def _give_back(self, batch: Batch) -> None:
        async with self._database.connect() as connection:
            await batches.give_back(connection, batch, self._clock())

    async def _runs(self, broadcast_id: int) -> bool:
        """Asked last of all, for an upload takes its time."""
        async with self._database.read() as session:
            return await broadcasts.runs(session, broadcast_id)

    async def _refuse(
        self, connection: AsyncConnection, batch: Batch, error: DeliveryError, *, given: bool
    ) -> None:
        now = self._clock()
        _log.warning("mass_not_taken", batch=batch.id, people=len(batch.openids), reason=error.reason)
        if await batches.holds(connection, batch):
            await batches.refuse(connection, batch, error, now, given=given)
        if error.lesson is Lesson.FULL:
            await lessons.shut(connection, Via.MASS, error, now)

    async def _ask(self, batch: Batch, msg_id: str) -> None:
        """What became of it, where the report has not said so already, and who of them follows."""
        try:
            status = "SEND_SUCCESS" if batch.reached is not None else await self._channel.mass_status(msg_id)
            sent = status in ("SEND_SUCCESS", "DELETE")
            left = await self._leavers(batch) if sent else ()
        except DeliveryError as error:
            _log.warning("mass_status_unknown", batch=batch.id, reason=error.reason)
            status, left = "", ()
        async with self._database.connect() as connection:
            if await batches.holds(connection, batch) and await verdicts.heed(
                connection, batch, status, self._clock()
            ):
                await verdicts.conclude(connection, batch, left, self._clock())

    async def _leavers(self, batch: Batch) -> Collection[str]:
        """Well before the lease ends. Raises DeliveryError where asking again makes sense; who cannot be told of is none."""
        try:
            async with asyncio.timeout(LEASE.total_seconds() / 2):
                return await self._channel.leavers(batch.openids)
        except (DeliveryError, TimeoutError) as error:
            _log.warning("mass_leavers_unknown", batch=batch.id, reason=str(error))
            again = isinstance(error, TimeoutError) or error.future is Future.RETRY
            if again and verdicts.may_wait(batch, self._clock()):
                raise DeliveryError(Future.RETRY, str(error)) from error
            return ()
