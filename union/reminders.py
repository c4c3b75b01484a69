"""When somebody is called to mind of what they go to: on the eve and on the morning, in China's time."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from storage.base import CHINA

# On the eve from tea time, on the day until it begins; never in the night, which is quiet from 21:30 to 8:00.
_EVE_FROM, _EVE_UNTIL, _MORNING = time(17), time(21, 30), time(8)
# What begins before can hardly be said on the day itself.
_EARLY = time(9)


def due(beginnings: Iterable[datetime], now: datetime) -> Iterator[tuple[datetime, bool]]:
    """The beginning to be reminded of now, and whether it is its eve; of several on a day the first.

    What meets day after day has one eve, before its first day, unless it meets early.
    """
    today = _day(now)
    tomorrow = today + timedelta(days=1)
    first: dict[date, datetime] = {}
    for beginning in sorted(beginnings):
        first.setdefault(_day(beginning), beginning)
    is_eve = tomorrow in first and (today not in first or first[tomorrow] < _at(tomorrow, _EARLY))
    if is_eve and _at(today, _EVE_FROM) <= now < _at(today, _EVE_UNTIL):
        yield first[tomorrow], True
    if today in first and _at(today, _MORNING) <= now < first[today]:
        yield first[today], False


def ahead(beginning: datetime, now: datetime) -> Iterator[tuple[datetime, bool]]:
    """When somebody who signs up now is due to be reminded, and whether it is on the eve."""
    for at, eve in (
        (_at(_day(beginning) - timedelta(days=1), _EVE_FROM), True),
        (_at(_day(beginning), _MORNING), False),
    ):
        if now < at < beginning:
            yield at, eve


def holds_until(beginning: datetime, *, eve: bool) -> datetime:
    """“Tomorrow” is a word for the eve alone: whoever reads it later would come a day late."""
    return _at(_day(beginning), time()) if eve else beginning


def due_since(now: datetime, *, eve: bool) -> datetime:
    """From when today's reminder was due: who signed up later has just been told the time."""
    return _at(_day(now), _EVE_FROM if eve else _MORNING)


def _day(instant: datetime) -> date:
    return instant.astimezone(CHINA).date()


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, CHINA)
