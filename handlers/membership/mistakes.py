"""Something was given wrong, which is noticed after it was handed in: “电话打错咗”."""

from dialogue import Context, Text
from handlers.membership import changing, joining, words
from handlers.membership.words import capability
from union import applications, members
from union.applications import Door, Kind

_NAME = "姓名要和身份证一致，在这里改不了：带上身份证到所在工会，当面核对就能改。想先问问，回复“人工”。"


@capability.understands(words.mistaken)
async def put_right(ctx: Context, meant: tuple[str, str]) -> Text | None:
    """Where nothing was handed in to the union it is about something else."""
    field, right = meant
    if (member := await members.member(ctx.session, ctx.openid)) is not None:
        if field == "name":
            ctx.hide("[姓名]")  # the right one may stand there
            return Text(_NAME)
        known = changing.line_of(field)
        asked = (
            await changing.details.begin(ctx, None, what=known) if field != "work" or member.work else None
        )
        return await changing.details.take(ctx, right) if asked and right else asked
    application = await applications.newest(ctx.session, ctx.openid)
    if application is None or not application.is_open or application.kind is not Kind.JOIN:
        return await ctx.open(words.SIGN_UPS) if field == "mobile" else None
    if field == "work" and application.asked.door == Door.UNIT:
        return None
    asked = await joining.amending(ctx, application, field)
    return await joining.join.take(ctx, right) if right else asked
