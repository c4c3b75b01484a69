"""What kind of work somebody does, in their words. Pure; the words stand in work_words.yaml."""

from collections.abc import Mapping, Sequence

from union import places, sheets
from union.vocabularies import Vocabulary

_words = sheets.words(__file__)
HEARD: Mapping[str, Sequence[str]] = _words["heard"]
_ANY, _AROUND = Vocabulary(HEARD), Vocabulary({"around": _words["around"]})
_MOST_LETTERS = 12


def told(text: str) -> Sequence[str]:
    """The kinds of work in a text that says what somebody does, and nothing else."""
    if len(text) > _MOST_LETTERS:  # as most texts are
        return ()
    works, rest = _ANY.take(places.plain(text).lower())
    return works if works and not _AROUND.take(rest)[1] else ()


def called(text: str) -> str:
    """The one kind of work that staff mean, by its key or in words; "" for none or several."""
    works = (text,) if text in HEARD else told(text)
    return works[0] if len(works) == 1 else ""
