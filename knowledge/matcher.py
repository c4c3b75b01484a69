"""Which entry answers a question, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.entries import Entry
from knowledge.index import Floats, Index, Numbers
from knowledge.normal import normalise
from knowledge.sounds import Homophones

TOPICS = 10
# A worker's question is in its beginning or, more often, in its last sentence; the rest is story.
_HEAD, _TAIL = 100, 300
_NEAR, _CLOSER = 0.35, 50  # share of the best likeness, and number of texts, that are looked at closely


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
    """`candidates` are the best ten distinct topics, best first; the first four are shown when suggesting."""

    outcome: Outcome
    entry: Entry | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Likelihoods from which an entry answers, and from which it is worth suggesting.

    An answer must also be ahead of the next topic by `margin`.
    """

    answer: float = 0.38
    suggest: float = 0.05
    margin: float = 0.02


@dataclass(frozen=True, slots=True)
class Weights:
    """What each likeness adds to the logarithm of the odds that a text asks the same as the question.

    The masses are those of the index: `missing` is what the question has and the text lacks, `extra` the reverse.
    """

    cosine: float = 4.23
    covered: float = 1.01
    covering: float = 3.87
    missing: float = 0.0
    extra: float = 0.0
    order: float = 3.8
    letters: float = 9.97
    length: float = -3.77 / 30
    bias: float = -17.1


class Snapshot:
    """Immutable: an index over all questions and phrasings of some entries, built once and replaced whole."""

    def __init__(
        self, entries: Sequence[Entry], thresholds: Thresholds = Thresholds(), weights: Weights = Weights()
    ) -> None:
        self.entries = tuple(entries)
        self.by_id = {entry.id: entry for entry in self.entries}
        self._thresholds = thresholds
        self._weights = weights
        asked = [(normalise(text), entry) for entry in entries for text in (entry.question, *entry.phrasings)]
        self._texts = [text for text, _ in asked]
        self._owners = [entry for _, entry in asked]
        self._letters = ["".join(sorted(text)) for text in self._texts]
        # The first entry keeps a text that two of them claim.
        self._exact = {text: entry for text, entry in reversed(asked) if text}
        self._index = Index(self._texts)
        self._roots = np.sqrt(self._index.masses).clip(1e-9)
        self._homophones = Homophones(self._index.pairs())

    def exact(self, question: str) -> Entry | None:
        """The entry of which this is the question or a phrasing, but for width, case, punctuation and the like."""
        return self._exact.get(normalise(question))

    def match(self, question: str) -> Verdict:
        """Pure and synchronous; safe to call from several threads."""
        text = _clip(normalise(question))
        ranked = self._rank(text)
        exact = self._exact.get(text)
        if exact is not None:
            ranked = {exact.topic: Candidate(exact.topic, exact, 1.0)} | {
                topic: candidate for topic, candidate in ranked.items() if topic != exact.topic
            }
        elif not ranked or next(iter(ranked.values())).score < self._thresholds.answer:
            respelt = self._homophones.respell(text)
            if respelt != text:
                ranked = _merge(ranked, self._rank(respelt))
        return self._judge(tuple(islice(ranked.values(), TOPICS)))

    def _judge(self, candidates: tuple[Candidate, ...]) -> Verdict:
        best = candidates[0].score if candidates else 0.0
        second = candidates[1].score if len(candidates) > 1 else 0.0
        if best >= self._thresholds.answer and best - second >= self._thresholds.margin:
            return Verdict(Outcome.ANSWER, candidates[0].entry, candidates)
        outcome = Outcome.SUGGEST if best >= self._thresholds.suggest else Outcome.NONE
        return Verdict(outcome, None, candidates)

    def _rank(self, text: str) -> dict[str, Candidate]:
        """The best candidate of every topic that is near, best first."""
        shared, mass = self._index.shared(text)
        cosines = shared / self._roots
        picked = _pick(cosines)
        if not len(picked):
            return {}
        scores = self._score(text, picked, shared[picked], mass)
        ranked: dict[str, Candidate] = {}
        for at in np.argsort(-scores, kind="stable").tolist():
            entry = self._owners[picked[at]]
            if entry.topic not in ranked:
                ranked[entry.topic] = Candidate(entry.topic, entry, float(scores[at]))
        return ranked

    def _score(self, text: str, picked: Numbers, shared: Floats, mass: float) -> Floats:
        weights = self._weights
        numbers = picked.tolist()
        masses = self._index.masses[picked]
        order = process.cdist([text], [self._texts[i] for i in numbers], scorer=fuzz.ratio)[0]
        letters = process.cdist(
            ["".join(sorted(text))], [self._letters[i] for i in numbers], scorer=fuzz.ratio
        )[0]
        odds = (
            shared * (weights.covered / mass - weights.missing - weights.extra)
            + shared / self._roots[picked] * (weights.cosine / mass**0.5)
            + shared / masses * weights.covering
            + masses * weights.extra
            + order * (weights.order / 100)
            + letters * (weights.letters / 100)
            + (weights.missing * mass + weights.length * min(len(text), 30) + weights.bias)
        )
        return 1 / (1 + np.exp(-odds))


def _clip(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else text[:_HEAD] + text[-_TAIL:]


def _pick(cosines: Floats) -> Numbers:
    """The texts worth a closer look: near the best one, and not too many."""
    best = cosines.max(initial=0.0)
    if best <= 0:
        return np.empty(0, dtype=np.intp)
    picked = np.flatnonzero(cosines >= best * _NEAR)
    if len(picked) < TOPICS:
        picked = np.flatnonzero(cosines)
    if len(picked) > _CLOSER:
        picked = picked[np.argpartition(-cosines[picked], _CLOSER)[:_CLOSER]]
    return picked


def _merge(ranked: dict[str, Candidate], respelt: dict[str, Candidate]) -> dict[str, Candidate]:
    """Both rankings as one, the better score of a topic counting."""
    best = dict(ranked)
    for topic, candidate in respelt.items():
        if topic not in best or candidate.score > best[topic].score:
            best[topic] = candidate
    return dict(sorted(best.items(), key=lambda item: -item[1].score))
