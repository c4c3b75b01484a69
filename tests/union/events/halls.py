"""Events in a database, and shorthands of what is done to them; nobody here exists."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from storage.database import Database
from tests.stories.venues import plan
from union import event_days, event_plans, events, signups
from union.event_news import Attendee, Decided, SignUp
from union.events import Event
from union.lines import State

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)  # ten in the morning
ANYBODY = Attendee()
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Hall:
    """One event; each call is a transaction."""

    database: Database
    event: Event

    async def does(self, deed: Callable[..., Awaitable[Result]], *arguments: Any) -> Result:
        async with self.database.write() as session:
            return await deed(session, *arguments)

    async def joins(
        self, number: int, quota: int = 0, attendee: Attendee = ANYBODY, now: datetime = NOW
    ) -> Decided:
        """The worker of that number, by the quota at that position."""
        wish = SignUp(self.event.id, self.event.quotas[quota].id, f"测试{number}", f"138001{number:05}")
        return await self.does(signups.sign_up, f"o{number}", wish, now, attendee)

    async def states(self) -> dict[str, State]:
        async with self.database.read() as session:
            return {one.openid: one.state for one in await event_days.guests(session, self.event)}


async def hold(database: Database, code: str = "E-1", seats: int = 2, **changed: Any) -> Hall:
    """Published, or changed."""
    async with database.write() as session:
        await event_plans.publish(session, [plan(NOW, code, seats, **changed)], NOW)
        found = await events.find_code(session, code)
    assert found is not None
    return Hall(database, found)
