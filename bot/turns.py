"""Turns: one at a time per worker, those that wait together share one commit, and WeChat is answered after it."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import LATER, WECHAT, Answer, Delivery, Pace, Turn
from bot.late import LateTurns
from bot.metrics import GROUP_SIZE
from bot.stage import Played, Stage, write
from dialogue import conversations
from dialogue.contexts import Look
from dialogue.conversations import Outrun
from messages import journal, outbox
from messages.journal import Recorded
from messages.outbox import Given
from storage.database import Database, is_away, is_lost
from wechat.incoming import Incoming

_log = structlog.get_logger(__name__)

_GROUP = 128
# A group that has taken so long is committed as far as it got: it may hold rows that other processes wait for, and
# what it did would be lost if a later turn were too slow.
GROUP_SECONDS = 0.4
_TIMED = 0.05
_TRIES = 5
# What arrives within these seconds shares one read and one commit: under load that saves a tenth of a message's work.
_GATHERING = 0.003
_SWEEP = 0.1
# By then WeChat has made its three attempts, five seconds each.
RETRIES_OVER = timedelta(seconds=15)


class TooSlow(Exception):
    """A capability took longer than a turn may take in its group."""


class StorageAway(Exception):
    """The message could not be stored: WeChat must deliver it again."""


class Turns:
    """The process's turns. `run` works through them until `stop`; `take` is called by the webhook."""

    def __init__(
        self, database: Database, stage: Stage, worker: str, late: LateTurns, pace: Pace = WECHAT
    ) -> None:
        self._database = database
        self._stage = stage
        self._worker = worker
        self._late = late
        self._pace = pace
        self._running: dict[str, Turn] = {}
        self._pending: deque[Turn] = deque()
        self._filled = asyncio.Event()
        self._stopping = False
        late.freed = self._filled.set

    async def take(self, incoming: Incoming, alive: Callable[[], bool]) -> Answer:
        """The answer to a delivery, new or repeated. Raises StorageAway when it could not even be stored."""
        turn = self._running.get(incoming.wire_id)
        if turn is None:
            turn = self._running[incoming.wire_id] = Turn(incoming)
            self._pending.append(turn)
            self._filled.set()
        delivery = Delivery(alive, asyncio.get_running_loop())
        turn.deliveries.append(delivery)
        return await delivery.answer

    async def run(self) -> None:
        """Until `stop`, and then until nothing is left that can be answered."""
        sweeper = asyncio.create_task(self._sweep(), name="turns-sweeper")
        try:
            while self._pending or not self._stopping:
                self._filled.clear()
                if self._pending:
                    await self._gather()
                group = self._select()
                if group:
                    await self._settle(group)
                else:
                    await self._filled.wait()
        finally:
            sweeper.cancel()

    async def stop(self) -> None:
        self._stopping = True
        self._filled.set()

    async def _gather(self) -> None:
        """While messages keep coming, for a moment at most: what is read together shares its commit."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _GATHERING
        count = 0
        while count < len(self._pending) < _GROUP and loop.time() < until:
            count = len(self._pending)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    def _select(self) -> list[Turn]:
        """The next group: at most one turn a worker, in order of arrival; turns out of time are only stored."""
        group: list[Turn] = []
        kept: list[Turn] = []
        taken: set[str] = set()
        while self._pending and len(group) < _GROUP:
            turn = self._pending.popleft()
            openid = turn.incoming.openid
            if openid in taken or (openid in self._late.busy and not turn.only_store):
                kept.append(turn)
            else:
                group.append(turn)
            taken.add(openid)
        out_of_time = [turn for turn in group if turn.only_store]
        if out_of_time:
            # By themselves, so that no slow turn in the same group can undo their storing.
            kept = [turn for turn in group if not turn.only_store] + kept
        self._pending.extendleft(reversed(kept))
        return out_of_time or group

    async def _settle(self, group: list[Turn]) -> None:
        """One commit for the group; one that fails for one of its turns is run again turn by turn."""
        try:
            await self._commit(group)
        except TooSlow:
            self._pending.extendleft(reversed(group))
        except Exception as error:  # noqa: BLE001 - part of the turns' door: every turn of the group gets an answer
            if is_away(error):
                self._refuse(group, error)
                await asyncio.sleep(_SWEEP)
            else:
                _log.info("group_runs_one_by_one", error=type(error).__name__, turns=len(group))
                await self._one_by_one(group)

    async def _one_by_one(self, group: list[Turn]) -> None:
        for position, turn in enumerate(group):
            turn.tries += 1
            try:
                await self._commit([turn])
            except TooSlow:
                self._pending.appendleft(turn)
            except Exception as error:  # noqa: BLE001 - the same door, for one turn
                if is_away(error):
                    return self._refuse(group[position:], error)
                if (isinstance(error, Outrun | IntegrityError) or is_lost(error)) and turn.tries < _TRIES:
                    # The other process is done now: the next look finds its row, or a newer conversation.
                    self._pending.appendleft(turn)
                else:
                    await self._give_up(turn, error)
        return None

    async def _give_up(self, turn: Turn, error: Exception) -> None:
        """What cannot be written as it is, is written as failed; if that fails too WeChat is told to try again."""
        played = self._stage.failed(turn.incoming, None, self._stage.clock(), error, passive=turn.awaited)
        failed = replace(played, entry=replace(played.entry, body=""))
        try:
            async with self._database.connect() as connection:
                rows = await journal.enter(connection, [failed.entry], self._stage.clock())
        except Exception as worse:  # noqa: BLE001 - the same door, when even the failure cannot be written
            if not is_away(worse):
                _log.exception("failure_not_written", kind=turn.incoming.kind)
            self._refuse([turn], worse)
        else:
            await self._resolve([(turn, _answer(failed, rows[0]))])

    def _refuse(self, turns: list[Turn], error: Exception) -> None:
        """Nothing was stored: WeChat is asked to deliver again."""
        _log.warning("storage_away", error=type(error).__name__, turns=len(turns))
        for turn in turns:
            self._close(turn).fail(StorageAway())

    async def _commit(self, group: list[Turn]) -> None:
        GROUP_SIZE.observe(len(group))
        async with self._database.connect() as connection:
            known = await journal.recorded(connection, [turn.incoming.wire_id for turn in group])
            answers = [
                (turn, await _again(connection, known[turn.incoming.wire_id]))
                for turn in group
                if turn.incoming.wire_id in known
            ]
            fresh = [turn for turn in group if turn.incoming.wire_id not in known]
            late = [turn for turn in fresh if turn.only_store]
            received = [(turn, await self._late.receive(connection, turn.incoming)) for turn in late]
            playable = [turn for turn in fresh if turn not in late]
            played = await self._play(connection, playable)
            rows = await write(connection, [one for _, one in played], self._stage.clock())
        answers += [(turn, _answer(one, row)) for (turn, one), row in zip(played, rows, strict=True)]
        for turn, row_received in received:
            self._defer(turn, row_received)
        self._pending.extendleft(reversed(playable[len(played) :]))
        await self._resolve(answers)

    async def _play(self, connection: AsyncConnection, turns: list[Turn]) -> list[tuple[Turn, Played]]:
        """Each turn in order, as many as there is time for, and none after one that hurries; at least one.

        One that takes too long is marked to be stored only, and TooSlow ends the group.
        """
        states = await conversations.load(connection, [turn.incoming.openid for turn in turns])
        now = self._stage.clock()
        loop = asyncio.get_running_loop()
        played: list[tuple[Turn, Played]] = []
        looked: dict[Look[Any], Any] = {}
        began = timed = loop.time()
        try:
            async with asyncio.timeout(self._pace.turn) as limit:
                for turn in turns:
                    at = loop.time()
                    if played and at - began > GROUP_SECONDS:
                        break
                    if at - timed > _TIMED:  # a timer for each costs as much as a tenth of a turn
                        limit.reschedule(at + self._pace.turn)
                        timed = at
                    state = states.get(turn.incoming.openid)
                    one = await self._stage.play(
                        connection, turn.incoming, state, now, passive=turn.awaited, looked=looked
                    )
                    played.append((turn, one))
                    if one.hurries:
                        break
        except TimeoutError:
            turns[len(played)].only_store = True
            raise TooSlow from None
        return played

    async def _resolve(self, answers: list[tuple[Turn, Answer]]) -> None:
        """Give the answers. A passive reply nobody was there to take: a redelivery may fetch it, else it is sent."""
        untaken = [answer.given for turn, answer in answers if not self._close(turn).resolve(answer)]
        await self._take_back([given for given in untaken if given], RETRIES_OVER)

    async def _take_back(self, given: list[Given], after: timedelta) -> None:
        while given:
            try:
                async with self._database.connect() as connection:
                    await outbox.take_back(connection, given, self._stage.clock() + after)
                given = []
            except Exception as error:
                if not is_away(error):
                    raise
                await asyncio.sleep(_SWEEP)

    def _defer(self, turn: Turn, row: int) -> None:
        turn.stored = True

        def claims() -> bool:
            turn.committing = turn.awaited
            return turn.committing

        async def answered(text: str | None, given: Given | None) -> None:
            turn.committing = False
            await self._resolve([(turn, Answer(text, given))])

        self._late.add(turn.incoming, row, claims, answered)

    def _close(self, turn: Turn) -> Turn:
        self._running.pop(turn.incoming.wire_id, None)
        return turn

    async def _sweep(self) -> None:
        """Gives up on time: what waits too long is stored only, and what cannot be stored is refused."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP)
            now = loop.time()
            for turn in list(self._running.values()):
                for delivery in turn.deliveries:
                    if not delivery.answer.done():
                        self._check(turn, delivery, now - delivery.since)

    def _check(self, turn: Turn, delivery: Delivery, waited: float) -> None:
        if waited < self._pace.budget:
            return
        if turn.stored and not turn.committing:
            delivery.answer.set_result(LATER)
        elif waited > self._pace.last_call:
            delivery.answer.set_exception(StorageAway())
        elif not turn.only_store:
            turn.only_store = True
            self._filled.set()


def _answer(played: Played, row: int | None) -> Answer:
    """The answer to a turn just written; what was queued is never given passively as well."""
    return Answer(played.entry.reply, Given(row)) if row is not None and played.entry.passive else LATER


async def _again(connection: AsyncConnection, known: Recorded) -> Answer:
    """The answer to a message that the journal has already; nothing is left to say of one that was erased."""
    given = await outbox.give_again(connection, known.reply_id) if known.reply_id and known.reply else None
    return LATER if given is None else Answer(known.reply, given)
