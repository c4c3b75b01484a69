"""A worker's own courses: what they signed up for, checking in at the door, and how it was."""

import re

from dialogue import Choice, Context, Field, Text, with_choices
from dialogue.answers import free_text
from dialogue.moments import day, hour, moment
from dialogue.offers import asks_how_far
from handlers.training.signing import open_ones
from handlers.training.words import capability, lesson_time, refusal, short, where
from knowledge.normal import normalise
from union import attendance, enrolments, outcomes, signups
from union.enrolments import Enrolment
from union.lines import OPEN, State, is_worth_showing
from union.trainings import Opinion, Refused, Remark

_EVENTS = "events"  # the capability that is checked in to by the same words
_SHOWN = 6
_MOST_LETTERS = 24
_LESSON = re.compile("上课|开课|上堂|[教课]室")
_ASKED = "(?:哪里|哪儿|哪个?(?:地方|教室|课室)?|什么地方|边度|边处|边|几点钟?|几多?点|几时|什么时候|什么时间|哪天|几号|点样?去|怎么[去走])"
_WHEN_OR_WHERE = re.compile(
    rf"(?:请问|我们?|那|想问|问下|你们|今[天日]|明[天日]|听日|后天|报的|课程?|培训班?|的|是|系|在|去|到|喺|要)*"
    rf"(?:{_ASKED}(?:去|到|才|先|开始)*(?:上课|开课|上堂)|(?:上课|开课|上堂|[教课]室)的?(?:地点|地址|时间|地方)?(?:是|系|在|喺|到|去)*{_ASKED}?)[了啦呀啊呢]*"
)
_STARS = ("1 分，不满意", "2 分，不太行", "3 分，一般", "4 分，不错", "5 分，很满意")


remark = capability.form(
    Remark,
    Field(
        "words",
        "请写几句：哪里好、哪里要改，想加什么内容，都可以。",
        accept=free_text(2, 300),
        label="意见",
        show=lambda words: f"您刚写的 {len(words)} 个字",
        private=True,
        words=True,
    ),
    confirm="请核对：\n{summary}\n\n回复“确认”提交；要改回复“1”；不写了回复“取消”。",
    title="培训意见",
    given=("course",),
)


@capability.says(
    "我的培训",
    "我的课",
    "我报的课",
    "我的课程",
    "我报名的培训",
    "培训进度",
    "上课时间",
    "我几时上课",
)
async def show_mine(ctx: Context) -> Text:
    ctx.understood("training-signup")
    mine = await enrolments.mine(ctx.session, ctx.openid)
    found = [one for one in mine if is_worth_showing(one.state, one.course.ends_at, ctx.now)]
    if not found:
        return Text("您还没有报过课。回复“培训”看看近期的课，看中了就能报。")
    shown = found[-_SHOWN:]
    choices = [
        Choice(f"要：{short(one.course)}", capability.name, f"take={one.course.id}")
        for one in shown
        if one.state is State.OFFERED
    ] + [
        Choice(f"取消：{short(one.course)}", capability.name, f"quit={one.course.id}")
        for one in shown
        if one.state in (State.ENROLLED, State.WAITING) and one.course.starts_at > ctx.now
    ]
    text = "您的培训：\n\n" + "\n\n".join(_line(one) for one in shown)
    if not choices:
        return Text(f"{text}\n\n想再学点别的，回复“培训”。")
    ctx.offer(*choices, topic="training-cancel")
    return with_choices(text, choices)


def asks_place(text: str, _: str | None) -> bool | None:
    """Whether somebody in a line asks how far it is; None for anything else."""
    return True if asks_how_far(text) else None


@capability.understands(asks_place)
async def show_place(ctx: Context, _: bool) -> Text | None:
    """Without a line it may be one of many, which the knowledge base knows."""
    lined = (State.WAITING, State.OFFERED)
    if any(one.state in lined for one in await open_ones(ctx)):
        return await show_mine(ctx)
    comes = [one for one in await signups.mine(ctx.session, ctx.openid) if one.event.ends_at > ctx.now]
    return await ctx.open(_EVENTS) if any(one.state in lined for one in comes) else None


def asks_lesson(text: str, _: str | None) -> bool | None:
    """Whether it is asked when or where lessons are; None for anything else."""
    is_about = (
        len(text) <= _MOST_LETTERS and _LESSON.search(text) and _WHEN_OR_WHERE.fullmatch(normalise(text))
    )
    return True if is_about else None


@capability.understands(asks_lesson)
async def tell_when_and_where(ctx: Context, _: bool) -> Text | None:
    """Of what they go to; who goes nowhere may mean any course."""
    return await show_mine(ctx) if ctx.conversation.names and await open_ones(ctx) else None


@capability.says("证书", "我的证书", "查证书", "证书查询", "证书编号", "培训证书", "我的培训证书")
async def show_certificates(ctx: Context) -> Text:
    ctx.understood("training-signup")
    issued = [one for one in await enrolments.mine(ctx.session, ctx.openid) if one.certificate]
    if issued:
        lines = "\n".join(f"“{one.course.title}”：编号 {one.certificate}" for one in issued[-_SHOWN:])
        return Text(f"您的培训证书：\n{lines}\n\n编号有疑问，或纸质证书还没拿到，回复“人工”。")
    return Text(
        "这里还没有您的培训证书。课上完、证书发下来，我会把编号告诉您；报过哪些课，回复“我的培训”看看。\n\n"
        "想考证、领技能补贴，直接问我，比如“技能提升补贴怎么领”。"
    )


