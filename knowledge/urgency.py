"""Emergencies in what workers write: heard before anything else, whatever else the message is about."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import TypeAlias

from knowledge import cries, index
from knowledge.concepts import FOLDER, pieces
from knowledge.gists import gist
from knowledge.normal import normalise

KINDS = ("injury", "violence", "self-harm", "detained", "danger")
SHIPPED = FOLDER / "weights.txt"
_ANY = "urgent"  # the name of the weights that decide whether a message is urgent at all
_FIRST = "first"  # and of those that say of most messages at a first look that they are none
_UNIT = 100  # weights are whole hundredths, so that the order of adding does not matter
_CONSTANT = "1"
_HOPELESS = 500  # what is so far from being urgent is no word misheard away from it
# A cry for help is short, or stands at the beginning or the end of a story; its last words also count by themselves.
_HEAD, _TAIL, _END = 60, 40, 20
# What is told at length says a little for anything: from so many letters to so many each must say so many hundredths.
_SHORT, _LONG, _LONG_WINDED = 12, 50, 10

_Weights: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What each piece says for an emergency, and for each kind of it; the constants are what must be overcome.

    `first` is what letters and pairs alone say at a first look.
    """

    first: dict[str, float]
    urgent: dict[str, float]
    kinds: dict[str, dict[str, float]]
    constants: dict[str, float]


class Urgency:
    """Immutable. Adds up what the pieces of a message say for an emergency; `knowledge urgent --fit` fits it."""

    def __init__(self, path: Path = SHIPPED) -> None:
        self._weights: dict[str, dict[str, int]] = {name: {} for name in (_FIRST, _ANY, *KINDS)}
        self._constants: dict[str, int] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            name, value, *found = line.split(" ")
            if found == [_CONSTANT]:
                self._constants[name] = int(value)
            else:
                self._weights[name].update(zip(found, repeat(int(value)), strict=False))

    def kind(self, text: str) -> str:
        """The kind of emergency that a message is about; empty for none. Pure, for messages of any length."""
        said = normalise(text[: _HEAD * 4] + text[-_TAIL * 4 :] if len(text) > 4 * (_HEAD + _TAIL) else text)
        if not said:
            return ""
        if len(said) <= _HEAD + _TAIL:
            return self._of(said)
        return self._of(said[:_HEAD]) or self._of(said[-_TAIL:]) or self._of(said[-_END:])

    def odds(self, text: str) -> float:
        """By how much a message of ordinary length is over what must be overcome, as a logarithm."""
        said = normalise(text)
        return (self._sum(_ANY, pieces(gist(said))) - _asked_of(said)) / _UNIT

    def _of(self, said: str) -> str:
        seen = gist(said)
        if self._sum(_FIRST, index.pieces(seen)) < 0:  # nine in ten messages, for a fifth of the work
            return cries.alone(said)
        found = pieces(seen)
        over = self._sum(_ANY, found) - _asked_of(said)
        if over > 0:
            return max(KINDS, key=lambda kind: self._sum(kind, found))
        alone = cries.alone(said)
        if alone or over < -_HOPELESS:
            return alone
        heard = cries.respelt(said)
        return "" if heard == said else self._of(heard)

    def _sum(self, name: str, found: Set[str]) -> int:
        return sum(map(self._weights[name].get, found, repeat(0)), self._constants[name])


def _asked_of(said: str) -> int:
    return _LONG_WINDED * (min(max(len(said), _SHORT), _LONG) - _SHORT)


def to_text(judgement: Judgement) -> str:
    """Weights as they are kept: a line for each weight, with all the pieces that have it."""
    lines = []
    for name, weights in {_FIRST: judgement.first, _ANY: judgement.urgent, **judgement.kinds}.items():
        lines.append(f"{name} {round(judgement.constants[name] * _UNIT)} {_CONSTANT}")
        rows: dict[int, list[str]] = {}
        for piece, weight in sorted(weights.items()):
            rows.setdefault(round(weight * _UNIT / 5) * 5, []).append(piece)
        lines += [" ".join([name, str(weight), *rows[weight]]) for weight in sorted(rows) if weight]
    return "\n".join(lines) + "\n"
