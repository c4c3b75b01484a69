"""The page on which WeChat itself asks whether notices may come, also when the worker has not written for long."""

from collections.abc import Sequence

from dialogue import Context, Text, subscriptions
from dialogue.links import NoAddress
from dialogue.pages import Allowable, Visit
from handlers.subscriptions.words import TITLES, capability

_MOST = 3

page = capability.consents(
    title="让提醒送得到",
    notice="您 48 小时没有发消息，微信就不让我找您了。在这里点一次“允许”，就能多收一条提醒；点几次，就多收几条。\n"
    "只用来提醒您订阅的这些：",
    button="允许提醒我",
    none="您订阅的内容现在不用在这里开通，有新的我照样会告诉您。要改订阅，回到微信聊天窗口回复“我的订阅”。",
    trouble="这会儿没显示出按钮。请确认是在微信里打开的，再点一次链接；还不行也不要紧，您下次来说话时我会一起告诉您。",
)


@page.offers
async def offers(visit: Visit) -> Sequence[Allowable]:
    found = await subscriptions.allowable(visit.session, visit.openid)
    return [Allowable(id, "、".join(TITLES[one] for one in topics)) for id, topics in found.items()][:_MOST]


@page.accepted
async def accepted(visit: Visit, templates: Sequence[str]) -> str:
    await subscriptions.allow(visit.session, visit.openid, templates, visit.now)
    if not templates:
        return "好的，没有开通。有新的消息，您下次来说话时我一起告诉您。"
    return "开好了，可以多收一条提醒。想多收几条，再点开刚才的链接，多允许几次就行。"


@capability.says("提醒送到", "开通提醒", "允许提醒", "开提醒", "多收提醒")
async def explain(ctx: Context) -> Text:
    offered = await offer(ctx)
    if offered:
        return Text(f"{offered}\n\n不想收了，回复“退订”。")
    return Text(
        "现在不用另外开通：您发过消息的 48 小时里我随时能告诉您，过了就等您下次来说话。要改订阅，回复“我的订阅”。"
    )


async def offer(ctx: Context) -> str:
    """The link with its words, where there is something to allow and a page to allow it on; else nothing."""
    if not await subscriptions.allowable(ctx.session, ctx.openid):
        return ""
    try:
        link = await page.link(ctx)
    except NoAddress:
        return ""
    return f"几天没跟我说话也想收到？点开这里，允许微信提醒您（一天内有效，可以多点几次）：\n{link}"
