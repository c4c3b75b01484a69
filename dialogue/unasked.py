"""A value that comes without its question: whether a field can be meant by it, and which one."""

from collections.abc import Sequence

from dialogue import chatter, corrections, names, wording
from dialogue.answers import (
    Accept,
    Ambiguous,
    FreeText,
    Invalid,
    LookedUp,
    OneOf,
    Said,
    person_name,
    plain,
    simple,
    tried,
    yes_or_no,
)
from dialogue.contexts import Context
from dialogue.fields import Field, options_of
from dialogue.values import Opened, answer

# What is longer is no bare value, but may be about something else.
TERSE = 12


async def is_taken(ctx: Context, accept: Accept, said: Said) -> bool:
    """Whether it can be taken, at least as a choice between several meanings; free words take anything, which says nothing."""
    return not isinstance(accept, FreeText) and not isinstance(await tried(ctx, accept, said), Invalid)


async def speaks_for_itself(ctx: Context, accept: Accept, said: Said) -> bool:
    """Whether a bare value can be taken so, and shows by itself that it is meant: “马上来” would pass for a name."""
    text = plain(said.text)
    if len(text) < 2 or yes_or_no(text) is not None or (accept is person_name and not names.is_led(text)):
        return False
    if isinstance(accept, LookedUp) and accept.written and not accept.written(text):
        return False  # it only sounds like one
    return await is_taken(ctx, accept, said)


async def is_meant(ctx: Context, field: Field, said: Said) -> bool:
    """Whether a bare value, as a new number instead of “确认”, may be meant for that field."""
    return not field.words and await speaks_for_itself(ctx, field.accept, said)


async def is_surely_meant(ctx: Context, field: Field, said: Said) -> bool:
    """Whether a text that asks nothing can be nothing but the answer."""
    return not field.words and len(plain(said.text)) <= TERSE and await is_taken(ctx, field.accept, said)


async def is_talk(ctx: Context, asked: Field | None, said: Said) -> bool:
    """Whether a text is what is said between two orders or by who cannot go on, and not the answer to what is asked."""
    words = wording.bare(plain(said.text))
    if not chatter.is_busy(words) and not chatter.struggles(words):
        return False
    if asked is None or isinstance(asked.accept, FreeText):
        return asked is None
    return asked.words or asked.accept is person_name or not await is_taken(ctx, asked.accept, said)


async def is_sent_alone(ctx: Context, field: Field, said: Said, *, known: bool) -> bool:
    """Whether a text that nothing has just asked for is that answer; any words are none that mean something else, `known`."""
    text = plain(said.text)
    if wording.is_no_value(text) or wording.control(wording.bare(text)):
        return False
    if field.words:
        return not known and len(text) <= TERSE and await is_taken(ctx, field.accept, said)
    if field.accept is person_name and names.is_alone(text):
        return True
    return await speaks_for_itself(ctx, field.accept, said)


async def meant(ctx: Context, given: Sequence[Field], said: Said) -> tuple[Sequence[Field], Said]:
    """The fields that a bare value may be meant for, and the value.

    What something is changed to (“换成饿了么”) is a line of a list only by its words; else it is the answer in any words.
    """
    new = corrections.replaced(simple(said.text))
    if not new:
        return [one for one in given if await is_meant(ctx, one, said)], said
    said = Said(new)
    found = [one for one in given if await is_meant(ctx, one, said) and await _is_listed(ctx, one, new)]
    return found or [one for one in given if one.words and not names.is_likely(new)], said


async def anew(ctx: Context, opened: Opened, fitting: Sequence[Field], said: Said) -> list[Field]:
    """Those of the fields to which a value is another answer than they have."""
    found = []
    for field in fitting:
        taken = await tried(ctx, field.accept, said)
        value = None if isinstance(taken, Ambiguous | Invalid) else answer(taken).value
        if value != opened.answers[field.name].value:
            found.append(field)
    return found


async def _is_listed(ctx: Context, field: Field, new: str) -> bool:
    return not isinstance(field.accept, OneOf) or any(
        new in one.label for one in await options_of(ctx, field)
    )
