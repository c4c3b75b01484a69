"""A push is declared: its name, when it strikes, and how late is too late."""

import re
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.notices import Fact

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
# No slot is looked for farther back.
_LONGEST = timedelta(days=400)


class Tells(Protocol):
    """Words facts and queues them in a transaction; `dialogue.Teller` does."""

    async def tell(self, session: AsyncSession, facts: Iterable[Fact], now: datetime) -> int:
        """How many notices were queued."""
        ...


@dataclass(frozen=True, slots=True)
class Strike:
    """One strike as its push sees it. `due` is the time of the slot, `now` that of the work."""

    session: AsyncSession
    due: datetime
    now: datetime
    teller: Tells

    async def tell(self, *facts: Fact) -> int:
        """Queue what the capabilities that own these facts say of them; returns how many notices that made."""
        return await self.teller.tell(self.session, facts, self.now)


Work = Callable[[Strike], Awaitable[int]]


class Push:
    """`cron` has five fields, of which that of the weekday uses names (mon-fri); `late` is when a slot is missed."""

    def __init__(self, name: str, *, cron: str, late: timedelta) -> None:
        if len(cron.split()) != 5:
            raise ValueError(f"{name}: a cron expression has five fields")
        if re.search(r"(?<!/)\d", cron.split()[4]):
            # APScheduler counts from Monday, crontab from Sunday.
            raise ValueError(f"{name}: weekdays go by name, numbers mean different days to different readers")
        self.name = name
        self.cron = cron
        self.late = late
        self.trigger = CronTrigger.from_crontab(cron, timezone=SHANGHAI)
        self.work: Work | None = None
        self._hours: list[timedelta] = []  # since midnight; asked of the trigger once, which takes its time

    def strikes(self, work: Work) -> Work:
        """What is done when it strikes; returns how much there was to do."""
        self.work = work
        return work

    def next_slot(self, after: datetime) -> datetime | None:
        """The first slot later than `after`, in UTC."""
        later = after + timedelta(microseconds=1)
        slot: datetime | None = self.trigger.get_next_fire_time(None, later.astimezone(SHANGHAI))
        return slot and slot.astimezone(UTC)

    def last_slot(self, after: datetime, now: datetime) -> datetime | None:
        """The latest slot later than `after` and not later than `now`."""
        found = self.slots(max(after, now - _LONGEST), now, 1)
        return found[-1] if found else None

    def slots(self, after: datetime, now: datetime, most: int) -> list[datetime]:
        """Those later than `after` and not later than `now`, the oldest first; where they are too many, the newest."""
        found: list[datetime] = []
        day, first = now.astimezone(SHANGHAI).date(), after.astimezone(SHANGHAI).date()
        while day >= first and len(found) < most:
            its = self._of(day)
            its = its[bisect_right(its, after) : bisect_right(its, now)]
            found = its[len(found) - most :] + found
            day -= _DAY
        return found

    def _of(self, day: date) -> list[datetime]:
        """The slots of a day, which are at the same hours whatever the day, or there are none."""
        midnight = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
        first = self.next_slot(midnight - timedelta(microseconds=1))
        if first is None or first >= midnight + _DAY:
            return []
        if not self._hours:
            self._hours = self._walk(midnight, first)
        return [midnight + since for since in self._hours]

    def _walk(self, midnight: datetime, first: datetime) -> list[timedelta]:
        hours, slot = list[timedelta](), first
        while slot < midnight + _DAY:
            hours.append(slot - midnight)
            slot = self.next_slot(slot) or midnight + _DAY
        return hours
