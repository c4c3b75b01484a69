"""Turns that outlast WeChat's patience: stored as received, answered later as a customer-service message."""

import asyncio
import base64
from collections import deque
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.stage import Played, Stage, arrival, without, write
from dialogue import conversations
from dialogue.contexts import NeedsDatabase
from dialogue.conversations import Conversation, Outrun
from messages import journal
from messages.journal import Status
from messages.outbox import Given
from storage.database import Database, is_away, is_lost
from storage.encryption import Keyring, WrongKey
from wechat.incoming import Incoming, Malformed

_log = structlog.get_logger(__name__)

# A turn that is still at work then is a bug. One that stores holds SQLite's only writer, and others wait for it.
TURN_SECONDS = 20.0
STORING_SECONDS = 4.0
# Longer than a turn, so that a lease runs out only when its process is gone or has a long line of turns to play.
LEASE = timedelta(seconds=30)
_TRIES = 5
# Late turns that store wait here for each other rather than in the database, where they would hold its connections.
_AT_ONCE = 2
_PLACE = "messages.payload"


class LostLease(Exception):
    """Another process has taken the message over; what this one did is undone."""


class _Crowded(Exception):
    """A turn that stores waited too long for rows that others hold; it is run again."""


@dataclass(frozen=True, slots=True)
class _Late:
    incoming: Incoming
    row: int
    claims: Callable[[], bool]
    answered: Callable[[str | None, Given | None], Awaitable[None]]


async def _unheard(text: str | None, given: Given | None) -> None:
    """An orphan's answer: nobody waits for it."""


