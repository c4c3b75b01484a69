"""An emergency: the same calm card for everybody, and staff are told."""

from dialogue import Capability, Context, Text

capability = Capability("urgent", title="紧急求助", stores=False)

_CARDS = {
    "injury": (
        "先救人：马上打 120，说清楚在哪里、几个人受伤、现在怎么样。机器先断电，别随便搬动伤者，有人触电先拉闸。\n\n"
        "被车撞了同时打 122 或 110。送医时跟医生说是干活受的伤，留好病历和单据。"
    ),
    "violence": (
        "先保护好自己：马上离开，到人多、亮堂的地方，打 110 报警；不方便出声就发短信到 12110，写清楚在哪里、出了什么事。\n\n"
        "受了伤打 120。伤处拍下照片，衣物先别洗，留着当证据。"
    ),
    "self-harm": (
        "谢谢您肯说出来。您现在一定很难受，这不是您的错，也不用一个人扛。\n\n"
        "请现在就打 12356 心理援助热线，有人会听您慢慢说；人已经在危险的地方、已经受伤或吃了药，马上打 120 或 110。\n"
        "先离开高处和危险的东西，叫一个信得过的人来陪着您。要是您在替别人着急，请别让他一个人待着。"
    ),
    "detained": (
        "不让人走、扣着证件都是违法的。能脱身先脱身；脱不了身，打 110 报警，不方便出声就发短信到 12110，写清楚在哪里、几个人。\n\n"
        "别硬拼，先保证安全。记下地方、门牌、看守的人，发给信得过的家人。"
    ),
    "danger": (
        "先撤离：马上离开危险的地方，喊上身边的人，别回去拿东西。\n\n"
        "着火、泄漏、坍塌、有人被困打 119；有人受伤打 120。闻到煤气别开灯、别在屋里打电话。到安全的地方再报警，说清楚在哪里、什么情况。"
    ),
}
_ALWAYS = "工会职工热线 12351 也可以打。\n我已经把您的消息转给工作人员，看到就在这里找您；安全以后，请在这里说说在哪里、出了什么事，我们接着帮您。"


@capability.rescues
async def rescue(ctx: Context, kind: str) -> Text:
    ctx.understood(None)
    ctx.call_person(urgent=True)
    return Text(f"{_CARDS[kind]}\n\n{_ALWAYS}")
