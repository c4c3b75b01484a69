"""A member, or somebody whose application waits, changes details, moves, leaves or takes back."""

import re

from dialogue import Choice, Context, Field, Invalid, Option, Text, numbered
from dialogue.answers import last_four, one_of
from dialogue.replies import MOST_BYTES
from handlers.membership import joining, second_thoughts, words
from handlers.membership.words import capability
from knowledge.snapshots import Knowledge
from union import applications, changes, members
from union.applications import Door
from union.changes import Change, Moving, NotMember, NoWork, OtherUnion
from union.members import AlreadyApplied, AlreadyMember, NothingOpen, NoUnionThere

_CHANGES = (
    Option("mobile", "手机号"),
    Option("place", "工作地点"),
    Option("employer", "单位或平台的名称"),
    Option("work", "工种"),
)
# Of an application: the fields of `Joining`.
_AMENDS = (
    ("door", "情况（单位有没有工会）"),
    ("name", "姓名"),
    ("mobile", "手机号"),
    ("work", "工种"),
    ("place", "工作地点"),
    ("employer", "单位或平台"),
)
# What only somebody who joined here, or has applied here, can use.
_OF_MEMBERS = re.compile(r"在这里入的会，回复“[^”]+”[^。]*。|\n\d\. 入会申请还没批[^\n]*")
_WORK = _CHANGES[3]
_DO = "(?:送|开|跑|做|干|当|揸)"
_JOBS = "(?:外卖|骑手|快递|货车|大车|货运|网约车|滴滴|出租车|出租|的士|家政|护工|月嫂|保姆|保安|保洁|环卫|零工|散工)"
_NO_WORK = Text("您是通过单位入会的，没登记工种，不用改。换了单位，回复“转会”；别的要改，回复“改资料”。")
_CLOSED = Text("这件事刚才已经有变化了。回复“进度”看看现在到哪一步。")


def line_of(field: str) -> Option:
    """The line of what can be changed."""
    return words.named(_CHANGES, field)


details = capability.form(
    Change,
    Field(
        "what",
        "要改哪一项？\n{options}\n\n改姓名、身份证号，要带身份证找所在工会。",
        one_of(_CHANGES),
        "要改的",
    ),
    Field(
        "mobile",
        "新的手机号？",
        accept=words.own_mobile,
        label="手机号",
        show=last_four,
        private=True,
        when=lambda answers: answers.get("what") == "mobile",
    ),
    Field(
        "place",
        "现在在哪里干活？发区和镇街，比如：茂南河东。",
        accept=words.place,
        label="地点",
        when=lambda answers: answers.get("what") == "place",
    ),
    Field(
        "employer",
        "现在的单位或平台叫什么？没有固定的就回复“没有”。",
        accept=words.employer,
        label="单位",
        show=lambda name: name or "没有固定的",
        words=True,
        when=lambda answers: answers.get("what") == "employer",
    ),
    Field(
        "work",
        "您现在做哪一行？\n{options}",
        accept=words.work,
        label="工种",
        when=lambda answers: answers.get("what") == "work",
    ),
    confirm="请核对：\n{summary}\n没错就回复“确认”，要改回复序号，不改了回复“取消”。",
    title="改会员资料",
)

moving = capability.form(
    Moving,
    Field("door", "转到哪里？\n{options}", accept=words.door, label="情况"),
    Field(
        "work",
        "您现在做哪一行？\n{options}",
        accept=words.work,
        label="工种",
        when=lambda answers: answers.get("door") == Door.OPEN,
    ),
    Field("place", "新的工作地点？发区和镇街，比如：电白水东。", accept=words.place, label="地点"),
    Field(
        "employer",
        "新的单位、平台或站点叫什么？没有固定的就回复“没有”。",
        accept=words.employer,
        label="单位",
        show=lambda name: name or "没有固定的",
        words=True,
    ),
    confirm="请核对：\n{summary}\n没错就回复“确认”，要改回复序号，不转了回复“取消”。",
    title="转会",
)


