"""What a worker means by a message: one question or two, a question that goes on from the last one, or an emergency."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.entries import Entry
from knowledge.gists import SENTENCE_END, goes_on, may_go_on
from knowledge.matcher import Candidate, Outcome, Snapshot, Verdict
from knowledge.normal import normalise

_MOST_SENTENCES = 12  # of a long story the last ones are looked at
_MOST_ANSWERED = 2
_CLEARLY = 0.8
BY_ITSELF = 0.42  # so likely is a short question, or one in the middle of a form, one of its own
_SHORTEST = 3  # letters of a sentence that may be a question by itself


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message means. `entries` answer it, the first one first, and `verdict` is what that rests on.

    `aside` is what to say to something that is no question to the union; `certainty` is from 0 to 1.
    """

    outcome: Outcome
    certainty: float
    entries: tuple[Entry, ...]
    verdict: Verdict

    @property
    def aside(self) -> Entry | None:
        return self.verdict.aside


def read(snapshot: Snapshot, message: str, topic: str | None) -> Reading:
    """What the message means after an answer on `topic`."""
    verdict = snapshot.match(message)
    if verdict.certainty == 1:
        return _read(verdict)
    text = normalise(message)
    if goes_on(text):
        return _follow(snapshot, message, topic, verdict)
    answered = _several(snapshot, message, verdict)
    if not answered and topic and not verdict.aside and may_go_on(text):
        return (
            _read(verdict)
            if _is_another(snapshot, verdict, topic)
            else _follow(snapshot, message, topic, verdict)
        )
    return _read(verdict, *answered)


def offers(snapshot: Snapshot, reading: Reading, number: int) -> tuple[Candidate, ...]:
    """The entries of so many topics that may be meant, best first; the answer, where there is one, before all."""
    if not reading.entries or reading.entries[0] is reading.verdict.entry:
        return snapshot.candidates(reading.verdict, number)
    first = Candidate(reading.entries[0].topic, reading.entries[0], reading.certainty)
    others = [one for one in snapshot.candidates(reading.verdict, number + 1) if one.topic != first.topic]
    return (first, *others[: number - 1])


def _is_another(snapshot: Snapshot, verdict: Verdict, topic: str) -> bool:
    """Whether a short question is rather one of its own on another topic (“公司倒闭了怎么办”)."""
    return any(one.topic != topic and one.score >= BY_ITSELF for one in snapshot.candidates(verdict, 1))


def _read(verdict: Verdict, *answered: Verdict) -> Reading:
    first, *_ = answered or (verdict,)
    entries = tuple(one.entry for one in (answered or (verdict,)) if one.entry)
    return Reading(first.outcome, first.certainty, entries, first)


def _follow(snapshot: Snapshot, message: str, topic: str | None, alone: Verdict) -> Reading:
    """“那要多少钱”: asked of what was answered last, unless together with that it clearly means another topic."""
    last = snapshot.topic(topic) if topic else None
    if last is None and alone.entry:
        return _read(alone)
    if last is None:
        return Reading(Outcome.CLARIFY, alone.certainty, (), alone)
    together = snapshot.match(f"{last.question}{message}")
    if together.entry and together.look.right >= _CLEARLY:
        return _read(together)
    entry = last.entry(alone.look.scores)
    return Reading(Outcome.ANSWER, _CLEARLY, (entry,), together)


def _several(snapshot: Snapshot, message: str, whole: Verdict) -> Sequence[Verdict]:
    """The answers to the sentences of a message, in the order of asking; the whole one where it has no others."""
    if not SENTENCE_END.search(message, 0, len(message) - 1):
        return [whole] if whole.entry else []
    sentences = [part for part in SENTENCE_END.split(message) if len(part.strip()) >= _SHORTEST][
        -_MOST_SENTENCES:
    ]
    if len(sentences) < 2:
        return [whole] if whole.entry else []
    found: dict[str, Verdict] = {}
    for sentence in sentences:
        verdict = snapshot.match(sentence)
        if verdict.entry:
            found.setdefault(verdict.entry.topic, verdict)
    if whole.entry and len(found) < 2:
        return [whole]
    return list(found.values())[:_MOST_ANSWERED]
