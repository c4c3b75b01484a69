"""The codes of employers as people write them. Pure; the rule of the code stands in `storage.credit_codes`."""

import re

from storage.credit_codes import is_right, plain

__all__ = ["is_right", "looks_like_one", "plain"]

_LIKE_ONE = re.compile(r"[0-9A-Z]{15,20}")


def looks_like_one(text: str) -> bool:
    """Whether somebody meant to write a code and not a name."""
    written = plain(text)
    return bool(_LIKE_ONE.fullmatch(written)) and sum(letter.isdigit() for letter in written) >= 8
