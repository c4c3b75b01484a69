"""Where everything stands that a worker has begun."""

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
        return Text("您现在没有正在办的事。\n想入会回复“入会”，想学技能回复“培训”，别的事直接打字问我。")
    told = "您正在办的：\n"
    for number, line in enumerate(lines, start=1):
        more = f"\n{number}. {line}"
        if len((told + more).encode()) > _MOST_BYTES:
            return Text(f"{told}\n还有 {len(lines) - number + 1} 件，回复“人工”问工作人员。")
        told += more
    return Text(told)


@capability.says("确认", "确认提交", "没错提交", "没错确认", "确认没错", "提交", "提交吧", alone=True)
async def confirmed_already(_: Context) -> Text:
    """Often the second time, from somebody who does not wait for the first to be answered."""
    return Text(
        "现在没有等您确认的了。刚才填完交的，我已经收到，不用再交一次。\n回复“进度”，看看办到哪一步。"
    )
