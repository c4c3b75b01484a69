"""Something was given wrong, which is noticed after it was handed in: by the worker (“电话打错咗”), or by staff."""

import re

from dialogue import Context, Matter, Text, corrections
from dialogue.answers import plain
from handlers.membership import changing, joining, second_thoughts, words
from handlers.membership.words import capability
from union import applications, members
from union.applications import IDENTITY, Door, Kind

_NAME = "姓名要和身份证一致，在这里改不了：带上身份证到所在工会，当面核对就能改。想先问问，回复“人工”。"


@capability.understands(second_thoughts.mistaken)
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
        return await ctx.open(words.SIGN_UPS, field) if field in ("mobile", "name") else None
    if field == "work" and application.asked.door == Door.UNIT:
        return None
    asked = await joining.amending(ctx, application, field)
    return await joining.join.take(ctx, right) if right else asked


# Said to the notice that something was sent back, before it is mended: “好的”, “收到，谢谢”, “电话没错啊”.
_HEARD = re.compile("(?:好|嗯|哦|得|行|收到|知道|明白|了解|谢谢|多谢|唔该|感谢)")
_IS_RIGHT = re.compile(
    "(?:没有?|冇|无)(?:有|填|写|打|搞|弄|变)?(?:错|问题|误|改|换)|(?:是|系|都|很)(?:对|啱|正确)的?|就?(?:是|系)(?:这|呢|那|嗰)个|一直(?:都)?[是用系]"
)


@capability.catches
async def hear_mended(ctx: Context, known: bool) -> Text | None:
    """The value of what was sent back, right below the notice that says so; a mobile, which is nothing else, later too."""
    returned_at, text = await applications.returned_at(ctx.connection, ctx.openid), ctx.incoming.text
    if returned_at is None:
        return None
    is_below = await ctx.was_told_last(Matter.MEMBERSHIP, returned_at)
    if not is_below and not corrections.mobile_anew(plain(text)):
        return None
    await ctx.attach()
    application = await applications.newest(ctx.session, ctx.openid)
    if application is None or application.mend == IDENTITY:
        return None
    field = application.mend or "mobile"
    if await joining.join.is_sent(ctx, field, text, known=known):
        await joining.amending(ctx, application, field)
        return Text(
            f"收到，是申请里要改的{words.FIELDS[field]}。\n\n{(await joining.join.take(ctx, text)).body}"
        )
    is_right = _IS_RIGHT.search(text)
    if not is_below or not (is_right or _HEARD.match(text)):
        return None
    asked = await joining.mend(ctx, application)
    return Text(f"要是没错，也麻烦照样再发一次，请工作人员再核对。\n\n{asked.body}") if is_right else asked
