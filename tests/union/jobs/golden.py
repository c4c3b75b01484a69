"""The listings that were written before the rules, as offers."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from union.listing_rules import Offer

TODAY = date(2026, 11, 28)


def _rows(name: str) -> list[list[str]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [line.split("|") for line in text.splitlines() if line and not line.startswith("#")]


def _offer(post: str, pay: str, details: str, *others: str) -> Offer:
    given = dict(one.split("=", 1) for one in others)
    return Offer(
        post,
        pay,
        details,
        "",
        given.get("publisher", "样例用人单位"),
        given.get("licence", GOOD_LICENCE),
        given.get("contact", "样例女士 0668-0000000"),
        TODAY + timedelta(days=int(given.get("expires", "30"))),
    )


GOOD_LICENCE = "91440900MA0000000G"
HONEST = [_offer(*row) for row in _rows("honest.txt")]
TRICKS = [(row[0], _offer(*row[1:])) for row in _rows("tricks.txt")]
FRESH_HONEST = [_offer(*row) for row in _rows("fresh_honest.txt")]
FRESH_TRICKS = [(row[0], _offer(*row[1:])) for row in _rows("fresh_tricks.txt")]
LATER = [(row[0] == "+", replace(HONEST[0], details=row[1])) for row in _rows("later.txt")]
