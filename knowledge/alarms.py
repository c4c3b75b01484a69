"""Messages of which it is known whether they are urgent: how many emergencies are heard, how many alarms are false."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.entries import Broken, Problem
from knowledge.trials import GOLDEN
from knowledge.urgency import KINDS, Urgency

LISTS = GOLDEN / "urgent"
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Known:
    """A message and the kind of emergency it is about; empty for none."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many messages are urgent and what share of them is heard, in all and by kind; how many are not, and what
    share of these is taken for one.
    """

    urgent: int
    heard: float
    by_kind: Mapping[str, float]
    ordinary: int
    false: float


def read_known(path: Path) -> list[Known]:
    """JSON lines of `{"q", "kind"}`; raises Broken. A line without a kind is ordinary."""
    known, problems = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fields = json.loads(line)
            kind = str(fields.get("kind") or "").replace(_NONE, "")
            known.append(Known(str(fields["q"]), kind))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            problems.append(Problem(path.name, number, "not an object with q and kind"))
    if problems:
        raise Broken(problems)
    return known


def judge(urgency: Urgency, known: Iterable[Known]) -> Alarms:
    heard = [(one.kind, bool(urgency.kind(one.text))) for one in known]
    urgent = [got for kind, got in heard if kind]
    ordinary = [got for kind, got in heard if not kind]
    by_kind = {kind: _share([got for right, got in heard if right == kind]) for kind in KINDS}
    return Alarms(len(urgent), _share(urgent), by_kind, len(ordinary), _share(ordinary))


def _share(cases: Sequence[bool]) -> float:
    return sum(cases) / len(cases) if cases else 0.0
