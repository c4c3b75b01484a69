"""What workers ask of stations, in their words: kind, service, place, around the clock, and what is wrong there. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from union import places, sheets
from union.places import Place

_words = sheets.words(__file__)
KINDS: Mapping[str, Sequence[str]] = _words["kinds"]
SERVICES: Mapping[str, str] = {key: one["words"][0] for key, one in _words["services"].items()}
PROBLEMS: Mapping[str, str] = {key: one["name"] for key, one in _words["problems"].items()}
STATES: Mapping[str, str] = _words["states"]
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


@dataclass(frozen=True, slots=True)
class Request:
    """What was understood. `named`: a station was; `near`: where one is, was asked; `rest`: words that may name a station or a landmark."""

    wish: Wish
    places: tuple[Place, ...]
    named: bool
    near: bool
    problem: str
    rest: str

    @property
    def districts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place.district for place in self.places))


def read(text: str) -> Request:
    """All that can be understood of a text."""
    found, rest = places.named(text)
    rest = rest.lower()
    problem, rest = _taken(rest, _PROBLEM_WORDS)
    always, rest = _taken(rest, {"always": _words["always"]})
    kinds, rest = _taken(rest, KINDS)
    anyone, rest = _taken(rest, {"any": _words["any"]})
    services, rest = _taken(rest, _SERVICE_WORDS)
    near, rest = _taken(rest, {"near": _words["near"]})
    _, rest = _taken(rest, {"fillers": _words["fillers"]})
    wish = Wish(kinds, services, bool(always))
    return Request(wish, found, bool(kinds or anyone), bool(near), problem[0] if problem else "", rest)


def asks(text: str, topic: str | None) -> Request | None:
    """A text that asks for nothing but a station; others are questions about them."""
    if len(text) > _MOST_LETTERS or not (topic in TOPICS or _ASKED.search(places.plain(text).lower())):
        return None
    said = read(text)
    wish = said.wish
    if said.rest or said.problem:
        return None
    named = said.named or said.near or topic in TOPICS
    plain = [service for service in wish.services if service not in _SOFT]
    if plain or (wish.services and named):
        return said
    if said.named and (said.near or said.places or wish.always):
        return said
    return said if topic in TOPICS and (said.named or wish.always or said.places) else None


def reports(text: str, topic: str | None) -> Request | None:
    """A text that says what is wrong at a station, maybe at one that was shown just now."""
    if len(text) > _MOST_LETTERS_OF_A_REPORT or not _WRONG.search(places.plain(text).lower()):
        return None
    if any(word in text for word in _words["asking"]):
        return None
    said = read(text)
    if not said.problem or said.near or len(said.rest) > _MOST_LETTERS_OF_A_NAME:
        return None
    return said if said.named or (topic in TOPICS and not said.rest) else None


TOPICS = frozenset({"nearest-station", "rest-station", "smart-station", "drivers-home"})


def _any_of(*named: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    return re.compile(
        "|".join(re.escape(word) for ones in named for words in ones.values() for word in words)
    )


def _taken(text: str, named: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], str]:
    """The keys whose words stand in the text, longest words first, and the text without them."""
    keys: list[str] = []
    words = sorted(
        ((word, key) for key, ones in named.items() for word in ones), key=lambda one: -len(one[0])
    )
    for word, key in words:
        if word in text:
            text = re.sub(re.escape(word), "", text)
            keys.append(key)
    return tuple(dict.fromkeys(keys)), text


# Most messages are about something else, which one look tells.
_SERVICE_WORDS = {key: one["words"] for key, one in _words["services"].items()}
_PROBLEM_WORDS = {key: one["words"] for key, one in _words["problems"].items()}
_ASKED = _any_of(KINDS, _SERVICE_WORDS, {"any": _words["any"]})
_WRONG = _any_of(_PROBLEM_WORDS)
