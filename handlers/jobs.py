"""Jobs in a worker's words: by place, trade, kind and pay, a page at a time, and all about one of them."""

from dataclasses import replace
from datetime import datetime, timedelta

from dialogue import Capability, Choice, Context, Text, numbered, with_choices, wording
from dialogue.replies import MOST_BYTES, listed
from knowledge.snapshots import Knowledge
from union import calendars, job_board, job_lines, job_words, listings, pays, places, search_labels
from union.job_lines import Pointed
from union.job_words import Asked, Search
from union.listings import Listing

capability = Capability("jobs", title="找工作")

_PAGE = 5
_A_WORD = 12  # letters of what may be a post
_TOPIC = "job-find"
_APPLY = "job_applications"  # the capability that takes applications
_SUBSCRIBE = "subscriptions"  # the capability that asks for consent
_AT, _FOR = f"{capability.name}:at.", f"{_APPLY}:for."
_MORE = f"{capability.name}:more."
_WANTED = f"{_SUBSCRIBE}:want.jobs.."
_HOW = "说一句就能找，比如“高州 电工 日结”“电白 普工 4500以上”。"


@capability.says("找岗位", "找工作", "看岗位", "岗位", "招工", "揾工", "招工信息")
@capability.taps("JOBS")
@capability.opens
async def start(ctx: Context) -> Text | None:
    if not await job_board.any_open(ctx.session, ctx.now):
        return _as_known(ctx)
    return await _find(ctx, job_words.read(ctx.incoming.text))


def _asks(text: str, topic: str | None) -> Asked | None:
    return None if job_lines.read(text, topic) else job_words.asks(text, topic)


@capability.understands(_asks)
async def find(ctx: Context, asked: Asked) -> Text | None:
    if asked.may and ctx.use(Knowledge).knows(
        ctx.incoming.text, ctx.topic
    ):  # from what age on, or up to which
        return None
    if not await job_board.any_open(ctx.session, ctx.now):
        return _as_known(ctx)
    return await _find(ctx, asked)


@capability.understands(job_lines.read)
async def find_in_list(ctx: Context, pointed: Pointed) -> Text | None:
    """“洗碗的那个多少钱”, “第二个怎么报名”: one of the jobs on show."""
    ids = [one.removeprefix(_AT) for one in ctx.conversation.on_offer(ctx.now) if one.startswith((_AT, _FOR))]
    shown = [await listings.numbered(ctx.session, int(id.removeprefix(_FOR))) for id in ids]
    meant = job_lines.meant(pointed, [one for one in shown if one])
    if len(meant) > 1:
        choices = [Choice(_label(one), capability.name, f"at.{one.id}") for one in meant]
        ctx.ask_which(*choices, topic=_TOPIC)
        return with_choices(wording.WHICH_OF_THEM, choices)
    if not meant:
        asked = job_words.asks(ctx.incoming.text, ctx.topic)
        return await find(ctx, asked) if asked else None
    told = await _details(ctx, meant[0].id)
    return (await ctx.open(_APPLY) or told) if pointed.applies else told


def _by_post(text: str, topic: str | None) -> Asked | None:
    found = None if len(text) > _A_WORD else job_words.by_post(text, topic)
    asked = found and (found.search.perks or job_words.asks_whether(text) or not wording.sounds_asked(text))
    return found if asked else None


@capability.guesses(_by_post)
async def find_by_post(ctx: Context, asked: Asked) -> Text | None:
    """The words of a post that stands on the board, or of what one offers: “洗碗”, “茂南洗碗”, “有没有夜班”."""
    if not await job_board.stands(ctx.connection, asked.search, ctx.now):
        return None
    if not _is_sure(ctx, asked.search):  # a trade of which people ask much else
        return None
    await ctx.attach()
    return await _find(ctx, asked)


def _is_sure(ctx: Context, wish: Search) -> bool:
    """Whether it is looked for, whatever else is known: chatter less than what people ask of the union."""
    knowledge, text = ctx.use(Knowledge), ctx.incoming.text
    if wish.trade and job_words.is_called(text):
        return True
    if job_words.asks_whether(text) and knowledge.read(text, ctx.topic).aside:
        return True
    return not knowledge.knows(text, ctx.topic)


@capability.says("下一页", "更多岗位", "还有别的岗位吗", "下一批", "翻页")
async def turn(ctx: Context) -> Text:
    offered = ctx.conversation.on_offer(ctx.now)
    more = next((one for one in offered if one.startswith(_MORE)), None)
    if more is not None:
        return await _turn(ctx, more.removeprefix(_MORE))
    shown = any(one.startswith(f"{capability.name}:") for one in offered)
    return Text(f"{'后面没有了，这些就是全部。' if shown else '现在没有翻到一半的岗位。'}{_HOW}")


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    what, _, rest = argument.partition(".")
    if what == "at":
        return await _details(ctx, int(rest))
    return await _turn(ctx, rest)


# --- Answering ---


