"""Signing up, taking an offered seat, giving it up."""

from collections.abc import Sequence
from dataclasses import asdict

from dialogue import Choice, Context, Field, Invalid, Option, Text, with_choices
from dialogue.answers import last_four, masked_name, mobile, one_of, person_name
from dialogue.moments import moment
from dialogue.offers import ask_first, kept_or_left, reminded
from handlers.training import browsing
from handlers.training.words import capability, card, refusal, short
from union import consents, contacts, enrolments, seats, signups
from union.consents import Purpose
from union.enrolments import Enrolment
from union.lines import OPEN, State
from union.refusals import ALREADY, Why
from union.trainings import (
    Decided,
    EnrolmentConfirmed,
    OfferExpired,
    PutOnWaitingList,
    Refused,
    SeatOffered,
    SignUp,
)

_EVENTS = "events"  # the capability whose sign-ups are spoken of in the same words
# How events stand in their list, on a card, and behind an answer of the knowledge base.
_LISTED = tuple(f"{_EVENTS}:{deed}=" for deed in ("join", "see", "kind"))
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
        return await ctx.open(_EVENTS)
    if any(one.startswith(f"{_JOBS}:for.") for one in offered):
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
    found = await _held(ctx, State.OFFERED) or await _held(ctx, State.LAPSED)
    if all(one.capability == _EVENTS for one in found):
        return await ctx.open(_EVENTS)
    if len(found) == 1:
        return await take(ctx, int(found[0].argument))
    return _ask_which(ctx, found, "take", "要", "给您留着这几个名额，您要哪一个？点一下或回复序号：")


async def _held(ctx: Context, state: State) -> list[Choice]:
    """Courses and events of which a place is or was held, for the words of the answer are the same; by their ids."""
    found = [
        Choice(short(one.course), capability.name, str(one.course.id))
        for one in await open_ones(ctx)
        if one.state is state and (state is State.OFFERED or one.course.starts_at > ctx.now)
    ]
    return found + [
        Choice(f"{one.event.title}，{moment(one.event.starts_at)}", _EVENTS, str(one.event.id))
        for one in await signups.mine(ctx.session, ctx.openid)
        if one.state is state and one.event.starts_at > ctx.now
    ]


def _ask_which(ctx: Context, found: Sequence[Choice], deed: str, word: str, question: str) -> Text:
    choices = [Choice(f"{word}：{one.label}", one.capability, f"{deed}={one.argument}") for one in found]
    ctx.ask_which(*choices, topic="training-signup")
    return with_choices(question, choices)


@capability.says("要", "我要", alone=True)
async def wants(ctx: Context) -> Text | None:
    """The shortest answer to an offer; without one it may mean anything."""
    states = [one.state for one in await open_ones(ctx)]
    states += [one.state for one in await signups.mine(ctx.session, ctx.openid)]
    if State.OFFERED in states:
        return await take_the_offered(ctx)
    return Text("好的，您要办哪件事？直接说就行，比如“入会”“培训”“找驿站”；回复“帮助”看看我能做什么。")


