"""The orders themselves: what is to be said to whom, and what a second person or anybody does about it."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dialogue import Context, Text
from dialogue.broadcasts import (
    NOTICES,
    BadAudience,
    Broadcasts,
    Draft,
    Forbidden,
    Refused,
    Standing,
    State,
    Unfit,
    Why,
    is_late,
    may_broadcast,
    readable,
    shown,
    trouble_of,
)
from handlers.announcements.words import (
    HOW,
    TROUBLES,
    at,
    capability,
    counted,
    listed,
    not_yours,
    previewed,
    proposed,
    refused,
    stands,
)
from union import audience_words, broadcast_sheets, staff
from union.announcements import AnnouncementMoved
from union.rights import Staff

_ORDER = re.compile(
    r"\s*[#＃]\s*(安全公告|紧急公告|公告|群发|确认|进度|查看|暂停|继续|停止)[\s:：]*(.*)", re.DOTALL
)
_SIGNS = ("#", "＃")
_UNKNOWN = re.compile(r"[\s#＃]+([^\s:：]*)")
_NUMBER = re.compile(r"(?:编号|第)?\s*([0-9]{1,9})\s*号?")
_LASTS = timedelta(hours=48)
# With all that is said around it a preview still fits into one message.
_MOST_BYTES = 1200
_MOST_LINES, _MOST_NUMBERS = 6, 20
_UNDERWAY = (State.RUNNING, State.PAUSED)
# What an order without a number can be for; the others may be for any.
_FITS: Mapping[str, Sequence[State]] = {
    "确认": (State.DRAFT, State.APPROVED), "暂停": (State.RUNNING,), "继续": (State.PAUSED,),
}  # fmt: skip
# Whether it is urgent, and whether it may use one of the month's four mass messages.
_DRAFTS = {
    "公告": (False, False),
    "安全公告": (True, False),
    "紧急公告": (True, False),
    "群发": (False, True),
}


@dataclass(frozen=True, slots=True)
class _Order:
    verb: str
    rest: str


Did = Callable[[Context, Staff, int], Awaitable[Text]]


def _read(text: str, _: str | None) -> _Order | None:
    found = _ORDER.fullmatch(text) if text.lstrip()[:1] in _SIGNS else None
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
        if order.verb in _DRAFTS:
            return await _draft(ctx, one, order)
        return await _about_one(ctx, one, order)
    except Forbidden:
        return Text(not_yours(one))
    except Refused as problem:
        return Text(refused(problem))


def _read_unknown(text: str, _: str | None) -> str | None:
    """What begins like an order and is none."""
    if text.lstrip()[:1] not in _SIGNS or _read(text, None) is not None:
        return None
    found = _UNKNOWN.match(text)
    return found[1] if found else None


@capability.suspects(_read_unknown)
async def explain(ctx: Context, word: str) -> Text | None:
    """To staff; to anybody else “#” means nothing."""
    one = await staff.bound_to(ctx.session, ctx.openid)
    if one is None:
        return None
    if not may_broadcast(one):
        return Text("“#”开头的是发公告用的，您的权限里还没有这一项。需要的话，请找管理员加上。")
    return Text(listed(word))


async def _draft(ctx: Context, one: Staff, order: _Order) -> Text:
    conditions, text = audience_words.read(order.rest)
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
    safety, mass = _DRAFTS[order.verb]
    wish = Draft(conditions, text, ctx.now + _LASTS, name, topic=NOTICES, safety=safety, mass=mass)
    broadcasts = ctx.use(Broadcasts)
    try:
        its = await broadcasts.draft(ctx.session, one, wish, ctx.now)
    except BadAudience:
        return Text(f"“{audience_words.label(conditions)}”没有找到，请核对名称或编号。\n\n{HOW}")
    except Unfit:
        return Text("这条公告里有手机显示不了的符号，请去掉后再发一次。")
    proposal = await broadcasts.proposal(ctx.session, its, one, ctx.now)
    await ctx.tell(*proposal.facts)
    return Text(proposed(await _preview(ctx, its), its.id, proposal))


async def _preview(ctx: Context, its: Standing) -> str:
    broadcasts = ctx.use(Broadcasts)
    people = await broadcasts.people(ctx.session, its, ctx.now)
    forecast = await broadcasts.quick_forecast(ctx.session, its, people, ctx.now)
    left = await broadcasts.masses_left(ctx.session, its, ctx.now) if its.draft.mass else None
    return previewed(its, people, forecast, await broadcasts.wordings(ctx.session, its, ctx.now), left)


async def _about_one(ctx: Context, one: Staff, order: _Order) -> Text:
    found = _NUMBER.fullmatch(order.rest)
    if found is None:
        return await _list(ctx, one, order.verb)
    return await _VERBS[order.verb](ctx, one, int(found[1]))


