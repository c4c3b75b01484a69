"""One of the jobs that are on show, in a worker's words: what is asked of it, or that it is wanted. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from union import job_words, places, sheets
from union.job_words import Search
from union.listings import Listing

_words = sheets.words(__file__)
_MOST_SAID = 24
_ABOUT = {name: _words[name] for name in ("keys", "questions", "applies")} | _words["parts"]
_FORMS = [re.compile(form.format(**_ABOUT)) for form in _words["forms"]]
_NUMERALS = _words["numerals"]


@dataclass(frozen=True, slots=True)
class Pointed:
    """By its place in the list, by what was said of it, or neither where only one is on show."""

    number: int
    said: Search | None
    applies: bool  # it is wanted, and not only asked about


def read(text: str, topic: str | None) -> Pointed | None:
    """What may be about a job on show; which are, and whether one of them is meant, is for others to know."""
    if topic != job_words.FINDING or len(text) > _MOST_SAID:
        return None
    plain = places.plain(text)
    found = [one.groupdict() for form in _FORMS if (one := form.fullmatch(plain)) and not _is_vague(one)]
    if not found:
        return None
    told = found[0]
    figure, name = told.get("number") or "", told["name"] or ""
    number = _NUMERALS.index(figure) + 1 if figure in _NUMERALS and figure else int(figure or 0)
    said = job_words.with_word(job_words.read(name)) if name else None
    if said == Search():
        return None
    return Pointed(number, said, told.get("applies") is not None)


def _is_vague(found: re.Match[str]) -> bool:
    """“The one” and any words that ask may be about anything."""
    return found.re is _FORMS[-1] and not (found["name"] or found["number"])


def meant(pointed: Pointed, shown: Sequence[Listing]) -> list[Listing]:
    """Those of the list that fit what was said."""
    if pointed.number:
        return list(shown[pointed.number - 1 : pointed.number])
    if pointed.said is None:
        return list(shown) if len(shown) == 1 else []
    return [one for one in shown if _fits(pointed.said, one)]


def _fits(said: Search, one: Listing) -> bool:
    whole = f"{one.post}{one.pay}{one.hours}{one.details}"
    return (
        said.district in ("", one.district)
        and said.trade in ("", one.trade)
        and said.word in one.post
        and (not said.pay or f"{said.pay:g}" in one.pay)
        and set(filter(None, said.perks.split(job_words.AND))) <= set(job_words.perks_of(whole))
    )
