"""Logistic regression on many signs of which each example has few, fitted by L-BFGS."""

from collections import Counter
from collections.abc import Callable, Sequence, Set
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
_Slope: TypeAlias = Callable[[Floats], tuple[float, Floats]]

_LEAST_SEEN = 2
_KEPT = 8  # so many of the last steps are remembered
_STEPS = 150
_ENOUGH = 1e-5  # of the loss, gained by a step
_SUFFICIENT, _SHORTEST = 1e-4, 1e-8


class Signs:
    """Which signs each example has; a sign that counts for less is drawn to nothing more strongly."""

    def __init__(self, examples: Sequence[Sequence[int]], counts_for: Floats) -> None:
        self._size = len(examples)
        self._counts_for = counts_for
        self._example = np.repeat(np.arange(self._size), [len(signs) for signs in examples])
        self._sign = np.fromiter((sign for signs in examples for sign in signs), dtype=np.intp)
        self._value = counts_for[self._sign]

    def fit(self, happened: Floats, counts: Floats, ridge: float = 1.0) -> tuple[Floats, float]:
        """The weights of the signs and the constant."""
        side = np.where(happened > 0, 1.0, -1.0)

        def slope(found: Floats) -> tuple[float, Floats]:
            weights, constant = found[:-1], found[-1]
            odds = self._add(weights) + constant
            loss = float((counts * np.logaddexp(0, -side * odds)).sum() + ridge / 2 * (weights @ weights))
            error = counts * (1 / (1 + np.exp(-np.clip(odds, -50, 50))) - happened)
            return loss, np.append(self._spread(error) + ridge * weights, error.sum())

        found = _descend(slope, np.zeros(len(self._counts_for) + 1))
        return found[:-1] * self._counts_for, float(found[-1])

    def odds(self, weights: Floats, constant: float) -> Floats:
        """Of every example, with weights as `fit` gives them."""
        return np.asarray(
            np.bincount(self._example, weights[self._sign], minlength=self._size) + constant, np.float64
        )

    def _add(self, weights: Floats) -> Floats:
        return np.bincount(self._example, weights[self._sign] * self._value, minlength=self._size).astype(
            np.float64
        )

    def _spread(self, error: Floats) -> Floats:
        found = np.bincount(self._sign, error[self._example] * self._value, minlength=len(self._counts_for))
        return found.astype(np.float64)


def weigh(
    found: Sequence[Set[str]],
    happened: Sequence[bool],
    counts: Sequence[float],
    worth: Callable[[str], float] = lambda _: 1.0,
    ridge: float = 1.0,
) -> tuple[dict[str, float], float]:
    """The weights of the pieces that more than one example has, and the constant.

    `counts` is what each example counts for, `worth` what a piece does, and `ridge` how strongly weights are drawn to
    nothing.
    """
    seen = Counter(piece for some in found for piece in some)
    names = sorted(piece for piece, times in seen.items() if times >= _LEAST_SEEN)
    number = {piece: at for at, piece in enumerate(names)}
    signs = Signs(
        [[number[piece] for piece in sorted(some) if piece in number] for some in found],
        np.array([worth(piece) for piece in names]),
    )
    sides, each = np.array(happened, dtype=np.float64), np.array(counts, dtype=np.float64)
    weights, constant = signs.fit(sides, each, ridge)
    return dict(zip(names, weights.tolist(), strict=True)), constant


def _descend(slope: _Slope, at: Floats) -> Floats:
    """The lowest point of a convex function that tells its value and its gradient."""
    loss, gradient = slope(at)
    steps: list[tuple[Floats, Floats]] = []
    for _ in range(_STEPS):
        way = _way(gradient, steps)
        length = 1.0 if steps else 1 / max(1.0, float(np.abs(gradient).sum()))
        there = at - length * way
        lower, bend = slope(there)
        while lower > loss - _SUFFICIENT * length * float(gradient @ way) and length > _SHORTEST:
            length /= 2
            there = at - length * way
            lower, bend = slope(there)
        steps = [*steps, (there - at, bend - gradient)][-_KEPT:]
        gained = abs(loss - lower) / max(1.0, abs(loss))
        at, loss, gradient = there, lower, bend
        if gained < _ENOUGH or float(steps[-1][0] @ steps[-1][1]) <= 0:
            break
    return at


def _way(gradient: Floats, steps: Sequence[tuple[Floats, Floats]]) -> Floats:
    """The gradient as it looks where the ground is bent as the last steps found it."""
    way = gradient.copy()
    shares = []
    for step, bend in reversed(steps):
        share = float(step @ way) / float(bend @ step)
        shares.append(share)
        way -= share * bend
    if steps:
        step, bend = steps[-1]
        way *= float(step @ bend) / float(bend @ bend)
    for (step, bend), share in zip(steps, reversed(shares), strict=True):
        way += (share - float(bend @ way) / float(bend @ step)) * step
    return way
