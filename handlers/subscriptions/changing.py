"""What is on, how often it comes, and that it ends the moment the worker says so."""

from collections.abc import Sequence

from dialogue import Context, Text, numbered, subscriptions
from dialogue.subscriptions import Frequency, Subscription, Topic
from handlers.subscriptions import asking, telling, words
from handlers.subscriptions.asking import ABOUT
from handlers.subscriptions.words import CHANGES, TITLES, capability, choice, line, titled
from union import wishes
from union.wishes import Ending

_NONE = (
    "您现在什么都没订，这些消息不会发给您。工会发给大家的重要通知，还有您自己办的事有了进展，还是会告诉您。\n\n"
    "想收新岗位、培训、活动，回复“订阅”。"
)
_ENDED = (
    "工会发给大家的重要通知，还有您自己办的事（入会、报名、求助）有了进展，还是会告诉您。想再收，回复“订阅”。"
)
_SPOKEN = {
    "岗位": Topic.JOBS, "新岗位": Topic.JOBS, "招工": Topic.JOBS, "工作": Topic.JOBS,
    "培训": Topic.TRAINING, "课程": Topic.TRAINING,
    "活动": Topic.WELFARE, "福利": Topic.WELFARE, "活动和福利": Topic.WELFARE,
    "通知": Topic.NOTICES, "公告": Topic.NOTICES, "工会通知": Topic.NOTICES,
    "驿站": Topic.STATIONS, "驿站消息": Topic.STATIONS,
}  # fmt: skip


@capability.says("我的订阅", "查看订阅", "订阅了什么", "我订了什么", "管理订阅", "修改订阅", "改订阅")
async def show(ctx: Context) -> Text:
    held = await subscriptions.of(ctx.session, ctx.openid)
    if not held:
        ctx.understood(ABOUT)
        return Text(_NONE)
    choices = [choice(line(one), "see", one.id) for one in held]
    ctx.offer(*choices, topic=ABOUT)
    return Text(
        f"您订了这些：\n{_plain(held)}\n\n"
        "回复序号，改或停掉这一个；全停回复“全部退订”，想多订一种回复“订阅”。"
    )


@capability.says("退订", "td", "取消订阅", "我要退订", "停止订阅", "不要再发了", "别再发了", "退订消息")
async def stop(ctx: Context) -> Text:
    held = await subscriptions.of(ctx.session, ctx.openid)
    if len(held) < 2:
        return await _end(ctx, held)
    return _which(ctx, held)


def _which(ctx: Context, some: Sequence[Subscription]) -> Text:
    choices = [choice(line(one), "off", one.id) for one in some]
    every = choice("全部退订", "off", "all")
    ctx.ask_which(*choices, every, topic=wishes.UNSUBSCRIBING)
    return Text(f"要停哪一个？回复序号：\n{_plain(some)}\n{len(some) + 1}. {every.label}")


@capability.hears(
    "(?:请|麻烦|你们?|就|以后|千万)*(?:不要|别|唔好|不用|唔使|停止|不想再?收)(?:再|老是|成日|一直|天天|日日)*(?:给我|同我|俾我|畀我|向我)?"
    "(?:发|推送?|送|收)?(?:送)?(?:这些|呢啲|这么多|咁多|这种|那些|什么)?(?=.{2})(消息|信息|推送|短信)(?:给我|俾我|畀我|过来|嚟)?(?:了|啦|喇|咗)*"
)
async def stop_sending(ctx: Context, _: str) -> Text:
    return await stop(ctx)


@capability.understands(wishes.ends)
async def stop_named(ctx: Context, ending: Ending) -> Text | None:
    """“停掉电工的”, “高州那个不要了”: of those that are on."""
    held = await subscriptions.of(ctx.session, ctx.openid)
    about = ctx.topic in (ABOUT, wishes.UNSUBSCRIBING) or telling.TAIL in await ctx.last_told()
    if not held or not (ending.firm or about):
        return None
    its = [one for one in held if ending.means(one.topic, one.wish)]
    if len(its) > 1:
        return _which(ctx, its)
    if its:
        return await _end(ctx, its)
    return Text(f"没找到这一个。您订的是：\n{_plain(held)}\n\n要停哪个，回复“退订”。") if about else None


@capability.says("全部退订", "退订全部", "都退订", "全退订", "全部取消", "退订所有")
async def stop_all(ctx: Context) -> Text:
    return await _end(ctx, await subscriptions.of(ctx.session, ctx.openid))


