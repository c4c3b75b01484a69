"""What counting a last day is worded with, and what is heard of it."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from dialogue import Capability
from dialogue.dates import spoken_day
from union.deadlines import Contract, Matter, Step, Term

capability = Capability("deadlines", title="算期限")

MATTERS = {
    Matter.ARBITRATION: "申请劳动仲裁",
    Matter.WAGES: "讨要拖欠的工资",
    Matter.INJURY: "申请工伤认定",
    Matter.AWARD: "不服仲裁裁决去起诉",
    Matter.PROBATION: "试用期到哪天",
    Matter.INSPECTION: "劳动监察投诉的答复",
}
CONTRACTS = {
    Contract.SHORT: "满3个月、不满1年",
    Contract.MIDDLE: "满1年、不满3年",
    Contract.LONG: "3年以上，或没有终止日期",
    Contract.NONE: "不满3个月、按一件活算，或非全日制",
    Contract.UNWRITTEN: "没签书面合同",
}
# Of a contract: that none was signed, that it has no end or none of months, how long it is.
_UNWRITTEN = re.compile(r"[没未冇无](?:有|跟我|和我|给我|书面)*(?:签|合同)|^(?:没有?|冇|无)$|口头")
_ENDLESS = re.compile("无固定|长期|永久|没有?(?:写)?(?:终止|结束|到期|截止|期限)")
_TASK = re.compile("非全日|兼职|钟点|小时工|(?:按|一[件单]|完)(?:项目|活|工程)|(?:活|项目|工程)[做干]?完")
_NUMBERS = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2, "半": 0.5}
_NUMBER = "[0-9]+(?:\\.5)?|十?[一二两三四五六七八九]|二?十|半"
_LENGTH = re.compile(
    rf"(?<![0-9一二两三四五六七八九十几])(?:({_NUMBER})年(半)?(?:零?({_NUMBER})个?月)?|({_NUMBER})个?半?月)"
)
_LESS = re.compile("不到|不满|未满|不足|以下|以内|少于")
# Whether somebody still works there.
_NOT_LEFT = re.compile("[没未冇](?:有)?(?:走|离|辞|被)")
_LEFT = re.compile(
    "走[了咗的嘅人]|(?:早就?|已经?|刚刚?)走|离[开职]|辞[职工退了]|[不没唔冇](?:有)?(?:再|得)?[在喺做干]|[不没唔冇](?:有)?(?:再|去)?上班|没有?了|冇[了喇]|被[辞炒开裁]|炒[了咗鱿]|下岗|没续"
)
_STILL = re.compile("[在喺]|[还仲](?:做|干|上班)|一直")
SINCE = {
    Matter.ARBITRATION: "从哪天起您知道自己的权益受了损害？比如被辞退那天、发现少发钱那天。",
    Matter.WAGES: "哪天离开这家单位的（最后一个工作日）？",
    Matter.INJURY: "哪天出的事、受的伤？职业病的话，是哪天确诊的？",
    Matter.AWARD: "哪天收到裁决书的？",
    Matter.PROBATION: "哪天开始上班的？",
    Matter.INSPECTION: "哪天向劳动监察投诉的？",
}
# By the entry or the topic that the worker was answered on; of the others they are asked.
OF_TOPIC = {
    **dict.fromkeys(("work-injury", "gig-injury", "occupational-disease"), Matter.INJURY),
    **dict.fromkeys(("wage-arrears", "overtime-pay/3"), Matter.WAGES),
    **dict.fromkeys(
        ("dismissal-compensation", "probation/2", "maternity/3", "no-contract"), Matter.ARBITRATION
    ),
    **dict.fromkeys(("labour-dispatch/2", "gig-rights/3", "labour-arbitration"), Matter.ARBITRATION),
    "probation": Matter.PROBATION,
}
UNSURE = frozenset({"labour-arbitration/2"})  # the year, or the fifteen days after an award
# Of these the entry tells, where the topic alone does not.
_SEVERAL = frozenset(entry.partition("/")[0] for entry in (*OF_TOPIC, *UNSURE) if "/" in entry)
# What is said for a matter; where two are named nobody can be sure.
HEARD = {
    Matter.INJURY: re.compile(
        r"工伤|受伤|受了伤|[摔撞压砸夹烫烧割扭轧]伤|[摔压砸撞]断|[摔砸撞]了|骨折|职业病"
    ),
    Matter.AWARD: re.compile(r"裁决"),
    Matter.ARBITRATION: re.compile(r"辞退|开除|解雇|炒鱿|炒了|被炒|被裁|裁员|解除(?:劳动)?合同"),
    Matter.WAGES: re.compile(r"欠薪|讨薪|工资|工钱|欠.{0,3}钱|[不没]给钱"),
    Matter.PROBATION: re.compile(r"试用期"),
    Matter.INSPECTION: re.compile(r"劳动监察|投诉"),
}
# Those for which the day that is told with them is the day that counts.
DATED = frozenset({Matter.INJURY, Matter.AWARD, Matter.ARBITRATION, Matter.INSPECTION})
EXAMPLE = "直接说就行，比如：3月8日、上个月5号、去年10月。"
# Times whose day nobody can tell, and the months that may be meant.
_FEASTS = (
    (r"国庆节?|(?<![0-9一二三四五六七八九十])十一(?!月)", 10),
    ("五一节?|劳动节", 5),
    ("元旦节?", 1),
    ("清明节?", 4),
)
_BEFORE, _AROUND = "(?:的?(?:之|以)?前(?!后)|快到的?时候)", "(?:的?(?:之|以)?前后|左右|前后)"
_AFTER = "(?:的?(?:之|以)?后|期间|假|放假|那几天|那阵|过后)"
VAGUE = (
    *((re.compile(f"(?:{feast}){_BEFORE}"), (month - 1 or 12,)) for feast, month in _FEASTS),
    *((re.compile(f"(?:{feast}){_AROUND}"), (month - 1 or 12, month)) for feast, month in _FEASTS),
    *((re.compile(f"(?:{feast}){_AFTER}"), (month,)) for feast, month in _FEASTS),
    (re.compile("中秋"), (9, 10)),
    (re.compile(r"春节|过年|年三十|正月|腊月|年初[一二三四五六七八九十]"), (12, 1, 2)),
    (re.compile(r"年[底末尾]"), (12,)),
    (re.compile(r"年[初头]"), (1,)),
    (re.compile(r"年中(?!秋)"), (6,)),
    (re.compile("端午"), (5, 6)),
    (re.compile("冬至"), (12,)),
    (re.compile("暑假"), (7, 8)),
    (re.compile("寒假"), (1, 2)),
    (re.compile("夏[天季日]"), (6, 7, 8)),
    (re.compile("春[天季](?!节)"), (3, 4, 5)),
    (re.compile("(?<!中)秋[天季]"), (9, 10, 11)),
    (re.compile("冬[天季]"), (12, 1, 2)),
)
_WEEK = re.compile(r"(上上|上|这|呢)个?(?:周|[星礼][期拜]|禮拜)(末)?")
_YEARS = {"今年": 0, "去年": -1, "旧年": -1, "上年": -1, "前年": -2}
# “我上个月15号已经走了”, with the day; of a boss who is gone nothing is said.
I_LEFT = re.compile(
    r"我(?:(?!老板|公司|单位|厂)[^,，。;；]){0,12}(?:走[了咗人]|离[开职]|辞[职工]|被[辞炒开裁])"
)
WHERE_TO_LOOK = "翻翻那时候的聊天、转账记录、病历或通知，上面多半有日期。记得是星期几也行，比如：上周三。"
EVIDENCE = {
    Matter.ARBITRATION: "劳动合同、工资流水、考勤或排班、工作群聊天、辞退通知、社保记录",
    Matter.WAGES: "劳动合同、工资流水、考勤、欠条或对账单、老板答应给钱的聊天和录音",
    Matter.INJURY: "诊断证明和病历、劳动合同或工资流水、事故照片、工友证言、交通事故认定书、出警记录",
    Matter.AWARD: "裁决书和签收的凭据、仲裁时交过的材料、庭审笔录、新的证据",
    Matter.PROBATION: "劳动合同、入职登记、工资条、转正或考核的通知",
    Matter.INSPECTION: "投诉的回执或编号、经办人、补交材料的记录",
}
STEPS = {
    Step.ARBITRATE: "申请劳动仲裁最晚到{day}（一年，《劳动争议调解仲裁法》第二十七条）。",
    Step.EMPLOYER: "单位应在{day}前替您申请（30天，《工伤保险条例》第十七条）。",
    Step.WORKER: "单位不报，您自己、家属或工会最晚到{day}可以申请（一年，同一条）。",
    Step.SUE: "去法院起诉最晚到{day}（收到裁决书起15天，《劳动争议调解仲裁法》第四十八条、第五十条）。",
    Step.PROBATION: "这份合同的试用期最长到{day}（《劳动合同法》第十九条），过了就该按转正的工资发。",
    Step.ACCEPTED: "劳动监察该在{day}前决定受不受理（5个工作日）。",
    Step.CONCLUDED: "受理后最晚{day}前该有结果（60个工作日，复杂的可再延30个，《劳动保障监察条例》第十七条）。",
}
LATE = {
    Step.ARBITRATE: "这一天已经过了，但先别放弃：这一年里向单位要过、投诉过，或单位答应过给，时间都从那天重新算一年。",
    Step.EMPLOYER: "单位报的这一天已经过了，单位没报也不影响您自己申请。",
    Step.WORKER: "一年的期限已经过了。有住院、单位拖延、打官司确认劳动关系等情况，耽误的时间可以扣除。",
    Step.SUE: "15天已经过了，裁决书一般已经生效。单位不履行的话，可以向法院申请强制执行。",
    Step.PROBATION: "这一天已经过了：还按试用期发工资的，超出的部分可以要求补。",
    Step.ACCEPTED: "受理的期限已经到了，没有音讯就带回执去问，或拨12333。",
    Step.CONCLUDED: "出结果的期限已经到了，没有音讯就带回执去问，或拨12333。",
}
RENEWED = "这期间向单位要过、投诉过，或单位答应给，从那天重新算一年，证据要留好；稳妥起见还是按上面的日子办。"
_REMINDS = re.compile(
    r"(?:[好行得嗯要啊呀啦喇的]|可以|需要|请|麻烦|帮我?|同我|[你您]|记得|设个?|定个?|开个?|给我|就|那|[,，\s]|"
    r"(?:快?到|临)(?:期|时)?(?:咗|了)?(?:的?时候?|之?前)?|到时候?|提前(?:几天|一周|一个?星期)?|之前)*"
    r"提(?:一?提|醒|示|(?=我))(?:下|一下|一声|声|返)?我?(?:下|一下|一声|声)?(?:[啦喇吧啊呀哦喔呗的]|就[行好得]|谢谢|多谢|唔该|麻烦|[你您]|[,，。!！\s])*"
)
COUNT = "count="  # a line below an answer: the entry, and the day that was said with the question
NOW_OR_PERSON = "拿不准或想有人帮您办，回复“人工”，也可以拨职工热线12351。"


def years_of(text: str, today: date) -> Sequence[int]:
    """Of what a text may speak: of the year that it names, or these three."""
    named = [today.year + away for word, away in _YEARS.items() if word in text and f"大{word}" not in text]
    return named[:1] or range(today.year - 2, today.year + 1)


def days_of_week(text: str, today: date) -> list[date]:
    """Of a week that is all that is remembered, or of its end, the days that have come."""
    if not (found := _WEEK.search(text)):
        return []
    monday = today - timedelta(days=today.weekday() + 7 * found[1].count("上"))
    days = [monday + timedelta(days=place) for place in range(5 if found[2] else 0, 7)]
    return [day for day in days if day <= today]


def wants_reminder(text: str, _: str | None) -> bool | None:
    """Whether nothing is said but that one wants to be reminded; None where it is not."""
    return True if "提" in text and _REMINDS.fullmatch(text.strip()) else None


def matter_of(entry: str) -> Matter | None:
    """What is counted for an entry of the knowledge base; None where that may be several things."""
    if entry in UNSURE:
        return None
    return OF_TOPIC.get(entry) or OF_TOPIC.get(entry.partition("/")[0])


def matter_of_topic(topic: str | None) -> Matter | None:
    """The same where only the topic of the entry is known."""
    return None if topic is None or topic in _SEVERAL else OF_TOPIC.get(topic)


def counted(term: Term, today: date) -> str:
    lines = [f"· {STEPS[term.step].format(day=day(term.last))}"]
    if term.last != term.counted:
        lines.append(
            f"  （{day(term.counted)}是休息日，依法顺延到节假日后的第一天；稳妥起见，请在休息日之前办好。）"
        )
    if term.guessed:
        lines.append(f"  （{term.counted.year}年的放假安排还没有，先按周一到周五算，请以公布的为准。）")
    if term.last < today:
        lines.append(f"  {LATE[term.step]}")
    elif term.step in (Step.ARBITRATE, Step.WORKER, Step.SUE):
        left = (term.last - today).days
        when = f"还有{left}天，越早越好办。" if left else "就是今天，请今天就去办！"
        lines.append(f"  {when}{RENEWED if term.step is Step.ARBITRATE else ''}")
    return "\n".join(lines)


def contract_of(text: str) -> Contract | None:
    """How long a contract is that somebody speaks of; None where that is not one length."""
    if _UNWRITTEN.search(text):
        return Contract.UNWRITTEN
    if _ENDLESS.search(text):
        return Contract.LONG
    if _TASK.search(text):
        return Contract.NONE
    lengths = _LENGTH.findall(text)
    if len(lengths) != 1:
        return None
    years, half, more, months = lengths[0]
    length = 12 * (_number(years) + (0.5 if half else 0)) + _number(more) + _number(months)
    length -= 0.1 if _LESS.search(text) else 0
    if length < 3:
        return Contract.NONE
    return Contract.SHORT if length < 12 else Contract.MIDDLE if length < 36 else Contract.LONG


def _number(said: str) -> float:
    if not said or said[0].isdecimal():
        return float(said or 0)
    tens, ten, ones = said.rpartition("十")
    return (_NUMBERS[tens] if tens else 1) * 10 * bool(ten) + (_NUMBERS[ones] if ones else 0)


def is_employed(text: str) -> bool | None:
    """Whether somebody says that they still work there; None where they say neither."""
    if _NOT_LEFT.search(text):
        return True
    return False if _LEFT.search(text) else True if _STILL.search(text) else None


def without_term(matter: Matter, contract: str | None = None) -> str:
    if contract == Contract.UNWRITTEN:
        return (
            "试用期要写在劳动合同里（《劳动合同法》第十九条），没签书面合同，口头说的试用期一般不算数，应按正式工资发。\n"
            "上班满一个月单位还不签，从第二个月起每月该付双倍工资，最多算到满一年（第八十二条）；这笔钱也要在一年内申请仲裁，越早越好。"
        )
    if matter is Matter.WAGES:
        return (
            "您还在这家单位上班，讨要拖欠的工资没有仲裁时效的限制（《劳动争议调解仲裁法》第二十七条）。"
            "一旦离开，就要在一年内申请仲裁。拖得越久证据越难找，建议现在就要。"
        )
    return "这样的合同不能约定试用期（《劳动合同法》第十九条、第七十条）。约定了也不算数，应按正式工资发。"


def keep(matter: Matter) -> str:
    return f"请留好：{EVIDENCE[matter]}。原件自己收着，交复印件。"


def day(day: date | None) -> str:
    return spoken_day(day, year=True) if day else ""
