"""An inverted index of one- and two-letter pieces: which texts share how much with a question."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.intp]


def pieces(text: str) -> set[str]:
    """Letters and pairs of letters: Chinese words are short, so nothing need be segmented."""
    return {*text, *map("".join, pairwise(text))}


class Index:
    """Immutable. A piece weighs its rarity, at most 1; the mass of a text is what its pieces weigh."""

    def __init__(self, texts: Sequence[str]) -> None:
        numbers: dict[str, int] = {}
        number = numbers.setdefault
        flat: list[int] = []
        sizes: list[int] = []
        for text in texts:
            found = pieces(text)
            sizes.append(len(found))
            flat.extend([number(piece, len(numbers)) for piece in found])
        of_piece = np.array(flat, dtype=np.int32)
        of_text = np.repeat(np.arange(len(texts), dtype=np.intp), sizes)
        counts = np.bincount(of_piece, minlength=len(numbers))
        weights = _rarity(counts, len(texts))
        masses = np.bincount(of_text, weights[of_piece], minlength=len(texts))
        # Only a text without pieces has no mass, and nothing shares any with it.
        inverse_roots: Floats = 1 / np.sqrt(masses).clip(1e-9)
        self._texts = len(texts)
        # What more texts have than these hardly tells them apart and is the longest to read.
        self._common = len(texts) / 16
        postings = of_text[np.argsort(of_piece, kind="stable")]
        # What a piece adds to the likeness of each text: to work it out at every question would cost more.
        shares = np.repeat(weights, counts) * inverse_roots[postings]
        ends = np.cumsum(counts)
        self._postings = {
            piece: (postings[end - count : end], shares[end - count : end], weight, count)
            for piece, end, count, weight in zip(
                numbers, ends.tolist(), counts.tolist(), weights.tolist(), strict=True
            )
        }

    def pairs(self) -> list[tuple[str, int]]:
        """Every pair of letters with the number of texts that have it."""
        return [(piece, posting[3]) for piece, posting in self._postings.items() if len(piece) == 2]

    def likeness(self, text: str) -> tuple[Floats, float]:
        """How alike every indexed text is to this one, and the scale: a likeness times it is a cosine, from 0 to 1."""
        found = pieces(text)
        known = [posting for piece in found if (posting := self._postings.get(piece))]
        if not known:
            return np.zeros(self._texts), 0.0
        # A piece that no text has is as rare as can be.
        mass = sum([weight for _, _, weight, _ in known]) + len(found) - len(known)
        telling = [posting for posting in known if posting[3] <= self._common] or known
        texts = np.concatenate([posting[0] for posting in telling])
        shares = np.concatenate([posting[1] for posting in telling])
        likeness = np.bincount(texts, shares, self._texts).astype(np.float64, copy=False)
        return likeness, mass**-0.5


def _rarity(counts: Numbers, texts: int) -> Floats:
    """1 for a piece that no text has, about 0 for one that all have."""
    rarity: Floats = np.log((texts + 1) / (counts + 0.5)) / np.log(2 * (texts + 1))
    return rarity
