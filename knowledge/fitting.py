"""Fitting the weights: on what the knowledge base shows of itself, and on questions whose topic is known."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.entries import Entry
from knowledge.matcher import Snapshot
from knowledge.trials import Question
from knowledge.weights import Features, Regression, Weights

_FOLDS = 6
_JOINED = 0.35  # so many in a hundred of the phrasings left out come once more, two or three in one message
_COUNTS_FOR = 10.0  # a known question is worth so many phrasings
_RIDGE = 0.1
_MOST_ACCEPTED, _MOST_WRONG, _LEAST_OFFERED = 0.02, 0.016, 0.99
_STEPS = 30
_NEVER = 2.0
_SEED = 1


@dataclass(frozen=True, slots=True)
class Example:
    """The signs of one match; whether any topic would have been right, and whether the best one was."""

    features: Features
    inside: bool
    right: bool
    aside: bool
    weight: float


def fit(entries: Sequence[Entry], questions: Sequence[Question], start: Weights) -> Weights:
    """Regressions that yield the likelihoods of these examples, and the thresholds that follow from them."""
    unsure = replace(start, sure_inside=_NEVER)  # so that every look is the closest one
    whole = Snapshot(entries, unsure)
    known = [_example(whole, one.text, one.right, _COUNTS_FOR) for one in questions]
    judged = [one for one in known if one is not None]
    examples = [*judged, *_left_out(entries, unsure)]
    answered = [one for one in examples if one.inside]
    fitted = replace(
        start,
        inside=_regress(examples, [one.inside for one in examples]),
        right=_regress(answered, [one.right for one in answered]),
    )
    return _with_thresholds(fitted, examples)


def _left_out(entries: Sequence[Entry], start: Weights) -> Iterator[Example]:
    """Phrasings asked of a base without them, and asides of a base that never heard of anything like them."""
    draw = random.Random(_SEED)
    asides = sorted({entry.topic for entry in entries if entry.is_aside})
    draw.shuffle(asides)
    for fold in range(_FOLDS):
        gone = set(asides[fold::_FOLDS])
        kept: list[Entry] = []
        asked: list[tuple[str, frozenset[str]]] = []
        for entry in entries:
            if entry.is_aside and entry.topic not in gone:
                kept.append(entry)
            elif entry.is_aside:
                asked += _messages((entry.question, *entry.phrasings), frozenset(), draw)
            else:
                rest = tuple(one for at, one in enumerate(entry.phrasings) if at % _FOLDS != fold)
                kept.append(replace(entry, phrasings=rest))
                asked += _messages(entry.phrasings[fold::_FOLDS], frozenset({entry.topic}), draw)
        snapshot = Snapshot(kept, start)
        for text, right in asked:
            example = _example(snapshot, text, right, 1.0)
            if example:
                yield example


def _messages(
    phrasings: Sequence[str], right: frozenset[str], draw: random.Random
) -> Iterator[tuple[str, frozenset[str]]]:
    """The phrasings, and some of them joined to the longer messages that people write."""
    for one in phrasings:
        yield one, right
    for _ in range(int(len(phrasings) * _JOINED)):
        number = draw.choice((2, 2, 3))
        if number <= len(phrasings):
            yield "，".join(draw.sample(phrasings, number)), right


def _example(snapshot: Snapshot, text: str, right: frozenset[str], weight: float) -> Example | None:
    look = snapshot.look(text)
    if not look.near:
        return None
    best = snapshot.topics[look.near[0]]
    return Example(look.features, bool(right), best.name in right, best.is_aside, weight)


def _regress(examples: Sequence[Example], happened: Sequence[bool]) -> Regression:
    """Logistic regression by Newton's method, on features brought to the same scale."""
    features = np.array([one.features for one in examples])
    middle, spread = features.mean(0), features.std(0).clip(1e-9)
    scaled = np.column_stack([(features - middle) / spread, np.ones(len(examples))])
    outcome = np.array(happened, dtype=np.float64)
    counts = np.array([one.weight for one in examples])
    ridge = np.diag([_RIDGE] * (scaled.shape[1] - 1) + [1e-9])
    found = np.zeros(scaled.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (counts * (outcome - likely)) - ridge @ found
        bend = (scaled.T * (counts * likely * (1 - likely))) @ scaled + ridge
        found = found + np.linalg.solve(bend, slope)
    plain = found[:-1] / spread
    bias = round(float(found[-1] - plain @ middle), 4)
    return Regression(bias, Features(*(round(float(one), 4) for one in plain)))


def _with_thresholds(weights: Weights, examples: Sequence[Example]) -> Weights:
    """Few enough strange messages get an answer, few enough questions a wrong one, nearly all at least an offer."""
    inside = np.array([weights.inside.likelihood(one.features) for one in examples])
    right = np.array([weights.right.likelihood(one.features) for one in examples])
    asked = np.array([one.inside for one in examples])
    known = np.array([one.weight > 1 for one in examples])
    answers = np.array([not one.aside for one in examples])
    strange = np.where(answers & ~asked, inside, 0)[~asked]
    sure_inside = float(np.quantile(strange, 1 - _MOST_ACCEPTED))
    given = asked & known & answers & (inside >= sure_inside)
    mistaken = given & ~np.array([one.right for one in examples])
    most = _MOST_WRONG * (asked & known).sum()
    sure_right = next((at for at in np.arange(0.2, 1, 0.01) if (mistaken & (right >= at)).sum() <= most), 1.0)
    offered = float(np.quantile(inside[asked], 1 - _LEAST_OFFERED))
    return replace(
        weights,
        sure_inside=round(sure_inside, 3),
        sure_right=round(float(sure_right), 3),
        offered=round(offered, 3),
    )
