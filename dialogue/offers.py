"""What is alike in every line of waiting: the two answers to an offered place, a no that is asked about, how far it is."""

from datetime import datetime

from dialogue.contexts import Context
from dialogue.conversations import Choice
from dialogue.replies import Text, with_choices
from dialogue.wording import words_of
from messages.credits import WINDOW
from union import reminders

# Asked by somebody who waits in a line, whatever it is for.
HOW_FAR = words_of(
    "排到我了吗 排到我没有 轮到我了吗 轮到我没有 我排第几 我排第几位 我排到第几 排到第几了 候补第几 几时轮到我 什么时候轮到我"
)

_EVE, _MORNING = "前一天", "当天早上"


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


def ask_first(
    ctx: Context, offered_at: datetime, answers: tuple[Choice, Choice], of: str, topic: str | None = None
) -> Text | None:
    """A no may be about what was spoken of since, and a place that is left is gone; None where it is about the offer."""
    if not ctx.has_moved_on(offered_at) or answers[1].menu_id in ctx.conversation.on_offer(ctx.now):
        return None
    ctx.offer(*answers, topic=topic)
    return with_choices(f"给您留着一个名额：{of}。要吗？", answers)
