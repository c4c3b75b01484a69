"""Taking a pack, showing its code, giving it back, and handing it over."""

from collections.abc import Sequence

from dialogue import Choice, Context, Matter, Notice, Text, Transaction, numbered
from dialogue.moments import until
from dialogue.pages import Code, View, Visit
from dialogue.replies import MOST_BYTES, listed, with_choices
from handlers.packs.reading import CODE, TOPIC
from handlers.packs.words import capability, holds, page, refusal, short, spaced, told, unredeemed, worded
from union import coupons, packs, places, staff
from union.coupons import SCENE, Coupon, CouponMoved, CouponRedeemed, Refused
from union.packs import Pack
from union.rights import Forbidden

TAKEN, GIVEN_BACK = f"{capability.name}:take=", f"{capability.name}:back="
_SHOWN = 6
_PICK, _TAP = "回复序号就领。", "点一下或回复序号就领：\n"
_GONE = "这一条用不上了。回复“礼包”看看现在有什么可以领，回复“我的礼包”看您领到的。"


@capability.says(
    "礼包", "普惠礼包", "普惠", "领礼包", "领取礼包", "抢礼包", "我要领礼包", "我要礼包", "有什么礼包", "福利礼包",
    "礼包领取", "还有礼包吗", "会员礼包", "领福利", "抢福利", "礼包怎么领", "怎么领礼包", "礼包点领",
)  # fmt: skip
@capability.taps("PACKS")
@capability.opens
async def show(ctx: Context) -> Text:
    ctx.understood(TOPIC)
    coming = await packs.open_ones(ctx.session, ctx.now)
    found = sorted(coming, key=lambda one: not one.left)[:_SHOWN]
    if not found:
        return Text(
            "眼下没有可以领的礼包，一有新的就能在这里看到。\n回复“活动”看看近期的活动，回复“我的礼包”看您领到的，回复“普惠活动”了解会员优惠。"
        )
    lines = [told(one, ctx) for one in found]
    while len(_listed(lines).encode()) > MOST_BYTES:
        lines.pop()
    found = found[: len(lines)]
    choices = [Choice(f"领取：{one.title}", capability.name, f"take={one.id}") for one in found]
    ctx.offer(*choices, topic=TOPIC)
    plain = _listed(lines)
    tapped = f"{plain.removesuffix(_PICK)}{_TAP}{numbered(choices)}"
    detailed = [f"{line}\n{one.details}".strip() for line, one in zip(lines, found, strict=True)]
    full = f"{_listed(detailed).removesuffix(_PICK)}{_TAP}{numbered(choices)}"
    return Text(next((text for text in (full, tapped) if len(text.encode()) <= MOST_BYTES), plain))


def _listed(lines: Sequence[str]) -> str:
    numbered_lines = "\n\n".join(f"{number}. {one}" for number, one in enumerate(lines, start=1))
    return f"现在的礼包，先到先得，每人一份：\n\n{numbered_lines}\n\n{_PICK}"


@capability.says(
    "我的礼包",
    "我的券",
    "我的码",
    "礼包码",
    "我的礼包码",
    "领到的礼包",
    "我领的礼包",
    "我的兑换码",
    "退礼包",
    "礼包退掉",
    "不要礼包了",
    "礼包不要了",
    "礼包去哪里领",
    "礼包在哪里领",
)
async def show_mine(ctx: Context) -> Text:
    return await tell_mine(ctx)


async def tell_mine(ctx: Context, before: str = "") -> Text:
    """All that the worker has, below what is said before."""
    ctx.understood(TOPIC)
    mine = sorted(await coupons.mine(ctx.session, ctx.openid), key=lambda one: not holds(one, ctx))[:_SHOWN]
    if not mine:
        return Text("您还没有领过礼包。回复“礼包”，看看现在有什么可以领。")
    held = [one for one in mine if holds(one, ctx)]
    choices = list(map(_to_give_back, held))
    ctx.offer(*choices, topic=TOPIC)
    taken = sum(len(one.label.encode()) + 4 for one in choices) + len(before.encode()) + 2
    body = f"{before}{await _mine_within(ctx, mine, MOST_BYTES - taken)}"
    room = MOST_BYTES - len(f"{body}\n\n".encode())
    return Text(f"{body}\n\n{listed(choices, room)}" if choices else body)


