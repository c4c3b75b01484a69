"""What is said of announcements alike, whoever asks."""

from collections.abc import Sequence
from datetime import datetime

from dialogue import Capability
from dialogue.broadcasts import (
    NOTICES,
    Forecast,
    Kind,
    Progress,
    Proposal,
    Refused,
    Standing,
    State,
    Why,
    Wordings,
    readable,
    shown,
)
from dialogue.replies import MOST_BYTES
from union import places
from union.announcements import Trouble
from union.calendars import CHINA
from union.rights import Staff

capability = Capability("announcements", title="发公告")

# A preview with what a route leaves out; numbers and what to do next stand around it.
_EASY_BYTES = 1750
_WORD = 10  # letters of an order that nobody knows
_NAME = 12  # letters of a colleague's name

HOW = (
    "发公告请这样写：\n#公告 茂南 骑手 明天上午九点……\n\n"
    "“#公告”后面先写发给谁：全体、会员、区县、镇街、工种，可以写几样，比如“茂南 骑手”；"
    "也可以写“课程T-1”“名单3”“订阅培训”。空一格再写内容。\n"
    "“#公告”换成“#群发”，好久没来的人也能马上收到，一个月全会只有 4 次。"
)
_ORDERS = (
    "#公告 茂南 骑手 内容：写一条公告\n"
    "#安全公告 …：很急的，休息时间也会发\n"
    "#群发 …：用这个月 4 次群发里的一次\n"
    "#查看 12：看内容和人数\n"
    "#确认 12：看过，让它发出\n"
    "#进度：在办的公告；#进度 12：发到哪了\n"
    "#暂停 12、#继续 12、#停止 12\n\n"
    "12 换成公告的编号。"
)
_ASKS = frozenset({"", "帮助", "帮忙", "help", "菜单", "指令", "命令", "怎么用", "?", "？"})
_STATES = {
    State.DRAFT: "等另一位同事确认",
    State.APPROVED: "已经确认好了",
    State.RUNNING: "正在发",
    State.PAUSED: "暂停着",
    State.STOPPED: "已经停止",
    State.DONE: "发完了",
}
TROUBLES = {
    Trouble.CONTENT: "微信那边认为内容不合适，不让发。请把文字、图片改一改，重新写一条“#公告 …”",
    Trouble.SETTINGS: "公众号的权限或设置有问题。请找管理员看一看后台",
    Trouble.PLATFORM: "微信那边一直不肯收。请过几分钟再试，还不行就找管理员看一看",
}


def previewed(
    its: Standing, people: int | None, counted: Forecast | None, ways: Wordings, left: int | None
) -> str:
    """`left`: of the month's mass messages, where it may use one. What is said around it must find room beside it."""
    lines = _numbers(its, people, counted)
    if left is not None:
        lines.append(_of_month(its, counted, left))
    if its.draft.safety:
        lines.append("安全公告：休息时间也会发。")
    whole = _shown(readable(its.draft), lines)
    for line in _by_route(its, ways, counted):
        more = _shown(readable(its.draft), [*lines, line])
        if len(more.encode()) <= _EASY_BYTES:
            lines.append(line)
            whole = more
    return whole


def _shown(text: str, lines: Sequence[str]) -> str:
    return "\n".join(["工友看到的是这样：", "———", text, "———", *lines])


def _numbers(its: Standing, people: int | None, counted: Forecast | None) -> list[str]:
    last = f"最晚发到 {at(its.draft.until)}，过了就不再发。"
    if people is None:
        lines = [f"发给：{shown(its)}。一共多少人正在数，过几秒回复“#查看 {its.id}”就知道。"]
    else:
        lines = [f"发给：{shown(its)}，共 {people} 人。"]
    if people is None or counted is None:
        others = "用群发" if its.draft.mass else "等下次说话时一起告诉"
        return [*lines, f"人很多，分几路送：最近找过我们的马上送，其他人{others}。", last]
    by_mass = f"，其中 {counted.mass} 人用群发" if counted.mass else ""
    lines.append(f"现在能送到 {people - counted.waiting} 人{by_mass}。")
    if counted.waiting:
        lines.append(f"{counted.waiting} 人最近没找过我们，等他们下次说话时一起告诉。")
    if counted.unreached:
        lines.append(f"{counted.unreached} 人没有关注公众号，送不到。")
    return [*lines, last]


def _of_month(its: Standing, counted: Forecast | None, left: int) -> str:
    if its.state is not State.DRAFT:
        return "用群发，占这个月 4 次里的 1 次。"
    if not left:
        return "本月群发还剩 0 次，确认不了。请另写一条“#公告 …”，不用群发。"
    unused = "按现在的人数用不上，就不算。" if counted and not counted.mass else ""
    return f"用群发，确认后占这个月 4 次里的 1 次，本月群发还剩 {left} 次。{unused}"


