"""What is written of packs in free words, answered: the list, a pack by its name, and a code without its beginning."""

from dialogue import Context, Text
from handlers.packs.giving import (
    GIVEN_BACK,
    TAKEN,
    ask_which_to_give_back,
    hand_over,
    see,
    show,
    take,
    tell_mine,
)
from handlers.packs.reading import (
    About,
    CodeAsked,
    Wish,
    asks_of_code,
    bare_code,
    gives_back,
    is_called,
    is_titled,
    takes,
    wish,
)
from handlers.packs.words import capability, holds
from union import coupons, packs, staff

_SAID_FIRST = {
    About.USE: "",
    About.OTHERS: "码是给您本人领的，只能用一次，被别人用掉就没有了，请不要发出去。自己去不了，可以退掉，让给别的工友。\n\n",
    About.LATE: "过了最后时间，码就用不了了；没过的，在那之前去领就行。有特殊情况，回复“人工”说一声。\n\n",
}


@capability.understands(asks_of_code)
async def tell_of_code(ctx: Context, asked: CodeAsked) -> Text | None:
    """Whoever has a pack is shown its code, where it is handed over and until when."""
    if asked.is_named or await coupons.mine(ctx.session, ctx.openid):
        return await tell_mine(ctx, _SAID_FIRST[asked.about])
    return None


@capability.understands(bare_code)
async def take_bare_code(ctx: Context, code: str) -> Text | None:
    """From staff, or of the worker's own; anybody else has written some word."""
    mine = await coupons.coupon(ctx.session, ctx.openid, coupons.plain(code))
    if mine is None and await staff.bound_to(ctx.session, ctx.openid) is None:
        return None
    return await hand_over(ctx, code)


@capability.understands(takes)
async def take_the_shown(ctx: Context, _: bool) -> Text | None:
    """The one that was shown; of several the list is shown again."""
    shown = [one for one in ctx.conversation.on_offer(ctx.now) if one.startswith(TAKEN)]
    if not shown:
        return None
    return await take(ctx, int(shown[0].removeprefix(TAKEN))) if len(shown) == 1 else await show(ctx)


@capability.understands(gives_back)
async def give_back_the_named(ctx: Context, name: str) -> Text | None:
    """Of the worker's own, the one of that name, or what was shown."""
    if not name and not any(one.startswith(GIVEN_BACK) for one in ctx.conversation.on_offer(ctx.now)):
        return None
    held = [one for one in await coupons.mine(ctx.session, ctx.openid) if holds(one, ctx)]
    meant = [one for one in held if not name or is_called(one.pack.title, name)]
    return await ask_which_to_give_back(ctx, meant) if meant else None


@capability.understands(wish)
async def find_by_name(ctx: Context, wish: Wish) -> Text | None:
    """The pack of that name where one is on; else the list, or, where only some name was written, no answer of ours."""
    if not wish.name:
        return await show(ctx)
    coming = await packs.open_ones(ctx.session, ctx.now)
    meant = [one for one in coming if is_called(one.title, wish.name)]
    meant = [one for one in meant if is_titled(one.title, wish.name)] or meant
    if len(meant) == 1:
        is_shown = wish.is_line and f"{TAKEN}{meant[0].id}" in ctx.conversation.on_offer(ctx.now)
        return await (take if is_shown else see)(ctx, meant[0].id)
    if len(wish.name) == 1:  # “大礼包” may be any
        return await show(ctx)
    return await show(ctx) if meant or (coming and wish.takes) else None
