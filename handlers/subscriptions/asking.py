"""Before anything is switched on: what, how often, how it ends, and whether they want it."""

from dialogue import Context, Text, numbered, subscriptions
from dialogue.subscriptions import Frequency, TooMany, Topic
from handlers.subscriptions import allowing
from handlers.subscriptions.words import (
    OFTEN,
    TITLES,
    VERSION,
    WHENEVER,
    capability,
    choice,
    often,
    terms,
    titled,
)
from union import job_words, wishes
from union.job_words import Search
from union.wishes import Wish

ABOUT = "job-subscribe"
_PACKS = "礼包和活动一起告诉您。礼包先到先得，能领的才告诉您，不保证抢得到；现在有没有，回复“礼包”看。"
_APART = "“{0}”要另订一个：这个订好了，再说一句“订阅 {0}的工作”。"
_ON = f"{capability.name}:on."
_WANT = f"{capability.name}:want."
_JOBS = "jobs"  # the capability that looks for work


@capability.says("订阅", "我要订阅", "我想订阅", "订阅消息", "订阅通知消息", "开通订阅", "再订一个", "加订")
@capability.opens
async def start(ctx: Context) -> Text:
    choices = [choice(title, "want", topic, "", "") for topic, title in TITLES.items()]
    ctx.offer(*choices, topic=ABOUT)
    return Text(
        f"想收哪一种？有新的我告诉您，没有就不打扰：\n{numbered(choices)}\n\n"
        "找活的，说一句就行，比如“订阅 高州 电工 日结”。已经订的，回复“我的订阅”看。"
    )


@capability.says(
    "有新的就告诉我", "有新的告诉我", "有新的通知我", "有了告诉我", "有了通知我", "有新的叫我", "有就话我知"
)
async def take_up(ctx: Context) -> Text:
    """What was looked for just now, if it can be subscribed to."""
    shown = next((one for one in ctx.conversation.on_offer(ctx.now) if one.startswith(_WANT)), None)
    return await start(ctx) if shown is None else await wanted(ctx, shown.removeprefix(_WANT))


@capability.understands(wishes.asks)
async def hear(ctx: Context, wish: Wish) -> Text | None:
    if wish.bare:
        return await _answered(ctx, wish.code)
    pending = next((one for one in ctx.conversation.on_offer(ctx.now) if one.startswith(_ON)), None)
    if wish.topic == wishes.PACKS:
        soon = (
            Frequency(wish.frequency) if wish.frequency else Frequency.AT_ONCE
        )  # by the morning they are gone
        asked = await propose(ctx, Topic.WELFARE, wish.code, soon)
        return Text(f"{_PACKS}\n\n{asked.body}")
    if wish.topic:
        asked = await _proposed(ctx, Topic(wish.topic), wish.code, wish.frequency)
        return Text(f"{asked.body}\n\n{_APART.format(wish.left)}") if wish.left else asked
    if pending and wish.frequency:
        topic, _, _, code = pending.removeprefix(_ON).split(".", 3)
        return await propose(ctx, Topic(topic), code, Frequency(wish.frequency))
    if not wish.frequency:
        return await take_up(ctx)
    return await _all_over(ctx, Frequency(wish.frequency))


async def _answered(ctx: Context, code: str) -> Text | None:
    """What kind of work, or where, said to the question that is open; else it is looked for."""
    shown = ctx.conversation.on_offer(ctx.now)
    on = next((one.removeprefix(_ON) for one in shown if one.startswith(_ON)), None)
    search = wishes.search_of(code)
    is_place = search == Search(search.district)
    if on is not None:
        topic, frequency, _, known = on.split(".", 3)
        if topic == Topic.JOBS:
            return await propose(ctx, Topic.JOBS, wishes.refined(known, code), Frequency(frequency))
        if is_place and topic != Topic.NOTICES:
            return await propose(ctx, Topic(topic), search.district, Frequency(frequency))
    wants = [one for one in shown if one.startswith(_WANT)]
    # Among all the topics a place alone may be meant for any of them.
    if wants and not (is_place and len(wants) > 1):
        return await _proposed(ctx, Topic.JOBS, code)
    return await ctx.open(_JOBS) if job_words.asks(ctx.incoming.text, None) else None


