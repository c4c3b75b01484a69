"""The first word: somebody follows, scans a code, leaves."""

from dialogue import Capability, Choice, Context, Text, numbered

capability = Capability("greeting", title="欢迎", stores=False)

_STARTERS = (
    Choice("马上入会，几步办好", "membership", "join"),
    Choice("看看近期的免费培训", "training", "list"),
    Choice("工资被拖欠怎么办", "ask", "wage-arrears"),
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
