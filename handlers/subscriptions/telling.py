"""What is new, in words: a short list whose numbers mean something as long as it is the last one seen."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias

from dialogue import Choice, Context, Lane, Notice, Text, numbered, subscriptions
from dialogue.moments import day, until
from dialogue.subscriptions import Topic
from handlers.subscriptions.words import TITLES, capability
from union import pays, places
from union.job_board import JobsFresh
from union.news import CoursesFresh, EventsFresh, Opening, StationsFresh

# A list of last week is looked at no more.
_LASTS = timedelta(days=7)
# What a line of such a list opens: the capability and its argument.
_OPENS = {
    Topic.JOBS: ("jobs", "at.{}"),
    Topic.TRAINING: ("training", "see={}"),
    Topic.WELFARE: ("events", "see={}"),
    Topic.STATIONS: ("stations", "at.{}"),
}
_Fresh: TypeAlias = JobsFresh | CoursesFresh | EventsFresh | StationsFresh
# Where all of a topic are listed, whatever was new.
_ALL = {Topic.JOBS: "找岗位", Topic.TRAINING: "培训", Topic.WELFARE: "活动", Topic.STATIONS: "驿站"}
_TAIL = "回复序号看详情。少收一点回复“我的订阅”，不收了回复“退订”。"


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
    return listing(Topic.TRAINING, "有新的培训课", fact, _openings(fact.items))


@capability.tells(EventsFresh)
def events(fact: EventsFresh) -> Notice:
    return listing(Topic.WELFARE, "工会有新活动", fact, _openings(fact.items))


@capability.tells(StationsFresh)
def stations(fact: StationsFresh) -> Notice:
    lines = [
        f"{'样例·' if one.sample else ''}{one.name[:20]}｜{places.label(one.district)}｜"
        f"{'开着，有更新' if one.open else one.note or '暂停开放'}"
        for one in fact.items
    ]
    return listing(Topic.STATIONS, "驿站有新消息", fact, lines)


def _openings(items: Sequence[Opening]) -> list[str]:
    return [
        "｜".join(
            filter(
                None,
                (
                    f"{'样例·' if one.sample else ''}{one.title[:20]}",
                    places.label(one.district) if one.district else "",
                    f"{day(one.starts_at)}开始",
                    f"报名快截止：{until(min(one.closes_at, one.starts_at))}"
                    if one.closing and one.closes_at
                    else "",
                ),
            )
        )
        for one in items
    ]


def listing(topic: Topic, head: str, fact: _Fresh, lines: Sequence[str]) -> Notice:
    shown = "\n".join(f"{number}. {one}" for number, one in enumerate(lines, 1))
    # When the last of them is over, the whole of it is old news.
    ends = [
        min(one.closes_at or one.starts_at, one.starts_at) for one in fact.items if isinstance(one, Opening)
    ]
    return Notice(
        f"{head}{_counted(fact.count, len(lines))}：\n{shown}\n\n{_rest(topic, fact.count - len(lines))}{_TAIL}",
        until=max(ends) if ends else None,
        lane=Lane.BULK,
        topic=topic,
        listed=[one.id for one in fact.items],
    )


@capability.counts
async def count(ctx: Context, number: int) -> Text | None:
    """A number that no list in the conversation has: that of the last message about what is new."""
    shown = await subscriptions.last_shown(ctx.session, ctx.openid, ctx.now - _LASTS)
    newer = ctx.conversation.offered_at
    if shown is None or number > len(shown.numbers):
        return None
    if len(ctx.conversation.on_offer(ctx.now)) > 1 and newer is not None and newer > shown.at:
        return None
    _offer(ctx, shown.topic, shown.numbers)
    return await ctx.answer_anew()


@capability.says("新岗位", "看新岗位", "订阅的新岗位", "新消息", "看新消息", "最近有什么新的")
async def look_again(ctx: Context) -> Text:
    shown = await subscriptions.last_shown(ctx.session, ctx.openid, ctx.now - _LASTS)
    if shown is None:
        return Text("这几天还没有新的。订了的话，有新的我会告诉您；想看全部岗位，回复“找岗位”。")
    return Text(
        f"最近一次告诉您的{TITLES[shown.topic]}，点一下看详情：\n{numbered(_offer(ctx, shown.topic, shown.numbers))}"
    )


def _offer(ctx: Context, topic: Topic, numbers: Sequence[int]) -> list[Choice]:
    name, argument = _OPENS[topic]
    choices = [Choice(f"第 {place} 个", name, argument.format(id)) for place, id in enumerate(numbers, 1)]
    ctx.offer(*choices)
    return choices


def _counted(count: int, shown: int) -> str:
    return f"有 {count} 个" if count <= shown else f"有 {count} 个，先看 {shown} 个"


def _rest(topic: Topic, left: int) -> str:
    return f"其余 {left} 个，回复“{_ALL[topic]}”看。" if left > 0 else ""
