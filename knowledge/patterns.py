"""Sentences made from patterns, to fit the recogniser of urgent messages to words that nobody has written so yet."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from knowledge.concepts import FOLDER

_PLACE = re.compile(r"\{([a-z]+)\}")
_NONE = "-"  # a word that leaves its place empty
_SEED = 1
_OF_EACH_KIND, _ORDINARY, _STORIES = 1_000, 2_000, 1_500


def urgent() -> list[tuple[str, str]]:
    """Sentences about emergencies with their kinds."""
    content, draw = _read(), random.Random(_SEED)
    words = _words(content)
    made = {
        (_filled(draw.choice(patterns), words, draw), kind)
        for kind, patterns in content["urgent"].items()
        for _ in range(_OF_EACH_KIND)
    }
    return sorted(made)


def ordinary() -> list[str]:
    """Sentences that share their words: long past, or about law, money and lessons."""
    content, draw = _read(), random.Random(_SEED)
    words = _words(content)
    return sorted({_filled(draw.choice(content["ordinary"]), words, draw) for _ in range(_ORDINARY)})


def stories() -> list[str]:
    """Ordinary troubles told at length."""
    parts, draw = _read()["stories"], random.Random(_SEED)
    made = set()
    for _ in range(_STORIES):
        happened = draw.sample(parts["happened"], draw.choice((1, 2, 2, 3)))
        made.add("，".join([draw.choice(parts["beginning"]), *happened, draw.choice(parts["question"])]))
    return sorted(made)


def _read() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / "patterns.yaml").read_bytes())
    return content


def _words(content: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        place: ["" if word == _NONE else word for word in words.split()]
        for place, words in content["words"].items()
    }


def _filled(pattern: str, words: Mapping[str, Sequence[str]], draw: random.Random) -> str:
    return _PLACE.sub(lambda place: draw.choice(words[place[1]]), pattern)
