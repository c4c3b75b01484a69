"""What is said to one question and answers another: a choice taken back."""

from collections.abc import Sequence

from dialogue import corrections, wording
from dialogue.answers import (
    Ambiguous,
    Invalid,
    OneOf,
    Said,
    plain,
    speaks_for_itself,
)
from dialogue.contexts import Context
from dialogue.fields import Field, options_of
from dialogue.outlines import Outline
from dialogue.values import Opened, Option


async def meant_for(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> tuple[Field, str] | None:
    """The other field, and the answer to it, empty where it is to be asked; None for what may answer this question."""
    if said.kind != "text" or opened.doubted or outline.named(asked.name) is None:
        return None
    return await _taken_back(ctx, outline, opened, asked, said)


async def _taken_back(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> tuple[Field, str] | None:
    text = plain(said.text)
    chosen = [
        one for one in outline.summed(opened) if isinstance(one.accept, OneOf) and one.name != asked.name
    ]
    if not chosen or wording.sounds_asked(text):
        return None
    if new := corrections.chosen_anew(text):
        return await _chosen_anew(ctx, chosen, opened, new)
    told = [
        (one, option)
        for one in chosen
        if isinstance(one.accept, OneOf)
        and (option := one.accept.told(text))
        and option.value != opened.answers[one.name].value
    ]
    if len(told) != 1 or (not asked.words and await speaks_for_itself(ctx, asked.accept, said)):
        return None
    return told[0][0], told[0][1].label


async def _chosen_anew(
    ctx: Context, chosen: Sequence[Field], opened: Opened, new: str
) -> tuple[Field, str] | None:
    """“选错了，应该选2” is of the list that was answered last; words are of the one list that they change."""
    if number := wording.number(new):
        order = {name: place for place, name in enumerate(opened.order)}
        last = max(chosen, key=lambda one: order.get(one.name, -1))
        options = await options_of(ctx, last)
        return (last, options[number - 1].label) if number <= len(options) else None
    found = [(one, option) for one in chosen if (option := await _option(ctx, one, new))]
    changing = [(one, option) for one, option in found if option.value != opened.answers[one.name].value]
    fitting = changing or found
    return (fitting[0][0], fitting[0][1].label) if len(fitting) == 1 else None


async def _option(ctx: Context, field: Field, text: str) -> Option | None:
    try:
        taken = await field.accept(ctx, Said(text))
    except (Ambiguous, Invalid):
        return None
    return taken if isinstance(taken, Option) else None
