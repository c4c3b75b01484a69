"""One question of a form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.answers import Accept, FreeText, OneOf, Photo, Said, is_taken, plain, speaks_for_itself
from dialogue.contexts import Context
from dialogue.values import Option, Value

Answers = Mapping[str, Value]

_TERSE = 12


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    `ask` may hold {options} and may depend on the answers so far. `private` hides the answer from the journal; `show`
    is how it may be shown again. `when` leaves a field out; an `optional` one may be skipped and is then None. `words`
    are any text as it comes, which corrects nothing by itself; `free_text` takes even what sounds like a question. `hint` helps after a second refusal.
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

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of message that may answer it."""
        return getattr(self.accept, "kinds", ("text",))

    @property
    def takes_questions(self) -> bool:
        """Whether a question may be the answer, as to what somebody thinks."""
        return self.words and isinstance(self.accept, FreeText)


async def options_of(ctx: Context, field: Field) -> Sequence[Option]:
    """The list that is shown under the question; empty where there is none."""
    return await field.accept.options(ctx) if isinstance(field.accept, OneOf) else ()


async def is_meant(ctx: Context, field: Field, said: Said) -> bool:
    """Whether a bare value, as a new number instead of “确认”, may be meant for that field."""
    return not field.words and await speaks_for_itself(ctx, field.accept, said)


async def is_surely_meant(ctx: Context, field: Field, said: Said) -> bool:
    """Whether a text that asks nothing can be nothing but the answer; a longer one may be about something else."""
    return not field.words and len(plain(said.text)) <= _TERSE and await is_taken(ctx, field.accept, said)


def photos_in(fields: Iterable[Field], answers: Answers) -> list[str]:
    """The keys of the photos among the answers."""
    shot = [answers.get(one.name) for one in fields if isinstance(one.accept, Photo)]
    return [key for key in shot if isinstance(key, str)]
