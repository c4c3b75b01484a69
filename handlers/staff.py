"""The union's own people bind their WeChat by a code that `staff bind` gave them."""

from collections.abc import Sequence
from datetime import date

from dialogue import Capability, Context, Lane, Notice, Text
from dialogue.dates import spoken_day
from union import staff
from union.applicants import Unanswered
from union.figures import StaffFigures
from union.staff import TooManyTries, WrongCode

_NAMED = 8  # listings that the figures name

capability = Capability("staff", title="工作人员")


@capability.says("绑定", "绑定工作人员")
async def explain(_: Context) -> Text:
    return Text("这是给工会工作人员用的。请把管理员给您的六位数字接在后面发来，比如：绑定 123456。")


@capability.hears(r"绑定(?:码|工作人员)?([0-9]{4,8})")
async def bind(ctx: Context, code: str) -> Text:
    ctx.hide("[绑定码]")
    try:
        bound = await staff.bind(ctx.session, code, ctx.openid, ctx.now)
    except WrongCode:
        return Text("这个绑定码不对，或者已经用过、过了时间（一刻钟内有效）。请找管理员再要一个。")
    except TooManyTries:
        return Text("试的次数有点多，为了安全先停一停。请一小时后再试，或找管理员再要一个。")
    return Text(f"{bound.name}，您好！这个微信已经绑定为工会工作人员。")


@capability.tells(StaffFigures)
def figures(fact: StaffFigures) -> Notice:
    return Notice(
        f"{_days(fact.first, fact.last)}的情况：\n"
        f"· 新会员 {fact.admitted} 人，新申请 {fact.applied} 份\n"
        f"· {fact.people} 人来问 {fact.asked} 句，没答上 {fact.missed} 句\n"
        f"· 还在等人工的 {fact.tickets} 人\n"
        f"· 主动发出 {fact.sent} 条，还在等 {fact.waiting} 条，没发成 {fact.failed} 条{_applied(fact.unanswered)}",
        lane=Lane.BULK,
    )


def _applied(jobs: Sequence[Unanswered]) -> str:
    if not jobs:
        return ""
    named = "、".join(f"{one.code} {one.post[:12]} {one.waiting} 人" for one in jobs[:_NAMED])
    more = f"，还有 {len(jobs) - _NAMED} 个岗位" if len(jobs) > _NAMED else ""
    return f"\n· 应聘还没答复的岗位：{named}{more}。在电脑上看：job applicants 编号"


def _days(first: date, last: date) -> str:
    return spoken_day(last) if first == last else f"{spoken_day(first)}到{spoken_day(last)}"
