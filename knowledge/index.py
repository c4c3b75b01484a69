"""Language models of one- and two-letter pieces: in which class of texts would a question most likely be found?"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

# The share that the language of all classes has in the model of each (Jelinek-Mercer smoothing): what a class has
# not been asked for yet says little against it.
_SHARED = 0.3
_PAIR = 2
_OFTEN = 16  # a piece that more than one class in so many has is common


def pieces(text: str) -> set[str]:
    """Letters and pairs of letters: Chinese words are short, so nothing need be segmented."""
    return {*text, *map("".join, pairwise(text))}


class Index:
    """Immutable. What each piece says for each class: the logarithm of how much likelier it is there than anywhere."""

    def __init__(self, classes: Sequence[Iterable[str]], apart: int | None = None) -> None:
        """Anywhere is in the first `apart` classes; those after them are parts of these."""
        counts: list[Counter[str]] = [Counter() for _ in classes]
        for count, texts in zip(counts, classes, strict=True):
            for text in texts:
                count.update(pieces(text))
        overall: Counter[str] = Counter()
        for count in counts[:apart]:
            overall.update(count)
        self.size = len(counts)
        of_class, of_piece, says = _likelihoods(counts, overall)
        # What many classes have is quicker to add up in rows of all classes, the rest one by one.
        number = np.bincount(of_piece, minlength=len(overall))
        is_common = number * _OFTEN > self.size
        row_of = np.cumsum(is_common) - 1
        here = is_common[of_piece]
        self._rows = np.zeros((int(is_common.sum()), self.size), dtype=np.float32)
        self._rows[row_of[of_piece[here]], of_class[here]] = says[here]
        pairs = list(zip(of_class.tolist(), says.tolist(), strict=True))
        flags, rows, ends = is_common.tolist(), row_of.tolist(), np.cumsum(number).tolist()
        # One dictionary of both: to look a piece up costs more than to add what is found.
        self._says: dict[str, int | tuple[tuple[int, float], ...]] = {
            piece: rows[at] if flags[at] else tuple(pairs[start:end])
            for at, (piece, start, end) in enumerate(zip(overall, [0, *ends], ends, strict=False))
        }
        self.pairs = [(piece, count) for piece, count in overall.items() if len(piece) == _PAIR]

    def scores(self, asked: Iterable[str]) -> Floats:
        """What these pieces say for each class, summed; 0 where they say nothing."""
        rows: list[int] = []
        rare: list[tuple[int, float]] = []
        for piece in asked:
            says = self._says.get(piece)
            if says is None:
                continue
            if type(says) is int:
                rows.append(says)
            else:
                rare += says  # type: ignore[arg-type]  # the narrowing by `type` is not followed
        scores: Floats = np.add.reduce(self._rows.take(rows, 0), 0)
        for number, value in rare:
            scores[number] += value
        return scores

    def says(self, piece: str, number: int) -> float:
        """What one piece says for one class."""
        return float(self.scores([piece])[number])


def _likelihoods(
    counts: Sequence[Counter[str]], overall: Counter[str]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Sorted by piece: the class, the number of the piece, and what it says for the class."""
    numbers = {piece: number for number, piece in enumerate(overall)}
    of_class = np.repeat(np.arange(len(counts), dtype=np.intp), [len(count) for count in counts])
    of_piece = np.array([numbers[piece] for count in counts for piece in count], dtype=np.intp)
    inside = np.array([number for count in counts for number in count.values()], dtype=np.float64)
    sizes = np.array([max(count.total(), 1) for count in counts], dtype=np.float64)
    anywhere = np.array(list(overall.values()), dtype=np.float64)
    likelier = inside / sizes[of_class] * anywhere.sum() / anywhere[of_piece]
    order = np.argsort(of_piece, kind="stable")
    says = np.log1p((1 - _SHARED) / _SHARED * likelier)
    return of_class[order], of_piece[order], says[order].astype(np.float32)


def largest(scores: Floats, number: int) -> list[int]:
    """Where the largest scores are, the largest first; zeros are left out."""
    near = scores.argpartition(-number)[-number:] if scores.size > number else scores.nonzero()[0]
    return [at for at in near[scores[near].argsort()[::-1]].tolist() if scores[at] > 0]
