"""Afterwards: did the work begin, is the money there; who has none is handed over to staff."""

import re
from collections.abc import Sequence

from dialogue import Choice, Context, Notice, Text, link, offers, with_choices, wording
from dialogue.replies import joined
from handlers.job_applications.words import TOPIC, capability
from knowledge.snapshots import Knowledge
from union import job_answers, job_applications, job_questions
from union.job_answers import Answer
from union.job_applications import Applied, PayAsked, StartAsked
from union.job_questions import VAGUE_LASTS, About, Question

_ARREARS = "wage-arrears"
_DESK = "human"  # the capability that opens a conversation with staff
_ASKED = {
    About.START: "{}的“{}”，您到岗了吗？",
    About.PAY: "{}的“{}”，工钱拿到了吗？",
}
_AGAIN = "这句我没听明白，再问您一声。"
_HINTS = {
    About.START: "去了又不做了，也算到岗了。",
    About.PAY: "只拿到一部分、被扣了钱，回复“没拿到”。",
}
_LINES = {
    About.START: (("到岗了", "yes"), ("还没到岗", "later"), ("没去成", "no")),
    About.PAY: (("拿到了", "yes"), ("没拿到", "no")),
}
# A plain yes to these questions; “好的” is none.
_IS_SO = re.compile(r"(?:嗯+|是|系|对|啱)(?:的|啊|呀|嘅)?")


def answers(text: str, _: str | None) -> Answer | None:
    """Words that are enough to answer whether the work began or the money came, if that was asked."""
    said = job_answers.read(text)
    owed = said is not None and said.about is not About.START and said.word in ("", "no")
    return None if said and wording.sounds_asked(said.rest) and not owed else said


@capability.understands(answers)
async def answer_in_words(ctx: Context, said: Answer) -> Text | None:
    if not ctx.conversation.names:  # who applied for nothing was asked nothing
        return None
    asked = await job_questions.open_for(ctx.session, ctx.openid, ctx.now)
    if said.certain and said.about is not None:
        meant = [one for one in asked if one.about is said.about]
    elif said.certain:
        lately = [one for one in asked if not one.denied and ctx.now - one.asked_at < VAGUE_LASTS]
        meant = [one for one in lately if one.about is lately[0].about]
    else:
        meant = [one for one in await _asked_last(ctx, asked) if said.about in (None, one.about)]
    return await _take(ctx, meant, said.word) if meant else None


@capability.awaits
async def answer_plainly(ctx: Context, yes: bool) -> Text | None:
    """“是的”, or the number of a line, right below the question."""
    text = ctx.incoming.text.strip(" 。.!！~～")
    if not ctx.conversation.names or not (text in ("1", "2") or _IS_SO.fullmatch(text)):
        return None
    if not await job_questions.are_open(ctx.connection, ctx.openid, ctx.now):
        return None
    await ctx.attach()
    asked = await job_questions.open_for(ctx.session, ctx.openid, ctx.now)
    meant = await _asked_last(ctx, asked)
    no = "later" if meant and meant[0].about is About.START else "no"  # the second line
    return await _take(ctx, meant, "yes" if yes else no) if meant else None


@capability.catches
async def ask_again(ctx: Context, known: bool) -> Text | None:
    """Right below the question what nothing else knows of is an answer; one that is not understood is asked for, once."""
    if not await job_questions.are_open(ctx.connection, ctx.openid, ctx.now):
        return None
    await ctx.attach()
    meant = await _asked_last(ctx, await job_questions.open_for(ctx.session, ctx.openid, ctx.now))
    if not meant:
        return None
    said = job_answers.read_loosely(ctx.incoming.text)
    if said and said.about in (None, meant[0].about):
        return await _take(ctx, meant, said.word)
    if known or _AGAIN in await ctx.last_told():
        return None
    one = meant[0]
    ctx.understood(TOPIC)
    asking = _asking(one.about, one.application_id, one.publisher, one.post)
    lines = (link(line.label, line.label, line.menu_id) for line in asking.choices)
    return Text("\n".join((f"{_AGAIN}{_HINTS[one.about]}", asking.text, *lines)))


