"""The knowledge base: an answer, a few to choose from, or an honest “I do not know”."""

import re

from dialogue import Capability, Choice, Context, Text, dates, names, numbered, wording
from dialogue.answers import plain
from dialogue.replies import joined
from knowledge.entries import Entry
from knowledge.evidence import Evidence, Kind
from knowledge.matcher import Candidate, Outcome
from knowledge.snapshots import Knowledge
from union.calendars import china_day

capability = Capability("ask", title="问答", stores=False)

_REPLY_BYTES = 2048
# What the answer on a topic leads to, in one tap; the worker may only want to read.
_LEADS = {"join-how": Choice("现在就填", "membership", "join")}
# An answer that says so leads there too.
_COUNTED = "回复“算期限”"
_HAPPENED = re.compile(r"伤|摔|撞|砸|压|夹|断|辞退|开除|解雇|炒|裁")
_FOR_STAFF = "（您写的也给工作人员留着，有人看到就在这里答复您。）"
# Letters of what is written to a person rather than to the bot, by what the bot could say; and where it may be both.
_MUCH, _LONG, _FIGURES = 7, 10, 5
_LEAST = {Outcome.NONE: 1, Outcome.CLARIFY: _LONG, Outcome.SUGGEST: _LONG}
_NEAR, _FAINT = 2, 0.005  # candidates named when nothing is known, and how certain they must be at least


@capability.answers
async def answer(ctx: Context) -> Text | None:
    offered = ctx.conversation.on_offer(ctx.now)
    if offered and len(ctx.incoming.text) <= 2 and ctx.incoming.text.isdecimal():
        return Text(f"刚才列出的是 1 到 {len(offered)}，请回复其中一个序号，或者直接打字问我。")
    knowledge = ctx.use(Knowledge)
    reading = knowledge.read(f"{ctx.subject}{ctx.incoming.text}", ctx.topic)
    if reading.outcome is Outcome.ANSWER:
        told = await _tell(ctx, reading.entries)
        return _for_both(ctx, told) if told and not reading.entries[0].opens else told
    if caught := await ctx.catch(known=reading.aside is not None):
        return caught
    least = _MUCH if reading.aside else _LEAST[reading.outcome]
    if _is_for_staff(ctx, least) and (noted := await ctx.open("human", "note")):
        return noted
    if reading.aside:
        ctx.understood(ctx.topic)
        return Text(reading.aside.answer)
    offers = knowledge.offers(reading)
    missed = reading.outcome is Outcome.NONE or ctx.incoming.text.isdecimal()
    nearest = offers[0].entry.id if offers else ""
    kind = Kind.MISSED if missed else Kind.OFFERED
    ctx.keep(Evidence(ctx.openid, kind, ctx.incoming.text, nearest, reading.certainty))
    if missed:
        return _for_both(ctx, _admit(ctx, offers if reading.certainty >= _FAINT else ()))
    clarifies = reading.outcome is Outcome.CLARIFY
    return _for_both(ctx, _clarify(ctx, offers) if clarifies else _suggest(ctx, offers))


def _is_for_staff(ctx: Context, least: int) -> bool:
    """Whether somebody who waits for a person writes to that person: who they are, or so many letters that ask nothing."""
    if not ctx.conversation.called or wording.is_courtesy(ctx.incoming.text):
        return False
    text = plain(ctx.incoming.text)
    if sum(map(str.isdigit, text)) >= _FIGURES or names.is_alone(text) or names.introduces(text):
        return True
    return len(wording.bare(text)) >= least and not wording.sounds_asked(text)


def _for_both(ctx: Context, reply: Text) -> Text:
    """The answer, and that staff can use what was written too, where somebody waits for them."""
    is_long = ctx.conversation.called and len(ctx.incoming.text) >= _LONG
    return joined(reply, _FOR_STAFF) if is_long or _is_for_staff(ctx, _FIGURES) else reply


@capability.picks
async def pick(ctx: Context, entry_id: str) -> Text | None:
    entry = ctx.use(Knowledge).entry(entry_id)
    if entry is None:
        return Text("这一条刚刚更新了，请直接打字再问我一次。")
    if len(ctx.conversation.on_offer(ctx.now)) > 1:
        ctx.keep(Evidence(ctx.openid, Kind.PICKED, entry=entry_id, certainty=1.0))
    return await _tell(ctx, (entry,))