async def _mine_within(ctx: Context, mine: Sequence[Coupon], room: int) -> str:
    """Where their codes do not all fit with all that belongs to them, each is to be asked for by its code."""
    full = "\n\n".join(["您的礼包：", *[await worded(ctx, one) for one in mine]])
    if len(full.encode()) <= room:
        return full
    lines = [
        f"{short(one)}：{spaced(one.code)}，{until(one.pack.redeem_until)}前领走"
        for one in mine
        if holds(one, ctx)
    ]
    return "\n\n".join(["您的礼包：", *lines, "把码发给我，给您看去哪里领、二维码。"])


@capability.progress
async def report(ctx: Context) -> list[str]:
    mine = await coupons.mine(ctx.session, ctx.openid)
    return [
        f"{one.pack.title}：还没领走，{until(one.pack.redeem_until)}前去领，回复“我的礼包”看码"
        for one in mine
        if holds(one, ctx)
    ]


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    deed, _, rest = argument.partition("=")
    if deed == "take" and rest.isdecimal() and len(rest) < 16:
        return await take(ctx, int(rest))
    if deed == "see" and rest.isdecimal() and len(rest) < 16:
        return await see(ctx, int(rest))
    if deed == "back":
        return await ask_to_give_back(ctx, rest)
    if deed == "gone":
        return await _give_back(ctx, rest)
    if deed == "keep":
        return Text("好的，给您留着。回复“我的礼包”看码和领取地点。")
    return Text(_GONE)


@capability.scans("pack")
async def scan(ctx: Context, code: str) -> Text:
    """The QR code on a worker's page: staff hand the pack over, its owner is told what to do with it."""
    return await hand_over(ctx, code)


@capability.hears(CODE)
async def type_code(ctx: Context, code: str) -> Text:
    return await hand_over(ctx, code)


@capability.tells(CouponRedeemed)
def redeemed(fact: CouponRedeemed) -> Notice:
    return Notice(
        f"“{fact.pack.title}”已经领走了，这个码不能再用。不是您本人领的，马上回复“人工”告诉我们。",
        at_once=True,
    )


@capability.tells(CouponMoved)
def moved(fact: CouponMoved) -> Notice:
    pack = fact.pack
    return Notice(
        f"通知：您领到的“{pack.title}”，领取的地点或时间改了，现在是：\n\n去哪里领：{places.address(pack.district, pack.place)}\n"
        f"最晚：{until(pack.redeem_until)}前领走\n\n您的码没有变，回复“我的礼包”就看得到；去不了的话，也在那里退给别的工友。",
        pack.redeem_until,
        own=Transaction(Matter.EVENTS, pack.title, "领取的地点或时间改了", "回复“我的礼包”看现在怎么领"),
    )


@page.shown
async def draw(visit: Visit) -> View:
    mine = await coupons.coupon(visit.session, visit.openid, visit.subject)
    if mine is None:
        return View("我的礼包", "这份礼包已经不在您名下了。回到聊天窗口回复“我的礼包”看看。")
    latest = until(mine.pack.redeem_until)
    rows = [
        ("礼包", mine.pack.title),
        ("在哪里领", places.address(mine.pack.district, mine.pack.place)),
        ("最晚", latest),
    ]
    if mine.redeemed_at is not None:
        return View("已经领走了", "这份礼包已经领走，这个码不能再用。", rows=rows)
    if mine.pack.redeem_until <= visit.now:
        return View("过了时间", "领取时间已经过了。有疑问，回到聊天窗口回复“人工”。", rows=rows)
    return View(
        "给工作人员扫这个码",
        "每个码只能用一次，请不要截图发给别人。扫不了，就把码报给工作人员。",
        rows=rows,
        code=Code(f"{SCENE}{mine.code}", spaced(mine.code)),
    )


async def see(ctx: Context, pack_id: int) -> Text:
    """A line of what was told as new; nobody takes one by mistake."""
    ctx.understood(TOPIC)
    found = await packs.find(ctx.session, pack_id)
    if found is None or found.closed or found.closes_at <= ctx.now:
        return Text(_GONE)
    choices = [Choice(f"领取：{found.title}", capability.name, f"take={found.id}")]
    ctx.offer(*choices, topic=TOPIC)
    shown = f"{told(found, ctx)}\n{found.details[: packs.DETAILS_LETTERS]}".strip()
    return Text(f"{shown}\n\n先到先得，每人一份。{_TAP}{numbered(choices)}")


