"""What workers ask of stations, in their words: kind, service, place, around the clock, and what is wrong there. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from union import places, sheets
from union.places import Place
from union.vocabularies import Vocabulary


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})"


_words = sheets.words(__file__)
KINDS: Mapping[str, Sequence[str]] = _words["kinds"]
SERVICES: Mapping[str, str] = {key: one["words"][0] for key, one in _words["services"].items()}
PROBLEMS: Mapping[str, str] = {key: one["name"] for key, one in _words["problems"].items()}
STATES: Mapping[str, str] = _words["states"]
TOPICS = frozenset({"nearest-station", "rest-station", "smart-station", "drivers-home"})
_SERVICE_WORDS = {key: one["words"] for key, one in _words["services"].items()}
_PROBLEMS = Vocabulary({key: one["words"] for key, one in _words["problems"].items()})
_ALWAYS, _KINDS = Vocabulary({"always": _words["always"]}), Vocabulary(KINDS)
_ANY, _NEAR = Vocabulary({"any": _words["any"]}), Vocabulary({"near": _words["near"]})
_SERVICES, _FILLERS = Vocabulary(_SERVICE_WORDS), Vocabulary({"fillers": _words["fillers"]})
_BROKEN = re.compile(
    f"(?:{'|'.join(f'(?P<{key}>{_any(words)})' for key, words in _words['devices'].items())})"
    f"{_any(_words['too'])}?{_any(_words['broken'])}"
)
_WHETHER, _BESIDE = re.compile(_any(_words["whether"])), re.compile(_any(_words["beside"]))
_NEAREST_ONE = re.compile(_words["nearest_one"])
_SIGNS = frozenset(_words["signs"])
_HOUR = re.compile(_words["hour"])
_LINE, _MARK = re.compile(_words["line"]), re.compile(_any(_words["marks"]))
_ASKING = re.compile(f"{_any(_words['asking'])}|{_words['ends_asking']}")
_OF_LIST = re.compile(f"(?P<open>{_any(_words['open'])})|(?P<nearest>{_any(_words['nearest'])})")
_WAY = re.compile(_any(_words["way"]))
_LED_IN = re.compile(f"{_any(_words['fillers'])}*")
# What stands behind a name: from where it is to what is wrong there.
_LED_OUT = re.compile(f"(?:{_any([*_words['fillers'], *_words['near']])})+$")
_ASKED = Vocabulary({**KINDS, **_SERVICE_WORDS, "any": _words["any"]})
_LETTERS = places.LETTERS.union(
    _words["of_lines"],
    _words["of_hours"],
    *(one.letters for one in (_PROBLEMS, _ALWAYS, _KINDS, _ANY, _SERVICES, _NEAR, _FILLERS)),
)
_SOFT = {key for key, one in _words["services"].items() if one.get("soft")}
_MOST_LETTERS, _MOST_LETTERS_OF_A_REPORT, _MOST_LETTERS_OF_A_NAME = 30, 24, 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What a station is to be; with nothing named, any rest or smart station."""

    kinds: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    always: bool = False  # open around the clock

    @property
    def code(self) -> str:
        """Without blanks, to travel in a line of a list."""
        return f"{'+'.join(self.kinds)}~{'+'.join(self.services)}~{'always' if self.always else ''}"

    @staticmethod
    def coded(code: str) -> "Wish":
        kinds, services, always = [*code.split("~"), "", ""][:3]
        known = (
            tuple(one for one in kinds.split("+") if one in KINDS),
            tuple(one for one in services.split("+") if one in SERVICES),
        )
        return Wish(*known, bool(always))


# What is looked for next by who read of it.
OF_TOPICS: Mapping[str, Wish] = {topic: Wish((kind,)) for topic, kind in _words["of_topics"].items()}


@dataclass(frozen=True, slots=True)
class Request:
    """What was understood. `named`: a station was; `near`: where one is, was asked; `rest`: words that may name a station or a landmark.

    `names` are the same with more or less around them, the fullest first; `line` is the number of one in a list, `which`:
    of a list that one is asked for which is “open” or “nearest”, of one that was shown the “way”.
    """

    wish: Wish
    places: tuple[Place, ...]
    named: bool
    near: bool
    problem: str
    rest: str
    names: tuple[str, ...] = ()
    line: int = 0
    which: str = ""

    @property
    def districts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place.district for place in self.places))