async def take(ctx: Context, course_id: int) -> Text:
    ctx.understood("training-signup")
    try:
        decided = await enrolments.accept(ctx.session, ctx.openid, course_id, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    await ctx.tell(*decided.others)
    return Text(_worded(ctx, decided))


@capability.says("不要名额", "不要这个名额", "放弃名额", "名额让给别人", "不要培训名额", "不要名额了")
async def leave_the_offered(ctx: Context) -> Text | None:
    found = await _held(ctx, State.OFFERED)
    if all(one.capability == _EVENTS for one in found):
        return await ctx.open(_EVENTS)
    if len(found) == 1:
        return await leave(ctx, int(found[0].argument))
    return _ask_which(ctx, found, "quit", "不要", "给您留着这几个名额，您不要哪一个？点一下或回复序号：")


@capability.awaits
async def hear(ctx: Context, yes: bool) -> Text | None:
    """A plain yes or no, where a seat is kept; of an event's place too, for then it is to be asked which."""
    offered_at = await seats.line.offered_at(ctx.connection, ctx.openid, ctx.now)
    if offered_at is None:
        return None
    await ctx.attach()
    if yes:
        return await take_the_offered(ctx)
    held = await _held(ctx, State.OFFERED)
    asked = None
    if len(held) == 1:
        answers = kept_or_left(capability.name, int(held[0].argument))
        asked = ask_first(ctx, offered_at, answers, held[0].label, "training-signup")
    return asked or await leave_the_offered(ctx)


@capability.hears(r"((?:不要(?:这个|培训)?名额|放弃名额|名额让给别人)了?)(?:谢谢|多谢|唔该)(?:你|您|了|啦)?")
async def leave_with_thanks(ctx: Context, _: str) -> Text:
    return await leave_the_offered(ctx) or await browsing.show(ctx)


@capability.says(
    "取消报名", "取消培训", "退课", "退班", "退出培训", "不去培训了", "培训去不了", "去不了培训", "我要退课",
    "取消培训报名", "取消候补", "不排了", "不排候补了", "上不了课", "去不了上课",
)  # fmt: skip
async def quit_something(ctx: Context) -> Text | None:
    found = await _to_give_up(ctx)
    if all(one.capability == _EVENTS for one in found):
        if any(opened.form == sign_up.name for opened in ctx.forms):
            ctx.close_form(sign_up.name)
            return Text("好的，这次先不报了，刚才填的已经清掉。想报的时候回复“培训”。")
        return await ctx.open(_EVENTS)
    if len(found) == 1:
        return await ask_to_leave(ctx, int(found[0].argument.removeprefix("quit=")))
    ctx.ask_which(*found, topic="training-cancel")
    which = "哪一个" if any(one.capability == _EVENTS for one in found) else "哪一门"
    return with_choices(f"您要取消{which}？点一下或回复序号：", found)


async def _to_give_up(ctx: Context) -> list[Choice]:
    """Courses, and events that have not begun, that can be given up; the words are the same for both."""
    found = [
        Choice(short(one.course), capability.name, f"quit={one.course.id}")
        for one in await open_ones(ctx)
        if one.state in OPEN
    ]
    return found + [
        Choice(f"{one.event.title}，{moment(one.event.starts_at)}", _EVENTS, f"quit={one.event.id}")
        for one in await signups.mine(ctx.session, ctx.openid)
        if one.state in OPEN and one.event.starts_at > ctx.now
    ]


async def ask_to_leave(ctx: Context, course_id: int) -> Text:
    """A seat is not lost by a slip of the thumb."""
    mine = next(
        (one for one in await open_ones(ctx) if one.course.id == course_id and one.state in OPEN), None
    )
    if mine is None:
        return Text("这门课您现在没有报着，不用取消。回复“我的培训”看看。")
    choices = ctx.ask(
        yes=Choice("是的，取消", capability.name, f"leave={course_id}"),
        no=Choice("不取消了", capability.name, "stay"),
        topic="training-cancel",
        careful=True,
    )
    what = "不排了" if mine.state is State.WAITING else "取消"
    is_wanted = mine.state is not State.WAITING and (await seats.places_of(ctx.session, course_id)).waiting
    given = "名额会让给候补的人。" if is_wanted else ""
    return with_choices(
        f"确定{what}“{mine.course.title}”（{moment(mine.course.starts_at)}）吗？{given}", choices
    )


async def leave(ctx: Context, course_id: int) -> Text:
    ctx.understood("training-cancel")
    try:
        decided = await enrolments.withdraw(ctx.session, ctx.openid, course_id, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    await ctx.tell(*decided.others)
    title = decided.own.course.title
    given = "，名额让给候补的人" if any(isinstance(one, SeatOffered) for one in decided.others) else ""
    return Text(f"好的，“{title}”已经帮您取消{given}，谢谢您早点说。\n想学别的，回复“培训”。")


async def stay(ctx: Context) -> Text:
    ctx.understood("training-signup")
    return Text("好的，给您留着。回复“我的培训”可以看时间地点。")


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
