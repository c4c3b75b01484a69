"""The form in which a question and a phrasing are compared: nothing that a worker's keyboard adds is left."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_TO_SIMPLIFIED = OpenCC("t2s")
# WeChat writes its own faces as [微笑] or, from old telephones, as /::) and /:rose.
_FACE = re.compile(r"\[[^\W_]{1,6}\]|/:[!-~]{1,7}")


class _Letters(dict[int, str]):
    """Code point to what is left of it, filled as code points are met.

    Converting character by character keeps the two sides of a comparison alike, which conversion by phrase
    does not: the same word may be cut differently inside a question.
    """

    def __missing__(self, code: int) -> str:
        # Compatibility forms first: some of them stand for a traditional character.
        letters = _kept(unicodedata.normalize("NFKC", chr(code)))
        kept = _kept(_TO_SIMPLIFIED.convert(letters).lower()) if letters else ""
        # Chinese lives in the first plane; beyond it a stranger could fill the memory one character at a time.
        if code < 0x10000:
            self[code] = kept
        return kept


class _Simplified(dict[int, str]):
    """Code point to its simplified letter, filled as code points are met."""

    def __missing__(self, code: int) -> str:
        letter = _TO_SIMPLIFIED.convert(chr(code)) if code > 0x7F else chr(code)
        if code < 0x10000:
            self[code] = letter
        return letter


def _kept(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")


_letters, _simplified = _Letters(), _Simplified()


@lru_cache(256)  # routing asks for the same text as the match that follows
def normalise(text: str) -> str:
    """Half width, lower case, simplified; no punctuation, white space, emoji or WeChat face codes. Idempotent."""
    if "[" in text or "/:" in text:
        # A bracket around all that was written is emphasis, not a face.
        text = _FACE.sub("", text).strip() or text
    return text.translate(_letters)


def simplified(text: str) -> str:
    """Simplified letter by letter, so that each still stands where it stood; all else is kept."""
    return text if text.isascii() else text.translate(_simplified)
