"""What is written of packs in free words, answered: the list, a pack by its name, and a code without its beginning."""

from dialogue import Context, Text
from handlers.packs.giving import hand_over, see, show
from handlers.packs.reading import Wish, bare_code, is_called, wish
from handlers.packs.words import capability
from union import coupons, packs, staff


@capability.understands(bare_code)
async def take_bare_code(ctx: Context, code: str) -> Text | None:
    """From staff, or of the worker's own; anybody else has written some word."""
    mine = await coupons.coupon(ctx.session, ctx.openid, coupons.plain(code))
    if mine is None and await staff.bound_to(ctx.session, ctx.openid) is None:
        return None
    return await hand_over(ctx, code)


@capability.understands(wish)
async def find_by_name(ctx: Context, wish: Wish) -> Text | None:
    """The pack of that name where one is on; else the list, or, where only some name was written, no answer of ours."""
    if not wish.name:
        return await show(ctx)
    coming = await packs.open_ones(ctx.session, ctx.now)
    meant = [one for one in coming if is_called(one.title, wish.name)]
    if len(meant) == 1:
        return await see(ctx, meant[0].id)
    return await show(ctx) if meant or (coming and wish.takes) else None
