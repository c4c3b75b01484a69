"""Until which day something can still be done: the bot asks for the date, counts, and reminds."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from dialogue import Choice, Context, Field, Invalid, Notice, Option, Said, Text, Value, numbered
from dialogue.answers import Ambiguous, OneOf, yes_no
from dialogue.dates import read
from dialogue.values import Together
from handlers.deadlines import words
from handlers.deadlines.words import capability
from union import deadlines
from union.calendars import CHINA, calendar, china_day
from union.deadlines import Contract, DeadlineNears, Matter, Question

_NONE = "none"  # the line for no reminder
_NO_PROBATION = (Contract.NONE, Contract.UNWRITTEN)


async def _about_day(ctx: Context, said: Said) -> date:
    """A day that has come; where only a month is remembered, its first day: counted from it nothing is too late."""
    today = china_day(ctx.now)
    found = read(said.text, today)
    if found is None:
        if perhaps := _perhaps(said.text, today):
            raise Ambiguous([Option(month, f"{month.year}年{month.month}月") for month in perhaps])
        if len(several := words.days_of_week(said.text, today) or _several(said.text, today)) > 1:
            raise Ambiguous([Option(day, words.day(day)) for day in several])
        raise Invalid(f"没看懂是哪天。{words.EXAMPLE}")
    if found.day > today:
        raise Invalid("这个日子还没到。请发已经过去的日期，比如：3月8日、昨天。")
    return found.day


def _several(text: str, today: date) -> list[date]:
    """The days of a text that names more than one, as “2025年11月5日，今年6月投诉过” does."""
    parts = re.split(r"[,，。;；、\s]+|后来|之后", text)
    return list(dict.fromkeys(day for part in parts if (day := _come(part, today))))


async def _employed(ctx: Context, said: Said) -> bool | Option:
    """A yes or no, or “上个月走的”, which says the day too."""
    employed = words.is_employed(said.text)
    if employed is None:
        return await yes_no(ctx, said)
    since = None if employed else _come(said.text, china_day(ctx.now))
    return Together(employed, "是" if employed else "否", {"since": since} if since else {})


class _Contracts(OneOf):
    """The list of how long a contract can be, or how long somebody says that theirs is."""

    async def __call__(self, ctx: Context, said: Said) -> Option:
        found = words.contract_of(said.text)
        exact = said.text in words.CONTRACTS.values()
        return (
            Option(found, words.CONTRACTS[found])
            if found and not exact
            else await super().__call__(ctx, said)
        )


def _perhaps(text: str, today: date) -> list[date]:
    """The months of these two years that a vague word may mean, the newest first."""
    months = next((months for vague, months in words.VAGUE if vague.search(text)), ())
    come = sorted(
        day
        for year in words.years_of(text, today)
        for month in months
        if (day := date(year, month, 1)) <= today
    )
    return come[: -2 * len(months) - 1 : -1]


def _asked(answers: Mapping[str, Value]) -> str:
    return f"{words.SINCE[Matter(str(answers['matter']))]}\n{words.EXAMPLE}记不清是几号，说个月份也行，按那个月1号算，稳妥些。"


def _options(labels: Mapping[Matter, str] | Mapping[Contract, str]) -> list[Option]:
    return [Option(value, label) for value, label in labels.items()]


class _Matters(OneOf):
    """The list of what can be counted, or “我昨天被辞退”, which says the matter and maybe the day."""

    async def __call__(self, ctx: Context, said: Said) -> Option:
        try:
            return await super().__call__(ctx, said)
        except Invalid:
            meant = [matter for matter, heard in words.HEARD.items() if heard.search(said.text)]
            if not meant:
                raise
        if len(meant) > 1:
            raise Ambiguous([Option(one, words.MATTERS[one]) for one in meant])
        left = words.I_LEFT.search(said.text) if meant[0] is Matter.WAGES else None
        told = left[0] if left else said.text if meant[0] in words.DATED else ""
        since = _come(told, china_day(ctx.now))
        others: dict[str, bool | date] = {"employed": False} if left else {}
        return Together(meant[0], words.MATTERS[meant[0]], others | ({"since": since} if since else {}))


def _come(text: str, today: date) -> date | None:
    found = read(text, today)
    return found.day if found and found.day <= today else None


def _is(matter: Matter) -> Callable[[Mapping[str, Value]], bool]:
    return lambda answers: answers.get("matter") == matter


question = capability.form(
    Question,
    Field(
        "matter",
        "想算哪一样？点一下或回复序号：\n{options}",
        accept=_Matters(_options(words.MATTERS)),
        label="事情",
    ),
    Field(
        "employed",
        "您现在还在这家单位上班吗？回复“是”或“否”。",
        accept=_employed,
        label="还在上班",
        show=lambda yes: "是" if yes else "否",
        when=_is(Matter.WAGES),
    ),
    Field(
        "contract",
        "劳动合同签了多久？点一下或回复序号：\n{options}",
        accept=_Contracts(_options(words.CONTRACTS)),
        label="合同",
        when=_is(Matter.PROBATION),
    ),
    Field(
        "since",
        _asked,
        accept=_about_day,
        label="日期",
        show=lambda day: words.day(day),
        when=lambda answers: not answers.get("employed") and answers.get("contract") not in _NO_PROBATION,
        hint=words.WHERE_TO_LOOK,
    ),
    confirm="请核对：\n{summary}\n对的话回复“确认”，我马上算；要改回复序号，不算了回复“取消”。",
)


@capability.says("算期限", "期限", "算时效", "时效", "算日子", "算最后一天", "最后期限")
@capability.opens
async def start(ctx: Context) -> Text:
    """The line below the answer says of which entry it was, the topic does not."""
    lead = f"{capability.name}:{words.COUNT}"
    leads = [one.removeprefix(lead) for one in ctx.conversation.on_offer(ctx.now) if one.startswith(lead)]
    if leads:
        return await _begin(ctx, *_led(leads[0]))
    return await _begin(ctx, words.matter_of_topic(ctx.topic), None)


def _led(written: str) -> tuple[Matter | None, date | None]:
    """What such a line counts, and from when."""
    entry, _, day = written.partition("@")
    return words.matter_of(entry), _day_in(day)


async def _begin(ctx: Context, matter: Matter | None, day: date | None) -> Text:
    """With that matter; of a form that lies open the worker said it."""
    if matter is None or any(one.form == question.name for one in ctx.forms):
        return await question.begin(ctx)
    known: dict[str, date | Option] = {"matter": Option(matter, words.MATTERS[matter])}
    if day and matter in words.DATED:
        known["since"] = day
    asked = await question.begin(ctx, None, **known)
    return Text(f"先算“{words.MATTERS[matter]}”。想算别的，回复“改事情”。\n\n{asked.body}")


@question.submitted
async def count(ctx: Context, wish: Question) -> Text:
    known = await calendar(ctx.session)
    matter = Matter(wish.matter)
    found = deadlines.terms(wish, known)
    if not found:
        return Text(
            f"{words.without_term(matter, wish.contract)}\n\n{words.keep(matter)}\n\n{words.NOW_OR_PERSON}"
        )
    today = china_day(ctx.now)
    counted = "\n".join(words.counted(term, today) for term in found)
    answer = f"从{words.day(wish.since)}算起：\n{counted}\n\n{words.keep(matter)}"
    if not any(deadlines.reminding_days(term, known, today) for term in found):
        return Text(f"{answer}\n\n{words.NOW_OR_PERSON}")
    choices = ctx.ask(
        yes=Choice("好，提醒我", capability.name, _written(wish)),
        no=Choice("不用提醒", capability.name, _NONE),
        topic=ctx.topic,
    )
    return Text(
        f"{answer}\n\n要我在到期前提醒您吗？点一下或回复序号：\n{numbered(choices)}\n{words.NOW_OR_PERSON}"
    )


@capability.understands(words.wants_reminder)
async def remind_of_the_counted(ctx: Context, _: bool) -> Text | None:
    """“到时候提醒我一下”, while the line for it is on offer."""
    offered = [one.partition(":") for one in ctx.conversation.on_offer(ctx.now)]
    counted = [rest for name, _, rest in offered if name == capability.name and _read(rest)]
    return await _remind(ctx, counted[0]) if counted else None


@capability.picks
async def pick(ctx: Context, argument: str) -> Text:
    if argument.startswith(words.COUNT):
        ctx.close_form(question.name)  # what was begun before was about something else
        return await _begin(ctx, *_led(argument.removeprefix(words.COUNT)))
    if argument == _NONE:
        ctx.understood(ctx.topic)
        return Text("好的，那就不设提醒，日子您自己记一下。想设的时候，回复“算期限”再算一次就行。")
    return await _remind(ctx, argument)


async def _remind(ctx: Context, argument: str) -> Text:
    wish = _read(argument)
    if wish is None:
        return Text("这一行用不上了。回复“算期限”，重新算一下就能设提醒。")
    days = await deadlines.remember(ctx.session, ctx.openid, wish, await calendar(ctx.session), ctx.now)
    ctx.understood(ctx.topic)
    if not days:
        return Text(f"离最后一天太近了，来不及提醒，请现在就去办。{words.NOW_OR_PERSON}")
    return Text(
        f"记好了，我会在{'、'.join(map(words.day, days))}提醒您。\n"
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
        f"期限提醒：{words.MATTERS[one.matter]}，最后一天{words.day(one.last)}，{'、'.join(map(words.day, one.days))}提醒您。"
        for one in await deadlines.coming(ctx.session, ctx.openid)
    ]


@capability.tells(DeadlineNears)
def nears(fact: DeadlineNears) -> Notice:
    left = (fact.last - fact.today).days
    until = None
    if left < 0:
        said = words.LATE[fact.step]
    else:
        until = datetime.combine(fact.last + timedelta(days=1), time(), CHINA)
        when = f"还有{left}天" if left else "就是今天"
        said = f"{words.STEPS[fact.step].format(day=words.day(fact.last))}{when}，请别拖到最后。"
    told = f"【期限提醒】{words.MATTERS[fact.matter]}：\n{said}\n\n{words.keep(fact.matter)}\n\n{words.NOW_OR_PERSON}"
    return Notice(told, until)


def _day_in(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


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
