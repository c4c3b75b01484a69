"""Joining: by words, by the menu, or by a QR code at a station, a company or an event."""

from dataclasses import replace
from datetime import timedelta

from dialogue import Choice, Context, Field, Invalid, Option, Text, numbered
from dialogue.answers import last_four, masked_name, person_name
from handlers.membership import words
from handlers.membership.words import capability
from union import applications, consents, members, scenes
from union.applications import IDENTITY, Application, Door, Joining, Kind, Stage, Status
from union.consents import Purpose
from union.members import AlreadyApplied, AlreadyMember, ApplicationSubmitted, Member, NoUnionThere

# Of the notice that stands in the confirmation below.
NOTICE_VERSION = "2026-11"
_NEWS = timedelta(days=30)  # so long it is said how an application ended

join = capability.form(
    Joining,
    Field(
        "door",
        "入会不收报名费，问几项就好，中途停下也不要紧。\n\n您是哪种情况？\n{options}\n\n"
        "第一种：单位所在区（市）的总工会审核，再转给您单位的工会；单位自己的活动和慰问，每家办法不一样。\n"
        "第二种：直接入区（市）或行业的工会，不用单位、平台同意。维权、帮扶、培训、驿站这些都能用；"
        "单位才有的福利，暂时没有。",
        accept=words.door,
        label="情况",
        hint="单位里有工会主席、交会费的，选 1；拿不准就选 2，以后可以转。",
    ),
    Field(
        "mobile",
        "您的手机号？有要紧的事，工作人员好联系您。\n（您填的只用来办入会和会员服务，加密保存；详情回复“隐私”。）",
        accept=words.own_mobile,
        label="手机号",
        show=last_four,
        private=True,
        known_as="mobile",
        hint="只发 11 位数字就行，前后不用加别的字。",
    ),
    Field(
        "name",
        "请问您的姓名？和身份证上一样。",
        accept=person_name,
        label="姓名",
        show=masked_name,
        private=True,
        known_as="name",
        hint="只发姓名，不用加别的字。",
    ),
    Field(
        "work",
        "您平时做哪一行？\n{options}",
        accept=words.work,
        label="工种",
        when=lambda answers: answers.get("door") == Door.OPEN,
        hint="都不像的话，选最后一项。",
    ),
    Field(
        "place",
        "平时在哪里干活？发区和镇街，比如：茂南河东、电白水东。",
        accept=words.place,
        label="地点",
        show=lambda id: words.place_of(id).label,
        hint="只记得区也行：茂南、电白、信宜、高州、化州、高新区、滨海新区。",
    ),
    Field(
        "employer",
        lambda answers: (
            "单位叫什么名字？也可以发营业执照上的 18 位信用代码。"
            if answers.get("door") == Door.UNIT
            else "在哪个平台、站点或公司干活？没有固定的就回复“没有”。"
        ),
        accept=words.employer,
        label="单位",
        show=lambda name: name or "没有固定的",
        words=True,
        hint="工牌、合同、工资条上写的那个名字就行。",
    ),
    confirm=(
        "请核对：\n{summary}\n\n"
        "没错就回复“确认”，表示同意工会用这些资料办入会和会员服务，不作别用。\n"
        "要改哪一项，回复它的序号；不办了，回复“取消”。"
    ),
    given=("scene",),
    topic="join-how",
)


@capability.says(
    "入会", "我要入会", "我想入会", "想入会", "加入工会", "我要加入工会", "我想加入工会", "想加入工会", "申请入会",
    "我要申请入会", "报名入会", "马上入会", "现在入会", "办入会", "我要办入会",
)  # fmt: skip
@capability.taps("JOIN")
@capability.opens
async def start(ctx: Context) -> Text:
    return await _known(ctx) or await _again(ctx) or await join.begin(ctx)


@capability.understands(words.joining)
async def start_with(ctx: Context, said: str) -> Text:
    """The wish to join, and in the same message who wants to."""
    told = await _known(ctx) or await _again(ctx)
    if told is None:
        await join.begin(ctx)
    return told or await join.take(ctx, said)


