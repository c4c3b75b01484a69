"""What is new, told to those who want to hear of it: once, as often as each wants, and never twice.

A push for each topic strikes every minute and does a part: so many wishes, in the transaction that also moves how
far they are told. What is left is done by the next strike, in whatever process.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.notices import Fact
from messages import digests, outbox
from messages.digests import Due, Told
from messages.subscriptions import Frequency, Topic
from scheduler.pushes import Strike
from storage.base import CHINA
from union import calendars

CRON = "* 8-20 * * *"
LATE = timedelta(minutes=30)
MOST = 500
SHOWN = 5
MOST_FOUND = 50
# Before anybody's quiet hours of the day; what is due later waits for the next morning.
_MORNINGS = range(8, 11)
_DUE = time(7, 30)
# “At once” is no more often than that, or a list that is approved line by line would take all that WeChat allows.
_PAUSE = timedelta(hours=1)
# What is being published just now may carry an earlier time than a message that does not know it yet.
_SETTLED = timedelta(seconds=30)
# What nobody could be told of for so long is not new any more. A weekly digest that the longest holidays put off comes
# after fifteen days, and loses nothing.
_STALE = timedelta(days=21)


class Item(Protocol):
    """Something new; `at` is since when."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...


One = TypeVar("One", bound=Item)


async def _nothing(_: AsyncSession, __: Sequence[str], ___: Collection[Item]) -> Set[tuple[str, int]]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Subject(Generic[One]):
    """Where news of a topic come from: when the newest is from, what there is for a wish, and the fact to be worded.

    `taken`: which of it which workers have taken up already, or cannot.
    """

    topic: Topic
    newest: Callable[[AsyncSession, datetime], Awaitable[datetime | None]]
    fresh: Callable[[AsyncSession, str, datetime, datetime, int], Awaitable[Sequence[One]]]
    fact: Callable[[str, tuple[One, ...], int], Fact]
    taken: Callable[[AsyncSession, Sequence[str], Collection[One]], Awaitable[Set[tuple[str, int]]]] = (
        _nothing
    )


async def tell(strike: Strike, subject: Subject[One]) -> int:
    """A part of what is due now: at once all day long, daily and weekly ones in the morning; returns how many."""
    now = strike.now.astimezone(CHINA)
    newest = await subject.newest(strike.session, strike.now - _SETTLED)
    if newest is None:
        return 0
    count = await _part(strike, subject, Frequency.AT_ONCE, min(newest, now - _PAUSE))
    if now.hour not in _MORNINGS:
        return count
    today = datetime.combine(now.date(), _DUE, CHINA)
    count += await _part(strike, subject, Frequency.DAILY, min(newest, today))
    if (await calendars.calendar(strike.session)).is_working_day(now.date()):
        monday = today - timedelta(days=now.weekday())
        count += await _part(strike, subject, Frequency.WEEKLY, min(newest, monday))
    return count


async def _part(strike: Strike, subject: Subject[One], frequency: Frequency, before: datetime) -> int:
    session, until = strike.session, strike.now - _SETTLED
    due = await digests.due(session, subject.topic, frequency, before, strike.now, MOST)
    if not due:
        return 0
    found = await _found(session, subject, due, until)
    there = {item.id: item for items in found.values() for item in items}
    taken = await subject.taken(session, sorted({one.openid for one in due}), there.values())

    def new_to(one: Due, since: datetime) -> list[One]:
        return [item for item in found[one.wish] if item.at > since and (one.openid, item.id) not in taken]

    new = {one.openid for one in due if new_to(one, one.told_until)}
    again = await outbox.recall(session, sorted(new), subject.topic, strike.now) if new else set()
    facts: list[Fact] = []
    told: list[Told] = []
    for openid, wishes in groupby((one for one in due if one.openid in new), attrgetter("openid")):
        its = [(one, one.heard_until if openid in again else one.told_until) for one in wishes]
        items = _newest({item.id: item for one, since in its for item in new_to(one, since)})
        facts.append(subject.fact(openid, items[:SHOWN], len(items)))
        told += [Told(one.id, since) for one, since in its]
    quiet = [one.id for one in due if one.openid not in new]
    await digests.settle(session, told, quiet, until)
    return await strike.tell(*facts)


async def _found(
    session: AsyncSession, subject: Subject[One], due: Sequence[Due], until: datetime
) -> dict[str, Sequence[One]]:
    """What is new for each wish, looked up once however many have it."""
    since: dict[str, datetime] = {}
    for one in due:
        since[one.wish] = min(one.heard_until, since.get(one.wish, until))
    return {
        wish: await subject.fresh(session, wish, max(oldest, until - _STALE), until, MOST_FOUND)
        for wish, oldest in since.items()
    }


def _newest(items: dict[int, One]) -> tuple[One, ...]:
    return tuple(sorted(items.values(), key=lambda item: (item.at, item.id), reverse=True))
