"""What is wrong at a station, told to who keeps it, and to others once several workers say so."""

import re

from dialogue import Capability, Choice, Context, Field, Invalid, Notice, Option, Said, Text, Value, numbered
from dialogue.answers import Ambiguous, one_of
from union import station_words, stations
from union.atlas import Atlas, Map, Station
from union.station_words import PROBLEMS, Request, Wish
from union.stations import AGREE, Report, StationReported

capability = Capability("station_reports", title="反映驿站问题")

_ASKED_OF = 5
_TOPIC = "nearest-station"
_STATIONS = "stations"  # the capability that finds them
# How a station stands in a list of that one, and in one of what is wrong.
_LISTED = re.compile(rf"(?:{_STATIONS}:at|{capability.name}:bad)\.([0-9]+)(?:\.([0-9]*)|$)")


_NOT_LISTED = "谢谢您告诉我们。请记下驿站名字或在哪条路、什么问题、什么时候，打职工热线 12351，或回复“人工”发来，会有人去看。"


class Where:
    """A station by its name, or by where the worker stands."""

    kinds = ("text", "location")

    async def __call__(self, ctx: Context, said: Said) -> Value | Option:
        known = await _map(ctx)
        if said.kind == "location":
            ctx.hide("[location]")
        found = _standing_at(ctx, known) if said.kind == "location" else _called(known, said.text)
        # With a problem of its own it is another report than the one that lies open.
        if not found or (said.kind == "text" and station_words.reports(said.text, None)):
            raise Invalid("没找到这一家。请发驿站名字里的几个字，或者点“+”把您的位置发给我。")
        if len(found) > 1:
            raise Ambiguous([Option(one.id, one.name) for one in found[:_ASKED_OF]])
        return Option(found[0].id, found[0].name)


report = capability.form(
    Report,
    Field("station", "是哪一家驿站？发它的名字，或者点“+”把您的位置发给我。", accept=Where(), label="驿站"),
    Field(
        "problem",
        "那里怎么了？回复序号：\n{options}",
        accept=one_of([Option(key, name) for key, name in PROBLEMS.items()]),
        label="情况",
    ),
    confirm="请核对：\n{summary}\n回复“确认”报上去，回复序号修改，回复“取消”放弃。",
)


@capability.understands(station_words.reports)
async def something_is_wrong(ctx: Context, request: Request) -> Text | None:
    known = await _map(ctx)
    if not len(known):
        return Text(_NOT_LISTED)
    problem = Option(request.problem, PROBLEMS[request.problem])
    found = _meant(ctx, known, request)
    if not found and (request.line or request.near) and not request.named:
        return None
    if not found and request.places:
        found = [one.station for one in known.within(request.districts, Wish(), ctx.now, _ASKED_OF)]
    if len(found) == 1:
        return await report.begin(ctx, station=Option(found[0].id, found[0].name), problem=problem)
    if not found:
        return await report.begin(ctx, problem=problem)
    choices = [
        Choice(one.name, capability.name, f"bad.{one.id}.{request.problem}") for one in found[:_ASKED_OF]
    ]
    ctx.ask_which(*choices, topic=_TOPIC)
    return Text(f"谢谢告诉我。是哪一家{problem.label}？点一下或回复序号：\n\n{numbered(choices)}")


@report.submitted
async def keep(ctx: Context, told: Report) -> Text:
    heard = await stations.report(ctx.session, ctx.openid, told, ctx.now)
    await ctx.tell(*heard.told)
    shown = _shown_before(ctx, await _map(ctx))
    ctx.understood(_TOPIC)
    if len(shown) > 1:  # the list is still before their eyes: “第一家没水” is about it
        ctx.offer(*(Choice(one.name, _STATIONS, f"at.{one.id}") for one in shown), topic=_TOPIC)
    others = f"已经有 {heard.workers} 位工友这么说，我会提醒后来的人。" if heard.workers >= AGREE else ""
    return Text(f"谢谢您，已经记下，管理的同事看得到，会去处理。{others}\n\n急着歇脚，回复“附近驿站”换一家。")


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    what, id, problem = argument.split(".")
    if what == "bad":
        return await keep(ctx, Report(int(id), problem))
    return await _settle(ctx, int(id), problem)


@capability.tells(StationReported)
def reported(fact: StationReported) -> Notice:
    told = f"已有 {AGREE} 位工友反映" if fact.agreed else "有工友反映"
    done = Choice("已经处理好", capability.name, f"fine.{fact.station_id}.{fact.problem}")
    return Notice(
        f"{told}：{fact.station}，{PROBLEMS[fact.problem]}。请去看看，处理好了点下面一行。", choices=(done,)
    )


async def _settle(ctx: Context, id: int, problem: str) -> Text:
    try:
        await stations.settle(ctx.session, id, problem, ctx.now, ctx.openid)
    except stations.NotKeeper:
        return Text("这一行是发给驿站管理员的。您发现驿站有问题，回复“驿站坏了找谁”。")
    return Text("好的，已经记为处理好了，后来的工友不会再看到这条提醒。辛苦您！")


async def _map(ctx: Context) -> Map:
    return await ctx.use(Atlas).open(ctx.session)


def _called(known: Map, words: str) -> list[Station]:
    return known.named(words) or known.called(station_words.read(words))


def _standing_at(ctx: Context, known: Map) -> list[Station]:
    at = ctx.incoming
    if at.latitude is None or at.longitude is None:
        return []
    return known.around(at.latitude, at.longitude, _ASKED_OF)


def _meant(ctx: Context, known: Map, request: Request) -> list[Station]:
    """By their number in the list, by name, or all that are shown."""
    shown = _shown_before(ctx, known)
    if request.near and not request.rest:
        return _nearest_shown(ctx, known) or shown
    if request.line and shown:
        # “2号” may stand in a name as well.
        by_name = [one for one in known.by_name(request.names[1]) if one in shown]
        return by_name if len(by_name) == 1 else shown[request.line - 1 : request.line] or shown
    if request.line and not request.named:
        return []  # a line of no list
    return known.called(request) if request.rest else shown


def _nearest_shown(ctx: Context, known: Map) -> list[Station]:
    """Of the list, if it said how far each is."""
    listed = [found for one in ctx.conversation.on_offer(ctx.now) if (found := _LISTED.match(one))]
    if not listed or not all((one[2] or "").isdecimal() for one in listed):
        return []
    nearest = known.station(int(min(listed, key=lambda one: int(one[2]))[1]))
    return [nearest] if nearest else []


def _shown_before(ctx: Context, known: Map) -> list[Station]:
    """In a list of stations, of which one is asked, or by itself."""
    listed = [_LISTED.match(one) for one in ctx.conversation.on_offer(ctx.now)]
    ids = dict.fromkeys(one[1] for one in listed if one)
    return [one for id in ids if id.isdecimal() and (one := known.station(int(id)))]
