"""A number, a yes or a no may be for a message that came after the last answer; whoever sent it is asked first."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dialogue import assents, wording
from dialogue.capabilities import Awaited, Caught, Counted, Reader, Understood
from dialogue.contexts import Context
from dialogue.conversations import Asked, Choice, Conversation
from dialogue.filling import Route
from dialogue.replies import Text, numbered

# What is longer is no bare value, unless there is a mobile in it.
_TERSE, _LONGEST = 16, 40
_MOBILE = re.compile(r"1(?:[ \-]*[0-9]){10}")
_THANKS = r"(?:(?:谢谢|多谢|唔该)(?:你|您|了|啦)?)?"
_TAKES = re.compile(
    r"(?=.)(?:(?:好的?|可以的?|行的?|是的?|对的?|嗯+|ok|得|系|啱|确认|确定|[没冇]问题|愿意)[啊呀啦哈嘞嘅]?)*"
    rf"(?:我?(?:也|就|会|想|能|要|肯定|一定)*(?:要|去|来|参加)(?:的|啊|呀|吧|啦)?)?{_THANKS}"
)
_ONLY_THANKS = re.compile(_THANKS)
_LEAVES = re.compile(
    r"(?:不好意思|那|我|还是|这次|先|就|请|麻烦|帮我)*"
    r"(?:(?:不|唔)(?:想|能)?(?:要|用|去|来|嚟|参加|行|使|报)|(?:去|来|嚟|参加)(?:不了|不成|唔到)|(?:没空|没时间|冇时间|唔得闲)[去来嚟]|否|不|[要想]?(?:取消|放弃)|算)"
    rf"(?:了|啦|喇|吧|啊)*{_THANKS}"
)


def counted(counting: Counted | None, number: int, otherwise: Route) -> Route:
    """A number may mean a line of a message that came later than the list on offer."""
    if counting is None:
        return otherwise

    async def count(ctx: Context) -> Text | None:
        return await counting(ctx, number) or await otherwise.handler(ctx)

    return Route(count, otherwise.stores, otherwise.carries)


def awaited(awaiting: Sequence[Awaited], yes: bool | None, otherwise: Route) -> Route:
    """A yes or a no may answer what waits for the worker's word; the first that knows of something has it."""
    if yes is None or not awaiting:
        return otherwise

    async def answer(ctx: Context) -> Text | None:
        for one in awaiting:
            if (reply := await one(ctx, yes)) is not None:
                return reply
        return await otherwise.handler(ctx)

    return Route(answer, otherwise.stores, otherwise.carries)


async def caught(catching: Sequence[Caught], ctx: Context, known: bool) -> Text | None:
    """What is said to a bare value that something waits for, where nothing else is open.

    Whoever handed nothing in was asked for nothing, which keeps the database out of most messages.
    """
    conversation = ctx.conversation
    if conversation.forms is not None or not conversation.names or ctx.incoming.menu_id:
        return None
    if not _is_bare(ctx.incoming.text):
        return None
    for one in catching:
        if (reply := await one(ctx, known)) is not None:
            return reply
    return None


async def guessed(guessing: Sequence[tuple[Reader[Any], Understood[Any]]], ctx: Context) -> Text | None:
    """What is said to a short text that may mean something after all, where nothing else is open."""
    text = ctx.incoming.text
    if ctx.conversation.forms is not None or ctx.incoming.menu_id or len(text) > _TERSE:
        return None
    for reader, handler in guessing:
        if (meant := reader(text, ctx.topic)) is not None and (reply := await handler(ctx, meant)):
            return reply
    return None


def _is_bare(text: str) -> bool:
    """Whether a text may be a value and nothing else."""
    return len(text) <= (_LONGEST if _MOBILE.search(text) else _TERSE) and not wording.sounds_asked(text)


def word(said: str, number: int, conversation: Conversation, now: datetime) -> bool | None:
    """Yes or no to a message that came after the last answer; a number is one only where no list is on offer."""
    if number:
        return None if number > 2 or conversation.on_offer(now) else number == 1
    return takes_or_leaves(said)


def agreed(asked: Sequence[Asked], said: str, *, claimed: bool) -> Asked | Route | None:
    """The line that a plain yes or no picks, or that is said again.

    To what cannot be got back a vague yes is none, and it is asked again; what is `claimed` for something else is none either.
    """
    is_careful = bool(asked) and not asked[0].yes  # then the no stands first
    if asked and not (is_careful and claimed):
        meant = [one for one in asked if assents.repeats(said, one.label)]
        if not meant and any(one.yes and assents.denies(said, one.label) for one in asked):
            meant = [one for one in asked if not one.yes]
        if len(meant) == 1:
            return meant[0]
    plain = assents.yes_or_no(said)
    if is_careful and plain and assents.is_vague(said):
        return Route(lambda ctx: _definitely(ctx, asked), stores=False)
    return next((one for one in asked if one.yes is plain), None)


async def _definitely(ctx: Context, asked: Sequence[Asked]) -> Text:
    no, yes = (Choice(one.label, *one.menu_id.split(":", 1)) for one in asked)
    choices = ctx.ask(yes=yes, no=no, topic=ctx.topic, careful=True)
    return Text(
        f"“{ctx.incoming.text.strip()}”还不够清楚，这一步办了不好再改回来："
        f"要办就回复“{yes.label}”，不办就回复“{no.label}”。\n{numbered(choices)}"
    )


def takes_or_leaves(said: str) -> bool | None:
    """What a normalised text says to something that is kept for the worker; thanks alone and “收到” say nothing."""
    if _LEAVES.fullmatch(said):
        return False
    return True if _TAKES.fullmatch(said) and not _ONLY_THANKS.fullmatch(said) else None
