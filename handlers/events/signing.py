"""Signing up for an event, taking an offered place, giving it up."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from dialogue import Choice, Context, Field, Invalid, Matter, Option, Text, with_choices
from dialogue.answers import last_four, masked_name, mobile, one_of, person_name
from dialogue.moments import moment
from dialogue.offers import are_unheard, ask_first, kept_or_left, reminded, subject, withhold
from handlers.events import browsing, naming
from handlers.events.words import TOPICS, capability, card, refusal, short, whose
from union import consents, contacts, event_places, events, seats, signups
from union.consents import Purpose
from union.event_news import (
    Decided,
    PlaceConfirmed,
    PlaceOffered,
    PlaceOfferExpired,
    PutInLine,
    Refused,
    SignUp,
)
from union.events import Event, Quota
from union.lines import OPEN, Places, State
from union.refusals import Why
from union.signups import Place

_NOTHING_OPEN = "您现在没有报着的课或活动，不用取消。回复“培训”看近期的课，回复“活动”看近期的活动。"
_NOTHING_OFFERED = (
    "现在没有给您留的名额。回复“我的培训”“我的活动”看看排到第几，回复“培训”“活动”看看近期有什么。"
)


async def chosen(ctx: Context) -> Sequence[Option]:
    """The event that is being signed up for: another one is begun from its own card."""
    answers = [opened.answers.get("event") for opened in ctx.forms if opened.form == sign_up.name]
    return [Option(one.value, one.label) for one in answers if one and isinstance(one.value, int)]


# Of the notice that stands in the confirmation below.
NOTICE_VERSION = "2026-12"

sign_up = capability.form(
    SignUp,
    Field("event", "您报的是这个活动：\n{options}", accept=one_of(chosen), label="活动"),
    Field(
        "name",
        "请问您的姓名？\n（姓名和手机号只用来联系您参加活动，加密保存，别的报名人看不到。）",
        accept=person_name,
        label="姓名",
        show=masked_name,
        private=True,
        known_as="name",
        hint="和身份证上一样的姓名，现场按这个点名。",
    ),
    Field(
        "phone",
        "您的手机号？",
        accept=mobile,
        label="手机号",
        show=last_four,
        private=True,
        known_as="mobile",
        hint="一共 11 位，以 1 开头，只发数字就行。",
    ),
    given=("quota",),
    confirm="请核对：\n{summary}\n\n"
    "姓名和手机只用来办您报的活动（下次报活动不用再填），加密保存，别的报名人看不到，随时可以回复“隐私”查看、撤回。\n\n"
    "回复“确认”就报名，并同意这样用；要改哪一项，回复它的序号；不报了回复“取消”。",
    topic="member-offers",
)


async def join(ctx: Context, event_id: int, quota_id: int = 0) -> Text:
    """Ask for what is not known yet; whoever may not sign up hears so before."""
    known = await browsing.attendee(ctx)
    try:
        event = await signups.check(ctx.session, ctx.openid, event_id, ctx.now, known)
    except Refused as refused:
        return Text(refusal(refused))
    fitting = signups.quotas_for(event, known)
    quota = next((one for one in fitting if one.id == quota_id), fitting[0])
    full = await event_places.places_of(ctx.session, [event])
    if len(fitting) > 1 and not quota_id:
        return _ask_whose(ctx, event, fitting, full)
    _drop_another(ctx, event_id)
    label = short(event) + (f"（{whose(quota)}）" if len(event.quotas) > 1 else "")
    asked = await sign_up.begin(ctx, event=Option(event.id, label), quota=quota.id, **await _contact(ctx))
    places = full[quota.id]
    if places.free(quota):
        return asked
    before = f"名额满了，前面有 {places.waiting} 人候补" if places.waiting else "名额刚好满了"
    return Text(f"{before}，可以先排上，有人不来就轮到您。\n\n{asked.body}")


async def ask_which_to_join(ctx: Context, event_ids: Sequence[int]) -> Text:
    """One was asked for while several were shown."""
    if len(event_ids) == 1:
        return await join(ctx, event_ids[0])
    found = [one for id in event_ids if (one := await events.find(ctx.session, id))]
    choices = [Choice(short(one), capability.name, f"join={one.id}") for one in found]
    ctx.ask_which(*choices, topic=ctx.topic)
    return with_choices("想报哪一个？点一下或回复序号：", choices)


def _ask_whose(ctx: Context, event: Event, fitting: Sequence[Quota], full: Mapping[int, Places]) -> Text:
    choices = [
        Choice(
            f"{whose(one)}（{'还有名额' if full[one.id].free(one) else '已满，可候补'}）",
            capability.name,
            f"join={event.id}={one.id}",
        )
        for one in fitting
    ]
    ctx.ask_which(*choices, topic=TOPICS[event.kind])
    return with_choices(f"“{event.title}”按人群分名额，您是哪一边的？点一下或回复序号：", choices)


def _drop_another(ctx: Context, event_id: int) -> None:
    """A form for another event is not mixed with this one."""
    for opened in ctx.forms:
        answer = opened.answers.get("event")
        if opened.form == sign_up.name and (answer is None or answer.value != event_id):
            ctx.close_form(sign_up.name)


@sign_up.submitted
async def enter(ctx: Context, wish: SignUp) -> Text:
    try:
        decided = await signups.sign_up(ctx.session, ctx.openid, wish, ctx.now, await browsing.attendee(ctx))
    except Refused as refused:
        if refused.why is Why.PHONE_TAKEN:
            raise Invalid(refusal(refused), "phone") from None
        return Text(refusal(refused))
    await consents.give(ctx.session, ctx.openid, Purpose.EVENTS, NOTICE_VERSION, ctx.now)
    await ctx.tell(*decided.others)
    return Text(_worded(ctx, decided))


@capability.says("要活动名额", "我要活动名额")
async def take_the_offered(ctx: Context) -> Text:
    found = await open_ones(ctx)
    # One that ran out may still be there.
    offered = [one for one in found if one.state is State.OFFERED] or [
        one for one in found if one.state is State.LAPSED and one.event.starts_at > ctx.now
    ]
    if not offered:
        return Text(_NOTHING_OFFERED)
    if len(offered) == 1:
        return await take(ctx, offered[0].event.id)
    choices = [Choice(f"要：{short(one.event)}", capability.name, f"take={one.event.id}") for one in offered]
    ctx.ask_which(*choices)
    return with_choices("给您留着这几个名额，您要哪一个？点一下或回复序号：", choices)


async def take(ctx: Context, event_id: int) -> Text:
    try:
        decided = await signups.accept(ctx.session, ctx.openid, event_id, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    ctx.understood(TOPICS[decided.own.event.kind])
    await withhold(ctx, subject(capability.name, event_id))
    await ctx.tell(*decided.others)
    return Text(_worded(ctx, decided))


@capability.says("不要活动名额", "放弃活动名额", "不要活动名额了")
async def leave_the_offered(ctx: Context) -> Text:
    offered = [one for one in await open_ones(ctx) if one.state is State.OFFERED]
    if not offered:
        return Text(_NOTHING_OFFERED)
    return await leave(ctx, offered[0].event.id) if len(offered) == 1 else await quit_something(ctx)


@capability.awaits
async def hear(ctx: Context, yes: bool) -> Text | None:
    """A plain yes or no, where a place is kept; with a course's seat beside it training asks which."""
    offered_at = await event_places.line.offered_at(ctx.connection, ctx.openid, ctx.now)
    if offered_at is None or await seats.line.offered_at(ctx.connection, ctx.openid, ctx.now):
        return None
    await ctx.attach()
    held = [one for one in await open_ones(ctx) if one.state is State.OFFERED]
    if await are_unheard(ctx, (subject(capability.name, one.event.id) for one in held)):
        return None
    if yes:
        return await take_the_offered(ctx)
    asked = None
    if len(held) == 1:
        event = held[0].event
        answers = kept_or_left(capability.name, event.id)
        asked = await ask_first(ctx, Matter.EVENTS, offered_at, answers, short(event))
    return asked or await leave_the_offered(ctx)


