"""What people really type, read as what a form asked for; each refusal says what to type instead."""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from dialogue import dates, wording
from dialogue.contexts import Context
from dialogue.photos import taken
from dialogue.values import Option, Value
from storage.base import CHINA

_DIGITS = str.maketrans("零〇幺一二两三四五六七八九洞", "00112234567890")
_ODD_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_LEAD = re.compile(
    r"^(?:你好|您好|嗯|哦|喂)*[,，。 ]*(?:我的?(?:名字|姓名)?(?:是|叫|系)|(?:本人|名字|姓名|全名|叫做|叫)(?:是|叫|系|为)?[:：]?|我是|我系)"
)
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ebef]{1,6}(?:[·•・.][\u3400-\u9fff]{1,8}){0,3}")
_NO_NAMES = re.compile(
    r"[我你您要不吗呢吧啊了的请想咩嘅唔冇]|你好|谢谢|请问|什么|怎么|不知|没有|可以|不想|不要|帮助|确认|取消|继续|返回|人工|入会|工会|公司|师傅|先生|女士|小姐|老板|手机|电话|名字|姓名"
)
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([十百千万亿kw]?)")
_AMOUNTS = re.compile(rf"(?:{_AMOUNT.pattern})+")
_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_YES = frozenset(
    [
        "是",
        "是的",
        "对",
        "对的",
        "有",
        "要",
        "好",
        "好的",
        "可以",
        "同意",
        "愿意",
        "需要",
        "嗯",
        "yes",
        "y",
        "ok",
        "系",
        "啱",
        "得",
        "1",
    ]
)
_NO = frozenset(
    [
        "不是",
        "不",
        "否",
        "没有",
        "没",
        "不要",
        "不用",
        "不需要",
        "不同意",
        "不愿意",
        "无",
        "no",
        "n",
        "唔系",
        "冇",
        "唔要",
        "唔使",
        "2",
    ]
)


class Invalid(Exception):
    """An answer that cannot be taken; the text tells the worker what to send instead.

    Raised when a form is submitted, `field` names the one to be asked again.
    """

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class Ambiguous(Exception):
    """An answer that could be several things: the worker picks."""

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__(f"{len(options)} meanings")
        self.options = tuple(options)


@dataclass(frozen=True, slots=True)
class Said:
    """What a worker sent in answer to a field: a text, or a medium by its id."""

    text: str
    kind: str = "text"
    media_id: str = ""


Accept: TypeAlias = Callable[[Context, Said], Awaitable[Value | Option]]


def plain(text: str) -> str:
    """In half width, without blanks at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


async def person_name(_: Context, said: Said) -> str:
    """“我叫陈大文”, “姓名：陈大文” or the bare name: Han, also with the middle dot of other peoples' names."""
    name = _LEAD.sub("", plain(said.text)).strip(" ，,。.!！~～")
    name = re.sub(r"\s+", "", name)
    if re.search(r"[0-9]", name):
        raise Invalid("姓名里有数字。请只发姓名，比如：陈大文。")
    if not _NAME.fullmatch(name) or _NO_NAMES.search(name) or wording.sounds_asked(name):
        raise Invalid("请发身份证上的姓名，两到四个字就行，比如：陈大文。")
    if len(name) < 2:
        raise Invalid("请发全名，姓和名都要，比如：陈大文。")
    return name.replace("•", "·").replace("・", "·").replace(".", "·")


async def mobile(_: Context, said: Said) -> str:
    """Eleven digits, also spoken (一三八…), in groups, in full width, with +86 or in a sentence."""
    text = plain(said.text).translate(_DIGITS)
    digits = re.sub(r"[\s\-—_.,，。()（）]+", "", text)
    numbers = re.findall(r"\+?[0-9]+", digits)
    for number in numbers:
        if found := _ODD_MOBILE.fullmatch(number):
            return found[1]
    longest = max((number.removeprefix("+86") for number in numbers), key=len, default="")
    if not longest:
        raise Invalid("请发 11 位手机号，只发数字就行。")
    if longest.startswith("0") or len(longest) in (7, 8):
        raise Invalid("这像是座机。请发 11 位手机号，方便短信和电话联系您。")
    if len(longest) != 11:
        raise Invalid(f"手机号是 11 位，这里数到 {len(longest)} 位，请再核对一下发过来。")
    raise Invalid("这个号码不像手机号，请再核对一下，手机号以 13 到 19 开头。")


async def amount(_: Context, said: Said) -> float:
    """Yuan: “3500”, “三千五”, “3.5k”, “一万二”; a range is refused."""
    text = re.sub(
        r"[,，\s]|元|块钱?|人民币|左右|大概|大约|差不多|每月|一个月|月薪|工资", "", plain(said.text).lower()
    )
    text = re.sub(r"(?<![0-9])(?=十)", "1", text.translate(_DIGITS))
    if not _AMOUNTS.fullmatch(text) or not (yuan := _counted(text)):
        raise Invalid("请发金额，用一个数就行，比如：3500。拿不准就发个大概的。")
    return yuan


