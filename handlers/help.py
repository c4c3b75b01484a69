"""What the bot can do, and a kind word for whatever it cannot read."""

from dialogue import Capability, Context, Text

capability = Capability("help", title="使用帮助", stores=False)

_HELP = (
    "直接打字告诉我您想了解什么，说大白话就行，比如“骑手能入会吗”“工资拖了两个月怎么办”。\n\n"
    "马上能办的：\n"
    "“入会”：几分钟填好，审核到哪一步随时告诉您\n"
    "“培训”：看课、报名、候补\n"
    "“活动”“礼包”：看近期的活动、领礼包\n"
    "“算期限”：仲裁、工伤认定最晚到哪天\n"
    "“进度”：办过的事到哪一步了\n"
    "“我的资料”：看、导出、删除您留在这里的资料\n"
    "“人工”：找工作人员\n\n"
    "列出几条时，点一下或回复序号就能看。维权和急事也可以打职工热线 12351。"
)


@capability.says("帮助", "help", "怎么用", "菜单", "你能做什么")
@capability.taps("HELP")
@capability.opens
async def explain(ctx: Context) -> Text:
    ctx.understood("help")
    return Text(_HELP)


@capability.happens("click")
async def tapped_something_old(_: Context) -> Text:
    return Text("这个菜单已经换新了。直接打字问我就行，或者回复“帮助”看看我能做什么。")


@capability.receives("voice")
async def cannot_hear(_: Context) -> Text:
    return Text(
        "收到您的语音，可惜我还听不懂。麻烦您打几个字告诉我，比如“怎么入会”。想找工作人员，回复“人工”。"
    )


@capability.receives("video", "shortvideo")
async def cannot_watch(_: Context) -> Text:
    return Text("视频收到了，可惜我还看不了。麻烦您打几个字，说说是什么事。想找工作人员，回复“人工”。")


@capability.receives("link")
async def cannot_open(_: Context) -> Text:
    return Text("链接收到了，我打不开外面的网页。麻烦您打几个字说说想问什么。想找工作人员，回复“人工”。")


@capability.meets_the_rest
async def cannot_read(_: Context) -> Text:
    return Text("这条消息我这边看不了。麻烦您打几个字告诉我，或者回复“人工”找工作人员。")


@capability.apologises
def sorry(reference: str) -> Text:
    return Text(
        f"抱歉，刚才我这边出了点问题，没能办成。已经记下来了，编号 {reference}。\n"
        "麻烦您再发一次；还不行的话，回复“人工”，把编号告诉工作人员。"
    )
