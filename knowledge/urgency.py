"""Emergencies in what workers write: heard before anything else, whatever else the message is about."""

import re
from collections.abc import Iterable
from math import log, sqrt
from pathlib import Path

import yaml

from knowledge.entries import Entry
from knowledge.gists import gist
from knowledge.index import Index, pieces
from knowledge.normal import normalise

_FILE = Path(__file__).parent / "content" / "urgent.yaml"
_KINDS = ("injury", "violence", "self-harm", "detained", "danger")
# A cry for help is short, or stands at the beginning or the end of a story.
_HEAD, _TAIL = 60, 120


class Urgency:
    """Immutable. Compares a message with urgent phrasings, with ordinary ones that share their words, and with all
    that is asked and said otherwise; patterns decide what must never be missed and what only sounds urgent.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
        urgent = [[gist(normalise(text)) for text in content[kind]] for kind in _KINDS]
        ordinary = [gist(normalise(text)) for text in content["ordinary"]]
        sides: tuple[list[str], list[str]] = ([], [])
        for entry in entries:
            sides[entry.is_aside].extend(gist(normalise(text)) for text in (entry.question, *entry.phrasings))
        self._index = Index([*urgent, [text for texts in urgent for text in texts], ordinary, *sides])
        self._always = [(kind, re.compile("|".join(content["always"][kind]))) for kind in _KINDS]
        self._never = re.compile("|".join(content["never"]))
        self._one, self._all, self._length, self._bias = content["weights"]

    def kind(self, text: str) -> str:
        """The kind of emergency that a message is about; empty for none. Pure, for messages of any length."""
        said = normalise(text[: _HEAD * 4] + text[-_TAIL * 4 :] if len(text) > 4 * (_HEAD + _TAIL) else text)
        if not said or self._never.search(said):
            return ""
        for kind, pattern in self._always:
            if pattern.search(said):
                return kind
        asked = gist(said if len(said) <= _HEAD + _TAIL else said[:_HEAD] + said[-_TAIL:])
        found = pieces(asked)
        scores = self._index.scores(found).tolist()
        kinds, together, others = scores[: len(_KINDS)], scores[len(_KINDS)], scores[len(_KINDS) + 1 :]
        nearest, usual = max(kinds), max(others)
        odds = (self._one * (nearest - usual) + self._all * (together - usual)) / sqrt(len(found) or 1)
        odds += self._length * log(len(asked)) + self._bias
        return _KINDS[kinds.index(nearest)] if odds > 0 else ""