@capability.hears(
    "(?:请|麻烦|帮我|我要|我想|把)*(?:取消|停掉|停止|退订|退掉|关掉)(?:我的)?(?:所有|全部|一切)(?:的)?(订阅|推送|消息)(?:了|吧|啦)?"
    "|(?:请|麻烦|帮我|我要|我想|把)*(?:我的)?(?:所有|全部|一切)(?:的)?(?:订阅|推送)(?:都|全)*(?:取消|停掉|停止|停了|退订|退了|退掉|关掉|不要)(?:了|吧|啦)?"
)
async def stop_all_in_words(ctx: Context, _: str | None) -> Text:
    return await stop_all(ctx)


@capability.hears(r"退订第?([0-9]{1,2})[个条项]?")
async def stop_one(ctx: Context, number: str) -> Text:
    held = await subscriptions.of(ctx.session, ctx.openid)
    place = int(number)
    if not 1 <= place <= len(held):
        return await show(ctx)
    return await _end(ctx, held[place - 1 : place])


_ANY_SPOKEN = f"(?:{'|'.join(sorted(_SPOKEN, key=len, reverse=True))})"


@capability.hears(
    rf"(?:(?:退订|取消订阅|不要再发)(?={_ANY_SPOKEN}(?:推送|消息|信息)?$)"
    # “不要培训了” may be about a seat.
    rf"|我?(?:不|唔)(?:想)?(?:再)?(?:要|收|收到)(?={_ANY_SPOKEN}(?:的|嘅|推送|消息|信息)))({_ANY_SPOKEN})"
    "(?:类?的|嘅)?(?:推送|消息|信息)?(?:了|啦|喇|咗)*"
)
async def stop_topic(ctx: Context, said: str) -> Text:
    held = await subscriptions.of(ctx.session, ctx.openid)
    its = [one for one in held if one.topic is _SPOKEN[said]]
    if held and not its:
        return Text(f"{TITLES[_SPOKEN[said]]}您没有订。您订的是：\n{_plain(held)}\n\n要停哪个，回复“退订”。")
    return await _end(ctx, its)


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    what, _, rest = argument.partition(".")
    if what == "want":
        return await asking.wanted(ctx, rest)
    if what == "on":
        return await asking.agreed(ctx, rest)
    if what == "no":
        return await asking.declined(ctx)
    held = await subscriptions.of(ctx.session, ctx.openid)
    if what == "off" and rest == "all":
        return await _end(ctx, held)
    id, _, frequency = rest.partition(".")
    its = [one for one in held if one.id == int(id)]
    if not its:
        return await show(ctx)
    if what == "off":
        return await _end(ctx, its)
    return await _change(ctx, its[0], frequency) if what == "often" else _details(ctx, its[0])


def _details(ctx: Context, one: Subscription) -> Text:
    choices = [
        *(
            choice(label, "often", one.id, often)
            for often, label in CHANGES.items()
            if often is not one.frequency and one.topic is not Topic.NOTICES
        ),
        choice("停掉这一个", "off", one.id),
    ]
    ctx.offer(*choices, topic=ABOUT)
    return Text(
        f"{line(one)}。\n\n{numbered(choices)}\n\n想换地方、换工种，停掉这一个，再说一句新的，比如“订阅 电白 普工”。"
    )


async def _change(ctx: Context, one: Subscription, frequency: str) -> Text:
    often = Frequency(frequency)
    count = await subscriptions.switch_over(ctx.session, ctx.openid, [one.id], often)
    ctx.understood(ABOUT)
    how_often = words.often(one.topic, often)
    others = f"您订的{TITLES[one.topic]}有 {count} 个，一起发，都改了。" if count > 1 else ""
    return Text(f"改好了：{titled(one.topic, one.wish)}，{how_often}。{others}不想收了，回复“退订”。")


async def _end(ctx: Context, which: Sequence[Subscription]) -> Text:
    ended = await subscriptions.switch_off(ctx.session, ctx.openid, [one.id for one in which], ctx.now)
    ctx.understood(wishes.UNSUBSCRIBING)
    if not ended:
        return Text(_NONE)
    shown = "、".join(titled(one.topic, one.wish) for one in ended)
    return Text(f"已经停了：{shown}。从现在起不再发。\n\n{_ENDED}")


def _plain(held: Sequence[Subscription]) -> str:
    return "\n".join(f"{number}. {line(one)}" for number, one in enumerate(held, 1))
