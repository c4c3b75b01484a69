"""Identity numbers of GB 11643: what is wrong with one, and when its holder was born."""

import unicodedata
from datetime import date
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# Labour law: nobody under 16 may be employed.
LEAST_AGE = 16
_MOST_AGE = 120


class Fault(StrEnum):
    """Why a text is not the identity number of somebody who may join."""

    EMPTY = "empty"
    SHORT = "short"
    LONG = "long"
    LETTERS = "letters"
    DATE = "date"
    CHECK = "check"
    YOUNG = "young"


def plain(text: str) -> str:
    """As it is printed: in half width, without blanks and strokes, with a capital X."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in narrow if not sign.isspace() and sign not in "-—_.")


def fault(number: str, today: date) -> Fault | None:
    """What is wrong with a plain number, the first thing to be told; None when it is in order."""
    if not number:
        return Fault.EMPTY
    if len(number) != 18:
        return Fault.SHORT if len(number) < 18 else Fault.LONG
    if not _written(number):
        return Fault.LETTERS
    born = birthday(number)
    if born is None or born > today or _age(born, today) > _MOST_AGE:
        return Fault.DATE
    if check(number) != number[17]:
        return Fault.CHECK
    return Fault.YOUNG if _age(born, today) < LEAST_AGE else None


def check(number: str) -> str:
    """The check character that the first seventeen digits call for (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11]


def birthday(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _written(number: str) -> bool:
    digits = number[:17]
    return digits.isascii() and digits.isdigit() and number[17] in "0123456789X"


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
