"""Where in the city: the places that people name, however they name them. Pure; the names stand in places.yaml."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

# In a longer text something sounds like a place by chance.
_MOST_LETTERS_BY_EAR = 14
# Sounds that southern speakers and their telephones take for one another: zh/z, ch/c, sh/s, n/l, h/f, -ng/-n.
_ALIKE = (
    (re.compile("^([zcs])h"), r"\1"),
    (re.compile("^n(?=.)"), "l"),
    (re.compile("^hu(?=.)"), "f"),
    (re.compile("ng$"), "n"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A district ("maonan"), a functional zone ("gaoxin"), or a town or street in one ("maonan:" and its name)."""

    id: str
    name: str
    district: str
    label: str  # with the district before it, as it is shown

    @property
    def is_district(self) -> bool:
        return self.id == self.district

    @property
    def short(self) -> str:
        """As people say it, and as it stands in addresses: without 镇 or 街道."""
        return _gazetteer.shortened(self.name)


def find(text: str) -> tuple[Place, ...]:
    """The places that a text means: one when it is certain, several to choose from, none when it names none."""
    said = _gazetteer.joined(plain(text))
    found, rest = _gazetteer.by_name.hits(said)
    for word in _gazetteer.city:
        rest = rest.removeprefix(word)
    if not found and not rest:
        return DISTRICTS if said else ()
    if not any(not place.is_district for group in found for place in group):
        found += _heard(rest, found)
    return _agreed(found)


def named(text: str) -> tuple[tuple[Place, ...], str]:
    """The places that stand in a text by name, and what else was said, in half width and simplified."""
    found, rest = _gazetteer.by_name.hits(_gazetteer.joined(plain(text)))
    for word in _gazetteer.city:
        rest = rest.replace(word, "")
    return _agreed(found), rest


def place(id: str) -> Place:
    """KeyError for an id that was never a place."""
    return _gazetteer.places[id]


def label(id: str) -> str:
    """How the place is called; the id itself where it is none, as in rows from before a list changed."""
    known = _gazetteer.places.get(id)
    return known.label if known else id


def address(district: str, place: str) -> str:
    """The place, with its district where that is not said already."""
    named = label(district) if district else ""
    return place if not named or place.startswith(named) else f"{named} {place}"


def _heard(rest: str, found: Sequence[Sequence[Place]]) -> list[tuple[Place, ...]]:
    """What the letters that are no known name sound like; beside a district only what lies in it."""
    rest = _gazetteer.ordinary.sub("", rest)
    if len(rest) > _MOST_LETTERS_BY_EAR:
        return []
    districts = {one.id for group in found for one in group}
    for names, hear in ((_gazetteer.by_sound, _syllable), (_gazetteer.by_ear, _alike)):
        hits, _ = names.hits(" ".join(map(hear, rest)))
        fitting = [tuple(one for one in group if not districts or _lies_in(one, districts)) for group in hits]
        if any(fitting):
            return [group for group in fitting if group]
    return []


def _agreed(found: Sequence[Sequence[Place]]) -> tuple[Place, ...]:
    """A town of the district that is named with it; where the two contradict each other, all of them."""
    districts = [one for group in found for one in group if one.is_district]
    towns = [[one for one in group if not one.is_district] for group in found]
    ids = {one.id for one in districts}
    fitting: list[Place] = []
    for group in filter(None, towns):
        inside = [one for one in group if _lies_in(one, ids)]
        fitting += inside or (group + districts)
    return tuple(dict.fromkeys(fitting or districts))


def _lies_in(one: Place, districts: Iterable[str]) -> bool:
    return one.district in districts or bool(_gazetteer.was.get(one.name, set()).intersection(districts))


class _Names:
    """Names to look for in a text, the longest first; several places may share one."""

    def __init__(self, names: Iterable[tuple[str, Place]]) -> None:
        self._places: dict[str, tuple[Place, ...]] = {}
        for name, one in names:
            self._places[name] = tuple(dict.fromkeys((*self._places.get(name, ()), one)))
        longest_first = sorted(self._places, key=len, reverse=True)
        # By ear a name is syllables with blanks between them, and none of them is half a syllable.
        self._any = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, longest_first))})(?![a-z])")

    def hits(self, text: str) -> tuple[list[tuple[Place, ...]], str]:
        """The places by name, in the order of the text, and the text without them."""
        found = [self._places[match[0]] for match in self._any.finditer(text)]
        return found, self._any.sub("", text)


class _Gazetteer:
    def __init__(self, content: Mapping[str, Any]) -> None:
        self.city: list[str] = content["city"]
        self.ordinary = re.compile("|".join(content["ordinary"]))
        self.was: dict[str, set[str]] = {name: set(ids) for name, ids in content["was"].items()}
        self._ending = re.compile("(?<=..)(?:" + "|".join(content["endings"]) + ")$")
        self._also: dict[str, list[str]] = content["also"]
        names = list(self._names(content["districts"]))
        self.letters = frozenset("".join((*self.city, *(name for name, _ in names))))
        self.places = {one.id: one for _, one in names}
        self.by_name = _Names(names)
        self.by_sound = _Names((" ".join(map(_syllable, name)), one) for name, one in names)
        self.by_ear = _Names((" ".join(map(_alike, name)), one) for name, one in names)
        self._urban = re.compile("|".join(content["urban"]))
        self._names_known = {name for name, _ in names}
        longest_first = "|".join(sorted(self._names_known, key=len, reverse=True))
        self._in_town = re.compile(rf"({longest_first})(?:{self._urban.pattern})")

    def joined(self, said: str) -> str:
        """Without the words that name the middle of the place before them, unless that is its own name."""
        if not self._urban.search(said):  # most texts, and cheap
            return said
        return self._in_town.sub(lambda match: match[0 if match[0] in self._names_known else 1], said)

    def _names(self, districts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Place]]:
        for one in districts:
            district = Place(one["id"], one["name"], one["id"], one["name"])
            for name in (district.name, *one["heard"]):
                yield from self._forms(name, district)
            yield from ((name, district) for name in one.get("whole", ()))
            for name in one["towns"]:
                town = Place(f"{district.id}:{name}", name, district.id, district.name + name)
                for written in (name, *self._also.get(name, ())):
                    yield from self._forms(written, town)

    def _forms(self, name: str, one: Place) -> Iterator[tuple[str, Place]]:
        yield name, one
        if (short := self.shortened(name)) != name:
            yield short, one

    def shortened(self, name: str) -> str:
        return self._ending.sub("", name)


@lru_cache(4096)
def _syllable(letter: str) -> str:
    return lazy_pinyin(letter, style=Style.NORMAL)[0]


@lru_cache(4096)
def _alike(letter: str) -> str:
    syllable = _syllable(letter)
    for pattern, alike in _ALIKE:
        syllable = pattern.sub(alike, syllable)
    return syllable


class _Letters(dict[int, str]):
    """Code point to what is left of it, filled as code points are met."""

    _simplified = OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", chr(code))))
        kept: str = self._simplified.convert(letters) if letters else ""
        # Chinese lives in the first plane; beyond it a stranger could fill the memory one character at a time.
        if code < 0x10000:
            self[code] = kept
        return kept


_letters = _Letters()


@lru_cache(256)  # several readers look at the same text
def plain(text: str) -> str:
    """Half width, simplified, letters and digits only."""
    return text.translate(_letters)


_gazetteer = _Gazetteer(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))
LETTERS = _gazetteer.letters  # of all names
DISTRICTS = tuple(one for one in _gazetteer.places.values() if one.is_district)
