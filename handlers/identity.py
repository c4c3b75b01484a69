"""The identity number: never in the chat, but on a page of its own, with a consent of its own."""

from dataclasses import dataclass
from datetime import datetime

from dialogue import Capability, Context, Text
from dialogue.answers import Invalid
from dialogue.links import NoAddress
from dialogue.pages import PageField, Visit
from union import applications, consents, identities, members
from union.consents import Purpose
from union.held import local
from union.identities import Fault
from union.members import AlreadyMember, NothingOpen

capability = Capability("identity", title="填写身份证号码")

_WRONG = {
    Fault.EMPTY: "请填写身份证号码，一共 18 位。",
    Fault.LETTERS: "身份证号码前 17 位是数字，最后一位是数字或 X，请再看一看。",
    Fault.DATE: "第 7 到 14 位是出生年月日，这里对不上，请对着身份证再看一看。",
    Fault.CHECK: "这个号码核对不上，可能有一位打错了，请对着身份证再看一看。",
    Fault.YOUNG: "年满 16 周岁才能入会，号码上的年龄还不到。如果填的是别人的，请改成您自己的。",
}


@dataclass(frozen=True, slots=True)
class Identity:
    number: str


def number(text: str, now: datetime) -> str:
    plain = identities.plain(text)
    fault = identities.fault(plain, local(now).date())
    if fault in (Fault.SHORT, Fault.LONG):
        raise Invalid(f"身份证号码是 18 位，这里是 {len(plain)} 位，请再核对一下。")
    if fault is not None:
        raise Invalid(_WRONG[fault])
    return plain


identity = capability.page(
    Identity,
    PageField("number", "身份证号码", number, hint="18 位，最后一位可能是 X", longest=40),
    title="填写身份证号码",
    notice="谁来用：受理您入会申请的工会和市总工会。\n"
    "为什么要：核对是您本人，避免重复登记会籍。身份证号码属于敏感个人信息，泄露了可能被人冒用，所以不在聊天里填，只在这一页填。\n"
    "怎么保护：加密保存，只有办理入会的工作人员能看，看一次记一次。\n"
    "留多久：入会后随会员名册按规定保存；没办成的，一年后删掉。您随时可以回复“撤回同意”“删除我的资料”。\n"
    "不填会怎样：入会这一步要等您带身份证到工会窗口核对，别的服务照常用。",
    consent="我已看过上面的说明，单独同意工会为办理入会处理我的身份证号码。",
    button="提交",
)


@capability.says(
    "填写身份证号", "填写身份证号码", "填身份证", "填身份证号", "补身份证号", "补填身份证号", "填写身份证"
)
@capability.opens
async def start(ctx: Context) -> Text:
    ctx.understood(None)
    application = await applications.newest(ctx.session, ctx.openid)
    if application is None or not application.is_open:
        return Text("现在没有要填身份证号码的事。想入会，回复“入会”；身份证号码请不要发在聊天里。")
    if not application.lacks_identity and application.mend != applications.IDENTITY:
        if application.has_identity:
            return Text("您的身份证号码已经收到，不用再填。想知道办到哪一步，回复“进度”。")
        return Text("受理您的工会不用登记身份证号码，不用填。想知道办到哪一步，回复“进度”。")
    try:
        link = await identity.link(ctx, str(application.id))
    except NoAddress:
        return Text(
            "网页还没开通。请带上身份证到受理您申请的工会窗口核对，或回复“人工”。号码请不要发在聊天里。"
        )
    return Text(
        f"请点开这个链接填写身份证号码：\n{link}\n\n"
        "只有您本人能打开，24 小时内有效，交一次就失效。过期了，回复“填写身份证号”再要一个。"
    )


@identity.submitted
async def keep(visit: Visit, filled: Identity) -> str:
    try:
        await members.keep_identity(visit.session, int(visit.subject), visit.openid, filled.number, visit.now)
    except NothingOpen:
        return "您的入会申请已经办结，这一步不用填了，号码没有保存。回到微信聊天窗口回复“进度”，看看结果。"
    except AlreadyMember as known:
        if known.own:
            return "您已经是会员了，不用再填，号码没有另外保存。"
        raise Invalid(
            "这个号码已经登记过会籍。请核对有没有填错；没填错的话，回到微信聊天窗口回复“人工”，请工作人员帮您查。"
        ) from None
    await consents.give(visit.session, visit.openid, Purpose.IDENTITY, visit.version, visit.now)
    return "身份证号码收到了，已经加密保存。您的入会申请接着往下办，有结果我在微信里告诉您。"
