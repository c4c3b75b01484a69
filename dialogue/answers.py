"""What people really type, read as what a form asked for; each refusal says what to type instead."""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from dialogue import assents, dates, names, wording
from dialogue.contexts import Context
from dialogue.names import NoName, Odd
from dialogue.photos import taken
from dialogue.values import Option, Value
from knowledge.normal import simplified
from storage.base import CHINA

_DIGITS = str.maketrans("零〇幺一二两三四五六七八九洞", "00112234567890")
_ABROAD = r"(?:\+|00)?86"
_ODD_MOBILE = re.compile(rf"(?:{_ABROAD})?(1[3-9][0-9]{{9}})")
_MOBILE_ALONE = re.compile(rf"(?<![0-9])(?:{_ABROAD})?(1[3-9][0-9]{{9}})(?![0-9])")
_ENOUGH_WRITTEN = 7
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([十百千万亿kw]?)")
_AMOUNTS = re.compile(rf"(?:{_AMOUNT.pattern})+")
_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_RANGE = re.compile(r"[一二两三四五六七八九]{2}")  # three or four thousand: 三四千
_NUMBERED = {"1": True, "2": False}


class Invalid(Exception):
    """An answer that cannot be taken; the text tells the worker what to send instead.

    Raised when a form is submitted, `field` names the one to be asked again.
    """

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class Doubtful(Invalid):
    """An answer that is taken if the worker says it again or says yes: `value`."""

    def __init__(self, text: str, value: str) -> None:
        super().__init__(text)
        self.value = value


class Ambiguous(Exception):
    """An answer that could be several things: the worker picks; `asked` says which of them is to be picked."""

    def __init__(self, options: Sequence[Option], asked: str = wording.WHICH_OF_THEM) -> None:
        super().__init__(f"{len(options)} meanings")
        self.options = tuple(options)
        self.asked = asked


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


def simple(text: str) -> str:
    """In half width and simplified, for words that are compared."""
    return simplified(plain(text))


async def person_name(_: Context, said: Said) -> str:
    """“我叫张小明”, “姓名：张小明” or the bare name, also with the middle dot of other peoples' names or in Latin letters."""
    try:
        return names.read(plain(said.text))
    except Odd as odd:
        raise Doubtful(str(odd), odd.name) from None
    except NoName as refused:
        raise Invalid(str(refused)) from None


async def mobile(_: Context, said: Said) -> str:
    """Eleven digits, also spoken (一三八…), in groups, in full width, with +86 or in a sentence."""
    text = plain(said.text)
    if len(whole := set(_MOBILE_ALONE.findall(text))) > 1:
        raise Invalid("这里有不止一个手机号，请只发要用的那一个。")
    # A name may hold numerals, as 李四 does: figures that are written come first.
    figures = text.translate(_DIGITS)
    written, spoken = _runs(text), _runs(figures)
    for number in (*whole, *written, *_MOBILE_ALONE.findall(figures), *spoken):
        if found := _ODD_MOBILE.fullmatch(number):
            return found[1]
    if "**" in text:
        raise Invalid("这里有遮住的数字：像证件号、银行卡号的，为了保护您会先遮住。请只发 11 位手机号。")
    numbers = written if sum(map(len, written)) >= _ENOUGH_WRITTEN else spoken
    longest = max((re.sub(rf"^{_ABROAD}(?=1)", "", number) for number in numbers), key=len, default="")
    if not longest:
        raise Invalid("请发 11 位手机号，只发数字就行。")
    if longest.startswith("0") or len(longest) in (7, 8):
        raise Invalid("这像是座机。请发 11 位手机号，方便短信和电话联系您。")
    if len(longest) != 11:
        raise Invalid(f"手机号是 11 位，这里数到 {len(longest)} 位，请再核对一下发过来。")
    raise Invalid("这个号码不像手机号，请再核对一下，手机号以 13 到 19 开头。")


def _runs(text: str) -> list[str]:
    """The figures of a text, whose groups are joined."""
    return re.findall(r"\+?[0-9]+", re.sub(r"[\s\-—_.,，。()（）]+", "", text))


