"""The first word: somebody follows, scans a code, leaves."""

from dialogue import Capability, Choice, Context, Text, numbered

capability = Capability("greeting", title="欢迎", stores=False)

_STARTERS = (
    Choice("怎么加入工会", "ask", "join-how"),
    Choice("骑手、司机怎么入会", "ask", "join-gig"),
    Choice("工会驿站能做什么", "ask", "rest-station"),
)


@capability.happens("subscribe")
async def welcome(ctx: Context) -> Text:
    ctx.offer(*_STARTERS)
    return Text(
        "您好，这里是市总工会，欢迎您！\n"
        "有事直接打字问我就行，比如：\n\n"
        f"{numbered(_STARTERS)}\n\n"
        "点一下或回复序号都可以。想找工作人员，回复“人工”。"
    )


@capability.happens("scan")
async def welcome_back(ctx: Context) -> Text:
    ctx.offer(*_STARTERS)
    return Text(f"您好，又见面了！今天想了解什么？\n\n{numbered(_STARTERS)}\n\n也可以直接打字问我。")
