"""Where the nearest station is that is open and has what is needed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from dialogue import Capability, Choice, Context, Text, link, numbered
from dialogue.dates import spoken_weekday
from dialogue.replies import MOST_BYTES, listed, with_choices
from knowledge.snapshots import Knowledge
from union import places, station_words, stations
from union.atlas import Atlas, Map, Near, Station
from union.places import Place
from union.station_words import PROBLEMS, SERVICES, Request, Wish
from union.stations import AGREE

capability = Capability("stations", title="找驿站")

_FAR = 30_000  # metres beyond which nothing is near any more
_SHOWN = 3
_KINDS = {key: names[0] for key, names in station_words.KINDS.items()}
_TOPIC = "nearest-station"
_AT = f"{capability.name}:at."
_REPORTS = "station_reports"  # the capability that takes what is wrong
_EVENTS = "events"  # the capability that lists events by their distance
_ASK_PLACE = (
    "请把位置发给我：点聊天框右边的“+”，选“位置”，再点“发送位置”，我马上帮您找最近、{wanted}。位置只用来这次找，不留存。\n\n"
    "不方便发位置，就点一下您在哪里：\n{options}\n\n也可以打一个地名或路名，比如“高州城区驿站”。"
)
_WHICH_PLACE = "您说的是哪一个地方？点一下或回复序号："


@capability.says("附近驿站", "找驿站", "最近的驿站", "驿站地图", "24小时", "24小时驿站", "附近的驿站", "驿站")
@capability.taps("STATIONS")
@capability.opens
async def start(ctx: Context) -> Text:
    request = station_words.read(ctx.incoming.text)
    return await _of_shown(ctx, request) or await _answer(ctx, request)


@capability.understands(station_words.asks)
async def find(ctx: Context, request: Request) -> Text | None:
    if told := await _of_shown(ctx, request):
        return told
    if request.rest and not (await _map(ctx)).called(request):  # no station that is known
        return None
    if not (request.named or request.places or request.rest or request.wish != Wish()):
        return None  # of no list
    return await _answer(ctx, request)


@capability.receives("location")
async def locate(ctx: Context) -> Text | None:
    ctx.hide("[location]")  # where somebody was is not written down
    if any(one.startswith(f"{_EVENTS}:") for one in ctx.conversation.on_offer(ctx.now)):
        return await ctx.open(_EVENTS)  # they were looking at events, and are asked where they are there too
    at = ctx.incoming
    known = await _map(ctx)
    if not len(known):
        return Text(
            "位置收到了。驿站的位置还在登记，暂时帮您找不了。\n现在可以回复“找驿站”，看看怎么用手机地图查。"
        )
    if at.latitude is None or at.longitude is None:
        return Text("这个位置我没读出来。请再发一次：点“+”，选“位置”，再点“发送位置”。")
    wish = _wished_before(ctx)
    found = known.nearest(at.latitude, at.longitude, wish, ctx.now, _SHOWN)
    return await _show(ctx, found, wish, "离您最近的")


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    what, _, rest = argument.partition(".")
    first, _, second = rest.partition(".")
    if what == "in":
        return await _at_place(ctx, await _map(ctx), places.place(first), Wish.coded(second))
    return await _details(ctx, int(first), int(second) if second.isdecimal() else None)


# --- Answering ---


async def _of_shown(ctx: Context, request: Request) -> Text | None:
    """A second question about the list that was shown: which of it is the nearest, is open, has what is needed."""
    wish = request.wish
    if request.named or request.places or request.problem or (request.rest and not request.line):
        return None
    if request.which == "way" and not request.line and wish == Wish():
        lines = [one.split(".") for one in ctx.conversation.on_offer(ctx.now)]
        ids = {line[1] for line in lines if line[0] in (f"{capability.name}:at", f"{_REPORTS}:bad")}
        return await _details(ctx, int(ids.pop())) if len(ids) == 1 else None
    if not (shown := await _listed(ctx)) or not (request.which or request.line or wish != Wish()):
        return None
    if request.line:
        near = shown[request.line - 1] if request.line <= len(shown) else None
        return await _details(ctx, near.station.id, near.metres) if near else None
    if wish != Wish():
        found, what = [one for one in shown if _fits(one.station, wish, one.always)], "没有"
    elif request.which == "open":
        found, what = [one for one in shown if one.until is not None], "现在没开"
    elif all(one.metres is not None for one in shown):
        return await _show(ctx, shown[:1], wish, "刚才这几家里，离得最近的")
    else:
        return None
    if found:
        return await _show(ctx, found, wish, "刚才这几家里，" if what == "没有" else "刚才这几家里，开着的")
    districts = list(dict.fromkeys(one.station.district for one in shown))
    known, title = await _map(ctx), "、".join(map(places.label, districts))
    found = known.within(districts, wish, ctx.now, _SHOWN)
    return await _show(ctx, found, wish, f"刚才这几家都{what}。{title}的")


async def _listed(ctx: Context) -> list[Near]:
    """The stations of the list on offer, as far away as was said."""
    found = [one for one in ctx.conversation.on_offer(ctx.now) if one.startswith(_AT)]
    if not found:
        return []
    known, shown = await _map(ctx), []
    for line in found:
        id, _, metres = line.removeprefix(_AT).partition(".")
        if near := known.look_at(int(id), ctx.now):
            shown.append(replace(near, metres=float(metres) if metres else None))
    return shown


def _fits(station: Station, wish: Wish, always: bool) -> bool:
    kinds = not wish.kinds or station.kind in wish.kinds
    return kinds and set(wish.services) <= set(station.services) and (always or not wish.always)


async def _answer(ctx: Context, request: Request) -> Text:
    known = await _map(ctx)
    if not len(known):
        return _as_known(ctx)
    wish = request.wish
    if wish == Wish() and (request.places or request.rest):  # where they are, as they were asked
        wish = _wished_before(ctx, named=request.named)
    if request.rest and (called := known.called(request)):
        at = called[0]
        if not request.wish.services and known.by_name(request.names[0]) == [at]:
            return await _details(ctx, at.id)
        found = known.nearest(at.latitude, at.longitude, wish, ctx.now, _SHOWN)
        return await _show(ctx, found, wish, f"从“{at.name}”算起，最近的")
    if len(request.places) == 1:
        return await _at_place(ctx, known, request.places[0], wish)
    if request.places:
        options = _offer_places(ctx, request.places, wish)
        return with_choices(_WHICH_PLACE, options)
    options = _offer_places(ctx, places.DISTRICTS, wish)
    wanted = _wanted(wish) if wish.always else f"开着的{_wanted(wish)}"
    asking = _ASK_PLACE.replace("{wanted}", wanted)
    return Text(asking.replace("{options}", listed(options, MOST_BYTES - len(asking.encode()))))


def _offer_places(ctx: Context, meant: Sequence[Place], wish: Wish) -> list[Choice]:
    options = [Choice(one.label, capability.name, f"in.{one.id}.{wish.code}") for one in meant]
    ctx.offer(*options, topic=_TOPIC)
    return options


async def _at_place(ctx: Context, known: Map, place: Place, wish: Wish) -> Text:
    if not place.is_district and (found := known.about(place.short, [place.district], wish, ctx.now, _SHOWN)):
        return await _show(ctx, found, wish, f"{place.label}一带的", f"{place.label}一带")
    found = known.within([place.district], wish, ctx.now, _SHOWN)
    return await _show(ctx, found, wish, f"{places.label(place.district)}的")


async def _show(ctx: Context, found: Sequence[Near], wish: Wish, title: str, around: str = "") -> Text:
    """`around` a place that is no point: how far it is from there is not said."""
    wanted = _wanted(wish)
    if not found:
        ctx.understood(_TOPIC)
        return Text(
            f"{title}{wanted}，我这里还没有登记。换个说法再问我，或者打 12351 问一声；回复“人工”找工作人员。"
        )
    counts = await stations.problems(ctx.session, [one.station.id for one in found], ctx.now)
    opened = sum(one.until is not None for one in found)
    head = f"{title}{wanted}：" if opened else f"{title}{wanted}，现在都关着："
    if (found[0].metres or 0) > _FAR:
        head = f"{around or '您附近'}没有登记的{wanted}，最近的也有些远：\n"
    if around:
        found = [replace(one, metres=None) for one in found]
    ctx.offer(*map(_choice, found), topic=_TOPIC)
    lines = [_line(number, one, wish, counts, tapped=True) for number, one in enumerate(found, 1)]
    tail = "点名字看详情、报问题。"
    full = "\n\n".join([head, *lines, tail])
    if len(full.encode()) > MOST_BYTES:
        full = "\n\n".join(
            [head, *(_line(n, one, wish, counts, tapped=False) for n, one in enumerate(found, 1)), tail]
        )
    return Text(full)


def _choice(near: Near) -> Choice:
    far = "" if near.metres is None else f".{_rounded(near.metres)}"
    return Choice(near.station.name, capability.name, f"at.{near.station.id}{far}")


async def _details(ctx: Context, id: int, metres: float | None = None) -> Text:
    near = (await _map(ctx)).look_at(id, ctx.now)
    if near is None:
        return Text("这一家的资料刚刚变了。回复“附近驿站”，我重新帮您找。")
    station = near.station
    counts = await stations.problems(ctx.session, [id], ctx.now)
    choices = [Choice(PROBLEMS[key], _REPORTS, f"bad.{id}.{key}") for key in ("closed", "water", "dirty")]
    ctx.offer(*choices, topic=_TOPIC)
    lines = [
        f"{station.name}（{_KINDS[station.kind]}）",
        f"地址：{places.label(station.district)}{station.address}",
        "" if metres is None else f"距离：{_metres(metres)}",
        f"开放：{station.hours}（{_state(near, ctx.now)}）",
        f"服务：{'、'.join(SERVICES[one] for one in station.services)}" if station.services else "",
        f"电话：{station.telephone}" if station.telephone else "",
        station.note,
        _agreed(id, counts),
        _route(station),
        f"\n到了发现有问题，点一下告诉管理员：\n{numbered(choices)}",
    ]
    return Text("\n".join(filter(None, lines)))


# --- Wording ---


def _line(number: int, near: Near, wish: Wish, counts: dict[tuple[int, str], int], *, tapped: bool) -> str:
    station = near.station
    name = link(station.name, station.name, _choice(near).menu_id) if tapped else station.name
    # What was asked for is never cut off.
    first = sorted(station.services, key=lambda one: one not in wish.services)
    services = "、".join(SERVICES[one] for one in first[: max(4, len(wish.services))])
    far = "" if near.metres is None else f"（{_metres(near.metres)}）"
    told = " · ".join(filter(None, (_state(near), services)))
    return "\n".join(
        filter(None, (f"{number}. {name}{far}", told, _agreed(station.id, counts), _route(station)))
    )


def _state(near: Near, now: datetime | None = None) -> str:
    if near.station.state != "open":
        return "暂停开放"
    if near.always:
        return "24 小时开"
    if near.until is not None:
        return f"现在开着，到 {near.until:%H:%M}"
    if near.opens is None:
        return "近期不开"
    return f"现在关着，{spoken_weekday(near.opens)} {near.opens:%H:%M} 开"


def _agreed(id: int, counts: dict[tuple[int, str], int]) -> str:
    told = [
        f"{count} 位工友说{PROBLEMS[problem]}"
        for (one, problem), count in counts.items()
        if one == id and count >= AGREE
    ]
    return f"（近来{'，'.join(told)}，去前留意）" if told else ""


def _metres(metres: float) -> str:
    if metres < 25:
        return "就是这里"
    said = _rounded(metres)
    return f"约 {said} 米" if said < 950 else f"约 {said / 1000:.1f} 公里"


def _rounded(metres: float) -> int:
    """As exactly as it is said, for no more is kept either."""
    if metres < 25:
        return 0
    return max(round(metres / 50) * 50, 50) if metres < 950 else round(metres / 100) * 100


def _route(station: Station) -> str:
    # The map's public address for pages: no key, opens in WeChat, takes GCJ-02 as it is.
    marker = f"coord:{station.latitude:.6f},{station.longitude:.6f};title:{station.name[:16]};addr:{station.address[:16]}"
    target = f"https://apis.map.qq.com/uri/v1/marker?marker={quote(marker, safe=':,;')}&referer=unionbot"
    return f'<a href="{target}">地图导航</a>'


def _wanted(wish: Wish) -> str:
    kinds = "、".join(_KINDS[kind] for kind in wish.kinds) or "驿站"
    services = "".join(f"有{SERVICES[one]}的" for one in wish.services)
    return (
        ("24 小时开、" if wish.always and services else "24 小时开的" if wish.always else "")
        + services
        + kinds
    )


# --- Understanding ---


async def _map(ctx: Context) -> Map:
    return await ctx.use(Atlas).open(ctx.session)


def _as_known(ctx: Context) -> Text:
    """While no station is known, what the knowledge base says."""
    knowledge = ctx.use(Knowledge)
    told = knowledge.read(ctx.incoming.text, ctx.topic).entries or (knowledge.entry(_TOPIC),)
    if told[0] is None:
        return Text("驿站的位置还在登记，暂时帮您找不了。回复“人工”找工作人员，或打 12351 问一声。")
    ctx.understood(told[0].topic)
    return Text(told[0].answer)


def _wished_before(ctx: Context, *, named: bool = False) -> Wish:
    """What the worker asked for when we asked where they are; else, if no station is `named` now, what they read of."""
    offered = ctx.conversation.on_offer(ctx.now)
    found = next((one for one in offered if one.startswith(f"{capability.name}:in.")), "")
    known = Wish() if named else station_words.OF_TOPICS.get(ctx.topic or "", Wish())
    return Wish.coded(found.rpartition(".")[2]) if found else known
