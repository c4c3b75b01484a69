"""The matcher beside plain searches of the same entries: `python -m benchmarks.baselines [FILE...]` prints a table.

Every search reads the same normalised questions and phrasings, those of asides too, and takes the topic of the text that
scores highest. It answers from a threshold on, the one that answers most of the golden questions for fitting with at
most _MOST_WRONG of them wrong, and otherwise always offers the best four topics. The table is of the golden questions
that nothing is fitted to, and of the files given; RapidFuzz takes about 0.1 s for a question.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from operator import attrgetter
from pathlib import Path
from typing import TypeAlias

import numpy as np
import rjieba
from rapidfuzz import fuzz, process

from knowledge import contents, trials
from knowledge.entries import Entry
from knowledge.index import Floats
from knowledge.matcher import Outcome, Snapshot
from knowledge.normal import normalise
from knowledge.snapshots import SHOWN
from knowledge.trials import Figures, Given, Question

_MOST_WRONG = 0.04
_BATCH = 64  # questions that RapidFuzz compares at a time
_K1, _B = 1.5, 0.75  # of BM25, as usual
_HEADS = ("questions", "matcher", "answered", "helped", "wrong", "top-1", "accepted")

Texts: TypeAlias = Sequence[str]
Search: TypeAlias = Callable[
    [Texts], Iterator[Floats]
]  # questions to the scores of all texts, question by question


@dataclass(frozen=True, slots=True)
class Found:
    """The best topic, None for an aside, its score, and the best topics that are none."""

    topic: str | None
    score: float
    shown: tuple[str, ...]

    def given(self, threshold: float) -> Given:
        if self.topic is None or self.score < threshold:
            return Given(Outcome.SUGGEST, None, self.shown)
        return Given(Outcome.ANSWER, self.topic, self.shown)


def wratio(texts: Texts) -> Search:
    def search(asked: Texts) -> Iterator[Floats]:
        for start in range(0, len(asked), _BATCH):
            yield from process.cdist(asked[start : start + _BATCH], texts, scorer=fuzz.WRatio, workers=-1)

    return search


def bm25(texts: Texts) -> Search:
    """Words as rjieba cuts them; scores as shares of what the question's words weigh, which only moves thresholds."""
    terms = Terms(map(rjieba.cut, texts))
    rarity = np.log1p((len(texts) - terms.texts_with + 0.5) / (terms.texts_with + 0.5))
    unheard = float(np.log1p((len(texts) + 0.5) / 0.5))
    lengths = np.bincount(terms.texts, terms.counts, len(texts))
    relative = (lengths / lengths.mean())[terms.texts]
    saturated = terms.counts * (_K1 + 1) / (terms.counts + _K1 * (1 - _B + _B * relative))
    weights = rarity[terms.numbers] * saturated

    def search(asked: Texts) -> Iterator[Floats]:
        for one in asked:
            wanted = Counter(rjieba.cut(one))
            weighs = {term: rarity[terms.known[term]] if term in terms.known else unheard for term in wanted}
            heaviest = sum(count * weighs[term] for term, count in wanted.items()) or 1.0
            yield terms.scores(wanted, weights) / heaviest

    return search


def tfidf(texts: Texts) -> Search:
    """One to three characters, smoothed, by the cosine; characters that no text has count for nothing."""
    terms = Terms(map(_grams, texts))
    rarity = np.log((1 + len(texts)) / (1 + terms.texts_with)) + 1
    weights = terms.counts * rarity[terms.numbers]
    weights /= np.sqrt(np.bincount(terms.texts, weights**2, len(texts)))[terms.texts]

    def search(asked: Texts) -> Iterator[Floats]:
        for one in asked:
            known = {term: count for term, count in Counter(_grams(one)).items() if term in terms.known}
            wanted = {term: count * float(rarity[terms.known[term]]) for term, count in known.items()}
            length = float(np.linalg.norm(list(wanted.values()))) or 1.0
            yield terms.scores(wanted, weights) / length

    return search


def _grams(text: str) -> list[str]:
    return [text[at : at + length] for length in (1, 2, 3) for at in range(len(text) - length + 1)]


