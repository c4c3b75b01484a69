"""Yes and no in workers' words, to whatever was asked: “嗯对的”, “要啊”, “得”, “唔使啦”, “订”, “先不订”. Pure."""

import re

from dialogue import wording
from dialogue.wording import Control

_LONGEST = 12  # letters of a plain yes or no
_LEAD = "(?:我们?|那|就|都|也|肯定|当然|梗)*"
_THANKS = "(?:谢谢|多谢|唔该|麻烦|辛苦)(?:[你您了啦晒]|老师|师傅)*"
_VAGUE = "(?:好|可以|行|得|有|要(?![是系])|需要|想要|嗯|恩|ok)[的嘅啊呀吖哦喔噢哈啦喇嘞咯吧滴哒呐]*"
_DEFINITE = "(?:确认|确定|是|对|系|啱|同意|愿意|[没冇]错|[没冇无]有?问题|yes|y)[的嘅啊呀吖哦喔噢哈啦喇嘞咯]*"
_NO = (
    "(?:[不唔](?:是|系|要|用|行|得|使|好|必|可以|同意|愿意|需要|想要?)|不|别要?|没有?|冇|无|否|算(?=[了啦喇])|放弃|取消|no|n)"
    "[了啦喇啊呀吧先哦喔嘅的着咯嘞]*"
)
_IS_YES = re.compile(f"{_LEAD}(?:{_VAGUE}|{_DEFINITE})+(?:{_THANKS})?")
_IS_VAGUE = re.compile(f"{_LEAD}(?:{_VAGUE})+(?:{_THANKS})?")
_IS_NO = re.compile(f"(?:我们?|那|就|都|也|嗯|哦|先|暂时|还是)*(?:{_NO})+(?:{_THANKS})?")
_WISHED = re.compile("^(?:我们?|那|就|想|要|好的?|嗯|是的?|对的?|系|得|行|可以|请|麻烦|帮我?|给我?|同我|先)+")
_BEHIND = re.compile(f"(?:一下|一个|这个|那个|[了啦喇吧啊呀嘞咯哦喔的嘅呗先佢它]|{_THANKS})+$")
_DENIED = re.compile("^(?:我|那|就|还是|先|暂时)*[不唔别](?:要|想|用)?")
_SURE = re.compile(r"^(?:确认|确定)(?=.)|(?<=.)了$")

_NOTHING_WHATEVER = re.compile("没有?什么|冇乜嘢?|冇咩")
_LONGEST_CONSENT = 40
_STOPS = re.compile(r"[\s,，。;；、!！~～:：“”\"'‘’「」『』【】()（）]+|[并且](?=确认|提交|同意)")
_TO_ALL = "(?:我们?|本人|那|就|嗯|好的?|都|全部?|全都|已经?|以上|上面|这些|资料|信息|内容|[填写]的|核对过?|检查过?|看过?|回复|回|发|点|是|了)*"
_TO_ALL_LEAD = re.compile(f"^{_TO_ALL}")
_LAST = "[的嘅啊呀哦喔哈啦喇嘞吧咯了]*"
_SUBMITS = re.compile(
    rf"{_TO_ALL}(?:请|麻烦|唔该)?(?:可以|直接|马上)?(?:帮我?|同我|给我)?(?:提交|[交报递]上?去|递交|[提上]?交(?=[吧啦喇嘞了])|就这样|就?这样(?:就行|交|报|填|可以|得)|[就按照]+(?:这个|上面|这样)[的嘅]?(?:交|报|办|来|提交)?"
    rf"|冇意见|没有?意见|[啱对]晒|全?都?[啱对]){_LAST}"
)
_CHANGES_NOTHING = re.compile(
    rf"{_TO_ALL}(?:(?:没有?|冇|无)(?:需要|嘢|地方)*(?:要|用|需)?[修更]?改(?:的|嘅|动)?(?:地方|嘢)?|[不唔冇](?:用|使|需要?|必|想|要)?(?:再)?[修更]?改(?:动)?){_LAST}"
)
# Beside a yes they change nothing of it.
_WISHES = re.compile(  # letter by letter: a repetition in a repetition takes for ever over “哈哈哈哈”
    "(?:回复|我们?|你们?|您|请|麻烦|唔该|辛苦|希望|能|可以|帮我?|给我|会|就|尽[快早]|[快早]点|快啲|赶紧|抓紧|一?下|审[批核]|办理?|处理|通过|批|搞定|安排|等[着紧]?用?|急用?|在|通知|消息|结果|谢谢|多谢"
    "|老师|师傅|好的?|嗯|[的嘅啊呀哦喔哈啦喇嘞吧咯了])*"
)
_LOOKED = re.compile(
    f"(?:我|都|已经?|又|再|全部|仔细|上面|资料|信息)*(?:看|核对|检查|睇)(?:好|完|清楚|一遍|晒)?[过了咗]?(?:一遍)?{_LAST}"
)


def consents(text: str, *, unchanged: bool = True) -> bool:
    """Whether a text says of all that was summed up that it is right and may be handed in: “看过了，没有要改的”.

    Each part says so, or says nothing else; that nothing is to be changed says so only where `unchanged`.
    """
    text = _NOTHING_WHATEVER.sub("没有", text)
    if len(text) > _LONGEST_CONSENT or wording.sounds_asked(text) or wording.delays(text):
        return False
    said = False
    for part in filter(None, _STOPS.split(text.lower())):
        if _is_consent(part) or (unchanged and _CHANGES_NOTHING.fullmatch(part)):
            said = True
        elif wording.delays(part) or not (_WISHES.fullmatch(part) or _LOOKED.fullmatch(part)):
            return False
    return said


def _is_consent(part: str) -> bool:
    bare = _TO_ALL_LEAD.sub("", part) or part
    if any(wording.control(one) is Control.CONFIRM for one in (part, bare)) or _SUBMITS.fullmatch(part):
        return True
    return any(bool(_IS_YES.fullmatch(one)) and not is_vague(one) for one in (part, bare))


def yes_or_no(said: str) -> bool | None:
    """What a normalised text says that is nothing but a yes or a no; None for anything else."""
    if len(said) > _LONGEST:
        return None
    return True if _IS_YES.fullmatch(said) else False if _IS_NO.fullmatch(said) else None


def is_vague(said: str) -> bool:
    """Whether a normalised yes is one that is said to anything; what cannot be got back is not given up for it."""
    return bool(_IS_VAGUE.fullmatch(said))


def repeats(said: str, label: str) -> bool:
    """Whether a normalised text says again what the line says it does, or begins to: “订吧” for “好，订阅”."""
    if len(said) > _LONGEST:
        return False
    short = _BEHIND.sub("", said)
    spoken = {said, short, _WISHED.sub("", short)} - {""}
    return any(core.startswith(word) for core in _cores(label) for word in spoken)


def denies(said: str, label: str) -> bool:
    """Whether it says that what the line says is not to be done: “先不订了” for “好，订阅”."""
    denied = _DENIED.match(said)
    return denied is not None and denied.end() < len(said) and repeats(said[denied.end() :], label)


def _cores(label: str) -> list[str]:
    """What a line says: “撤回” for “确定撤回”, “不撤回” for “不撤回，继续等”."""
    return [_SURE.sub("", part) for part in label.split("，")]
