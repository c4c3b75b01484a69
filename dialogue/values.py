"""The values that a form gathers, and how an open form is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

Value: TypeAlias = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Option:
    """One of several values, as it is shown."""

    value: str | int | date
    label: str


@dataclass(frozen=True, slots=True)
class Together(Option):
    """One that was said together with the answers to other fields, by their names."""

    others: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Answer:
    """A value with the words for it, which a list gave; without words the field knows how to show it.

    `others` are answers that were given with it.
    """

    value: Value
    label: str = ""
    others: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


def answer(value: Value | Option) -> Answer:
    """The answer that a validator's value makes."""
    if isinstance(value, Together):
        return Answer(value.value, value.label, value.others)
    return Answer(value.value, value.label) if isinstance(value, Option) else Answer(value)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a worker gave to a form at one time, by what fields are `known_as`; `when` says where, in words."""

    when: str
    at: datetime
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A form that a worker is filling in. Which question comes next is derived from the answers, never kept."""

    form: str
    answers: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))
    order: tuple[str, ...] = ()  # as the worker gave them, for the way back
    shown: tuple[Option, ...] = ()  # the list under the last question
    tries: int = 0  # refused in a row
    editing: str = ""  # a field that has an answer and is asked again
    doubted: str = ""  # an odd answer to the last question, which is taken if it is given again
    mending: bool = False  # begun to change what was submitted before
    offer: str = ""  # what was given to another form, in the words in which its use is being asked for
    anew: bool = False  # that was answered
    aside: bool = False  # put aside for a person: it hears nothing but what can only be meant for it
    then: tuple[str, ...] = ()  # others that are asked again after the one that is

    def with_answer(self, name: str, answer: Answer) -> "Opened":
        given = {name: answer} | {other: Answer(value) for other, value in answer.others.items()}
        order = (*(one for one in self.order if one not in given), *given)
        left = [one for one in self.then if one not in given]
        return replace(
            self.asking(*left[:1] or [""], *left[1:]), answers={**self.answers, **given}, order=order
        )

    def without(self, name: str) -> "Opened":
        answers = {one: answer for one, answer in self.answers.items() if one != name}
        order = tuple(one for one in self.order if one != name)
        return replace(self.asking(""), answers=answers, order=order)

    def asking(self, name: str, *then: str) -> "Opened":
        """Ask for `name` again, and `then` for others; their answers stay until there are others."""
        return replace(self, editing=name, then=then, shown=(), tries=0, doubted="")

    def declining(self) -> "Opened":
        """What is on offer, or would be, is not offered again."""
        return replace(self, offer="", anew=True, shown=(), tries=0)


def dump(forms: tuple[Opened, ...]) -> str:
    return json.dumps([_written(one) for one in forms], ensure_ascii=False)


def load(text: str) -> tuple[Opened, ...]:
    return tuple(_read(one) for one in json.loads(text))


def _written(opened: Opened) -> dict[str, Any]:
    return {
        "form": opened.form,
        "answers": {name: [_plain(answer.value), answer.label] for name, answer in opened.answers.items()},
        "order": opened.order,
        "shown": [[_plain(option.value), option.label] for option in opened.shown],
        "tries": opened.tries,
        "editing": opened.editing,
        "then": opened.then,
        "mending": opened.mending,
        "doubted": opened.doubted,
        "offer": opened.offer,
        "anew": opened.anew,
        "aside": opened.aside,
    }


def _read(written: dict[str, Any]) -> Opened:
    return Opened(
        written["form"],
        {name: Answer(_value(value), label) for name, (value, label) in written["answers"].items()},
        tuple(written["order"]),
        tuple(Option(_value(value), label) for value, label in written["shown"]),
        written["tries"],
        written["editing"],
        written.get("doubted", ""),  # forms of an earlier version lack it
        written["mending"],
        written.get("offer", ""),
        written.get("anew", False),
        written.get("aside", False),
        tuple(written.get("then", ())),
    )


def _plain(value: Value) -> Any:
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _value(value: Any) -> Any:
    return date.fromisoformat(value["date"]) if isinstance(value, dict) else value
