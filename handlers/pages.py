"""The safe page on the telephone: what to do when it does not open, and its frame's own words."""

from dialogue import Capability, Context, Text
from dialogue.pages import PageWords

capability = Capability("pages", title="安全网页", stores=False)

WORDS = PageWords(
    house="市总工会",
    tampered=(
        "这个链接不完整",
        "可能复制时漏了几个字。请回到微信聊天窗口，点我发给您的那一条链接；找不到了，就把要办的事再发给我一次，我给您一个新的。",
    ),
    late=(
        "这个链接过期了",
        "为了您的信息安全，链接只在一段时间里有效。您填过的都还在：回到微信聊天窗口，把要办的事再发给我一次，我给您一个新链接。",
    ),
    spent=(
        "这一页已经提交过了",
        "我已经收到，不用再交一次。想知道办到哪一步，回到微信聊天窗口回复“进度”。",
    ),
    foreign=(
        "这个链接是发给别人的",
        "每个链接只能由收到它的人打开，别人的信息您看不到，您的别人也看不到。您自己要办的话，请在市总工会的微信聊天窗口里告诉我，我给您发一个。",
    ),
    outside=(
        "请在微信里打开",
        "我要确认打开这一页的是您本人。请回到微信聊天窗口，再点一次链接；右下角若有“使用完整服务”，请点一下。",
    ),
    unreachable=(
        "这会儿打不开",
        "系统有点忙，您的信息没有丢。请过几分钟，回到微信聊天窗口再点一次链接；还不行就回复“人工”。",
    ),
    broken=(
        "抱歉，刚才没办成",
        "我这边出了点问题，已经记下来了，编号 {reference}。请再试一次；还不行，就在微信聊天窗口回复“人工”，把编号告诉工作人员。",
    ),
    done="办好了",
    back="现在可以关掉这一页，回到微信聊天窗口。",
    look_again="有地方要改一下，已经在下面标出来了。",
    see="不下载，直接在这里看",
    agree="请先看一看上面的说明，同意的话打个勾，再提交。",
)


@capability.says("链接打不开", "网页打不开", "页面打不开", "链接过期了", "链接失效了")
async def does_not_open(ctx: Context) -> Text:
    ctx.understood(None)
    return Text(
        "别急，提交过的链接不能再用，过了时间也会失效，您填过的都还在。\n\n"
        "把要办的事再发给我一次，比如“入会”“导出我的资料”，我给您一个新链接。"
        "要在微信里直接点开，转发给别人是打不开的。\n还不行就回复“人工”。"
    )
