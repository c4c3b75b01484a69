"""What leads to events from elsewhere: the knowledge base, a location, and words that other sign-ups share."""

import re
from collections.abc import Awaitable, Callable

from dialogue import Choice, Context, Text, numbered, titles, wording
from dialogue.offers import asks_how_far
from dialogue.replies import MOST_BYTES
from handlers.events import browsing, coming, naming, signing, telling
from handlers.events.naming import CALLED, Whose, says_whose
from handlers.events.words import KINDS, TOPICS, capability
from knowledge.entries import Entry
from knowledge.normal import normalise
from knowledge.snapshots import Knowledge
from knowledge.understanding import BY_ITSELF
from union import events, places, signups
from union.events import Kind, Sort

_THANKS = re.compile(r"(?:谢谢|多谢|唔该)(?:你|您|了|啦)?$")
_JOIN, _SEE, _OF_KIND = (f"{capability.name}:{deed}=" for deed in ("join", "see", "kind"))
_QUIT = "quit="
_PLACES = "茂南|电白|信宜|高州|化州|高新|滨海|水东湾|茂港|市区|茂名"
_WORDS = "|".join(sorted(CALLED, key=len, reverse=True))
# Only words that surely look for an event: other questions about such things are the knowledge base's.
_ASKS = r"(?:最近|近期|附近|有没有|有什么|有啥|有咩|有乜|有哪些|有冇|有边啲|有|的|开什么|几时有)*"
_LOOKS = rf"(?=.*(?:{_PLACES}))({_ASKS}(?:{_PLACES})(?:区|市|县)?{_ASKS}(?:{_WORDS})?)(?:活动|报名)?(?:吗|有吗|呢)?"


@capability.hears(rf"(?=.*(?:活动|{_WORDS})){_LOOKS}")
async def look(ctx: Context, words: str) -> Text:
    """“高州有什么活动”, “信宜招聘会”: what is on there."""
    kind = next((kind for name, kind in CALLED.items() if name in words), None)
    districts = [place.district for place in places.named(words)[0]]
    return await browsing.show_kind(ctx, kind, list(dict.fromkeys(districts)))


@capability.guesses(naming.may_name)
async def see_the_named(ctx: Context, words: str) -> Text | None:
    """“骑手暖冬怎么报名”, “我想去联谊”: what is on of that name, else of that kind, unless it is likely about something else."""
    coming = await ctx.once(events.upcoming_titles)
    text = ctx.incoming.text
    meant = [one for one in coming if naming.is_whole(one.title, text)]
    if not meant:
        meant = [one for one in coming if naming.is_called(one.title, words)]
        meant = meant or [one for one in coming if one.kind == CALLED.get(words)]
        likely = _likely(ctx) if meant else ""
        meant = [one for one in meant if likely in ("", TOPICS[Kind(one.kind)])]
    if not meant:
        return await _see_own(ctx, words) if ctx.conversation.names else None
    await ctx.attach()
    if len(meant) == 1:
        return await telling.as_said(ctx, meant[0].id)
    return await browsing.show_named(ctx, [one.id for one in meant])


async def _see_own(ctx: Context, words: str) -> Text | None:
    """What they signed up for and is on no list any more: it was called off, or is going on."""
    await ctx.attach()
    own = [one.event for one in await signups.mine(ctx.session, ctx.openid) if one.event.ends_at > ctx.now]
    found = [
        one
        for one in own
        if naming.is_whole(one.title, ctx.incoming.text) or naming.is_called(one.title, words)
    ]
    return await browsing.see(ctx, found[0].id) if len(found) == 1 else None


def _likely(ctx: Context) -> str:
    """What the knowledge base would rather be asked of; "" where it has no idea."""
    knowledge = ctx.use(Knowledge)
    reading = knowledge.read(ctx.incoming.text, ctx.topic)
    near = knowledge.offers(reading)
    return near[0].entry.topic if near and reading.certainty >= BY_ITSELF else ""


@capability.glances
async def tell(ctx: Context) -> Text | None:
    """What the knowledge base says, and how much is on of that kind; the kind's bare name asks for what is on."""
    entry, said = _entry(ctx), _said(ctx)
    if entry is None or said in _SHARED or asks_how_far(said):
        return None
    kind = _kind_of(entry)
    number = sum(one.kind == kind for one in await ctx.once(events.upcoming_titles)) if kind else 0
    return None if number and said in CALLED else _told(ctx, entry, number)


