"""The engine's own words, the same in every form; what a form asks stands in the handler that declares it."""

import re
from datetime import date
from enum import StrEnum

from dialogue import chatter
from knowledge.normal import simplified


class Control(StrEnum):
    """What a worker may say to a form at any time."""

    CANCEL = "cancel"
    BACK = "back"
    CONFIRM = "confirm"
    GO_ON = "go on"
    SKIP = "skip"
    CHANGE = "change"


def words_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CONTROLS = {
    Control.CANCEL: "取消 不办了 不填了 不报了 放弃 退出 算了 取消填写 唔要喇 唔搞喇",
    Control.BACK: "返回 上一步 返回上一步 后退 退回 上一个",
    Control.CONFIRM: (
        "确认 确定 提交 确认提交 确认无误 没问题 没错 无误 是的 对的 对了 正确 ok 可以 可以了 好的 好 好了 好啊 是 对 嗯 "
        "行 行的 行了 可以的 没有问题 没有错 无问题 没毛病 都对 全对 都没错 就这样 好嘞 好滴 ok的 确认了 提交吧 同意 冇问题 冇错 啱 啱嘅 系 系嘅 得 得啦 好嘅 "
        "交吧 帮我交 帮我提交 👌 [ok]"
    ),
    Control.GO_ON: "继续 接着填 接着办 继续填 继续填写 继续办",
    Control.SKIP: "跳过 没有 无 不填 冇 略过 暂无 不知道",
}
# A bare wish to change something, or that something before was wrong.
_CHANGE = re.compile(
    r"(?:我|要|想|请|可以|能|先)*(?:修改|更改|更正|改)(?:一?下|一改|改)?|(?:我|有|一项|一?个|地方|刚才|刚刚|前面|上面|好像|不小心)*[填写打输发搞弄选]?错(?:了|咗)"
    r"|填错|写错|打错|重填|重新填写?"
)
_STARTS_OVER = re.compile(
    r"(?:我|还是|要|想|请|可以|那|就|帮我|算了)*(?:(?:全部?|全都|都|整个|所有的?)重新?[填来写弄搞](?:写|过)?(?:一[遍次下])?"
    r"|重新?(?:再?来|开始|嚟)过?(?:一[遍次])?|重新?填(?:写|过)?一[遍次]|(?:由头|从头|推倒)(?:再|重新?)*(?:来|填写?|开始|嚟|办)?过?(?:一[遍次])?)"
)
_ACKNOWLEDGES = re.compile("(?:我|都|好的?|嗯|哦)*(?:知道|晓得|明白|收到|了解|清楚|知)[了啦喇嘞晒]*")
_GIVES_UP = re.compile(
    r"(?:我|那|就|还是|都|唉|算了|(?:太|好)麻烦了?|真的?)*[不唔]想?[再要]?(?:[填搞弄写]|入会?|加入(?:工会)?)(?:了|啦|喇|[下落]去)+"
)
_LAST = "吧啊呀哈哦嘛啦"
# At the summary they are about what it shows, wherever else they lead.
_DENIALS = words_of(
    "不对 不对的 不正确 有错 有误 唔啱 唔对 不太对 资料不对 信息不对 信息错了 资料错了 改资料 修改资料 改信息 修改信息 更改资料 变更资料"
)
_WORDS = {word: control for control, words in _CONTROLS.items() for word in words.split()}
_SHORT = 16
_YES_AND_YES = re.compile(
    rf"(?:(?:{'|'.join(map(re.escape, sorted(_CONTROLS[Control.CONFIRM].split(), key=len, reverse=True)))})"
    r"[呀啊啦哈哒\U0001f3fb-\U0001f3ff]?)+(?:谢谢[你您]?|多谢晒?|唔该晒?|辛苦(?:[你您]?了|晒)?|麻烦[你您]?了)*"
)

