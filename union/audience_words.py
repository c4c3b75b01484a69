"""Whom an announcement is for, read from the words of staff and shown in words again. Pure; the words are in YAML."""

import re
from collections.abc import Iterable, Mapping, Sequence

from union import places, sheets
from union.vocabularies import Vocabulary

_words = sheets.words(__file__)
WORKS: Mapping[str, Sequence[str]] = _words["works"]
TOPICS: Mapping[str, Sequence[str]] = _words["topics"]
_PREFIXES: Mapping[str, Sequence[str]] = _words["prefixes"]
_WHOLE = {"everybody": _words["everybody"], "members": _words["members"]}
_works, _topics = Vocabulary(WORKS), Vocabulary(TOPICS)
_END = re.compile("|".join(map(re.escape, _words["ends"])))
_SEVERAL = re.compile("|".join(map(re.escape, _words["several"])))
# What may stand around places and kinds of work in one word, and says no more than they do.
_AROUND = re.compile(
    f"(?:{'|'.join(map(re.escape, (*_words['members'], *_words['everybody'], *_words['around'])))})*"
)
_CODE = re.compile(r"[A-Za-z0-9-]+")
_NARROWER = frozenset({"district", "place", "work"})


def read(text: str) -> tuple[tuple[str, ...], str]:
    """The conditions that a text begins with, and the rest of it; none where it does not name an audience.

    A colon or the end of the line ends the audience; without one it ends at the first word that is none.
    """
    ended = _END.search(text)
    if ended and (meant := _all_of(text[: ended.start()])):
        return meant, text[ended.end() :].strip()
    found: list[str] = []
    rest = text.strip()
    while rest:
        word, *after = rest.split(maxsplit=1)
        meant = _meant(word)
        if not meant:
            break
        found += meant
        rest = after[0] if after else ""
    return _tidied(found), rest.strip()


def label(conditions: Iterable[str]) -> str:
    """The conditions in words."""
    return str(_words["together"]).join(map(_label, conditions))


def _all_of(text: str) -> tuple[str, ...]:
    """The conditions of a text that says nothing else; none where it does."""
    found = [_meant(word) for word in text.split()]
    return _tidied([one for each in found for one in each]) if all(found) else ()


def _tidied(found: Sequence[str]) -> tuple[str, ...]:
    """What is named twice becomes one; everybody and all members are said of a narrower circle too, and mean it then."""
    named: dict[str, list[str]] = {}
    for name, _, given in (one.partition(":") for one in found):
        named.setdefault(name, []).append(given)
    narrow = [
        f"{name}:{','.join(dict.fromkeys(given))}" for name, given in named.items() if name not in _WHOLE
    ]
    return tuple(narrow) or tuple(named)[-1:]


def _meant(word: str) -> tuple[str, ...]:
    for name, words in _WHOLE.items():
        if word in words:
            return (name,)
    for name, prefixes in _PREFIXES.items():
        for prefix in prefixes:
            if word.startswith(prefix) and (given := _given(name, word.removeprefix(prefix))):
                return given
    return _of_place_and_work(word)


def _given(name: str, said: str) -> tuple[str, ...]:
    """A code stands behind its word as it is, a name in Chinese behind an equals sign, or it could be any word."""
    given = said.strip("=＝")
    if name == "subscription":
        topics, rest = _topics.take(given)
        where, rest = places.named(rest)
        if not topics or rest or len(where) > 1:
            return ()
        return (".".join((f"{name}:{topics[0]}", *(one.district for one in where))),)
    return (f"{name}:{given}",) if given and (given != said or _CODE.fullmatch(given)) else ()


def _of_place_and_work(word: str) -> tuple[str, ...]:
    """Districts, towns and kinds of work, several of each perhaps, and nothing else."""
    where: list[places.Place] = []
    works: list[str] = []
    for part in _SEVERAL.split(word):
        found, rest = places.named(part)
        kinds, rest = _works.take(rest)
        if not _AROUND.fullmatch(rest) or not (found or kinds) or len({one.is_district for one in found}) > 1:
            return ()
        where += found
        works += kinds
    if len({one.is_district for one in where}) > 1:
        return ()
    kind = "district" if all(one.is_district for one in where) else "place"
    given = {kind: [one.id for one in where], "work": works}
    return tuple(f"{name}:{','.join(dict.fromkeys(ids))}" for name, ids in given.items() if ids)


def _label(condition: str) -> str:
    name, _, given = condition.partition(":")
    if name in _WHOLE:
        return str(_WHOLE[name][0])
    if name in _NARROWER:
        ids = given.split(",")
        named = [WORKS[one][0] if one in WORKS else places.label(one) for one in ids]
        return str(_words["several"][0]).join(named)
    topic, _, district = given.partition(".")
    if name == "subscription" and topic in TOPICS:
        given = (places.label(district) if district else "") + TOPICS[topic][0]
    return _PREFIXES[name][0] + given if name in _PREFIXES else condition