@capability.says("签到", "我要签到", "签到码")
async def choose_check_in(ctx: Context) -> Text | None:
    """Courses and events are checked in to by the same words."""
    comes = [one for one in await signups.mine(ctx.session, ctx.openid) if one.event.ends_at > ctx.now]
    if not any(one.state is State.ENROLLED for one in comes):
        return await explain_check_in(ctx)
    if not await _ahead(ctx):
        return await ctx.open(_EVENTS)
    choices = [Choice("上课签到", capability.name, "checkin"), Choice("活动签到", _EVENTS, "checkin")]
    ctx.ask_which(*choices, topic="training-signup")
    return with_choices("您报了课，也报了活动。是哪一个要签到？点一下或回复序号：", choices)


async def _ahead(ctx: Context) -> list[Enrolment]:
    """The courses that the worker goes to."""
    return [one for one in await open_ones(ctx) if one.state is State.ENROLLED]


@capability.says("课程签到", "培训签到", "上课签到")
async def explain_check_in(ctx: Context) -> Text:
    ctx.understood("training-signup")
    ahead = await _ahead(ctx)
    how = "签到要扫码：到了教室，用微信“扫一扫”扫现场贴的签到码，开课前一小时起就能扫。扫不了就告诉老师，或回复“人工”。"
    if not ahead:
        return Text(f"{how}\n\n您现在没有报着的课，回复“培训”看看近期的课。")
    return Text(f"{how}\n\n您报的课：\n{short(ahead[0].course)}\n{where(ahead[0].course)}")


@capability.progress
async def report(ctx: Context) -> list[str]:
    return [_line(one).replace("\n", "，") for one in await open_ones(ctx) if one.state in OPEN]


@capability.scans("checkin")
async def check_in(ctx: Context, rest: str) -> Text:
    """The code at the door of a classroom."""
    ctx.understood("training-signup")
    lesson = int(rest) if rest.isdecimal() and len(rest) < 16 else 0
    try:
        done = await attendance.check_in(ctx.session, ctx.openid, lesson, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    if done.again:
        return Text(f"您已经签过到了，不用再扫。“{done.course.title}”上到{hour(done.lesson.ends_at)}。")
    return Text(
        f"签到成功！“{done.course.title}”\n{lesson_time(done.lesson)}\n{where(done.course)}\n\n好好学，有事随时在这里问我。"
    )


@capability.says("评价课程", "评价培训", "课程评价", "培训评价", "我要评价")
async def rate_the_last(ctx: Context) -> Text:
    over = [
        one
        for one in await enrolments.mine(ctx.session, ctx.openid)
        if one.state is State.ENROLLED and one.course.ends_at <= ctx.now
    ]
    if not over:
        return Text("您还没有上完的课可以评价。回复“我的培训”看看。")
    return ask_for_stars(ctx, over[-1].course.id, over[-1].course.title)


def stars_of(course_id: int) -> list[Choice]:
    """In the order in which a number typed means as many stars."""
    return [
        Choice(label, capability.name, f"stars={course_id}={n}") for n, label in enumerate(_STARS, start=1)
    ]


def ask_for_stars(ctx: Context, course_id: int, title: str) -> Text:
    choices = stars_of(course_id)
    ctx.offer(*choices, topic="training-courses")
    return with_choices(f"“{title}”上得怎么样？点一下，或回复 1 到 5：", choices)


async def rate(ctx: Context, course_id: int, stars: int) -> Text:
    ctx.understood("training-courses")
    try:
        await outcomes.judge(ctx.session, ctx.openid, Opinion(course_id, stars), ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    choice = Choice("写几句意见", capability.name, f"words={course_id}")
    ctx.offer(choice, topic="training-courses")
    thanks = "谢谢您！能帮到您就好。" if stars > 3 else "谢谢您说实话，我们会改。"
    return with_choices(f"{thanks}记下了 {stars} 分。还想说两句的话：", [choice])


async def write(ctx: Context, course_id: int) -> Text:
    return await remark.begin(ctx, course=course_id)


@remark.submitted
async def keep(ctx: Context, said: Remark) -> Text:
    try:
        await outcomes.remark(ctx.session, ctx.openid, said, ctx.now)
    except Refused as refused:
        return Text(refusal(refused))
    return Text("收到了，谢谢您。您的意见会给办班的同事看。")


def _line(one: Enrolment) -> str:
    return f"{short(one.course)}\n{where(one.course)}\n{_state(one)}"


def _state(one: Enrolment) -> str:
    if one.certificate:
        return f"已结业，证书编号 {one.certificate}"
    if one.state is State.WAITING:
        return f"候补第 {one.position} 位"
    if one.state is State.OFFERED and one.offered_until is not None:
        return f"给您留着名额，{moment(one.offered_until)}前回复“要名额”"
    if one.state is State.CANCELLED:
        return "这门课取消了"
    if one.state is State.LAPSED:
        return "这次没排上"
    return f"已报名，上到{day(one.course.ends_at)}"
