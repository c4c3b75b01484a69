"""What a job pays, as it is written in listings: lowest and highest, and for what. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from union import sheets

_words = sheets.words(__file__)
PAID: dict[str, str] = _words["paid"]
KINDS: dict[str, str] = _words["kinds"]
_UNITS = {word: unit for unit, words in _words["units"].items() for word in words}
_PAY = re.compile(
    f"(?:{'|'.join(_words['lead'])})*{_words['pattern']}({'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    f"{_words['tail']}"
)


class NoPay(ValueError):
    """Words that state no pay."""


@dataclass(frozen=True, slots=True)
class Pay:
    """Yuan for a month, a day, an hour or a piece."""

    low: float
    high: float
    unit: str


def read(words: str) -> Pay:
    """Raises NoPay."""
    text = re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", words)).lower()
    found = _PAY.fullmatch(text)
    if found is None:
        raise NoPay(words[:40])
    low_number, low_times, high_number, high_times, unit = found.groups()
    low = _yuan(low_number, low_times or (high_times if high_number else None))
    high = _yuan(high_number, high_times) if high_number else low
    if low <= 0 or high < low:
        raise NoPay(words[:40])
    return Pay(low, high, _UNITS[unit])


def _yuan(number: str, times: str | None) -> float:
    return round(float(number) * (_words["times"][times] if times else 1), 2)
