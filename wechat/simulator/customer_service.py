"""Customer-service messages: five in 48 hours after a message, three in a minute after a tap."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from wechat.simulator.calls import OK, Call, Endpoint, read_rows
from wechat.simulator.chats import Card, Json, Part, menu_link, read_markup
from wechat.simulator.refusals import Refused

TEXT_BYTES = 2048
TYPING_WINDOW = 30.0
# Not published by WeChat; the stand-in's own guess, on the safe side.
MENU_ITEMS = 20
MENU_ITEM_BYTES = 128


@dataclass(frozen=True, slots=True)
class Bubble:
    parts: tuple[Part, ...] = ()
    media_id: str = ""
    card: Card | None = None


Reader: TypeAlias = Callable[[Call], Bubble]


def read_text(call: Call) -> Bubble:
    content = call.object("text").get("content")
    if not isinstance(content, str) or not content.strip():
        raise Refused(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise Refused(45002)
    return Bubble(read_markup(content))


def read_media(call: Call) -> Bubble:
    fields = call.object(call.text("msgtype"))
    return Bubble(media_id=call.exchange.shelf.find(fields.get("media_id")).media_id)


def read_card(call: Call) -> Bubble:
    fields = call.object(call.text("msgtype"))
    url = fields.get("url") or fields.get("musicurl") or fields.get("pagepath") or ""
    title = fields.get("title") or fields.get("article_id") or fields.get("card_id") or fields.get("media_id")
    if not title:
        raise Refused(40035)
    return Bubble(card=Card(str(title), str(fields.get("description") or ""), str(url)))


def read_news(call: Call) -> Bubble:
    articles = read_rows(call.object("news").get("articles"), 45008)
    if len(articles) != 1:
        raise Refused(45008)
    article = articles[0]
    title, description, url, picture = (
        str(article.get(name) or "") for name in ("title", "description", "url", "picurl")
    )
    return Bubble(card=Card(title, description, url, picture))


def read_menu(call: Call) -> Bubble:
    menu = call.object("msgmenu")
    items = read_rows(menu.get("list"), 40035)
    if not 1 <= len(items) <= MENU_ITEMS:
        raise Refused(45098)
    parts = [*_line(menu.get("head_content"))]
    for item in items:
        menu_id, content = str(item.get("id") or ""), str(item.get("content") or "")
        if not content or len(content.encode()) > MENU_ITEM_BYTES:
            raise Refused(45099)
        parts += [Part(content, menu_link(menu_id, content)), Part("\n")]
    parts += _line(menu.get("tail_content"))
    return Bubble(tuple(parts))


def _line(text: object) -> list[Part]:
    return [*read_markup(text), Part("\n")] if isinstance(text, str) and text else []


READERS: dict[str, Reader] = {
    "text": read_text,
    "image": read_media,
    "voice": read_media,
    "video": read_media,
    "music": read_card,
    "news": read_news,
    "mpnews": read_card,
    "mpnewsarticle": read_card,
    "msgmenu": read_menu,
    "wxcard": read_card,
    "miniprogrampage": read_card,
}


def send(call: Call) -> Json:
    """Checks what was written before it counts against the window."""
    member = call.exchange.member(call.body.get("touser"))
    kind = call.text("msgtype", 40008)
    if kind not in READERS:
        raise Refused(40008)
    bubble = READERS[kind](call)
    if not member.following:
        raise Refused(45015)
    member.allowances.spend(call.exchange.clock())
    context = call.body.get("aimsgcontext")
    by_machine = isinstance(context, dict) and context.get("is_ai_msg") == 1
    call.exchange.show(
        member,
        "account",
        kind,
        bubble.parts,
        via="customer_service",
        media_id=bubble.media_id,
        card=bubble.card,
        note="内容由第三方AI生成" if by_machine else "",
    )
    return OK


def show_typing(call: Call) -> Json:
    exchange = call.exchange
    member = exchange.follower(call.body.get("touser"))
    command = call.text("command", 45072)
    if command not in {"Typing", "CancelTyping"}:
        raise Refused(45072)
    if exchange.clock() - member.active_at > TYPING_WINDOW:
        raise Refused(45080)
    if command == "Typing" and exchange.clock() < member.typing_until:
        raise Refused(45081)
    exchange.show_typing(member, command == "Typing")
    return OK


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/message/custom/send", send),
    Endpoint("POST", "/cgi-bin/message/custom/typing", show_typing),
)
