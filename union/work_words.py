"""What kind of work somebody does, in their words. Pure; the words stand in work_words.yaml."""

from collections.abc import Mapping, Sequence

from union import places, sheets
from union.vocabularies import Vocabulary

HEARD: Mapping[str, Sequence[str]] = sheets.words(__file__)["heard"]
_ANY = Vocabulary(HEARD)
_MOST_LETTERS = 12


def named(text: str) -> Sequence[str]:
    """The kinds of work that stand in a text."""
    return _ANY.take(places.plain(text).lower())[0]


def says(text: str, topic: str | None) -> Sequence[str] | None:
    """A short text in which a kind of work is named, below an answer; None for anything else."""
    if topic is None or len(text) > _MOST_LETTERS:  # as most texts are
        return None
    return named(text) or None
