"""Applying for a job with consent, and the employer's answer."""

from collections.abc import Sequence

from dialogue import (
    Choice,
    Context,
    Field,
    Invalid,
    Matter,
    Notice,
    Text,
    Transaction,
    with_choices,
)
from dialogue.answers import agreement, last_four, masked_name, mobile, person_name
from handlers.job_applications import following, meeting
from handlers.job_applications.words import TOPIC, capability
from knowledge.snapshots import Knowledge
from union import applicants, job_applications, listings, members
from union.applicants import ApplicantsWait
from union.job_applications import Applied, Refused, State, Why, Wish
from union.job_decisions import ApplicationAnswered
from union.job_questions import About

_FOR = f"{capability.name}:for."
_LISTED = "jobs:at."  # how jobs stand in their list
_STATES = {
    State.SENT: "已报名，等用人单位回复",
    State.INVITED: "用人单位约您面谈",
    State.HIRED: "已录用",
    State.DECLINED: "没有录用",
    State.WITHDRAWN: "已撤回",
}
_WHY = {
    Why.OVER: "这个岗位已经招满或者过期了。回复“找岗位”看看别的。",
    Why.TWICE: "这个岗位您已经报过名了，不用再报。回复“我的报名”看进展。",
    Why.DISAGREED: "好的，您的姓名和手机号没有交给任何人，这次就不报名了。回复“找岗位”可以再看看。",
    Why.UNKNOWN: "没找到这条报名。回复“我的报名”看看您报过的岗位。",
}

apply = capability.form(
    Wish,
    Field(
        "name", "请问您的姓名？", person_name, label="姓名", show=masked_name, private=True, known_as="name"
    ),
    Field(
        "phone",
        "您的手机号？用人单位会打这个号码找您。",
        accept=mobile,
        label="手机",
        show=last_four,
        private=True,
        known_as="mobile",
    ),
    Field(
        "agree",
        "报名要把您的姓名和手机号交给这家用人单位，只用于这次招工。同意吗？回复“同意”或“不同意”。",
        accept=agreement,
        label="把姓名、手机号交给用人单位",
        show=lambda agreed: "同意" if agreed else "不同意",
    ),
    given=("listing",),
    confirm="请核对：\n{summary}\n回复“确认”报名，回复序号修改，回复“取消”放弃。",
)


@capability.says("应聘", "我要应聘", "报名岗位", "报名这个岗位", "我要报名这个岗位")
@capability.opens
async def start(ctx: Context) -> Text | None:
    on_offer = ctx.conversation.on_offer(ctx.now)
    shown = [int(one.rpartition(".")[2]) for one in on_offer if one.startswith((_FOR, _LISTED))]
    if len(shown) == 1:
        return await _begin(ctx, shown[0])
    if shown:
        return await _which(ctx, shown)
    entry = ctx.use(Knowledge).entry(TOPIC)
    ctx.understood(TOPIC)
    return Text(entry.answer if entry else "先挑一个岗位：回复“找岗位”，点进去就能报名。")


@capability.says("我的报名", "我报的岗位", "我的应聘", "岗位进展")
async def show(ctx: Context) -> Text:
    found = await job_applications.mine(ctx.session, ctx.openid)
    if not found:
        others = "\n".join(f"· {line}" for line in await ctx.progress())[:500]
        also = f"\n\n别的在办的：\n{others}" if others else ""
        return Text(f"您现在没有在办的岗位报名。回复“找岗位”看看有什么工作。{also}")
    choices = [Choice(f"撤回：{one.post[:14]}", capability.name, f"drop.{one.id}") for one in found[:5]]
    ctx.offer(*choices)
    lines = "\n".join(f"· {_told(one)}" for one in found[:10])
    drops = "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, 1))
    return Text(f"您报名的岗位：\n{lines}\n\n想撤回，回复序号：\n{drops}")


@apply.submitted
async def enter(ctx: Context, wish: Wish) -> Text:
    try:
        done = await job_applications.apply(ctx.session, ctx.openid, wish, ctx.now)
    except Refused as refused:
        raise Invalid(_WHY[refused.why]) from None
    await ctx.tell(*await applicants.call(ctx.session, wish.listing, ctx.openid, ctx.now))
    ctx.understood(TOPIC)
    return Text(
        f"报上名了：{done.post}，{done.publisher}。\n\n用人单位有回复，我马上告诉您；您也可以回复“我的报名”看进展、撤回。\n"
        "面试、上班都不用交钱；叫您交押金、培训费的，回复“人工”告诉我们。"
    )