@capability.says(
    "不对", "答非所问", "没帮到", "没帮到我", "不是这个", "没用", "没有用", "答错了", "不是我要的"
)
async def did_not_help(ctx: Context) -> Text:
    if ctx.topic is None:
        return Text("抱歉没说到点子上。请换个说法再问我一次，或回复“人工”找工作人员。")
    ctx.keep(Evidence(ctx.openid, Kind.UNHELPFUL, entry=ctx.topic))
    return Text(
        "抱歉没帮上忙，我记下来了，会请同事把这一条写好。\n\n"
        "请换个说法再问我一次，最好说说是什么事、卡在哪一步；或者回复“人工”找工作人员。"
    )


async def _tell(ctx: Context, entries: tuple[Entry, ...]) -> Text | None:
    """One answer, or two where two things were asked; what does not fit into a message is offered."""
    first, *others = entries
    if first.opens:
        return await ctx.open(first.opens, first.id)
    ctx.understood(first.topic)
    told = _worded(ctx, first)
    for other in others:
        further = f"{told}\n\n————\n{_worded(ctx, other)}"
        if other.opens or len(further.encode()) > _REPLY_BYTES:
            choice = Choice(other.question, capability.name, other.id)
            ctx.offer(choice, topic=first.topic)
            return Text(_fitting(f"{told}\n\n您还问到（回复 1）：\n{numbered((choice,))}", told))
        told = further
    lead = _LEADS.get(first.topic) or _counting(ctx, first)
    if lead is not None and len(entries) == 1:
        return _leading(ctx, told, first.topic, lead)
    return Text(told)


def _counting(ctx: Context, entry: Entry) -> Choice | None:
    """Counts the last day, where the answer has one and no form lies open, from the day that was said on the way."""
    if _COUNTED not in entry.answer or ctx.conversation.forms is not None:
        return None
    today = china_day(ctx.now)
    said = [part for part in re.split(r"[,，。;；!！?？\s]+", ctx.incoming.text) if _HAPPENED.search(part)]
    days = {day for part in said if (day := dates.parse(part, today)) and day <= today}
    since = f"@{days.pop()}" if len(days) == 1 else ""
    return Choice("算一算最晚哪天", "deadlines", f"count={entry.id}{since}")


def _leading(ctx: Context, told: str, topic: str, lead: Choice) -> Text:
    both = f"{told}\n\n{numbered((lead,))}"
    if len(both.encode()) > _REPLY_BYTES:
        return Text(told)
    ctx.offer(lead, topic=topic)
    return Text(both)


def _worded(ctx: Context, entry: Entry) -> str:
    caution = wording.caution(entry.reviewed, entry.review_by, ctx.now.date())
    return _fitting(f"{entry.answer}{caution}", entry.answer)


def _fitting(text: str, otherwise: str) -> str:
    return text if len(text.encode()) <= _REPLY_BYTES else otherwise


def _choices(candidates: tuple[Candidate, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(one.entry.question, capability.name, one.entry.id) for one in candidates)


def _suggest(ctx: Context, candidates: tuple[Candidate, ...]) -> Text:
    choices = _choices(candidates)
    ctx.offer(*choices)
    return Text(
        f"您是不是想问：\n\n{numbered(choices)}\n\n点一下或回复序号。都不是的话，换个说法再问我，或回复“人工”。"
    )


def _clarify(ctx: Context, candidates: tuple[Candidate, ...]) -> Text:
    choices = _choices(candidates)
    ctx.offer(*choices)
    return Text(
        "您问的是哪件事？多打几个字我就明白了，比如“入会要带什么”。\n\n"
        f"常有人问：\n{numbered(choices)}\n\n点一下或回复序号也行。"
    )


def _admit(ctx: Context, near: tuple[Candidate, ...]) -> Text:
    if ctx.missed() > 1:
        return Text(
            "抱歉，这个我还是没弄明白，怕说错耽误您。\n\n"
            "回复“人工”，我帮您记下来找工作人员；急事请打职工热线 12351。"
        )
    named = "、".join(f"“{one.entry.question}”" for one in near[:_NEAR])
    shown = len(ctx.conversation.on_offer(ctx.now))
    listed = f"上面列的 1 到 {shown} 还在，回复序号就行。\n" if shown > 1 else ""
    return Text(
        "这个问题我还不会，怕说错耽误您。\n\n"
        + listed
        + (f"我会答的里头，跟它最近的是{named}，要看就把那句发给我。\n" if named else "")
        + "您也可以换个说法再问一次，回复“人工”找工作人员，或打职工热线 12351。\n"
        "回复“帮助”，看看我能做什么。"
    )
