"""Language models of one- and two-letter pieces: in which class of texts would a question most likely be found?"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.floating[Any]]]
Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

# The share that the language of all classes has in the model of each (Jelinek-Mercer smoothing): what a class has
# not been asked for yet says little against it.
_SHARED = 0.3
_PAIR = 2
_OFTEN = 64  # a piece that more than one class in so many has is common
_CODE = 21  # bits of a code point


@lru_cache(256)  # an emergency is looked for in the same text as an answer
def pieces(text: str) -> frozenset[str]:
    """Letters and pairs of letters: Chinese words are short, so nothing need be segmented."""
    return frozenset((*text, *map("".join, pairwise(text))))


class Index:
    """Immutable. What each piece says for each class: the logarithm of how much likelier it is there than anywhere."""

    def __init__(self, classes: Sequence[Sequence[str]], apart: int | None = None) -> None:
        """Anywhere is in the first `apart` classes; those after them are parts of these."""
        self.size = len(classes)
        known, of_piece, of_class, count = _tally(classes)
        apart = self.size if apart is None else apart
        overall: Floats = np.bincount(of_piece, count * (of_class < apart), len(known)).astype(np.float64)
        says = _likelihoods(of_piece, of_class, count, overall)
        # What many classes have is quicker to add up in rows of all classes, the rest one by one.
        number = np.bincount(of_piece, minlength=len(known))
        is_common = number * _OFTEN > self.size
        row_of = np.cumsum(
            is_common
        )  # the first row is nobody's: a number above zero is told from nothing at once
        here = is_common[of_piece]
        self._rows = np.zeros((int(is_common.sum()) + 1, self.size), dtype=np.float32)
        self._rows[row_of[of_piece[here]], of_class[here]] = says[here]
        pairs = list(zip(of_class[~here].tolist(), says[~here].tolist(), strict=True))
        flags, rows, ends = is_common.tolist(), row_of.tolist(), np.cumsum(number * ~is_common).tolist()
        # One dictionary of both: to look a piece up costs more than to add what is found.
        self._says: dict[str, int | tuple[tuple[int, float], ...]] = {
            piece: rows[at] if flags[at] else tuple(pairs[start:end])
            for at, (piece, start, end) in enumerate(zip(known, [0, *ends], ends, strict=False))
        }
        often = zip(known, overall.astype(int).tolist(), strict=True)
        self.pairs = [(piece, times) for piece, times in often if len(piece) == _PAIR]

    def scores(self, asked: Iterable[str]) -> Floats:
        """What these pieces say for each class, summed; 0 where they say nothing."""
        found = list(filter(None, map(self._says.get, asked)))
        rows = [says for says in found if type(says) is int]
        scores: Floats = np.add.reduce(self._rows.take(rows, 0), 0)
        one_by_one: Any = scores.data  # numpy itself takes three times as long for single numbers
        for says in found:
            if type(says) is tuple:
                for number, value in says:
                    one_by_one[number] += value
        return scores

    def says(self, piece: str, number: int) -> float:
        """What one piece says for one class."""
        return float(self.scores([piece])[number])


def _tally(classes: Sequence[Sequence[str]]) -> tuple[list[str], Numbers, Numbers, Numbers]:
    """All pieces; then, sorted by piece: the number of the piece, a class, and how many texts of the class have it."""
    texts = [text for texts in classes for text in texts]
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).astype(np.int64)
    text = np.repeat(np.arange(len(texts)), [len(one) for one in texts])
    within = text[1:] == text[:-1]
    pairs = (codes[:-1] << _CODE | codes[1:])[within]
    keys, piece = np.unique(np.concatenate((codes, pairs)), return_inverse=True)
    # However often a text has a piece, it counts once.
    often = np.sort(piece * len(texts) + np.concatenate((text, text[:-1][within])))
    once = often[np.flatnonzero(np.diff(often, prepend=-1))]
    piece, text = np.divmod(once, max(len(texts), 1))
    of_class = np.repeat(np.arange(len(classes)), [len(one) for one in classes])[text]
    begins = np.flatnonzero(np.diff(piece * len(classes) + of_class, prepend=-1))
    letters = np.stack((keys >> _CODE, keys & (1 << _CODE) - 1), axis=1)
    letters[letters[:, 0] == 0] = letters[letters[:, 0] == 0][:, ::-1]
    known = np.ascontiguousarray(letters, dtype=np.uint32).view("U2").ravel().tolist()
    return known, piece[begins], of_class[begins], np.diff(begins, append=len(once))


def _likelihoods(of_piece: Numbers, of_class: Numbers, count: Numbers, overall: Floats) -> Floats:
    """What each piece says for a class."""
    sizes = np.bincount(of_class, count)
    likelier = count / sizes[of_class] * overall.sum() / overall[of_piece]
    says: Floats = np.log1p((1 - _SHARED) / _SHARED * likelier).astype(np.float32)
    return says


def largest(scores: Floats, number: int) -> tuple[list[int], list[float]]:
    """Where the largest scores are, and these, the largest first; what is not above zero is left out."""
    near = scores.argpartition(-number)[-number:] if scores.size > number else scores.nonzero()[0]
    near = near[scores[near].argsort()[::-1]]
    found: list[float] = scores[near].tolist()
    while found and found[-1] <= 0:
        found.pop()
    return near[: len(found)].tolist(), found
