"""What all talk about packs has in common: a pack in a line, a coupon with its code, and why not."""

from dialogue import Capability, Context
from dialogue.links import NoAddress
from dialogue.moments import moment, until
from union import course_sheets, places
from union.coupons import Coupon, Refused, Why
from union.courses import Audience
from union.packs import Pack

capability = Capability("packs", title="普惠礼包")
page = capability.view("我的礼包")

_SHORT = 20  # letters of a title, where many stand together
_WHY = {
    Why.UNKNOWN: "这份礼包找不到了，可能已经撤下。回复“礼包”看看现在有什么。",
    Why.CLOSED: "“{title}”已经停止领取了。回复“礼包”看看还有什么，回复“活动”看看近期的活动。",
    Why.GONE: "来晚了一步，“{title}”{amount} 份已经领完了，谢谢您来捧场。有人退回就还能领，可以过会儿再试；"
    "也可以回复“活动”看看近期还有什么，回复“附近驿站”去歇歇脚、喝口水。",
    Why.MEMBERS_ONLY: "“{title}”是给工会会员的。还没入会的话，回复“入会”，几分钟就能申请，下次就能一起领。",
    Why.OTHER_WORK: "“{title}”这一次是给{work}的。工种登记错了，回复“修改资料”；别的礼包，回复“礼包”看看。",
    Why.HAD: "“{title}”每人一份，您已经领过了，留一份给别的工友吧。回复“活动”看看近期还有什么。",
}


def told(pack: Pack, ctx: Context) -> str:
    if pack.opens_at > ctx.now:
        left = f"{moment(pack.opens_at)}开始领，共 {pack.amount} 份"
    else:
        left = f"还剩 {pack.left} 份" if pack.left else "已经领完"
    whose = f"，只给{_work(pack)}会员" if pack.work or pack.audience is Audience.MEMBERS else ""
    return f"{pack.title}：{left}{whose}\n{places.address(pack.district, pack.place)}，{until(pack.redeem_until)}前领走"


def _work(pack: Pack) -> str:
    return course_sheets.work_names([pack.work])[0] if pack.work else ""


async def worded(ctx: Context, mine: Coupon) -> str:
    pack = mine.pack
    if mine.redeemed_at is not None:
        return f"{pack.title}：{moment(mine.redeemed_at)}领走了"
    if not holds(mine, ctx):
        return f"{pack.title}：过了时间没领，码已经失效"
    lines = [
        f"{pack.title}（第 {mine.number} 份）",
        f"您的码：{spaced(mine.code)}",
        f"去哪里领：{places.address(pack.district, pack.place)}",
        f"{until(pack.redeem_until)}前给工作人员扫码领走，一个码只能用一次。",
    ]
    try:
        lines.insert(2, f"二维码：{await page.link(ctx, mine.code)}")
    except NoAddress:
        lines.insert(2, "去领的时候把码报给工作人员。")
    return "\n".join(lines)


def refusal(refused: Refused) -> str:
    pack = refused.pack
    if pack is None:
        return _WHY[Why.UNKNOWN]
    if refused.why is Why.NOT_YET:
        return f"“{pack.title}”还没开始，{moment(pack.opens_at)}开始领，到时候回复“礼包”。"
    return _WHY[refused.why].format(title=pack.title, amount=pack.amount, work=_work(pack))


def unredeemed(refused: Refused) -> str:
    if refused.why is Why.REDEEMED and refused.at is not None:
        return f"这个码{moment(refused.at)}已经用过了，不能再领。工友有疑问，请他回复“人工”。"
    if refused.why is Why.TOO_LATE:
        return "这个码过了领取时间，不能再用。"
    if refused.why is Why.OWN:
        return "自己的礼包要请别的同事来核销。"
    return "没有这个码，请再核对一遍：开头是 LB，后面 8 位里没有 0、1、I、L、O。"


def short(mine: Coupon) -> str:
    title = mine.pack.title
    return title if len(title) <= _SHORT else f"{title[:_SHORT]}…"


def holds(mine: Coupon, ctx: Context) -> bool:
    return mine.redeemed_at is None and mine.pack.redeem_until > ctx.now


def spaced(code: str) -> str:
    """In groups that are easy to read out; typed with or without them."""
    return f"{code[:2]} {code[2:6]} {code[6:]}"
