"""Whether a job listing may be published: by rule, with the words that break it. Pure; the words stand in the YAML."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from opencc import OpenCC

from union import credit_codes, listing_signs, pays, sheets
from union.listing_signs import Signs

_words = sheets.words(__file__)
LIFE = timedelta(days=_words["life_days"])
_CALLED: Mapping[str, str] = _words["called"]
_NUMBER = re.compile(r"\d[\d\s-]{5,}\d")
# 8:00 and 18:30 are told with the word for the hour, or their colons would part what belongs together.
_TIME, _HOUR = re.compile(r"(?<!\d)([01]?\d|2[0-4]):(?:00|([0-5]\d))(?!\d)"), _words["hour"]
# Odds that a listing holds a trick, as logarithms: with more it does, whatever its words; with less it does not, if it
# tells so many letters: a few plain ones are no sign of honesty.
_TRICK, _HONEST, _TOLD = 0.6, -1.5, 15
_REASON_LETTERS = 10  # at least, why a suspicion is wrong
_signs = Signs()


class Rule(StrEnum):
    """Why a listing is refused."""

    PUBLISHER = "publisher"  # who publishes, and by what licence
    CONTACT = "contact"  # a telephone that can be called
    PAY = "pay"  # stated, and paid when the law says
    LIFE = "life"  # in force now, and at most as long as configured
    DEPOSIT = "deposit"  # money or documents taken from whoever applies
    LOAN = "loan"  # training to be paid or borrowed for
    BRUSH = "brush"  # order-brushing, money mules and other frauds in the shape of jobs
    BIAS = "bias"  # discrimination

    @property
    def is_of_words(self) -> bool:
        """Whether it is a judgement of the wording; the others are facts."""
        return self in (Rule.DEPOSIT, Rule.LOAN, Rule.BRUSH, Rule.BIAS)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is looked at in a listing."""

    post: str
    pay: str
    details: str
    hours: str
    publisher: str
    licence: str
    contact: str
    expires: date


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken, and by which words where there are some; `sure`: they are unlawful in any listing."""

    rule: Rule
    words: str = ""
    sure: bool = False

    @property
    def is_suspicion(self) -> bool:
        """Whether a person may know better."""
        return self.rule.is_of_words and not self.sure

    def __str__(self) -> str:
        """For staff."""
        return f"{_CALLED[self.rule]}：{self.words}" if self.words else _CALLED[self.rule]


class Unexplained(Exception):
    """No reason that says anything to whoever reads it later."""


def demand_reason(told: str) -> None:
    """Raises Unexplained."""
    if sum(map(str.isalnum, told)) < _REASON_LETTERS:
        raise Unexplained(f"say in {_REASON_LETTERS} letters why it is honest: it is kept with your name")


def check(offer: Offer, today: date) -> tuple[Breach, ...]:
    """All that keeps it from being published; nothing when it may."""
    found = [*_formal(offer, today)]
    told = listing_signs.clauses(_plain(offer.details))
    odds = _signs.odds(told)
    signed = _plain(f"{offer.post}，{offer.pay}，{offer.details}，{offer.hours}")
    found += [replace(one, sure=True) for one in _matched(_sure, _squeezed(signed))]
    if odds > _HONEST or sum(map(len, told)) < _TOLD:
        found += _matched(_with_signs, signed) + _matched(_patterns, _squeezed(signed))
    if odds > _TRICK and not any(one.rule in _patterns for one in found):
        found.append(Breach(Rule(_signs.rule(told)), _signs.telling(told)))
    first = {one.rule: one for one in reversed(found)}
    return tuple(first[rule] for rule in Rule if rule in first)


def _matched(known: Mapping[Rule, Sequence[re.Pattern[str]]], told: str) -> list[Breach]:
    """By words that are known."""
    return [
        Breach(rule, match[match.lastindex or 0].strip("，。；、 "))
        for rule, patterns in known.items()
        for one in patterns
        if (match := one.search(told))
    ]


def _formal(offer: Offer, today: date) -> Sequence[Breach]:
    found = []
    if not offer.publisher.strip() or not credit_codes.is_right(offer.licence):
        found.append(Breach(Rule.PUBLISHER, offer.licence))
    if not _NUMBER.search(unicodedata.normalize("NFKC", offer.contact)):
        found.append(Breach(Rule.CONTACT))  # its words are somebody's, and sealed
    if not today <= offer.expires <= today + LIFE:
        found.append(Breach(Rule.LIFE, offer.expires.isoformat()))
    try:
        pays.read(offer.pay)
    except pays.NoPay:
        found.append(Breach(Rule.PAY, offer.pay))
    return found


_simplified = OpenCC("t2s")


def _plain(text: str) -> str:
    plain: str = _simplified.convert(unicodedata.normalize("NFKC", text).lower())
    return _TIME.sub(
        lambda time: f"{time[1]}{_HOUR}{time[2] or ''}", plain.replace(",", "，").replace(";", "；")
    )


def _squeezed(text: str) -> str:
    """Without blanks and signs within a clause, for they hide words; and without what is honest."""
    clauses = ["".join(one for one in clause if one.isalnum()) for clause in re.split(r"[，。；!！\n]", text)]
    squeezed = "，".join(filter(None, clauses))
    for pattern in _honest:
        squeezed = pattern.sub("", squeezed)
    return squeezed


def _compiled(named: dict[str, list[str]]) -> dict[Rule, list[re.Pattern[str]]]:
    return {Rule(rule): [re.compile(one) for one in patterns] for rule, patterns in named.items()}


_honest = [re.compile(one) for one in _words["honest"]]
_sure = _compiled(_words["sure"])
_patterns = _compiled(_words["rules"])
_with_signs = _compiled(_words["with_signs"])