@capability.says(
    "取消活动", "退出活动", "活动去不了", "去不了活动", "不去活动了", "取消活动报名", "活动不去了", "我要取消活动",
    "取消活动候补", "参加不了活动", "活动参加不了",
)  # fmt: skip
async def quit_something(ctx: Context) -> Text:
    found = [one for one in await open_ones(ctx) if one.state in OPEN]
    if not found:
        if any(opened.form == sign_up.name for opened in ctx.forms):
            ctx.close_form(sign_up.name)
            return Text("好的，这次先不报了，刚才填的已经清掉。想报的时候回复“活动”。")
        return Text(_NOTHING_OPEN)
    return await _ask_which_to_leave(ctx, found)


@capability.hears(
    r"((?:今天|明天|后天|今晚|明晚|今日|听日|周[一二三四五六日]|那个|这个|这次)?的?活动我?(?:去不了|来不了|参加不了|不去|不参加|去唔到|唔去))(?:了|啦)?"
)
async def quit_what_is_named(ctx: Context, _: str) -> Text:
    return await quit_something(ctx)


async def quit_the_named(ctx: Context, words: str) -> Text | None:
    """“联谊我去不了”, “取消冬日联谊”: one that is signed up for, or else what was said is about something else."""
    found = [one for one in naming.named(await open_ones(ctx), words) if one.state in OPEN]
    return await _ask_which_to_leave(ctx, found) if found else None