async def _find(ctx: Context, asked: Asked) -> Text:
    wish = _narrowed(ctx, asked.search) if asked.narrows else asked.search
    if wish == Search() and asked.rest:  # it was asked for by name: 找工作
        worded = job_words.with_word(asked)
        if worded.word and (await job_board.search(ctx.session, worded, ctx.now)).count:
            wish = worded
    note = ""
    if wish.perks and not (await job_board.search(ctx.session, wish, ctx.now, 0, 1)).count:
        perks = "、".join(search_labels.conditions(Search(perks=wish.perks)))
        stated = "合" if job_words.NOT in wish.perks else "写明"
        wish, note = replace(wish, perks=""), f"{stated}“{perks}”的眼下没有，这些要点开看岗位说明。\n"
    if (await job_board.search(ctx.session, wish, ctx.now, 0, 1)).count:
        head = "最新的岗位，" if wish == Search() else f"{_wanted(wish)}，"
        return await _page(ctx, wish, 0, head, note)
    wider = job_words.widened(wish)
    if wider not in (wish, Search()) and (await job_board.search(ctx.session, wider, ctx.now, 0, 1)).count:
        return await _page(ctx, wider, 0, f"{_wanted(wish)}，眼下没有。放宽一点，全市的", note)
    later = _later(wish)
    ctx.offer(*later, topic=_TOPIC)
    return Text(
        f"{_wanted(wish)}，眼下没有登记的岗位。\n\n{numbered(later)}\n\n"
        f"换个工种、地方再找找，{_HOW}\n回复“找岗位”看全部；要人帮忙，回复“人工”。"
    )


def _narrowed(ctx: Context, by: Search) -> Search:
    """What was looked for last, without what will not do."""
    codes = [one for one in ctx.conversation.on_offer(ctx.now) if one.startswith((_MORE, _WANTED))]
    last = Search.coded(codes[0].split(".", 2)[2].removeprefix(".")) if codes else Search()
    perks = job_words.both(last.perks, by.perks)
    return replace(last, paid=by.paid or last.paid, kind=by.kind or last.kind, perks=perks)


async def _page(ctx: Context, wish: Search, offset: int, head: str, note: str = "") -> Text:
    found = await job_board.search(ctx.session, wish, ctx.now, offset, _PAGE)
    if not found.listings:
        ctx.understood(_TOPIC)
        return Text(f"后面没有了。{_HOW}")
    choices = [Choice(_label(one), capability.name, f"at.{one.id}") for one in found.listings]
    last = offset + len(found.listings)
    if last < found.count:
        choices.append(Choice("下一页", capability.name, f"more.{last}.{wish.code}"))
    choices += _later(wish)
    ctx.offer(*choices, topic=_TOPIC)
    counted = (
        f"共 {_counted(found.count)} 个" if last > _PAGE or found.count > last else f"有 {found.count} 个"
    )
    title = f"{head}{counted}：" if head else f"第 {offset + 1} 到 {last} 个，共 {_counted(found.count)} 个："
    tail = f"{note}点一下或回复序号看详情、报名。" + ("回复“下一页”接着看。" if last < found.count else "")
    return Text(f"{title}\n\n{listed(choices, MOST_BYTES - len(f'{title}{tail}'.encode()) - 8)}\n\n{tail}")


def _later(wish: Search) -> list[Choice]:
    """Whoever looks for something certain may hear of it when it is new."""
    return (
        []
        if wish == Search()
        else [Choice("有新的就告诉我", _SUBSCRIBE, f"{_WANTED.partition(':')[2]}{wish.code}")]
    )


async def _turn(ctx: Context, where: str) -> Text:
    offset, _, code = where.partition(".")
    return await _page(ctx, Search.coded(code), int(offset), "")


async def _details(ctx: Context, id: int) -> Text:
    one = await listings.numbered(ctx.session, id)
    if one is None or not listings.holds(one, ctx.now):
        ctx.understood(_TOPIC)
        return Text(f"这个岗位已经招满或者过期了。{_HOW}")
    choice = Choice("报名这个岗位", _APPLY, f"for.{id}")
    ctx.offer(choice, topic=_TOPIC)
    lines = [
        f"{one.post}{'（样例）' if one.sample else ''}",
        f"工资：{one.pay}（{pays.PAID[one.paid]}）",
        f"类型：{pays.KINDS[one.kind]}，招 {one.wanted} 人",
        f"地点：{places.label(one.district)}{one.place}",
        f"时间：{one.hours}" if one.hours else "",
        f"单位：{one.publisher}",
        f"说明：{one.details}" if one.details else "",
        f"有效到：{_last_day(one.expires_at)}",
        f"\n{listed([choice], 400)}\n点一下或回复 1 报名。",
        "正规招工不收押金、不收培训费，有人叫您先交钱，别交，回复“人工”告诉我们。",
    ]
    return Text("\n".join(filter(None, lines)))


def _as_known(ctx: Context) -> Text:
    """While no job is listed, what the knowledge base says."""
    knowledge = ctx.use(Knowledge)
    told = knowledge.read(ctx.incoming.text, ctx.topic).entries or (knowledge.entry(_TOPIC),)
    if told[0] is None:
        return Text("眼下没有登记的岗位。过些天再来看看，或者回复“人工”找工作人员。")
    ctx.understood(told[0].topic)
    return Text(told[0].answer)


# --- Wording ---


def _counted(count: int) -> str:
    return f"{count} 多" if count >= job_board.MOST_COUNTED else str(count)


def _label(one: Listing) -> str:
    sample = "样例·" if one.sample else ""
    paid = "" if one.paid == "month" else f"·{pays.PAID[one.paid]}"
    return f"{sample}{one.post[:14]}｜{one.pay[:16]}{paid}｜{places.label(one.district)}"


def _wanted(wish: Search) -> str:
    return (
        "、".join((*search_labels.conditions(wish), search_labels.trade(wish, "“{}”"))).strip("、")
        or "您要的"
    )


def _last_day(moment: datetime) -> str:
    day = calendars.china_day(moment - timedelta(seconds=1))
    return f"{day.month} 月 {day.day} 日"
