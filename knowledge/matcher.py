"""Which entry answers a question, and how sure that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from math import exp, log, sqrt
from operator import attrgetter
from typing import NamedTuple

from rapidfuzz import fuzz, process

from knowledge.bags import Bags
from knowledge.entries import Entry
from knowledge.gists import gist
from knowledge.index import Floats, Index, largest, pieces
from knowledge.normal import normalise
from knowledge.sounds import Homophones
from knowledge.weights import Features, Weights

TOPICS = 10  # candidates that are told
# A worker's question is in its beginning or, more often, in its last sentence; the rest is story.
_HEAD, _TAIL = 100, 300
_FEW = 20  # texts of a topic that are compared in no time
_LEAST = 0.3  # how alike the letters of a question and its topic nearly always are
_RIVALS = 12  # the nearest topics, which share the likelihood
_REACH = 0.25  # by which the letters of another topic may be more alike than those of the best one
_CLOSELY = 350  # texts whose letters are compared when the first look leaves doubt;
_ANY_TOPIC = 30  # a topic is as much work as so many texts
_SURELY_ASIDE, _HOPELESS = 0.25, 0.1  # likelihoods of being a question to the union
_RATHER = 0.4  # likelihood of an aside being the right one
_RARE = 3000  # what one text in so many has is no word that somebody meant to write
_MARGIN = 0.02  # of score between two topics; with less neither is the answer
_SHARPNESS = 1.5  # how quickly the likelihood falls with the score; found with the features


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


class Look(NamedTuple):
    """How a question compares with the topics: `near` are the nearest ones by number, the best first."""

    asked: str
    pieces: frozenset[str]
    scores: Floats
    near: tuple[int, ...]
    features: Features
    inside: float
    right: float
    compared: bool = False  # whether the letters were, or only the least likeness was taken for granted

    @property
    def certainty(self) -> float:
        return self.inside * self.right


class Verdict(NamedTuple):
    """What the matcher makes of a question.

    `certainty`, from 0 to 1, is the likelihood that it is a question to the union and the nearest topic answers it;
    `aside` is what to say to something else.
    """

    outcome: Outcome
    certainty: float
    look: Look
    entry: Entry | None = None
    aside: Entry | None = None


class Topic:
    """All texts of a topic, and a model that tells its entries apart."""

    def __init__(self, name: str, entries: Sequence[Entry], texts: Mapping[str, Sequence[str]]) -> None:
        self.name = name
        self.entries = entries
        self.question = entries[0].question
        self.is_aside = entries[0].is_aside
        self.of_entries = [[gist(text) for text in texts[entry.id]] for entry in entries]
        self.gists = [text for texts in self.of_entries for text in texts]
        self.part = 0  # the class of the first entry, where there are several
        self._bags = Bags(self.gists)

    def likeness(self, text: str) -> float:
        """From 0 to 1: how alike the letters are, in any order, to those of the nearest text of about their number."""
        return self._bags.likeness(text)

    def nearest_text(self, asked: str) -> str:
        """The text that is most alike."""
        return str(process.extractOne(asked, self.gists, scorer=fuzz.ratio)[0])

    def entry(self, scores: Floats) -> Entry:
        """The entry that the pieces of a question suggest."""
        if not self.part:
            return self.entries[0]
        return self.entries[int(scores[self.part : self.part + len(self.entries)].argmax())]


class Snapshot:
    """Immutable: models of all questions and phrasings of some entries, built once and replaced whole."""

    def __init__(self, entries: Sequence[Entry], weights: Weights | None = None) -> None:
        self.entries = tuple(entries)
        self.by_id = {entry.id: entry for entry in self.entries}
        self.weights = weights or Weights.shipped()
        # The first entry keeps a text that two of them claim.
        texts = {entry.id: _texts(entry) for entry in self.entries}
        self._exact = {text: entry for entry in reversed(self.entries) for text in texts[entry.id]}
        by_topic = groupby(sorted(self.entries, key=_asides_last), key=attrgetter("topic"))
        self.topics = [Topic(name, list(group), texts) for name, group in by_topic]
        self._by_name = {topic.name: topic for topic in self.topics}
        self._questions = sum(not topic.is_aside for topic in self.topics)
        classes = [topic.gists for topic in self.topics]
        for topic in self.topics:
            if len(topic.entries) > 1:
                topic.part = len(classes)
                classes += topic.of_entries
        self.index = Index(classes, len(self.topics))
        self._homophones = Homophones(self.index.pairs, sum(map(len, classes[: len(self.topics)])) / _RARE)

    def exact(self, question: str) -> Entry | None:
        """The entry of which this is the question or a phrasing, but for width, case, punctuation and the like."""
        return self._exact.get(normalise(question))

    def match(self, question: str) -> Verdict:
        """Pure and synchronous; safe to call from several threads."""
        text = _clip(normalise(question))
        look = self._look(gist(text))
        exact = self._exact.get(text)
        if exact is not None:
            return _settled(exact, 1.0, look)
        if not self._is_sure(look) and look.near:
            look = self._look_again(look)
        if self._is_sure(look) or self._is_surely_aside(look):
            return _settled(self.topics[look.near[0]].entry(look.scores), look.certainty, look)
        outcome = Outcome.SUGGEST if look.inside >= self.weights.offered else Outcome.NONE
        return Verdict(outcome, look.certainty, look)

    def _is_sure(self, look: Look) -> bool:
        if look.inside < self.weights.sure_inside or look.right < self.weights.sure_right:
            return False
        if abs(look.features.ahead) < _MARGIN:
            return False
        return not self.topics[look.near[0]].is_aside

    def _is_surely_aside(self, look: Look) -> bool:
        if look.inside >= _SURELY_ASIDE or look.right < _RATHER:
            return False
        return self.topics[look.near[0]].is_aside

    def candidates(self, verdict: Verdict, number: int = TOPICS) -> tuple[Candidate, ...]:
        """The entries of so many distinct topics that may be meant, best first; asides are not among them."""
        look, first = verdict.look, verdict.entry
        root = sqrt(len(look.pieces) or 1)
        found = [] if first is None else [Candidate(first.topic, first, verdict.certainty)]
        nearest = None
        for at in self._by_nearness(look):
            topic = self.topics[at]
            if len(found) == number:
                break
            if topic.is_aside or (first is not None and first.topic == topic.name):
                continue
            nearest = look.scores[at] if nearest is None else nearest
            falls = exp(min(0.0, _SHARPNESS * float(look.scores[at] - nearest) / root))
            ceiling = found[-1].score if found else verdict.certainty
            found.append(
                Candidate(topic.name, topic.entry(look.scores), min(ceiling, look.certainty * falls))
            )
        return tuple(found)

    def _by_nearness(self, look: Look) -> Iterator[int]:
        """The numbers of all topics; the order of the nearest ones has been looked at closely."""
        yield from look.near
        for at in look.scores[: len(self.topics)].argsort()[::-1].tolist():
            if at not in look.near:
                yield at

    def topic(self, name: str) -> Topic | None:
        return self._by_name.get(name)

    def look(self, question: str) -> Look:
        """The closest look that a question can get."""
        look = self._look(gist(_clip(normalise(question))))
        return self._look_again(look) if look.near else look

    def _look(self, asked: str) -> Look:
        """One pass over the models; letters are compared where they are few, or where it is not sure without them."""
        found = pieces(asked)
        scores = self.index.scores(found)
        near, of_near = largest(scores[: len(self.topics)], _RIVALS)
        if not near:
            return Look(asked, found, scores, (), Features(), 0.0, 0.0)
        best = self.topics[near[0]]
        look = self._judge(asked, found, scores, near, of_near, _LEAST, compared=False)
        if len(best.gists) <= _FEW:
            return self._look_closely(look)
        return look if self._is_sure(look) else self._with_letters(look, best.likeness(asked))

    def _look_again(self, look: Look) -> Look:
        """The dear steps: words that may have been misheard, and the letters of several topics."""
        respelt = self._homophones.respell(look.asked)
        if respelt != look.asked:
            look = max(look, self._look(respelt), key=attrgetter("certainty"))
        return self._look_closely(look) if look.inside >= _HOPELESS and not self._is_sure(look) else look

    def _look_closely(self, look: Look) -> Look:
        """The nearest topics, as many as so many texts allow, in the order that models and letters suggest together."""
        asked, worth = look.asked, self.weights.letters
        best, *others = look.near
        work = len(self.topics[best].gists) + _ANY_TOPIC
        ratios = {best: look.features.letters if look.compared else self.topics[best].likeness(asked)}
        within = look.scores[best] + worth * (ratios[best] - min(1.0, ratios[best] + _REACH))
        for at in others:
            work += len(self.topics[at].gists) + _ANY_TOPIC
            if work > _CLOSELY or look.scores[at] < within:
                break
            ratios[at] = self.topics[at].likeness(asked)
        total = {at: look.scores[at] + worth * ratio for at, ratio in ratios.items()}
        near = sorted(total, key=total.__getitem__, reverse=True)
        near += [at for at in look.near if at not in ratios]
        if near[0] == best and look.compared:
            return look._replace(near=tuple(near))
        of_near: list[float] = look.scores[near].tolist()
        return self._judge(*look[:3], near, of_near, ratios[near[0]], compared=True)

    def _judge(
        self,
        asked: str,
        found: frozenset[str],
        scores: Floats,
        near: list[int],
        of_near: list[float],
        ratio: float,
        *,
        compared: bool,
    ) -> Look:
        root = sqrt(len(found))
        score, *others = of_near
        sharpness = _SHARPNESS / root
        features = Features(
            score=score / root,
            ahead=(score - max(others, default=0.0)) / root,
            share=1 / (1 + sum([exp(sharpness * (other - score)) for other in others])),
            letters=ratio,
            length=log(len(asked)),
            apart=self._apart(near, of_near) / root,
        )
        inside, right = self.weights.inside.likelihood(features), self.weights.right.likelihood(features)
        return Look(asked, found, scores, tuple(near), features, inside, right, compared)

    def _with_letters(self, look: Look, ratio: float) -> Look:
        features = look.features._replace(letters=ratio)
        inside, right = self.weights.inside.likelihood(features), self.weights.right.likelihood(features)
        return look._replace(features=features, inside=inside, right=right, compared=True)

    def _apart(self, near: list[int], scores: list[float]) -> float:
        """How far the nearest aside is behind the best topic that is none; one that is not near is further behind."""
        question = aside = scores[-1]
        for at, score in zip(near, scores, strict=True):
            if at < self._questions:
                question = score if score > question else question
            else:
                aside = score if score > aside else aside
        return question - aside


def _asides_last(entry: Entry) -> tuple[bool, str]:
    return entry.is_aside, entry.topic


def _settled(entry: Entry, certainty: float, look: Look) -> Verdict:
    if entry.is_aside:
        return Verdict(Outcome.NONE, certainty, look, aside=entry)
    return Verdict(Outcome.ANSWER, certainty, look, entry)


def _texts(entry: Entry) -> list[str]:
    texts = [normalise(text) for text in (entry.question, *entry.phrasings)]
    return [text for text in texts if text]


def _clip(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else text[:_HEAD] + text[-_TAIL:]
