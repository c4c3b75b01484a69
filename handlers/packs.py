"""First-come packs: one each, a code with a QR that opens for its owner alone, and handing over by staff."""

from datetime import datetime

from dialogue import Capability, Choice, Context, Notice, Text, numbered
from dialogue.dates import spoken_day
from dialogue.links import NoAddress
from dialogue.pages import Code, View, Visit
from union import coupons, course_sheets, packs, places, staff
from union.calendars import CHINA
from union.coupons import SCENE, Coupon, CouponRedeemed, Refused, Why
from union.courses import Audience
from union.packs import Pack
from union.rights import Forbidden

capability = Capability("packs", title="普惠礼包")

_TOPIC = "member-offers"
_SHOWN = 6
_GONE = "这一条用不上了。回复“礼包”看看现在有什么可以领，回复“我的礼包”看您领到的。"
_WHY = {
    Why.UNKNOWN: "这份礼包找不到了，可能已经撤下。回复“礼包”看看现在有什么。",
    Why.CLOSED: "“{title}”已经停止领取了。回复“礼包”看看还有什么，回复“活动”看看近期的活动。",
    Why.GONE: "来晚了一步，“{title}”{amount} 份已经领完了，谢谢您来捧场。有人退回就还能领，可以过会儿再试；"
    "也可以回复“活动”看看近期还有什么，回复“附近驿站”去歇歇脚、喝口水。",
    Why.MEMBERS_ONLY: "“{title}”是给工会会员的。还没入会的话，回复“入会”，几分钟就能申请，下次就能一起领。",
    Why.OTHER_WORK: "“{title}”这一次是给{work}的。工种登记错了，回复“修改资料”；别的礼包，回复“礼包”看看。",
    Why.HAD: "“{title}”每人一份，您已经领过了，留一份给别的工友吧。回复“活动”看看近期还有什么。",
}

page = capability.view("我的礼包")


@capability.says(
    "礼包", "普惠礼包", "普惠", "领礼包", "领取礼包", "抢礼包", "我要领礼包", "我要礼包", "有什么礼包", "福利礼包",
    "礼包领取", "还有礼包吗", "会员礼包", "领福利", "抢福利",
)  # fmt: skip
@capability.taps("PACKS")
@capability.opens
async def show(ctx: Context) -> Text:
    ctx.understood(_TOPIC)
    found = (await packs.open_ones(ctx.session, ctx.now))[:_SHOWN]
    if not found:
        return Text(
            "眼下没有可以领的礼包，一有新的就能在这里看到。\n回复“活动”看看近期的活动，回复“我的礼包”看您领到的，回复“普惠活动”了解会员优惠。"
        )
    choices = [Choice(f"领取：{one.title}", capability.name, f"take={one.id}") for one in found]
    ctx.offer(*choices, topic=_TOPIC)
    lines = "\n\n".join(f"{number}. {_told(one, ctx)}" for number, one in enumerate(found, start=1))
    return Text(f"现在的礼包，先到先得，每人一份：\n\n{lines}\n\n点一下或回复序号就领：\n{numbered(choices)}")


@capability.says(
    "我的礼包", "我的券", "我的码", "礼包码", "我的礼包码", "领到的礼包", "我领的礼包", "我的兑换码"
)
async def show_mine(ctx: Context) -> Text:
    ctx.understood(_TOPIC)
    mine = (await coupons.mine(ctx.session, ctx.openid))[:_SHOWN]
    if not mine:
        return Text("您还没有领过礼包。回复“礼包”，看看现在有什么可以领。")
    lines = [await _worded(ctx, one) for one in mine]
    open_ones = [one for one in mine if _holds(one, ctx)]
    text = "您的礼包：\n\n" + "\n\n".join(lines)
    if not open_ones:
        return Text(text)
    choices = [
        Choice(f"不要了，让给别人：{one.pack.title}", capability.name, f"back={one.code}")
        for one in open_ones
    ]
    ctx.offer(*choices, topic=_TOPIC)
    both = f"{text}\n\n{numbered(choices)}"
    return Text(both if len(both.encode()) <= 2048 else text)


@capability.progress
async def report(ctx: Context) -> list[str]:
    mine = await coupons.mine(ctx.session, ctx.openid)
    return [
        f"{one.pack.title}：还没领走，{_day(one.pack.redeem_until)}前去领，回复“我的礼包”看码"
        for one in mine
        if _holds(one, ctx)
    ]


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    deed, _, rest = argument.partition("=")
    if deed == "take" and rest.isdecimal() and len(rest) < 16:
        return await _take(ctx, int(rest))
    if deed == "back":
        return await _give_back(ctx, rest)
    return Text(_GONE)


@capability.scans("pack")
async def scan(ctx: Context, code: str) -> Text:
    """The QR code on a worker's page: staff hand the pack over, its owner is told what to do with it."""
    return await _redeem(ctx, code)


@capability.hears(r"(?:核销|兑换|领取|核销礼包)?(lb[2-9a-hjkmnp-z]{8})")
async def type_code(ctx: Context, code: str) -> Text:
    return await _redeem(ctx, code)


@capability.tells(CouponRedeemed)
def redeemed(fact: CouponRedeemed) -> Notice:
    return Notice(f"“{fact.pack.title}”已经领走了，这个码不能再用。不是您本人领的，马上回复“人工”告诉我们。")


