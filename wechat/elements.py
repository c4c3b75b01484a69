"""Reading XML from strangers into a small tree, with the bounds that make that safe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from xml.parsers import expat

MAX_DEPTH = 16
# Users can type C0 characters and WeChat passes them on inside CDATA, where XML 1.0 forbids them.
_FORBIDDEN = bytes(code for code in range(32) if chr(code) not in "\t\n\r") + b"\x7f"

_ROOT = re.compile(r"<xml>\s*")
_LEAF = re.compile(r"<([A-Za-z_]\w*)>(?:<!\[CDATA\[([^]]*)\]\]>|([^]<&]*))</\1>\s*", re.ASCII)


class Malformed(Exception):
    """The body is not what WeChat sends; the text names the fault and quotes nothing of the body."""


@dataclass(slots=True)
class Element:
    """A container: the text of its leaves (the first of each tag; the others in `repeats`) and its containers."""

    texts: dict[str, str] = field(default_factory=dict)
    repeats: list[tuple[str, str]] = field(default_factory=list)
    containers: list[tuple[str, "Element"]] = field(default_factory=list)

    def text(self, tag: str) -> str:
        return self.texts.get(tag, "").strip()

    def integer(self, tag: str) -> int | None:
        """None for what is not a decimal integer of at most 19 digits."""
        return _integer(self.text(tag))

    def integers(self, tag: str) -> tuple[int, ...]:
        """Of every leaf with this tag, passing over those that are not integers."""
        texts = [self.text(tag), *(text.strip() for name, text in self.repeats if name == tag)]
        return tuple(value for value in map(_integer, texts) if value is not None)

    def number(self, tag: str) -> float | None:
        """None for what is not a finite number."""
        try:
            value = float(self.text(tag)[:32])
        except ValueError:
            return None
        return value if isfinite(value) else None

    def under(self, *path: str) -> "Element":
        """The first container at this path, or an empty one."""
        found = self
        for tag in path:
            found = next(found.each(tag), None) or Element()
        return found

    def each(self, tag: str) -> Iterator["Element"]:
        return (inner for name, inner in self.containers if name == tag)

    def put(self, tag: str, text: str) -> None:
        if tag in self.texts:
            self.repeats.append((tag, text))
        else:
            self.texts[tag] = text


def read(body: bytes) -> Element:
    """Raises `Malformed`; a DOCTYPE is refused outright, so there are no entities to expand or to fetch."""
    text = body.translate(None, _FORBIDDEN).decode("utf-8", "replace")
    if "\uffff" in text or "\ufffe" in text:
        text = text.replace("\uffff", "").replace("\ufffe", "")
    return _flat(text) or _full(text)


def _flat(text: str) -> Element | None:
    """The regular shape, a root with plain leaves only, in a third of the time; None for anything else at all."""
    begin = _ROOT.match(text)
    if begin is None or "\r" in text:  # XML reads a carriage return as a line feed
        return None
    texts, position = {}, begin.end()
    while leaf := _LEAF.match(text, position):
        tag, section, characters = leaf.groups()
        if tag in texts:
            return None
        texts[tag] = characters if section is None else section
        position = leaf.end()
    return Element(texts) if texts and text[position:].rstrip() == "</xml>" else None


def _full(text: str) -> Element:
    top = Element()
    try:
        _parser(top).Parse(text, True)
    except expat.ExpatError as error:
        raise Malformed(f"not XML: {expat.ErrorString(error.code)}") from None
    root = next(top.each("xml"), None)
    if root is None:
        raise Malformed("no <xml> with elements in it")
    return root


def _parser(top: Element) -> expat.XMLParserType:
    # Nearly every element is a leaf, so an Element is made for a parent only, when its first child begins.
    parents = [top]
    leaf = False
    written: list[str] = []

    def start(_tag: str, _attributes: dict[str, str]) -> None:
        nonlocal leaf
        if leaf:
            if len(parents) > MAX_DEPTH:
                raise Malformed("nested too deeply")
            parents.append(Element())
        leaf = True
        written.clear()

    def end(tag: str) -> None:
        nonlocal leaf
        if leaf:
            parents[-1].put(tag, "".join(written))
            leaf = False
        else:
            inner = parents.pop()
            parents[-1].containers.append((tag, inner))

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = written.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(_name: str, _system: str | None, _public: str | None, _internal: bool) -> None:
    raise Malformed("a DOCTYPE is not allowed")


def _integer(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else None