async def _ask_which_to_leave(ctx: Context, found: Sequence[Place]) -> Text:
    if len(found) == 1:
        return await ask_to_leave(ctx, found[0].event.id)
    choices = [Choice(short(one.event), capability.name, f"quit={one.event.id}") for one in found]
    ctx.ask_which(*choices)
    return with_choices("您要取消哪一个？点一下或回复序号：", choices)


async def ask_to_leave(ctx: Context, event_id: int) -> Text:
    """A place is not lost by a slip of the thumb."""
    found = [one for one in await open_ones(ctx) if one.event.id == event_id and one.state in OPEN]
    if not found:
        return Text("这个活动您现在没有报着，不用取消。回复“我的活动”看看。")
    event = found[0].event
    choices = ctx.ask(
        yes=Choice("是的，取消", capability.name, f"leave={event_id}"),
        no=Choice("不取消了", capability.name, "stay"),
        topic=TOPICS[event.kind],
        careful=True,
    )
    what = "不排了" if found[0].state is State.WAITING else "取消"
    return with_choices(f"确定{what}“{event.title}”（{moment(event.starts_at)}）吗？", choices)


async def leave(ctx: Context, event_id: int) -> Text:
    try:
        decided = await signups.withdraw(ctx.session, ctx.openid, event_id, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    event = decided.own.event
    ctx.understood(TOPICS[event.kind])
    await withhold(ctx, subject(capability.name, event_id))
    await ctx.tell(*decided.others)
    offered = any(isinstance(one, PlaceOffered) for one in decided.others)
    given = "，名额让给候补的人" if offered else ""
    return Text(f"好的，“{event.title}”已经帮您取消{given}，谢谢您早点说。\n想看别的，回复“活动”。")


async def open_ones(ctx: Context) -> list[Place]:
    """What is not over yet."""
    return [one for one in await signups.mine(ctx.session, ctx.openid) if one.event.ends_at > ctx.now]


async def _contact(ctx: Context) -> dict[str, str]:
    found = await contacts.known(ctx.session, ctx.openid, event_places.line, Purpose.EVENTS, NOTICE_VERSION)
    return asdict(found) if found else {}


def _worded(ctx: Context, decided: Decided) -> str:
    own = decided.own
    title = f"“{own.event.title}”"
    if isinstance(own, PlaceConfirmed):
        promised = reminded(ctx, own.event.starts_at, "我的活动")
        then = f"\n\n{promised}到了扫现场的码签到；去不了，回复“取消活动”，把位子让给别人。"
        return f"报上了！\n\n{card(own.event, then)}{then}"
    if isinstance(own, PutInLine):
        return (
            f"{title}名额已经满了，帮您排上了候补，现在是第 {own.position} 位。\n\n"
            "一有空位我马上告诉您，收到后在说的时间内回一声“要活动名额”就行。不想等了，回复“取消活动”。"
        )
    if isinstance(own, PlaceOfferExpired):
        return f"抱歉，{title}给您留的名额过了时间，已经让给下一位。想再排的话，回复“活动”重新报。"
    return f"{title}已经取消。"
