"""What people say between two orders instead of an answer: that they are busy, that they cannot, or nothing at all. Pure."""

import re

_MOST_LETTERS = 20
_BEFORE = (
    "(?:我们?|那|先|好[的嘞]?|嗯|哦|不好意思|唔好意思|对不起|现在|而家|正在?|还在|仲|刚好?|有点|又|要|得|去|等|让|帮|在|喺"
    "|马上|师傅|[急赶]着?)*"
)
_ORDER = (
    "(?:[送跑接抢取派拉拿做等出上卸装搬赶有来到](?:[完了着紧下到掉咗个一两几这那呢嗰趟张新把]|手[上头]|最后)*"
    "(?:单子?|餐|货|件|客人?|乘客|人|外卖|快递|订单))"
)
_ELSE = (
    "(?:[送跑忙开接搞做弄吃食]完(?:[这那呢手]?.{0,2}单)?|开着?车|揸紧?车|骑着?车|驾驶|[吃食][个着紧]?饭|[上下爬]楼|到楼[下上]?|到了|到[站店]|[红绿]灯|[堵塞]车"
    "|客人?[到来嚟](?:楼下)?了|送到|手[上头]?[还仲]?有.{0,2}单|收工|开工|上班|返工|下班|放工|开会|老板[叫喊找嚟来]我?|[有来接]个?电话|带娃|带小孩|接小?孩子?|接仔|睡觉|洗澡|上厕所|有[点啲急]?事|[路车马]上|外面|忙)"
)
_LATER = "(?:晚点|晚些|迟[点啲]|[等待]一?[下会]儿?|等等|等阵|回头|有空|得闲|稍等|等我)"
_AFTER = f"(?:[了啦喇咗着呢先中紧啊呀哈吧的来到去我才]|回来|返来|一下|{_LATER}|再[说讲填弄搞办来发写回看]|先?这样)*"
_BUSY = re.compile(
    f"{_BEFORE}(?:{_ORDER}|{_ELSE}){_AFTER}|(?:那|就|我)*先这样(?:了|吧|先)*|{_BEFORE}{_LATER}{_AFTER}"
)
# What somebody does for a living is said in the same words.
_TRADE = re.compile(
    r"(?:我|是|系)*(?:[送跑做拉接派取开揸]着?(?:单|餐|货|件|客|人|外卖|快递|车)|上班|开工|驾驶)(?:的|嘅)?"
)
_NOTHING = re.compile(
    "(?:(?:谢谢|多谢|唔该|感谢|辛苦|麻烦)(?:你们?|您|了|晒|啦)*)+"
    "|(?:我|都)*(?:知道|晓得|明白|收到|了解|清楚|知)(?:了|啦|喇|嘞|道了)"
    "|(?:我|都|真的?|有点|也|实在|唉)*(?:唔知|不知|唔记得|不记得|记不[得清起住]|唔清楚|不清楚|不晓得|忘记?)(?:叫|是)?(?:什么|咩|乜)?(?:名字?)?(?:道|了|咗|啦|喇|啊)*"
    "|随[便意](?:你们?|填|写|啦|吧|咯)*|都?无所谓|都?(?:可以|行|得)(?:啦|吧|的)?|你[定看]|看着办|收到|同上|[上前]面有|(?:都|就)?一样"
    "|(?:我的?)?(?:加我?)?微信(?:号码?)?(?:也|就|和|跟|同|手机|电话|是)*(?:同号|同一个号?|一样|这个|同步)(?:的|号)*"
    "|(?:[你您]好|hello|hi|嗨|喂|早上好|早晨|在吗|人呢)[啊呀]?"
)
_STRUGGLES = re.compile(
    "(?:我|都|真的?|有点|也|实在|完全|这个?|唉)*(?:"
    "[看睇][不唔][懂明清见到]|[搞弄填写打][不唔][懂定明来好了到]|不[太]?懂|唔[明识]|不明白|不(?:太|大)?会|唔会"
    "|不?[认识][不]?识?字|(?:太|好|真|很|咁|有点)(?:麻烦|复杂|难|烦|啰嗦|长)"
    ")(?:打字|写字|认字|识字|操作|打|写|填|弄|搞|用|整)?(?:的|啊|了|啦|喇|呀|哦|嘅)*(?:怎么办|点算)?"
)


def is_busy(said: str) -> bool:
    """Whether a text, bare, only says what somebody is about to do first: 先送一单, 来单了, 红灯, 送完再说."""
    return len(said) <= _MOST_LETTERS and bool(_BUSY.fullmatch(said)) and not _TRADE.fullmatch(said)


def says_nothing(said: str) -> bool:
    """Whether a text, bare, answers nothing: thanks, that it is not known, or whatever you like."""
    return len(said) <= _MOST_LETTERS and bool(_NOTHING.fullmatch(said))


def struggles(said: str) -> bool:
    """Whether a text, bare, says that somebody cannot do it alone: 看不懂, 我不会打字, 太麻烦了."""
    return len(said) <= _MOST_LETTERS and bool(_STRUGGLES.fullmatch(said))
