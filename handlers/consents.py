"""Taking back what was agreed to; what was begun with it ends too."""

from collections.abc import Sequence

from dialogue import Capability, Choice, Context, Earlier, Text, numbered
from dialogue.notices import Fact
from union import (
    applications,
    consents,
    contacts,
    enrolments,
    erasing,
    held,
    job_applications,
    members,
    signups,
)
from union.consents import Consent, Purpose
from union.courses import Course
from union.events import Event
from union.members import NothingOpen

capability = Capability("consents", title="撤回同意")

_WITHDRAW = "withdraw="
_PURPOSES = {
    Purpose.MEMBERSHIP: "办理入会",
    Purpose.IDENTITY: "核对身份证号码",
    Purpose.TRAINING: "培训报名",
    Purpose.JOBS: "岗位报名",
    Purpose.EVENTS: "活动报名",
}

# When something was given that another form asks for too.
_WHEN = {
    Purpose.MEMBERSHIP: "上次申请入会时",
    Purpose.TRAINING: "上次报课时",
    Purpose.JOBS: "上次应聘时",
    Purpose.EVENTS: "上次报活动时",
}


@capability.says("撤回同意", "取消同意", "我不同意了", "取消授权")
async def choose_consent(ctx: Context) -> Text:
    given = [one for one in await consents.history(ctx.session, ctx.openid) if one.ended_at is None]
    if not given:
        ctx.understood(None)
        return Text("您现在没有需要撤回的同意。想知道信息怎么用，回复“隐私”；想删掉，回复“删除我的资料”。")
    choices = tuple(_choice(one) for one in given)
    ctx.ask_which(*choices)
    return Text(f"您同意过这些用途，要撤回哪一个？点一下或回复序号：\n\n{numbered(choices)}")


def _choice(consent: Consent) -> Choice:
    day = held.local(consent.given_at)
    label = f"{_PURPOSES[consent.purpose]}（{day.month} 月 {day.day} 日同意）"
    return Choice(label, capability.name, f"{_WITHDRAW}{consent.purpose}")


async def _withdraw(ctx: Context, purpose: Purpose) -> Text:
    ctx.understood(None)
    if not await consents.withdraw(ctx.session, ctx.openid, purpose, ctx.now):
        return Text("这一项已经撤回过了，不用再撤。")
    if purpose is Purpose.IDENTITY:
        await erasing.forget_identity(ctx.session, ctx.openid)
        return Text(f"已撤回，您的身份证号码我删掉了。\n\n{await _after_identity(ctx)}")
    endings = {
        Purpose.MEMBERSHIP: _end_application,
        Purpose.TRAINING: _end_courses,
        Purpose.JOBS: _end_job_applications,
        Purpose.EVENTS: _end_events,
    }
    return Text(await endings[purpose](ctx))


async def _after_identity(ctx: Context) -> str:
    application = await applications.newest(ctx.session, ctx.openid)
    if application is not None and application.lacks_identity:
        return "您正在办的申请要核对身份，这一步会停下来；想继续，回复“填写身份证号”再填就行。"
    if await members.member(ctx.session, ctx.openid):
        return "您的会籍照旧，不受影响。以后办事要核对身份的，会再问您。"
    return "别的都不受影响。以后要核对身份的，会再问您同不同意。"


async def _end_courses(ctx: Context) -> str:
    left = await enrolments.withdraw_all(ctx.session, ctx.openid, ctx.now)
    facts = [fact for one in left for fact in one.others]
    return await _end(ctx, "培训", [one.own.course for one in left], facts)


async def _end_events(ctx: Context) -> str:
    left = await signups.withdraw_all(ctx.session, ctx.openid, ctx.now)
    await signups.forget_contact(ctx.session, ctx.openid)
    facts = [fact for one in left for fact in one.others]
    return await _end(ctx, "活动", [one.own.event for one in left], facts)


async def _end(ctx: Context, what: str, left: Sequence[Course | Event], told: Sequence[Fact]) -> str:
    await ctx.tell(*told)
    named = "、".join(f"“{one.title}”" for one in left)
    given = "，名额让给候补的人" if told else ""
    also = f"您报着的{named}也一起取消了{given}。" if left else ""
    return f"已撤回，以后不再为{what}用您的信息。{also}想再参加，随时回复“{what}”。"


async def _end_job_applications(ctx: Context) -> str:
    if not await job_applications.withdraw_all(ctx.session, ctx.openid):
        return "已撤回，以后不再为岗位报名用您的信息。想找工作，回复“找岗位”。"
    return (
        "已撤回，您没办完的岗位报名也一起撤了。单位已经看过的电话，您可以请他们删掉；"
        "有人乱用，回复“人工”告诉我们。以后想找工作，回复“找岗位”。"
    )


async def _end_application(ctx: Context) -> str:
    if await members.member(ctx.session, ctx.openid):
        return "已撤回。您已经是会员，会员名册按规定要保存；不想当会员了，请回复“退会”。"
    try:
        await members.withdraw(ctx.session, ctx.openid, ctx.now)
    except NothingOpen:
        return "已撤回，以后不再为入会用您的信息。"
    return "已撤回，您的入会申请也一起停了，不会再往下办。以后想入会，随时回复“入会”。"


@capability.recalls
async def recall(ctx: Context) -> list[Earlier]:
    return [
        Earlier(_WHEN[one.purpose], one.at, {"name": one.contact.name, "mobile": one.contact.phone})
        for one in await contacts.given(ctx.session, ctx.openid)
    ]


@capability.picks
async def picked(ctx: Context, argument: str) -> Text:
    if argument.startswith(_WITHDRAW):
        return await _withdraw(ctx, Purpose(argument.removeprefix(_WITHDRAW)))
    return await choose_consent(ctx)
