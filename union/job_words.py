"""What work somebody looks for, in their words: place, trade, kind, how it is paid and how much. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from union import pays, places, sheets
from union.vocabularies import Vocabulary

_words = sheets.words(__file__)
TRADES: Mapping[str, Sequence[str]] = _words["trades"]
_PAID, _KINDS, _TRADES = Vocabulary(_words["paid"]), Vocabulary(_words["kinds"]), Vocabulary(TRADES)
_JOBS, _ANY = Vocabulary({"jobs": _words["jobs"]}), Vocabulary({"any": _words["any"]})
_PERKS, _OFFERED = Vocabulary(_words["perks"]), Vocabulary(_words["offered"])
_DENIED = re.compile(_words["denied"].format(word=_OFFERED.pattern))
_FILLERS = Vocabulary({"more": _words["more"], "fillers": _words["fillers"]})
_ABOUT_WORK = Vocabulary(
    {
        str(number): words
        for number, words in enumerate(
            [
                *TRADES.values(),
                *_words["kinds"].values(),
                *_words["paid"].values(),
                *_words["perks"].values(),
                *(_words[name] for name in ("jobs", "any")),
                _words["aged"]["years"],
            ]
        )
    }
)
FINDING, SUBSCRIBING = "job-find", "job-subscribe"
TOPICS = frozenset({FINDING, "job-station"})
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_COURTESY = re.compile(
    rf"(?i)^(?:{_words['courtesy']}[\s,，。.!！~、:：]*+)++|(?:[\s,，。.!！~、]*+{_words['courtesy']})++[\s。.!！~]*+$"
)
_CALLED, _IS_THERE = re.compile(_words["called"]), re.compile(_words["is_there"])
_AMOUNT = re.compile(_words["amount"])
_AGE, _AGED_JOBS = re.compile(_words["age"]), Vocabulary({"jobs": _words["aged"]["jobs"]})
_AGED, _MAY = Vocabulary({"fillers": _words["aged"]["fillers"]}), Vocabulary({"may": _words["aged"]["may"]})
_SHIFTS = Vocabulary({name: _words["perks"][name] for name in _words["shifts"]})
_LETTERS = places.LETTERS.union(
    *(one.letters for one in (_PAID, _KINDS, _TRADES, _JOBS, _ANY, _PERKS, _FILLERS, _AGED_JOBS, _AGED, _MAY)),
    "0123456789", *(_words[name] for name in ("amount", "age", "refused", "refused_shifts", "courtesy")),
)  # fmt: skip
_REFUSED = [
    (name, vocabulary, re.compile(_words[pattern].format(word=vocabulary.pattern)))
    for name, vocabulary, pattern in (
        ("paid", _PAID, "refused"),
        ("kinds", _KINDS, "refused"),
        ("perks", _SHIFTS, "refused_shifts"),
    )
]
# Several of a kind, of which any will do, and one that will not do.
AND, NOT = "+", "!"
_MOST_OF_A_KIND = 3
_MOST_LETTERS, _MOST_OF_A_WORD = 30, 8
# Below these a bare amount is for an hour or a day; below the first it is the number of a line.
_LEAST, _MOST_AN_HOUR, _MOST_A_DAY = 10, 100, 1000


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty does not matter. `word` stands in the post, where no trade is known.

    `district` and `trade` may be several, with AND between them, of which any will do, and `perks`, of which none may
    be missing; NOT stands before a `kind`, a `paid` or a perk that will not do.
    """

    district: str = ""
    trade: str = ""
    kind: str = ""
    paid: str = ""
    pay: float = 0
    unit: str = ""
    word: str = ""
    perks: str = ""

    @property
    def code(self) -> str:
        """Without blanks, to travel in a line of a list."""
        parts = self.district, self.trade, self.kind, self.paid, f"{self.pay:g}", self.unit, self.word
        return "~".join((*parts, *filter(None, [self.perks])))

    @staticmethod
    def coded(code: str) -> "Search":
        district, trade, kind, paid, pay, unit, word, perks = [*code.split("~"), *[""] * 8][:8]
        return Search(district, trade, kind, paid, float(pay or 0), unit, word, perks)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was understood of a text; `rest` was not."""

    search: Search
    named: bool  # that it is about work
    rest: str
    open: bool = False  # any work will do
    may: bool = False  # whether somebody so old may do it

    @property
    def narrows(self) -> bool:
        """Whether it only takes something off a list that was shown."""
        said = {self.search.paid[:1], self.search.kind[:1]} - {""}
        others = replace(self.search, paid="", kind="", perks="") != Search()
        return not (others or self.named or self.open) and (
            said == {NOT} or (not said and bool(self.search.perks))
        )


def read(text: str) -> Asked:
    """All that can be understood of a text; the rest is looked for as it stands where it is short."""
    found, rest = places.named(_COURTESY.sub("", text))
    aged, rest = _without_age(rest.lower())
    refused, rest = _refused(rest)
    paid, rest = _PAID.take(rest)
    kinds, rest = _KINDS.take(rest)
    perks, rest = _PERKS.take(rest)
    opened, rest = _ANY.take(rest)
    trades, rest = _TRADES.take(rest)
    named, rest = _JOBS.take(rest)
    pay, unit, rest = _amount(rest)
    may: tuple[str, ...] = ()
    if aged:
        may, rest = _MAY.take(rest)
        anything, rest = ((), rest) if named or trades else _AGED_JOBS.take(rest)
        opened, (_, rest) = opened or anything, _AGED.take(rest)
    _, rest = _FILLERS.take(rest)
    search = Search(
        _several([one.district for one in found]),
        _several(trades),
        refused.get("kinds") or _one(kinds),
        refused.get("paid") or _one(paid),
        pay,
        unit,
        perks=both(*perks, refused.get("perks", "")),
    )
    return Asked(search, bool(named or opened or (aged and trades)), rest, bool(opened), bool(may))


def _without_age(text: str) -> tuple[bool, str]:
    """Whether somebody says how old they are, which is no pay, and what else was said."""
    rest = _AGE.sub("", text)
    return rest != text, rest


def _refused(text: str) -> tuple[Mapping[str, str], str]:
    """How work is not to be paid, and of what kind it is not to be, and what else was said."""
    found: dict[str, str] = {}
    for column, vocabulary, pattern in _REFUSED:
        if said := pattern.search(text):
            found[column] = NOT + vocabulary.take(next(filter(None, said.groups())))[0][0]
            text = text[: said.start()] + text[said.end() :]
    return found, text


def asks(text: str, topic: str | None) -> Asked | None:
    """A text that looks for work and says nothing else; where subscribing is spoken of, it may be what is wanted."""
    if topic == SUBSCRIBING:
        return None
    if len(text) > _MOST_LETTERS or not (topic in TOPICS or _may_ask(places.plain(text).lower())):
        return None
    if any(word in text for word in (*_words["employers"], *_words["subscribers"])):
        return None
    said = read(text)
    search = said.search
    told = (search.district, search.trade, search.kind, search.paid, search.pay, search.perks)
    count = sum(map(bool, told)) + said.named
    # What is left of “不要高州的” says the opposite.
    if topic in TOPICS and any(told) and len(said.rest) <= 1 and said.rest not in _words["denials"]:
        return said
    if said.rest:
        return None
    refuses = NOT in search.kind + search.paid
    if ((search.kind or search.paid) and (not refuses or count > 1)) or said.open:
        return said
    near = search.district or search.pay or search.perks
    about_work = said.named or (search.trade and near) or (search.pay and search.perks)
    return said if count >= 2 and about_work else None


def by_post(text: str, _: str | None = None) -> Asked | None:
    """A text that is a trade, the words of a post or what one offers, maybe with a place, and nothing else."""
    if any(word in text for word in (*_words["employers"], *_words["subscribers"])):
        return None
    said = read(text)
    search = with_word(said)
    offers = search.perks and not any(word in text for word in _words["vague"])
    is_one = (search.word and _HAN.fullmatch(search.word)) or ((search.trade or offers) and not said.rest)
    return replace(said, search=search, rest="") if is_one and NOT not in search.code else None


def is_called(text: str) -> bool:
    """Whether what names a trade names it as a post does, or asks for it."""
    return _CALLED.search(_COURTESY.sub("", text)) is not None


def asks_whether(text: str) -> bool:
    """Whether a text asks if there is any of it."""
    return _IS_THERE.search(text) is not None


def _may_ask(plain: str) -> bool:
    """Most messages are about something else, which one look tells: a letter that none of the words has."""
    return _LETTERS.issuperset(plain) and _ABOUT_WORK.stands_in(plain)


def trade_of(post: str) -> str:
    """The trade of a post; "" for one that is on no list."""
    return _one(_TRADES.take(post.lower())[0])


def is_trade(text: str) -> bool:
    """Whether there is nothing in it but a trade."""
    found, rest = _TRADES.take(text)
    return bool(found) and not rest


def both(*perks: str) -> str:
    """All of them, each once; what was said last counts where it is the opposite."""
    told: dict[str, None] = {}
    for perk in filter(None, AND.join(perks).split(AND)):
        told.pop(perk.removeprefix(NOT) if perk.startswith(NOT) else NOT + perk, None)
        told[perk] = None
    return AND.join(told)


def perks_of(text: str) -> Sequence[str]:
    """What a listing offers in its own words."""
    found = both(*_OFFERED.take(_DENIED.sub("", text))[0])
    return found.split(AND) if found else ()


def pairs(words: str) -> list[str]:
    """Each two letters that stand side by side, once."""
    return list(dict.fromkeys(words[at : at + 2].lower() for at in range(len(words) - 1)))


def widened(search: Search) -> Search:
    """The same without what fewest insist on."""
    return replace(search, district="", pay=0, unit="")


def with_word(said: Asked) -> Search:
    """What is left looked for in the posts, where it is short enough to be one."""
    word = said.rest if 2 <= len(said.rest) <= _MOST_OF_A_WORD and not said.search.trade else ""
    return replace(said.search, word=word)


def _amount(text: str) -> tuple[float, str, str]:
    found = _AMOUNT.search(text)
    if found is None:
        return 0, "", text
    number = found["amount"]
    amount = float(number) if number.isdecimal() else pays.counted(number)
    unit = _words["units"].get(found["unit"] or found["before"] or "", "")
    if not unit and amount < _LEAST:
        return 0, "", text
    if not unit:
        unit = "hour" if amount < _MOST_AN_HOUR else "day" if amount < _MOST_A_DAY else "month"
    return amount, unit, text[: found.start()] + text[found.end() :]


def _one(keys: Sequence[str]) -> str:
    return keys[0] if keys else ""


def _several(keys: Sequence[str]) -> str:
    return AND.join(list(dict.fromkeys(keys))[:_MOST_OF_A_KIND])
