"""The knowledge base: an answer, a few to choose from, or an honest “I do not know”."""

from dialogue import Capability, Choice, Context, Text, numbered
from knowledge.matcher import Candidate, Outcome
from knowledge.snapshots import Knowledge

capability = Capability("ask", title="问答", stores=False)

_MOST_SHOWN = 4


@capability.answers
async def answer(ctx: Context) -> Text | None:
    offered = ctx.conversation.on_offer(ctx.now)
    if offered and len(ctx.incoming.text) <= 2 and ctx.incoming.text.isdecimal():
        return Text(f"刚才列出的是 1 到 {len(offered)}，请回复其中一个序号，或者直接打字问我。")
    verdict = ctx.use(Knowledge).match(ctx.incoming.text)
    if verdict.outcome is Outcome.ANSWER and verdict.entry is not None:
        return await _tell(ctx, verdict.entry.id)
    if verdict.outcome is Outcome.SUGGEST and not ctx.incoming.text.isdecimal():
        return _suggest(ctx, verdict.candidates[:_MOST_SHOWN])
    return _admit(ctx)


@capability.picks
async def pick(ctx: Context, entry_id: str) -> Text | None:
    return await _tell(ctx, entry_id)


async def _tell(ctx: Context, entry_id: str) -> Text | None:
    entry = ctx.use(Knowledge).entry(entry_id)
    if entry is None:
        return Text("这一条刚刚更新了，请直接打字再问我一次。")
    if entry.opens:
        return await ctx.open(entry.opens)
    ctx.understood(entry.topic)
    return Text(entry.answer)


def _suggest(ctx: Context, candidates: tuple[Candidate, ...]) -> Text:
    choices = tuple(Choice(one.entry.question, capability.name, one.entry.id) for one in candidates)
    ctx.offer(*choices)
    return Text(
        f"您是不是想问：\n\n{numbered(choices)}\n\n点一下或回复序号。都不是的话，换个说法再问我，或回复“人工”。"
    )


def _admit(ctx: Context) -> Text:
    if ctx.missed() > 1:
        return Text(
            "抱歉，这个我还是没弄明白，怕说错耽误您。\n\n"
            "回复“人工”，我帮您记下来找工作人员；急事请打职工热线 12351。"
        )
    return Text(
        "这个问题我还不会，怕说错耽误您。\n\n"
        "您可以换个说法再问一次，或回复“人工”找工作人员，也可以打职工热线 12351。\n"
        "回复“帮助”，看看我能做什么。"
    )
