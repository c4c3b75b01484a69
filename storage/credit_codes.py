"""The 18-character code by which an employer is registered (GB 32100-2015). Pure.

It stands here because the union keeps such codes and the journal must know them from identity numbers.
"""

import re
import unicodedata

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z, which look like digits
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CODE = re.compile(rf"[{LETTERS}]{{2}}[0-9]{{6}}[{LETTERS}]{{10}}")


def plain(text: str) -> str:
    """As it is kept: half width, capital letters, without blanks and dashes."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def is_right(text: str) -> bool:
    """Whether it is a code whose check character fits the others."""
    code = plain(text)
    if not _CODE.fullmatch(code):
        return False
    total = sum(LETTERS.index(letter) * weight for letter, weight in zip(code, _WEIGHTS, strict=False))
    return LETTERS[-total % 31] == code[17]