async def amount(_: Context, said: Said) -> float:
    """Yuan: “3500”, “三千五”, “3.5k”, “一万二”; a range is refused."""
    text = re.sub(
        r"[,，](?=[0-9]{3}(?![0-9]))|\s|元|块钱?|人民币|左右|大概|大约|差不多|每月|一个月|月薪|工资",
        "",
        plain(said.text).lower(),
    )
    spoken = re.search(r"[十百千万亿]", text) and _RANGE.search(text)
    text = re.sub(r"(?<![0-9])(?=十)", "1", text.translate(_DIGITS))
    if spoken or not _AMOUNTS.fullmatch(text) or not (yuan := _counted(text)):
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
    today = ctx.now.astimezone(CHINA).date()
    found = dates.read(said.text, today)
    if found is None:
        raise Invalid("请发日期，比如：3月8日、昨天、2026年3月8日。")
    if not found.exact:
        raise Invalid("是哪一天呢？请说到几号，记不清就说个大概的，比如：3月8日。")
    if found.day > today:
        raise Invalid("这个日子还没到。请发已经过去的日期，比如：3月8日、昨天。")
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


@dataclass(frozen=True, slots=True)
class YesNo:
    """A yes or a no; `yes` and `no` are what the question says to write."""

    yes: str = "是"
    no: str = "否"

    async def __call__(self, _: Context, said: Said) -> bool:
        if (meant := yes_or_no(said.text)) is None:
            raise Invalid(f"请回复“{self.yes}”或“{self.no}”。")
        return meant


yes_no, agreement = YesNo(), YesNo("同意", "不同意")


def yes_or_no(text: str) -> bool | None:
    """What a text says that is nothing but a yes or a no; None for any other."""
    said = wording.bare(plain(text))
    return _NUMBERED.get(said, assents.yes_or_no(said))


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

    @property
    def is_fixed(self) -> bool:
        return not callable(self._source)

    async def options(self, ctx: Context) -> Sequence[Option]:
        return await self._source(ctx) if callable(self._source) else self._source

    def told(self, _: str) -> Option | None:
        """The line that a text names beyond doubt, whatever was asked; which words do so the lists of a trade know."""
        return None

    async def __call__(self, ctx: Context, said: Said) -> Option:
        options = await self.options(ctx)
        words = plain(said.text).lower()
        exact = [one for one in options if simple(one.label).lower() == words]
        near = exact or [one for one in options if len(words) > 1 and words in simple(one.label).lower()]
        if len(near) == 1:
            return near[0]
        if near:
            raise Ambiguous(near)
        raise Invalid(wording.PICK_ONE.format(count=len(options)))


def one_of(source: Sequence[Option] | Callable[[Context], Awaitable[Sequence[Option]]]) -> OneOf:
    return OneOf(source)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What `find` makes of the text: one thing is taken, of several the worker picks, for none `unknown` is said.

    Where nothing of the kind was asked, only a text that has it `written` is one.
    """

    find: Callable[[str], Sequence[Option]]
    unknown: str
    written: Callable[[str], bool] | None = None

    async def __call__(self, _: Context, said: Said) -> Option:
        found = self.find(plain(said.text))
        if not found:
            raise Invalid(self.unknown)
        if len(found) > 1:
            raise Ambiguous(found)
        return found[0]


def looked_up(
    find: Callable[[str], Sequence[Option]], unknown: str, written: Callable[[str], bool] | None = None
) -> LookedUp:
    return LookedUp(find, unknown, written)


async def taken_by(ctx: Context, accept: Accept, said: Said) -> Value | Option:
    """What an answer is taken as, if need be simplified; names and free words are kept. Raises Ambiguous and Invalid."""
    as_written = accept is person_name or isinstance(accept, FreeText)
    return await accept(ctx, said if as_written else replace(said, text=simplified(said.text)))


async def tried(ctx: Context, accept: Accept, said: Said) -> Value | Option | Ambiguous | Invalid:
    """What an answer would be taken as, or why it is not."""
    try:
        return await taken_by(ctx, accept, said)
    except (Ambiguous, Invalid) as why:
        return why


def last_four(number: str) -> str:
    """A number as it may be shown again: 138****8000."""
    return (
        f"{number[:3]}****{number[-4:]}" if len(number) == 11 else "*" * max(len(number) - 4, 0) + number[-4:]
    )


def masked_name(name: str) -> str:
    """A name as it may be shown again: 陈**."""
    return name[:1] + "*" * (len(name) - 1)
