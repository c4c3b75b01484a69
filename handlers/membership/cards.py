"""What a member has in hand: the number, and the union they belong to."""

from dialogue import Context, Text
from handlers.membership import changing, joining
from handlers.membership.words import capability
from union import applications, members


@capability.says("我的会员", "会员资料")
async def show_card(ctx: Context) -> Text:
    member = await members.member(ctx.session, ctx.openid)
    if member is None:
        return changing.general(ctx, "member-card")
    ctx.understood("member-card")
    return Text(joining.card(member))


@capability.hears(
    r"((?:查|查询|问)?我?[的嘅]?(?:工会)?会员(?:证?号码?|编号)[是系]?(?:多少|几多|几号|什么|咩|乜嘢?)?)"
)
async def tell_number(ctx: Context, _: str) -> Text:
    application = await applications.newest(ctx.session, ctx.openid)
    waits = application is not None and application.is_open and application.kind is applications.Kind.JOIN
    if application is None or not waits or await members.member(ctx.session, ctx.openid):
        return await show_card(ctx)
    ctx.understood("join-status")
    return Text(f"会员号在申请同意的时候给您，到时我在这里告诉您。\n\n{joining.standing(application)}")