# A platform that riders work for ends like a question.
_ASKING = re.compile(
    r"[?？]|(?<!饿了)[吗嘛么]$|呢$|咩|怎么|怎样|点样|点解|为什么|为何|什么|多少|(?<!没)多久|多长时间|几耐|几时|几点|几多|要不要|能不能|能否|可不可以|是不是|(?<!没)有没有|"
    r"会不会|用不用|行不行|有冇|系咪|得唔得|(?:哪里|哪个|哪些|哪家|边个|边度)(?![都也])|谁(?:来|能|可以|有|管|给|出|负责)|是谁|啥|如何"
)
_BUSY = (
    r"(?:在忙|好忙|很忙|忙着|忙|没空|没时间|冇时间|唔得闲|不方便|在开会|在送[餐单货]|在跑单|[送跑][餐单货]中)"
)
_FILL = r"(?:说|讲|填|弄|搞|办|来|发|写|回|继续|看)"
_LATER = r"(?:晚点|晚些|迟点|迟啲|等下|等一下|等等|等阵|等会儿?|待会儿?|一会儿?|过会儿?|回头|改天|过后)"
_SOME_DAY = r"(?:明天|今晚|晚上|下班|有空|得闲|忙完|到时)"
_DELAY = re.compile(
    rf"(?:我|那|先|好的?|嗯|哦|不好意思|现在|正|有点)*(?:"
    rf"请?(?:稍|等|稍等|等等|等一下|等下|等我|稍后|等一等)(?:一?下|会儿?|片刻|阵|先|我|哈|啊|吧|再{_FILL})*"
    rf"|{_LATER}(?:先|我|再|才)*{_FILL}?(?:吧|哈|啊)?|先不{_FILL}(?:了|吧)?|(?:先)?不急|(?:等我?)?{_SOME_DAY}(?:我|了)*(?:再|才){_FILL}(?:吧|哈|啊)?|{_BUSY}(?:着|呢|先|中|啊|{_LATER}|再{_FILL})*"
    r"|[哈呵嘿嘻]{2,})"
)
_COURTESY = re.compile(
    r"(?:(?:(?:你|您|大家|老师|同志|师傅|工会|客服|亲)+好|[早上中下午晚]+(?:好|安|晨)|在吗|在么|在不在|有人在?吗|喂|嗨|哈[喽啰罗]|hello|hi|hey"
    r"|谢谢|多谢|感谢|唔该|辛苦[你您]?了|麻烦[你您]?了|打扰[你您]?了?|收到|知道|明白|了解|[哦噢喔])(?:[你您了啦喇晒啊呀哈吖]|大家|老师)*)+"
)
_KEEPS = words_of(
    "确认 确定 没错 提交 确认提交 不改 不改了 不用改 不用改了 不变 照旧 保留 取消修改 取消更改 放弃修改 不修改 不修改了 退出修改"
)


def denies(said: str) -> bool:
    """Whether a normalised text says of what was summed up that it is not right."""
    return said.rstrip(_LAST) in _DENIALS


def control(said: str) -> Control | None:
    """The word for the form that a normalised text is, if it is one; “yes” may be said several times over."""
    if len(said) <= _SHORT and _YES_AND_YES.fullmatch(said):
        return Control.CONFIRM
    if word := _WORDS.get(said):
        return word
    if len(said) <= _SHORT and _GIVES_UP.fullmatch(said):
        return Control.CANCEL
    return Control.CHANGE if _CHANGE.fullmatch(said.rstrip(_LAST)) else None


def starts_over(said: str) -> bool:
    """Whether a normalised text wants everything asked anew."""
    return bool(_STARTS_OVER.fullmatch(said.rstrip(_LAST)))


def acknowledges(said: str) -> bool:
    """Whether a text only says that it was heard, which is no yes."""
    return bool(_ACKNOWLEDGES.fullmatch(bare(said)))


_NUMERALS = "一二三四五六七八九"
_LINE = re.compile(
    rf"我?(?:想|就)?要?(?:报名?|应聘|参加|看看?|选)?第([0-9]{{1,2}}|[{_NUMERALS}])[个条份项门场家](?:报名|吧|的|啦)?"
)


