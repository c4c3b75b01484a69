"""Yes and no in workers' words, to whatever was asked: “嗯对的”, “要啊”, “得”, “唔使啦”, “订”, “先不订”. Pure."""

import re

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
