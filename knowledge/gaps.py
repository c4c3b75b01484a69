"""What the knowledge base lacks: the questions it did not answer, one gap a meaning, and what its owners must see to."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.entries import Content, Entry
from knowledge.evidence import Kind, Shown, unsettled
from knowledge.gists import gist
from knowledge.index import Floats, Index, pieces
from knowledge.matcher import Outcome, Snapshot
from knowledge.normal import normalise
from knowledge.understanding import Reading, offers, read

DUE_WITHIN = timedelta(days=30)

# Two questions mean the same when they are as near to the same topics, or share as much of what is said seldom.
# Found on the golden questions, with all topics known and with a third of them taken away.
_ALIKE_IN_TOPICS, _ALIKE_IN_WORDS = 0.65, 0.25
_NEAR = 20  # the topics that place a question; the others only add noise


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its first worker's words, and how often it was asked, but for width, case and punctuation."""

    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions of one meaning, the most frequent first, and how often each thing happened to them.

    `nearest` is what the snapshot would say first, `certainty` how sure that is; `picked` are the ids of entries that
    workers chose instead of an answer, with their numbers. A gap without questions is an entry that did not help.
    `rows` settle it.
    """

    questions: tuple[Asked, ...]
    missed: int
    offered: int
    unhelpful: int
    nearest: Entry | None
    certainty: float
    picked: tuple[tuple[str, int], ...]
    rows: tuple[int, ...]

    @property
    def times(self) -> int:
        return self.missed + self.offered + self.unhelpful


@dataclass(frozen=True, slots=True)
class Due:
    """An entry or a fact that its owner must look at: reviewed long ago, or, without a date, a fact to be filled in."""

    owner: str
    id: str
    label: str
    is_fact: bool
    review_by: date | None


async def gaps(session: AsyncSession, snapshot: Snapshot, since: datetime) -> tuple[Gap, ...]:
    """The unsettled evidence by meaning, the largest gap first; what the snapshot answers by now is none.

    Takes about a second for a thousand questions, outside the event loop.
    """
    shown = await unsettled(session, since)
    return await asyncio.to_thread(_gaps, snapshot, shown)


def due(content: Content, today: date) -> tuple[Due, ...]:
    """What is past its review date or will be within thirty days, and facts without a value; by owner and date."""
    entries = [Due(one.owner, one.id, one.question, False, one.review_by) for one in content.entries]
    facts = [
        Due(one.owner, one.name, one.label, True, one.review_by if one.value else None)
        for one in content.facts
    ]
    found = [
        one
        for one in (*entries, *facts)
        if (one.review_by - today <= DUE_WITHIN if one.review_by else one.is_fact)
    ]
    return tuple(sorted(found, key=lambda one: (one.owner, one.review_by or date.max, one.id)))


def _gaps(snapshot: Snapshot, shown: Sequence[Shown]) -> tuple[Gap, ...]:
    asked: dict[str, list[Shown]] = {}
    told: dict[str, list[Shown]] = {}
    for one in shown:
        key = normalise(one.question)
        if key:
            asked.setdefault(key, []).append(one)
        elif one.kind is Kind.UNHELPFUL:
            told.setdefault(one.entry, []).append(one)
    readings = {key: read(snapshot, of_key[0].question, None) for key, of_key in asked.items()}
    gone = {key for key, of_key in asked.items() if _is_answered(readings[key], of_key)}
    often = sorted(asked.keys() - gone, key=lambda key: (-len(asked[key]), asked[key][0].rows))
    found = [
        _gap([asked[key] for key in keys], _nearest(snapshot, readings[keys[0]]))
        for keys in _meanings(snapshot, often)
    ]
    found += [_gap([of_entry], (snapshot.by_id.get(name), 1.0)) for name, of_entry in told.items()]
    return tuple(sorted(found, key=lambda gap: (-gap.times, gap.rows)))


def _is_answered(reading: Reading, shown: Sequence[Shown]) -> bool:
    """Whether this needs nobody any more: nobody found the answer useless, or took another."""
    if reading.outcome is not Outcome.ANSWER and reading.aside is None:
        return False
    answered = {entry.id for entry in reading.entries}
    return all(one.kind is not Kind.UNHELPFUL and answered.issuperset(one.picked) for one in shown)


def _nearest(snapshot: Snapshot, reading: Reading) -> tuple[Entry | None, float]:
    first = next(iter(offers(snapshot, reading, 1)), None)
    return (first.entry, first.score) if first else (None, 0.0)


def _gap(of_keys: Sequence[Sequence[Shown]], nearest: tuple[Entry | None, float]) -> Gap:
    every = [one for of_key in of_keys for one in of_key]
    kinds = Counter(one.kind for one in every)
    picked = Counter(entry for one in every for entry in one.picked)
    return Gap(
        tuple(Asked(of_key[0].question, len(of_key)) for of_key in of_keys if of_key[0].question),
        kinds[Kind.MISSED],
        kinds[Kind.OFFERED],
        kinds[Kind.UNHELPFUL],
        *nearest,
        tuple(sorted(picked.items(), key=lambda one: (-one[1], one[0]))),
        tuple(sorted(row for one in every for row in one.rows)),
    )


def _meanings(snapshot: Snapshot, asked: Sequence[str]) -> list[list[str]]:
    """Each question joins the one most like it among those that began a group, or begins one."""
    if not asked:
        return []
    gists = [gist(text) for text in asked]
    number = len(snapshot.topics)
    # Together with the base, whose texts tell what is said seldom even when few questions are there.
    index = Index([*(topic.gists for topic in snapshot.topics), *([text] for text in gists)])
    groups: list[list[str]] = []
    firsts: list[int] = []
    places, lengths = np.zeros((len(asked), number)), np.zeros(len(asked))
    for at, text in enumerate(gists):
        scores = index.scores(pieces(text))
        words, place, length = scores[number:], _place(scores[:number]), float(scores[number + at]) ** 0.5
        begun = len(groups)
        alike = np.maximum(
            places[:begun] @ place / _ALIKE_IN_TOPICS,
            words[firsts] / (lengths[:begun] * length) / _ALIKE_IN_WORDS,
        )
        if begun and alike.max() >= 1:
            groups[int(alike.argmax())].append(asked[at])
        else:
            places[begun], lengths[begun] = place, length
            firsts.append(at)
            groups.append([asked[at]])
    return groups


def _place(scores: Floats) -> Floats:
    """Where a question lies among the topics, as a direction; none in a base too small to tell meanings apart."""
    if scores.size <= _NEAR:
        return np.zeros(scores.size)
    place: Floats = np.maximum(scores - np.partition(scores, -_NEAR)[-_NEAR], 0)
    length = np.linalg.norm(place)
    return place / length if length else place