async def _list(ctx: Context, one: Staff, verb: str) -> Text:
    """What they could mean: first those that the order is for, then those that are being sent."""
    alive = await ctx.use(Broadcasts).alive(ctx.session, one)
    if not alive:
        return Text(f"现在没有在办的公告。\n\n{HOW}")
    alive.sort(key=lambda its: (its.state not in _FITS.get(verb, ()), its.state not in _UNDERWAY))
    lines = [f"{its.id} 号：{stands(its)}，{shown(its)}，“{its.draft.name}”" for its in alive[:_MOST_LINES]]
    if rest := [str(its.id) for its in alive[_MOST_LINES:]]:
        more = f"等 {len(rest)} 条" if len(rest) > _MOST_NUMBERS else " 号"
        lines.append(f"另外还有：{'、'.join(rest[:_MOST_NUMBERS])}{more}。")
    return Text("\n".join(lines) + f"\n\n请带上编号，比如“#{verb} {alive[0].id}”。")


async def _confirm(ctx: Context, one: Staff, id: int) -> Text:
    """By the second person, of what they have looked at; then it begins, as does one approved by command."""
    broadcasts = ctx.use(Broadcasts)
    its = await broadcasts.standing(ctx.session, one, id)
    if its.state is State.DRAFT:
        if its.author != one.id and await broadcasts.seen_by(ctx.session, one, id) != its.edition:
            if ctx.now >= its.draft.until:
                raise Refused(id, Why.LATE, its.state)
            if (too_long := _too_long(its)) is not None:
                return too_long
            its = await broadcasts.look(ctx.session, one, id, ctx.now)
            return Text(
                f"请先看一看。{await _preview(ctx, its)}\n\n没有问题，再发一次“#确认 {id}”，就会发出。"
            )
        its = await broadcasts.approve(ctx.session, one, id, its.edition, ctx.now)
        if its.draft.starts_at is not None and its.draft.starts_at > ctx.now:
            return Text(
                f"{id} 号公告确认好了，{at(its.draft.starts_at)}自动发出。不发了，请回复“#停止 {id}”。"
            )
    its = await broadcasts.launch(ctx.session, one, id, ctx.now)
    people = await broadcasts.people(ctx.session, its, ctx.now)
    left = await broadcasts.masses_left(ctx.session, its, ctx.now) - 1 if its.draft.mass else None
    await ctx.tell(*await _told(ctx, its, one))
    lines = [f"{id} 号公告开始发了，发给{shown(its)}{'' if people is None else f'，共 {people} 人'}。"]
    if left is not None:
        lines.append(f"用了一次群发，本月群发还剩 {left} 次。")
    lines.append(f"看进度，请回复“#进度 {id}”；发现不对，请马上回复“#暂停 {id}”。")
    return Text("\n".join(lines))


async def _told(ctx: Context, its: Standing, by: Staff) -> list[AnnouncementMoved]:
    """Who wrote it hears that it goes out."""
    author = await staff.numbered(ctx.session, its.author)
    return [AnnouncementMoved(author.openid or "", its.id, its.draft.name, "launched", by.name)]


async def _show(ctx: Context, one: Staff, id: int) -> Text:
    its = await ctx.use(Broadcasts).standing(ctx.session, one, id)
    if (too_long := _too_long(its)) is not None:
        return too_long
    its = await ctx.use(Broadcasts).look(ctx.session, one, id, ctx.now)
    return Text(f"{id} 号公告，{stands(its)}。{await _preview(ctx, its)}")


def _too_long(its: Standing) -> Text | None:
    """What was written by command and finds no room here: who has seen a part of it has not seen it."""
    if len(readable(its.draft).encode()) <= _MOST_BYTES:
        return None
    return Text(
        f"{its.id} 号公告，{stands(its)}，文字太长，聊天里放不下。"
        f"请在电脑上看全文（broadcast preview {its.id}），看过再回复“#确认 {its.id}”。"
    )


async def _progress(ctx: Context, one: Staff, id: int) -> Text:
    broadcasts = ctx.use(Broadcasts)
    its = await broadcasts.standing(ctx.session, one, id)
    if its.launched_at is None:
        late = f"：{broadcast_sheets.reason(its.reason)}" if is_late(its) else ""
        return Text(f"{id} 号公告{stands(its)}，还没有发{late}。看内容，请回复“#查看 {id}”。")
    done = await broadcasts.quick_progress(ctx.session, id)
    lines = [f"{id} 号公告，{stands(its)}：{shown(its)}，“{its.draft.name}”"]
    lines += counted(done) if done else [f"人很多，正在数，请过几秒再回复“#进度 {id}”。"]
    if its.expanded_at is None and its.state is State.RUNNING:
        lines.append("还在排收件人，数字会增加。")
    if its.state is State.PAUSED:
        trouble = trouble_of(its.reason)
        lines += [f"自动停的：{TROUBLES[trouble]}。"] if trouble else []
        lines.append(f"要接着发，请回复“#继续 {id}”；不发了，请回复“#停止 {id}”。")
    if is_late(its):
        lines.append(f"自动停的：{broadcast_sheets.reason(its.reason)}。")
    if its.state is State.DONE and done and done.held:
        lines.append(f"不用再告诉他们了，请回复“#停止 {id}”。")
    return Text("\n".join(lines))


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
