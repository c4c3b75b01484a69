"""The sender: delivers what is queued, in any process that plays the worker role."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from messages import credits, outbox
from messages.journal import Status
from messages.ports import Channel, DeliveryError, Future, TextContent
from storage.database import Database, is_away

_log = structlog.get_logger(__name__)

# Longer than a delivery can take with all its time-outs, so that a lease runs out only when its process is gone.
LEASE = timedelta(seconds=60)
# Sent at once: what a killed process had claimed it had begun to send.
_TOGETHER = 4
_POLL = 1.0


class Sender:
    """Claims, delivers and settles. Every row it claims is settled, also when it is told to stop."""

    def __init__(
        self, database: Database, channel: Channel, worker: str, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._channel = channel
        self._worker = worker
        self._clock = clock
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was queued: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`; a database that is away is waited for."""
        while not self._stopping:
            self._wake.clear()
            try:
                sent = await self.deliver_due()
            except Exception as error:
                if not is_away(error):
                    raise
                _log.warning("sender_waits", error=type(error).__name__)
                sent = 0
            if not sent:
                await self._pause()

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def deliver_due(self) -> int:
        """One round; returns how many messages were claimed."""
        now = self._clock()
        async with self._database.read() as session:
            if not await outbox.has_work(session, now):
                return 0
        async with self._database.connect() as connection:
            await outbox.abandon(connection, now)
            await outbox.expire(connection, now)
            claimed = await outbox.claim(connection, self._worker, now, LEASE, _TOGETHER)
        lines: dict[str, list[outbox.Outgoing]] = {}
        for outgoing in claimed:
            lines.setdefault(outgoing.openid, []).append(outgoing)
        await asyncio.gather(*(self._deliver_in_order(line) for line in lines.values()))
        return len(claimed)

    async def _deliver_in_order(self, line: list[outbox.Outgoing]) -> None:
        """What goes to one worker goes one after the other, as it was said."""
        for outgoing in line:
            await self._deliver(outgoing)

    async def _deliver(self, outgoing: outbox.Outgoing) -> None:
        error: DeliveryError | None = None
        try:
            await self._check_credit(outgoing)
            await self._channel.send(outgoing.openid, TextContent(outgoing.body))
        except DeliveryError as failed:
            error = failed
        except Exception:  # noqa: BLE001 - the sender's door: a bug in a channel must not stop other people's messages
            _log.exception("delivery_bug", message=outgoing.id)
            error = DeliveryError(Future.UNKNOWN, "a bug; see the log")
        status = await self._settle(outgoing, error)
        if error is not None:
            _log.warning("not_delivered", message=outgoing.id, status=status, reason=error.reason)

    async def _check_credit(self, outgoing: outbox.Outgoing) -> None:
        try:
            async with self._database.read() as session:
                left = await credits.left(session, outgoing.openid, self._clock(), outgoing.id)
        except Exception as error:
            if not is_away(error):
                raise
            raise DeliveryError(Future.RETRY, "the database was away") from error
        if not left:
            raise DeliveryError(Future.HELD, "no credit: it rides on the worker's next answer")

    async def _settle(self, outgoing: outbox.Outgoing, error: DeliveryError | None) -> Status | None:
        # What was sent must be written down before the lease ends, however often the database goes away meanwhile.
        while True:
            try:
                async with self._database.connect() as connection:
                    return await outbox.settle(connection, outgoing, self._worker, self._clock(), error)
            except Exception as away:
                if not is_away(away):
                    raise
                await asyncio.sleep(_POLL)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_POLL):
                await self._wake.wait()
        except TimeoutError:
            return