@capability.opens
async def open_from_elsewhere(ctx: Context) -> Text | None:
    if ctx.incoming.kind == "location":
        return await browsing.show_near(ctx)
    if ctx.about.startswith(_QUIT):  # of what was signed up for, courses among it, this was meant
        return await signing.ask_to_leave(ctx, int(ctx.about.removeprefix(_QUIT)))
    if deed := _SHARED.get(_said(ctx)):
        return await deed(ctx)
    if asks_how_far(ctx.incoming.text):
        return await coming.show_mine(ctx)
    if not ctx.about and (words := titles.gives_up(ctx.incoming.text)):  # no course is called so
        return await signing.quit_the_named(ctx, words)
    return await _show(ctx)


def _said(ctx: Context) -> str:
    """As routing compared it, without thanks."""
    return _THANKS.sub("", normalise(ctx.incoming.text))


async def _join_the_shown(ctx: Context) -> Text:
    """The event whose card was shown last; where several were it is asked which, and where none was there is the list."""
    shown = _offered(ctx, _JOIN)
    if len(shown) == 1:
        return await signing.join(ctx, *map(int, shown[0].split("=")))
    if listed := [one.partition("=")[0] for one in shown or _offered(ctx, _SEE)]:
        return await signing.ask_which_to_join(ctx, [int(id) for id in dict.fromkeys(listed)])
    kinds = _offered(ctx, _OF_KIND)
    return await browsing.show_kind(ctx, Kind(kinds[0]) if kinds else None)


def _offered(ctx: Context, deed: str) -> list[str]:
    return [one.removeprefix(deed) for one in ctx.conversation.on_offer(ctx.now) if one.startswith(deed)]


@capability.understands(says_whose)
async def join_as(ctx: Context, said: Whose) -> Text | None:
    """“我跑美团的”, “高州”, where it was asked whose places of an event it is to be, or its card tells of them."""
    ids = [one.split("=") for one in _offered(ctx, _JOIN)]
    event = await events.find(ctx.session, int(ids[0][0])) if len({one[0] for one in ids}) == 1 else None
    if event is None or len(event.quotas) < 2:
        return None
    asked = {int(one[1]) for one in ids if len(one) > 1}
    quotas = [one for one in event.quotas if not asked or one.id in asked]
    own = {Sort.WORK: said.works, Sort.DISTRICT: said.districts}
    meant = [one for one in quotas if one.whose in own.get(one.sort, ())]
    fitting = meant or [one for one in quotas if one.sort is Sort.ALL]
    return await signing.join(ctx, event.id, fitting[0].id) if len(fitting) == 1 else None


async def _show(ctx: Context) -> Text:
    """What is on of the kind that is named or that the entry is about."""
    kind = _kind_of(_entry(ctx)) or CALLED.get(_said(ctx))
    return await browsing.show_kind(ctx, kind)


def _entry(ctx: Context) -> Entry | None:
    """The one that led here."""
    return ctx.use(Knowledge).entry(ctx.about) if ctx.about else None


def _told(ctx: Context, entry: Entry, number: int) -> Text:
    ctx.understood(entry.topic)
    caution = wording.caution(entry.reviewed, entry.review_by, ctx.now.date())
    told = _fitting(f"{entry.answer}{caution}", entry.answer)
    kind = _kind_of(entry)
    if not number or kind is None:
        return Text(told)
    choice = Choice(f"看眼下的{KINDS[kind]}活动（{number} 个）", capability.name, f"kind={kind}")
    both = _fitting(f"{told}\n\n{numbered([choice])}", f"{entry.answer}\n\n1. {choice.label}")
    if len(both.encode()) > MOST_BYTES:
        return Text(told)
    ctx.offer(choice, topic=entry.topic)
    return Text(both)


def _fitting(text: str, otherwise: str) -> str:
    return text if len(text.encode()) <= MOST_BYTES else otherwise


def _kind_of(entry: Entry | None) -> Kind | None:
    return next((kind for kind, topic in TOPICS.items() if entry and topic == entry.topic), None)


# As they are said to other capabilities, which hand them over where they have nothing to do with them.
_DEEDS: tuple[tuple[str, Callable[[Context], Awaitable[Text]]], ...] = (
    ("报名|我要报名", _join_the_shown),
    ("要|我要|要名额|我要名额|要这个名额|接受名额", signing.take_the_offered),
    (
        "不要名额|不要这个名额|放弃名额|名额让给别人|不要名额了|不要这个名额了|放弃名额了|名额让给别人了",
        signing.leave_the_offered,
    ),
    ("取消报名|取消候补|不排了|不排候补了", signing.quit_something),
    ("签到|我要签到|签到码", coming.explain_check_in),
)
_SHARED = {normalise(words): deed for said, deed in _DEEDS for words in said.split("|")}
