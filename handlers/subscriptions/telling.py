"""What is new, in words: a short list whose numbers mean something as long as it is the last one seen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from dialogue import Choice, Context, Lane, Notice, Text, subscriptions, with_choices
from dialogue.moments import day, moment, until
from dialogue.subscriptions import Shown, Topic
from handlers.subscriptions.words import TITLES, capability
from union import pays, places
from union.job_board import JobsFresh
from union.news import CoursesFresh, Opening, StationsFresh, WelfareFresh
from union.pack_news import PackNews

# A list of last week is looked at no more.
_LASTS = timedelta(days=7)
# Who is just reading an answer does not mean what arrives below it at the same moment.
_SAME_MOMENT = timedelta(seconds=10)
# What a line of such a list opens: the capability and its argument.
_OPENS = {
    Topic.JOBS: ("jobs", "at.{}"),
    Topic.TRAINING: ("training", "see={}"),
    Topic.WELFARE: ("events", "see={}"),
    Topic.STATIONS: ("stations", "at.{}"),
}
_OPENS_PACK = ("packs", "see={}")
_Fresh: TypeAlias = JobsFresh | CoursesFresh | WelfareFresh | StationsFresh
# Where all of a topic are listed, whatever was new.
_ALL = {Topic.JOBS: "找岗位", Topic.TRAINING: "培训", Topic.WELFARE: "活动”“礼包", Topic.STATIONS: "驿站"}
TAIL = "回复序号看详情。少收一点回复“我的订阅”，不收了回复“退订”。"


@capability.tells(JobsFresh)
def jobs(fact: JobsFresh) -> Notice:
    lines = [
        f"{'样例·' if one.sample else ''}{one.post[:14]}｜{one.pay[:16]}"
        f"{'' if one.paid == 'month' else '·' + pays.PAID[one.paid]}｜{places.label(one.district)}"
        for one in fact.items
    ]
    return listing(Topic.JOBS, "有新岗位，合您订的", fact, lines)


@capability.tells(CoursesFresh)
def courses(fact: CoursesFresh) -> Notice:
    return listing(Topic.TRAINING, "有新的培训课", fact, [_opening(one) for one in fact.items])


@capability.tells(WelfareFresh)
def welfare(fact: WelfareFresh) -> Notice:
    kinds = {Opening: "活动", PackNews: "礼包"}
    there = [word for kind, word in kinds.items() if any(isinstance(one, kind) for one in fact.items)]
    lines = [_pack(one) if isinstance(one, PackNews) else _opening(one) for one in fact.items]
    return listing(Topic.WELFARE, f"工会有新{'和'.join(there)}", fact, lines)


@capability.tells(StationsFresh)
def stations(fact: StationsFresh) -> Notice:
    lines = [
        f"{'样例·' if one.sample else ''}{one.name[:20]}｜{places.label(one.district)}｜"
        f"{'开着，有更新' if one.open else one.note or '暂停开放'}"
        for one in fact.items
    ]
    return listing(Topic.STATIONS, "驿站有新消息", fact, lines)


def _opening(one: Opening) -> str:
    closing = one.closes_at if one.closing else None
    parts = (
        f"{'样例·' if one.sample else ''}{one.title[:20]}",
        places.label(one.district) if one.district else "",
        f"{day(one.starts_at)}开始",
        f"报名快截止：{until(min(closing, one.starts_at))}" if closing else "",
    )
    return "｜".join(filter(None, parts))


def _pack(one: PackNews) -> str:
    parts = (
        f"{'样例·' if one.sample else ''}礼包：{one.title[:20]}",
        places.label(one.district) if one.district else "",
        f"{moment(one.opens_at)}起领" if one.opens_at > one.at else "",
        f"先到先得，{one.left} 份",
    )
    return "｜".join(filter(None, parts))


def listing(topic: Topic, head: str, fact: _Fresh, lines: Sequence[str]) -> Notice:
    shown = "\n".join(f"{number}. {one}" for number, one in enumerate(lines, 1))
    # When the last of them is over, the whole of it is old news.
    ends = [end for one in fact.items if (end := _end(one))]
    return Notice(
        f"{head}{_counted(fact.count, len(lines))}：\n{shown}\n\n{_rest(topic, fact.count - len(lines))}{TAIL}",
        until=max(ends) if ends else None,
        lane=Lane.BULK,
        topic=topic,
        listed=[one.id for one in fact.items],
    )


def _end(one: object) -> datetime | None:
    if isinstance(one, Opening):
        return min(one.closes_at or one.starts_at, one.starts_at)
    return one.closes_at if isinstance(one, PackNews) else None


@capability.counts
async def count(ctx: Context, number: int) -> Text | None:
    """A number means the list that was shown last: that of the conversation, or of the last message about what is new."""
    shown = await subscriptions.last_shown(ctx.connection, ctx.openid, ctx.now - _LASTS)
    if shown is None or number > len(shown.numbers):
        return None
    own, own_at = ctx.conversation.on_offer(ctx.now), ctx.conversation.offered_at
    is_newer = own_at is not None and own_at > shown.at - _SAME_MOMENT
    # Beyond the one line of a card the list is meant that led to it.
    if is_newer and (number <= len(own) or len(own) > 1):
        return None
    choices = _choices(shown)
    if own == tuple(one.menu_id for one in choices):
        return None
    ctx.offer(*choices)
    return await ctx.answer_anew()


@capability.says("新岗位", "看新岗位", "订阅的新岗位", "新消息", "看新消息", "最近有什么新的")
async def look_again(ctx: Context) -> Text:
    shown = await subscriptions.last_shown(ctx.session, ctx.openid, ctx.now - _LASTS)
    if shown is None:
        return Text("这几天还没有新的。订了的话，有新的我会告诉您；想看全部岗位，回复“找岗位”。")
    choices = _choices(shown)
    ctx.offer(*choices)
    return with_choices(f"最近一次告诉您的{TITLES[shown.topic]}，点一下或回复序号看详情：", choices)


def _choices(shown: Shown) -> list[Choice]:
    is_welfare = shown.topic is Topic.WELFARE
    opened = [(id, _OPENS_PACK if is_welfare and id < 0 else _OPENS[shown.topic]) for id in shown.numbers]
    return [
        Choice(line, name, argument.format(abs(id)))
        for line, (id, (name, argument)) in zip(shown.lines, opened, strict=False)
    ]


def _counted(count: int, shown: int) -> str:
    return f"有 {count} 个" if count <= shown else f"有 {count} 个，先看 {shown} 个"


def _rest(topic: Topic, left: int) -> str:
    return f"其余 {left} 个，回复“{_ALL[topic]}”看。" if left > 0 else ""
