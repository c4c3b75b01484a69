"""One question of a form."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.answers import Accept, Photo, Said, speaks_for_itself
from dialogue.contexts import Context
from dialogue.values import Value

Answers = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    `ask` may hold {options} and may depend on the answers so far. `private` hides the answer from the journal; `show`
    is how it may be shown again. `when` leaves a field out; an `optional` one may be skipped and is then None. `words`
    takes any text as it comes, even what sounds like a question. `hint` helps after a second refusal.
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


async def is_meant(ctx: Context, field: Field, said: Said) -> bool:
    """Whether a bare value, as a new number instead of “确认”, may be meant for that field."""
    return not field.words and await speaks_for_itself(ctx, field.accept, said)


def photos_in(fields: Iterable[Field], answers: Answers) -> list[str]:
    """The keys of the photos among the answers."""
    shot = [answers.get(one.name) for one in fields if isinstance(one.accept, Photo)]
    return [key for key in shot if isinstance(key, str)]
