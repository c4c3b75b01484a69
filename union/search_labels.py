"""What work somebody looks for, as it is shown to them. Pure."""

from collections.abc import Iterable, Mapping

from union import pays, places, sheets
from union.job_words import AND, NOT, TRADES, Search

_words = sheets.words(__file__)


def conditions(search: Search) -> list[str]:
    """Where, how paid, what kind, how much and what beside, without what does not matter."""
    pay = _words["pay"].format(pay=search.pay, unit=_words["units"][search.unit]) if search.pay else ""
    where = _or(places.label(one) for one in search.district.split(AND)) if search.district else ""
    said = (
        where,
        _named(pays.PAID, search.paid),
        _named(pays.KINDS, search.kind),
        pay,
        *(_named({}, one) if one.startswith(NOT) else one for one in search.perks.split(AND)),
    )
    return [one for one in said if one]


def trade(search: Search, quoted: str = "{}") -> str:
    """What trade, or the word that stands for it."""
    known = [TRADES[one][0] for one in search.trade.split(AND) if one in TRADES]
    return _or(quoted.format(one) for one in known or filter(None, [search.word]))


def _named(names: Mapping[str, str], value: str) -> str:
    if value.startswith(NOT):
        name = value.removeprefix(NOT)
        return f"{_words['without']}{names.get(name, name)}"
    return names.get(value, "")


def _or(names: Iterable[str]) -> str:
    shown: str = _words["or"].join(names)
    return shown
