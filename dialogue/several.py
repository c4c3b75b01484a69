"""Several answers in one message: “我叫陈大文，手机138 0013 8000”, “陈大文 13800138000 茂南”."""

import re
from collections.abc import Mapping

from dialogue import corrections, names, wording
from dialogue.answers import Ambiguous, Invalid, LookedUp, OneOf, Said, mobile, person_name, plain, tried
from dialogue.contexts import Context
from dialogue.fields import Field
from dialogue.outlines import Outline
from dialogue.values import Opened, answer

_GROUPED = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ \-]*)?(1[3-9][0-9](?:[ \-]*[0-9]){8})(?![0-9])")
_CALLED = r"(?:我?的?(?:联系)?(?:手机号码|手机号|手机|电话号码|电话|号码|联系方式)(?:是|系|为|:)?\s*)?"
_NUMBER = re.compile(r"1[3-9][0-9]{9}")
_STOPS = re.compile(r"[,，;；。、!！()\n]+")


async def parts(
    ctx: Context, outline: Outline, opened: Opened, asked: Field, said: Said
) -> Mapping[str, str]:
    """What a text says to the field that is asked for a name or a mobile and to others, by their names; else nothing."""
    if said.kind != "text" or not (_is_mobile(asked) or asked.accept is person_name):
        return {}
    others = outline.lacking(asked, opened)
    given: dict[str, str] = {}
    for part in _parted(plain(said.text)) if others else ():
        meant = [
            (one, value) for one in (asked, *others) if (value := await _value(ctx, one, part)) is not None
        ]
        if len(meant) != 1:
            continue
        ((field, value),) = meant
        if given.setdefault(field.name, value) != value:
            return {}  # of two mobiles it is to be said which
    return given if asked.name in given and len(given) > 1 else {}


async def taken(
    ctx: Context, outline: Outline, after: Opened, asked: Field, given: Mapping[str, str]
) -> tuple[Opened, str]:
    """The form with the answers to the other fields, and what was taken in all, in words, or why not."""
    shown, refused = [asked], ""
    for field in (one for name in given if name != asked.name and (one := outline.named(name))):
        value = await tried(ctx, field.accept, Said(given[field.name]))
        if isinstance(value, Invalid):
            refused = str(value)
        elif not isinstance(value, Ambiguous):
            after = after.with_answer(field.name, answer(value))
            shown.append(field)
    noted = wording.noted([f"{one.label}：{outline.shown(one, after)}" for one in shown])
    return after, f"{noted}\n{refused}" if refused else noted


def _parted(text: str) -> list[str]:
    """Its parts; a mobile is one by itself, blanks within it and within a name part nothing."""
    numbers = _GROUPED.sub(lambda match: re.sub(r"[ \-]", "", match[1]), text.replace("：", ":"))
    stopped = re.sub(rf"{_CALLED}(?<![0-9])({_NUMBER.pattern})(?![0-9])", r",\1,", numbers)
    found: list[str] = []
    for part in filter(None, map(str.strip, _STOPS.split(stopped))):
        pieces = part.split()
        if all(len(one) == 1 for one in pieces):
            pieces = ["".join(pieces)]  # 陈 大 文
        found += [part] if re.search(r"[A-Za-z]", part) or names.is_alone(part) else pieces
    return found


def _is_mobile(field: Field) -> bool:
    return field.accept is mobile or field.known_as == "mobile"


async def _value(ctx: Context, field: Field, part: str) -> str | None:
    """What a part gives to the field, by its own kind or behind the field's label; None for nothing."""
    if _is_mobile(field):
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
    return None if isinstance(await tried(ctx, field.accept, Said(part)), Ambiguous | Invalid) else part
