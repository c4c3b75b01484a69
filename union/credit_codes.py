"""The 18-character code by which an employer is registered (GB 32100-2015). Pure."""

import re
import unicodedata

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z, which look like digits
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CODE = re.compile(rf"[{_LETTERS}]{{2}}[0-9]{{6}}[{_LETTERS}]{{10}}")
_LIKE_ONE = re.compile(r"[0-9A-Z]{15,20}")


def plain(text: str) -> str:
    """As it is kept: half width, capital letters, without blanks and dashes."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def looks_like_one(text: str) -> bool:
    """Whether somebody meant to write a code and not a name."""
    written = plain(text)
    return bool(_LIKE_ONE.fullmatch(written)) and sum(letter.isdigit() for letter in written) >= 8


def is_right(text: str) -> bool:
    """Whether it is a code whose check character fits the others."""
    code = plain(text)
    if not _CODE.fullmatch(code):
        return False
    total = sum(_LETTERS.index(letter) * weight for letter, weight in zip(code, _WEIGHTS, strict=False))
    return _LETTERS[-total % 31] == code[17]
