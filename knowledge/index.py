"""Language models of one- and two-letter pieces: in which class of texts would a question most likely be found?"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

# The share that the language of all classes has in the model of each (Jelinek-Mercer smoothing): what a class has
# not been asked for yet says little against it.
_SHARED = 0.3
_OFTEN = 8  # a piece that more than one class in so many has is common


def pieces(text: str) -> set[str]:
    """Letters and pairs of letters: Chinese words are short, so nothing need be segmented."""
    return {*text, *map("".join, pairwise(text))}


class Index:
    """Immutable. What each piece says for each class: the logarithm of how much likelier it is there than anywhere."""

    def __init__(self, classes: Sequence[Iterable[str]]) -> None:
        counts: list[Counter[str]] = [Counter() for _ in classes]
        for count, texts in zip(counts, classes, strict=True):
            for text in texts:
                count.update(pieces(text))
        self.counts: Counter[str] = Counter()
        for count in counts:
            self.counts.update(count)
        self.size = len(counts)
        of_class, of_piece, says = _likelihoods(counts, self.counts)
        # What many classes have is quicker to add up in rows of all classes, the rest class by class.
        number = np.bincount(of_piece, minlength=len(self.counts))
        is_common = number * _OFTEN > self.size
        row_of = np.cumsum(is_common) - 1
        here = is_common[of_piece]
        self._rows = np.zeros((int(is_common.sum()), self.size))
        self._rows[row_of[of_piece[here]], of_class[here]] = says[here]
        both = np.vstack([of_class, says])
        ends = np.cumsum(number).tolist()
        flags, rows = is_common.tolist(), row_of.tolist()
        self._common = {piece: rows[at] for at, piece in enumerate(self.counts) if flags[at]}
        self._rare = {
            piece: both[:, start:end]
            for piece, start, end, common in zip(self.counts, [0, *ends], ends, flags, strict=False)
            if not common
        }

    def scores(self, asked: Iterable[str]) -> Floats:
        """What these pieces say for each class, summed; 0 where they say nothing."""
        rows, rare = [], []
        for piece in asked:
            row = self._common.get(piece)
            if row is not None:
                rows.append(row)
            elif (says := self._rare.get(piece)) is not None:
                rare.append(says)
        scores: Floats = np.add.reduce(self._rows.take(rows, 0), 0) if rows else np.zeros(self.size)
        if rare:
            classes, values = np.concatenate(rare, 1)
            scores += np.bincount(classes.astype(np.intp), values, self.size)
        return scores

    def says(self, piece: str, number: int) -> float:
        """What one piece says for one class."""
        row = self._common.get(piece)
        if row is not None:
            return float(self._rows[row, number])
        classes, values = self._rare.get(piece, np.zeros((2, 0)))
        return float(values[classes == number].sum())


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
    return of_class[order], of_piece[order], np.log1p((1 - _SHARED) / _SHARED * likelier)[order]


def largest(scores: Floats, number: int) -> list[int]:
    """Where the largest scores are, the largest first; zeros are left out."""
    near = scores.argpartition(-number)[-number:] if scores.size > number else scores.nonzero()[0]
    return [at for at in near[scores[near].argsort()[::-1]].tolist() if scores[at] > 0]
