"""What is written of packs in free words: a code as staff type it, and a pack by its own name. Pure."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.normal import normalise

_LETTER = "[2-9a-hjkmnp-z]"
_CALLED = "(?:请|帮我|帮忙|麻烦)*(?:核销|兑换|领取)?(?:一下|下)?(?:礼包|券)?(?:码|号)?(?:是|为)?"
_DONE = "(?:请|帮我|帮忙)*(?:核销|兑换)?(?:一下|下)?"
# Of the normalised text; without LB it may be any word, which is for staff alone.
CODE = f"{_CALLED}(lb{_LETTER}{{8}}){_DONE}"
_BARE = re.compile(f"{_CALLED}({_LETTER}{{8}}){_DONE}")
_PACK = "礼包"
TOPIC = "member-offers"
_MOST_LETTERS = 24
_BEFORE = (
    "(?:请问|你好|您好|现在|今天|最近|工会|还|我|想|要|能|可以|怎么|怎样|哪里|去|在|有没有|有|什么|啥|没)*"
)
_AFTER = "(?:[那这嗰𠮶呢]个|还|可以|能|怎么|哪里|哪|去|在|有没有|有|没有|没|领取|领|抢|拿|发|吗|呢|嘛|么|啊|呀|的|了|点)*"
_WISH = re.compile(
    f"{_BEFORE}(领取|领|抢|拿|发)?(?:一?[个份]|点)?(.{{2,12}}|[大小新])?{_PACK}(?:样例)?{_AFTER}"
)
# One whose name says something else, of which it must be said that they want it.
_OTHER = re.compile(f"{_BEFORE}(?:领取|领|抢)(.{{2,12}}[包券])(?:样例)?{_AFTER}")


_LINE = re.compile(r"\s*领取[:：]\s*(.{2,64}?)\s*")
_TERSE, _DEEDS = 8, frozenset("领攞拿")
_TAKES = re.compile(
    "(?:我|就|想|要|帮我|现在|马上|那|好)*(?:领取|领|攞|拿)(?:一?[个份]|它|这个|呢个)?(?:啊|呀|吧|啦|喇|了|的|嘅)*"
)
_GIVE = "(?:取消|退掉|退还|退回|退了|退|不要|唔要)"
_IT = "(?:这|那|呢|嗰|𠮶|一)?(?:个|份|张)?"
_NAME = "(?:.{1,14}[包券](?:样例)?)"
_GIVES_BACK = re.compile(
    rf"(?:我|就|想|要|帮我|请|麻烦|唔该|把|将|那)*(?:(?P<before>{_NAME})?{_GIVE}{_IT}|{_GIVE}{_IT}(?P<behind>{_NAME}))"
    r"(?:掉|了|喇|啦|咗|吧|啊|呀|的|嘅)*"
)
_MOST_ASKED = 18
_SIGNS = frozenset("码券包期兑核")
_WHERE = "哪里|哪儿|哪|边度|边处|怎么|怎样|如何|点样?|什么地方"
_DEED = "看|找|查|用|使用|兑换|兑|核销|领取?|睇|揾|弄|取|拿"
_CODE_ASKED = re.compile(
    rf"(?:请问|你好|我|的|领到|领|那个|这个|嗰个|个|张|啲)*"
    rf"(?:(?P<named>礼包的?码|礼包券|券码|兑换码|领取码|核销码|提货码|礼包)|(?P<loose>码|券|二维码))?"
    rf"(?:的|我|要|应该|该|到底|是|在|去|喺|到|就|已经|可以|能|想|自己)*"
    rf"(?:(?P<others>(?:给|俾|畀|送给?|转给|转让给?|借给?|发给)(?:别人|人|朋友|家人|老婆|老公|工友|同事)|(?:别人|人|朋友|家人|老婆|老公|工友|同事)(?:代|帮我?|替我?|能|可以|来)+[用领])"
    rf"|(?P<late>过期|过咗期|过了(?:时间|期)|超时|失效)|(?:{_WHERE})(?:去|到|能|可以|才能)?(?:{_DEED})|(?:{_DEED})(?:在|喺)?(?:{_WHERE})|在?(?:{_WHERE})|找不到|揾唔到|不见|唔见)"
    rf"(?:了|咗|的|去|还|能|可以|用|领|取|吗|么|呢|呀|啊|得唔得|行不行|行吗|可不可以|得吗|怎么办|点算|点办|怎么弄|咋办)*"
)


class About(Enum):
    """What is asked of a code."""

    USE = auto()
    OTHERS = auto()
    LATE = auto()


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """`is_named`: it can be nothing else than a pack's; else it is for who has one."""

    about: About
    is_named: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """`name`: what stands before 礼包, "" where none is named; `takes`: that they want one is said, and not asked how;
    `is_line`: it is a line of a list, as it was shown."""

    name: str
    takes: bool
    is_line: bool = False


def bare_code(text: str, _: str | None) -> str | None:
    """A code without its beginning; figures alone are a number or a day."""
    found = _BARE.fullmatch(normalise(text)) if len(text) <= _MOST_LETTERS else None
    return found[1] if found and not found[1].isdecimal() else None


def takes(text: str, _: str | None) -> bool | None:
    """“领取”, “我要领”: of a pack that is shown."""
    if len(text) > _TERSE or _DEEDS.isdisjoint(text):  # as most texts are
        return None
    return True if _TAKES.fullmatch(normalise(text)) else None


def gives_back(text: str, topic: str | None) -> str | None:
    """“退掉” below an answer about packs, or what is given back by its name; "" where it is not named."""
    if len(text) > _MOST_LETTERS or not ("退" in text or "要" in text or "取消" in text):  # as most texts are
        return None
    found = _GIVES_BACK.fullmatch(normalise(text))
    name = (found["before"] or found["behind"] or "") if found else ""
    return name if name or (found and topic == TOPIC) else None


def wish(text: str, _: str | None) -> Wish | None:
    if line := _LINE.fullmatch(text):
        return Wish(line[1], takes=True, is_line=True)
    if len(text) > _MOST_LETTERS or not ("包" in text or "券" in text) or "我的" in text:
        return None
    if gives_back(text, None) is not None:
        return None
    said = normalise(text)
    if found := _WISH.fullmatch(said):
        return Wish(found[2] or "", found[1] is not None and "怎" not in said)
    other = _OTHER.fullmatch(said)
    return Wish(other[1], False) if other else None


def is_titled(title: str, name: str) -> bool:
    return normalise(title) == normalise(name)


def is_called(title: str, name: str) -> bool:
    """Whether a pack's title is meant by that name."""
    whole = normalise(title).replace("样例", "").replace(_PACK, "")
    said = normalise(name).replace(_PACK, "")
    return bool(whole and said) and (said in whole or whole in said)


def asks_of_code(text: str, topic: str | None) -> CodeAsked | None:
    """“券码在哪里看”, “码给别人用得唔得”; “过期了怎么办” where nothing else is spoken of."""
    if len(text) > _MOST_ASKED or _SIGNS.isdisjoint(text):  # as most texts are
        return None
    said = normalise(text)
    found = _CODE_ASKED.fullmatch(said)
    if found is None or _WISH.fullmatch(said) or not (found["named"] or topic in (None, TOPIC)):
        return None
    about = About.OTHERS if found["others"] else About.LATE if found["late"] else About.USE
    return CodeAsked(about, found["named"] is not None)