def _by_route(its: Standing, ways: Wordings, counted: Forecast | None) -> list[str]:
    """Where it is not what stands above."""
    lines = []
    if its.draft.kind is Kind.ARTICLE:
        by_mass = "用群发的和" if ways.mass else ""
        lines.append(f"最近找过我们的看到卡片；{by_mass}随回复收到的，是上面的文字和链接，没有图片。")
    if its.draft.kind is Kind.PICTURE:
        lines.append("送的是图片；随回复收到的，是上面的文字。")
    if ways.notice and (counted is None or counted.subscription):
        rest = (
            "。"
            if ways.whole
            else ("，全文下次说话时补上。" if its.draft.topic == NOTICES else "，放不下的没有。")
        )
        lines.append(f"用订阅提醒的先看到“{'｜'.join(ways.notice.values())}”{rest}")
    return lines


def counted(done: Progress) -> list[str]:
    counts = {
        "送到": done.sent, "排着队": done.waiting, "等工友下次说话": done.held, "没送成": done.refused,
        "不确定有没有到": done.unknown, "过了时间没发": done.expired,
    }  # fmt: skip
    lines = [f"{what} {count} 人" for what, count in counts.items() if count]
    if done.announced:
        lines.append(f"等说话的里面，{done.announced} 人已经收到订阅提醒")
    if done.unnamed.filtered or done.unnamed.failed:
        lines.append(f"平台报告：过滤 {done.unnamed.filtered}，失败 {done.unnamed.failed}，无法知道是谁")
    return lines


def listed(word: str) -> str:
    """Which orders there are, for who wrote another."""
    unknown = "" if word.lower() in _ASKS else f"没有“#{word[:_WORD]}”这一项，什么都没有办。"
    return f"{unknown}“#”开头可以这样写：\n{_ORDERS}"


def proposed(preview: str, id: int, proposal: Proposal) -> str:
    """With the names of those who do not hear of it by themselves, as many as find room."""
    names = [name[:_NAME] for name in proposal.unreached]
    while True:
        said = f"{preview}\n\n编号 {id}。{_second(id, proposal, names)}\n不发了，请回复“#停止 {id}”。"
        if len(said.encode()) <= MOST_BYTES or not names:
            return said
        names.pop()


def _second(id: int, proposal: Proposal, names: Sequence[str]) -> str:
    if not proposal.facts:
        return f"要另一位有权限的同事发“#确认 {id}”才会发出；现在还没有别的同事绑定微信，请先请管理员办一下。"
    told = f"已经告诉 {proposal.reached} 位同事。" if proposal.reached else ""
    if proposal.unreached:
        count = len(proposal.unreached)
        some = "、".join(names) + (f"等 {count} 位同事" if len(names) < count else "")
        told += f"微信现在通知不到{some}，请打电话告诉，让对方发“#查看 {id}”。"
    return f"{told}其中一位看过、发“#确认 {id}”，就会发出。"


def stands(its: Standing) -> str:
    if its.state is not State.APPROVED:
        return _STATES[its.state]
    starts = its.draft.starts_at
    return f"确认好了，{at(starts)}自动发" if starts else f"确认好了，回复“#确认 {its.id}”就发"


def not_yours(one: Staff) -> str:
    where = places.label(one.district)
    if not one.district:
        return "这条公告不在您的权限里。请找管理员问一问。"
    return (
        f"您负责的是{where}，公告只能发给{where}的工友。请写明地方，比如：#公告 {where} 骑手 明天上午九点……"
    )


def refused(problem: Refused) -> str:
    id = problem.id
    words = {
        Why.ABSENT: f"没有 {id} 号公告。回复“#进度”看都有哪些。",
        Why.OWN: f"{id} 号公告是您写的，要另一位有权限的同事来确认。请对方绑定微信后发“#确认 {id}”。",
        Why.UNSEEN: f"请先回复“#查看 {id}”，看过再确认。",
        Why.CHANGED: f"{id} 号公告刚刚改过。请先回复“#查看 {id}”，看过再确认。",
        Why.EARLY: f"{id} 号公告还没到发的时间，到时间会自动发。",
        Why.FULL: f"这个月四次群发都安排了，{id} 号公告不能再用群发。请回复“#停止 {id}”，再写一条“#公告 …”，不用群发。",
        Why.LATE: f"{id} 号公告已经过了最晚的时间，不能再发了。需要的话，请重新写一条“#公告 …”。",
    }
    if problem.state is State.DONE:
        return f"{id} 号公告已经发完了，这一步办不了。送到多少人、还有多少人没收到，请回复“#进度 {id}”。"
    where = _STATES[problem.state] if problem.state else ""
    return words.get(problem.why, f"{id} 号公告{where}，这一步办不了。回复“#进度 {id}”看详情。")


def at(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