async def _again(ctx: Context) -> Text | None:
    """Whoever applied before and nothing came of it finds everything filled in."""
    earlier = await applications.newest(ctx.session, ctx.openid)
    if earlier is None:
        return None
    left = await members.as_left(ctx.session, ctx.openid, earlier.submitted_at)
    if left is not None:  # what they changed as a member stands on the roll alone
        roll = Joining(earlier.asked.door, left.mobile, left.name, left.place, left.work, left.employer)
        earlier = replace(earlier, asked=roll)
    elif earlier.kind is not Kind.JOIN or not earlier.asked.mobile:
        return None
    asked = await amending(ctx, earlier)
    return Text(f"上次填的还在，不用再填，看看要不要改。\n\n{asked.body}")


@capability.says("补正")
async def go_on_mending(ctx: Context) -> Text:
    return await _known(ctx) or Text("您现在没有要补正的申请。想入会，回复“入会”；办过的事，回复“进度”。")


@capability.scans("join")
async def came(ctx: Context, name: str) -> Text:
    """By a QR code: what is known of where it hangs is not asked."""
    scene = await scenes.scan(ctx.session, name, ctx.openid, ctx.now)
    told = await _known(ctx)
    if scene is None or told:
        return told or await join.begin(ctx)
    known_of_it: dict[str, str | Option] = {"scene": scene.name}
    if scene.door:
        known_of_it["door"] = words.named(words.DOORS, scene.door)
    if scene.work:
        known_of_it["work"] = words.named(words.WORKS, scene.work)
    if scene.place:
        known_of_it["place"] = words.place_of(scene.place)
    if scene.employer:
        known_of_it["employer"] = scene.employer
    asked = await join.begin(ctx, None, **known_of_it)
    return Text(f"您好，这里是市总工会。您扫的是“{scene.title}”的入会码，入会不收报名费。\n\n{asked.body}")


@join.submitted
async def submit(ctx: Context, joining: Joining) -> Text:
    earlier = await applications.newest(ctx.session, ctx.openid)
    again = earlier is not None and earlier.is_open
    if joining.door == Door.UNIT and not joining.employer:
        # Another door was chosen after that was answered.
        raise Invalid("单位有工会的，要写上单位：叫什么名字？工资条或合同上写的那个最好。", "employer")
    try:
        deciding = members.amend if again else members.join
        made = await deciding(ctx.session, ctx.openid, joining, ctx.now)
    except (AlreadyMember, AlreadyApplied) as twice:
        if twice.own:
            return await _known(ctx) or await join.begin(ctx)
        raise Invalid("这个手机号刚刚被别人登记了。请再发一次您自己的手机号。", "mobile") from None
    except NoUnionThere as listed:
        raise Invalid(words.no_union(listed.unit), "door") from None
    await consents.give(ctx.session, ctx.openid, Purpose.MEMBERSHIP, NOTICE_VERSION, ctx.now)
    told = _received(made, again=again, by_unit=joining.door == Door.UNIT)
    if again and earlier is not None:
        told += await words.followed(ctx, earlier.asked.mobile, joining.mobile)
    page = await ctx.open("identity") if made.needs_identity else None
    ctx.understood("join-status")
    return Text(f"{told}\n\n还差一步：这家工会要登记身份证号，别发在聊天里。{page.body}" if page else told)


def _received(made: ApplicationSubmitted, *, again: bool, by_unit: bool) -> str:
    begun = "改好了，接着审核。" if again else "收到您的入会申请了，欢迎您！"
    stages = f"先由{made.reviewer}审核，再由市总工会确认" if made.reviewer else "由市总工会审核确认"
    return (
        f"{begun}\n\n申请编号 {made.application_id}，{stages}{whereto(made, by_unit=by_unit)}。"
        "每一步有结果都会在这里告诉您，也可以随时回复“进度”。"
    )


def whereto(made: ApplicationSubmitted, *, by_unit: bool) -> str:
    """Where somebody belongs in the end, if it is another union than those that look at the application."""
    if by_unit:
        return "，同意后转给您单位的工会"
    return f"，同意后您就归{made.organisation}" if made.of_trade else ""


# --- Where it stands ---


