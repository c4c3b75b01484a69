"""A capability of the tests' own, whose page takes a number; and what it kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogue import Capability, Context, Text
from dialogue.answers import Invalid
from dialogue.pages import File, PageField, Sheet, Visit


@dataclass(frozen=True, slots=True)
class Slip:
    number: str


def even(text: str, _: datetime) -> str:
    if not text.isdecimal() or int(text) % 2:
        raise Invalid("这里要一个双数，比如：42。")
    return text


kept: list[tuple[str, str, str]] = []
capability = Capability("slips", title="小票")
slip = capability.page(
    Slip,
    PageField("number", "双数", even, hint="任意一个双数", keyboard="numeric"),
    title="填写双数",
    notice="我们要这个双数，只为测试。\n用完就删。",
    consent="我同意为测试提供这个双数。",
    button="提交",
    lasts=timedelta(hours=24),
)
copy = capability.file("小票副本", "下载一份。", "下载")


@capability.says("小票")
async def hand_out(ctx: Context) -> Text:
    return Text(f"请点开填写：{await slip.link(ctx, '7')}")


@capability.says("副本")
async def hand_copy(ctx: Context) -> Text:
    return Text(f"请点开下载：{await copy.link(ctx)}")


@slip.submitted
async def keep(visit: Visit, filled: Slip) -> str:
    if filled.number == "13000":
        raise Invalid("这个数有人用过了。", field="number")
    if filled.number == "666":
        raise RuntimeError("a bug of the tests' own")
    kept.append((visit.openid, visit.subject, filled.number))
    return "收到您的双数了。"


@copy.made
async def make(visit: Visit) -> File:
    return File("小票", [Sheet("小票", ("谁", "什么"), [(visit.openid, "=1+1")])])
