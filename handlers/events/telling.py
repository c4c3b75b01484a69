"""What is told of events to workers who are not writing; and what a tapped line leads to."""

from dialogue import Context, Matter, Notice, Text, Transaction, titles
from dialogue.moments import day, moment
from dialogue.offers import kept_or_left, subject
from handlers.events import browsing, coming, naming, signing
from handlers.events.words import capability, card, span, where
from union import reminders
from union.event_news import (
    EventCancelled,
    EventMoved,
    EventReminder,
    LineEnded,
    PlaceOffered,
    PlaceOfferExpired,
    ThanksDue,
)
from union.events import Kind

_GONE = "这一条用不上了。回复“活动”看近期的活动，回复“我的活动”看您报的。"


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    """A line of one of our lists, maybe of long ago."""
    deed, *rest = argument.split("=")
    if deed == "kind" and len(rest) == 1 and rest[0] in set(Kind):
        return await browsing.show_kind(ctx, Kind(rest[0]))
    if not all(number.isdecimal() and len(number) < 16 for number in rest):
        return Text(_GONE)
    match deed, [int(number) for number in rest]:
        case "list", []:
            return await browsing.show(ctx)
        case "stay", []:
            return Text("好的，给您留着。回复“我的活动”可以看时间地点。")
        case "checkin", []:
            return await coming.explain_check_in(ctx)
        case "see", [event]:
            return await as_said(ctx, event)
        case "join", [event]:
            return await signing.join(ctx, event)
        case "join", [event, quota]:
            return await signing.join(ctx, event, quota)
        case "take", [event]:
            return await signing.take(ctx, event)
        case "quit", [event]:
            return await signing.ask_to_leave(ctx, event)
        case "leave", [event]:
            return await signing.leave(ctx, event)
    return Text(_GONE)


async def as_said(ctx: Context, event: int) -> Text:
    """“骑手暖冬 报名” names an event and says what for; else it is shown."""
    text = "" if ctx.incoming.menu_id else ctx.incoming.text
    if titles.gives_up(text):
        return await signing.ask_to_leave(ctx, event)
    return await (signing.join if naming.signs_up(text) else browsing.see)(ctx, event)


@capability.tells(PlaceOffered)
def place_offered(fact: PlaceOffered) -> Notice:
    event = fact.event
    return Notice(
        f"轮到您了！“{event.title}”空出一个名额，给您留到{moment(fact.until)}。\n\n{span(event)}\n地点：{where(event)}\n\n"
        "要的话回复“要活动名额”，不要就回复“不要活动名额”，过了时间就让给下一位。",
        fact.until,
        kept_or_left(capability.name, event.id),
        topic=subject(capability.name, event.id),
        own=Transaction(Matter.EVENTS, event.title, f"有名额，留到{moment(fact.until)}", "回复“要活动名额”"),
    )


@capability.tells(PlaceOfferExpired)
def place_offer_expired(fact: PlaceOfferExpired) -> Notice:
    then = (
        "还没有别人排。还想去的话，回复“要活动名额”，空着就是您的。"
        if fact.still_free
        else "已经让给下一位。还想去的话，回复“活动”再排一次。"
    )
    return Notice(
        f"“{fact.event.title}”给您留的名额过了时间，{then}",
        fact.event.starts_at,
        topic=subject(capability.name, fact.event.id),
    )


@capability.tells(LineEnded)
def line_ended(fact: LineEnded) -> Notice:
    return Notice(f"“{fact.event.title}”已经开始，这次没能排上，抱歉。回复“活动”看看别的，下次早点报。")


@capability.tells(EventCancelled)
def event_cancelled(fact: EventCancelled) -> Notice:
    why = f"原因：{fact.reason}。" if fact.reason else ""
    said, then = f"{day(fact.event.starts_at)}的取消了，请不要去现场", "回复“活动”看看别的"
    return Notice(
        f"通知：您报的“{fact.event.title}”（{moment(fact.event.starts_at)}）取消了，请不要去现场。{why}"
        "给您添麻烦了，回复“活动”看看别的。",
        fact.event.ends_at,
        own=Transaction(Matter.EVENTS, fact.event.title, said, then, whole=not fact.reason),
        before=fact.event.starts_at,
    )


@capability.tells(EventMoved)
def event_moved(fact: EventMoved) -> Notice:
    before, after = "通知：您报的活动时间或地点改了，现在是：\n\n", "\n\n去不了的话，回复“取消活动”。"
    own = Transaction(Matter.EVENTS, fact.event.title, "时间或地点改了", "回复“我的活动”看新安排")
    words = f"{before}{card(fact.event, before + after)}{after}"
    return Notice(words, fact.event.ends_at, own=own, before=fact.event.starts_at)


@capability.tells(EventReminder)
def event_reminder(fact: EventReminder) -> Notice:
    event = fact.event
    when = "明天" if fact.eve else "今天"
    return Notice(
        f"提醒您：“{event.title}”就在{when}。\n{span(event)}\n地点：{where(event)}\n\n"
        "到了扫现场的码签到。去不了请回复“取消活动”，把位子让给别人。",
        reminders.holds_until(event.starts_at, eve=fact.eve),
    )


@capability.tells(ThanksDue)
def thanks_due(fact: ThanksDue) -> Notice:
    return Notice(
        f"谢谢您来参加“{fact.event.title}”（{day(fact.event.starts_at)}）！有意见想反映，回复“人工”；"
        "回复“活动”看看下一场。"
    )
