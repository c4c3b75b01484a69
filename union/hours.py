"""When a place is open: read from the words of staff, by weekday, working day and holiday, also past midnight. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from storage.base import CHINA
from union import sheets
from union.calendars import Calendar

_words = sheets.words(__file__)
_DAY = timedelta(days=1)
_FAR = 8  # days looked ahead for the next opening
_UNTIL = "|".join(map(re.escape, _words["until"]))
_NEXT = "|".join(_words["next_day"])
_SPAN = re.compile(rf"(\d{{1,2}}):(\d{{2}})(?:{_UNTIL})({_NEXT})?(\d{{1,2}}):(\d{{2}})")
_PARTS = re.compile(r"[;；。\n]+")
_NAMES = "|".join(sorted(map(re.escape, _words["days"]), key=len, reverse=True))
_RANGE = re.compile(rf"({_NAMES})(?:{_UNTIL})({_NAMES})")

_JOINTS = _words["joints"]
_EDGES = f"{_JOINTS}:"
_EACH = [name for name, days in _words["groups"].items() if len(days) == 7]

Minutes = tuple[int, int]


class Unclear(ValueError):
    """Words that say no opening hours; the text is for staff."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The spans of some days, in minutes from midnight, past 1440 into the next day; none: closed."""

    days: frozenset[int | str]  # weekdays from Monday, or "working", "resting", "holiday"
    spans: tuple[Minutes, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Rules, of which the most telling one holds on a day: holiday, working or resting day, weekday."""

    rules: tuple[Rule, ...]

    @property
    def always(self) -> bool:
        return self.rules == (_ALWAYS,)

    def open_until(self, now: datetime, calendar: Calendar) -> datetime | None:
        """When it closes next; None while it is closed."""
        local = now.astimezone(CHINA)
        if self.always:
            return local + _FAR * _DAY
        ends = [
            end for start, end in self._openings(local.date() - _DAY, 2, calendar) if start <= local < end
        ]
        return max(ends, default=None)

    def opens_at(self, now: datetime, calendar: Calendar) -> datetime | None:
        """When it opens next; None where that is not to be expected soon."""
        local = now.astimezone(CHINA)
        openings = self._openings(local.date(), _FAR, calendar)
        return min((start for start, _ in openings if start > local), default=None)

    def _openings(self, first: date, days: int, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
        for day in (first + _DAY * ahead for ahead in range(days)):
            midnight = datetime.combine(day, time(), CHINA)
            for start, end in self._spans(day, calendar):
                yield midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)

    def _spans(self, day: date, calendar: Calendar) -> Sequence[Minutes]:
        kinds: list[int | str] = ["working" if calendar.is_working_day(day) else "resting", day.weekday()]
        if calendar.is_holiday(day):
            kinds.insert(0, "holiday")
        for kind in kinds:
            named = [rule for rule in self.rules if kind in rule.days]
            if named:
                return [span for rule in named for span in rule.spans]
        return ()


_EVERY_DAY: frozenset[int | str] = frozenset(range(7))
_ALWAYS = Rule(_EVERY_DAY, ((0, 1440),))


@lru_cache(4096)
def read(words: str) -> Hours:
    """Raises Unclear."""
    text = unicodedata.normalize("NFKC", words).replace(" ", "").lower()
    if text in _words["always"] or any(
        text.endswith(one) and text.removesuffix(one) in _EACH for one in _words["always"]
    ):
        return Hours((_ALWAYS,))
    rules = [_rule(part, words) for part in _PARTS.split(text) if part]
    if not rules or not any(rule.spans for rule in rules):
        raise Unclear(f"“{words[:40]}” are no opening hours such as {_words['example']}")
    return Hours(tuple(rules))


def _rule(part: str, words: str) -> Rule:
    spans = tuple(_minutes(found, words) for found in _SPAN.finditer(part))
    rest = _SPAN.sub("", part).strip(_EDGES)
    for always in _words["always"]:
        if not spans and rest.endswith(always):
            rest, spans = rest.removesuffix(always), ((0, 1440),)
    if not spans:
        shut = next(
            (one for one in sorted(_words["closed"], key=len, reverse=True) if rest.endswith(one)), None
        )
        if shut is None:
            raise Unclear(f"“{part[:40]}” says neither hours nor that it is closed")
        rest = rest.removesuffix(shut).strip(_EDGES)
    return Rule(_days(rest.strip(_EDGES), words), spans)


def _minutes(found: re.Match[str], words: str) -> Minutes:
    hour, minute, next_day, last_hour, last_minute = found.groups()
    start, end = int(hour) * 60 + int(minute), int(last_hour) * 60 + int(last_minute)
    if start >= 1440 or end > 1440 or int(minute) > 59 or int(last_minute) > 59:
        raise Unclear(f"“{words[:40]}” has no such hour")
    return start, end + 1440 if next_day or end <= start else end


def _days(named: str, words: str) -> frozenset[int | str]:
    if not named:
        return _EVERY_DAY
    days: set[int | str] = set()

    def between(found: re.Match[str]) -> str:
        first, last = _words["days"][found[1]], _words["days"][found[2]]
        days.update(range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1)))
        return ""

    rest = _RANGE.sub(between, named)
    for kind in ("holiday", "working", "resting"):
        for word in sorted(_words[kind], key=len, reverse=True):
            if word in rest:
                rest = rest.replace(word, "")
                days.add(kind)
    for word, group in _words["groups"].items():
        if word in rest:
            rest = rest.replace(word, "")
            days.update(group)
    for found in re.finditer(_NAMES, rest):
        days.add(_words["days"][found[0]])
    if re.sub(rf"{_NAMES}|[{_JOINTS}]", "", rest):
        raise Unclear(f"“{words[:40]}”: “{rest[:20]}” are no days")
    return frozenset(days)
