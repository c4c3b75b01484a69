"""Events and packs, as stories need them: published by staff at the hour of the story, and what the clock does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.app import Bot
from bot.commands.console import teller
from scheduler import event_offers, event_reminders, event_thanks
from scheduler.pushes import Strike
from storage.base import CHINA
from union import coupons, event_days, event_plans, events, pack_plans, packs
from union.courses import Audience
from union.event_days import CHECK_IN, Guest
from union.event_plans import Plan, QuotaPlan
from union.events import Event, Kind, Sort
from union.lines import State
from union.packs import Pack


def plan(now: datetime, code: str = "E-1", seats: int = 2, days: int = 10, **changed: Any) -> Plan:
    """An event of one morning in so many days; nobody would find it."""
    today = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = today + timedelta(days=days, hours=9)
    given: dict[str, Any] = {
        "code": code,
        "kind": Kind.FRIENDS,
        "title": "测试联谊",
        "host": "测试工会",
        "district": "xinyi",
        "place": "测试广场东门",
        "latitude": None,
        "longitude": None,
        "audience": Audience.ANYONE,
        "quotas": (QuotaPlan(Sort.ALL, "", seats),) if seats else (),
        "opens_at": now - timedelta(days=1),
        "closes_at": starts - timedelta(hours=12),
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "details": "带水。",
    }
    return Plan(**(given | changed))


def pack(now: datetime, code: str = "P-1", amount: int = 2, **changed: Any) -> pack_plans.Plan:
    given: dict[str, Any] = {
        "code": code,
        "title": "测试礼包",
        "amount": amount,
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=2),
        "redeem_until": now + timedelta(days=3),
        "place": "测试柜台",
        "audience": Audience.ANYONE,
    }
    return pack_plans.Plan(**(given | changed))


class Venue:
    """Publishes events and packs, calls them off, and lets the clock strike."""

    def __init__(self, bot: Bot, clock: Callable[[], datetime]) -> None:
        self._database = bot.database
        self._clock = clock
        self._teller = teller()

    async def opens(self, code: str = "E-1", seats: int = 2, days: int = 10, **changed: Any) -> Event:
        async with self._database.write() as session:
            now = self._clock()
            done = await event_plans.publish(session, [plan(now, code, seats, days, **changed)], now)
            await self._teller.tell(session, done.told, now)
            found = await events.find_code(session, code)
        assert found is not None
        return found

    async def gives(self, code: str = "P-1", amount: int = 2, **changed: Any) -> Pack:
        async with self._database.write() as session:
            now = self._clock()
            done = await pack_plans.publish(session, pack(now, code, amount, **changed), now)
            await self._teller.tell(session, done.told, now)
            found = await packs.find_code(session, code)
        assert found is not None
        return found

    async def hangs(self, event: Event, content: bytes) -> None:
        async with self._database.write() as session:
            await event_plans.hang(session, event.id, content)

    async def cancels(self, event: Event, reason: str) -> None:
        async with self._database.write() as session:
            told = await event_plans.cancel(session, event.id, reason, self._clock())
            await self._teller.tell(session, told, self._clock())

    async def strikes(self) -> int:
        """The clock strikes for all that is done about events; returns how much there was to do."""
        done = 0
        for module in (event_offers, event_reminders, event_thanks):
            assert module.push.work is not None
            async with self._database.write() as session:
                now = self._clock()
                done += await module.push.work(Strike(session, now, now, self._teller))
        return done

    async def guests(self, event: Event) -> list[Guest]:
        async with self._database.read() as session:
            return list(await event_days.guests(session, event))

    async def states(self, event: Event) -> dict[str, State]:
        return {one.openid: one.state for one in await self.guests(event)}

    async def code_of(self, openid: str) -> str:
        async with self._database.read() as session:
            return (await coupons.mine(session, openid))[0].code

    async def left(self, given: Pack) -> int:
        async with self._database.read() as session:
            found = await packs.find(session, given.id)
        assert found is not None
        return found.left

    def scene(self, event: Event) -> str:
        """Of the QR code at the entrance."""
        return f"{CHECK_IN}{event.id}"
