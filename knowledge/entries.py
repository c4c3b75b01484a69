"""Entries of the knowledge base, and the YAML and JSON lines they are written in."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge.documents import Unreadable, compose, line_of, pairs
from knowledge.normal import normalise

ANSWER_BYTES = 2048  # WeChat cuts a text message off there
PHRASING_LETTERS = 80
CATALOGUE = "catalogue.yaml"
CONTENT = Path(__file__).parent / "content"  # what this version ships

_REQUIRED = ("topic", "question", "phrasings", "answer", "source", "reviewed", "review_by")
_OPTIONAL = ("id", "opens")
_ID = re.compile(r"[a-z0-9-]{1,60}(/[0-9]{1,2})?")  # it travels in links, and in lists that spaces part
_LINK = re.compile(r'<a href="(?:https?|weixin)://[^"<>\s]+"[^<>]*>[^<>]+</a>')
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer that a person has written and dated, and the ways in which it is asked for.

    `opens` names the capability that the answer leads to; empty for none.
    """

    id: str
    topic: str
    question: str
    phrasings: tuple[str, ...]
    answer: str
    source: str = ""
    reviewed: date | None = None
    review_by: date | None = None
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the catalogue; its title words a suggestion."""

    id: str
    group: str
    title: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line of a knowledge file; lines count from 1."""

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


def read(folder: Path) -> tuple[Entry, ...]:
    """The entries of every YAML file in the folder, checked against its `catalogue.yaml`; raises Broken."""
    topics = read_catalogue(folder)
    reader = _Reader(frozenset(topics))
    for path in sorted(folder.glob("*.yaml")):
        if path.name != CATALOGUE:
            reader.read_file(path)
    if reader.problems:
        raise Broken(reader.problems)
    return tuple(reader.entries)


def read_catalogue(folder: Path) -> dict[str, Topic]:
    """The topics of `catalogue.yaml` by id, in its order; raises Broken."""
    path = folder / CATALOGUE
    problems: list[Problem] = []
    topics: dict[str, Topic] = {}
    root = _compose(path, problems)
    for group, items in pairs(root):
        for item in items.value if isinstance(items, yaml.SequenceNode) else []:
            fields = {key: node.value for key, node in pairs(item) if isinstance(node, yaml.ScalarNode)}
            name, title = fields.get("id", ""), fields.get("title", "")
            if not name or not title or name in topics:
                problems.append(Problem(path.name, line_of(item), "a topic has an id of its own and a title"))
            topics[name] = Topic(name, group, title)
    if not topics and not problems:
        problems.append(Problem(path.name, 1, "no topics"))
    if problems:
        raise Broken(problems)
    return topics


