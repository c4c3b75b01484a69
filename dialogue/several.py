"""Several answers in one message: “我叫陈大文，手机138 0013 8000”, “陈大文 13800138000 茂南”."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialogue import corrections, introductions, names, wording
from dialogue.answers import Ambiguous, FreeText, Invalid, LookedUp, OneOf, Said, person_name, plain, tried
from dialogue.contexts import Context
from dialogue.elsewhere import may_take
from dialogue.fields import Field, options_of, read
from dialogue.outlines import Outline
from dialogue.unasked import anew
from dialogue.values import Opened, Option, answer

_GROUPED = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ \-]*)?(1[3-9][0-9](?:[ \-]*[0-9]){8})(?![0-9])")
_CALLED = r"(?:我?的?(?:联系)?(?:手机号码|手机号|手机|电话号码|电话|号码|联系方式)(?:是|系|为|:)?\s*)?"
_NUMBER = re.compile(r"1[3-9][0-9]{9}")
_WHOSE = re.compile(rf"((?:我|本人|俺).{{2,20}}[的嘅])({names.HAN}{{2,4}})$")  # 我是茂南跑美团的张伟
_LONGEST = 80  # letters in which several answers are corrected
_NO_WORDS = re.compile("[没不冇未无唔有对都也错要]")
_FIGURES = re.compile(r"[0-9](?:[ \-]*[0-9]){4}")
_STOPS = re.compile(r"[,，;；。、!！()\n]+")


async def parts(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> Mapping[str, str]:
    """What a text says to the field that is asked and to others, by their names; nothing where it answers that one alone.

    It may say nothing to what is asked: who was asked for the mobile and says a name has given the name.
    """
    if said.kind != "text" or asked.name in opened.answers or not _is_parted(asked, opened, said):
        return {}
    # Beside a name another mobile than before may stand.
    mobiles = [one for one in outline.summed(opened) if one.is_mobile]
    lines = opened.shown if isinstance(asked.accept, OneOf) else ()
    given, is_all = await _given(ctx, (asked, *outline.lacking(asked, opened), *mobiles), said, lines)
    if asked.name in given and isinstance(asked.accept, OneOf):  # it may decide what else is asked
        after = opened.with_answer(asked.name, await read(ctx, asked, opened, Said(given[asked.name])))
        given = {**(await _given(ctx, outline.unanswered(after), said))[0], **given}
    known = {name: answer.value for name, answer in opened.answers.items()}
    new = {name: value for name, value in given.items() if name not in known or known[name] != value}
    if asked.name in new:
        return new if len(new) > 1 else {}
    is_told = not isinstance(asked.accept, OneOf | LookedUp) or any(
        one.private for name in new if (one := outline.named(name))
    )
    return new if new and is_all and is_told and not await may_take(ctx, asked, said) else {}


def _is_parted(asked: Field, opened: Opened, said: Said) -> bool:
    """Whether the text may answer more than what is asked; a line of the list as it was shown does not."""
    text = plain(said.text)
    if wording.number(text) or wording.sounds_asked(text):
        return False
    if isinstance(asked.accept, OneOf):
        is_line = any(plain(one.label) == text for one in opened.shown)
        return not is_line and (asked.accept.is_fixed or len(_parted(text)) > 1)
    return asked.is_mobile or asked.accept is person_name or isinstance(asked.accept, LookedUp)


async def _given(
    ctx: Context, fields: Sequence[Field], said: Said, lines: Sequence[Option] = ()
) -> tuple[dict[str, str], bool]:
    """What the parts of a text give to the fields, and whether all of them do; nothing where one gets two names or mobiles.

    A number is one of the `lines` that were shown for the first field.
    """
    given: dict[str, str] = {}
    is_all = True
    for part in _parted(plain(said.text)) if len(fields) > 1 else ():
        if 0 < (number := wording.number(part)) <= len(lines):
            given.setdefault(fields[0].name, lines[number - 1].label)
            continue
        meant = [(one, value) for one in fields if (value := await _value(ctx, one, part)) is not None]
        is_all = is_all and (bool(meant) or wording.is_no_value(part))
        if len(meant) > 1 and any(_is_person(one) for one, _ in meant):
            is_all = False
            continue
        for field, value in meant:
            before = given.setdefault(field.name, value)
            if before != value and _is_person(field):
                return {}, False  # of two mobiles it is to be said which
            if before != value and isinstance(field.accept, LookedUp):
                given[field.name] = f"{before} {value}"  # a district and the town in it
    return given, is_all


async def corrected(ctx: Context, outline: Outline, opened: Opened, text: str) -> dict[str, str]:
    """What a text says of more than one answer: their names and what is right, empty where only that is wrong; else nothing.

    At the summary a line may go by its number, or its new value may stand alone.
    """
    asked, summed = outline.asked(opened), outline.summed(opened)
    if not 3 <= len(text) <= _LONGEST or len(summed) < 2 or (asked and isinstance(asked.accept, FreeText)):
        return {}
    found = corrections.pieces(text, [one.label for one in summed], by_number=asked is None)
    bare = len(found) < 2 and asked is None
    found = _parted(text) if bare else found
    if len(found) < 2 or wording.sounds_asked(text) or _is_choice(outline, opened, text):
        return {}
    lines = [await _line(ctx, outline, opened, one) for one in found]
    given: dict[str, str] = {}
    is_right = False  # said of another one
    is_behind = True  # what is said of the label behind counts for a label alone: “姓名和电话没错”
    for piece, line in reversed(list(zip(found, lines, strict=True))):
        if line and not line[1] and not is_behind and corrections.edit(piece) is None:
            continue
        is_behind = line is not None
        # “单位是美团，茂南站” is one name.
        if (bare and (line is None or line[0].words)) or (line is None and wording.number(piece)):
            return {}
        if line is None:
            is_right = is_right or corrections.is_right(piece)
            continue
        name, value = line[0].name, line[1]
        if value and given.get(name, "") not in ("", value):
            return {}  # of two it is to be said which
        given[name] = value or given.get(name, "")
    is_enough = len(given) > 1 or (is_right and given)
    return {one.name: given[one.name] for one in summed if one.name in given} if is_enough else {}


def _is_choice(outline: Outline, opened: Opened, text: str) -> bool:
    """Whether two numbers are a line and what is chosen there, as in “1、2”."""
    line = corrections.of_line(text)
    called = outline.called(text, opened) if line and wording.number(line[1]) else None
    return called is not None and isinstance(called[0].accept, OneOf)


async def _line(ctx: Context, outline: Outline, opened: Opened, piece: str) -> tuple[Field, str] | None:
    """The answer that a part of a text corrects, and what is right, empty where it is to be asked."""
    if edit := corrections.edit(piece):
        called = outline.called(edit[0], opened) or (outline.showing(edit[0], opened) if edit[1] else None)
        if called:
            return called[0], edit[1] or called[1]
    piece = corrections.thing(piece)
    if called := outline.called(piece, opened):
        field, value = called
        fits = _FIGURES.search(value) if field.is_mobile else field.words and not _NO_WORDS.match(value)
        is_said = not value or fits or outline.gives(piece, opened)
        if is_said or await _value(ctx, field, value) is not None:
            return called
    piece = corrections.replaced(piece) or piece
    meant = [one for one in outline.summed(opened) if await _value(ctx, one, piece) is not None]
    meant = await anew(ctx, opened, meant, Said(piece)) if len(meant) > 1 else meant
    return (meant[0], piece) if len(meant) == 1 else None


async def amended(
    ctx: Context, outline: Outline, opened: Opened, given: Mapping[str, str]
) -> tuple[Opened, str, Ambiguous | Invalid | None]:
    """The form with what is right, asking for the rest; the former in words, and why the first of the rest was not taken."""
    after, noted = opened.asking(""), ""
    left: list[tuple[Field, Ambiguous | Invalid | None]] = []
    for field in (one for name in given if (one := outline.named(name))):
        if field.private and ctx.hidden is None:
            ctx.hide(wording.hidden(field.label))
        try:
            if not given[field.name]:
                left.append((field, None))
                continue
            listed = replace(after, shown=tuple(await options_of(ctx, field)))
            after = after.with_answer(field.name, await read(ctx, field, listed, Said(given[field.name])))
            noted += outline.changed(field, opened, after)
        except (Ambiguous, Invalid) as why:
            left.append((field, why))
    names = [field.name for field, _ in left] or [""]
    return after.asking(*names), noted, left[0][1] if left else None


def _is_person(field: Field) -> bool:
    return field.is_mobile or field.accept is person_name


async def taken(
    ctx: Context, outline: Outline, after: Opened, given: Mapping[str, str], *answered: Field
) -> tuple[Opened, str]:
    """The form with the answers to the fields that are not `answered` yet, and what was taken in all, in words, or why not."""
    shown, refused = list(answered), ""
    for field in (one for name in given if (one := outline.named(name)) and one not in answered):
        if field.private and ctx.hidden is None:
            ctx.hide(wording.hidden(field.label))
        value = await tried(ctx, field.accept, Said(given[field.name]))
        if isinstance(value, Invalid):
            refused = str(value)
        elif not isinstance(value, Ambiguous):
            after = after.with_answer(field.name, answer(value))
            shown.append(field)
    noted = wording.noted([f"{one.label}：{outline.shown(one, after)}" for one in shown]) if shown else ""
    return after, "\n".join(filter(None, (noted, refused)))


def _parted(text: str) -> list[str]:
    """Its parts; a mobile is one by itself, blanks within it and within a name part nothing."""
    numbers = _GROUPED.sub(lambda match: re.sub(r"[ \-]", "", match[1]), text.replace("：", ":"))
    stopped = re.sub(rf"{_CALLED}(?<![0-9])({_NUMBER.pattern})(?![0-9])", r",\1,", numbers)
    found: list[str] = []
    for part in filter(None, map(str.strip, _STOPS.split(stopped))):
        if (whose := _WHOSE.match(part)) and introductions.is_called(whose[2]):
            found += [whose[1], whose[2]]
            continue
        pieces = part.split()
        if all(len(one) == 1 for one in pieces):
            pieces = ["".join(pieces)]  # 陈 大 文
        found += [part] if re.search(r"[A-Za-z]", part) or names.is_alone(part) else pieces
    return found


async def _value(ctx: Context, field: Field, part: str) -> str | None:
    """What a part gives to the field, by its own kind or behind the field's label; None for nothing."""
    if field.is_mobile:
        return part if _NUMBER.fullmatch(part) else None
    if field.accept is person_name:
        return part if names.is_alone(part) else None
    value, is_said = corrections.behind(field.label, part) or ("", False)
    if value and is_said:
        return value
    if field.words or not isinstance(field.accept, LookedUp | OneOf) or len(part) < 2:
        return None
    if isinstance(field.accept, LookedUp) and not (field.accept.written and field.accept.written(part)):
        return None
    found = await tried(ctx, field.accept, Said(part))
    if isinstance(found, Ambiguous | Invalid):
        return None
    return found.label if isinstance(field.accept, OneOf) and isinstance(found, Option) else part
