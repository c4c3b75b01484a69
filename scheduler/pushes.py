"""A push is declared: its name, when it strikes, and how late is too late."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.notices import Fact

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A slot is looked for in spans that grow, so that a long standstill is not walked through minute by minute.
_SPANS = (timedelta(hours=1), timedelta(hours=8), timedelta(days=1), timedelta(days=32), timedelta(days=400))


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
        for span in _SPANS:
            if (found := self._between(max(after, now - span), now)) or now - span <= after:
                return found[-1] if found else None
        return None

    def slots(self, after: datetime, now: datetime, most: int) -> list[datetime]:
        """Those later than `after` and not later than `now`, the oldest first; where they are too many, the newest."""
        for span in _SPANS:
            found = self._between(max(after, now - span), now)
            if len(found) >= most or now - span <= after:
                break
        return found[-most:]

    def _between(self, after: datetime, now: datetime) -> list[datetime]:
        found, slot = [], self.next_slot(after)
        while slot is not None and slot <= now:
            found.append(slot)
            slot = self.next_slot(slot)
        return found
