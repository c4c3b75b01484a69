"""Fitting what cheats' listings have in common to those that were written for it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from knowledge.regressions import Signs
from union import listing_signs
from union.listing_signs import ANY, CONSTANT, FOLDER

_LEAST_SEEN = 2
_RIDGE = 1.0
_SLIGHT = 0.05  # weights below are dropped


def fit() -> Mapping[str, Mapping[str, float]]:
    """Weights for any trick at all, and for each rule among the tricks; some seconds."""
    rules, found = [], []
    for line in (FOLDER / "tricks.txt").read_text(encoding="utf-8").splitlines():
        rule, told = line.split("|", 1)
        rules.append(rule)
        found.append(_pieces(told))
    honest = [_pieces(line) for line in (FOLDER / "honest.txt").read_text(encoding="utf-8").splitlines()]
    happened = [True] * len(found) + [False] * len(honest)
    return {ANY: _regress(found + honest, happened)} | {
        rule: _regress(found, [one == rule for one in rules]) for rule in sorted(set(rules))
    }


def _pieces(told: str) -> set[str]:
    return listing_signs.pieces(listing_signs.clauses(told))


def _regress(found: Sequence[set[str]], happened: Sequence[bool]) -> dict[str, float]:
    seen = Counter(piece for some in found for piece in some)
    names = sorted(piece for piece, number in seen.items() if number >= _LEAST_SEEN)
    number = {piece: at for at, piece in enumerate(names)}
    signs = Signs(
        [[number[piece] for piece in sorted(some) if piece in number] for some in found], np.ones(len(names))
    )
    weights, constant = signs.fit(np.array(happened, dtype=np.float64), np.ones(len(found)), _RIDGE)
    heavy = {
        name: weight for name, weight in zip(names, weights.tolist(), strict=True) if abs(weight) >= _SLIGHT
    }
    return {CONSTANT: constant, **heavy}