class Terms:
    """Which terms each text has and how often, in the order of the terms: `known` are their numbers."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        counted = [Counter(terms) for terms in texts]
        self.size = len(counted)
        self.known = {
            term: number for number, term in enumerate(dict.fromkeys(t for c in counted for t in c))
        }
        numbers = np.array([self.known[term] for count in counted for term in count], dtype=np.intp)
        order = np.argsort(numbers, kind="stable")
        self.numbers = numbers[order]
        self.texts = np.repeat(np.arange(self.size), [len(count) for count in counted])[order]
        self.counts = np.array([float(one) for count in counted for one in count.values()])[order]
        self.texts_with = np.bincount(numbers, minlength=len(self.known))
        self._ends = np.cumsum(self.texts_with)

    def scores(self, wanted: Mapping[str, float], weights: Floats) -> Floats:
        """For each text the sum of what is wanted of a term by the term's weight in it."""
        total = np.zeros(self.size)
        for term, factor in wanted.items():
            number = self.known.get(term)
            if number is not None:
                end = self._ends[number]
                rows = slice(end - self.texts_with[number], end)
                total[self.texts[rows]] += factor * weights[rows]
        return total


BASELINES = {"RapidFuzz WRatio": wratio, "BM25, rjieba": bm25, "TF-IDF, 1 to 3 characters": tfidf}


class Baseline:
    """A search of some entries, asked for topics."""

    def __init__(self, search: Callable[[Texts], Search], entries: Iterable[Entry]) -> None:
        ordered = sorted(entries, key=attrgetter("topic"))
        pairs = [(normalise(text), entry) for entry in ordered for text in (entry.question, *entry.phrasings)]
        topics = [entry.topic for _, entry in pairs]
        self._starts = [at for at, topic in enumerate(topics) if at == 0 or topic != topics[at - 1]]
        self._entries = [pairs[at][1] for at in self._starts]
        self._search = search([text for text, _ in pairs])

    def find(self, questions: Sequence[Question]) -> list[Found]:
        asked = [normalise(question.text) for question in questions]
        return [self._found(np.maximum.reduceat(scores, self._starts)) for scores in self._search(asked)]

    def _found(self, scores: Floats) -> Found:
        order = np.argsort(-scores, kind="stable").tolist()
        shown = [self._entries[at].topic for at in order if not self._entries[at].is_aside]
        best = self._entries[order[0]]
        return Found(None if best.is_aside else best.topic, float(scores[order[0]]), tuple(shown[:SHOWN]))


def fair(questions: Sequence[Question], found: Sequence[Found]) -> float:
    """The lowest threshold that gives few enough wrong answers, and so the one that gives most right ones."""
    for threshold in sorted({one.score for one in found}):
        if trials.tally(questions, [one.given(threshold) for one in found]).wrong <= _MOST_WRONG:
            return threshold
    return inf


def compare(
    entries: Sequence[Entry], fit: Sequence[Question], asked: Mapping[str, Sequence[Question]]
) -> Iterator[tuple[str, str, Figures]]:
    """The name of the questions, that of the matcher, and its figures for each pair of them."""
    snapshot = Snapshot(entries)
    given = {(name, "**this matcher**"): trials.ask(snapshot, some) for name, some in asked.items()}
    for matcher, search in BASELINES.items():
        baseline = Baseline(search, entries)
        threshold = fair(fit, baseline.find(fit))
        for name, some in asked.items():
            given[name, matcher] = [one.given(threshold) for one in baseline.find(some)]
    for name, some in asked.items():
        for matcher in ("**this matcher**", *BASELINES):
            yield name, matcher, trials.tally(some, given[name, matcher])


def table(rows: Iterable[tuple[str, str, Figures]]) -> str:
    """Markdown; a figure that nothing was asked for is a dash."""
    lines = [_HEADS, ("---", "---", *["---:"] * 5)]
    for name, matcher, one in rows:
        shares = [one.answered, one.helped, one.wrong, one.top1]
        cells = [f"{share:.3f}" if one.in_scope else "–" for share in shares]
        lines.append((name, matcher, *cells, f"{one.accepted:.3f}" if one.out_of_scope else "–"))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(paths: Iterable[Path]) -> None:
    golden = {path.stem: trials.read_questions([path]) for path in trials.GUARDED}
    given = {path.stem: trials.read_questions([path]) for path in paths}
    print(table(compare(contents.read().told(), golden["fit"], {"golden": golden["check"], **given})))


if __name__ == "__main__":
    main(map(Path, sys.argv[1:]))
