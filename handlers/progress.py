"""Where everything stands that a worker has begun."""

from collections.abc import Sequence

from dialogue import Capability, Context, Text

capability = Capability("progress", title="办事进度")

_MOST_BYTES = 1800


@capability.says("进度", "查进度", "办理进度", "办事进度", "我的进度", "申请进度", "查询进度")
@capability.taps("PROGRESS")
@capability.opens
async def report(ctx: Context) -> Text:
    ctx.understood("join-status")
    lines = await ctx.progress()
    if not lines:
        return Text(
            "您现在没有正在办的事。\n还没入会的，回复“入会”；想学技能回复“培训”，别的事直接打字问我。"
        )
    return _listed("您办的事：", lines)


def _listed(heading: str, lines: Sequence[str]) -> Text:
    told = f"{heading}\n"
    for number, line in enumerate(lines, start=1):
        more = f"\n{number}. {line}"
        if len((told + more).encode()) > _MOST_BYTES:
            return Text(f"{told}\n还有 {len(lines) - number + 1} 件，回复“人工”问工作人员。")
        told += more
    return Text(told)


@capability.says("确认", "确认提交", "没错提交", "没错确认", "确认没错", "提交", "提交吧", alone=True)
async def nothing_to_confirm(ctx: Context) -> Text:
    """From somebody who said it twice, who takes a card for a form, or whose form is gone: what was handed in is shown."""
    if ctx.conversation.on_offer(ctx.now):
        return Text("现在没有填好了等您确认的。上面列的，要办哪一样就回复它的序号，或者点一下那一行。")
    lines = await ctx.progress()
    if lines:
        return _listed("现在没有等您确认的。交过的都在这里，不用再交一次：", lines)
    return Text(
        "现在没有填好了等您确认的，也没有正在办的事。\n想办什么直接说，比如“入会”“培训”，我一步一步问您。"
    )
