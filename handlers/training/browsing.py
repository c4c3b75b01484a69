"""Finding a course: a list of what is coming, by trade and place, and a card for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue import Choice, Context, Text, link, with_choices
from handlers.training.words import capability, card, refusal, short, until, where
from union import courses, enrolments, members, places, seats
from union.courses import Audience, Course, matching
from union.lines import Places
from union.refusals import Why
from union.trainings import Refused, Standing

_SHOWN = 8
_MOST_BYTES = 1800
_PLACES = "茂南|电白|信宜|高州|化州|高新|滨海|水东湾|茂港|市区"
_TRADES = (
    "电工|焊工|电焊|叉车|挖掘机|挖机|粤菜|粤菜师傅|厨师|烹饪|面点|点心|月嫂|育婴|育婴员|母婴|家政|南粤家政|养老|养老护理|护理员|"
    "护工|保洁|直播|直播带货|电商|农村电商|短视频|美容|美发|电脑|办公软件|人工智能|无人机|化工|石化|新能源|汽修|维修|骑手|"
    "安全|急救|消防|园艺|种植|养殖|缝纫|叉车工|检修|数控|钳工|茶艺|咖啡|化橘红|荔枝"
)
# Only words that surely look for a course: other questions about training are the knowledge base's.
_COURSE = r"(?:的|技能|入门|基础)?(?:培训|培训班|培训课|课程|课|班)"
_LOOKS = (
    rf"(?=.*(?:{_PLACES}|{_TRADES}))"
    r"(?:(?:我?想|我?要)?(?:学|报名?|参加)|最近|近期|有没有|有冇)?"
    rf"((?:{_PLACES})?(?:区|市|县)?(?:有没有|有什么|有冇|的|开什么|最近有)?(?:{_TRADES})?)"
    rf"{_COURSE}(?:报名|吗|有吗|有没有|有冇)?"
)
# “报电工”: whoever signs up for a trade needs no word for a course.
_SIGNS_UP = rf"(?:我?想|我?要)?报名?((?:{_PLACES})?(?:区|市|县)?的?(?:{_TRADES}))(?:{_COURSE})?"


@dataclass(frozen=True, slots=True)
class Offer:
    """A course with how full it is."""

    course: Course
    places: Places


async def standing(ctx: Context) -> Standing:
    """What the union knows of the worker."""
    member = await members.member(ctx.session, ctx.openid)
    return Standing() if member is None else Standing(member=True, work=member.work)


async def offers(ctx: Context) -> Sequence[Offer]:
    """What is coming, the earliest first."""
    found = await courses.upcoming(ctx.session, ctx.now)
    full = await seats.all_places(ctx.session, [course.id for course in found])
    return [Offer(course, full.get(course.id, Places(0, 0))) for course in found]


@capability.says(
    "培训", "技能培训", "报名培训", "培训报名", "公益培训", "我要培训", "我想培训", "参加培训", "培训课程",
    "我要报名培训", "我要报培训", "有什么培训", "有什么课", "近期培训", "最近有什么培训", "培训班", "看别的课",
)  # fmt: skip
@capability.taps("TRAINING")
@capability.opens
async def show(ctx: Context) -> Text:
    ctx.understood("training-courses")
    found = await offers(ctx)
    if not found:
        return Text(
            "眼下没有正在报名的课，新课一出就能在这里看到，过几天再回复“培训”看看。\n想学什么，也可以回复“人工”告诉我们。"
        )
    return _listed(ctx, "近期的课，回复序号看详情：", found)


@capability.hears(_LOOKS)
@capability.hears(_SIGNS_UP)
async def look(ctx: Context, words: str) -> Text:
    """“电工培训”, “信宜有什么培训”: what is coming that fits the words."""
    ctx.understood("training-courses")
    found = await offers(ctx)
    named = {place.district for place in places.find(words)}
    near = [one for one in found if one.course.district in named]
    wanted = matching([one.course for one in found], words)
    fitting = [one for one in near or found if one.course in wanted] or near
    if fitting:
        return _listed(ctx, "合您说的课有这些，回复序号看详情：", fitting)
    if not found:
        return await show(ctx)
    return _listed(ctx, "您说的这门眼下没有开班。近期开的有这些，回复序号看详情：", found)


@capability.says("课程详情", "培训详情")
async def tell_again(ctx: Context) -> Text:
    """The card of the course that is being signed up for."""
    course = _chosen(ctx)
    return await show(ctx) if course is None else await see(ctx, course)


async def see(ctx: Context, course_id: int) -> Text:
    """The card of a course, with what can be done about it."""
    ctx.understood("training-signup")
    try:
        course = await enrolments.check(ctx.session, ctx.openid, course_id, ctx.now, await standing(ctx))
    except Refused as refused:
        if refused.course is None or refused.why in (Why.CANCELLED, Why.BEGUN, Why.CLOSED):
            return Text(refusal(refused))
        return Text(f"{card(refused.course)}\n\n{refusal(refused)}")
    room = _room(Offer(course, await seats.places_of(ctx.session, course_id)))
    choices = (
        Choice("报名这门课", capability.name, f"join={course_id}"),
        Choice("看别的课", capability.name, "list"),
    )
    if any(opened.form.startswith(capability.name) for opened in ctx.forms):
        return Text(f"{card(course)}\n{room}")
    ctx.offer(*choices, topic="training-signup")
    return with_choices(f"{card(course)}\n{room}，报名到{until(course)}为止。", choices)


def _chosen(ctx: Context) -> int | None:
    """The course in the sign-up form that the worker is filling in."""
    for opened in reversed(ctx.forms):
        answer = opened.answers.get("course")
        if opened.form.startswith(capability.name) and answer and isinstance(answer.value, int):
            return answer.value
    return None


def _listed(ctx: Context, heading: str, found: Sequence[Offer]) -> Text:
    shown = list(found[:_SHOWN])
    while len(_lines(heading, shown, tapped=False, left=len(found)).encode()) > _MOST_BYTES:
        shown.pop()
    ctx.offer(*map(_choice, shown), topic="training-courses")
    text = _lines(heading, shown, tapped=True, left=len(found) - len(shown))
    if len(text.encode()) > _MOST_BYTES:
        text = _lines(heading, shown, tapped=False, left=len(found) - len(shown))
    return Text(text)


def _lines(heading: str, shown: Sequence[Offer], *, tapped: bool, left: int) -> str:
    lines = [heading]
    for number, one in enumerate(shown, start=1):
        choice = _choice(one)
        label = link(choice.label, choice.label, choice.menu_id) if tapped else choice.label
        only = "，只招会员" if one.course.audience is Audience.MEMBERS else ""
        lines.append(f"{number}. {label}\n{_place(one.course)}，{_room(one)}{only}")
    more = f"还有 {left} 门没列出来。" if left else ""
    lines.append(f"\n{more}想找哪门手艺、哪个地方的，直接说，比如“电工培训”“信宜培训”。")
    return "\n".join(lines)


def _choice(one: Offer) -> Choice:
    return Choice(short(one.course), capability.name, f"see={one.course.id}")


def _place(course: Course) -> str:
    return places.label(course.district) if course.district else where(course)


def _room(one: Offer) -> str:
    free = one.places.free(one.course)
    if free:
        return f"还有 {free} 个名额"
    return f"已满，候补 {one.places.waiting} 人" if one.places.waiting else "已满，可以排候补"
