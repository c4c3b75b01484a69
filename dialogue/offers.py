"""What is alike in every line of waiting: the two answers to an offered place, a no that is asked about, how far it is."""

import re
from collections.abc import Iterable
from datetime import datetime

from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.replies import Text, with_choices
from knowledge.normal import normalise
from messages import outbox
from messages.credits import WINDOW
from messages.transactions import Matter
from union import reminders

_IN_LINE = re.compile("[排轮]|候补|前面")
_HOW_FAR = re.compile(
    r"(?:请问|我|那|现在|而家|目前|还|到底)*(?:[排轮]到我?(?:了|咗)?(?:吗|没有?|冇|未|么)"
    r"|(?:候补|排队?)(?:到|在)?第?(?:几多?|多少)[位个名号]?"
    r"|(?:几时|什么时候|(?:还)?要?(?:等|有)?(?:多久|几耐))(?:先|才|能|可以)*[排轮]得?到我?"
    r"|前面(?:还|仲)?有?(?:几多?|多少)个?人?(?:在?排队?)?)[了啦呀啊呢]*"
)

_EVE, _MORNING = "前一天", "当天早上"


def asks_how_far(text: str) -> bool:
    """Whether it is asked by somebody who waits in a line, whatever it is for."""
    return _IN_LINE.search(text) is not None and _HOW_FAR.fullmatch(normalise(text)) is not None


def kept_or_left(capability: str, id: int) -> tuple[Choice, Choice]:
    """The two answers to an offer."""
    return (
        Choice("要这个名额", capability, f"take={id}"),
        Choice("不要了，让给别人", capability, f"leave={id}"),
    )


def reminded(ctx: Context, beginning: datetime, look: str) -> str:
    """What can be promised to somebody who signed up just now: WeChat lets nobody be told who has not written for long.

    `look` is what they may write then. Empty where there is nothing to be reminded of any more.
    """
    ahead = list(reminders.ahead(beginning, ctx.now))
    # Who taps has not written, which is worth a minute.
    until = ctx.now if ctx.incoming.menu_id or ctx.incoming.kind == "event" else ctx.now + WINDOW
    days = [_EVE if eve else _MORNING for at, eve in ahead if at < until]
    if days:
        return f"{'和'.join(days)}我会提醒您。"
    return (
        f"微信只让我在您发消息后 48 小时内找您，所以提前一天跟我说句话（比如“{look}”），我就能提醒您。"
        if ahead
        else ""
    )


def subject(capability: str, id: int) -> str:
    """What the notices of an offer are about, so that they are found again while they wait to be sent."""
    return f"{capability}:{id}"


async def are_unheard(ctx: Context, subjects: Iterable[str]) -> bool:
    """Whether a worker cannot have meant one of these offers: its notice is still on its way."""
    return await outbox.waits(ctx.connection, ctx.openid, list(subjects))


async def withhold(ctx: Context, subject: str) -> None:
    """What the worker has just settled they need not be told of any more."""
    await outbox.recall(ctx.session, [ctx.openid], subject, ctx.now)


async def ask_first(
    ctx: Context,
    matter: Matter,
    offered_at: datetime,
    answers: tuple[Choice, Choice],
    of: str,
    topic: str | None = None,
) -> Text | None:
    """A no may be about what was spoken of since, and a place that is left is gone; None where it is about the offer."""
    if answers[1].menu_id in ctx.conversation.on_offer(ctx.now) or await ctx.was_told_last(
        matter, offered_at
    ):
        return None
    ctx.offer(*answers, topic=topic)
    return with_choices(f"给您留着一个名额：{of}。要吗？", answers)
