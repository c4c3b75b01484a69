"""Giving up a course, a place in the line before it, or an offered seat."""

import re
from collections.abc import Sequence

from dialogue import Choice, Context, Matter, Text, titles, with_choices
from dialogue.moments import moment
from dialogue.offers import are_unheard, ask_first, kept_or_left, subject, withhold
from handlers.training import browsing
from handlers.training.signing import EVENTS, ask_which, held, open_ones, sign_up, take_the_offered
from handlers.training.words import capability, refusal, short
from union import enrolments, seats, signups
from union.lines import OPEN, State
from union.trainings import Refused, SeatOffered

_GOES_NOT = re.compile("[去来嚟学]|参加|上[不唔课堂]")
_AWAY = re.compile(f"{_GOES_NOT.pattern}|取消|放弃|算了|不报|唔报|假")


@capability.says("不要名额", "不要这个名额", "放弃名额", "名额让给别人", "不要培训名额", "不要名额了")
async def leave_the_offered(ctx: Context) -> Text | None:
    found = await held(ctx, State.OFFERED)
    if all(one.capability == EVENTS for one in found):
        return await ctx.open(EVENTS)
    if len(found) == 1:
        return await leave(ctx, int(found[0].argument))
    return ask_which(ctx, found, "quit", "不要", "给您留着这几个名额，您不要哪一个？点一下或回复序号：")


@capability.awaits
async def hear(ctx: Context, yes: bool) -> Text | None:
    """A plain yes or no, where a seat is kept; of an event's place too, for then it is to be asked which."""
    offered_at = await seats.line.offered_at(ctx.connection, ctx.openid, ctx.now)
    if offered_at is None:
        return None if yes else await _stay_away(ctx, "")
    await ctx.attach()
    kept = await held(ctx, State.OFFERED)
    if await are_unheard(ctx, (one.menu_id for one in kept)):
        return None
    if yes:
        return await take_the_offered(ctx)
    asked = None
    if len(kept) == 1:
        answers = kept_or_left(capability.name, int(kept[0].argument))
        asked = await ask_first(ctx, Matter.TRAINING, offered_at, answers, kept[0].label, "training-signup")
    return asked or await leave_the_offered(ctx)


@capability.hears(r"((?:不要(?:这个|培训)?名额|放弃名额|名额让给别人)了?)(?:谢谢|多谢|唔该)(?:你|您|了|啦)?")
async def leave_with_thanks(ctx: Context, _: str) -> Text:
    return await leave_the_offered(ctx) or await browsing.show(ctx)


@capability.says(
    "取消报名", "取消培训", "退课", "退班", "退出培训", "不去培训了", "培训去不了", "去不了培训", "我要退课",
    "取消培训报名", "取消候补", "不排了", "不排候补了", "上不了课", "去不了上课",
)  # fmt: skip
async def quit_something(ctx: Context) -> Text | None:
    found = await _to_give_up(ctx)
    if all(one.capability == EVENTS for one in found):
        if any(opened.form == sign_up.name for opened in ctx.forms):
            ctx.close_form(sign_up.name)
            return Text("好的，这次先不报了，刚才填的已经清掉。想报的时候回复“培训”。")
        return await ctx.open(EVENTS)
    return await _ask_which_to_leave(ctx, found)


@capability.understands(titles.gives_up)
async def quit_the_named(ctx: Context, words: str) -> Text | None:
    """“电工班我不去了”; who has no course that is called so may mean an event, or something else."""
    if not ctx.conversation.names:  # who signed up for nothing
        return None
    found = [one for one in await _to_give_up(ctx) if titles.is_called(one.label, words)]
    if all(one.capability == EVENTS for one in found):
        named = await ctx.open(EVENTS) if words else None
        return named or await _stay_away(ctx, words)
    return await _ask_which_to_leave(ctx, found)


async def _stay_away(ctx: Context, words: str) -> Text | None:
    """A no that names nothing, with `words` before it: of what was told of last, as in a reminder, else of all.

    Who did not say that they do not go, but a mere “取消”, means what was told of, or something else.
    """
    text = ctx.incoming.text
    if not ctx.conversation.names or not _AWAY.search(text):
        return None
    await ctx.attach()
    found = await _to_give_up(ctx)
    if not found or await held(ctx, State.OFFERED):  # an offer is left in the same words
        return None
    last = await ctx.last_told()
    told = [one for one in found if one.label.rpartition("，")[0] in last]
    if not titles.names_nothing(text, words, told=bool(told)) or not (told or _GOES_NOT.search(text)):
        return None
    return await _ask_which_to_leave(ctx, told or found)


async def _ask_which_to_leave(ctx: Context, found: Sequence[Choice]) -> Text | None:
    if len(found) == 1 and found[0].capability == EVENTS:
        return await ctx.open(EVENTS, found[0].argument)
    if len(found) == 1:
        return await ask_to_leave(ctx, int(found[0].argument.removeprefix("quit=")))
    ctx.ask_which(*found, topic="training-cancel")
    which = "哪一个" if any(one.capability == EVENTS for one in found) else "哪一门"
    return with_choices(f"您要取消{which}？点一下或回复序号：", found)


async def _to_give_up(ctx: Context) -> list[Choice]:
    """Courses, and events that have not begun, that can be given up; the words are the same for both."""
    found = [
        Choice(short(one.course), capability.name, f"quit={one.course.id}")
        for one in await open_ones(ctx)
        if one.state in OPEN
    ]
    return found + [
        Choice(f"{one.event.title}，{moment(one.event.starts_at)}", EVENTS, f"quit={one.event.id}")
        for one in await signups.mine(ctx.session, ctx.openid)
        if one.state in OPEN and one.event.starts_at > ctx.now
    ]


async def ask_to_leave(ctx: Context, course_id: int) -> Text:
    """A seat is not lost by a slip of the thumb."""
    mine = next(
        (one for one in await open_ones(ctx) if one.course.id == course_id and one.state in OPEN), None
    )
    if mine is None:
        return Text("这门课您现在没有报着，不用取消。回复“我的培训”看看。")
    choices = ctx.ask(
        yes=Choice("是的，取消", capability.name, f"leave={course_id}"),
        no=Choice("不取消了", capability.name, "stay"),
        topic="training-cancel",
        careful=True,
    )
    what = "不排了" if mine.state is State.WAITING else "取消"
    is_wanted = mine.state is not State.WAITING and (await seats.places_of(ctx.session, course_id)).waiting
    given = "名额会让给候补的人。" if is_wanted else ""
    return with_choices(
        f"确定{what}“{mine.course.title}”（{moment(mine.course.starts_at)}）吗？{given}", choices
    )


async def leave(ctx: Context, course_id: int) -> Text:
    ctx.understood("training-cancel")
    try:
        decided = await enrolments.withdraw(ctx.session, ctx.openid, course_id, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    await withhold(ctx, subject(capability.name, course_id))
    await ctx.tell(*decided.others)
    title = decided.own.course.title
    given = "，名额让给候补的人" if any(isinstance(one, SeatOffered) for one in decided.others) else ""
    return Text(f"好的，“{title}”已经帮您取消{given}，谢谢您早点说。\n想学别的，回复“培训”。")


async def stay(ctx: Context) -> Text:
    ctx.understood("training-signup")
    return Text("好的，给您留着。回复“我的培训”可以看时间地点。")