# “选2吧”, “我选第二个”, “应该是2吧”; “就一个” counts.
_NUMBER = re.compile(
    r"(?:(?:我|就|那|还是|应该|可能|好像)*(?:选择?|[拣按填]|(?:[是系就]|应该|还是)(?!.个)))?"
    rf"第?(\d{{1,2}}|[{_NUMERALS}])[个条号项行种]?[吧啦喇啊呀咯]*[。.、 ]*"
)


def number(said: str) -> int:
    """The place in a list that “2”, “二”, “第二个” and “我选第二种吧” mean; 0 for anything else."""
    found = _NUMBER.fullmatch(said)
    if found is None:
        return 0
    return _NUMERALS.index(found[1]) + 1 if found[1] in _NUMERALS else int(found[1])


def line(said: str) -> int:
    """The line of a list that “报名第一个”, “我要第二门” and “第三个吧” mean; 0 for anything else."""
    found = _LINE.fullmatch(said)
    return number(found[1]) if found else 0


def sounds_asked(said: str) -> bool:
    """Whether a text has the form of a question."""
    return bool(_ASKING.search(simplified(said)))


def delays(said: str) -> bool:
    """Whether a text only says that the answer comes later, or says nothing at all."""
    said = bare(said)
    return len(said) <= _SHORT and bool(_DELAY.fullmatch(said))


def is_courtesy(said: str) -> bool:
    """Whether a text only greets, thanks or says that it was heard, which answers nothing and asks nothing."""
    said = bare(said)
    return len(said) <= _SHORT and bool(_COURTESY.fullmatch(said))


def is_no_value(text: str) -> bool:
    """Whether a text answers nothing whatever is asked: a question, a yes, a word to the form, or talk between orders."""
    said = bare(text)
    if sounds_asked(text) or control(said) in (Control.CONFIRM, Control.CHANGE) or delays(said):
        return True
    return chatter.is_busy(said) or chatter.says_nothing(said) or chatter.struggles(said)


def bare(text: str) -> str:
    """In simplified letters, without what stands between its words."""
    return re.sub(r"[\s,.!，。！、~～;；]", "", simplified(text).lower())


def keeps(said: str) -> bool:
    """Whether the answer that is asked for again is to stay as it was."""
    return said in _KEEPS


NOTHING_OPEN = {
    Control.CANCEL: (
        "现在没有填到一半的事，不用取消。交上去的入会申请要撤回，回复“撤回申请”；报了名去不了，回复“取消报名”。"
        "想办别的直接说，或者回复“帮助”看看我能做什么。"
    ),
    Control.BACK: "现在没有填到一半的事。想办什么直接说，或者回复“帮助”看看我能做什么。",
    Control.GO_ON: "现在没有填到一半的事。想办什么直接说，比如“入会”“培训”；办过的事回复“进度”查看。",
}
FIRST_ALREADY = "这已经是第一项了。不想办了就回复“取消”。"
PLEASE_CONFIRM = "资料都齐了，就差您一句话。"
HOW_TO_CONFIRM = "没错，回复“确认”两个字；有错，先发那一项的序号（比如“2”），再发对的。"
STARTED_OVER = "好的，从头再填，前面填的已经清掉。"
UNCHANGED = "不改了"  # a form whose summary says these words is left with them
# Where the summary does not stand below.
CONFIRM_OR_LOOK = f"{PLEASE_CONFIRM}没错就回复“确认”；想再看一遍、要改，回复“继续”；不办了，回复“取消”。"
KEPT = "（表格帮您留着，等您安顿好了，回复“继续”接着填。）"
AGAIN = "还是没对上，别着急。"
CALL_PERSON = "填不顺的话，回复“人工”，请工作人员帮您；不想办了就回复“取消”。"
EASED = f"不着急，一项一项来。{CALL_PERSON}"
A_FORM = "资料"
DESK_WAITS = "（和工作人员的对话先放一放，要接着说，回复“人工”。）"
ONE_PHOTO = "已收到 1 张"
OUT_OF_ORDER = "这一行是之前列的，现在用不上了。"
TO_CHANGE = "要改的"
CHANGE_WHICH = "前面填的都在这里，要改哪一项？点一下或回复序号：\n{options}\n\n不改了就回复“返回”，接着填。"
CHANGE_ABOVE = "好的，要改哪一项？回复它的序号就行。"
USE_IT = "用这个"
ANEW = "重新填"
SAME = "{when}您填的是：{shown}。这次也用吗？\n（怎么用，交之前会写明，您确认了才算。）"
SAME_AS_BEFORE = "沿用上次填的"
USE_OR_NOT = "上次填的这次也用吗？用就回复 1，重新填就回复 2；也可以直接发新的。"
USES = words_of(
    "用 用这个 就用这个 用上次的 用这些 沿用 照用 还用 也用 用吧 用啊 要用 继续用 一样 一样的 同上 没变 不变 用返 照用返"
)
NEW_ONES = words_of("重新填 重填 换 换一个 换了 换过 不用 唔用 不用这个 不一样 变了 改了 换号码了 换手机了")
NOTHING_GIVEN = "前面还没填过什么，不用改，先答这一项就好。"
WHICH_OF_THEM = "您说的是哪一个？点一下或回复序号："
NOTHING_TO_CHOOSE = "眼下没有可以选的，先帮您停在这里。过些天再来看看，或者回复“人工”问问工作人员。"
PICK_ONE = "请回复 1 到 {count} 的序号，或者点一下那一行。"


