"""A worker's own events: what they signed up for, and checking in at the door."""

from dialogue import Choice, Context, Text, with_choices
from dialogue.moments import hour, moment
from handlers.events import naming
from handlers.events.signing import open_ones
from handlers.events.words import TOPICS, capability, refusal, short, span, where
from union import enrolments, event_days, signups
from union.event_news import Refused
from union.lines import OPEN, State, is_worth_showing
from union.refusals import Why
from union.signups import Place

_SHOWN = 6
_ROOM = 1200  # for the events; what can be done about them comes after


@capability.says(
    "我的活动", "我报的活动", "我报名的活动", "活动进度", "我参加的活动", "活动时间", "活动地点", "活动取消了吗", "活动取消了没有",
    "活动取消没有", "活动还办吗", "活动还搞吗", "活动改时间了吗", "活动几点开始", "活动在哪里",
)  # fmt: skip
async def show_mine(ctx: Context) -> Text:
    mine = await signups.mine(ctx.session, ctx.openid)
    found = [one for one in mine if is_worth_showing(one.state, one.event.ends_at, ctx.now)]
    ctx.understood(None)
    if not found:
        return Text("您还没有报过活动。回复“活动”看看近期的，看中了就能报。")
    shown = found[-_SHOWN:]
    while len("\n\n".join(map(_line, shown)).encode()) > _ROOM:
        shown = shown[1:]
    choices = [
        Choice(f"要：{short(one.event)}", capability.name, f"take={one.event.id}")
        for one in shown
        if one.state is State.OFFERED
    ] + [
        Choice(f"取消：{short(one.event)}", capability.name, f"quit={one.event.id}")
        for one in shown
        if one.state in (State.ENROLLED, State.WAITING) and one.event.starts_at > ctx.now
    ]
    text = "您的活动：\n\n" + "\n\n".join(_line(one) for one in shown)
    if not choices:
        return Text(f"{text}\n\n想再参加别的，回复“活动”。")
    ctx.offer(*choices)
    return with_choices(text, choices)


@capability.understands(naming.begins)
async def tell_when_and_where(ctx: Context, words: str) -> Text | None:
    """“几点开始”, “联谊在哪里集合”, of what they have a place in; else it is about something else."""
    held = [one for one in await open_ones(ctx) if one.state is State.ENROLLED]
    found = naming.named(held, words) if words else held
    if len(found) != 1:
        return await show_mine(ctx) if found else None
    event = found[0].event
    ctx.understood(TOPICS[event.kind])
    courses = [] if words else await enrolments.mine(ctx.session, ctx.openid)
    also = any(one.state in OPEN and one.course.ends_at > ctx.now for one in courses)
    return Text(
        f"您报的“{event.title}”：\n时间：{span(event)}\n地点：{where(event)}\n\n到了扫现场的码签到；去不了，回复“取消活动”。"
        + ("\n上课的时间地点，回复“我的培训”看。" if also else "")
    )


@capability.progress
async def report(ctx: Context) -> list[str]:
    return [_line(one).replace("\n", "，") for one in await open_ones(ctx) if one.state in OPEN]


@capability.says("活动签到", "活动怎么签到", "活动签到码", "怎么签到活动", "活动现场签到")
async def explain_check_in(ctx: Context) -> Text:
    ctx.understood(None)
    how = (
        "签到要扫码：到了现场，用微信“扫一扫”扫贴着的签到码，开始前两小时起就能扫。"
        "扫不了就告诉现场的工作人员，或回复“人工”。"
    )
    ahead = [one for one in await open_ones(ctx) if one.state is State.ENROLLED]
    if not ahead:
        return Text(f"{how}\n\n您现在没有报着的活动，回复“活动”看看近期的。")
    return Text(f"{how}\n\n您报的活动：\n{short(ahead[0].event)}\n{where(ahead[0].event)}")


@capability.scans("event")
async def check_in(ctx: Context, rest: str) -> Text:
    """The code at the entrance."""
    event_id = int(rest) if rest.isdecimal() and len(rest) < 16 else 0
    try:
        done = await event_days.check_in(ctx.session, ctx.openid, event_id, ctx.now)
    except Refused as refused:
        if refused.event is not None and refused.why is Why.JUST_COME:
            return Text(f"“{refused.event.title}”不用签到，直接进来就行，欢迎您！")
        return Text(refusal(refused))
    ctx.understood(TOPICS[done.event.kind])
    if done.again:
        return Text(f"您已经签过到了，不用再扫。“{done.event.title}”到{hour(done.event.ends_at)}结束。")
    return Text(f"签到成功！欢迎参加“{done.event.title}”。\n{where(done.event)}\n\n有事随时在这里问我。")


def _line(one: Place) -> str:
    return f"{short(one.event)}\n{where(one.event)}\n{_state(one)}"


def _state(one: Place) -> str:
    if one.state is State.WAITING:
        return f"候补第 {one.position} 位"
    if one.state is State.OFFERED and one.offered_until is not None:
        return f"给您留着名额，{moment(one.offered_until)}前回复“要活动名额”"
    if one.state is State.CANCELLED:
        return "这个活动取消了"
    if one.state is State.LAPSED:
        return "这次没排上"
    return "已签到" if one.came else "已报名"
