"""Numbers that do not belong in a chat are made unreadable before anything is stored."""

import re
import unicodedata
from itertools import cycle

from storage import credit_codes

# 18 characters of an ID card, or the 16 to 19 digits of a bank card, also in groups or in full width.
_LONG_NUMBER = re.compile(
    r"(?<![0-9０-９])[0-9０-９](?:[\s-]?[0-9０-９]){14,17}[\s-]?[0-9０-９XxＸｘ](?![0-9０-９])"
)
# A mobile: eleven digits from 1[3-9], spoken ones and groups too, with or without +86.
_DIGIT = "0-9０-９零〇一幺二两三四五六七八九"
_MOBILE = re.compile(
    rf"(?<![{_DIGIT}])(?:[+＋]?(?:86|８６)[\s-]?)?([1１一幺][\s-]?[3-9３-９三四五六七八九](?:[\s-]?[{_DIGIT}]){{9}})(?![{_DIGIT}])"
)
_MAYBE_MOBILE = re.compile(r"[1１一幺][\s-]?[3-9３-９三四五六七八九]")  # told quickly
_PLAIN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_MOBILE_DIGITS = 11
# An ID number of 18 or, from before 1999, 15 characters, also in Chinese numerals and with dots.
_GAP = r"[\s\-.．·。、,，]"
_SPOKEN = re.compile(
    rf"(?<![{_DIGIT}])(?<![{_DIGIT}]{_GAP})[{_DIGIT}](?:{_GAP}?[{_DIGIT}]){{14}}"
    rf"(?:(?:{_GAP}?[{_DIGIT}]){{2}}{_GAP}?[{_DIGIT}XxＸｘ])?(?!{_GAP}?[{_DIGIT}])"
)
_HAS_DIGITS = re.compile(rf"[{_DIGIT}](?:{_GAP}?[{_DIGIT}]){{12}}")
_CODE_LENGTH = 18
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
# Digits 7 to 14 of an ID number.
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_BIRTH_DATE = re.compile(rf"(?:19|20)[0-9]{{2}}{_DAY}")
# Without a check character only a province before the day of birth tells it from the number of an order.
_OLD_ID_CARD = re.compile(rf"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|99)[0-9]{{6}}{_DAY}[0-9]{{3}}")


def mask(text: str) -> str:
    """The text with ID and bank card numbers reduced to their last four characters.

    Only numbers whose check digit is right (GB 11643, Luhn) count, so that order numbers stay readable; and an ID
    number with a slip in it, which is known by the day of birth. The credit code of an employer is none of these.
    """
    if not _HAS_DIGITS.search(text):
        return text
    return _SPOKEN.sub(_hide_spoken, _LONG_NUMBER.sub(_hide, text))


def mask_mobiles(text: str) -> str:
    """The text with mobiles as they may be shown again: 138****8000."""
    if len(text) < _MOBILE_DIGITS or not _MAYBE_MOBILE.search(text):
        return text
    return _MOBILE.sub(_hide_mobile, text)


def _hide_mobile(match: re.Match[str]) -> str:
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", match[1])).translate(_PLAIN)
    return f"{number[:3]}****{number[-4:]}"


def _hide(match: re.Match[str]) -> str:
    number = unicodedata.normalize("NFKC", re.sub(r"[\s-]", "", match[0])).upper()
    if _is_credit_code(match, len(number)):
        return match[0]
    return _hidden(number) if _is_id_card(number) or _is_bank_card(number) else match[0]


def _hide_spoken(match: re.Match[str]) -> str:
    number = unicodedata.normalize("NFKC", re.sub(_GAP, "", match[0])).upper().translate(_PLAIN)
    known = _BIRTH_DATE.match(number, 6) if len(number) == 18 else _OLD_ID_CARD.fullmatch(number)
    return _hidden(number) if known else match[0]


def _hidden(number: str) -> str:
    return "*" * (len(number) - 4) + number[-4:]


def _is_credit_code(match: re.Match[str], length: int) -> bool:
    """Whether these digits are, or begin, an employer's code, which may end in letters."""
    if length > _CODE_LENGTH:
        return False
    code = credit_codes.plain(match.string[match.start() : match.end() + _CODE_LENGTH - length])
    return credit_codes.is_right(code) and not _BIRTH_DATE.match(code, 6)


def _is_id_card(number: str) -> bool:
    if len(number) != 18 or not number[:17].isdigit():
        return False
    if _BIRTH_DATE.match(number, 6):
        return True
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == number[17]


def _is_bank_card(number: str) -> bool:
    if not number.isdigit():
        return False
    total = 0
    for digit, factor in zip(reversed(number), cycle((1, 2)), strict=False):
        total += sum(divmod(int(digit) * factor, 10))
    return total % 10 == 0