class LateTurns:
    """Late turns of this process, in order for each worker, and orphans of processes that died."""

    def __init__(
        self, database: Database, stage: Stage, worker: str, queued: Callable[[], None], keyring: Keyring
    ) -> None:
        """What waits is sealed with the keyring: it holds the worker's words as they came."""
        self._database = database
        self._stage = stage
        self._keyring = keyring
        self._worker = worker
        self._queued = queued
        self._waiting: dict[str, deque[_Late]] = {}
        self._rows: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._storing = asyncio.Semaphore(_AT_ONCE)
        self.freed: Callable[[], None] = lambda: None

    @property
    def busy(self) -> Container[str]:
        """Workers with a late turn: their next turn waits for it."""
        return self._waiting

    async def receive(self, connection: AsyncConnection, incoming: Incoming) -> int:
        """Store a message to be answered later, under this process's lease; returns its row."""
        now = self._stage.clock()
        entry = arrival(incoming, now, Status.RECEIVED)
        known = (await conversations.load(connection, [incoming.openid])).get(incoming.openid)
        # What answers a form may be private; it is written with the answer.
        body = "" if known and known.forms else without(known.masks if known else (), entry.body)
        entry = replace(entry, body=body)
        sealed = base64.b64encode(self._keyring.seal(_PLACE, incoming.to_json())).decode()
        return await journal.receive(connection, entry, sealed, self._worker, now + LEASE)

    def add(
        self,
        incoming: Incoming,
        row: int,
        claims: Callable[[], bool] = lambda: False,
        answered: Callable[[str | None, Given | None], Awaitable[None]] = _unheard,
    ) -> None:
        """Play a received message after those of the same worker.

        `claims` is asked before the commit whether somebody waits for the reply and so takes it passively; `answered`
        hears after it what there is to take.
        """
        if row in self._rows:
            return
        self._rows.add(row)
        late = _Late(incoming, row, claims, answered)
        if incoming.openid in self._waiting:
            self._waiting[incoming.openid].append(late)
            return
        self._waiting[incoming.openid] = deque([late])
        task = asyncio.create_task(self._work(incoming.openid), name="late-turns")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def adopt(self) -> int:
        """Take over what another process left; returns how many messages."""
        now = self._stage.clock()
        async with self._database.read() as session:
            if not await journal.has_orphans(session, now):
                return 0
        async with self._database.connect() as connection:
            orphans = await journal.adopt(connection, self._worker, now, now + LEASE)
        for row, payload in orphans:
            try:
                self.add(self._opened(payload), row)
            except (WrongKey, Malformed) as error:
                _log.error("orphan_cannot_be_read", row=row, error=type(error).__name__)
        return len(orphans)

    def _opened(self, payload: str) -> Incoming:
        # A version before kept it in clear, and may have died in between.
        if payload.startswith("{"):
            return Incoming.from_json(payload)
        return Incoming.from_json(self._keyring.unseal(_PLACE, base64.b64decode(payload)))

    async def drain(self, seconds: float) -> None:
        """Let late turns finish for that long; what is left another process may adopt at once."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        try:
            async with self._database.connect() as connection:
                await journal.let_go(connection, self._worker, self._stage.clock())
        except Exception as error:
            if not is_away(error):
                raise
            _log.warning("late_turns_keep_their_lease", error=type(error).__name__)

    async def _work(self, openid: str) -> None:
        line = self._waiting[openid]
        try:
            while line:
                await self._answer(line[0])
                self._rows.discard(line.popleft().row)
        except Exception as error:  # noqa: BLE001 - part of the turns' door: the rows keep their lease and are adopted
            if is_away(error):
                _log.warning("late_turn_waits", error=type(error).__name__)
            else:
                _log.exception("late_turn_failed")
        finally:
            del self._waiting[openid]
            self.freed()
            for late in line:
                self._rows.discard(late.row)
                await late.answered(None, None)

    async def _answer(self, late: _Late) -> None:
        refused: IntegrityError | None = None
        for patience in reversed(range(_TRIES)):
            try:
                return await self._give(late, *await self._attempt(late, patience))
            except (Outrun, _Crowded):
                continue
            except LostLease:
                return await late.answered(None, None)
            except DBAPIError as error:
                refused = error if isinstance(error, IntegrityError) else None
                if refused is None and not is_lost(error):
                    raise
        _log.error("late_turn_outrun", row=late.row)
        if refused is None:
            return await late.answered(None, None)
        # Nobody was quicker each time: it is a bug, and would be one for whoever adopts the message.
        async with self._database.read() as session:
            known = await self._conversation(await session.connection(), late)
        failed = self._stage.failed(late.incoming, known, self._stage.clock(), refused, late.row)
        return await self._give(late, *await self._finish(late, failed))

    async def _give(self, late: _Late, played: Played, reply: int | None) -> None:
        passive = reply is not None and played.entry.passive
        given = Given(reply) if reply is not None and passive else None
        await late.answered(played.entry.reply if passive else None, given)
        self._queued()

    async def _attempt(self, late: _Late, patience: int) -> tuple[Played, int | None]:
        async with self._database.read() as session:
            known = await self._conversation(await session.connection(), late)
        now = self._stage.clock()
        try:
            if self._stage.route(late.incoming, known).stores:
                return await self._store(late, patience)
            # It needs no transaction: nobody else has to wait while it takes its time.
            async with asyncio.timeout(TURN_SECONDS):
                played = await self._stage.play(None, late.incoming, known, now, late.row)
        except NeedsDatabase:
            return await self._store(late, patience)
        except TimeoutError as error:
            played = self._stage.failed(late.incoming, known, now, error, late.row)
        return await self._finish(late, played)

    async def _store(self, late: _Late, patience: int) -> tuple[Played, int | None]:
        try:
            async with self._storing:
                return await self._finish(late, None)
        except TimeoutError:
            # SQLite has one writer, so that no row is waited for: there the turn itself takes too long.
            if patience and not self._database.is_sqlite:
                raise _Crowded from None
            raise

    async def _finish(self, late: _Late, played: Played | None) -> tuple[Played, int | None]:
        """Write a turn that was played, or play and write it in one transaction; raises TimeoutError and LostLease."""
        async with self._database.connect() as connection:
            if played is None:
                known = await self._conversation(connection, late)
                async with asyncio.timeout(STORING_SECONDS):
                    now = self._stage.clock()
                    played = await self._stage.play(connection, late.incoming, known, now, late.row)
            played = replace(played, entry=replace(played.entry, passive=late.claims()))
            if not await journal.finish(connection, played.entry, self._worker):
                raise LostLease
            (reply,) = await write(connection, [played], self._stage.clock())
        return played, reply

    @staticmethod
    async def _conversation(connection: AsyncConnection, late: _Late) -> Conversation | None:
        openid = late.incoming.openid
        return (await conversations.load(connection, [openid])).get(openid)
