"""YAML as nodes that know their lines, so that a fault can be shown where it was written."""

import re
from pathlib import Path

import yaml

# The C parser reads the whole base in a tenth of the time; a build without it still reads.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEPTH = 100
# Every level takes a bracket of its own or one more of these in a row.
_INDENTED = re.compile(rf"[\s?:-]{{{_DEPTH}}}")


class Unreadable(Exception):
    """A file that is no YAML document; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(reason)


def compose(path: Path) -> yaml.Node:
    """The root of the one document in the file; raises Unreadable."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=_Loader) if _is_flat(text) else None
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(1, f"cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise Unreadable(mark.line + 1 if mark else 1, f"not YAML: {reason}") from error
    if root is None:
        raise Unreadable(1, "empty, or nested too deeply")
    return root


def pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    """The fields of a mapping in their order, doubles included; none for anything else."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(str(key.value), field) for key, field in node.value]


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_flat(text: str) -> bool:
    """Whether nothing is nested very deeply: the C composer crashes on thousands of brackets."""
    if text.count("[") + text.count("{") < _DEPTH and not _INDENTED.search(text):
        return True
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            return False
    return True