async def take(ctx: Context, pack_id: int) -> Text:
    ctx.understood(TOPIC)
    try:
        mine = await coupons.take(ctx.session, ctx.openid, pack_id, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    ctx.hurry()
    shown = await worded(ctx, mine)
    if mine.taken_at == ctx.now:
        details = mine.pack.details[: packs.DETAILS_LETTERS]
        return Text("\n\n".join(filter(None, ("领到了！", shown, details))))
    head = "您已经领过了，码在这里：" if holds(mine, ctx) else "您已经领过了，每人一份："
    return Text(f"{head}\n\n{shown}")


def _to_give_back(mine: Coupon) -> Choice:
    return Choice(f"退掉：{short(mine)}", capability.name, f"back={mine.code}")


async def ask_which_to_give_back(ctx: Context, mine: Sequence[Coupon]) -> Text:
    if len(mine) == 1:
        return await ask_to_give_back(ctx, mine[0].code)
    choices = list(map(_to_give_back, mine[:_SHOWN]))
    ctx.ask_which(*choices, topic=TOPIC)
    return with_choices("您要退哪一份？点一下或回复序号：", choices)


async def ask_to_give_back(ctx: Context, code: str) -> Text:
    """A pack is not lost by a slip of the thumb."""
    ctx.understood(TOPIC)
    mine = await coupons.coupon(ctx.session, ctx.openid, code)
    if mine is None or mine.redeemed_at is not None:
        return Text(_not_to_give_back(mine))
    choices = ctx.ask(
        yes=Choice("确定退掉", capability.name, f"gone={code}"),
        no=Choice("留着", capability.name, "keep"),
        topic=TOPIC,
        careful=True,
    )
    after = (
        "会让给别的工友，再领不一定还有"
        if _is_given(mine.pack, ctx)
        else "这个礼包已经停止领取，退了就领不回来"
    )
    return Text(f"确定退掉“{mine.pack.title}”吗？{after}。\n\n{numbered(choices)}")


async def _give_back(ctx: Context, code: str) -> Text:
    ctx.understood(TOPIC)
    mine = await coupons.coupon(ctx.session, ctx.openid, code)
    if mine is None or not await coupons.give_back(ctx.session, ctx.openid, code):
        return Text(_not_to_give_back(mine))
    if _is_given(mine.pack, ctx):
        return Text("好的，让给别的工友了，谢谢您。回复“礼包”看看别的。")
    return Text("好的，帮您退掉了。回复“礼包”看看别的。")


def _not_to_give_back(mine: Coupon | None) -> str:
    if mine is None:
        return "这份已经不在您名下了。回复“我的礼包”看看。"
    return "这份已经领走了，不能再退。不是您本人领的，回复“人工”告诉我们。"


def _is_given(pack: Pack, ctx: Context) -> bool:
    return not pack.closed and pack.closes_at > ctx.now


async def hand_over(ctx: Context, code: str) -> Text:
    ctx.understood(TOPIC)
    mine = await coupons.coupon(ctx.session, ctx.openid, coupons.plain(code))
    if mine is not None and not holds(mine, ctx):
        return Text(f"这是您自己的码。\n\n{await worded(ctx, mine)}")
    if mine is not None:
        return Text(f"这是您自己的码，去领的时候给工作人员扫：\n\n{await worded(ctx, mine)}")
    someone = await staff.bound_to(ctx.session, ctx.openid)
    if someone is None:
        return Text("这个码要由发礼包的工作人员来扫。您自己的码，回复“我的礼包”看；想领礼包，回复“礼包”。")
    try:
        done, fact = await coupons.redeem(ctx.session, someone, code, ctx.now)
    except Forbidden:
        return Text("这份礼包不归您这边发，请让工友去指定的地点领。")
    except Refused as refused:
        return Text(unredeemed(refused))
    await ctx.tell(fact)
    return Text(
        f"核销成功，请把礼包交给工友：\n{done.pack.title}（第 {done.number} 份）\n码：{spaced(done.code)}"
    )
