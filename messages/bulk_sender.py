"""The sender of what goes to many: broadcasts and digests, beside replies and never before them."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import broadcasts, claims, lessons, planner
from messages.broadcasts import Underway
from messages.claims import Ended, Outgoing, Place, Queue
from messages.contents import content_of
from messages.mailrooms import Mailroom, attempt
from messages.outbox import Lane
from messages.planner import Taken
from messages.ports import Content, DeliveryError, TextContent
from messages.sender import LEASE, POLL, deliver, tell, write_down
from messages.streaks import LONGEST, Streaks

_log = structlog.get_logger(__name__)

# Under way at once: what a process that is killed leaves as unknown.
TOGETHER = 32
# Looked at in one transaction, more where few of them may be sent now; still more would keep questions waiting.
_FEWEST, MOST = TOGETHER, 256
# Deliveries that end within that time are written down together.
_GATHERING = 0.02
# Where nothing arrives and there is no broadcast to pause.
_REST = timedelta(minutes=5)
# Where the rate holds messages back, some are let gather.
_BREATH = 0.05


class BulkSender:
    """Keeps up to TOGETHER deliveries under way; those that have ended and the next are written in one transaction."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._clock = mailroom.clock
        self._running: dict[int, Underway] = {}
        self._contents: dict[int, Content] = {}
        self._looked: dict[Queue, Place] = {}  # how far, where the rates hold back what was looked at
        self._later: dict[int | None, datetime] = {}
        self._under_way: set[asyncio.Task[Ended]] = set()
        self._ended: list[Ended] = []
        self._streaks = Streaks()
        self._look_at = _FEWEST
        self._slowed = False
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was queued: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`, and then until everything that was begun is written down."""
        while not self._stopping or self._under_way or self._ended:
            self._wake.clear()
            busy = await attempt(self.advance)
            if busy is None:
                await asyncio.sleep(POLL)
            elif not busy and not self._stopping:
                await self._pause(_BREATH if self._slowed else POLL)

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def deliver_due(self) -> int:
        """Everything that is due, as far as it may go now; returns how many messages were begun or put aside."""
        total = 0
        while (done := await self.advance()) or self._under_way or self._ended or self._looked:
            total += done
        return total

    async def advance(self) -> int:
        """One round: what has ended is settled, what is next is begun. Returns how many were begun or put aside."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_GATHERING)
            self._collect()
        now = self._clock()
        queues = [] if self._stopping else await self._due(now)
        if not queues and not self._ended:
            self._slowed = False
            return 0
        await self._prepare(queues, now)
        seen, left, begun = 0, 0, list[Outgoing]()
        async with self._database.connect() as connection:
            ended, stands = list(self._ended), {}
            if ended:
                stands = await write_down(connection, ended, self._mailroom.worker, now)
                await self._halt(connection, self._streaks.count(ended), now)
            for queue in queues:
                if self._is_ready(queue, now):
                    taken = await self._take(connection, queue, now, self._room() - len(begun))
                    begun += taken.outgoing
                    seen, left = seen + taken.seen, left + taken.left
                # What the rates hold back keeps nothing else waiting.
                if len(begun) >= self._room() or seen - left >= self._look_at or seen >= MOST:
                    break
        del self._ended[: len(ended)]
        tell(ended, stands)
        self._slowed = left > 0 and len(begun) < self._room()
        self._begin(begun, seen, left)
        return seen - left

    async def _halt(
        self, connection: AsyncConnection, broken: Mapping[int | None, str], now: datetime
    ) -> None:
        """A platform that is silent, or knows nobody, is not asked about everybody."""
        for number, reason in broken.items():
            if number is None:
                self._later[None] = now + _REST
                _log.error("bulk_rests", reason=reason)
            elif await broadcasts.pause(connection, number, f"{LONGEST} in a row: {reason}", now):
                _log.error("broadcast_paused", broadcast=number, reason=reason)

    async def _take(self, connection: AsyncConnection, queue: Queue, now: datetime, room: int) -> Taken:
        number = queue.broadcast_id
        if number is not None and not await broadcasts.runs(connection, number):
            return Taken()  # somebody paused or stopped it this moment
        terms = planner.terms_of(queue, self._running)
        given = self._mailroom, queue, terms, now, LEASE, room, self._look_at
        after = self._looked.pop(queue, None)
        taken = await planner.take(connection, *given, after)
        if after is not None and not taken.seen:
            return await planner.take(connection, *given)
        if taken.left and taken.upto is not None and len(taken.outgoing) < room:
            self._looked[queue] = taken.upto
        return taken

    def _room(self) -> int:
        return TOGETHER - len(self._under_way)

    async def _due(self, now: datetime) -> list[Queue]:
        """The queues in which something waits, urgent ones first."""
        if not self._room():
            return []
        async with self._database.read() as session:
            connection = await session.connection()
            running = await broadcasts.underway(connection)
            self._keep(running)
            urgent = [one for one in running if one.safety]
            others = [one for one in running if not one.safety]
            queues = [Queue(Lane.SAFETY), *(Queue(Lane.SAFETY, one.id) for one in urgent)]
            queues += [Queue(Lane.BULK), *(Queue(Lane.BULK, one.id) for one in others)]
            return [queue for queue in queues if await claims.is_due(connection, queue, now)]

    def _keep(self, running: list[Underway]) -> None:
        for one in running:
            if self._running.get(one.id) != one:
                self._contents.pop(one.id, None)
        self._running = {one.id: one for one in running}

    async def _prepare(self, queues: list[Queue], now: datetime) -> None:
        """Contents of the broadcasts that are next, pictures uploaded; no transaction waits for that."""
        for queue in queues:
            number = queue.broadcast_id
            if number is None or number in self._contents or now < self._later.get(number, now):
                continue
            try:
                self._contents[number] = await content_of(
                    self._database, self._mailroom.channel, self._running[number], now
                )
            except DeliveryError as error:
                _log.warning("broadcast_not_prepared", broadcast=number, reason=error.reason)
                self._later[number] = now + timedelta(seconds=max(error.wait, 5))
                if error.lesson in lessons.COUNTS:
                    await self._count_refusal(number, error)

    async def _count_refusal(self, broadcast_id: int, error: DeliveryError) -> None:
        async with self._database.connect() as connection:
            if await broadcasts.refuse(connection, broadcast_id, error.reason, self._clock()):
                _log.error("broadcast_paused", broadcast=broadcast_id, reason=error.reason)

    def _is_ready(self, queue: Queue, now: datetime) -> bool:
        if queue.broadcast_id is None:
            return now >= self._later.get(None, now)
        return queue.broadcast_id in self._contents

    def _begin(self, begun: list[Outgoing], seen: int, left: int) -> None:
        for outgoing in begun:
            content = self._content_of(outgoing, self._contents)
            work = deliver(self._mailroom.channel, outgoing, content, self._clock())
            self._under_way.add(asyncio.create_task(work, name="bulk-delivery"))
        # To look at more helps where many were put aside, and not where the rate leaves them waiting.
        aside = seen - left - len(begun)
        wider = self._look_at * 2 if aside >= self._look_at // 2 else self._look_at // 2
        self._look_at = min(MOST, max(_FEWEST, wider))

    @staticmethod
    def _content_of(outgoing: Outgoing, contents: Mapping[int, Content]) -> Content:
        number = outgoing.waiting.broadcast_id
        return TextContent(outgoing.waiting.body) if number is None else contents[number]

    def _collect(self) -> None:
        done = {task for task in self._under_way if task.done()}
        self._under_way -= done
        self._ended += [task.result() for task in done]

    async def _pause(self, seconds: float) -> None:
        waits = [asyncio.create_task(self._wake.wait()), *self._under_way]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waits[0].cancel()
