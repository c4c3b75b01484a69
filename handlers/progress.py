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
