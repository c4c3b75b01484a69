"""Fitting the recogniser of urgent messages to all that is known to be one, and to all that is known to be none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge import index, patterns
from knowledge.alarms import LISTS, Known, read_known
from knowledge.concepts import FOLDER, pieces, read_concepts
from knowledge.entries import Entry
from knowledge.gists import gist
from knowledge.normal import normalise
from knowledge.regressions import weigh
from knowledge.trials import GOLDEN, read_questions
from knowledge.urgency import KINDS, Judgement

_LEARNT = (
    "first.jsonl",
    "last.jsonl",
    "dev.jsonl",
    "more.jsonl",
)  # golden lists to learn from; the others only measure
_ASKED = ("fit.jsonl", "check.jsonl")
_NEAR_MISS, _MADE = 1.5, 0.3  # what an example counts for, where a phrasing of the base counts for one
_TELLING = 0.3
_RIDGE = 0.5  # the examples are many by now
_ENDS = "^$"
_PARTS = 2
_SOUNDS_URGENT = -0.7
_SLIGHT, _SLIGHT_FOR_KIND, _SLIGHT_AT_FIRST = 0.1, 0.2, 0.3  # weights below are dropped
_LEEWAY = 0.5  # by which the first look lets pass more than the known emergencies need


@dataclass(frozen=True, slots=True)
class _Example:
    """A text, the kind of emergency it is about, what it counts for, and whether that is in doubt."""

    text: str
    kind: str
    counts: float = 1.0
    doubtful: bool = False


def fit(entries: Sequence[Entry]) -> Judgement:
    """Takes some minutes. The `overcome` of the content is taken off the odds of every message: the higher, the fewer
    alarms are false, and the less is heard.
    """
    content = read_concepts()
    examples = list(
        {one.text: one for one in _examples(entries, frozenset(content["doubtful"].split()))}.values()
    )
    found = [pieces(gist(normalise(one.text))) for one in examples]
    telling = frozenset(content["telling"].split())
    kept = _without_doubtful(examples, found, telling)
    examples, found = [examples[at] for at in kept], [found[at] for at in kept]
    urgent = _regress(found, [bool(one.kind) for one in examples], [one.counts for one in examples], telling)
    constant = urgent[1] - content["overcome"]
    heard = [
        bool(one.kind) and _odds(urgent[0], constant, seen) > 0
        for one, seen in zip(examples, found, strict=True)
    ]
    first, at_first = _first_look(examples, heard)
    alarms = [at for at, one in enumerate(examples) if one.kind]
    kinds = {
        kind: _regress(
            [found[at] for at in alarms],
            [examples[at].kind == kind for at in alarms],
            [examples[at].counts for at in alarms],
            telling,
        )
        for kind in KINDS
    }
    return Judgement(
        first,
        _heavy(urgent[0], _SLIGHT),
        {kind: _heavy(weights, _SLIGHT_FOR_KIND) for kind, (weights, _) in kinds.items()},
        {"first": at_first, "urgent": constant} | {kind: bias for kind, (_, bias) in kinds.items()},
    )


def _first_look(examples: Sequence[_Example], heard: Sequence[bool]) -> tuple[dict[str, float], float]:
    """What letters and pairs alone say, and the constant with which everything that is heard stays above zero."""
    found = [index.pieces(gist(normalise(one.text))) for one in examples]
    urgent = [bool(one.kind) for one in examples]
    weights = _heavy(weigh(found, urgent, [one.counts for one in examples])[0], _SLIGHT_AT_FIRST)
    lowest = min(_odds(weights, 0.0, seen) for seen, is_heard in zip(found, heard, strict=True) if is_heard)
    return weights, _LEEWAY - lowest


def _examples(entries: Sequence[Entry], doubtful: frozenset[str]) -> Iterator[_Example]:
    """What is said last of a text holds."""
    for text in patterns.stories():
        yield _Example(text, "")
    for text in patterns.ordinary():
        yield _Example(text, "", _MADE)
    for text, kind in patterns.urgent():
        yield _Example(text, kind, _MADE)
    for entry in entries:
        for text in (entry.question, *entry.phrasings):
            yield _Example(text, "", doubtful=entry.topic in doubtful)
    for question in read_questions([GOLDEN / name for name in _ASKED]):
        yield _Example(question.text, "", _NEAR_MISS, doubtful=True)
    for text in _lines("ordinary"):
        yield _Example(text, "", _NEAR_MISS)
    for kind in KINDS:
        for text in _lines(kind):
            yield _Example(text, kind)
    for name in _LEARNT:
        for one in read_known(LISTS / name):
            yield _of(one)


def _of(one: Known) -> _Example:
    return _Example(one.text, one.kind, 1.0 if one.kind else _NEAR_MISS)


def _lines(name: str) -> list[str]:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _without_doubtful(
    examples: Sequence[_Example], found: Sequence[set[str]], telling: frozenset[str]
) -> list[int]:
    """The numbers of the examples but of doubtful ones that sound urgent to a judgement that has not seen them."""
    gone: set[int] = set()
    for part in range(_PARTS):
        asked = [at for at in range(part, len(examples), _PARTS) if examples[at].doubtful]
        rest = [at for at in range(len(examples)) if at % _PARTS != part]
        weights, constant = _regress(
            [found[at] for at in rest],
            [bool(examples[at].kind) for at in rest],
            [examples[at].counts for at in rest],
            telling,
        )
        gone.update(at for at in asked if _odds(weights, constant, found[at]) > _SOUNDS_URGENT)
    return [at for at in range(len(examples)) if at not in gone]


def _regress(
    found: Sequence[set[str]], happened: Sequence[bool], counts: Sequence[float], telling: frozenset[str]
) -> tuple[dict[str, float], float]:
    return weigh(
        found,
        happened,
        counts,
        lambda piece: _TELLING if telling.issuperset(piece.strip(_ENDS)) else 1.0,
        _RIDGE,
    )


def _odds(weights: Mapping[str, float], constant: float, found: Iterable[str]) -> float:
    return sum(weights.get(piece, 0.0) for piece in found) + constant


def _heavy(weights: Mapping[str, float], least: float) -> dict[str, float]:
    return {piece: weight for piece, weight in weights.items() if abs(weight) >= least}
