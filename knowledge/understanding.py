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
_SHORTEST = 3  # letters of a sentence that may be a question by itself


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message means. `entries` answer it, the first one first; `offered` are what it may mean instead.

    `aside` is what to say to something that is no question to the union; `certainty` is from 0 to 1.
    """

    outcome: Outcome
    certainty: float
    entries: tuple[Entry, ...] = ()
    offered: tuple[Candidate, ...] = ()
    aside: Entry | None = None


def read(snapshot: Snapshot, message: str, topic: str | None, offered: int) -> Reading:
    """What the message means after an answer on `topic`, with at most so many offers."""
    verdict = snapshot.match(message)
    if verdict.certainty < 1 and goes_on(normalise(message)):
        return _follow(snapshot, message, topic, verdict, offered)
    answered = _several(snapshot, message, verdict)
    if not answered and topic and not verdict.aside and may_go_on(normalise(message)):
        return _follow(snapshot, message, topic, verdict, offered)
    verdict = answered[0] if answered else verdict
    entries = tuple(one.entry for one in answered if one.entry)
    return Reading(
        verdict.outcome, verdict.certainty, entries, snapshot.candidates(verdict, offered), verdict.aside
    )


def _follow(snapshot: Snapshot, message: str, topic: str | None, alone: Verdict, offered: int) -> Reading:
    """“那要多少钱”: asked of what was answered last, unless together with that it clearly means another topic."""
    last = snapshot.topic(topic) if topic else None
    if last is None:
        outcome = alone.outcome if alone.outcome is Outcome.ANSWER else Outcome.CLARIFY
        entries = (alone.entry,) if alone.entry else ()
        return Reading(outcome, alone.certainty, entries, snapshot.candidates(alone, offered))
    together = snapshot.match(f"{last.question}{message}")
    if together.entry and together.look.right >= _CLEARLY:
        entry = together.entry
    else:
        entry = last.entry(alone.look.pieces)
    first = Candidate(entry.topic, entry, max(together.certainty, _CLEARLY))
    others = [one for one in snapshot.candidates(together, offered) if one.topic != entry.topic]
    return Reading(Outcome.ANSWER, first.score, (entry,), (first, *others[: offered - 1]))


def _several(snapshot: Snapshot, message: str, whole: Verdict) -> Sequence[Verdict]:
    """The answers to the sentences of a message, in the order of asking; the whole one where it has no others."""
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
