"""What the recogniser of urgent messages sees of a text: its letters in their order, and what its words are about."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from operator import add
from pathlib import Path
from typing import Any

import yaml

from knowledge.gists import gist
from knowledge.normal import normalise

FOLDER = Path(__file__).parent / "content" / "urgent"
_NOTHING = "nothing"
_PAIR = 2
_NEAR = 10  # so many letters apart two words still belong together
# One mark a concept; a gist has neither capitals nor punctuation.
_MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!%&*+-./:;<=>?_~|"
_BEGIN, _END = "^", "$"


def read_concepts() -> dict[str, Any]:
    """The file with the words of each concept."""
    content: dict[str, Any] = yaml.load((FOLDER / "concepts.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return content


def _marks(concepts: dict[str, str]) -> dict[str, str]:
    """The words as a gist has them, with their marks; an empty one where a word only looks like others."""
    marks: dict[str, str] = {}
    for mark, (name, words) in zip(_MARKS, concepts.items(), strict=False):
        for word in words.split():
            said = normalise(word)
            seen = gist(said)
            if name == _NOTHING:
                marks[seen] = ""
            elif len(seen) > 1 or len(said) == 1:  # of some words a letter is left that means too many things
                marks.setdefault(seen, mark)
    return marks


def _by_pair(marks: Mapping[str, str]) -> dict[str, tuple[tuple[str, str, int], ...]]:
    """Words of more than one letter with their marks and lengths by their first two letters, the longest first."""
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for word in sorted(marks, key=len, reverse=True):
        if len(word) > 1:
            found[word[:2]].append((word, marks[word], len(word)))
    return {pair: tuple(words) for pair, words in found.items()}


_mark_of = _marks(read_concepts()["concepts"])
_longer = _by_pair(_mark_of)


def pieces(text: str) -> set[str]:
    """All that is weighed of a gist: one to three letters in a row, and what its words are about."""
    two = list(map(add, _BEGIN + text, text + _END))
    return {*text, *two, *map(add, two, text[1:] + _END), *_meanings(text, two[1:])}


def _meanings(text: str, pairs: list[str]) -> list[str]:
    """The concepts of a gist, each alone, any two near each other in their order, and three that follow each other."""
    marks, places = _seen(text, pairs)
    found = list(marks)
    for number, (first, start) in enumerate(zip(marks, places, strict=True), start=1):
        reach = bisect_right(places, start + _NEAR)
        found += [first + second for second in marks[number:reach]]
        if reach > number + 1:
            found.append(first + marks[number] + marks[number + 1])
    return found


def _seen(text: str, pairs: list[str]) -> tuple[list[str], list[int]]:
    """The marks of the words and where they begin; the same one twice in a row counts once."""
    marks: list[str] = []
    places: list[int] = []
    past, last = 0, ""
    for at, pair in enumerate(pairs):
        if at < past:
            continue
        for word, longer, length in _longer.get(pair, ()):
            if length == _PAIR or text.startswith(word, at):
                mark, past = longer, at + length
                break
        else:
            mark = _mark_of.get(text[at], "")
        if mark and mark != last:
            marks.append(mark)
            places.append(at)
            last = mark
    return marks, places
