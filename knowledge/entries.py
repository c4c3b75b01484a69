"""Entries of the knowledge base, the facts they refer to, and what makes them fit to be told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from knowledge.normal import normalise

ANSWER_BYTES = 2048  # WeChat cuts a text message off there
PHRASING_LETTERS = 80
ASIDE = "aside-"  # topics that begin so are not in the catalogue

_LINK = re.compile(r'<a href="(?:https?|weixin)://[^"<>\s]+"[^<>]*>[^<>]+</a>')
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_NAMED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer that a person has written and dated, and the ways in which it is asked for.

    `answer` names facts in braces until `told` has put them in. `owner` is the department that keeps the entry true,
    `place` and `workers` say where and for whom it holds; `opens` names the capability it leads to, empty for none.
    """

    id: str
    topic: str
    question: str
    phrasings: tuple[str, ...]
    answer: str
    source: str = ""
    effective: date | None = None
    reviewed: date | None = None
    review_by: date | None = None
    owner: str = ""
    place: str = ""
    workers: str = ""
    opens: str = ""

    @property
    def is_aside(self) -> bool:
        """Whether it only answers what is no question to the union; asides are never offered."""
        return self.topic.startswith(ASIDE)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or a detail of this union that several answers state; it is changed here and nowhere else.

    Without a value yet, workers read `otherwise`, and the demo shows `sample`.
    """

    name: str
    label: str
    value: str = ""
    sample: str = ""
    otherwise: str = ""
    source: str = ""
    effective: date | None = None
    reviewed: date | None = None
    review_by: date | None = None
    owner: str = ""

    def wording(self, samples: bool = False) -> str:
        return self.value or (samples and self.sample) or self.otherwise


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the catalogue."""

    id: str
    group: str
    title: str


@dataclass(frozen=True, slots=True)
class Content:
    """A whole knowledge base as it was written: answers still name their facts."""

    entries: tuple[Entry, ...]
    facts: tuple[Fact, ...]

    def told(self, samples: bool = False) -> tuple[Entry, ...]:
        """The entries with the facts in their answers; `samples` only for the demo."""
        words = {fact.name: fact.wording(samples) for fact in self.facts}
        return tuple(
            replace(entry, answer=fill(entry.answer, words)) if "{" in entry.answer else entry
            for entry in self.entries
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line of a knowledge file; lines and rows count from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Broken(Exception):
    """A knowledge base that must not be used, with all that is wrong in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def named(answer: str) -> tuple[str, ...]:
    """The names of the facts in an answer, in their order."""
    return tuple(_NAMED.findall(answer))


def fill(answer: str, words: Mapping[str, str]) -> str:
    """The answer with its facts; a name without words stays as it is written."""
    return _NAMED.sub(lambda name: words.get(name[1], name[0]), answer)


def answer_faults(answer: str) -> list[str]:
    """Why an answer, its facts filled in, could not be told whole; empty when it can."""
    faults = [f"answer names {{{name}}}, which is not a fact" for name in named(answer)]
    size = len(answer.encode("utf-8", "surrogatepass"))
    if size > ANSWER_BYTES:
        faults.append(f"answer is {size} bytes, at most {ANSWER_BYTES}")
    if not answer.strip():
        faults.append("answer is empty")
    if "]]>" in answer or _UNPRINTABLE.search(answer):
        faults.append("answer holds ]]> or a control character")
    if re.search(r"</?a\b", _LINK.sub("", answer)):
        faults.append('answer has a link that is not of the form <a href="https://…">…</a>')
    return faults


def phrasing_fault(phrasing: str) -> str:
    """Why nobody could be understood by this question or phrasing; empty when it is good."""
    letters = len(normalise(phrasing))
    if not letters:
        return f"“{phrasing}” has no letters"
    if letters > PHRASING_LETTERS:
        return f"“{phrasing[:12]}…” has {letters} letters, at most {PHRASING_LETTERS}"
    return ""
