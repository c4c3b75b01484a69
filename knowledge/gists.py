"""What is left of a question when the ways of asking are made alike and politeness, places and sums are dropped."""

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_LEXICON = Path(__file__).parent / "content" / "lexicon.yaml"
_PLACE, _NUMBER = "@", "#"  # normalised texts have neither
_NUMBERS = re.compile("[0-9]{3,}|[一二三四五六七八九十两百千万]{2,}(?=[块元点号人份次])")


_lexicon = yaml.safe_load(_LEXICON.read_text(encoding="utf-8"))


def _by_first_letter(lexicon: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The words that mean the same as others, longest first, with what stands for them."""
    stands = {
        word: str(one) for one, words in lexicon["alike"].items() for word in (str(one), *str(words).split())
    }
    stands |= dict.fromkeys(lexicon["fillers"].split(), "") | dict.fromkeys(lexicon["places"].split(), _PLACE)
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word in sorted(stands, key=len, reverse=True):
        found[word[0]].append((word, stands[word]))
    return dict(found)


_words = _by_first_letter(_lexicon)
_going_on = re.compile("|".join(sorted(_lexicon["going_on"].split(), key=len, reverse=True)))
_OPENINGS, _ASKING = tuple(_lexicon["openings"].split()), tuple(_lexicon["asking"].split())
_MOST_LETTERS, _FEW_LETTERS = 12, 8  # of a question that goes on from the last one, and may do so
SENTENCE_END = re.compile(_lexicon["sentence_end"])


@lru_cache(256)  # an emergency is looked for in the same text as an answer
def gist(text: str) -> str:
    """A normalised text without fillers, words that mean the same made alike; itself when nothing else is left."""
    kept: list[str] = []
    at, end = 0, len(text)
    while at < end:
        letter = text[at]
        # One alternation of all words as a regular expression takes three times as long.
        for word, stands in _words.get(letter, ()):
            if text.startswith(word, at):
                kept.append(stands)
                at += len(word)
                break
        else:
            kept.append(letter)
            at += 1
    return _NUMBERS.sub(_NUMBER, "".join(kept)) or text


def may_go_on(text: str) -> bool:
    """Whether a normalised text is a question so short that it may lean on the last answer (“包午饭吗”)."""
    return len(text) <= _FEW_LETTERS and any(word in text for word in _ASKING)


def goes_on(text: str) -> bool:
    """Whether a normalised text says nothing by itself (“那要多少钱”), or only what else is to change (“那派遣工呢”)."""
    if not text or len(text) > _MOST_LETTERS:
        return False
    return not _going_on.sub("", text) or text.startswith(_OPENINGS)
