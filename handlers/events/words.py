"""What all talk about events has in common: kinds, an event in a line or on a card, and why not."""

from collections.abc import Mapping

from dialogue import Capability, moments
from dialogue.moments import moment
from dialogue.replies import EASY_BYTES
from union import course_sheets, places
from union.courses import Audience
from union.event_news import Refused
from union.events import Event, Kind, Quota, Sort
from union.lines import Places
from union.refusals import Why

capability = Capability("events", title="活动报名")

_MOST_QUOTAS = 8  # that are told one after the other
KINDS = {
    Kind.COOLING: "送清凉",
    Kind.WARMTH: "送温暖",
    Kind.DELIVERIES: "四送八送",
    Kind.REST: "疗休养",
    Kind.OUTING: "春秋游",
    Kind.FRIENDS: "联谊",
    Kind.SPORTS: "文体",
    Kind.CHECKUP: "体检",
    Kind.TALK: "宣讲",
    Kind.CONTEST: "竞赛",
    Kind.FAIR: "招聘会",
    Kind.BENEFIT: "普惠",
}
TOPICS = {
    Kind.COOLING: "summer-cooling",
    Kind.WARMTH: "winter-warmth",
    Kind.DELIVERIES: "rider-services",
    Kind.REST: "recuperation",
    Kind.OUTING: "union-tours",
    Kind.FRIENDS: "matchmaking",
    Kind.SPORTS: "culture-sports",
    Kind.CHECKUP: "health-checkup",
    Kind.TALK: "talks-study",
    Kind.CONTEST: "skills-contest",
    Kind.FAIR: "job-fair",
    Kind.BENEFIT: "member-offers",
}
TOPIC = "member-offers"  # of what is said about events of all kinds


def span(event: Event) -> str:
    return moments.span(event.starts_at, event.ends_at)


def until(event: Event) -> str:
    """How long one can sign up."""
    return moments.until(min(event.closes_at, event.starts_at))


def short(event: Event) -> str:
    """The event in a list and in a summary."""
    return f"{event.title}，{moment(event.starts_at)}"


def where(event: Event) -> str:
    return places.address(event.district, event.place)


def metres(far: float) -> str:
    return f"约 {max(round(far / 50) * 50, 50)} 米" if far < 950 else f"约 {far / 1000:.1f} 公里"


def whose(quota: Quota) -> str:
    """For whom the places are."""
    if quota.sort is Sort.DISTRICT:
        return places.label(quota.whose)
    return course_sheets.work_names([quota.whose])[0] if quota.sort is Sort.WORK else "其他人"


def room(event: Event, full: Mapping[int, Places]) -> str:
    """How many places are left; several quotas one after the other."""
    if not event.signs_up:
        return "不用报名，直接来"
    told = [_room(quota, full.get(quota.id, Places(0, 0))) for quota in event.quotas]
    if len(told) == 1:
        return told[0]
    if len(told) > _MOST_QUOTAS:
        return "按人群分名额，报名时看各有多少"
    return "；".join(f"{whose(quota)}{text}" for quota, text in zip(event.quotas, told, strict=True))


def _room(quota: Quota, full: Places) -> str:
    free = full.free(quota)
    if free:
        return f"还有 {free} 个名额"
    return f"已满，候补 {full.waiting} 人" if full.waiting else "已满，可以排候补"


def card(event: Event, beside: str = "") -> str:
    """All that somebody wants to know who has not decided yet; cut where `beside` leaves no room for all of it."""
    lines = [
        f"【{event.title}】",
        f"类别：{KINDS[event.kind]}",
        f"时间：{span(event)}",
        f"地点：{where(event)}",
        f"主办：{event.host}" if event.host else "",
        "只招工会会员" if event.audience is Audience.MEMBERS else "",
    ]
    head = "\n".join(filter(None, lines))
    details = _cut(event.details, EASY_BYTES - len(f"{head}{beside}".encode()))
    return f"{head}\n{details}" if details else head


def _cut(text: str, room: int) -> str:
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[: max(room - len("……".encode()), 0)].decode(errors="ignore")
    return f"{kept}……" if kept else ""


def refusal(refused: Refused) -> str:
    """Why not, and what to do instead."""
    event = refused.event
    if event is None:
        return "这个活动找不到了，可能已经撤下。回复“活动”看看近期的活动。"
    title = f"“{event.title}”"
    if refused.why is Why.NOT_YET:
        return f"{title}还没开始报名，{moment(event.opens_at)}开始，到时候回复“活动”就能报。"
    if refused.why is Why.JUST_COME:
        return f"{title}不用报名，到时候直接来就行：\n{span(event)}\n{where(event)}"
    if refused.why is Why.TOO_EARLY:
        return f"还没到签到的时候。{title}{moment(event.starts_at)}开始，开始前两小时起可以扫码签到。"
    if refused.why is Why.OTHERS_ONLY:
        quotas = "、".join(whose(quota) for quota in event.quotas)
        return f"{title}这一次的名额是给{quotas}的。回复“活动”看看别的；工种、地方登记错了，回复“修改资料”。"
    return f"{title}{_REFUSALS[refused.why]}"


_REFUSALS = {
    Why.UNKNOWN: "找不到了。回复“活动”看看近期的活动。",
    Why.CANCELLED: "已经取消，不办了。回复“活动”看看别的。",
    Why.CLOSED: "报名已经截止了。回复“活动”看看别的。",
    Why.BEGUN: "已经开始了，报不了名。回复“活动”看看别的。",
    Why.OVER: "已经结束了。回复“活动”看看近期的活动。",
    Why.MEMBERS_ONLY: "只招工会会员。还没入会的话，回复“入会”，几分钟就能申请；也可以回复“活动”看看别的。",
    Why.ENROLLED: "您已经报上了，不用再报。回复“我的活动”可以看时间地点。",
    Why.WAITING: "您已经在排候补了，有空位马上告诉您。回复“我的活动”看排到第几。",
    Why.OFFERED: "正给您留着一个名额，回复“要活动名额”就是您的。",
    Why.PHONE_TAKEN: "用这个手机号报过名了。和家人共用号码的话，请填另一个能找到您的手机号。",
    Why.NOT_ENROLLED: "您没有在名单上。回复“我的活动”看看您报了哪些，回复“人工”找工作人员。",
    Why.NOTHING_OFFERED: "现在没有给您留的名额，可能已经过了时间。回复“我的活动”看看排到第几。",
}
