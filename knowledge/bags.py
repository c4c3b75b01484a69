"""How alike texts are by their letters alone: the same question is asked in any order of its words."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

_TIMES = 2.0  # a text is compared when it is at most so many times longer or shorter


class Bags:
    """Immutable. The letters of some texts, each as often as it stands there."""

    def __init__(self, texts: Iterable[str]) -> None:
        ordered = sorted(texts, key=len)
        lengths = [len(text) for text in ordered]
        self._lengths = lengths
        self._sizes = np.array(lengths, dtype=np.float32)
        rows: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(ordered):
            for letter in _counted(text):
                rows[letter].append(number)
        self._has = np.zeros((len(rows), len(ordered)), dtype=np.uint16)
        for row, numbers in enumerate(rows.values()):
            self._has[row, numbers] = 1
        self._row_of = {letter: row for row, letter in enumerate(rows)}

    def likeness(self, text: str) -> float:
        """From 0 to 1: twice the letters in common over all letters, of the nearest text of about this length.

        It is what the normalised Indel similarity makes of letters in the order of the alphabet.
        """
        size = len(text)
        first, last = bisect_left(self._lengths, size / _TIMES), bisect_right(self._lengths, size * _TIMES)
        if first == last:
            return 0.0
        row_of = self._row_of
        rows = [row_of[letter] for letter in _counted(text) if letter in row_of]
        common = np.add.reduce(self._has.take(rows, 0), 0, np.uint16)[first:last]
        return float(np.maximum.reduce(common / (self._sizes[first:last] + size))) * 2


def _counted(text: str) -> Sequence[str]:
    """The letters of a text, all different: the second of a kind is another one than the first."""
    if len(set(text)) == len(text):
        return text
    seen: dict[str, str] = {}
    counted = []
    for letter in text:
        one = seen[letter] = seen[letter] + letter if letter in seen else letter
        counted.append(one)
    return counted
