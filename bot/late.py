"""Turns that outlast WeChat's patience: stored as received, answered later as a customer-service message."""

import asyncio
from collections import deque
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.stage import Played, Stage, readable, write
from dialogue import conversations
from dialogue.conversations import Outrun
from messages import journal, outbox
from messages.journal import Entry, Status
from storage.database import AWAY, Database
from wechat.incoming import Incoming

_log = structlog.get_logger(__name__)

# A turn that is still at work then is a bug.
TURN_SECONDS = 20.0
# Longer than the turn, so that a lease runs out only when its process is gone.
LEASE = timedelta(seconds=30)
_POLL = 2.0
_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Late:
    incoming: Incoming
    row: int
    awaited: Callable[[], bool]
    answered: Callable[[str | None], bool]


class LateTurns:
    """Late turns of this process, in order for each worker, and orphans of processes that died."""

    def __init__(self, database: Database, stage: Stage, worker: str, queued: Callable[[], None]) -> None:
        self._database = database
        self._stage = stage
        self._worker = worker
        self._queued = queued
        self._waiting: dict[str, deque[_Late]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self.freed: Callable[[], None] = lambda: None

    @property
    def busy(self) -> Container[str]:
        """Workers with a late turn: their next turn waits for it."""
        return self._waiting

    async def receive(self, connection: AsyncConnection, incoming: Incoming) -> int:
        """Store a message to be answered later, under this process's lease; returns its row."""
        now = self._stage.clock()
        entry = Entry(
            wire_id=incoming.wire_id,
            openid=incoming.openid,
            kind=incoming.kind[:64],
            body=readable(incoming),
            created_at=now,
            status=Status.RECEIVED,
        )
        return await journal.receive(connection, entry, incoming.to_json(), self._worker, now + LEASE)

    def add(
        self,
        incoming: Incoming,
        row: int,
        awaited: Callable[[], bool] = lambda: False,
        answered: Callable[[str | None], bool] = lambda text: False,
    ) -> None:
        """Play a received message after those of the same worker.

        Once it is written, `answered` hears the text that goes out passively, or None, and says whether it was taken.
        """
        line = self._waiting.get(incoming.openid)
        if line is not None:
            line.append(_Late(incoming, row, awaited, answered))
            return
        self._waiting[incoming.openid] = deque([_Late(incoming, row, awaited, answered)])
        task = asyncio.create_task(self._work(incoming.openid), name="late-turns")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run(self) -> None:
        """Adopt orphans until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.adopt()
            except AWAY as error:
                _log.warning("orphans_wait", error=type(error).__name__)
            try:
                async with asyncio.timeout(_POLL):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def adopt(self) -> int:
        """Take over what another process left; returns how many messages."""
        now = self._stage.clock()
        async with self._database.read() as session:
            if not await journal.has_orphans(session, now):
                return 0
        async with self._database.connect() as connection:
            orphans = await journal.adopt(connection, self._worker, now, now + LEASE)
        for row, payload in orphans:
            self.add(Incoming.from_json(payload), row)
        return len(orphans)

    async def end(self) -> None:
        """Adopt no more."""
        self._stopping.set()

    async def drain(self, seconds: float) -> None:
        """Let late turns finish for that long; what is left another process may adopt at once."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        try:
            async with self._database.connect() as connection:
                await journal.let_go(connection, self._worker, self._stage.clock())
        except AWAY as error:
            _log.warning("late_turns_keep_their_lease", error=type(error).__name__)

    async def _work(self, openid: str) -> None:
        line = self._waiting[openid]
        try:
            while line:
                await self._answer(line[0])
                line.popleft()
        except AWAY as error:
            # The rows keep their lease until it runs out; then they are adopted.
            _log.warning("late_turn_waits", error=type(error).__name__)
        finally:
            for late in line:
                late.answered(None)
            del self._waiting[openid]
            self.freed()

    async def _answer(self, late: _Late) -> None:
        for _ in range(_TRIES):
            try:
                played, reply = await self._attempt(late)
            except (Outrun, IntegrityError):
                continue
            passive = reply is not None and played.entry.passive
            taken = late.answered(played.entry.reply if passive else None)
            if reply is not None and passive and not taken:
                # WeChat has been told `success` meanwhile and will not ask again.
                async with self._database.connect() as connection:
                    await outbox.take_back(connection, [reply], self._stage.clock())
            self._queued()
            return
        _log.error("late_turn_outrun", row=late.row)
        late.answered(None)

    async def _attempt(self, late: _Late) -> tuple[Played, int | None]:
        incoming = late.incoming
        async with self._database.read() as session:
            known = (await conversations.load(await session.connection(), [incoming.openid])).get(
                incoming.openid
            )
        early = None
        if not self._stage.route(incoming, known).stores:
            # It needs no transaction: nobody else has to wait while it takes its time.
            early = await self._play(late, None, known)
        async with self._database.connect() as connection:
            if early is None:
                known = (await conversations.load(connection, [incoming.openid])).get(incoming.openid)
            played = early or await self._play(late, connection, known)
            played = replace(played, entry=replace(played.entry, passive=late.awaited()))
            if not await journal.finish(connection, played.entry, self._worker):
                return played, None
            (reply,) = await write(connection, [played], self._stage.clock())
        return played, reply

    async def _play(
        self, late: _Late, connection: AsyncConnection | None, known: conversations.Conversation | None
    ) -> Played:
        now = self._stage.clock()
        try:
            async with asyncio.timeout(TURN_SECONDS):
                return await self._stage.play(connection, late.incoming, known, now, late.row)
        except TimeoutError as error:
            return self._stage.failed(late.incoming, known, now, error, late.row)