def read_jsonl(lines: Iterable[str], file: str = "knowledge") -> tuple[Entry, ...]:
    """Entries of `{"topic", "question", "answer", "alternatives"}` a line, with any topics; raises Broken."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: Counter[str] = Counter()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = _from_json(line, seen)
        except ValueError as error:
            problems.append(Problem(file, number, str(error)))
        else:
            entries.append(entry)
    if problems:
        raise Broken(problems)
    return tuple(entries)


def answer_faults(answer: str) -> list[str]:
    """Why WeChat would not carry the answer whole; empty when it would."""
    faults = []
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


class _Reader:
    """Collects entries and problems over several files, since ids and phrasings are unique over all of them."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self._topics = topics
        self._ids: dict[str, str] = {}
        self._phrasings: dict[str, str] = {}
        self._file = ""

    def read_file(self, path: Path) -> None:
        self._file = path.name
        root = _compose(path, self.problems)
        if not isinstance(root, yaml.SequenceNode):
            if root is not None:
                self._complain(root, "a knowledge file is a list of entries")
            return
        for node in root.value:
            self._read_entry(node)

    def _read_entry(self, node: yaml.Node) -> None:
        before = len(self.problems)
        fields = self._fields(node)
        if len(self.problems) > before:
            return
        texts = {name: self._text(field, name) for name, field in fields.items() if name != "phrasings"}
        reviewed, review_by = (self._date(fields[name], name) for name in ("reviewed", "review_by"))
        entry = Entry(
            id=texts.get("id") or texts["topic"],
            topic=texts["topic"],
            question=texts["question"],
            phrasings=self._phrasings_of(fields),
            answer=texts["answer"].strip(),
            source=texts["source"],
            reviewed=reviewed,
            review_by=review_by,
            opens=texts.get("opens", ""),
        )
        self._check(entry, fields)
        self.entries.append(entry)

    def _fields(self, node: yaml.Node) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._complain(node, "an entry is a mapping with the fields " + ", ".join(_REQUIRED))
            return {}
        fields: dict[str, yaml.Node] = {}
        for name, field in pairs(node):
            if name in fields:
                self._complain(field, f"{name} is there twice")
            elif name not in _REQUIRED + _OPTIONAL:
                self._complain(field, f"unknown field {name}")
            fields[name] = field
        missing = [name for name in _REQUIRED if name not in fields]
        if missing:
            self._complain(node, "missing " + ", ".join(missing))
        return fields

    def _text(self, node: yaml.Node, name: str) -> str:
        if isinstance(node, yaml.ScalarNode) and str(node.value).strip():
            return str(node.value)
        self._complain(node, f"{name} is empty or not a text")
        return ""

    def _date(self, node: yaml.Node, name: str) -> date | None:
        try:
            return date.fromisoformat(str(node.value))
        except ValueError:
            self._complain(node, f"{name} is not a date such as 2026-11-01")
            return None

    def _phrasings_of(self, fields: dict[str, yaml.Node]) -> tuple[str, ...]:
        """Notes the question and every phrasing as taken, so that each one leads to a single entry."""
        node = fields["phrasings"]
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._complain(node, "phrasings is not a list of texts")
            return ()
        for item in (fields["question"], *node.value):
            self._claim(item, self._text(item, "a phrasing"))
        return tuple(str(item.value) for item in node.value)

    def _claim(self, node: yaml.Node, phrasing: str) -> None:
        fault = phrasing_fault(phrasing) if phrasing else ""
        if fault:
            self._complain(node, fault)
            return
        first = self._phrasings.setdefault(normalise(phrasing), f"{self._file}:{line_of(node)}")
        if first != f"{self._file}:{line_of(node)}":
            self._complain(node, f"“{phrasing}” is asked at {first} already")

    def _check(self, entry: Entry, fields: dict[str, yaml.Node]) -> None:
        if not _ID.fullmatch(entry.id):
            self._complain(
                fields.get("id", fields["topic"]), f"{entry.id} is not of the form topic or topic/2"
            )
        if entry.topic not in self._topics:
            self._complain(fields["topic"], f"{entry.topic} is not a topic of {CATALOGUE}")
        if entry.id in self._ids:
            self._complain(
                fields.get("id", fields["topic"]), f"{entry.id} is at {self._ids[entry.id]} already"
            )
        self._ids[entry.id] = f"{self._file}:{line_of(fields['topic'])}"
        if entry.reviewed and entry.review_by and entry.review_by <= entry.reviewed:
            self._complain(fields["review_by"], "review_by is not after reviewed")
        for fault in answer_faults(entry.answer):
            self._complain(fields["answer"], fault)

    def _complain(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self._file, line_of(node), message))


def _compose(path: Path, problems: list[Problem]) -> yaml.Node | None:
    """The document as nodes; None after noting why it cannot be read."""
    try:
        return compose(path)
    except Unreadable as error:
        problems.append(Problem(path.name, error.line, str(error)))
        return None


def _from_json(line: str, seen: Counter[str]) -> Entry:
    """ValueError when the line is not an entry; `seen` numbers the entries of a topic."""
    try:
        fields = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(fields, dict):
        raise ValueError("a line is an object with topic, question, answer and alternatives")
    for name in ("topic", "question", "answer"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise ValueError(f"{name} is missing, empty or not a text")
    alternatives = fields.get("alternatives", [])
    if not isinstance(alternatives, list) or not all(isinstance(one, str) for one in alternatives):
        raise ValueError("alternatives is not a list of texts")
    topic = fields["topic"]
    seen[topic] += 1
    name = topic if seen[topic] == 1 else f"{topic}/{seen[topic]}"
    return Entry(name, topic, fields["question"], tuple(alternatives), fields["answer"])
