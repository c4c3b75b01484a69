"""What somebody wants to be told of when it is new, in their words: of which subject, where, and how often. Pure."""

import re
from dataclasses import dataclass, fields, replace

from union import job_words, places, search_labels, sheets
from union.job_words import Search
from union.vocabularies import Vocabulary

_words = sheets.words(__file__)
_ASKS, _NOT = Vocabulary({"asks": _words["asks"]}), Vocabulary({"not": _words["not"]})
_TOPICS, _FREQUENCIES = Vocabulary(_words["topics"]), Vocabulary(_words["frequencies"])
_ASIDE = Vocabulary({"aside": [*_words["asks"], *_words["tell"], *_words["fillers"]]})
_TELL = tuple(_words["tell"])
_ENDS = [re.compile(form.format(**_words["stops"])) for form in _words["forms"]]
_STOPS = re.compile("{firm}|{vague}".format(**_words["stops"]))  # most texts have none of these
_POST, _TRADES_END = re.compile(r"[\u4e00-\u9fff]{2,8}"), tuple(_words["trades_end"])
_MOST_SAID = 40
MOST_LETTERS = 160  # of a code
JOBS, TRAINING, WELFARE, NOTICES, STATIONS = "jobs", "training", "welfare", "notices", "stations"
UNSUBSCRIBING = "unsubscribe"  # as an answer is about it
TOPICS = (JOBS, TRAINING, WELFARE, NOTICES, STATIONS)
PACKS = "packs"  # told together with welfare


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: `topic` and `frequency` are empty where they were not said; `code` is as it is kept.

    `bare`: nothing but that was said, which is a wish where one was asked for. `left` is another post, for a wish of its own.
    """

    topic: str = ""
    code: str = ""
    frequency: str = ""
    bare: bool = False
    left: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """Which of those that are on is to end: of what subject, "" for any, and for what. Unless `firm`, it may be about anything."""

    topic: str
    search: Search
    firm: bool

    def means(self, topic: str, code: str) -> bool:
        """Whether a wish that is on is one of them."""
        kept = search_of(code) if "~" in code else Search(code)
        said = [(getattr(self.search, one.name), getattr(kept, one.name)) for one in fields(Search)]
        return self.topic in ("", topic) and all(not word or word == held for word, held in said)


def ends(text: str, topic: str | None) -> Ending | None:
    """A text that ends something it names, or “it” where subscribing is spoken of; whether that is on is for others to know."""
    plain = places.plain(text).lower() if len(text) <= _MOST_SAID else ""
    if not _STOPS.search(plain):
        return None
    found = next((one for form in _ENDS if (one := form.fullmatch(plain))), None)
    if found is None or (found["firm"] is None and job_words.asks(text, topic)):
        return None
    topics, rest = _TOPICS.take(found["what"])
    said, is_firm = job_words.read(rest), found["firm"] is not None
    ending = Ending("".join(topics[:1]), job_words.with_word(said), is_firm)
    if len(topics) > 1 or (said.rest and not ending.search.word):
        return None
    if topic in (job_words.SUBSCRIBING, UNSUBSCRIBING):
        return ending if topics or ending.search != Search() or (is_firm and not found["what"]) else None
    told = is_firm if topics else ending.search.district or ending.search.trade
    return ending if told and not ending.search.word else None


def asks(text: str, topic: str | None = None) -> Wish | None:
    """A text that asks to be told of something from now on, or how often, and says nothing else."""
    if len(text) > _MOST_SAID:
        return None
    wish = _asks(text)
    return _bare(text) if wish is None and topic == job_words.SUBSCRIBING else wish


def refined(code: str, further: str) -> str:
    """A wish for jobs with what was said of it afterwards; another trade is another wish."""
    more = search_of(further)
    if more.trade or more.word:
        return further
    said = {field.name: value for field in fields(more) if (value := getattr(more, field.name))}
    return code_of(replace(search_of(code), **said))


def _bare(text: str) -> Wish | None:
    """What somebody answers who was asked what they want to be told of, or wants as well."""
    plain = places.plain(text).lower()
    if _NOT.stands_in(plain):
        return None
    also = next((word for word in _words["also"] if plain.startswith(word)), "")
    asked = job_words.asks(plain.removeprefix(also) if also else text, job_words.FINDING)
    if asked is None or asked.search == Search():
        return None
    return Wish(JOBS, code_of(asked.search), bare=not (also and asked.search.trade))


def _asks(text: str) -> Wish | None:
    said = places.plain(text).lower()
    asked, tells = _ASKS.stands_in(said), said.rstrip(_words["end"]).endswith(_TELL)
    if not (asked or tells or _FREQUENCIES.stands_in(said)) or _NOT.stands_in(said):
        return None
    frequencies, rest = _FREQUENCIES.take(said)
    frequency = frequencies[0] if len(frequencies) == 1 else ""
    wish = _about(rest, frequency, asked=asked)
    if wish is None or asked or tells:
        return wish
    # “At once” by itself may be about anything.
    return wish if frequency not in ("", "once") and not wish.topic else None


def told(code: str) -> str:
    """A wish as it is shown; empty for all there is."""
    if "~" not in code:
        return places.label(code) if code else ""
    search = Search.coded(code)
    parts = (*search_labels.conditions(search), search_labels.trade(search))
    shown: str = _words["parted"].join(filter(None, parts))
    return shown


def code_of(search: Search) -> str:
    """As a wish for jobs is kept: nothing where it is for all of them."""
    return "" if search == Search() else search.code


def search_of(code: str) -> Search:
    return Search.coded(code) if code else Search()


def _about(rest: str, frequency: str, *, asked: bool) -> Wish | None:
    """The subject of what is left, or None where something else is said; words of posts are one where it was `asked` for."""
    _, rest = _aside_once(rest)
    topics, other = _TOPICS.take(rest)
    subjects = [one for one in topics if one != JOBS]
    if subjects:
        found, left = places.named(other)
        if len(subjects) > 1 or JOBS in topics:
            return Wish(frequency=frequency) if not _aside_once(left)[1] else None
        if _aside_once(left)[1]:
            return None
        return Wish(subjects[0], found[0].district if len(found) == 1 else "", frequency)
    said = job_words.read(rest)
    search, is_work = said.search, said.named or JOBS in topics or said.search != Search()
    left = _aside_once(said.rest)[1]
    if search.perks or (
        left and not (asked and (is_work or rest.endswith(_TRADES_END)) and _POST.fullmatch(left))
    ):
        return None
    if not (is_work or left):
        return Wish(frequency=frequency)
    if left and not search.trade:
        search, left = replace(search, word=left), ""
    return Wish(JOBS, code_of(search), frequency, left=left)


def _aside_once(text: str) -> tuple[tuple[str, ...], str]:
    return _ASIDE.take(text)
