"""Words written with other characters of the same sound, as speech input and quick fingers produce them."""

import os
import re
from collections.abc import Iterable
from itertools import pairwise

# Its dictionary of phrases, which is never asked for here, takes a third of a second and 50 MB to load.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin import Style, lazy_pinyin

# Sounds that southern speakers and their telephones take for one another: zh/z, ch/c, sh/s, n/l, hu/f, -ng/-n.
_ALIKE = (
    (re.compile("^([zcs])h"), r"\1"),
    (re.compile("^n(?=.)"), "l"),
    (re.compile("^hu"), "fu"),
    (re.compile("^fa"), "fua"),
    (re.compile("^fe"), "fu"),
    (re.compile("ng$"), "n"),
)
_FIRST_LETTER = (
    0xE000  # private use: one letter a syllable, so that a text and its sound have the same length
)


class _Sounds(dict[int, str]):
    """Code point to the letter of its syllable; anything but a Han character sounds like itself."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def __missing__(self, code: int) -> str:
        if not 0x4E00 <= code <= 0x9FFF:
            return chr(code)
        # By character, not by phrase: a phrase dictionary costs more than the whole match.
        syllable = lazy_pinyin(chr(code), style=Style.NORMAL)[0]
        for pattern, alike in _ALIKE:
            syllable = pattern.sub(alike, syllable)
        letter = self._letters.setdefault(syllable, chr(_FIRST_LETTER + len(self._letters)))
        self[code] = letter
        return letter


_sounds = _Sounds()


def sound(text: str) -> str:
    """The text with one letter in place of all characters that sound alike."""
    return text.translate(_sounds)


class Homophones:
    """Immutable. The pairs of characters that the knowledge base uses, by their sound."""

    def __init__(self, pairs: Iterable[tuple[str, int]], least: float = 0) -> None:
        """Pairs of characters with how often each one occurs; of two that sound alike the commoner is kept.

        A rarer pair than `least` is known but nothing is respelt as it.
        """
        ranked = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
        self._known = {pair for pair, _ in ranked}
        self._spelling = {sound(pair): pair for pair, count in ranked if count >= least}

    def respell(self, text: str) -> str:
        """The text with unknown pairs of characters respelt as known ones of the same sound.

        Unchanged where that leaves more than a quarter unknown: then it is about something else.
        """
        known, spelling = self._known, self._spelling
        unknown = [at for at, pair in enumerate(map("".join, pairwise(text))) if pair not in known]
        if not unknown or len(unknown) * 2 > len(text):
            return text  # nothing to mend, or it is about something else
        heard = sound(text)
        if not any(heard[at : at + 2] in spelling for at in unknown):
            return text
        spelt = list(text)
        for at in unknown:
            # The pair before may have been respelt and so have mended this one.
            if spelt[at] + spelt[at + 1] not in known:
                spelt[at : at + 2] = spelling.get(heard[at : at + 2]) or spelt[at : at + 2]
        still = sum(pair not in known for pair in map("".join, pairwise(spelt)))
        return "".join(spelt) if still * 4 <= len(text) else text
