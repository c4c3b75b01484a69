"""A line of a list that was asked about, picked by a part of its words: “焊工”, “办理入会”."""

import re
from collections.abc import Callable, Sequence

from dialogue import assents, wording
from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.replies import Text, with_choices

_STOPS = re.compile(r"[（(：:，,]")
_WISH = re.compile(
    r"^(?:我(?:们|哋)?)?(?:要|想|就|应该|是|系|选|拣|在|住|喺|属于?|算|归)*(?:取消|撤回|退掉?|不要|停掉?|改|报名?|参加)?(?:的是)?"
)
_THAT = re.compile(r"(?:(?:那|这|嗰|𠮶|呢)(?:个|一个|边|门|门课|份|项|家)|的|嘅|人|吧|啊|呀|啦|喇|了|报名)+$")
_LEAST = 2  # letters


def named(
    said: str, lines: Sequence[Choice], normalise: Callable[[str], str], *, claimed: bool
) -> list[Choice]:
    """The lines that a normalised text names; only by the whole of their name one that is `claimed` otherwise."""
    if not lines or wording.control(said) or assents.yes_or_no(said) is not None:
        return []
    whole = [one for one in lines if said in map(normalise, (one.label, *_STOPS.split(one.label)))]
    if claimed or len(whole) == 1:
        return whole if len(whole) == 1 else []
    for part in (said, _THAT.sub("", _WISH.sub("", said))):
        fitting = [one for one in lines if len(part) >= _LEAST and part in normalise(one.label)]
        if fitting:
            return fitting
    return []


async def ask_between(ctx: Context, lines: Sequence[Choice]) -> Text:
    """Several lines were named: they are the list now."""
    ctx.ask_which(*lines, topic=ctx.topic)
    return with_choices(wording.WHICH_OF_THEM, lines)
