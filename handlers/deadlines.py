"""Until which day something can still be done: the bot asks for the date, counts, and reminds."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from dialogue import Capability, Choice, Context, Field, Invalid, Notice, Option, Said, Text, Value, numbered
from dialogue.answers import Ambiguous, one_of, yes_no
from dialogue.dates import read, spoken_day
from union import deadlines
from union.calendars import CHINA, calendar, china_day
from union.deadlines import Contract, DeadlineNears, Matter, Question, Step, Term

capability = Capability("deadlines", title="算期限")

_MATTERS = {
    Matter.ARBITRATION: "申请劳动仲裁",
    Matter.WAGES: "讨要拖欠的工资",
    Matter.INJURY: "申请工伤认定",
    Matter.AWARD: "不服仲裁裁决去起诉",
    Matter.PROBATION: "试用期到哪天",
    Matter.INSPECTION: "劳动监察投诉的答复",
}
_CONTRACTS = {
    Contract.SHORT: "满3个月、不满1年",
    Contract.MIDDLE: "满1年、不满3年",
    Contract.LONG: "3年以上，或没有终止日期",
    Contract.NONE: "不满3个月、按一件活算，或非全日制",
}
_SINCE = {
    Matter.ARBITRATION: "从哪天起您知道自己的权益受了损害？比如被辞退那天、发现少发钱那天。",
    Matter.WAGES: "哪天离开这家单位的（最后一个工作日）？",
    Matter.INJURY: "哪天受的伤？职业病的话，是哪天确诊的？",
    Matter.AWARD: "哪天收到裁决书的？",
    Matter.PROBATION: "哪天开始上班的？",
    Matter.INSPECTION: "哪天向劳动监察投诉的？",
}
_EXAMPLE = "直接说就行，比如：3月8日、上个月5号、去年10月。"
# Times whose day nobody can tell, and the months that may be meant.
_VAGUE = (
    (re.compile(r"春节|过年|年三十|正月|腊月|年初[一二三四五六七八九十]"), (12, 1, 2)),
    (re.compile(r"年[底末尾]"), (12,)),
    (re.compile(r"年[初头]"), (1,)),
    (re.compile(r"年中(?!秋)"), (6,)),
)
_EVIDENCE = {
    Matter.ARBITRATION: "劳动合同、工资流水、考勤或排班、工作群聊天、辞退通知、社保记录",
    Matter.WAGES: "劳动合同、工资流水、考勤、欠条或对账单、老板答应给钱的聊天和录音",
    Matter.INJURY: "诊断证明和病历、劳动合同或工资流水、事故照片、工友证言、交通事故认定书、出警记录",
    Matter.AWARD: "裁决书和签收的凭据、仲裁时交过的材料、庭审笔录、新的证据",
    Matter.PROBATION: "劳动合同、入职登记、工资条、转正或考核的通知",
    Matter.INSPECTION: "投诉的回执或编号、经办人、补交材料的记录",
}
_STEPS = {
    Step.ARBITRATE: "申请劳动仲裁最晚到{day}（一年，《劳动争议调解仲裁法》第二十七条）。",
    Step.EMPLOYER: "单位应在{day}前替您申请（30天，《工伤保险条例》第十七条）。",
    Step.WORKER: "单位不报，您自己、家属或工会最晚到{day}可以申请（一年，同一条）。",
    Step.SUE: "去法院起诉最晚到{day}（收到裁决书起15天，《劳动争议调解仲裁法》第四十八条、第五十条）。",
    Step.PROBATION: "这份合同的试用期最长到{day}（《劳动合同法》第十九条），过了就该按转正的工资发。",
    Step.ACCEPTED: "劳动监察该在{day}前决定受不受理（5个工作日）。",
    Step.CONCLUDED: "受理后最晚{day}前该有结果（60个工作日，复杂的可再延30个，《劳动保障监察条例》第十七条）。",
}
_LATE = {
    Step.ARBITRATE: "这一天已经过了，但先别放弃：这一年里向单位要过、投诉过，或单位答应过给，时间都从那天重新算一年。",
    Step.EMPLOYER: "单位报的这一天已经过了，单位没报也不影响您自己申请。",
    Step.WORKER: "一年的期限已经过了。有住院、单位拖延、打官司确认劳动关系等情况，耽误的时间可以扣除。",
    Step.SUE: "15天已经过了，裁决书一般已经生效。单位不履行的话，可以向法院申请强制执行。",
    Step.PROBATION: "这一天已经过了：还按试用期发工资的，超出的部分可以要求补。",
    Step.ACCEPTED: "受理的期限已经到了，没有音讯就带回执去问，或拨12333。",
    Step.CONCLUDED: "出结果的期限已经到了，没有音讯就带回执去问，或拨12333。",
}
_NOW_OR_PERSON = "拿不准或想有人帮您办，回复“人工”，也可以拨职工热线12351。"


async def _about_day(ctx: Context, said: Said) -> date:
    """A day that has come; where only a month is remembered, its first day: counted from it nothing is too late."""
    today = china_day(ctx.now)
    found = read(said.text, today)
    if found is None:
        if perhaps := _perhaps(said.text, today):
            raise Ambiguous([Option(month, f"{month.year}年{month.month}月") for month in perhaps])
        raise Invalid(f"没看懂是哪天。{_EXAMPLE}")
    if found.day > today:
        raise Invalid("这个日子还没到。请发已经过去的日期，比如：3月8日、昨天。")
    return found.day


def _perhaps(text: str, today: date) -> list[date]:
    """The months of these two years that a vague word may mean, the newest first."""
    months = next((months for words, months in _VAGUE if words.search(text)), ())
    years = range(today.year - 2, today.year + 1)
    come = sorted(day for year in years for month in months if (day := date(year, month, 1)) <= today)
    return come[: -2 * len(months) - 1 : -1]


def _asked(answers: Mapping[str, Value]) -> str:
    return f"{_SINCE[Matter(str(answers['matter']))]}\n{_EXAMPLE}记不清是几号，说个月份也行，按那个月1号算，稳妥些。"


def _options(words: Mapping[Matter, str] | Mapping[Contract, str]) -> list[Option]:
    return [Option(value, label) for value, label in words.items()]


def _is(matter: Matter) -> Callable[[Mapping[str, Value]], bool]:
    return lambda answers: answers.get("matter") == matter


question = capability.form(
    Question,
    Field(
        "matter", "想算哪一样？点一下或回复序号：\n{options}", accept=one_of(_options(_MATTERS)), label="事情"
    ),
    Field(
        "employed",
        "您现在还在这家单位上班吗？回复“是”或“否”。",
        accept=yes_no,
        label="还在上班",
        show=lambda yes: "是" if yes else "否",
        when=_is(Matter.WAGES),
    ),
    Field(
        "contract",
        "劳动合同签了多久？点一下或回复序号：\n{options}",
        accept=one_of(_options(_CONTRACTS)),
        label="合同",
        when=_is(Matter.PROBATION),
    ),
    Field(
        "since",
        _asked,
        accept=_about_day,
        label="日期",
        show=lambda day: _day(day),
        when=lambda answers: not answers.get("employed") and answers.get("contract") != Contract.NONE,
        hint=_EXAMPLE,
    ),
    confirm="请核对：\n{summary}\n对的话回复“确认”，我马上算；要改回复序号，不算了回复“取消”。",
)


@capability.says("算期限", "期限", "算时效", "时效", "算日子", "算最后一天", "最后期限")
@capability.opens
async def start(ctx: Context) -> Text:
    return await question.begin(ctx)


@question.submitted
async def count(ctx: Context, wish: Question) -> Text:
    known = await calendar(ctx.session)
    matter = Matter(wish.matter)
    found = deadlines.terms(wish, known)
    if not found:
        return Text(f"{_without_term(matter)}\n\n{_keep(matter)}\n\n{_NOW_OR_PERSON}")
    today = china_day(ctx.now)
    counted = "\n".join(_counted(term, today) for term in found)
    answer = f"从{_day(wish.since)}算起：\n{counted}\n\n{_keep(matter)}"
    if not any(deadlines.reminding_days(term, known, today) for term in found):
        return Text(f"{answer}\n\n{_NOW_OR_PERSON}")
    choice = Choice("到期前提醒我", capability.name, _written(wish))
    ctx.offer(choice, topic=ctx.topic)
    return Text(f"{answer}\n\n要我提醒您吗？点下面这行，或回复 1：\n{numbered((choice,))}\n{_NOW_OR_PERSON}")


@capability.picks
async def remind(ctx: Context, argument: str) -> Text:
    wish = _read(argument)
    if wish is None:
        return Text("这一行用不上了。回复“算期限”，重新算一下就能设提醒。")
    days = await deadlines.remember(ctx.session, ctx.openid, wish, await calendar(ctx.session), ctx.now)
    ctx.understood(ctx.topic)
    if not days:
        return Text(f"离最后一天太近了，来不及提醒，请现在就去办。{_NOW_OR_PERSON}")
    return Text(
        f"记好了，我会在{'、'.join(map(_day, days))}提醒您。\n"
        "我主动发消息受微信限制，万一没发出去，您下次来说话时会告诉您。别只等我，自己也在日历上记一笔。\n"
        "不要提醒了，回复“取消提醒”。"
    )


@capability.says("取消提醒", "不要提醒", "不用提醒", "关闭提醒")
async def forget(ctx: Context) -> Text:
    if await deadlines.forget(ctx.session, ctx.openid):
        return Text("好的，期限提醒都取消了。想再算，回复“算期限”。")
    return Text("您现在没有期限提醒。想算最后一天，回复“算期限”。")


@capability.progress
async def report(ctx: Context) -> Sequence[str]:
    return [
        f"期限提醒：{_MATTERS[one.matter]}，最后一天{_day(one.last)}，{'、'.join(map(_day, one.days))}提醒您。"
        for one in await deadlines.coming(ctx.session, ctx.openid)
    ]


@capability.tells(DeadlineNears)
def nears(fact: DeadlineNears) -> Notice:
    left = (fact.last - fact.today).days
    until = None
    if left < 0:
        said = _LATE[fact.step]
    else:
        until = datetime.combine(fact.last + timedelta(days=1), time(), CHINA)
        when = f"还有{left}天" if left else "就是今天"
        said = f"{_STEPS[fact.step].format(day=_day(fact.last))}{when}，请别拖到最后。"
    words = f"【期限提醒】{_MATTERS[fact.matter]}：\n{said}\n\n{_keep(fact.matter)}\n\n{_NOW_OR_PERSON}"
    return Notice(words, until)


def _counted(term: Term, today: date) -> str:
    lines = [f"· {_STEPS[term.step].format(day=_day(term.last))}"]
    if term.last != term.counted:
        lines.append(
            f"  （{_day(term.counted)}是休息日，依法顺延到节假日后的第一天；稳妥起见，请在休息日之前办好。）"
        )
    if term.guessed:
        lines.append(f"  （{term.counted.year}年的放假安排还没有，先按周一到周五算，请以公布的为准。）")
    if term.last < today:
        lines.append(f"  {_LATE[term.step]}")
    elif term.step in (Step.ARBITRATE, Step.WORKER, Step.SUE):
        lines.append(f"  还有{(term.last - today).days}天，越早越好办。")
    return "\n".join(lines)


def _without_term(matter: Matter) -> str:
    if matter is Matter.WAGES:
        return (
            "您还在这家单位上班，讨要拖欠的工资没有仲裁时效的限制（《劳动争议调解仲裁法》第二十七条）。"
            "一旦离开，就要在一年内申请仲裁。拖得越久证据越难找，建议现在就要。"
        )
    return "这样的合同不能约定试用期（《劳动合同法》第十九条、第七十条）。约定了也不算数，应按正式工资发。"


def _keep(matter: Matter) -> str:
    return f"请留好：{_EVIDENCE[matter]}。原件自己收着，交复印件。"


def _day(day: date | None) -> str:
    return spoken_day(day, year=True) if day else ""


def _written(wish: Question) -> str:
    return f"{wish.matter}.{wish.since}.{wish.contract or ''}"


def _read(argument: str) -> Question | None:
    """What a line that was tapped asks for; None for one that is none of ours."""
    try:
        matter, since, contract = argument.split(".")
        return Question(
            Matter(matter), False, Contract(contract) if contract else None, date.fromisoformat(since)
        )
    except ValueError:
        return None
