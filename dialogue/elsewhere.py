"""What is said to another question than the one it answers: a choice taken back, or another line of the summary."""

from dialogue import corrections, names, wording
from dialogue.answers import (
    Doubtful,
    FreeText,
    Invalid,
    LookedUp,
    OneOf,
    Said,
    person_name,
    plain,
    simple,
    tried,
)
from dialogue.contexts import Context
from dialogue.fields import Field, options_of
from dialogue.outlines import Outline
from dialogue.unasked import TERSE, anew, is_taken, meant, speaks_for_itself
from dialogue.values import Opened, Option

# What is longer is about something else than what it begins with.
_LABELLED = 24


async def meant_for(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> tuple[Field, str] | None:
    """The other field, and the answer to it, empty where it is to be asked; None for what may answer this question."""
    if said.kind != "text" or outline.named(asked.name) is None:
        return None
    if given := await _given_anew(ctx, outline, opened, asked, said):
        return given
    if opened.doubted:
        return None
    return await _another_line(ctx, outline, opened, asked, said) or (
        await _line(ctx, outline, opened, asked, said) if _is_amending(outline, opened) else None
    )


def hint(outline: Outline, opened: Opened, asked: Field, said: Said) -> str:
    """How the line is named that a word may have been meant for; empty where there is none."""
    text = plain(said.text)
    if not _is_amending(outline, opened) or not 1 < len(text) <= TERSE or any(map(str.isdigit, text)):
        return ""
    is_name = names.is_likely(text)
    lines = [
        (number, one.label)
        for number, one in enumerate(outline.summed(opened), 1)
        if one.name != asked.name and (one.accept is person_name if is_name else one.words)
    ]
    return wording.other_line(asked.label, *lines[0]) if len(lines) == 1 else ""


def _is_amending(outline: Outline, opened: Opened) -> bool:
    """Whether one answer of a summary is asked for again."""
    return bool(opened.editing) and outline.asked(opened.asking("")) is None


# --- What was given before, given anew ---


async def _given_anew(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> tuple[Field, str] | None:
    """What was given before is named by its label (“手机号是…”), or is a mobile, which answers nothing else."""
    text = plain(said.text)
    if isinstance(asked.accept, FreeText) or asked.is_mobile:
        return None
    mobiles = [one for one in outline.summed(opened) if one.is_mobile]
    if len(mobiles) == 1 and (number := corrections.mobile_anew(text)):
        takes_any = asked.words or asked.accept is person_name  # “换个号 139…” has what a name is told by
        return None if not takes_any and await is_taken(ctx, asked.accept, said) else (mobiles[0], number)
    if len(text) > _LABELLED or corrections.of_line(text) or not outline.gives(text, opened):
        return None
    called = outline.called(text, opened)
    return called if called and called[0].name != asked.name and called[1] else None


# --- A choice taken back ---


async def _another_line(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> tuple[Field, str] | None:
    text = simple(said.text)
    chosen = _chosen(outline, opened, asked)
    if not chosen or wording.sounds_asked(text):
        return None
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


async def taken_back(ctx: Context, outline: Outline, opened: Opened, said: Said) -> tuple[Field, str] | None:
    """The field that was answered wrongly, by a wrong line or for the worker, and the answer, empty where it is to be asked."""
    return await _chosen_anew(ctx, outline, opened, said) or await _denied(ctx, outline, opened, said)


async def _chosen_anew(
    ctx: Context, outline: Outline, opened: Opened, said: Said
) -> tuple[Field, str] | None:
    """The field and the answer where another line of a list is wanted than was picked; empty where it is to be asked.

    “选错了，应该选2” is of the list that was answered last; words are of the one list that they change.
    """
    text = simple(said.text)
    found = None if wording.sounds_asked(text) else corrections.chosen_anew(text)
    chosen = _chosen(outline, opened, outline.asked(opened)) if found else ()
    if not found or not chosen or wording.control(found[0]):
        return None
    new, is_sure = found
    if number := wording.number(new):
        order = {name: place for place, name in enumerate(opened.order)}
        last = max(chosen, key=lambda one: order.get(one.name, -1))
        options = await options_of(ctx, last)
        return (last, options[number - 1].label) if number <= len(options) else None
    taken = [(one, await tried(ctx, one.accept, Said(new))) for one in chosen] if new else []
    told = [(one, option) for one, option in taken if isinstance(option, Option)]
    fitting = [
        (one, option) for one, option in told if option.value != opened.answers[one.name].value
    ] or told
    if len(fitting) == 1:
        return fitting[0][0], fitting[0][1].label
    # Several lines or none may be meant: the list is shown again.
    return (chosen[0], new) if len(chosen) == 1 and is_sure else None


async def _denied(ctx: Context, outline: Outline, opened: Opened, said: Said) -> tuple[Field, str] | None:
    """The field whose answer is said not to be so, and the right one, empty where it is to be asked.

    It may be what a code or an earlier message filled in: “我不在河东，我在化州”.
    """
    text = simple(said.text)
    found = None if wording.sounds_asked(text) else corrections.denied(text)
    if found is None:
        return None
    what, to, is_pointed = found
    asked = outline.asked(opened)
    others = [one for one in outline.summed(opened) if one != asked and not one.private]
    if is_pointed:
        denied = [one for one in others if one.words]
    else:
        denied = [one for one in others if await _is_given(ctx, outline, opened, one, what)]
    # A rider is one by the door too: the later list says more.
    denied = await anew(ctx, opened, denied, Said(to))
    if not denied or (len(denied) > 1 and not all(isinstance(one.accept, OneOf) for one in denied)):
        return None
    is_answer = not isinstance(denied[-1].accept, OneOf) or await is_taken(ctx, denied[-1].accept, Said(to))
    return denied[-1], to if is_answer else ""


async def _is_given(ctx: Context, outline: Outline, opened: Opened, field: Field, what: str) -> bool:
    """Whether the words mean what was answered to the field, if only a part of its name."""
    if field.words or isinstance(field.accept, LookedUp):
        return what in outline.shown(field, opened)
    taken = await tried(ctx, field.accept, Said(what)) if isinstance(field.accept, OneOf) else None
    return isinstance(taken, Option) and taken.value == opened.answers[field.name].value


def _chosen(outline: Outline, opened: Opened, asked: Field | None) -> list[Field]:
    """What was picked from lists, but for the one that is asked."""
    return [one for one in outline.summed(opened) if isinstance(one.accept, OneOf) and one != asked]


# --- Another line of the summary ---


async def _line(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> tuple[Field, str] | None:
    text = plain(said.text)
    takes_any = asked.words or isinstance(asked.accept, FreeText)
    if not takes_any and await may_take(ctx, asked, said):
        return None
    if corrections.of_line(text) and (called := outline.called(text, opened)):
        other, value = called
        if other.name == asked.name:
            return called
        if takes_any and other.words:
            return None
        any_words = isinstance(other.accept, FreeText)
        return called if any_words or await is_taken(ctx, other.accept, Said(value)) else None
    if takes_any:
        return None
    # Of a form begun to mend one answer the summary may not have been shown.
    if wording.number(text) and not opened.shown and (opened.order or not opened.mending):
        called = outline.called(text, opened)
        return called if called and called[0].name != asked.name else None
    if asked.accept is person_name and names.is_likely(text):  # 曹江 is a place too
        return None
    others = [one for one in outline.summed(opened) if one.name != asked.name and not one.words]
    fitting, new = await meant(ctx, others, said)
    return (fitting[0], new.text) if len(fitting) == 1 else None


async def may_take(ctx: Context, field: Field, said: Said) -> bool:
    """Whether the text is an answer to the field, if only an odd one that is asked about."""
    found = await tried(ctx, field.accept, said)
    return not isinstance(found, Invalid) or isinstance(found, Doubtful)
