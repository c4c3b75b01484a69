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
        "好的，已经记下您要找工作人员。\n\n"
        "请把事情写在这里：什么事、在哪个单位、哪天发生的，工作人员一看就明白。身份证号、银行卡号先不要发。\n\n"
        "着急的话，请直接打职工热线 12351。"
    )