@capability.picks
async def pick(ctx: Context, argument: str) -> Text | None:
    what, _, rest = argument.partition(".")
    id, _, said = rest.partition(".")
    if what == "for":
        return await _begin(ctx, int(id))
    try:
        if what == "drop":
            done = await job_applications.withdraw(ctx.session, ctx.openid, int(id))
            return Text(f"已经撤回：{done.post}。想再找，回复“找岗位”。")
        return await following.note(ctx, About(what), int(id), said)
    except Refused as refused:
        return Text(_WHY[refused.why])


@capability.progress
async def progress(ctx: Context) -> Sequence[str]:
    return [f"岗位报名：{_told(one)}" for one in await job_applications.mine(ctx.session, ctx.openid)]


@capability.tells(ApplicationAnswered)
def answered(fact: ApplicationAnswered) -> Notice:
    where = f"{fact.publisher}的“{fact.post}”"
    more = f"\n对方说：{fact.words}" if fact.words else ""
    own = _own(fact)
    changed = "前面告诉您的有变化。" if fact.otherwise else ""
    if fact.state == State.HIRED:
        day = f"，{fact.starts_on.month} 月 {fact.starts_on.day} 日上班" if fact.starts_on else ""
        return Notice(
            f"{changed or '好消息，'}{where}录用您了{day}。{more}\n上班记得签劳动合同，不用交押金。", own=own
        )
    if fact.state == State.INVITED:
        return Notice(
            f"{changed}{meeting.invitation(fact.publisher, fact.post)}{more}\n去不了的话，回复“我的报名”可以撤回。",
            own=own,
        )
    return Notice(f"{changed}{where}这次没有录用您，别灰心。{more}\n回复“找岗位”，再看看别的。", own=own)


@capability.tells(ApplicantsWait)
def applicants_wait(fact: ApplicantsWait) -> Notice:
    """To staff; who applied is seen on a computer, and not in a chat."""
    more = f"，一共 {fact.waiting} 人等答复" if fact.waiting > fact.new else ""
    return Notice(
        f"【岗位应聘】{fact.code} {fact.post}：{'又' if fact.again else ''}有 {fact.new} 人应聘{more}。\n"
        f"请在电脑上看是谁、尽快答复：job applicants {fact.code}\n您看过之前，同一个岗位一天最多提醒一次。"
    )


def _own(fact: ApplicationAnswered) -> Transaction:
    """What the other side has written is for the chat alone."""
    day = f"，{fact.starts_on.month}月{fact.starts_on.day}日上班" if fact.starts_on else ""
    said = {State.HIRED: f"对方录用您了{day}", State.INVITED: "对方想约您面谈"}
    then = "回复任意内容看对方的话" if fact.words else "回复“我的报名”看看"
    title, text = f"应聘{fact.post}", said.get(fact.state, "这次没有录用您")
    return Transaction(Matter.JOBS, title, text, then, whole=not fact.words)


async def _which(ctx: Context, ids: Sequence[int]) -> Text:
    """A list was on show."""
    shown = [one for id in ids if (one := await listings.numbered(ctx.session, id))]
    choices = [
        Choice(
            f"{'样例·' if one.sample else ''}{one.post[:14]}｜{one.pay[:16]}",
            capability.name,
            f"for.{one.id}",
        )
        for one in shown
    ]
    ctx.ask_which(*choices, topic="job-find")
    return with_choices("您要报哪一个？点一下或回复序号：", choices)


async def _begin(ctx: Context, listing_id: int) -> Text:
    listing = await listings.numbered(ctx.session, listing_id)
    if listing is None or not listings.holds(listing, ctx.now):
        return Text(_WHY[Why.OVER])
    if any(
        opened.form == apply.name and opened.answers["listing"].value != listing_id for opened in ctx.forms
    ):
        ctx.close_form(apply.name)
    member = await members.member(ctx.session, ctx.openid)
    if member is None:
        return await apply.begin(ctx, listing=listing_id)
    return await apply.begin(ctx, listing=listing_id, name=member.name, phone=member.mobile)


def _told(one: Applied) -> str:
    day = f"，{one.starts_on.month} 月 {one.starts_on.day} 日上班" if one.starts_on else ""
    owed = "，工钱还没拿到" if one.got_paid is False else ""
    return f"{one.post}（{one.publisher}）：{_STATES[one.state]}{day}{owed}"
