"""A knowledge base as the texts that people edit: records of them, and one YAML file."""

import re
import sys
from collections.abc import Iterator
from dataclasses import fields

import yaml

from knowledge.entries import Content, Entry, Fact
from knowledge.records import LIST, Record, Texts

DATES = ("effective", "reviewed", "review_by")

_FOLDED = re.compile("[\x85\u2028\u2029]")  # line breaks to YAML, unless they are escaped
_TAG = "tag:yaml.org,2002:"


def records(content: Content) -> Iterator[Record]:
    """What `gather` makes this content of again, facts first; problems will name the entry instead of a line."""
    for fact in content.facts:
        yield Record(f"fact {fact.name}", 1, _texts(fact))
    for entry in content.entries:
        yield Record(f"entry {entry.id}", 1, _texts(entry))


def as_yaml(content: Content) -> str:
    """The text of one file, from which `contents.read_records` reads the same content; a phrasing a line."""
    root = yaml.SequenceNode(f"{_TAG}seq", [_mapping(record) for record in records(content)])
    # The emitter in C would write faces and the rare characters of names as escapes, which nobody could edit.
    return str(yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=sys.maxsize))


def _texts(one: Entry | Fact) -> dict[str, Texts]:
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    if isinstance(one, Fact):
        values = {"fact": values.pop("name"), **values}
    return {
        name: value if isinstance(value, tuple) else (str(value),) for name, value in values.items() if value
    }


def _mapping(record: Record) -> yaml.Node:
    texts = dict(record.texts)
    if texts.get("id") == texts.get("topic"):
        texts.pop("id", None)
    return yaml.MappingNode(
        f"{_TAG}map", [(_scalar("", name), _field(name, written)) for name, written in texts.items()]
    )


def _field(name: str, texts: Texts) -> yaml.Node:
    if name == LIST:
        return yaml.SequenceNode(f"{_TAG}seq", [_scalar(name, text) for text in texts])
    return _scalar(name, texts[0])


def _scalar(name: str, text: str) -> yaml.Node:
    tag = "timestamp" if name in DATES else "str"  # as a text, a date would be written in quotes
    style = '"' if _FOLDED.search(text) else "|" if "\n" in text else None
    return yaml.ScalarNode(_TAG + tag, text, style=style)