def _counted(text: str) -> float:
    total, section, before = 0.0, 0.0, 1
    for number, sign in _AMOUNT.findall(text):
        unit = _UNITS.get(sign, 1)
        value = float(number)
        if unit >= _UNITS["万"]:
            total, section = total + (section + value) * unit, 0.0
        elif not sign and before > 10 and len(number) == 1:
            section += value * before / 10  # the last figure of 三千五 counts hundreds
        else:
            section += value * unit
        before = unit
    return round(total + section, 2)


async def day(ctx: Context, said: Said) -> date:
    """A day that has come already, as people say it: 昨天, 上个月5号, 3月8日, 2026.3.8."""
    return _day(said.text, ctx, ahead=False)


async def coming_day(ctx: Context, said: Said) -> date:
    """A day from today on."""
    return _day(said.text, ctx, ahead=True)


def _day(text: str, ctx: Context, *, ahead: bool) -> date:
    today = ctx.now.astimezone(CHINA).date()
    found = dates.read(text, today, ahead=ahead)
    if found is None:
        raise Invalid("请发日期，比如：3月8日、昨天、2026年3月8日。")
    if not found.exact:
        raise Invalid("是哪一天呢？请说到几号，记不清就说个大概的，比如：3月8日。")
    if not ahead and found.day > today:
        raise Invalid("这个日子还没到。请发已经过去的日期，比如：3月8日、昨天。")
    if ahead and found.day < today:
        raise Invalid("这个日子已经过了。请发今天以后的日期，比如：明天、下周三。")
    return found.day


@dataclass(frozen=True, slots=True)
class FreeText:
    """Any words of that many characters."""

    least: int
    most: int

    async def __call__(self, _: Context, said: Said) -> str:
        text = said.text.strip()
        if len(text) < self.least:
            raise Invalid(f"请多写几个字，至少 {self.least} 个字，工作人员才看得明白。")
        if len(text) > self.most:
            raise Invalid(f"写得很详细，不过最多 {self.most} 个字，现在是 {len(text)} 个字，请挑要紧的说。")
        return text


def free_text(least: int = 1, most: int = 500) -> FreeText:
    return FreeText(least, most)


async def yes_no(_: Context, said: Said) -> bool:
    text = plain(said.text).lower().rstrip("。.!！")
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Invalid("请回复“是”或“否”。")


class Photo:
    """A picture; the value is the key of a row of `messages.photos`, into which the file is fetched after the turn."""

    kinds = ("image",)

    async def __call__(self, ctx: Context, said: Said) -> Option:
        if said.kind != "image" or not said.media_id:
            raise Invalid("这一项要一张照片：点聊天框右边的“+”，选“照片”或“拍摄”发过来。")
        return await taken(ctx, said.media_id)


photo = Photo()


class OneOf:
    """A choice from a list, by number, by a tap, or by enough of its words; “2” is the second as it was shown."""

    def __init__(self, source: Sequence[Option] | Callable[[Context], Awaitable[Sequence[Option]]]) -> None:
        self._source = source

    async def options(self, ctx: Context) -> Sequence[Option]:
        return await self._source(ctx) if callable(self._source) else self._source

    async def __call__(self, ctx: Context, said: Said) -> Option:
        options = await self.options(ctx)
        words = plain(said.text).lower()
        exact = [one for one in options if one.label.lower() == words]
        near = exact or [one for one in options if len(words) > 1 and words in one.label.lower()]
        if len(near) == 1:
            return near[0]
        if near:
            raise Ambiguous(near)
        raise Invalid(wording.PICK_ONE.format(count=len(options)))


def one_of(source: Sequence[Option] | Callable[[Context], Awaitable[Sequence[Option]]]) -> OneOf:
    return OneOf(source)


def looked_up(find: Callable[[str], Sequence[Option]], unknown: str) -> Accept:
    """What `find` makes of the text: one thing is taken, of several the worker picks, for none `unknown` is said."""

    async def accept(_: Context, said: Said) -> Option:
        found = find(plain(said.text))
        if not found:
            raise Invalid(unknown)
        if len(found) > 1:
            raise Ambiguous(found)
        return found[0]

    return accept


async def speaks_for_itself(ctx: Context, accept: Accept, said: Said) -> bool:
    """Whether a bare value can be taken so, and shows by itself that it is meant: “等一下” would pass for a name."""
    text = plain(said.text)
    if isinstance(accept, FreeText) or accept is yes_no or len(text) < 2:
        return False
    if accept is person_name and not _LEAD.match(text):
        return False
    try:
        await accept(ctx, said)
    except Invalid:
        return False
    except Ambiguous:
        return True
    return True


def last_four(number: str) -> str:
    """A number as it may be shown again: 138****8000."""
    return (
        f"{number[:3]}****{number[-4:]}" if len(number) == 11 else "*" * max(len(number) - 4, 0) + number[-4:]
    )


def masked_name(name: str) -> str:
    """A name as it may be shown again: 陈**."""
    return name[:1] + "*" * (len(name) - 1)
