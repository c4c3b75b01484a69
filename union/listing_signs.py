"""What cheats' listings have in common, however they word it: letters in a row, weighed; `job fit` fits the weights."""

import re
from collections.abc import Mapping, Sequence
from itertools import repeat
from pathlib import Path

from union import sheets

FOLDER = Path(__file__).with_name("listing_texts")
SHIPPED = FOLDER / "weights.txt"
ANY = "any"  # the name of the weights that decide whether there is a trick at all; the others tell which
CONSTANT = "="
UNIT = 100  # weights are whole hundredths
_LONGEST = 3
_CLAUSE = re.compile(r"[，,。；;！!？?：:、\n]")
_NUMBER = re.compile(sheets.words(__file__)["number"])


def clauses(text: str) -> list[str]:
    return [clause for clause in map(str.strip, _CLAUSE.split(text)) if clause]


def pieces(told: Sequence[str]) -> set[str]:
    """One to three letters in a row of each clause, whose ends are letters too; all numbers are one."""
    found: set[str] = set()
    for clause in told:
        ended = f"^{_NUMBER.sub('#', ''.join(filter(str.isalnum, clause)))}$"
        for length in range(1, _LONGEST + 1):
            found.update(ended[at : at + length] for at in range(len(ended) - length + 1))
    return found - {"^", "$", "^$"}


class Signs:
    """Immutable."""

    def __init__(self, path: Path = SHIPPED) -> None:
        self._weights: dict[str, dict[str, int]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            name, value, *found = line.split(" ")
            self._weights.setdefault(name, {}).update(zip(found, repeat(int(value))))

    def odds(self, told: Sequence[str]) -> float:
        """That clauses, told together, hold a trick, as a logarithm."""
        return self._sum(ANY, told) / UNIT

    def rule(self, told: Sequence[str]) -> str:
        """The name of the rule that it is most likely about."""
        return max((name for name in self._weights if name != ANY), key=lambda name: self._sum(name, told))

    def telling(self, told: Sequence[str]) -> str:
        """The clause that says most for it."""
        return max(told, key=lambda clause: self._sum(ANY, [clause]))

    def _sum(self, name: str, told: Sequence[str]) -> int:
        weights = self._weights[name]
        return weights.get(CONSTANT, 0) + sum(weights.get(piece, 0) for piece in pieces(told))


def to_text(weights: Mapping[str, Mapping[str, float]]) -> str:
    """Weights as they are kept: a line for each weight, with all the pieces that have it."""
    lines = []
    for name, some in weights.items():
        rows: dict[int, list[str]] = {}
        for piece, weight in sorted(some.items()):
            rows.setdefault(round(weight * UNIT / 5) * 5, []).append(piece)
        lines += [" ".join([name, str(weight), *found]) for weight, found in sorted(rows.items()) if weight]
    return "\n".join(lines) + "\n"
