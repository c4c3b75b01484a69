"""Customer-service messages: to one person, in the window that their last action has opened."""

from dataclasses import dataclass

from wechat.calls.callers import Caller
from wechat.transport import Request


@dataclass(frozen=True, slots=True)
class Text:
    content: str  # at most 2,048 bytes of UTF-8

    kind = "text"

    def body(self) -> dict[str, object]:
        return {"content": self.content}


@dataclass(frozen=True, slots=True)
class Image:
    media_id: str

    kind = "image"

    def body(self) -> dict[str, object]:
        return {"media_id": self.media_id}


@dataclass(frozen=True, slots=True)
class Voice:
    media_id: str

    kind = "voice"

    def body(self) -> dict[str, object]:
        return {"media_id": self.media_id}


@dataclass(frozen=True, slots=True)
class Video:
    media_id: str
    thumb_media_id: str
    title: str = ""
    description: str = ""

    kind = "video"

    def body(self) -> dict[str, object]:
        return {
            "media_id": self.media_id,
            "thumb_media_id": self.thumb_media_id,
            "title": self.title,
            "description": self.description,
        }


@dataclass(frozen=True, slots=True)
class Card:
    """A picture, title and line that open a web page."""

    title: str
    description: str
    url: str
    picture_url: str = ""

    kind = "news"

    def body(self) -> dict[str, object]:
        card = {
            "title": self.title,
            "description": self.description,
            "url": self.url,
            "picurl": self.picture_url,
        }
        return {"articles": [card]}


@dataclass(frozen=True, slots=True)
class Article:
    """An article of our own that has been published."""

    article_id: str

    kind = "mpnewsarticle"

    def body(self) -> dict[str, object]:
        return {"article_id": self.article_id}


@dataclass(frozen=True, slots=True)
class Choices:
    """Lines to tap; each item is its id, which comes back as `menu_id`, and its words. Taps work for ever."""

    head: str
    items: tuple[tuple[str, str], ...]
    tail: str = ""

    kind = "msgmenu"

    def body(self) -> dict[str, object]:
        listed = [{"id": item_id, "content": words} for item_id, words in self.items]
        return {"head_content": self.head, "list": listed, "tail_content": self.tail}


Message = Text | Image | Voice | Video | Card | Article | Choices


class Conversations(Caller):
    async def send(self, openid: str, message: Message, agent: str = "") -> None:
        """No id comes back and nothing tells a repeat: after Fault.UNKNOWN it may have arrived. `agent` signs it."""
        payload: dict[str, object] = {
            "touser": openid,
            "msgtype": message.kind,
            message.kind: message.body(),
        }
        if agent:
            payload["customservice"] = {"kf_account": agent}
        await self._call(Request("/cgi-bin/message/custom/send", payload=payload, idempotent=False))

    async def typing(self, openid: str, on: bool = True) -> None:
        """Shows for up to 15 seconds that we are writing; only within 30 seconds of a message (else 45080)."""
        payload = {"touser": openid, "command": "Typing" if on else "CancelTyping"}
        await self._call(Request("/cgi-bin/message/custom/typing", payload=payload))
