"""The codes of employers as people write them. Pure; the rule of the code stands in `storage.credit_codes`."""

import re

from storage.credit_codes import is_right, plain

__all__ = ["is_right", "looks_like_one", "plain", "written"]

_LIKE_ONE = re.compile(r"[0-9A-Z]{15,20}")
_AT_END = re.compile(r"(.*?)([0-9A-Z]{15,20})", re.S)
# No code has these letters, which look like those.
_LOOKS = str.maketrans("OISZ", "0152")


def looks_like_one(text: str) -> bool:
    """Whether somebody meant to write a code and not a name."""
    written = plain(text)
    return bool(_LIKE_ONE.fullmatch(written)) and sum(letter.isdigit() for letter in written) >= 8


def written(text: str) -> tuple[str, str]:
    """What stands before the code that a text ends with, and the code, right or wrong; both empty where there is none.

    A letter that no code has is the figure that it looks like, if that makes it right.
    """
    found = _AT_END.fullmatch(plain(text))
    if found is None or not looks_like_one(likely := found[2].translate(_LOOKS)):
        return "", ""
    return found[1], likely if is_right(likely) else found[2]
