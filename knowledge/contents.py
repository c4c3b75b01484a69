"""The knowledge base as YAML files, and as JSON lines."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from knowledge.documents import Unreadable, compose, line_of, pairs
from knowledge.entries import Broken, Content, Entry, Problem, Topic
from knowledge.records import LIST, Record, gather

CATALOGUE = "catalogue.yaml"
CONTENT = Path(__file__).parent / "content"  # what this version ships
_OTHERS = (CATALOGUE, "weights.yaml", "lexicon.yaml")  # what is no entry and no fact


def read(folder: Path = CONTENT) -> Content:
    """The entries and facts of every YAML file in the folder, checked against its `catalogue.yaml`; raises Broken."""
    topics = read_catalogue(folder)
    problems: list[Problem] = []
    paths = [path for path in sorted(folder.glob("*.yaml")) if path.name not in _OTHERS]
    records = [record for path in paths for record in read_records(path, problems)]
    return gather(records, topics, problems)


def read_catalogue(folder: Path = CONTENT) -> dict[str, Topic]:
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


def read_records(path: Path, problems: list[Problem]) -> Iterator[Record]:
    """The records of a YAML file; what cannot be one is added to the problems."""
    root = _compose(path, problems)
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        problems.append(Problem(path.name, line_of(root), "a knowledge file is a list of entries"))
        return
    for node in root.value:
        if not isinstance(node, yaml.MappingNode):
            problems.append(Problem(path.name, line_of(node), "an entry is a mapping with its fields"))
            continue
        texts: dict[str, tuple[str, ...]] = {}
        lines: dict[str, tuple[int, ...]] = {}
        for name, field in pairs(node):
            if name in texts:
                problems.append(Problem(path.name, line_of(field), f"{name} is there twice"))
            items = field.value if name == LIST and isinstance(field, yaml.SequenceNode) else [field]
            texts[name] = tuple(
                str(item.value) if isinstance(item, yaml.ScalarNode) else "" for item in items
            )
            lines[name] = tuple(line_of(item) for item in items) or (line_of(field),)
        yield Record(path.name, line_of(node), texts, lines)


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
