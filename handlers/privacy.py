"""The worker's data in the worker's hands: what it is for, what is held, a copy of it, an end to it."""

from dataclasses import dataclass

from dialogue import Capability, Choice, Context, Text, numbered
from dialogue.answers import last_four, masked_name
from dialogue.links import NoAddress
from dialogue.pages import File, Sheet, Visit
from union import (
    accesses,
    held,
    members,
    retention,
    wishes,
)
from union.departures import Cause, Forgetting
from union.held import Held

capability = Capability("privacy", title="隐私与我的资料")

_ERASE, _KEEP = "erase", "keep"
_CONSENTS = "consents"  # the capability by which consent is taken back


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a table is called before workers, and its columns."""

    title: str
    columns: dict[str, str]


_WHEN, _STATE = "时间", "状态"
_PERSON = {"name": "姓名", "mobile": "手机", "phone": "手机", "id_number": "身份证号码", "employer": "单位"}
KINDS = {
    "messages": _Kind("聊天记录", {"created_at": _WHEN, "direction": "方向", "body": "内容"}),
    "contacts": _Kind("关注记录", {"first_seen": "最早来访", "followed_at": "关注时间", "scene": "扫的码"}),
    "conversations": _Kind("对话状态", {"heard_at": "最近说话", "topic": "最近话题", "form": "没填完的表"}),
    "handovers": _Kind("人工服务", {"asked_at": "找人工的时间", "closed_at": "结束时间", "helped": "有没有帮助"}),
    "handover_words": _Kind("留给工作人员的联系方式", {"said_at": _WHEN, "words": "您说的"}),
    "tickets": _Kind("订阅消息的同意", {"granted_at": "最近同意时间", "count": "还能用几次"}),
    "station_reports": _Kind("反映的驿站问题", {"at": _WHEN, "problem": "问题", "settled_at": "处理时间"}),
    "job_applications": _Kind("岗位报名", {**_PERSON, "applied_at": _WHEN, "state": _STATE, "words": "单位的答复", "starts_on": "上班日", "start_due_on": "预计上班日", "started": "到岗没有", "got_paid": "领到工钱没有"}),
    "deadline_reminders": _Kind("期限提醒", {"asked_at": "设提醒的时间", "last": "最后一天", "day": "提醒日"}),
    "evidence": _Kind("没答好的问题", {"at": _WHEN, "question": "问题"}),
    "subscriptions": _Kind("订阅", {"topic": "订什么", "wish": "条件", "frequency": "多久一次", "consented_at": "同意时间", "told_until": "看到哪时为止的", "ended_at": "退订时间"}),
    "page_links": _Kind("发过的安全链接", {"made_at": "发出时间", "expires_at": "有效到", "spent_at": "提交时间"}),
    "departures": _Kind("删除请求", {"at": _WHEN}),
    "consents": _Kind("同意记录", {"purpose": "用途", "given_at": "同意时间", "ended_at": "撤回时间"}),
    "accesses": _Kind("查看记录", {"at": _WHEN, "staff": "查看人编号", "what": "看了什么"}),
    "photos": _Kind("发来的照片", {"sent_at": _WHEN, "state": _STATE}),
    "applications": _Kind(
        "入会申请",
        {**_PERSON, "place": "地方", "work": "工种", "status": _STATE, "submitted_at": "提交时间", "reason": "退回原因"},
    ),
    "decisions": _Kind("审批意见", {"at": _WHEN, "verdict": "结果", "reason": "理由"}),
    "members": _Kind(
        "会员登记",
        {"number": "会员编号", **_PERSON, "place": "地方", "work": "工种", "admitted_at": "入会时间", "left_at": "退会时间"},
    ),
    "member_proofs": _Kind("接回会籍没对上", {"at": _WHEN}),
    "mobile_checks": _Kind("入会核对过手机号", {"at": _WHEN}),
    "enrolments": _Kind(
        "培训报名",
        {"signed_at": "报名时间", "name": "姓名", "phone": "手机", "state": _STATE, "certificate": "证书编号", "stars": "打分", "words": "评价"},
    ),
    "event_signups": _Kind("活动报名", {"signed_at": "报名时间", "name": "姓名", "phone": "手机", "state": _STATE, "came_at": "签到时间"}),
    "pack_coupons": _Kind("领过的礼包", {"taken_at": "领取时间", "code": "兑换码", "redeemed_at": "兑换时间"}),
    "attendances": _Kind("培训签到", {"at": _WHEN}),
    "lesson_reminders": _Kind("上课提醒", {"at": _WHEN}),
    "scene_scans": _Kind("扫码记录", {"scene": "哪个码", "at": _WHEN}),
    "list_recipients": _Kind("通知名单", {"list_id": "名单编号"}),
    "staff": _Kind("工作人员登记", {"name": "姓名", "district": "区域", "added_at": "登记时间"}),
    "staff_wrong_codes": _Kind("绑定码输错", {"at": _WHEN}),
}  # fmt: skip
_WORDS = {
    "in": "您说的", "out": "我们说的", "True": "是", "False": "否",
    "offered": "有座位等您确认", "enrolled": "已报名", "lapsed": "已过期", "cancelled": "已停办",
    "wanted": "正在取", "held": "已存好", "lost": "没取到",
    "sent": "已报名", "invited": "约了面试", "hired": "录用",
    "waiting": "办理中", "returned": "退回补充", "admitted": "已入会", "declined": "未通过", "withdrawn": "已撤回",
    "membership": "办理入会", "identity": "核对身份证号码", "training": "培训报名", "jobs": "岗位报名",
    "events": "活动报名",
    "topic.jobs": "新岗位", "topic.training": "培训", "topic.welfare": "活动和福利", "topic.notices": "工会通知",
    "topic.stations": "驿站消息", "once": "有了马上告诉", "daily": "每天最多一次", "weekly": "每周最多一次",
}  # fmt: skip
_CODED = {
    "topic",
    "frequency",
    "direction",
    "status",
    "state",
    "verdict",
    "purpose",
    "started",
    "got_paid",
    "helped",
}
_MASKED = {"name": masked_name, "mobile": last_four, "phone": last_four, "id_number": last_four}

copy = capability.file(
    title="导出我的资料",
    notice="点下面的按钮，我当场把您在这里的资料做成一个表格文件给您。\n"
    "文件里有您的姓名、手机等信息，请自己收好，不要转发。\n文件不会在我们这里另外保存；链接一小时内有效；没下载成，十分钟内可以再点，最多三次。",
    button="下载我的资料",
)


@capability.says(
    "隐私", "隐私政策", "隐私说明", "个人信息保护", "我的信息安全吗", "你们怎么用我的信息", "信息安全"
)
@capability.taps("PRIVACY")
@capability.opens
async def explain(ctx: Context) -> Text:
    choices = (
        Choice("我的资料", capability.name, "show"),
        Choice("导出我的资料", capability.name, "copy"),
        Choice("撤回同意", _CONSENTS, "list"),
        Choice("删除我的资料", capability.name, "ask"),
    )
    ctx.offer(*choices)
    return Text(
        "您的信息，我们这样用：\n\n"
        f"聊天：只为回答您、把回答改好，{retention.CHAT.days} 天后删掉内容。\n"
        "入会：姓名、手机、地方、工种、单位，只为办会籍。会员名册按规定长期保存。\n"
        "培训、活动：姓名、手机，只为安排座位、发通知和证书。\n"
        "订阅：只记您想收什么、多久一次，回复“退订”就停。\n"
        "身份证号：只在安全网页里填，要您单独同意，只为核对会籍。\n\n"
        "这些都加密保存，不卖、不给无关的人；工作人员每看一次都会留下记录。每一项都先问您同不同意，不同意也能问问题、找人工。\n"
        "取消关注，我就把微信里来的记录都删掉。\n\n"
        f"您随时可以：\n{numbered(choices)}"
    )


@capability.says("我的资料", "我的信息", "我的数据", "查看我的资料", "你们有我什么信息")
async def show(ctx: Context) -> Text:
    ctx.understood(None)
    found = await held.of(ctx.session, ctx.openid)
    lines = [_line(name, [one for one in found if one.table == name]) for name in KINDS]
    shown = "\n".join(line for line in lines if line)
    return Text(
        f"您在我这里有这些（号码打了星号）：\n\n{shown}\n\n"
        "要一份完整的，回复“导出我的资料”；不想留了，回复“删除我的资料”。想知道都怎么用，回复“隐私”。"
    )


def _line(table: str, rows: list[Held]) -> str:
    if not rows:
        return ""
    newest = rows[-1].values
    shown = [mask(str(newest[name])) for name, mask in _MASKED.items() if newest.get(name)]
    return f"· {KINDS[table].title}：{len(rows)} 条" + (f"（{'，'.join(shown)}）" if shown else "")


@capability.says("导出我的资料", "导出我的信息", "导出我的数据", "下载我的资料")
async def hand_out(ctx: Context) -> Text:
    ctx.understood(None)
    try:
        link = await copy.link(ctx)
    except NoAddress:
        return Text("现在还不能在这里下载。请回复“人工”，我请工作人员把您的资料交给您本人。")
    return Text(
        f"请点开这个链接下载您的资料：\n{link}\n\n只有您自己能打开，转发给别人也打不开。一小时内有效；没下载成，十分钟内可以再点，最多三次。"
    )


@copy.made
async def make(visit: Visit) -> File:
    found = await held.of(visit.session, visit.openid)
    await accesses.log(
        visit.session, "self", "export", "took a copy of their own data", visit.now, visit.openid
    )
    sheets = [_sheet(kind, [one for one in found if one.table == name]) for name, kind in KINDS.items()]
    return File(f"我的资料{held.local(visit.now):%Y%m%d}", [sheet for sheet in sheets if sheet.rows])


def _sheet(kind: _Kind, rows: list[Held]) -> Sheet:
    # Columns that no row has anything in would only make the sheet wider.
    names = [name for name in kind.columns if any(one.values.get(name) for one in rows)]
    cells = [[_told(name, one.values.get(name, "")) for name in names] for one in rows]
    return Sheet(kind.title, [kind.columns[name] for name in names], cells)


def _told(column: str, value: str) -> str:
    if column == "wish":
        return wishes.told(value)
    return _WORDS.get(f"{column}.{value}") or _WORDS.get(value, value) if column in _CODED else value


@capability.says("删除我的资料", "删除我的信息", "删除我的数据", "注销", "注销账号", "忘记我")
async def ask(ctx: Context) -> Text:
    member = await members.member(ctx.session, ctx.openid)
    choices = ctx.ask(
        yes=Choice("确认删除", capability.name, _ERASE),
        no=Choice("先不删", capability.name, _KEEP),
        careful=True,
    )
    roll = (
        "您是工会会员，会员名册按规定要保存，这一份会留着；不想当会员了，请回复“退会”。\n\n" if member else ""
    )
    return Text(
        "删除以后，聊天内容、没填完的表、没办完的申请和报名、同意记录都没了，找不回来。\n"
        "没办完的申请和报名会一起取消，座位让给排队的人。\n\n"
        f"{roll}您确定吗？\n{numbered(choices)}"
    )


@capability.says("确认删除")
async def confirm(ctx: Context) -> Text:
    if f"{capability.name}:{_ERASE}" not in ctx.conversation.on_offer(ctx.now):
        return await ask(ctx)
    return await _erase(ctx)


@capability.says("先不删", "不删了", "不删", "先不删了")
async def keep(ctx: Context) -> Text:
    ctx.understood(None)
    return Text("好的，什么都没删。有事接着问我。")


async def _erase(ctx: Context) -> Text:
    told = await ctx.use(Forgetting).forget(ctx.session, ctx.openid, Cause.ASKED, ctx.now)
    await ctx.tell(*told)
    ctx.forget()
    return Text("已经删好了。刚才这几句话，一分钟内也会清掉。\n\n以后有事照样可以问我，就当我们第一次见面。")


@capability.happens("unsubscribe")
async def farewell(ctx: Context) -> None:
    """Nothing can be said to somebody who has left; what came from WeChat goes with them."""
    told = await ctx.use(Forgetting).forget(ctx.session, ctx.openid, Cause.UNFOLLOWED, ctx.now)
    await ctx.tell(*told)
    ctx.forget()


@capability.picks
async def picked(ctx: Context, argument: str) -> Text:
    leads = {"show": show, "copy": hand_out, "ask": ask, _ERASE: confirm, _KEEP: keep}
    return await leads.get(argument, explain)(ctx)


@capability.cautions
def caution() -> str:
    return (
        "（您发来的内容里像有身份证号或银行卡号，我先打上星号才保存。聊天不是填这类号码的地方，"
        "要用到时我会给您一个只有您能打开的安全网页。）"
    )
