"""A clock that only the test moves, and workers told by writing down what they were told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.notices import Fact
from scheduler.clockwork import Clockwork
from scheduler.pushes import Push, Strike
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate

START = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)  # eight in the morning of Friday


class Hand:
    """The hand of the clock."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Told:
    """What would be sent; also of transactions that were undone."""

    facts: list[Fact] = field(default_factory=list)

    async def tell(self, session: AsyncSession, facts: Iterable[Fact], now: datetime) -> int:
        new = list(facts)
        self.facts += new
        return len(new)


@dataclass(slots=True)
class Bell:
    """A push that notes when it struck, and finds `there` things to do."""

    push: Push
    there: int = 1
    strikes: list[Strike] = field(default_factory=list)

    @property
    def dues(self) -> list[datetime]:
        return [strike.due for strike in self.strikes]


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def ready(database: Database) -> Database:
    await migrate(database, Base.metadata)
    return database


@pytest.fixture
def clockwork(ready: Database, hand: Hand) -> Callable[..., Clockwork]:
    """One process more on the same database."""

    def make(*bells: Bell) -> Clockwork:
        return Clockwork(ready, [bell.push for bell in bells], Told(), hand)

    return make


def bell(name: str, cron: str, late: timedelta = timedelta(hours=1)) -> Bell:
    made = Bell(Push(name, cron=cron, late=late))

    @made.push.strikes
    async def _strike(strike: Strike) -> int:
        made.strikes.append(strike)
        return made.there

    return made
