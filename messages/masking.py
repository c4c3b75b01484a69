"""Numbers that do not belong in a chat are made unreadable before anything is stored."""

import re
import unicodedata
from itertools import cycle

from storage import credit_codes

_DIGIT = "0-9０-９零〇一幺二两三四五六七八九"
_PLAIN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
# What people put between the groups of a number.
_GAP = r"[\s\-—–_.．·。()（）]{0,3}"
_WIDE = r"[\s\-—–_.．·。()（）、,，]{0,3}"
# A mobile: eleven digits from 1[3-9], spoken ones and groups too, with or without +86.
_MOBILE = re.compile(
    rf"(?<![{_DIGIT}])(?:[+＋]?(?:86|８６){_GAP})?"
    rf"([1１一幺]{_GAP}[3-9３-９三四五六七八九](?:{_GAP}[{_DIGIT}]){{9}})(?![{_DIGIT}])"
)
_MAYBE_MOBILE = re.compile(rf"[1１一幺]{_GAP}[3-9３-９三四五六七八九]")  # told quickly
_MOBILE_DIGITS = 11
# Digits with gaps, enough for an ID number of 18 or, from before 1999, 15 characters or a bank card of 16 to 19.
_RUN = re.compile(rf"[{_DIGIT}](?:{_WIDE}[{_DIGIT}]){{14,}}[XxＸｘ]?")
_GROUP = re.compile(rf"[{_DIGIT}]+[XxＸｘ]?")
_LISTING = re.compile("[、,，]")
_SHORTEST, _LONGEST = 15, 19
_CODE_LENGTH = 18
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
# Digits 7 to 14 of an ID number.
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_BIRTH_DATE = re.compile(rf"(?:19|20)[0-9]{{2}}{_DAY}")
# Without a check character only a province before the day of birth tells it from the number of an order.
_OLD_ID_CARD = re.compile(rf"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|99)[0-9]{{6}}{_DAY}[0-9]{{3}}")
_UNIONPAY = re.compile(r"62[0-9]{14}(?:[0-9]{3})?")


def mask(text: str) -> str:
    """The text with ID and bank card numbers reduced to their last four characters, however they are written.

    Only numbers whose check digit is right (GB 11643, Luhn) count, so that order numbers stay readable; and such with
    a slip in them as are known otherwise: an ID number by the day of birth, a card of UnionPay by its first digits. The
    credit code of an employer is none of these.
    """
    return _RUN.sub(_hide_in, text) if len(text) >= _SHORTEST else text


def mask_mobiles(text: str) -> str:
    """The text with mobiles as they may be shown again: 138****8000."""
    if len(text) < _MOBILE_DIGITS or not _MAYBE_MOBILE.search(text):
        return text
    return _MOBILE.sub(_hide_mobile, text)


def _hide_mobile(match: re.Match[str]) -> str:
    number = _plain(match[1])
    return f"{number[:3]}****{number[-4:]}"


def _plain(written: str) -> str:
    """The digits of a number, and an X."""
    return "".join(
        c for c in unicodedata.normalize("NFKC", written).upper().translate(_PLAIN) if c in "0123456789X"
    )


def _hide_in(run: re.Match[str]) -> str:
    """A run of digits may hold several numbers; each begins and ends with one of its groups."""
    groups = list(_GROUP.finditer(run.string, run.start(), run.end()))
    kept: list[str] = []
    at = run.start()
    for first, group in enumerate(groups):
        if group.start() < at:
            continue
        for last in reversed(groups[first : first + _LONGEST]):
            number = _plain(run.string[group.start() : last.end()])
            if _SHORTEST <= len(number) <= _LONGEST and _is_secret(
                number, run.string, group.start(), last.end()
            ):
                kept += [run.string[at : group.start()], _hidden(number)]
                at = last.end()
                break
    return "".join((*kept, run.string[at : run.end()]))


def _is_secret(number: str, text: str, start: int, end: int) -> bool:
    if _is_credit_code(text, start, end, len(number)):
        return False
    # What commas part is a list of sums sooner than a card.
    return _is_id_card(number) or (_is_bank_card(number) and not _LISTING.search(text, start, end))


def _hidden(number: str) -> str:
    return "*" * (len(number) - 4) + number[-4:]


def _is_credit_code(text: str, start: int, end: int, length: int) -> bool:
    """Whether these digits are, or begin, an employer's code, which may end in letters."""
    if length > _CODE_LENGTH:
        return False
    code = credit_codes.plain(text[start : end + _CODE_LENGTH - length])
    return credit_codes.is_right(code) and not _BIRTH_DATE.match(code, 6)


def _is_id_card(number: str) -> bool:
    if _OLD_ID_CARD.fullmatch(number):
        return True
    if len(number) != 18 or not number[:17].isdigit():
        return False
    if _BIRTH_DATE.match(number, 6):
        return True
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == number[17]


def _is_bank_card(number: str) -> bool:
    if not number.isdigit() or len(number) < 16:
        return False
    if _UNIONPAY.fullmatch(number):
        return True
    total = 0
    for digit, factor in zip(reversed(number), cycle((1, 2)), strict=False):
        total += sum(divmod(int(digit) * factor, 10))
    return total % 10 == 0