@page.shown
async def draw(visit: Visit) -> View:
    mine = await coupons.coupon(visit.session, visit.openid, visit.subject)
    if mine is None:
        return View("我的礼包", "这份礼包已经不在您名下了。回到聊天窗口回复“我的礼包”看看。")
    until = _moment(mine.pack.redeem_until)
    rows = [("礼包", mine.pack.title), ("在哪里领", _where(mine.pack)), ("最晚", until)]
    if mine.redeemed_at is not None:
        return View("已经领走了", "这份礼包已经领走，这个码不能再用。", rows=rows)
    if mine.pack.redeem_until <= visit.now:
        return View("过了时间", "领取时间已经过了。有疑问，回到聊天窗口回复“人工”。", rows=rows)
    return View(
        "给工作人员扫这个码",
        "每个码只能用一次，请不要截图发给别人。扫不了，就把码报给工作人员。",
        rows=rows,
        code=Code(f"{SCENE}{mine.code}", _spaced(mine.code)),
    )


async def _take(ctx: Context, pack_id: int) -> Text:
    ctx.understood(_TOPIC)
    try:
        mine = await coupons.take(ctx.session, ctx.openid, pack_id, ctx.now)
    except Refused as refused:
        return Text(_refusal(refused))
    ctx.hurry()
    head = "领到了！" if mine.taken_at == ctx.now else "您已经领过了，码在这里："
    return Text(f"{head}\n\n{await _worded(ctx, mine)}")


async def _give_back(ctx: Context, code: str) -> Text:
    ctx.understood(_TOPIC)
    if not await coupons.give_back(ctx.session, ctx.openid, code):
        return Text("这份已经不在您名下了。回复“我的礼包”看看。")
    return Text("好的，让给别的工友了，谢谢您。回复“礼包”看看别的。")


async def _redeem(ctx: Context, code: str) -> Text:
    ctx.understood(_TOPIC)
    someone = await staff.bound_to(ctx.session, ctx.openid)
    if someone is None:
        return await _explain(ctx, code)
    try:
        done, fact = await coupons.redeem(ctx.session, someone, code, ctx.now)
    except Forbidden:
        return Text("这份礼包不归您这边发，请让工友去指定的地点领。")
    except Refused as refused:
        return Text(_unredeemed(refused))
    if fact.openid != ctx.openid:
        await ctx.tell(fact)
    return Text(
        f"核销成功，请把礼包交给工友：\n{done.pack.title}（第 {done.number} 份）\n码：{_spaced(done.code)}"
    )


async def _explain(ctx: Context, code: str) -> Text:
    mine = await coupons.coupon(ctx.session, ctx.openid, coupons.plain(code))
    if mine is not None:
        return Text(f"这是您自己的码，去领的时候给工作人员扫：\n\n{await _worded(ctx, mine)}")
    return Text("这个码要由发礼包的工作人员来扫。您自己的码，回复“我的礼包”看；想领礼包，回复“礼包”。")


# --- Wording ---


def _told(pack: Pack, ctx: Context) -> str:
    if pack.opens_at > ctx.now:
        left = f"{_moment(pack.opens_at)}开始领，共 {pack.amount} 份"
    else:
        left = f"还剩 {pack.left} 份" if pack.left else "已经领完"
    whose = "，只给会员" if pack.audience is Audience.MEMBERS else ""
    return f"{pack.title}：{left}{whose}\n{_where(pack)}，{_day(pack.redeem_until)}前领走" + (
        f"\n{pack.details}" if pack.details else ""
    )


async def _worded(ctx: Context, mine: Coupon) -> str:
    pack = mine.pack
    if mine.redeemed_at is not None:
        return f"{pack.title}：{_moment(mine.redeemed_at)}领走了"
    if not _holds(mine, ctx):
        return f"{pack.title}：过了时间没领，码已经失效"
    lines = [
        f"{pack.title}（第 {mine.number} 份）",
        f"您的码：{_spaced(mine.code)}",
        f"去哪里领：{_where(pack)}",
        f"{_moment(pack.redeem_until)}前给工作人员扫码领走，一个码只能用一次。",
    ]
    try:
        lines.insert(2, f"二维码：{await page.link(ctx, mine.code)}")
    except NoAddress:
        lines.insert(2, "去领的时候把码报给工作人员。")
    return "\n".join(lines)


def _refusal(refused: Refused) -> str:
    pack = refused.pack
    if pack is None:
        return _WHY[Why.UNKNOWN]
    if refused.why is Why.NOT_YET:
        return f"“{pack.title}”还没开始，{_moment(pack.opens_at)}开始领，到时候回复“礼包”。"
    work = course_sheets.work_names([pack.work])[0] if pack.work else ""
    return _WHY[refused.why].format(title=pack.title, amount=pack.amount, work=work)


def _unredeemed(refused: Refused) -> str:
    if refused.why is Why.REDEEMED and refused.at is not None:
        return f"这个码{_moment(refused.at)}已经用过了，不能再领。工友有疑问，请他回复“人工”。"
    if refused.why is Why.TOO_LATE:
        return "这个码过了领取时间，不能再用。"
    return "没有这个码，请再核对一遍：开头是 LB，后面 8 位里没有 0、1、I、L、O。"


def _holds(mine: Coupon, ctx: Context) -> bool:
    return mine.redeemed_at is None and mine.pack.redeem_until > ctx.now


def _where(pack: Pack) -> str:
    named = places.label(pack.district) if pack.district else ""
    return pack.place if not named or pack.place.startswith(named) else f"{named} {pack.place}"


def _spaced(code: str) -> str:
    """In groups that are easy to read out; typed with or without them."""
    return f"{code[:2]} {code[2:6]} {code[6:]}"


def _day(instant: datetime) -> str:
    return spoken_day(instant.astimezone(CHINA).date())


def _moment(instant: datetime) -> str:
    return f"{_day(instant)} {instant.astimezone(CHINA):%H:%M}"
