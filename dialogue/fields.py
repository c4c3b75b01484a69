"""One question of a form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

from dialogue import wording
from dialogue.answers import Accept, Doubtful, FreeText, Invalid, OneOf, Photo, Said, mobile, simple, taken_by
from dialogue.contexts import Context
from dialogue.values import Answer, Opened, Option, Value, answer
from dialogue.wording import Control

Answers = Mapping[str, Value]


class Malformed(Exception):
    """A form does not fit its dataclass; the process must not start."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    `ask` may hold {options} and may depend on the answers so far. `private` hides the answer from the journal; `show`
    is how it may be shown again. `when` leaves a field out; an `optional` one may be skipped and is then None. `words`
    are any text as it comes, which corrects nothing by itself; `free_text` takes even what sounds like a question. `hint` helps after a second refusal.
    What a worker gave before to any form under the same `known_as` is offered instead of the question.
    """

    name: str
    ask: str | Callable[[Answers], str]
    accept: Accept
    label: str
    show: Callable[[Any], str] = str
    private: bool = False
    when: Callable[[Answers], bool] | None = None
    optional: bool = False
    words: bool = False
    hint: str = ""
    known_as: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of message that may answer it."""
        return getattr(self.accept, "kinds", ("text",))

    @property
    def is_mobile(self) -> bool:
        return self.accept is mobile or self.known_as == "mobile"

    @property
    def takes_questions(self) -> bool:
        """Whether a question may be the answer, as to what somebody thinks."""
        return self.words and isinstance(self.accept, FreeText)


def check(form: str, filled: type, asked: Sequence[Field], given: Sequence[str], confirm: str) -> None:
    """Raises Malformed."""
    if not is_dataclass(filled):
        raise Malformed(f"{form} is not a dataclass")
    known = {one.name: one for one in fields(filled)}
    named = [field.name for field in asked] + list(given)
    for name in named:
        if name not in known or named.count(name) > 1:
            raise Malformed(f"{form} has no field {name}, or it is named twice")
    for name, one in known.items():
        if name not in named and one.default is MISSING:
            raise Malformed(f"{form}.{name} is never asked")
    if "{summary}" not in confirm:
        raise Malformed(f"{form} is confirmed without its summary")


async def options_of(ctx: Context, field: Field) -> Sequence[Option]:
    """The list that is shown under the question; empty where there is none."""
    return await field.accept.options(ctx) if isinstance(field.accept, OneOf) else ()


async def read(ctx: Context, field: Field, opened: Opened, said: Said) -> Answer:
    """The answer to what is asked: a yes to an odd one, a line of the list as it was shown, or what the field takes."""
    words = simple(said.text)
    if opened.doubted and wording.control(wording.bare(words)) is Control.CONFIRM:
        return Answer(opened.doubted)
    if opened.shown and said.kind == "text":
        number = wording.number(words)
        if 0 < number <= len(opened.shown):
            return answer(opened.shown[number - 1])
        if number and isinstance(field.accept, OneOf):
            raise Invalid(wording.PICK_ONE.format(count=len(opened.shown)))
        for option in opened.shown:
            if simple(option.label) == words:
                return answer(option)
    try:
        return answer(await taken_by(ctx, field.accept, said))
    except Doubtful as again:
        if again.value != opened.doubted:
            raise
        return Answer(again.value)


def photos_in(fields: Iterable[Field], answers: Answers) -> list[str]:
    """The keys of the photos among the answers."""
    shot = [answers.get(one.name) for one in fields if isinstance(one.accept, Photo)]
    return [key for key in shot if isinstance(key, str)]