@capability.says("改资料", "修改资料", "改会员资料", "变更资料", "修改会员信息", "改申请里的资料")
async def begin_change(ctx: Context) -> Text:
    application = await applications.newest(ctx.session, ctx.openid)
    if await members.member(ctx.session, ctx.openid):
        return await details.begin(ctx)
    if application is None or not application.is_open:
        return general(ctx, "member-info-change")
    if application.kind is applications.Kind.MOVE:
        return await joining.start_withdrawal(ctx, application)
    by_unit = application.asked.door == Door.UNIT
    choices = [
        Choice(label, "membership", f"change-{field}")
        for field, label in _AMENDS
        if not (by_unit and field == "work")
    ]
    ctx.ask_which(*choices, topic="join-status")
    return Text(f"要改申请里的哪一项？\n{numbered(choices)}")


@capability.says(
    "改电话", "我要改电话", "改电话号码", "换电话", "我要换电话", "我要改手机号", "修改手机号", "换手机号", "换号码", "我换号码了", "我换手机号了",
    "改手机号", "改手机", "修改手机", "改手机号码", "修改手机号码",
)  # fmt: skip
async def begin_new_mobile(ctx: Context) -> Text:
    return await _begin_mobile(ctx, "")


@capability.understands(second_thoughts.new_mobile)
async def hear_new_mobile(ctx: Context, number: str) -> Text:
    return await _begin_mobile(ctx, number)


async def _begin_mobile(ctx: Context, number: str) -> Text:
    if await members.member(ctx.session, ctx.openid):
        asked = await details.begin(ctx, what=_CHANGES[0])
        return await details.take(ctx, number) if number else asked
    application = await applications.newest(ctx.session, ctx.openid)
    if application is not None and application.is_open and application.kind is applications.Kind.JOIN:
        asked = await joining.amending(ctx, application, "mobile")
        return await joining.join.take(ctx, number) if number else asked
    return await ctx.open(words.SIGN_UPS) or await begin_change(ctx)


@capability.says(
    "改工种", "我要改工种", "修改工种", "换工种", "我换工种了", "改职业", "修改职业", "转行了", "我转行了",
)  # fmt: skip
async def begin_new_work(ctx: Context) -> Text:
    return await _begin_work(ctx, None)


@capability.hears(
    rf"我?(?:现在|已经)?(?:不|没|唔){_DO}{_JOBS}了?我?(?:现在|而家|改|转|去|行)*({_DO}{_JOBS})了?"
)
async def hear_new_work(ctx: Context, said: str) -> Text:
    """“我不送外卖了，现在开货车”."""
    return await _begin_work(ctx, words.work_of(said))


async def _begin_work(ctx: Context, work: Option | None) -> Text:
    known = {} if work is None else {"work": work}
    if (member := await members.member(ctx.session, ctx.openid)) is not None:
        return await details.begin(ctx, None, what=_WORK, **known) if member.work else _NO_WORK
    application = await applications.newest(ctx.session, ctx.openid)
    by_door = application is not None and application.is_open and application.asked.door == Door.OPEN
    if application is not None and by_door and application.kind is applications.Kind.JOIN:
        return await joining.amending(ctx, application, "work")
    return await begin_change(ctx)


@details.submitted
async def change(ctx: Context, wanted: Change) -> Text:
    before = await members.member(ctx.session, ctx.openid) if wanted.what == "mobile" else None
    try:
        await changes.change(ctx.session, ctx.openid, wanted, ctx.now)
    except NotMember:
        return _CLOSED
    except OtherUnion:
        what = "这一行" if wanted.what == "work" else "这个地方"
        return Text(f"{what}归另一家工会管，要办转会，不用重新入会。回复“转会”，几步就好。")
    except NoWork:
        return _NO_WORK
    except (AlreadyMember, AlreadyApplied):
        raise Invalid("这个手机号刚刚被别人登记了，请再发一次您自己的手机号。", "mobile") from None
    also = await words.followed(ctx, before.mobile, wanted.mobile) if before else ""
    return Text(f"改好了，马上生效。{also}")


@capability.says("转会", "我要转会", "办理转会", "转会籍")
async def begin_move(ctx: Context) -> Text:
    if await members.member(ctx.session, ctx.openid) is None:
        return general(ctx, "member-transfer")
    application = await applications.newest(ctx.session, ctx.openid)
    if application is not None and application.is_open:
        return await joining.start_withdrawal(ctx, application)
    return await moving.begin(ctx)


