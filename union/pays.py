"""What a job pays, as it is written in listings: lowest and highest, and for what. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from union import sheets

_words = sheets.words(__file__)
PAID: dict[str, str] = _words["paid"]
KINDS: dict[str, str] = _words["kinds"]
_UNITS: dict[str, str] = {word: unit for unit, words in _words["units"].items() for word in words}
_ALONE: dict[str, str] = _words["alone"]
_LEAST_A_MONTH = 1000  # yuan: what is so much and not said to be for anything else is for a month
_MONTHS = 12


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _forms(name: str) -> list[re.Pattern[str]]:
    parts = {
        "amount": _words["amount"],
        "unit": f"(?P<unit>{_any(_UNITS)})",
        "alone": f"(?P<unit>{_any(_ALONE)})",
    }
    return [re.compile(form.format(**parts)) for form in _words[name]]


# What comes first counts.
_STATED, _MONTHLY = _forms("stated"), _forms("monthly")
_VAGUE, _SPOKEN = re.compile(_words["vague"]), re.compile(_words["spoken"])


class NoPay(ValueError):
    """Words that state no pay."""


@dataclass(frozen=True, slots=True)
class Pay:
    """Yuan for a month, a day, an hour or a piece."""

    low: float
    high: float
    unit: str


def read(words: str) -> Pay:
    """Of what is stated first. Raises NoPay."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", words)).lower()
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text)
    pay = (
        None
        if _VAGUE.search(text)
        else _read(_SPOKEN.sub(lambda said: _words["told"].format(counted(said[1])), text))
    )
    if pay is None:
        raise NoPay(words[:40])
    return pay


def counted(number: str) -> float:
    """Of what is said in a digit, a power of ten and perhaps another digit: 三千五, 8毛."""
    tens = _words["tens"][number[1]]
    return float(_digit(number[0]) * tens + (_digit(number[2]) * tens / 10 if len(number) > 2 else 0))


def _digit(letter: str) -> int:
    return int(letter) if letter.isdecimal() else int(_words["digits"][letter])


def _read(text: str) -> Pay | None:
    stated = [found for form in _STATED if (found := form.search(text))]
    if stated:
        first = min(stated, key=lambda found: found.start())
        unit = first["unit"]
        amount = [one for at, one in enumerate(first.groups(), 1) if at != first.re.groupindex["unit"]]
        return _pay(amount, _ALONE.get(unit) or _UNITS.get(unit, "piece"))
    monthly = next((found for form in _MONTHLY if (found := form.search(text))), None)
    pay = _pay(monthly.groups(), "month") if monthly else None
    return pay if pay and pay.low >= _LEAST_A_MONTH else None


def _pay(amount: Sequence[str | None], unit: str) -> Pay | None:
    low_number, low_times, high_number, high_times = amount
    low = _yuan(low_number or "0", low_times or (high_times if high_number else None))
    high = _yuan(high_number, high_times) if high_number else low
    if unit == "year":
        low, high, unit = round(low / _MONTHS), round(high / _MONTHS), "month"
    return Pay(low, high, unit) if 0 < low <= high else None


def _yuan(number: str, times: str | None) -> float:
    return round(float(number) * (_words["times"][times] if times else 1), 2)