def cancelled(title: str) -> str:
    return f"好的，“{title}”先不办了，刚才填的已经清掉。想办的时候随时再说一声。"


def unchanged(title: str) -> str:
    return f"好的，没有改，之前交的“{title}”照旧。想改的时候随时再说一声。"


def changed(label: str, shown: str) -> str:
    return f"{label}改成{shown}了。"


def still(label: str, shown: str) -> str:
    return f"{label}还是{shown}。"


def noted(shown: list[str]) -> str:
    return f"记下了，{'，'.join(shown)}。"


def other_line(label: str, number: int, other: str) -> str:
    """What somebody is told whose words may be meant for another line than the one they picked."""
    return f"要改的是{other}，就在前面写上“{number}.”再发一次；{label}不用改，回复“返回”。"


def half_done(title: str) -> str:
    return f"“{title}”填到一半，资料都给您留着，回复“继续”接着填。"


def resumed(title: str) -> str:
    return f"接着办“{title}”，前面填的都还在。"


def unconfirmed(tries: int) -> str:
    """What stands above the summary after so many answers that were no yes to it."""
    return (PLEASE_CONFIRM, f"{AGAIN}{HOW_TO_CONFIRM}", f"{HOW_TO_CONFIRM}\n{CALL_PERSON}")[min(tries, 3) - 1]


def going_on(title: str, question: str) -> str:
    return f"————\n接着办“{title}”：\n{question}"


def pausing(title: str) -> str:
    return f"不急，“{title}”给您留着。方便的时候直接接着答，或者回复“继续”。"


def kept(shown: str) -> str:
    return f"原来填的是：{shown}。要改就发新的，不改就回复“确认”。"


def kept_at_desk(title: str) -> str:
    return f"（“{title}”先给您留着：和工作人员说完了回复“结束”，再说“继续”接着填。）"


def waits(title: str) -> str:
    return f"（“{title}”还没填完，回复“继续”接着填。）"


def expired(title: str, days: int) -> str:
    return f"您之前没填完的“{title}”放了 {days} 天，为保护您的资料已经清掉了。还想办的话，说一声就重新开始。"


def reminder(title: str) -> str:
    return f"您的“{title}”还差几项没填完，资料都给您留着。有空时回复“继续”接着填；不办了就回复“取消”。"


def by_the_way(texts: list[str]) -> str:
    return "————\n顺便告诉您：\n" + "\n\n".join(texts)


def hidden(label: str) -> str:
    """What the journal shows of an answer that is nobody's business."""
    return f"[{label}]"


def caution(reviewed: date | None, review_by: date | None, today: date) -> str:
    """What is added to an answer that was not looked at again in time; empty for any other."""
    if review_by is None or review_by >= today or reviewed is None:
        return ""
    checked = f"{reviewed.year} 年 {reviewed.month} 月"
    return f"\n\n（这一条是 {checked}核对的，可能有变化，办理前请打 12351 问一声。）"