async def _asked_last(ctx: Context, asked: Sequence[Question]) -> Sequence[Question]:
    """The question that is the newest thing the worker was told, with those of its kind that were put with it."""
    if not asked:
        return ()
    told = await ctx.last_told()
    newest = next((one for one in asked if _question(one.about, one.publisher, one.post) in told), None)
    return [one for one in asked if newest and (one.about, one.asked_at) == (newest.about, newest.asked_at)]


async def _take(ctx: Context, meant: Sequence[Question], word: str) -> Text | None:
    """The answer to the question that is meant; of several it is asked which."""
    about = meant[0].about
    # Of the work “not yet” is another answer than no.
    word = word or ("later" if about is About.START else "no")
    if len(meant) == 1:
        return await note(ctx, about, meant[0].application_id, word)
    choices = [
        _choice(f"{one.publisher[:12]}的{one.post[:12]}", about, one.application_id, word)
        for one in meant[:5]
    ]
    ctx.ask_which(*choices)
    return with_choices("您说的是哪一份工？点一下或回复序号：", choices)


@capability.tells(StartAsked)
def start_asked(fact: StartAsked) -> Notice:
    return _asking(About.START, fact.application_id, fact.publisher, fact.post)


@capability.tells(PayAsked)
def pay_asked(fact: PayAsked) -> Notice:
    return _asking(About.PAY, fact.application_id, fact.publisher, fact.post)


def _asking(about: About, id: int, publisher: str, post: str) -> Notice:
    choices = tuple(_choice(label, about, id, word) for label, word in _LINES[about])
    labels = "".join(f"“{one.label}”" for one in choices)
    asked = f"{_question(about, publisher, post)}点一下，或者回复{labels}："
    return Notice(asked, choices=choices, topic=_subject(about, id))


def _subject(about: About, id: int) -> str:
    return offers.subject(f"job-{about}", id)  # a column of 32 letters


def _question(about: About, publisher: str, post: str) -> str:
    return _ASKED[about].format(publisher, post)


async def note(ctx: Context, about: About, id: int, said: str) -> Text:
    """Raises Refused."""
    ctx.understood(TOPIC)
    await offers.withhold(ctx, _subject(about, id))
    if about is About.PAY:
        return await _after_pay(ctx, id, said == "yes")
    if said == "later":
        await job_applications.put_off(ctx.session, ctx.openid, id, ctx.now)
        return Text(
            "好，记下了，到岗了回复“到岗了”告诉我一声，过几天我也再问问。不去了，回复“没去成”；"
            "要是单位变卦、叫您交钱，回复“人工”告诉我们。"
        )
    return _after_start(
        await job_applications.note_start(ctx.session, ctx.openid, id, said == "yes", ctx.now), said
    )


def _after_start(done: Applied, said: str) -> Text:
    if said == "yes":
        return Text(
            f"好，祝您在{done.publisher}顺顺利利！发工钱的日子过后我再来问一声。加班、工伤、合同的事，随时问我。"
        )
    return Text(
        "记下了。是单位变卦了，还是自己没去？要是对方叫您交钱、扣证件，回复“人工”告诉我们；想再找，回复“找岗位”。"
    )


async def _after_pay(ctx: Context, id: int, paid: bool) -> Text:
    done = await job_applications.note_pay(ctx.session, ctx.openid, id, paid)
    if paid:
        return Text("那就好！辛苦了。以后找活、学手艺、遇到事，随时跟我说。")
    # From here on staff are spoken to, as after “人工”.
    desk = await ctx.open(_DESK)
    if ctx.desk is None:
        ctx.understood(_ARREARS)
    entry = ctx.use(Knowledge).entry(_ARREARS)
    head = f"{done.publisher}没给工钱，记下了：“{done.post}”的工钱，工作人员看得到。考勤、聊天记录、工友的电话先留好。"
    called = f"{head}\n\n{desk.body}" if desk else head
    return joined(Text(called), f"讨工钱的办法，您先看着：\n{entry.answer}") if entry else Text(called)


def _choice(label: str, what: str, id: int, said: str) -> Choice:
    return Choice(label, capability.name, f"{what}.{id}.{said}")
