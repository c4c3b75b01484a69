"""What the signs of a match are worth; fitted by `knowledge fit` and kept with the content."""

from dataclasses import dataclass
from functools import cache
from math import exp
from operator import mul
from pathlib import Path
from typing import NamedTuple

import yaml

_SHIPPED = Path(__file__).parent / "content" / "weights.yaml"
_OF_ANY_BASE = Path(__file__).parent / "weights.yaml"


class Features(NamedTuple):
    """Signs of how sure a match is.

    `score` is what all pieces of the question say for the best topic, by the root of their number; `ahead`, how far
    the next topic is behind; `share`, its part of the likelihood of all near topics. `letters`, how alike the letters
    are to its nearest text; `length`, the logarithm of the number of letters; `apart`, how far the nearest aside is
    behind the best topic that is none.
    """

    score: float = 0.0
    ahead: float = 0.0
    share: float = 0.0
    letters: float = 0.0
    length: float = 0.0
    apart: float = 0.0


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression on the features."""

    bias: float
    features: Features

    def likelihood(self, features: Features) -> float:
        total = self.bias + sum(map(mul, self.features, features))
        return 1 / (1 + exp(-total)) if total > -500 else 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """`inside` says whether a message is a question to the union at all, `right` whether the best topic answers it.

    An answer needs both to reach `sure_inside` and `sure_right`; from `offered` on the nearest topics are offered.
    `letters` is what fully alike letters add to the score of a topic.
    """

    inside: Regression
    right: Regression
    letters: float
    sure_inside: float
    sure_right: float
    offered: float

    @staticmethod
    @cache
    def shipped() -> "Weights":
        """The weights beside the content."""
        return read_weights(_SHIPPED)

    @staticmethod
    @cache
    def of_any_base() -> "Weights":
        """For a knowledge base that nothing was fitted to, with a single phrasing or few to each topic."""
        return read_weights(_OF_ANY_BASE)

    def to_yaml(self) -> str:
        plain = {name: getattr(self, name) for name in ("letters", "sure_inside", "sure_right", "offered")}
        fitted = {name: _plain(getattr(self, name)) for name in ("inside", "right")}
        return yaml.safe_dump(fitted | plain, sort_keys=False)


def read_weights(path: Path) -> Weights:
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Weights(**fields | {name: _regression(fields[name]) for name in ("inside", "right")})


def _regression(fields: dict[str, float]) -> Regression:
    return Regression(fields["bias"], Features(**{name: fields[name] for name in Features._fields}))


def _plain(regression: Regression) -> dict[str, float]:
    return {"bias": regression.bias, **regression.features._asdict()}
