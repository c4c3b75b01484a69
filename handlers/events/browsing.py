"""Finding an event: a list of what is near and open, by kind and place, and a card and a page for each."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from dialogue import Choice, Context, Text, link, with_choices
from dialogue.links import NoAddress
from dialogue.moments import day
from dialogue.pages import Picture, View, Visit
from dialogue.replies import EASY_BYTES
from handlers.events.words import (
    KINDS,
    TOPIC,
    TOPICS,
    capability,
    card,
    metres,
    refusal,
    room,
    span,
    until,
    where,
)
from union import event_places, events, members, places, signups
from union.courses import Audience
from union.event_news import Attendee, Refused
from union.events import Event, Kind
from union.lines import Places
from union.refusals import Why

_SHOWN = 6
_ONLY_CARD = (Why.CANCELLED, Why.BEGUN, Why.CLOSED, Why.OVER)
_NEAR = "发个位置给我（点“+”，选“位置”），我按远近给您排；也可以说地方，比如“高州有什么活动”。"

page = capability.view("活动详情")


@dataclass(frozen=True, slots=True)
class Found:
    """An event with how far away it is, where that was asked."""

    event: Event
    far: float | None = None


async def attendee(ctx: Context) -> Attendee:
    """What the union knows of the worker."""
    member = await members.member(ctx.session, ctx.openid)
    if member is None:
        return Attendee()
    return Attendee(True, await members.district_of(ctx.session, ctx.openid), member.work)


@capability.says(
    "活动", "近期活动", "最近活动", "工会活动", "近期的活动", "最近的活动", "有什么活动", "最近有什么活动", "附近活动",
    "附近的活动", "附近有什么活动", "活动报名", "报名活动", "我要报名活动", "我想报名活动", "参加活动", "想参加活动", "看别的活动",
    "工会有什么活动", "工会最近有什么活动", "活动列表", "看活动", "近期有什么活动",
)  # fmt: skip
@capability.taps("EVENTS")
async def show(ctx: Context) -> Text:
    return await show_kind(ctx, None)


async def show_kind(ctx: Context, kind: Kind | None, districts: Sequence[str] = ()) -> Text:
    """What is on, of a kind and in a place where they are given; where nothing is on there, what is on elsewhere."""
    found = [Found(one) for one in await events.upcoming(ctx.session, ctx.now, kind=kind)]
    ctx.understood(TOPICS[kind] if kind else TOPIC)
    name = KINDS[kind] if kind else "工会"
    if not found:
        return Text(
            f"眼下没有正在报名的{name}活动，一有新的就能在这里看到，过几天再回复“活动”看看。\n"
            "有想参加的，也可以回复“人工”告诉我们。"
        )
    near = [one for one in found if one.event.district in (*districts, "")] if districts else found
    title = "、".join(places.label(one) for one in districts)
    if not near:
        return await _listed(ctx, f"{title}眼下没有{name}活动，别处有这些，回复序号看详情：", found)
    return await _listed(ctx, f"{title}近期的{name}活动，回复序号看详情：", near)


async def show_named(ctx: Context, event_ids: Sequence[int]) -> Text:
    """Several that may be meant."""
    named = await events.events_of(ctx.session, event_ids)
    ctx.understood(TOPIC)
    found = [Found(named[id]) for id in event_ids if id in named]
    return await _listed(ctx, "您说的是哪一个？回复序号看详情：", found)


async def show_near(ctx: Context) -> Text:
    """What is on, the nearest first; what stands on no map comes last."""
    ctx.hide("[location]")  # where somebody was is not written down
    at = ctx.incoming
    if at.latitude is None or at.longitude is None:
        return Text("这个位置我没读出来。请再发一次：点“+”，选“位置”，再点“发送位置”。")
    coming = await events.upcoming(ctx.session, ctx.now)
    if not coming:
        return await show(ctx)
    found = [Found(one, one.metres(at.latitude, at.longitude)) for one in coming]
    nearest = sorted(found, key=lambda one: (one.far is None, one.far or 0))
    return await _listed(ctx, "离您从近到远，近期的活动有，回复序号看详情：", nearest)


async def see(ctx: Context, event_id: int) -> Text:
    """The card of an event, with what can be done about it."""
    try:
        event = await signups.check(ctx.session, ctx.openid, event_id, ctx.now, await attendee(ctx))
    except Refused as refused:
        if refused.event is None or refused.why in _ONLY_CARD:
            return Text(refusal(refused))
        # No line is shown, but “报名” is for this one.
        ctx.offer(
            Choice(refused.event.title, capability.name, f"see={event_id}"), topic=TOPICS[refused.event.kind]
        )
        return Text(await _card(ctx, refused.event, f"\n\n{refusal(refused)}"))
    full = await event_places.places_of(ctx.session, [event])
    choices = (
        Choice("报名参加", capability.name, f"join={event_id}"),
        Choice("看别的活动", capability.name, "list"),
    )
    ctx.offer(*choices, topic=TOPICS[event.kind])
    lines = "\n\n" + "\n".join(f"{number}. {one.label}" for number, one in enumerate(choices, start=1))
    then = f"\n{room(event, full)}，报名到{until(event)}为止。"
    told = await _card(ctx, event, then, lines)
    return with_choices(told, choices)


async def _card(ctx: Context, event: Event, then: str, lines: str = "") -> str:
    """With a link to the page where there is a picture to be seen, and what is said then; `lines` need room too."""
    if await events.has_picture(ctx.session, event.id):
        with suppress(NoAddress):
            then = f"\n图文详情：{await page.link(ctx, str(event.id))}{then}"
    return f"{card(event, then + lines)}{then}"


@page.shown
async def draw(visit: Visit) -> View:
    event = await events.find(visit.session, int(visit.subject))
    if event is None:
        return View("活动详情", "这个活动已经撤下了。回到聊天窗口回复“活动”，看看近期的。")
    hung = await events.picture(visit.session, event.id)
    full = await event_places.places_of(visit.session, [event])
    rows = [
        ("类别", KINDS[event.kind]),
        ("时间", span(event)),
        ("地点", where(event)),
        ("主办", event.host),
        ("对象", "工会会员" if event.audience is Audience.MEMBERS else "不限"),
        ("名额", room(event, full)),
        ("报名截止", until(event) if event.signs_up else ""),
    ]
    cancelled = "这个活动已经取消，不办了。\n" if event.cancelled else ""
    return View(
        event.title,
        f"{cancelled}{event.details}",
        rows=[row for row in rows if row[1]],
        picture=None if hung is None else Picture(hung.kind, hung.content, event.title),
        after=_after(event, visit.now),
    )


def _after(event: Event, now: datetime) -> str:
    """How to sign up from the page, where one can."""
    try:
        signups.check_open(event, now)
    except Refused as refused:
        return "" if event.cancelled else refusal(refused)
    return "要报名，回到聊天窗口回复“活动”，选它报名。" if event.signs_up else ""


async def _listed(ctx: Context, heading: str, found: Sequence[Found]) -> Text:
    shown = list(found[:_SHOWN])
    full = await event_places.places_of(ctx.session, [one.event for one in shown])
    while len(_lines(heading, shown, full, len(found), tapped=False).encode()) > EASY_BYTES:
        shown.pop()
    ctx.ask_which(*(_choice(one.event) for one in shown), topic=ctx.conversation.topic or TOPIC)
    text = _lines(heading, shown, full, len(found), tapped=True)
    if len(text.encode()) > EASY_BYTES:
        text = _lines(heading, shown, full, len(found), tapped=False)
    return Text(text)


def _lines(
    heading: str, shown: Sequence[Found], full: Mapping[int, Places], count: int, *, tapped: bool
) -> str:
    lines = [heading]
    for number, one in enumerate(shown, start=1):
        choice = _choice(one.event)
        label = link(choice.label, choice.label, choice.menu_id) if tapped else choice.label
        about = (
            KINDS[one.event.kind],
            places.label(one.event.district) if one.event.district else "全市",
            metres(one.far) if one.far is not None else "",
            room(one.event, full) if len(one.event.quotas) < 2 else "按人群分名额",
            "只招会员" if one.event.audience is Audience.MEMBERS else "",
        )
        lines.append(f"{number}. {label}\n{'，'.join(filter(None, about))}")
    more = f"还有 {count - len(shown)} 个没列出来。" if count > len(shown) else ""
    lines.append(f"\n{more}{_NEAR}")
    return "\n".join(lines)


def _choice(event: Event) -> Choice:
    when = "" if event.signs_up else "起"
    return Choice(f"{event.title}，{day(event.starts_at)}{when}", capability.name, f"see={event.id}")
