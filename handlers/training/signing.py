"""Signing up, and taking an offered seat."""

from collections.abc import Sequence
from dataclasses import asdict

from dialogue import Choice, Context, Field, Invalid, Option, Text, with_choices
from dialogue.answers import last_four, masked_name, mobile, one_of, person_name
from dialogue.moments import moment
from dialogue.offers import are_unheard, reminded, subject, withhold
from handlers.training import browsing
from handlers.training.words import capability, card, refusal, short
from union import consents, contacts, enrolments, seats, signups
from union.consents import Purpose
from union.enrolments import Enrolment
from union.lines import State
from union.refusals import ALREADY, Why
from union.trainings import (
    Decided,
    EnrolmentConfirmed,
    OfferExpired,
    PutOnWaitingList,
    Refused,
    SignUp,
)

EVENTS = "events"  # the capability whose sign-ups are spoken of in the same words
# How events stand in their list, on a card, and behind an answer of the knowledge base.
_LISTED = tuple(f"{EVENTS}:{deed}=" for deed in ("join", "see", "kind"))
_JOBS = "job_applications"  # the capability that is applied to in the same words


async def courses_to_choose(ctx: Context) -> Sequence[Option]:
    """Those that this worker may sign up for."""
    found = []
    for one in await browsing.offers(ctx):
        try:
            await enrolments.check(
                ctx.session, ctx.openid, one.course.id, ctx.now, await browsing.standing(ctx)
            )
        except Refused:
            continue
        found.append(Option(one.course.id, short(one.course)))
    return found


# Of the notice that stands in the confirmation below.
NOTICE_VERSION = "2026-12"

