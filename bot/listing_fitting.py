"""Fitting what cheats' listings have in common to those that were written for it."""

from collections.abc import Mapping, Sequence

from knowledge.regressions import weigh
from union import listing_signs
from union.listing_signs import ANY, CONSTANT, FOLDER

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
    weights, constant = weigh(found, happened, [1.0] * len(found))
    return {CONSTANT: constant} | {
        piece: weight for piece, weight in weights.items() if abs(weight) >= _SLIGHT
    }