@moving.submitted
async def move(ctx: Context, wanted: Moving) -> Text:
    try:
        made = await changes.move(ctx.session, ctx.openid, wanted, ctx.now)
    except (NotMember, AlreadyApplied):
        return _CLOSED
    except NoUnionThere as listed:
        raise Invalid(words.no_union(listed.unit), "door") from None
    ctx.understood("member-transfer")
    whereto = joining.whereto(made, by_unit=wanted.door == Door.UNIT)
    return Text(
        f"转会申请交上去了，编号 {made.application_id}，由{made.reviewer or '市总工会'}审核{whereto}。同意之前，您还是原来工会的会员，"
        "什么都不耽误。有结果会在这里告诉您，也可以回复“进度”。"
    )


@capability.says("退会", "我要退会", "申请退会")
async def ask_leave(ctx: Context) -> Text:
    member = await members.member(ctx.session, ctx.openid)
    if member is None:
        return general(ctx, "member-quit")
    choices = ctx.ask(
        yes=Choice("确定退会", "membership", "leave"),
        no=Choice("还是留下", "membership", "stay"),
        topic="member-quit",
        careful=True,
    )
    return Text(
        f"退不退是您的自由，不收钱，也不用说理由。退了以后，{member.organisation}的会员服务就不能再用；以后想回来可以重新申请。\n"
        f"换单位不用退，回复“转会”就行。\n\n{numbered(choices)}"
    )


@capability.says("撤回这份申请", "撤回申请", "撤回入会申请", "撤回入会", "撤销申请")
@capability.says(*second_thoughts.TAKEN_BACK, alone=True)
async def ask_withdrawal(ctx: Context) -> Text:
    application = await applications.newest(ctx.session, ctx.openid)
    if application is None or not application.is_open:
        if await members.member(ctx.session, ctx.openid):
            return Text(
                "您的入会已经办好，没有正在审核的申请。不想当会员了，回复“退会”；换单位，回复“转会”。"
            )
        return Text("您现在没有正在审核的申请，不用撤回。想入会，回复“入会”。")
    return await joining.start_withdrawal(ctx, application)


@capability.picks
async def picked(ctx: Context, argument: str) -> Text:
    """A line of the lists above, or below a notice, maybe an old one."""
    ctx.understood(ctx.topic)
    application = await applications.newest(ctx.session, ctx.openid)
    action, _, field = argument.partition("-")
    if action == "leave":
        return await _leave(ctx)
    if action == "stay":
        return Text("好的，一切照旧。有需要随时找我。")
    if action in ("join", "mend"):
        return await joining.start(ctx)
    if action == "change" and not field:
        return await begin_change(ctx)
    if action == "withdrawn":
        return await _withdraw(ctx)
    if application is None or not application.is_open:
        return _CLOSED
    if action == "change" and application.kind is applications.Kind.JOIN:
        return await joining.amending(ctx, application, field)
    return await joining.start_withdrawal(ctx, application) if action == "withdraw" else _CLOSED


async def _leave(ctx: Context) -> Text:
    try:
        left = await changes.leave(ctx.session, ctx.openid, ctx.now)
    except NotMember:
        return _CLOSED
    for form in (details, moving):  # only members can go on with them
        ctx.close_form(form.name)
    return Text(
        f"已经为您办好退会，会员号 {left.number} 停用，会费不用再交。感谢您一直以来的支持，想回来随时回复“入会”。"
    )


async def _withdraw(ctx: Context) -> Text:
    try:
        gone = await members.withdraw(ctx.session, ctx.openid, ctx.now)
    except NothingOpen:
        return _CLOSED
    return Text(f"申请（编号 {gone.id}）已经撤回。想再办的时候，说一声就行。")


def general(ctx: Context, topic: str) -> Text:
    """What the knowledge base says on it, for somebody who is not a member here."""
    entry = ctx.use(Knowledge).entry(topic)
    if entry is None:
        return Text(
            "您在这里还没有登记入会。想入会，回复“入会”；别处办的会籍，请找所在的工会，或回复“人工”。"
        )
    ctx.understood(topic)
    # What members here are told to send is what was just sent.
    told = _OF_MEMBERS.sub("", entry.answer).strip()
    both = f"您在这里还没有入会，想入会回复“入会”；在别处入了会的，这样办：\n\n{told}"
    return Text(both if len(both.encode()) <= MOST_BYTES else told)
