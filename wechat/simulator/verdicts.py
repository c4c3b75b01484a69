"""How WeChat looks at the callback's answer: nothing, a reply to show, a failure to try again, or a fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wechat.simulator.chats import Card, Part, read_markup
from wechat.simulator.envelopes import Envelopes, Unreadable

TEXT_BYTES = 2048
ARTICLES_TO_EVENT = 8
MEDIA_KINDS = {"image": "Image", "voice": "Voice", "video": "Video"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP; None in its place means that nothing did."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """A passive reply that WeChat would show."""

    kind: str
    parts: tuple[Part, ...] = ()
    media_id: str = ""
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Judge:
    envelopes: Envelopes
    media_exists: Callable[[str], bool]

    def judge(self, answer: Answer, openid: str, is_event: bool) -> Reply | None:
        """None where nothing is to be shown; raises Unreadable where WeChat shows the grey line."""
        if answer.body in (b"", b"success"):
            return None
        fields = self.envelopes.open(answer.body)
        self._check_ends(fields, openid)
        kind = _text(fields, "MsgType")
        if kind == "text":
            return _text_reply(fields)
        if kind == "news":
            return _news_reply(fields, ARTICLES_TO_EVENT if is_event else 1)
        if kind in MEDIA_KINDS:
            return self._media_reply(fields, kind)
        if kind == "music":
            return _music_reply(fields)
        if kind == "transfer_customer_service":
            return Reply(kind)
        raise Unreadable(f"MsgType {kind} is no reply")

    def _check_ends(self, fields: Mapping[str, object], openid: str) -> None:
        if _text(fields, "ToUserName") != openid:
            raise Unreadable("ToUserName is not the worker")
        if _text(fields, "FromUserName") != self.envelopes.account.original_id:
            raise Unreadable("FromUserName is not the account's original id")
        if not _text(fields, "CreateTime").isdigit():
            raise Unreadable("CreateTime is not a whole number")

    def _media_reply(self, fields: Mapping[str, object], kind: str) -> Reply:
        media_id = _text(_child(fields, MEDIA_KINDS[kind]), "MediaId")
        if not self.media_exists(media_id):
            raise Unreadable(f"no media {media_id}")
        return Reply(kind, media_id=media_id)


def _text_reply(fields: Mapping[str, object]) -> Reply:
    content = _text(fields, "Content")
    if not content.strip():
        raise Unreadable("Content is empty")
    if len(content.encode()) > TEXT_BYTES:
        raise Unreadable(f"Content has more than {TEXT_BYTES} bytes")
    return Reply("text", read_markup(content))


def _news_reply(fields: Mapping[str, object], most: int) -> Reply:
    items = _child(fields, "Articles").get("item")
    articles = items if isinstance(items, list) else [items]
    if _text(fields, "ArticleCount") != str(len(articles)) or len(articles) > most:
        raise Unreadable(f"ArticleCount is wrong or above {most}")
    return Reply("news", cards=tuple(_article(article) for article in articles))


def _article(article: object) -> Card:
    if not isinstance(article, dict):
        raise Unreadable("an article without fields")
    names = ("Title", "Description", "Url", "PicUrl")
    title, description, url, picture = (str(article.get(name) or "") for name in names)
    return Card(title, description, url, picture)


def _music_reply(fields: Mapping[str, object]) -> Reply:
    music = _child(fields, "Music")
    card = Card(
        str(music.get("Title") or ""), str(music.get("Description") or ""), str(music.get("MusicUrl") or "")
    )
    return Reply("music", cards=(card,))


def _child(fields: Mapping[str, object], name: str) -> Mapping[str, object]:
    child = fields.get(name)
    if not isinstance(child, dict):
        raise Unreadable(f"{name} is missing")
    return child


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is missing or empty")
    return value