sign_up = capability.form(
    SignUp,
    Field("course", "想报哪一门？回复序号：\n{options}", accept=one_of(courses_to_choose), label="课程"),
    Field(
        "name",
        "请问您的姓名？\n（姓名和手机号只用来联系您上课，加密保存。）",
        accept=person_name,
        label="姓名",
        show=masked_name,
        private=True,
        known_as="name",
        hint="和身份证上一样的姓名，开课时老师按这个点名，证书也按这个写。",
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
    confirm="请核对：\n{summary}\n\n"
    "姓名和手机只用来安排您报的课、发通知和证书（下次报课不用再填），加密保存，随时可以回复“隐私”查看、撤回。\n\n"
    "回复“确认”就报名，并同意这样用；要改哪一项，回复它的序号；不报了回复“取消”。",
    topic="training-signup",
)


@capability.says("报名", "我要报名", "报这门", "报名这门课", "我要报这门")
async def join_the_shown(ctx: Context) -> Text | None:
    """The course whose card was shown last, or else the list; where it was events or a job, those."""
    prefix = f"{capability.name}:join="
    offered = ctx.conversation.on_offer(ctx.now)
    if any(one.startswith(_LISTED) for one in offered):
        return await ctx.open(EVENTS)
    if any(one.startswith((f"{_JOBS}:for.", "jobs:at.")) for one in offered):
        return await ctx.open(_JOBS)
    shown = [one.removeprefix(prefix) for one in offered if one.startswith(prefix)]
    return await join(ctx, int(shown[0])) if shown else await browsing.show(ctx)


async def join(ctx: Context, course_id: int) -> Text:
    """Ask for what is not known yet; whoever may not sign up hears so before."""
    try:
        course = await enrolments.check(
            ctx.session, ctx.openid, course_id, ctx.now, await browsing.standing(ctx)
        )
    except Refused as refused:
        return Text(refusal(refused))
    asked = await sign_up.begin(ctx, course=Option(course.id, short(course)), **await _known(ctx))
    places = await seats.places_of(ctx.session, course_id)
    if places.free(course):
        return asked
    before = f"这门课满了，前面有 {places.waiting} 人候补" if places.waiting else "这门课刚好满了"
    return Text(f"{before}，可以先排上，有人不来就轮到您。\n\n{asked.body}")


@sign_up.submitted
async def enrol(ctx: Context, wish: SignUp) -> Text:
    ctx.understood("training-signup")
    try:
        decided = await enrolments.enrol(ctx.session, ctx.openid, wish, ctx.now, await browsing.standing(ctx))
    except Refused as refused:
        if refused.why in ALREADY.values():
            return Text(refusal(refused))
        raise Invalid(refusal(refused), "phone" if refused.why is Why.PHONE_TAKEN else "course") from None
    await consents.give(ctx.session, ctx.openid, Purpose.TRAINING, NOTICE_VERSION, ctx.now)
    await ctx.tell(*decided.others)
    return Text(_worded(ctx, decided))


@capability.says("要名额", "我要名额", "要这个名额", "接受名额", "要培训名额")
async def take_the_offered(ctx: Context) -> Text | None:
    # One that ran out may still be there.
    found = await held(ctx, State.OFFERED) or await held(ctx, State.LAPSED)
    if all(one.capability == EVENTS for one in found):
        return await ctx.open(EVENTS)
    if len(found) == 1:
        return await take(ctx, int(found[0].argument))
    return ask_which(ctx, found, "take", "要", "给您留着这几个名额，您要哪一个？点一下或回复序号：")


async def held(ctx: Context, state: State) -> list[Choice]:
    """Courses and events of which a place is or was held, for the words of the answer are the same; by their ids."""
    found = [
        Choice(short(one.course), capability.name, str(one.course.id))
        for one in await open_ones(ctx)
        if one.state is state and (state is State.OFFERED or one.course.starts_at > ctx.now)
    ]
    return found + [
        Choice(f"{one.event.title}，{moment(one.event.starts_at)}", EVENTS, str(one.event.id))
        for one in await signups.mine(ctx.session, ctx.openid)
        if one.state is state and one.event.starts_at > ctx.now
    ]


def ask_which(ctx: Context, found: Sequence[Choice], deed: str, word: str, question: str) -> Text:
    choices = [Choice(f"{word}：{one.label}", one.capability, f"{deed}={one.argument}") for one in found]
    ctx.ask_which(*choices, topic="training-signup")
    return with_choices(question, choices)


@capability.says("要", "我要", alone=True)
async def wants(ctx: Context) -> Text | None:
    """The shortest answer to an offer; without one it may mean anything."""
    kept = await held(ctx, State.OFFERED)
    if kept and not await are_unheard(ctx, (one.menu_id for one in kept)):
        return await take_the_offered(ctx)
    return Text("好的，您要办哪件事？直接说就行，比如“入会”“培训”“找驿站”；回复“帮助”看看我能做什么。")


async def take(ctx: Context, course_id: int) -> Text:
    ctx.understood("training-signup")
    try:
        decided = await enrolments.accept(ctx.session, ctx.openid, course_id, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    await withhold(ctx, subject(capability.name, course_id))
    await ctx.tell(*decided.others)
    return Text(_worded(ctx, decided))


async def _known(ctx: Context) -> dict[str, str]:
    found = await contacts.known(ctx.session, ctx.openid, seats.line, Purpose.TRAINING, NOTICE_VERSION)
    return asdict(found) if found else {}


async def open_ones(ctx: Context) -> list[Enrolment]:
    """What is not over yet."""
    return [one for one in await enrolments.mine(ctx.session, ctx.openid) if one.course.ends_at > ctx.now]


def _worded(ctx: Context, decided: Decided) -> str:
    own = decided.own
    if isinstance(own, EnrolmentConfirmed):
        return (
            f"报上了！\n\n{card(own.course)}\n\n{reminded(ctx, own.course.starts_at, '我的培训')}"
            "到了教室扫现场的码签到；去不了，回复“取消报名”，把位子让给别人。"
        )
    if isinstance(own, PutOnWaitingList):
        return (
            f"“{own.course.title}”已经满了，帮您排上了候补，现在是第 {own.position} 位。\n\n"
            "一有空位我马上告诉您，收到后在说的时间内回一声“要名额”就行。不想等了，回复“取消候补”。"
        )
    if isinstance(own, OfferExpired):
        return (
            f"抱歉，“{own.course.title}”给您留的名额过了时间，已经让给下一位。想再排的话，回复“培训”重新报。"
        )
    return f"“{own.course.title}”已经取消。"
