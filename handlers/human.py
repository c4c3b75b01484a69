"""A worker wants a person."""

from dialogue import Capability, Context, Text

capability = Capability("human", title="转人工", stores=False)


@capability.says("人工", "转人工", "人工客服", "找人工", "真人", "客服")
@capability.taps("HUMAN")
@capability.opens
async def call(ctx: Context) -> Text:
    ctx.understood("human-agent")
    ctx.call_person()
    return Text(
        "好的，已经帮您登记，工作人员看到后会在这里回复您。\n\n"
        "您可以先把事情写下来：什么事、在哪个单位、哪天发生的，这样答复更快。身份证号、银行卡号先不要发。\n\n"
        "着急的话，请打职工热线 12351。"
    )
