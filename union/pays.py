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
_LEAST_A_MONTH = 1000  # yuan: what is paid with something on top and is so much, is for a month


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_AMOUNT, _UNIT, _LEAD = _words["amount"], f"({_any(_UNITS)})", f"(?:{_any(_words['lead'])})*"
_TAIL = _words["tail"].replace("{more}", "|".join(f"(?:{one})" for one in _words["more"]))
_BY_UNIT = re.compile(f"{_LEAD}(?:{_any(_ALONE)})?{_AMOUNT}(?:/|每|一)?{_UNIT}{_TAIL}")
_EACH = re.compile(f"{_LEAD}(?:每|一){_UNIT}{_AMOUNT}{_TAIL}")
_BASE = re.compile(f"{_LEAD}({_any(_ALONE)}){_AMOUNT}{_TAIL}")
_PLUS = re.compile(f"{_LEAD}{_AMOUNT}(?=保底|底薪|另?加|外加|再加|\\+|起?提成){_TAIL}")
_FURTHER = re.compile(_TAIL)
_CLAUSE_ENDS = re.compile(r"[,;。()、]+")


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
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", words)).lower()
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text)
    clauses = [one for one in _CLAUSE_ENDS.split(text) if one]
    stated = [_read(one) for one in clauses]
    others = [one for one, pay in zip(clauses, stated, strict=True) if pay is None]
    pays = [pay for pay in stated if pay]
    if not pays or not all(map(_FURTHER.fullmatch, others)):
        raise NoPay(words[:40])
    return pays[0]


def _read(clause: str) -> Pay | None:
    """Pay as one clause states it."""
    if found := _BY_UNIT.fullmatch(clause):
        *amount, unit = found.groups()
        return _pay(amount, _UNITS[unit])
    if found := _EACH.fullmatch(clause):
        unit, *amount = found.groups()
        return _pay(amount, _UNITS[unit])
    if found := _BASE.fullmatch(clause):
        lead, *amount = found.groups()
        return _pay(amount, _ALONE[lead])
    if found := _PLUS.fullmatch(clause):
        pay = _pay(found.groups(), "month")
        return pay if pay and pay.low >= _LEAST_A_MONTH else None
    return None


def _pay(amount: Sequence[str | None], unit: str) -> Pay | None:
    low_number, low_times, high_number, high_times = amount
    low = _yuan(low_number or "0", low_times or (high_times if high_number else None))
    high = _yuan(high_number, high_times) if high_number else low
    return Pay(low, high, unit) if 0 < low <= high else None


def _yuan(number: str, times: str | None) -> float:
    return round(float(number) * (_words["times"][times] if times else 1), 2)
