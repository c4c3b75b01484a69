"""Entries and facts made from named texts, whatever file these came from, and checked as one knowledge base."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from knowledge.entries import (
    Broken,
    Content,
    Entry,
    Fact,
    Problem,
    answer_faults,
    fill,
    named,
    phrasing_fault,
)
from knowledge.normal import normalise

Texts: TypeAlias = tuple[str, ...]

LIST = "phrasings"  # the one field that holds several texts
ENTRY_FIELDS = (
    "topic", "question", LIST, "answer", "source", "effective", "reviewed", "review_by", "owner", "place", "workers"
)  # fmt: skip
ENTRY_OPTIONS = ("id", "opens")
_OF_VALUES = ("source", "effective", "reviewed", "review_by")
FACT_FIELDS = ("fact", "label", "owner")
FACT_OPTIONS = ("value", *_OF_VALUES, "sample", "otherwise")

_ID = re.compile(r"[a-z0-9-]{1,60}(/[0-9]{1,2})?")  # it travels in links, and in lists that spaces part
_NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of an entry or a fact as written, and where; `lines` where fields do not share the record's line."""

    file: str
    line: int
    texts: Mapping[str, Texts]
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_fact(self) -> bool:
        return "fact" in self.texts

    def problem(self, name: str, message: str, position: int = 0) -> Problem:
        """A complaint about a field, or about one text of a field that holds several."""
        lines = self.lines.get(name, ())
        return Problem(self.file, lines[position] if position < len(lines) else self.line, message)


def gather(records: Iterable[Record], topics: Iterable[str], problems: Iterable[Problem] = ()) -> Content:
    """The knowledge base of these records; raises Broken with all that is wrong, earlier problems first."""
    gatherer = _Gatherer(frozenset(topics), list(problems))
    known = list(records)
    for record in known:
        if record.is_fact:
            gatherer.add_fact(record)
    for record in known:
        if not record.is_fact:
            gatherer.add_entry(record)
    if gatherer.problems:
        raise Broken(gatherer.problems)
    return Content(tuple(gatherer.entries), tuple(gatherer.facts.values()))


class _Gatherer:
    """Collects entries, facts and problems; ids, names and phrasings are unique over everything it is given."""

    def __init__(self, topics: frozenset[str], problems: list[Problem]) -> None:
        self.entries: list[Entry] = []
        self.facts: dict[str, Fact] = {}
        self.problems = problems
        self._topics = topics
        self._taken: dict[str, str] = {}

    def add_fact(self, record: Record) -> None:
        if not self._complete(record, FACT_FIELDS, FACT_OPTIONS):
            return
        texts = _singles(record)
        effective, reviewed, review_by = self._dates(record)
        fact = Fact(
            name=texts["fact"],
            label=texts["label"],
            value=texts.get("value", ""),
            sample=texts.get("sample", ""),
            otherwise=texts.get("otherwise", ""),
            source=texts.get("source", ""),
            effective=effective,
            reviewed=reviewed,
            review_by=review_by,
            owner=texts["owner"],
        )
        if not _NAME.fullmatch(fact.name):
            self._complain(record, "fact", f"{fact.name} is not a name such as minimum-wage")
        missing = [name for name in _OF_VALUES if name not in texts]
        if fact.value and missing:
            self._complain(record, "value", "a value has " + ", ".join(missing))
        if not fact.value and not fact.otherwise:
            self._complain(record, "fact", "a fact has a value, or says otherwise until it has one")
        self._claim(record, "fact", f"fact {fact.name}")
        self.facts[fact.name] = fact

    def add_entry(self, record: Record) -> None:
        if not self._complete(record, ENTRY_FIELDS, ENTRY_OPTIONS):
            return
        texts = _singles(record)
        effective, reviewed, review_by = self._dates(record)
        entry = Entry(
            id=texts.get("id") or texts["topic"],
            topic=texts["topic"],
            question=texts["question"],
            phrasings=record.texts[LIST],
            answer=texts["answer"].strip(),
            source=texts["source"],
            effective=effective,
            reviewed=reviewed,
            review_by=review_by,
            owner=texts["owner"],
            place=texts["place"],
            workers=texts["workers"],
            opens=texts.get("opens", ""),
        )
        self._check_names(record, entry)
        self._check_phrasings(record)
        self._check_answer(record, entry.answer)
        self.entries.append(entry)

    def _complete(self, record: Record, required: Texts, optional: Texts) -> bool:
        before = len(self.problems)
        for name, texts in record.texts.items():
            if name not in required + optional:
                self._complain(record, name, f"unknown field {name}")
            elif not texts:
                self._complain(record, name, f"{name} is empty")
            for position, text in enumerate(texts):
                if not text.strip():
                    what = "a phrasing" if name == LIST else name
                    self.problems.append(record.problem(name, f"{what} is empty or not a text", position))
        missing = [name for name in required if name not in record.texts]
        if missing:
            self._complain(record, "", "missing " + ", ".join(missing))
        return len(self.problems) == before

    def _dates(self, record: Record) -> tuple[date | None, date | None, date | None]:
        effective, reviewed, review_by = (
            self._date(record, name) for name in ("effective", "reviewed", "review_by")
        )
        if reviewed and review_by and review_by <= reviewed:
            self._complain(record, "review_by", "review_by is not after reviewed")
        return effective, reviewed, review_by

    def _date(self, record: Record, name: str) -> date | None:
        if name not in record.texts:
            return None
        try:
            return date.fromisoformat(record.texts[name][0])
        except ValueError:
            self._complain(record, name, f"{name} is not a date such as 2026-11-01")
            return None

    def _check_names(self, record: Record, entry: Entry) -> None:
        place = "id" if "id" in record.texts else "topic"
        if not _ID.fullmatch(entry.id):
            self._complain(record, place, f"{entry.id} is not of the form topic or topic/2")
        if entry.topic not in self._topics and not entry.is_aside:
            self._complain(record, "topic", f"{entry.topic} is not a topic of the catalogue")
        self._claim(record, place, entry.id)

    def _check_phrasings(self, record: Record) -> None:
        for name in ("question", LIST):
            for position, phrasing in enumerate(record.texts[name]):
                fault = phrasing_fault(phrasing)
                if fault:
                    self.problems.append(record.problem(name, fault, position))
                else:
                    self._claim(record, name, f"“{phrasing}”", normalise(phrasing), position)

    def _check_answer(self, record: Record, answer: str) -> None:
        words = {name: fact.wording() for name, fact in self.facts.items()}
        faults = answer_faults(fill(answer, words))
        if any(self.facts[name].sample for name in named(answer) if name in self.facts):
            words |= {name: fact.wording(samples=True) for name, fact in self.facts.items()}
            faults += [fault for fault in answer_faults(fill(answer, words)) if fault not in faults]
        for fault in faults:
            self._complain(record, "answer", fault)

    def _claim(self, record: Record, name: str, what: str, key: str = "", position: int = 0) -> None:
        """Each id, fact and phrasing leads to one record only."""
        here = record.problem(name, "", position)
        first = self._taken.setdefault(key or f"= {what}", f"{here.file}:{here.line}")
        if first != f"{here.file}:{here.line}":
            self.problems.append(replace(here, message=f"{what} is at {first} already"))

    def _complain(self, record: Record, name: str, message: str) -> None:
        self.problems.append(record.problem(name, message))


def _singles(record: Record) -> dict[str, str]:
    return {name: texts[0] for name, texts in record.texts.items() if name != LIST}