async def _known(ctx: Context) -> Text | None:
    """What somebody is told who need not be asked: a member, or one whose application is open."""
    member = await members.member(ctx.session, ctx.openid)
    if member is not None:
        ctx.understood("member-card")
        return Text(card(member))
    application = await applications.newest(ctx.session, ctx.openid)
    if application is None or not application.is_open:
        return None
    if application.status is Status.RETURNED and application.mend != IDENTITY:
        return await mend(ctx, application)
    ctx.understood("join-status")
    choices = (
        Choice("改申请里的资料", "membership", "change"),
        Choice("撤回这份申请", "membership", "withdraw"),
    )
    ctx.offer(*choices, topic="join-status")
    return Text(f"您已经交过申请，不用再填。\n\n{standing(application)}\n\n{numbered(choices)}")


async def mend(ctx: Context, application: Application) -> Text:
    """Ask for the one thing that was sent back; all else is known."""
    field = application.mend or "mobile"
    asked = await amending(ctx, application, field)
    return Text(
        f"申请里的{words.FIELDS[field]}要改一下：{application.reason}\n改好这一项就行。\n\n{asked.body}"
    )


async def amending(ctx: Context, application: Application, field: str | None = None) -> Text:
    """The form with everything known, and one field asked again if it is named."""
    asked = application.asked
    known: dict[str, str | Option] = {
        "door": words.named(words.DOORS, asked.door),
        "mobile": asked.mobile,
        "name": asked.name,
        "place": words.place_of(asked.place),
        "employer": asked.employer,
        "scene": asked.scene,
    }
    if asked.work:
        known["work"] = words.named(words.WORKS, asked.work)
    return await join.begin(ctx, field, **known)


def card(member: Member) -> str:
    return (
        f"您已经是工会会员。\n会员号：{member.number}\n所在工会：{member.organisation}\n\n"
        "换手机号、地点、工种、单位名称，回复“改资料”；换到别的单位或区，回复“转会”；不想参加了，回复“退会”。"
    )


def standing(application: Application) -> str:
    """Where an application stands, in words."""
    what = "转会申请" if application.kind is Kind.MOVE else "入会申请"
    begun = f"{what}（编号 {application.id}）"
    if application.status is Status.RETURNED:
        said = f"{begun}：{words.FIELDS[application.mend or 'mobile']}要改，{application.reason}。"
        return said + ("回复“填写身份证号”。" if application.mend == IDENTITY else "回复“补正”接着办。")
    if application.status is Status.DECLINED:
        return f"{begun}：这次没有通过，{application.reason}。改好了可以再报，有疑问回复“人工”。"
    said = f"{begun}：{_stage(application)}。"
    return said + ("还差身份证号，回复“填写身份证号”。" if application.lacks_identity else "")


def _stage(application: Application) -> str:
    reviewer = application.reviewer
    if application.stage is not Stage.DISTRICT:
        return f"{reviewer}已经同意，等市总工会确认" if reviewer else "市总工会已经看过，正在做最后确认"
    then = "，之后还要市总工会确认" if reviewer and application.kind is not Kind.MOVE else ""
    return f"{reviewer or '市总工会'}正在审核{then}"


@capability.progress
async def report(ctx: Context) -> list[str]:
    application = await applications.newest(ctx.session, ctx.openid)
    if application is None:
        return []
    if application.is_open:
        return [standing(application)]
    if ctx.now - application.changed_at > _NEWS or application.status is Status.WITHDRAWN:
        return []
    if application.status is Status.DECLINED:
        return [standing(application)]
    member = await members.member(ctx.session, ctx.openid)
    what = "转会" if application.kind is Kind.MOVE else "入会"
    return [f"{what}办好了，会员号 {member.number}，所在工会：{member.organisation}。"] if member else []


async def start_withdrawal(ctx: Context, application: Application) -> Text:
    choices = ctx.ask(
        yes=Choice("确定撤回", "membership", "withdrawn"),
        no=Choice("不撤回，继续等", "membership", "stay"),
        topic="join-status",
        careful=True,
    )
    return Text(
        f"{standing(application)}\n\n要撤回吗？撤回后想办，回复“入会”再交一次就行。\n{numbered(choices)}"
    )
