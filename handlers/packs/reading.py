"""What is written of packs in free words: a code as staff type it, and a pack by its own name. Pure."""

import re
from dataclasses import dataclass

from knowledge.normal import normalise

_LETTER = "[2-9a-hjkmnp-z]"
_CALLED = "(?:请|帮我|帮忙|麻烦)*(?:核销|兑换|领取)?(?:一下|下)?(?:礼包|券)?(?:码|号)?(?:是|为)?"
_DONE = "(?:请|帮我|帮忙)*(?:核销|兑换)?(?:一下|下)?"
# Of the normalised text; without LB it may be any word, which is for staff alone.
CODE = f"{_CALLED}(lb{_LETTER}{{8}}){_DONE}"
_BARE = re.compile(f"{_CALLED}({_LETTER}{{8}}){_DONE}")
_PACK = "礼包"
_MOST_LETTERS = 24
_BEFORE = (
    "(?:请问|你好|您好|现在|今天|最近|工会|还|我|想|要|能|可以|怎么|怎样|哪里|去|在|有没有|有|什么|啥|没)*"
)
_AFTER = "(?:还|可以|能|怎么|哪里|哪|去|在|有没有|有|没有|没|领取|领|抢|拿|发|吗|呢|嘛|么|啊|呀|的|了|点)*"
_WISH = re.compile(f"{_BEFORE}(领取|领|抢|拿|发)?(?:一?[个份]|点)?(.{{2,12}})?{_PACK}(?:样例)?{_AFTER}")
# One whose name says something else, of which it must be said that they want it.
_OTHER = re.compile(f"{_BEFORE}(?:领取|领|抢)(.{{2,12}}[包券])(?:样例)?{_AFTER}")


@dataclass(frozen=True, slots=True)
class Wish:
    """`name`: what stands before 礼包, "" where none is named; `takes`: that they want one is said, and not asked how."""

    name: str
    takes: bool


def bare_code(text: str, _: str | None) -> str | None:
    """A code without its beginning; figures alone are a number or a day."""
    found = _BARE.fullmatch(normalise(text)) if len(text) <= _MOST_LETTERS else None
    return found[1] if found and not found[1].isdecimal() else None


def wish(text: str, _: str | None) -> Wish | None:
    if len(text) > _MOST_LETTERS or not ("包" in text or "券" in text) or "我的" in text:
        return None
    said = normalise(text)
    if found := _WISH.fullmatch(said):
        return Wish(found[2] or "", found[1] is not None and "怎" not in said)
    other = _OTHER.fullmatch(said)
    return Wish(other[1], False) if other else None


def is_called(title: str, name: str) -> bool:
    """Whether a pack's title is meant by that name."""
    whole = normalise(title).replace("样例", "").replace(_PACK, "")
    said = normalise(name).replace(_PACK, "")
    return bool(whole and said) and (said in whole or whole in said)
