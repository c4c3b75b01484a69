"""Questions whose right topics are known: how the knowledge base does on them, and what a change does to them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from knowledge.entries import Broken, Entry, Problem
from knowledge.matcher import Outcome, Snapshot
from knowledge.snapshots import Knowledge

GOLDEN = Path(__file__).parent / "golden"
GUARDED = (GOLDEN / "fit.jsonl", GOLDEN / "check.jsonl")  # must not get worse by a change that is published


@dataclass(frozen=True, slots=True)
class Question:
    """A message and the topics that answer it; none when nothing in the base does.

    Questions of the same `session` are one conversation, in their order; without one a question stands alone.
    """

    text: str
    right: frozenset[str]
    style: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What a question got: the topic it was answered on, if any, and the topics shown, the best first."""

    outcome: Outcome
    topic: str | None
    shown: tuple[str, ...]

    def __str__(self) -> str:
        if self.topic:
            return self.topic
        return f"offers {', '.join(self.shown)}" if self.outcome is Outcome.SUGGEST else self.outcome.value


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1: the first five of the questions in scope, the last two of those out of scope.

    `answered` at once with a right topic; `helped` so, or with a right one among the suggestions; `wrong`: answered
    at once with another topic; `top1` and `top3`: a right one is the best, or among the best three. `accepted`: answered at
    once although nothing answers it; `suggested`: met with suggestions.
    """

    in_scope: int
    answered: float
    helped: float
    wrong: float
    top1: float
    top3: float
    out_of_scope: int
    accepted: float
    suggested: float


class Change(StrEnum):
    """From worst to best a question gets a wrong answer, nothing right, a right suggestion, a right answer."""

    BETTER = "better"
    WORSE = "worse"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that gets something else than before."""

    question: Question
    before: Given
    after: Given
    change: Change

    def __str__(self) -> str:
        right = " or ".join(sorted(self.question.right)) or "none"
        return f"“{self.question.text}”: {self.before} → {self.after} (right: {right})"


def read_questions(paths: Iterable[Path]) -> list[Question]:
    """JSON lines of `{"q", "topic", "also", "style"}`; raises Broken.

    A message that asks several things has `topics`, one that belongs to a conversation its `session`.
    """
    questions: list[Question] = []
    problems: list[Problem] = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    questions.append(_question(line, path))
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    problems.append(Problem(path.name, number, "not an object with q, topic and also"))
    if problems:
        raise Broken(problems)
    return questions


def _question(line: str, path: Path) -> Question:
    fields = json.loads(line)
    right = {fields["topic"], *fields.get("also", ()), *fields.get("topics", ())} - {None}
    style = str(fields.get("style", path.stem))
    session = f"{path} {fields['session']}" if "session" in fields else ""
    return Question(str(fields["q"]), frozenset(map(str, right)), style, session)


def ask(snapshot: Snapshot, questions: Iterable[Question]) -> list[Given]:
    """What each question gets, those of a conversation after the topic that was answered before."""
    knowledge = Knowledge(snapshot)
    topics: dict[str, str] = {}
    given: list[Given] = []
    for question in questions:
        reading = knowledge.read(question.text, topics.get(question.session))
        if reading.entries and question.session:
            topics[question.session] = reading.entries[-1].topic
        topic = reading.entries[0].topic if reading.outcome is Outcome.ANSWER else None
        given.append(Given(reading.outcome, topic, tuple(one.topic for one in knowledge.offers(reading))))
    return given


def judge(snapshot: Snapshot, questions: Sequence[Question]) -> Figures:
    """Takes about 0.2 ms a question."""
    return tally(questions, ask(snapshot, questions))


def judge_styles(snapshot: Snapshot, questions: Sequence[Question]) -> dict[str, Figures]:
    """The figures by the style of the questions, in the order of the styles' names."""
    styles: dict[str, list[tuple[Question, Given]]] = defaultdict(list)
    for question, given in zip(questions, ask(snapshot, questions), strict=True):
        styles[question.style].append((question, given))
    return {style: tally(*zip(*styles[style], strict=True)) for style in sorted(styles)}


def tally(questions: Sequence[Question], given: Sequence[Given]) -> Figures:
    pairs = list(zip(questions, given, strict=True))
    asked = [(question.right, got) for question, got in pairs if question.right]
    strange = [got.outcome for question, got in pairs if not question.right]
    return Figures(
        len(asked),
        _share([got.topic in right for right, got in asked]),
        _share([_helped(right, got) for right, got in asked]),
        _share([_wrong(right, got) for right, got in asked]),
        _share([not right.isdisjoint(got.shown[:1]) for right, got in asked]),
        _share([not right.isdisjoint(got.shown[:3]) for right, got in asked]),
        len(strange),
        _share([outcome is Outcome.ANSWER for outcome in strange]),
        _share([outcome is Outcome.SUGGEST for outcome in strange]),
    )


def compare(before: Snapshot, after: Snapshot, questions: Sequence[Question]) -> tuple[Difference, ...]:
    """The questions that one snapshot gives something else than the other."""
    return _differences(questions, ask(before, questions), ask(after, questions))


def gate(before_entries: Sequence[Entry], after_entries: Sequence[Entry]) -> list[str]:
    """A line for each golden question that a change makes worse; empty when it may be published.

    Takes some seconds when anything has changed by which questions are recognised.
    """
    before, after = _recognised(before_entries), _recognised(after_entries)
    if before == after:
        return []
    questions = tuple(read_questions(GUARDED))
    differences = _differences(questions, _asked(before, questions), _asked(after, questions))
    return [str(one) for one in differences if one.change is Change.WORSE]


def _recognised(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries without what is only told."""
    return tuple(Entry(one.id, one.topic, one.question, one.phrasings, "") for one in entries)


@lru_cache(2)  # what is published now is what the next change is held against
def _asked(entries: tuple[Entry, ...], questions: tuple[Question, ...]) -> list[Given]:
    return ask(Snapshot(entries), questions)


def _differences(
    questions: Sequence[Question], before: Sequence[Given], after: Sequence[Given]
) -> tuple[Difference, ...]:
    found = []
    for question, was, now in zip(questions, before, after, strict=True):
        ranks = _rank(question.right, was), _rank(question.right, now)
        if ranks[0] != ranks[1]:
            found.append(
                Difference(question, was, now, Change.BETTER if ranks[0] < ranks[1] else Change.WORSE)
            )
        elif (was.outcome, was.topic) != (now.outcome, now.topic):
            found.append(Difference(question, was, now, Change.OTHER))
    return tuple(found)


def _rank(right: frozenset[str], given: Given) -> int:
    """How good it is to get this; see Change."""
    if given.outcome is Outcome.ANSWER:
        return 3 if given.topic in right else 0
    return 2 if _helped(right, given) else 1


def _helped(right: frozenset[str], given: Given) -> bool:
    return given.topic in right or (given.outcome is Outcome.SUGGEST and not right.isdisjoint(given.shown))


def _wrong(right: frozenset[str], given: Given) -> bool:
    return given.outcome is Outcome.ANSWER and given.topic not in right


def _share(cases: Sequence[bool]) -> float:
    return sum(cases) / len(cases) if cases else 0.0