async def wanted(ctx: Context, rest: str) -> Text:
    """A line of a list was picked: a topic, with what was looked for where that is known."""
    topic, frequency, code = rest.split(".", 2)
    if topic == Topic.JOBS and not code and not frequency:
        every = choice("所有新岗位都要", "want", topic, Frequency.DAILY, "")
        ctx.offer(every, topic=ABOUT)
        return Text(
            "想找哪里的、什么活、怎么结？说一句就行，比如“订阅 高州 电工 日结”“订阅 电白 普工 5000以上”。\n\n"
            f"不挑的话：\n{numbered([every])}"
        )
    return await _proposed(ctx, Topic(topic), code, frequency)


async def _proposed(ctx: Context, topic: Topic, code: str, said: str = "") -> Text:
    """As often as was said, else as what is on of that topic, with which it comes."""
    held = [one.frequency for one in await subscriptions.of(ctx.session, ctx.openid) if one.topic is topic]
    return await propose(ctx, topic, code, Frequency(said) if said else (*held, Frequency.DAILY)[0])


async def propose(ctx: Context, topic: Topic, code: str, frequency: Frequency) -> Text:
    if len(code) > wishes.MOST_LETTERS:
        return Text("条件有点长，我记不全。请短一点再说一次，比如“订阅 高州 电工 日结”。")
    choices = ctx.ask(
        yes=choice("好，订阅", "on", topic, frequency, VERSION, code),
        no=choice("不用", "no"),
        topic=ABOUT,
    )
    return Text(f"{terms(topic, code, frequency)}\n\n订吗？{_other(topic, frequency)}\n{numbered(choices)}")


def _other(topic: Topic, frequency: Frequency) -> str:
    """How often else it may come."""
    if topic is Topic.NOTICES:
        return ""
    return "想早点知道，可以说“每天一次”。" if frequency is Frequency.WEEKLY else "嫌多可以说“每周一次就行”。"


async def agreed(ctx: Context, rest: str) -> Text:
    topic_name, said, version, code = rest.split(".", 3)
    topic, frequency = Topic(topic_name), Frequency(said)
    if version != VERSION:
        return await propose(ctx, topic, code, frequency)
    try:
        await subscriptions.switch_on(ctx.session, ctx.openid, (topic, code, frequency), VERSION, ctx.now)
    except TooMany:
        return Text("这一类您已经订了 5 个，再多就乱了。回复“我的订阅”，先停掉一个不要的，再来订。")
    ctx.understood(ABOUT)
    on = await subscriptions.of(ctx.session, ctx.openid)
    count = sum(one.topic is topic for one in on)
    others = (
        f"您订的{TITLES[topic]}有 {count} 个，一起发，都是这样。{_other(topic, frequency)}"
        if count > 1
        else ""
    )
    further = await allowing.offer(ctx)
    return Text(
        f"订好了：{titled(topic, code)}，{often(topic, frequency)}。{others}\n\n"
        "想看、想改，回复“我的订阅”；不想收了，回复“退订”。" + (f"\n\n{further}" if further else "")
    )


async def declined(ctx: Context) -> Text:
    ctx.understood(ABOUT)
    return Text("好的，没有订，什么都不会发。以后想要了，回复“订阅”。")


async def _all_over(ctx: Context, frequency: Frequency) -> Text:
    """How often, said of everything that is on."""
    on = await subscriptions.of(ctx.session, ctx.openid)
    held = [one for one in on if one.topic is not Topic.NOTICES]
    if not on:
        return await start(ctx)
    if not held:
        return Text(f"您订的是工会通知，{WHENEVER}，不分每天每周。不想收了，回复“退订”。")
    await subscriptions.switch_over(ctx.session, ctx.openid, [one.id for one in held], frequency)
    ctx.understood(ABOUT)
    shown = "\n".join(f"· {titled(one.topic, one.wish)}" for one in held)
    return Text(f"改好了，{OFTEN[frequency]}：\n{shown}\n\n想一个一个改，回复“我的订阅”。")
