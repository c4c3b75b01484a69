"""A worker wants a person: a ticket, silence while people speak, and a question afterwards."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from dialogue import Capability, Choice, Context, Matter, Notice, Text, Transaction, desks, names, numbered
from dialogue.answers import plain
from dialogue.dates import spoken_day
from dialogue.desks import DeskEnded, DeskWaits, StaffSaid
from knowledge.normal import normalise
from union import desks as hours
from union.calendars import CHINA, china_day
from union.desks import Called

capability = Capability("human", title="转人工")

_CALLS = ("人工", "转人工", "人工客服", "找人工", "接人工", "真人", "要真人", "客服")
_ENDS = ("结束", "结束对话", "结束人工", "退出人工", "没事了", "返回机器人")
_WRITE = "请把事情写在这里：什么事、在哪个单位、哪天发生的，工作人员一看就明白。身份证号、银行卡号先不要发。"
_HURRY = "着急的话，请直接打职工热线 12351。"
_HELPED, _NOT = "有帮助", "没帮助"
_THANKS = "(?:谢谢|多谢|唔该|感谢|辛苦|麻烦)(?:[你您]们?|晒|了|啦|喇)*"
_DONE = "(?:了|啦|喇|咗|嘞|咯)"
# There is nothing left to talk about; “没问题” and “解决了” alone may answer what staff ask.
_OVER = re.compile(
    rf"(?:好的?|嗯|哦|那|我们?|已经|都|暂时|现在|而家|{_DONE}|{_THANKS})*"
    rf"(?:(?:没有?|冇)(?:什么|啥|乜|咩|其他|别的)?(?:事情?|嘢|问题){_DONE}+"
    rf"|(?:问题|事情?|件事)(?:已经|都)*(?:解决|搞定|搞掂|处理好|办好)(?:晒|{_DONE})+|(?:已经|都)*(?:解决|搞定|搞掂)(?:晒|{_DONE})+(?={_THANKS})"
    rf"|(?:不用|唔使|不需要|唔需要|不想|唔想|不|唔)(?:再|转|找|揾|叫|要)*(?:人工|人|工作人员|真人|客服)(?:帮忙|服务|答复)?(?:吧|{_DONE})*)"
    rf"(?:吧|呀|{_THANKS}|再见|拜拜)*"
)
# Before anybody has answered they are not for staff either.
_ENOUGH = re.compile(
    rf"(?:(?:好|得|行|可以|那|我|就|都|还是|先){_DONE}*)*(?:不用|唔使|不需要|唔需要|算|不问|唔问|不找|唔揾|不等|唔等|不说|唔讲){_DONE}+(?:吧|{_THANKS}|再见|拜拜)*"
)
_MOST_OF_AN_END = 16
_DID = re.compile(r"(?:很|非常|挺|好)?有帮助|帮到我?了?|帮上忙?了")
_DID_NOT = re.compile(r"(?:没有?|冇|唔)(?:什么|乜)?帮助|(?:没有?|冇)帮(?:到|上)我?忙?")


@capability.says(*_CALLS)
@capability.taps("HUMAN")
async def call(ctx: Context) -> Text:
    ctx.understood(None)  # a short question after this is none about the desk
    now_open = await hours.standing(ctx.session, ctx.now)
    answered = await desks.is_answered(ctx.session, ctx.openid)
    ticket = await desks.call(ctx.session, ctx.openid, ctx.now)
    if not answered:
        ctx.call_person()
    ctx.put_aside()
    if not now_open.open:
        return Text(
            f"已经记下您要找工作人员，编号 {ticket}。\n现在是休息时间，{_in_words(now_open.next, ctx.now)}上班后"
            f"会有工作人员在这里答复您。\n\n{_WRITE}\n\n在那之前想问什么，照样可以问我。{_HURRY}"
        )
    ctx.hand_over(ticket)
    reached = answered or any(one.reachable for one in await desks.callees(ctx.session, ctx.now, ctx.openid))
    called = (
        "已经请工作人员过来了" if reached else "已经转给工作人员了，这会儿还没叫到人，有人看到就在这里答复您"
    )
    return Text(
        f"好的，{called}，编号 {ticket}。接下来您说的话由工作人员看，我先不插嘴。\n\n{_WRITE}\n\n"
        f"说完了，或想回来问我，回复“结束”。{_HURRY}"
    )


@capability.attends
async def attend(ctx: Context, said: str) -> Text | None:
    """Silence, but for the words that are for the bot."""
    if said in _ENDS or is_over(said):
        return await end(ctx)
    if _ENOUGH.fullmatch(said) and not await desks.is_answered(ctx.session, ctx.openid):
        return await end(ctx)
    # The worker may be quicker than the clock that ends what has fallen silent.
    over = ctx.desk and await desks.end_silent(ctx.session, ctx.desk, ctx.now)
    if not ctx.desk or over or not await desks.hear(ctx.session, ctx.desk, ctx.now):
        ctx.hand_over(None)
        reply = await ctx.answer_anew()
        if over and ctx.desk is None:
            await ctx.tell(over)
        return reply
    if said in _CALLS:
        return await call(ctx)
    if ctx.conversation.waiting:  # what staff said when WeChat allowed no message
        return Text("您的话工作人员会看到。")
    return None


@capability.says("结束", "结束对话", "结束人工", "退出人工")
async def end(ctx: Context) -> Text:
    ticket = ctx.desk or await desks.ticket_of(ctx.session, ctx.openid)
    ctx.hand_over(None)
    if ticket is None or not await desks.leave(ctx.session, ticket, ctx.now):
        return Text("现在没有人工对话。想问什么直接打字，想找工作人员回复“人工”。")
    yes, no = _choices(ticket)
    choices = ctx.ask(yes=yes, no=no, topic=ctx.topic)
    return Text(
        f"好的，人工对话结束了（编号 {ticket}），我回来了，有什么接着问我。{_waits(ctx)}\n\n"
        f"这次有没有帮到您？点一下或回复序号：\n{numbered(choices)}"
    )


def is_over(said: str) -> bool:
    """Whether a normalised text says that nobody needs to be spoken to any more."""
    return len(said) <= _MOST_OF_AN_END and bool(_OVER.fullmatch(said))


def ends(text: str, _: str | None) -> bool | None:
    return (len(text) <= _MOST_OF_AN_END and is_over(normalise(text))) or None


@capability.understands(ends)
async def ask_to_end(ctx: Context, _: bool) -> Text | None:
    """While the bot answers it may be said of something else, and an emergency is not struck off by “没事了”."""
    ticket = await desks.ticket_of(ctx.session, ctx.openid) if ctx.conversation.called else None
    if ticket is None:
        return None
    choices = ctx.ask(
        yes=Choice("不用找了，结束", "human", f"end.{ticket}"),
        no=Choice("还要找，留着", "human", f"keep.{ticket}"),
        topic=ctx.topic,
    )
    return Text(f"没事就好！您找工作人员的事（编号 {ticket}）还开着，不用再找了吗？\n\n{numbered(choices)}")


@capability.opens
async def open_desk(ctx: Context) -> Text | None:
    return await note(ctx) if ctx.about == "note" else await call(ctx)


async def note(ctx: Context) -> Text | None:
    """What is written while nobody is there yet; staff find it in the journal. None where nobody is waited for."""
    ticket = await desks.ticket_of(ctx.session, ctx.openid)
    if ticket is None:
        return None
    if names.is_alone(said := plain(ctx.incoming.text)):
        ctx.names = (names.read(said),)
    now_open = await hours.standing(ctx.session, ctx.now)
    when = (
        "有人看到就在这里答复您" if now_open.open
        else f"{_in_words(now_open.next, ctx.now)}上班后会有工作人员在这里答复您"
    )  # fmt: skip
    ctx.understood(ctx.topic)
    return Text(
        f"好的，您写的都给工作人员留着（编号 {ticket}），{when}。\n还有要补充的，接着写；不用找了，回复“结束”。"
    )


def rates(text: str, _: str | None) -> bool | None:
    """Whether words alone, maybe below other notices, say that it helped."""
    said = text.strip(" 。.!！~～“”\"'【】")
    return True if _DID.fullmatch(said) else False if _DID_NOT.fullmatch(said) else None


@capability.understands(rates)
async def rate_in_words(ctx: Context, helped: bool) -> Text | None:
    if ticket := await desks.unrated(ctx.session, ctx.openid, ctx.now):
        return await rate(ctx, f"{'yes' if helped else 'no'}.{ticket}")
    ctx.understood(ctx.topic)
    return Text(
        "能帮上就好，有事随时找我。" if helped
        else "抱歉没帮上。换个说法再问我一次，或者回复“人工”，请工作人员帮您看。"
    )  # fmt: skip


@capability.picks
async def rate(ctx: Context, argument: str) -> Text:
    verdict, _, ticket = argument.partition(".")
    ctx.understood(ctx.topic)
    if verdict == "end":
        return await end(ctx)
    if verdict == "keep":
        return Text("好的，给您留着，有人看到就在这里答复您。不用找了，回复“结束”。")
    if not ticket.isdecimal() or len(ticket) > 12 or verdict not in ("yes", "no"):
        return Text("这一行用不上了。想找工作人员，回复“人工”。")
    if not await desks.rate(ctx.session, int(ticket), ctx.openid, verdict == "yes"):
        return Text("这一次您已经评过了，谢谢。想找工作人员，回复“人工”。")
    if verdict == "yes":
        return Text("谢谢您告诉我，我转告工作人员。")
    return Text("抱歉没帮上，我记下来了，会请同事改进。事情还没办成的话，回复“人工”再找一次，或拨 12351。")


@capability.progress
async def report(ctx: Context) -> Sequence[str]:
    ticket = await desks.ticket_of(ctx.session, ctx.openid)
    return [] if ticket is None else [f"人工服务：编号 {ticket}，等工作人员答复；不用了回复“结束”。"]


@capability.tells(StaffSaid)
def staff_said(fact: StaffSaid) -> Notice:
    # What they say is for the chat alone: the template says that there is an answer.
    own = Transaction(Matter.DESK, "人工服务", "工作人员答复您了", "回复任意内容看全文", whole=False)
    return Notice(f"【工作人员】{fact.words}", own=own, at_once=True)


@capability.tells(DeskEnded)
def ended(fact: DeskEnded) -> Notice:
    why = "工作人员把这次对话结束了" if fact.by_staff else "半小时没有新消息，这次人工对话先结束了"
    return Notice(
        f"{why}（编号 {fact.ticket}）。我回来了，有什么接着问我；还要找工作人员，回复“人工”。\n\n"
        f"这次有没有帮到您？点一下，或者回复“{_HELPED}”“{_NOT}”：",
        choices=_choices(fact.ticket),
    )


@capability.tells(DeskWaits)
def waits(fact: DeskWaits) -> Notice:
    return Notice(
        f"让您久等了，工作人员这会儿都腾不开手。您的事记着了（编号 {fact.ticket}），有人看到就在这里答复您。\n"
        f"现在我先回来，能答的我先答；不想等了回复“结束”。{_HURRY}",
        only_now=True,
        at_once=True,
    )


@capability.tells(Called)
def called(fact: Called) -> Notice:
    what = "【紧急】有职工遇到急事" if fact.urgent else "【值班提醒】有职工在找工作人员"
    return Notice(
        f"{what}，编号 {fact.ticket}，请尽快在电脑上答复（reply show {fact.ticket}）。",
        only_now=True,
        at_once=True,
    )


def _choices(ticket: int) -> tuple[Choice, Choice]:
    return Choice(_HELPED, "human", f"yes.{ticket}"), Choice(_NOT, "human", f"no.{ticket}")


def _waits(ctx: Context) -> str:
    return "刚才没填完的还留着，回复“继续”接着填。" if ctx.conversation.forms else ""


def _in_words(moment: datetime, now: datetime) -> str:
    """“今天下午2点半”, “明天上午8点半”, “12月1日周二上午8点半”."""
    here = moment.astimezone(CHINA)
    away = here.date() - china_day(now)
    near = {0: "今天", 1: "明天"}.get(away // timedelta(days=1))
    day = near or spoken_day(here.date())
    half, hour = ("上午", here.hour) if here.hour < 12 else ("下午", here.hour - 12 or 12)
    minute = {0: "", 30: "半"}.get(here.minute, f"{here.minute:02}分")
    return f"{day}{half}{hour}点{minute}"
