"""Which entry answers a question, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.entries import Entry
from knowledge.gists import gist
from knowledge.index import Floats, Index, Numbers
from knowledge.normal import normalise
from knowledge.sounds import Homophones

TOPICS, SHOWN = 10, 4  # candidates of a verdict, and how many of them a worker is offered
# A worker's question is in its beginning or, more often, in its last sentence; the rest is story.
_HEAD, _TAIL = 100, 300
_CLOSELY = 20  # texts whose letters are compared
_SHARES = (0.4, 1e-9)  # of the largest value: what is sorted out first, then all that is not zero
_LONG = 30  # letters; beyond them a question is not longer for the odds
_FAR_AHEAD, _CERTAIN = 3.0, 20.0  # logarithms of odds

_Ranked: TypeAlias = list[tuple[float, Entry]]


class Outcome(StrEnum):
    ANSWER = "answer"
    SUGGEST = "suggest"
    CLARIFY = "clarify"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be meant; `score` is the likelihood, from 0 to 1, that it is the right one."""

    topic: str
    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the matcher makes of a question.

    `certainty`, from 0 to 1, is the likelihood that the nearest entry is right and nothing else was meant; `nearest`
    are the best entries of distinct topics with the logarithms of their odds.
    """

    outcome: Outcome
    entry: Entry | None
    certainty: float
    nearest: tuple[tuple[float, Entry], ...]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The best ten distinct topics, best first; the first four are shown when suggesting.

        Worded on demand: making them costs a tenth of a match, and most verdicts are never asked.
        """
        return tuple([Candidate(entry.topic, entry, _likelihood(odds)) for odds, entry in self.nearest])


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted by logistic regression on questions whose entry is known; logarithms of odds, but for the two thresholds.

    The first four say whether a text asks the same as the question; `likely`, `ahead` and `doubt`, whether the best
    of them may be given as the answer; from `answer` on it is, from `suggest` on it is offered.
    """

    pieces: float = 5.90
    letters: float = 10.20
    length: float = 2.00
    unlike: float = -13.58
    likely: float = 0.43
    ahead: float = 0.88
    doubt: float = -1.45
    answer: float = 0.42
    suggest: float = 0.02


class Snapshot:
    """Immutable: an index over all questions and phrasings of some entries, built once and replaced whole."""

    def __init__(self, entries: Sequence[Entry], weights: Weights = Weights()) -> None:
        self.entries = tuple(entries)
        self.by_id = {entry.id: entry for entry in self.entries}
        self._weights = weights
        asked = [(entry, normalise(text)) for entry in entries for text in (entry.question, *entry.phrasings)]
        # The first entry keeps a text that two of them claim.
        self._exact = {text: entry for entry, text in reversed(asked) if text}
        asked.sort(key=lambda owned: owned[0].topic)
        self._owners = [entry for entry, _ in asked]
        owned = np.array([entry.topic for entry in self._owners], dtype=object)
        _, self._starts, topics = np.unique(owned, return_index=True, return_inverse=True)
        self._ends: list[int] = [*self._starts[1:].tolist(), len(asked)] if asked else []
        self._topics: list[int] = topics.tolist()
        gists = [gist(text) for _, text in asked]
        self._letters = [_in_order(text) for text in gists]
        self._index = Index(gists)
        self._homophones = Homophones(self._index.pairs())

    def exact(self, question: str) -> Entry | None:
        """The entry of which this is the question or a phrasing, but for width, case, punctuation and the like."""
        return self._exact.get(normalise(question))

    def match(self, question: str, topics: int = TOPICS) -> Verdict:
        """The verdict with at most so many candidates. Pure and synchronous; safe to call from several threads."""
        text = _clip(normalise(question))
        exact = self._exact.get(text)
        asked = gist(text)
        ranked = self._rank(asked, topics)
        if exact is not None:
            others = [found for found in ranked if found[1].topic != exact.topic]
            return Verdict(Outcome.ANSWER, exact, 1.0, ((_CERTAIN, exact), *others[: topics - 1]))
        certainty = self._certainty(ranked)
        if certainty < self._weights.answer:
            respelt = self._homophones.respell(asked)
            if respelt != asked:
                again = self._rank(respelt, topics)
                certainty, ranked = max(
                    (certainty, ranked), (self._certainty(again), again), key=itemgetter(0)
                )
        return self._judge(certainty, ranked)

    def _judge(self, certainty: float, ranked: _Ranked) -> Verdict:
        if certainty >= self._weights.answer:
            return Verdict(Outcome.ANSWER, ranked[0][1], certainty, tuple(ranked))
        outcome = Outcome.SUGGEST if certainty >= self._weights.suggest else Outcome.NONE
        return Verdict(outcome, None, certainty, tuple(ranked))

    def _certainty(self, ranked: _Ranked) -> float:
        if not ranked:
            return 0.0
        best = ranked[0][0]
        ahead = min(best - ranked[1][0], _FAR_AHEAD) if len(ranked) > 1 else _FAR_AHEAD
        weights = self._weights
        return _likelihood(weights.likely * best + weights.ahead * ahead + weights.doubt)

    def _rank(self, asked: str, topics: int) -> _Ranked:
        """The best entries of distinct topics with the logarithms of their odds, best first."""
        likeness, scale = self._index.likeness(asked)
        near = self._near(likeness, topics)
        odds = self._odds(asked, near, likeness[near].tolist(), scale) if near else []
        ranked: dict[int, tuple[float, Entry]] = {}
        for best in sorted(range(len(odds)), key=odds.__getitem__, reverse=True):
            at = near[best]
            topic = self._topics[at]
            if topic not in ranked:
                ranked[topic] = (odds[best], self._owners[at])
                if len(ranked) == topics:
                    break
        return list(ranked.values())

    def _near(self, likeness: Floats, topics: int) -> list[int]:
        """The texts worth a closer look: the nearest ones, and the nearest of as many topics as are wanted."""
        near: list[int] = _largest(likeness, _CLOSELY).tolist()
        found = {self._topics[at] for at in near}
        if len(found) >= min(topics, len(self._ends)):
            return near
        best = np.maximum.reduceat(likeness, self._starts)
        for topic in _largest(best, topics).tolist():
            if topic not in found:
                start = self._ends[topic - 1] if topic else 0
                near.append(start + int(likeness[start : self._ends[topic]].argmax()))
        return near

    def _odds(self, asked: str, near: list[int], likeness: list[float], scale: float) -> list[float]:
        weights = self._weights
        texts = [self._letters[at] for at in near]
        ratios = process.cdist([_in_order(asked)], texts, scorer=fuzz.ratio)[0].tolist()
        always = weights.unlike + weights.length * min(len(asked) / _LONG, 1)
        # Of so few numbers a list is done before an array has been set up.
        pieces, letters = weights.pieces * scale, weights.letters / 100
        return [pieces * one + letters * other + always for one, other in zip(likeness, ratios, strict=True)]


def _clip(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else text[:_HEAD] + text[-_TAIL:]


def _in_order(text: str) -> str:
    """The letters in the order of the alphabet: the same question is asked in any order of its words."""
    return "".join(sorted(text))


def _likelihood(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def _largest(values: Floats, number: int) -> Numbers:
    """Where the largest values are, in no order; zeros are left out."""
    near: Numbers = np.empty(0, dtype=np.intp)
    largest = values[values.argmax()] if values.size else 0.0
    # From the top downwards: partitioning everything that shares a common word costs more than all the rest.
    for share in _SHARES if largest > 0 else ():
        near = (values >= largest * share).nonzero()[0]
        if near.size > number:
            return near[values[near].argpartition(-number)[-number:]]
        if near.size == number:
            break
    return near