def read(text: str) -> Request:
    """All that can be understood of a text."""
    found, rest = places.named(text)
    rest = rest.lower()
    problem, rest = _problem(rest)
    whole = _problem(places.plain(text).lower())[1] if found else rest
    always, rest = _ALWAYS.take(rest)
    rest = _HOUR.sub("", rest) if always else rest
    kinds, rest = _KINDS.take(rest)
    anyone, rest = _ANY.take(rest)
    services, rest = _SERVICES.take(rest)
    near, rest = _NEAR.take(rest)
    line = _line(rest)
    # Within a name they are a part of it: 样例一号.
    names = (_bare(whole), rest, _bare(rest))
    wish = Wish(kinds, services, bool(always))
    which = (
        (asked.lastgroup or "") if (asked := _OF_LIST.search(text)) else "way" if _WAY.search(text) else ""
    )
    return Request(wish, found, bool(kinds or anyone), bool(near), problem, names[-1], names, line, which)


def _problem(text: str) -> tuple[str, str]:
    if broken := _BROKEN.search(text):
        return broken.lastgroup or "", _BESIDE.sub("", text[: broken.start()] + text[broken.end() :])
    found, rest = _PROBLEMS.take(_WHETHER.sub("", text))
    return (found[0], _BESIDE.sub("", rest)) if found else ("", text)


def _line(rest: str) -> int:
    found = _LINE.match(rest)
    if found is None or not _LED_IN.fullmatch(rest, found.end()):
        return 0
    return int(found[1]) if found[1].isdecimal() else _words["numerals"].index(found[1]) + 1


def _bare(words: str) -> str:
    """Without what is said before and behind."""
    if _LED_IN.fullmatch(words):
        return ""
    led_in = _LED_IN.match(words)
    return _LED_OUT.sub("", words[led_in.end() if led_in else 0 :])


def asks(text: str, topic: str | None) -> Request | None:
    """A text that asks for nothing but a station; others are questions about them."""
    plain = places.plain(text).lower()
    # Most messages are about something else, which one look tells: a letter that none of the words has.
    if len(text) > _MOST_LETTERS:
        return None
    if _MARK.search(plain) and (called := _calls(text, plain)):
        return called
    if not _LETTERS.issuperset(plain):
        return None
    if topic not in TOPICS and not _ASKED.stands_in(plain):
        return None
    said = read(text)
    wish = said.wish
    if topic in TOPICS and said.line and not (said.named or said.places):
        asked = _ASKING.search(text) is not None
        meant = asked if said.problem else asked or said.near or said.which or wish != Wish()
        return replace(said, problem="") if meant else None
    if said.rest or said.problem:
        return None
    named = said.named or said.near or topic in TOPICS
    hard = [service for service in wish.services if service not in _SOFT]
    if hard or (wish.services and named):
        return said
    if said.named and (said.near or said.places or wish.always):
        return said
    return said if topic in TOPICS and (said.named or wish.always or said.places or said.which) else None


def _calls(text: str, plain: str) -> Request | None:
    """A station by its name, or one near something: words before it, and nothing else is asked."""
    said = read(text)
    if not said.named or said.problem or not 2 <= len(said.rest) <= _MOST_LETTERS_OF_A_NAME:
        return None
    if _ASKING.search(said.rest) or any(word in plain for word in _words["may"]):
        return None
    mark = _MARK.search(plain)
    return said if mark and 0 <= plain.find(said.rest) < mark.start() else None


def reports(text: str, topic: str | None) -> Request | None:
    """A text that says what is wrong at a station, maybe at one that was shown just now."""
    if len(text) > _MOST_LETTERS_OF_A_REPORT:
        return None
    plain = places.plain(text).lower()
    if not (_PROBLEMS.stands_in(plain) or (not _SIGNS.isdisjoint(plain) and _BROKEN.search(plain))):
        return None
    if _ASKING.search(text):
        return None
    said = read(text)
    if not said.problem or len(said.rest) > _MOST_LETTERS_OF_A_NAME:
        return None
    if said.near:
        return said if topic in TOPICS and not said.rest and _NEAREST_ONE.search(text) else None
    return said if said.named or (topic in TOPICS and (said.line or not said.rest)) else None
