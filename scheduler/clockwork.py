"""The clockwork: every process strikes, the database lets one of them work."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler import runs
from scheduler.pushes import SHANGHAI, Push, Strike, Tells
from scheduler.runs import Outcome, Run
from storage.database import Database, is_away, is_lost

_log = structlog.get_logger(__name__)

# How often a slot that fell through is looked for: its process died, or the machine slept.
_CHECK = 60.0
_TRIES = 5
# After a standstill the slots that passed are written down: so far back, and so many of each push, the newest.
_SEEN, _MOST = timedelta(days=31), 50


class _Punctual(AsyncIOExecutor):  # type: ignore[misc]  # apscheduler is published without types
    """Hands the job the time that it was due, which APScheduler keeps to itself."""

    def _do_submit_job(self, job: Any, run_times: Sequence[datetime]) -> None:
        job.kwargs = {"due": run_times[-1]}
        super()._do_submit_job(job, run_times[-1:])


class Clockwork:
    """Strikes the pushes of this process, one at a time."""

    def __init__(
        self, database: Database, pushes: Sequence[Push], teller: Tells, clock: Callable[[], datetime]
    ) -> None:
        self.pushes = {push.name: push for push in pushes}
        self._database = database
        self._teller = teller
        self._clock = clock
        self._turn = asyncio.Lock()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`; a strike under way is finished."""
        scheduler = AsyncIOScheduler(timezone=SHANGHAI, executors={"default": _Punctual()})
        for push in self.pushes.values():
            # How late is too late is the push's own rule, and a slot after a standstill stands for those before it.
            scheduler.add_job(
                self._struck, push.trigger, args=[push], kwargs={"due": None}, id=push.name,
                misfire_grace_time=None, coalesce=True, max_instances=1,
            )  # fmt: skip
        scheduler.start()
        try:
            while not self._stopping.is_set():
                await self._checked()
                await self._pause()
        finally:
            scheduler.pause()
            async with self._turn:
                scheduler.shutdown(wait=False)

    async def stop(self) -> None:
        self._stopping.set()

    async def catch_up(self) -> list[Run]:
        """Strike the latest slot of each push that passed unclaimed since its last run.

        Older ones are not struck any more; those that are too late by the rule of their push are written down as
        missed. The slots of a push that nobody had heard of begin now.
        """
        now = self._clock()
        async with self._database.read() as session:
            last = await runs.last_dues(session)
        if new := self.pushes.keys() - last.keys():
            async with self._database.write() as session:
                await runs.plan(session, new, now)
        slots = {push: push.last_slot(last.get(push.name, now), now) for push in self.pushes.values()}
        due = {push: slot for push, slot in slots.items() if slot}
        # First, so that a process that dies in between has not hidden them behind a later slot.
        await self._write_down([run for push in due for run in _missed(push, last[push.name], now)])
        struck = [await self.strike(push, slot) for push, slot in due.items()]
        return [run for run in struck if run]

    async def _write_down(self, missed: Sequence[Run]) -> None:
        if not missed:
            return
        async with self._database.write() as session:
            paused = await runs.paused(session)
            new = await runs.skip(
                session,
                [replace(run, outcome=Outcome.PAUSED) if run.name in paused else run for run in missed],
            )
        if new:
            counts = Counter(run.name for run in missed)
            _log.warning("slots_missed", slots=new, pushes=dict(counts))

    async def strike(self, push: Push, due: datetime) -> Run | None:
        """One slot from claim to record; None when another process has it, or this one is stopping."""
        async with self._turn:
            if self._stopping.is_set():
                return None
            for _ in range(_TRIES):
                try:
                    return await self._work(push, due)
                except Exception as error:  # noqa: BLE001 - the clock's door: a bug in one push must not stop the others
                    if is_away(error):
                        _log.warning("push_waits", push=push.name, error=type(error).__name__)
                        return None  # unclaimed: the check finds it
                    if not is_lost(error):
                        _log.exception("push_failed", push=push.name, due=due.isoformat())
                        return await self._record(push, due, Outcome.FAILED, type(error).__name__)
            return None

    async def strike_now(self, name: str) -> Run | None:
        """By hand: the push works now, whatever its plan; also when it is paused. KeyError if there is none such."""
        now = self._clock()
        return await self._work(self.pushes[name], now, by_hand=True)

    async def _work(self, push: Push, due: datetime, *, by_hand: bool = False) -> Run | None:
        due = due.astimezone(UTC)
        async with self._database.write() as session:
            now = self._clock()
            claim = await runs.claim(session, push.name, due, now)
            if claim is None:
                return None
            if claim.paused and not by_hand:
                run = Run(push.name, due, now, Outcome.PAUSED)
            elif now - due > push.late:
                run = _late(push, due, now)
            else:
                found = await push.work(Strike(session, due, now, self._teller)) if push.work else 0
                run = Run(push.name, due, now, Outcome.DONE if found else Outcome.EMPTY, found)
            await runs.settle(session, run)
        if run.outcome is not Outcome.EMPTY:
            _log.info("push_ended", push=run.name, outcome=run.outcome, found=run.found, due=due.isoformat())
        return run

    async def _record(self, push: Push, due: datetime, outcome: Outcome, reason: str) -> Run | None:
        try:
            async with self._database.write() as session:
                run = Run(push.name, due.astimezone(UTC), self._clock(), outcome, reason=reason)
                if not await runs.claim(session, push.name, run.due, run.at):
                    return None
                await runs.settle(session, run)
        except Exception as error:
            if not is_away(error):
                raise
            return None
        return run

    async def _struck(self, push: Push, due: datetime) -> None:
        await self.strike(push, due)

    async def _checked(self) -> None:
        try:
            await self.catch_up()
        except Exception as error:
            if not (is_away(error) or is_lost(error)):
                raise
            _log.warning("clockwork_waits", error=type(error).__name__)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_CHECK):
                await self._stopping.wait()
        except TimeoutError:
            return


def _missed(push: Push, last: datetime, now: datetime) -> list[Run]:
    """The slots that passed and are too late, but for the latest, which stands for those that are not."""
    passed = push.slots(max(last, now - _SEEN), now, _MOST)
    return [_late(push, slot, now) for slot in passed[:-1] if now - slot > push.late]


def _late(push: Push, due: datetime, now: datetime) -> Run:
    return Run(push.name, due, now, Outcome.MISSED, reason=f"late by {now - due}".split(".")[0])
