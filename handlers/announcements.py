"""Announcements from the chat of a bound staff member: “#公告 …”, a second person's “#确认”, “#进度”, “#暂停”."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from dialogue import Capability, Context, Notice, Text
from dialogue.broadcasts import (
    BadAudience,
    Broadcasts,
    Draft,
    Forbidden,
    Forecast,
    Progress,
    Refused,
    Standing,
    State,
    Unfit,
    Why,
    may_broadcast,
    shown,
    trouble_of,
)
from union import audience_words, places, staff
from union.announcements import AnnouncementMoved, AnnouncementProposed, Trouble
from union.rights import Staff

capability = Capability("announcements", title="发公告")

_ORDER = re.compile(
    r"\s*[#＃]\s*(安全公告|紧急公告|公告|确认|进度|查看|暂停|继续|停止)[\s:：]*(.*)", re.DOTALL
)
_NUMBER = re.compile(r"(?:编号|第)?\s*([0-9]{1,9})\s*号?")
_LASTS = timedelta(hours=48)
# With all that is said around it a preview still fits into one message.
_MOST_BYTES = 1200
_CHINA = timezone(timedelta(hours=8))
_MOST_LINES = 6

HOW = (
    "发公告请这样写：\n#公告 茂南 骑手 明天上午九点……\n\n"
    "“#公告”后面先写发给谁：全体、会员、区县、镇街、工种，可以写几样，比如“茂南 骑手”；"
    "也可以写“课程T-1”“名单3”“订阅培训”。空一格再写内容。"
)
_STATES = {
    State.DRAFT: "等另一位同事确认",
    State.APPROVED: "已经确认好了",
    State.RUNNING: "正在发",
    State.PAUSED: "暂停着",
    State.STOPPED: "已经停止",
    State.DONE: "发完了",
}
_TROUBLES = {
    Trouble.CONTENT: "微信那边认为内容不合适，不让发。请把文字、图片改一改，重新写一条“#公告 …”",
    Trouble.SETTINGS: "公众号的权限或设置有问题。请找管理员看一看后台",
    Trouble.PLATFORM: "微信那边一直不肯收。请过几分钟再试，还不行就找管理员看一看",
}


@dataclass(frozen=True, slots=True)
class _Order:
    verb: str
    rest: str


Did = Callable[[Context, Staff, int], Awaitable[Text]]


def _read(text: str, _: str | None) -> _Order | None:
    found = _ORDER.fullmatch(text) if text.lstrip()[:1] in ("#", "＃") else None
    return _Order(found[1], found[2].strip()) if found else None


@capability.obeys(_read)
async def obey(ctx: Context, order: _Order) -> Text:
    """Everything that goes wrong is said in words, with what to do next."""
    one = await staff.bound_to(ctx.session, ctx.openid)
    if one is None:
        return Text(
            f"“#{order.verb}”是给工会工作人员用的。您是工作人员的话，请先向管理员要绑定码，再发“绑定 123456”。\n"
            "想问什么事，直接告诉我就行。"
        )
    if not may_broadcast(one):
        return Text("您的权限里还没有发公告这一项。需要的话，请找管理员加上。")
    try:
        if order.verb.endswith("公告"):
            return await _draft(ctx, one, order.rest, safety=order.verb != "公告")
        return await _about_one(ctx, one, order)
    except Forbidden:
        return Text(_not_yours(one))
    except Refused as refused:
        return Text(_refused(refused))


async def _draft(ctx: Context, one: Staff, said: str, *, safety: bool) -> Text:
    conditions, text = audience_words.read(said)
    if not conditions or not text:
        return Text(
            ("还差一点：要发给谁，我没看明白。" if not conditions else "还差公告的内容。") + f"\n\n{HOW}"
        )
    size = len(text.encode())
    if size > _MOST_BYTES:
        return Text(
            f"这条公告太长了（约 {size // 3} 个字），聊天里最多 {_MOST_BYTES // 3} 个字。请删短些再发一次。"
        )
    name = text.split("\n", maxsplit=1)[0][:20]
    wish = Draft(conditions, text, ctx.now + _LASTS, name, safety=safety)
    broadcasts = ctx.use(Broadcasts)
    try:
        its = await broadcasts.draft(ctx.session, one, wish, ctx.now)
    except BadAudience:
        return Text(f"“{audience_words.label(conditions)}”没有找到，请核对名称或编号。\n\n{HOW}")
    except Unfit:
        return Text("这条公告里有手机显示不了的符号，请去掉后再发一次。")
    proposed = await broadcasts.proposal(ctx.session, its, one)
    await ctx.tell(*proposed)
    second = (
        f"已经告诉 {len(proposed)} 位同事。其中一位看过、发“#确认 {its.id}”，就会发出。"
        if proposed
        else f"要另一位有权限的同事发“#确认 {its.id}”才会发出；现在还没有别的同事绑定微信，请先请管理员办一下。"
    )
    return Text(f"{await _preview(ctx, its)}\n\n编号 {its.id}。{second}\n不发了，请回复“#停止 {its.id}”。")


async def _preview(ctx: Context, its: Standing) -> str:
    broadcasts = ctx.use(Broadcasts)
    people = await broadcasts.people(ctx.session, its, ctx.now)
    counted = await broadcasts.quick_forecast(ctx.session, its, people, ctx.now)
    urgent = "\n安全公告：休息时间也会发。" if its.draft.safety else ""
    return f"工友看到的是这样：\n———\n{its.draft.text}\n———\n{_numbers(its, people, counted)}{urgent}"


def _numbers(its: Standing, people: int | None, counted: Forecast | None) -> str:
    if people is None:
        lines = [f"发给：{shown(its)}。一共多少人正在数，过几秒回复“#查看 {its.id}”就知道。"]
    else:
        lines = [f"发给：{shown(its)}，共 {people} 人。"]
    if people is None or counted is None:
        lines.append("人很多，分几路送：最近找过我们的马上送，其他人等下次说话时一起告诉。")
    else:
        lines.append(f"现在能送到 {people - counted.waiting} 人。")
        if counted.waiting:
            lines.append(f"{counted.waiting} 人最近没找过我们，等他们下次说话时一起告诉。")
        if counted.unreached:
            lines.append(f"{counted.unreached} 人没有关注公众号，送不到。")
    return "\n".join([*lines, f"最晚发到 {_at(its.draft.until)}，过了就不再发。"])


async def _about_one(ctx: Context, one: Staff, order: _Order) -> Text:
    found = _NUMBER.fullmatch(order.rest)
    if found is None:
        return await _list(ctx, one, order.verb)
    return await _VERBS[order.verb](ctx, one, int(found[1]))


async def _list(ctx: Context, one: Staff, verb: str) -> Text:
    """What they could mean."""
    broadcasts = ctx.use(Broadcasts)
    alive = (await broadcasts.alive(ctx.session, one))[:_MOST_LINES]
    if not alive:
        return Text(f"现在没有在办的公告。\n\n{HOW}")
    lines = [f"{its.id} 号：{_stands(its)}，{shown(its)}，“{its.draft.name}”" for its in alive]
    return Text("\n".join(lines) + f"\n\n请带上编号，比如“#{verb} {alive[0].id}”。")


async def _confirm(ctx: Context, one: Staff, id: int) -> Text:
    """By the second person, of what they have looked at; then it begins, as does one approved by command."""
    broadcasts = ctx.use(Broadcasts)
    its = await broadcasts.standing(ctx.session, one, id)
    if its.state is State.DRAFT:
        if its.author != one.id and await broadcasts.seen_by(ctx.session, one, id) != its.edition:
            its = await broadcasts.look(ctx.session, one, id, ctx.now)
            return Text(
                f"请先看一看。{await _preview(ctx, its)}\n\n没有问题，再发一次“#确认 {id}”，就会发出。"
            )
        its = await broadcasts.approve(ctx.session, one, id, its.edition, ctx.now)
        if its.draft.starts_at is not None and its.draft.starts_at > ctx.now:
            return Text(
                f"{id} 号公告确认好了，{_at(its.draft.starts_at)}自动发出。不发了，请回复“#停止 {id}”。"
            )
    its = await broadcasts.launch(ctx.session, one, id, ctx.now)
    people = await broadcasts.people(ctx.session, its, ctx.now)
    await ctx.tell(*await _told(ctx, its, one))
    return Text(
        f"{id} 号公告开始发了，发给{shown(its)}{'' if people is None else f'，共 {people} 人'}。\n"
        f"看进度，请回复“#进度 {id}”；发现不对，请马上回复“#暂停 {id}”。"
    )


async def _told(ctx: Context, its: Standing, by: Staff) -> list[AnnouncementMoved]:
    """Who wrote it hears that it goes out."""
    author = await staff.numbered(ctx.session, its.author)
    return [AnnouncementMoved(author.openid or "", its.id, its.draft.name, "launched", by.name)]


async def _show(ctx: Context, one: Staff, id: int) -> Text:
    its = await ctx.use(Broadcasts).look(ctx.session, one, id, ctx.now)
    return Text(f"{id} 号公告，{_stands(its)}。{await _preview(ctx, its)}")


def _stands(its: Standing) -> str:
    if its.state is not State.APPROVED:
        return _STATES[its.state]
    starts = its.draft.starts_at
    return f"确认好了，{_at(starts)}自动发" if starts else f"确认好了，回复“#确认 {its.id}”就发"


async def _progress(ctx: Context, one: Staff, id: int) -> Text:
    broadcasts = ctx.use(Broadcasts)
    its = await broadcasts.standing(ctx.session, one, id)
    if its.launched_at is None:
        return Text(f"{id} 号公告{_stands(its)}，还没有发。看内容，请回复“#查看 {id}”。")
    done = await broadcasts.quick_progress(ctx.session, id)
    lines = [f"{id} 号公告，{_stands(its)}：{shown(its)}，“{its.draft.name}”"]
    lines += _counted(done) if done else [f"人很多，正在数，请过几秒再回复“#进度 {id}”。"]
    if its.expanded_at is None and its.state is State.RUNNING:
        lines.append("还在排收件人，数字会增加。")
    if its.state is State.PAUSED:
        trouble = trouble_of(its.reason)
        lines += [f"自动停的：{_TROUBLES[trouble]}。"] if trouble else []
        lines.append(f"要接着发，请回复“#继续 {id}”；不发了，请回复“#停止 {id}”。")
    if its.state is State.DONE and done and done.held:
        lines.append(f"不用再告诉他们了，请回复“#停止 {id}”。")
    return Text("\n".join(lines))


def _counted(done: Progress) -> list[str]:
    counts = {
        "送到": done.sent, "排着队": done.waiting, "等工友下次说话": done.held, "没送成": done.refused,
        "不确定有没有到": done.unknown, "过了时间没发": done.expired,
    }  # fmt: skip
    return [f"{what} {count} 人" for what, count in counts.items() if count]


async def _pause(ctx: Context, one: Staff, id: int) -> Text:
    await ctx.use(Broadcasts).pause(ctx.session, one, id, ctx.now)
    return Text(
        f"{id} 号公告停下来了，正在路上的几条可能还会到。\n"
        f"接着发，请回复“#继续 {id}”；不发了，请回复“#停止 {id}”。"
    )


async def _resume(ctx: Context, one: Staff, id: int) -> Text:
    await ctx.use(Broadcasts).resume(ctx.session, one, id, ctx.now)
    return Text(f"{id} 号公告接着发了，发过的人不会再收到一次。看进度，请回复“#进度 {id}”。")


async def _stop(ctx: Context, one: Staff, id: int) -> Text:
    its = await ctx.use(Broadcasts).stop(ctx.session, one, id, ctx.now)
    sent = "已经收到的收不回来，没发的不再发。" if its.launched_at else "一条都没有发出去。"
    return Text(f"{id} 号公告停止了，{sent}要重新发，请再写一条“#公告 …”。")


_VERBS: Mapping[str, Did] = {
    "确认": _confirm, "查看": _show, "进度": _progress, "暂停": _pause, "继续": _resume, "停止": _stop,
}  # fmt: skip


def _not_yours(one: Staff) -> str:
    where = places.label(one.district)
    if not one.district:
        return "这条公告不在您的权限里。请找管理员问一问。"
    return (
        f"您负责的是{where}，公告只能发给{where}的工友。请写明地方，比如：#公告 {where} 骑手 明天上午九点……"
    )


def _refused(refused: Refused) -> str:
    id = refused.id
    words = {
        Why.ABSENT: f"没有 {id} 号公告。回复“#进度”看都有哪些。",
        Why.OWN: f"{id} 号公告是您写的，要另一位有权限的同事来确认。请对方绑定微信后发“#确认 {id}”。",
        Why.UNSEEN: f"请先回复“#查看 {id}”，看过再确认。",
        Why.CHANGED: f"{id} 号公告刚刚改过。请先回复“#查看 {id}”，看过再确认。",
        Why.EARLY: f"{id} 号公告还没到发的时间，到时间会自动发。",
        Why.FULL: f"这个月四次群发都安排了，{id} 号公告不能再用群发。请把它改成不用群发，再来确认。",
        Why.LATE: f"{id} 号公告已经过了最晚的时间，不能再发了。需要的话，请重新写一条“#公告 …”。",
    }
    if refused.state is State.DONE:
        return f"{id} 号公告已经发完了，这一步办不了。送到多少人、还有多少人没收到，请回复“#进度 {id}”。"
    stands = _STATES[refused.state] if refused.state else ""
    return words.get(refused.why, f"{id} 号公告{stands}，这一步办不了。回复“#进度 {id}”看详情。")


def _at(moment: datetime) -> str:
    local = moment.astimezone(_CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


@capability.tells(AnnouncementProposed)
def proposed(fact: AnnouncementProposed) -> Notice:
    return Notice(
        f"{fact.author}写了一条公告，发给{fact.audience}，等您确认。工友看到的是这样：\n———\n{fact.text}\n———\n"
        f"请先回复“#查看 {fact.id}”，核对人数和内容；没有问题，再回复“#确认 {fact.id}”，就会发出。不该发，请回复“#停止 {fact.id}”。",
        at_once=True,
    )


@capability.tells(AnnouncementMoved)
def moved(fact: AnnouncementMoved) -> Notice:
    which = f"{fact.id} 号公告“{fact.name}”"
    why = _TROUBLES[fact.trouble or Trouble.PLATFORM]
    waits = f"，还有 {fact.held} 人等下次说话时告诉" if fact.held else ""
    late = f"{which}过了最晚的时间，停止了：送到 {fact.sent} 人，其余不再发。"
    said = {
        "launched": f"{which}开始发了" + (f"，是{fact.by}确认的" if fact.by else "") + "。",
        "paused": f"{which}自动停了下来：{why}。处理好了，请回复“#继续 {fact.id}”；不发了，请回复“#停止 {fact.id}”。",
        "stopped": late,
        "done": late if fact.late else f"{which}发完了，送到 {fact.sent} 人{waits}。",
    }
    return Notice(said[fact.what] + f"看详情，请回复“#进度 {fact.id}”。", at_once=True)
