"""What was handed in is to be changed or taken back, in the words of workers. Pure."""

import re

from dialogue import corrections
from union import places

_PHONE = "(?:手机号码?|手机|电话号码|电话|号码)"
# An application that was handed in, taken back in other words.
TAKEN_BACK = (
    *("撤回", "撤销", "把申请撤回", "申请撤回", "申请取消", "入会取消", "入会不办了", "不办入会了"),
    *(
        phrase
        for deed in ("取消", "撤回", "撤销", "收回")
        for what in ("申请", "入会", "入会申请", "我的申请", "我的入会申请", "这个申请", "报的申请")
        if (phrase := f"{deed}{what}") not in ("撤回申请", "撤回入会申请", "撤回入会", "撤销申请")
    ),
    *(
        f"{who}{no}{deed}{end}"
        for who in ("", "我")
        for no in ("不", "不想", "唔", "唔想")
        for deed in ("入", "入会", "加入", "入工会", "加入工会")
        for end in ("了", "啦", "喇")
    ),
)
_CARD = f"(?>{_PHONE}|手机卡|电话卡|卡号|卡|号)"
_NEW = rf"(?:现在|而家|以后|请|新|{_CARD}|[换改转]?[成为]|是|系|用|打|就|的|嘅|个|我|帮我|改)*([0-9]{{5,13}})(?:了|谢谢|唔该|吧|呢个|这个)*"
_NEW_MOBILE = re.compile(
    rf"(?:我|的|嘅|要|想|请|帮我|已经)*(?:(?:改|换|修改|更改|更换|转)(?:了|咗|一下|过)?(?:个|张|我的|新|嘅|的)*(?:会员)?{_CARD}(?:了|咗|啦|喇)?|{_CARD}(?:已经|刚)?[换改变](?:了|咗|啦|喇)?){_NEW}"
    # “我的新手机号是…”, “旧号码停机了，现在用…”.
    rf"|(?:我|现在|而家|的|嘅)*新(?:的|嘅|个)*{_CARD}{_NEW}"
    rf"|(?:我|的|嘅|个|那|这|原来|以前|之前|旧|老|{_CARD})+(?:已经|都)?(?:停机|停用|停|不用|唔用|用不了|用唔到|打不通|注销|销号|丢|唔见|不见|冇用|没用|欠费)(?:了|咗|啦|喇){_NEW}"
    rf"|(?:我|的|嘅)*(?!手机[换变])(?:{_PHONE}[换变]|换(?:号|新号|手机号)(?:码)?)(?:了|咗)"
)
_LONGEST, _SIGNS = 40, re.compile("[机機话話号號卡]")
_CALLED = {
    "姓名": "name",
    "手机号": "mobile",
    "手机": "mobile",
    "手机号码": "mobile",
    "地点": "place",
    "工作地点": "place",
    "工作地方": "place",
    "工作单位": "employer",
    "单位": "employer",
    "工种": "work",
}


def new_mobile(text: str, _: str | None) -> str | None:
    """The number of “改手机号13800138000”, right or wrong, empty for “我电话换了”; None for anything else."""
    if len(text) > _LONGEST or not _SIGNS.search(text):
        return None
    found = _NEW_MOBILE.fullmatch(places.plain(text))
    return next(filter(None, found.groups()), "") if found else None


def mistaken(text: str, _: str | None) -> tuple[str, str] | None:
    """The field of `FIELDS` that is said to be wrong or to be changed, and what is right, if that is said too.

    None for anything else, and for what `new_mobile` reads.
    """
    found = None if new_mobile(text, None) is not None else corrections.mistaken(text)
    field = _CALLED.get(found[0]) if found else None
    return (field, found[1]) if found and field else None
