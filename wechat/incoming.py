"""What a worker or the platform pushed to us: every message and event in one frozen type."""

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from hashlib import sha256
from typing import Any

from wechat import details
from wechat.details import Detail
from wechat.elements import Element, Malformed, read

__all__ = ["Incoming", "Malformed", "parse", "understand"]

_NAME = re.compile(r"[!-~]{1,64}")
_SECONDS = re.compile(r"[0-9]{1,10}")
_MSG_ID = re.compile(r"[1-9][0-9]{0,31}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MAX_KIND = 64


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or event as WeChat pushed it, of a kind we know or not; redeliveries have the same `wire_id`."""

    wire_id: str  # MsgId; of an event, sender:time:event:key, shortened to a digest where it would grow long
    openid: str
    account: str  # the gh_... name of our account, which a reply must come from
    created: int  # Unix seconds
    kind: str  # MsgType in lower case
    event: str = ""  # Event in lower case
    text: str = ""
    key: str = ""  # EventKey, or the scene that a new follower scanned
    menu_id: str = ""  # of the tapped item of a message menu
    media_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    label: str = ""
    article_id: str = ""  # of the article that the message was written under
    article_index: int | None = None
    msg_id: str = ""  # MsgId, or MsgID of the job that an event reports on
    status: str = ""
    ticket: str = ""  # of the QR code scanned
    detail: Detail | None = None  # what only this kind has
    masked: bool = False  # a number that does not belong in a chat was hidden in the text

    def to_json(self) -> str:
        return json.dumps(self, default=_encode, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "Incoming":
        """Raises `Malformed` when it is not what `to_json` wrote."""
        try:
            value = json.loads(text, object_hook=_decode)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Malformed(f"not a stored message: {type(error).__name__}") from None
        if not isinstance(value, Incoming):
            raise Malformed("not a stored message")
        return value


def parse(xml: bytes) -> Incoming:
    """Raises `Malformed`, and nothing else, whatever the bytes."""
    return understand(read(xml))


def understand(root: Element) -> Incoming:
    """The same of XML already read; raises `Malformed`."""
    openid, account = _name(root, "FromUserName"), _name(root, "ToUserName")
    created = root.text("CreateTime")
    if not _SECONDS.fullmatch(created):
        raise Malformed("CreateTime is not a time in seconds")
    kind = root.text("MsgType").lower()[:_MAX_KIND]
    if not kind:
        raise Malformed("no MsgType")
    build = _event if kind == "event" else _message
    return build(root, openid, account, int(created), kind)


def _name(root: Element, tag: str) -> str:
    name = root.text(tag)
    if not _NAME.fullmatch(name):
        raise Malformed(f"{tag} is not a WeChat name")
    return name


def _message(root: Element, openid: str, account: str, created: int, kind: str) -> Incoming:
    msg_id, text, media_id = root.text("MsgId"), _plain(root.text("Content")), root.text("MediaId")
    if not _MSG_ID.fullmatch(msg_id):
        msg_id = ""
    latitude, longitude = _position(root, "Location_X", "Location_Y") if kind == "location" else (None, None)
    fill = details.OF_MESSAGE.get(kind)
    return Incoming(
        msg_id or _composed(openid, created, kind, media_id or text),
        openid,
        account,
        created,
        kind,
        text=text,
        menu_id=root.text("bizmsgmenuid"),
        media_id=media_id,
        latitude=latitude,
        longitude=longitude,
        label=_plain(root.text("Label")),
        article_id=root.text("MsgDataId"),
        article_index=root.integer("Idx"),
        msg_id=msg_id,
        detail=fill(root) if fill else None,
    )


def _event(root: Element, openid: str, account: str, created: int, kind: str) -> Incoming:
    event, key = root.text("Event").lower()[:_MAX_KIND], root.text("EventKey")
    msg_id = root.text("MsgID") or root.text("MsgId")
    fill = details.OF_EVENT.get(event)
    detail = fill(root) if fill else None
    chosen = root.under("SendLocationInfo")
    latitude, longitude = (
        _position(chosen, "Location_X", "Location_Y")
        if event == "location_select"
        else _position(root, "Latitude", "Longitude")
    )
    return Incoming(
        _composed(openid, created, event, key or msg_id or _first_notice(detail)),
        openid,
        account,
        created,
        kind,
        event=event,
        key=key.removeprefix("qrscene_") if event == "subscribe" else key,
        latitude=latitude,
        longitude=longitude,
        label=_plain(chosen.text("Label")),
        msg_id=msg_id,
        status=root.text("Status"),
        ticket=root.text("Ticket"),
        detail=detail,
    )


def _composed(openid: str, created: int, what: str, key: str) -> str:
    """At most 144 characters: the longest sender, a time, and 64 + 2 for the rest."""
    tail = f"{what}:{key}"
    if len(tail) > 64:
        tail = sha256(tail.encode()).hexdigest()
    return f"{openid}:{created}:{tail}"


def _first_notice(detail: Detail | None) -> str:
    # Two sends to one person can finish within the second; only the job's id tells them apart.
    return detail.notices[0].msg_id if isinstance(detail, details.Notices) and detail.notices else ""


def _position(root: Element, first: str, second: str) -> tuple[float | None, float | None]:
    latitude, longitude = root.number(first), root.number(second)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    return latitude, longitude


def _plain(text: str) -> str:
    return text if text.isprintable() else _CONTROL.sub("", text).strip()


_STORED: dict[str, Callable[..., object]] = {
    kind.__name__: kind
    for kind in (Incoming, details.ArticleUrl, details.CopyrightCheck, details.Notice, *Detail.__args__)
}


def _encode(value: Any) -> dict[str, object]:
    given = {f.name: getattr(value, f.name) for f in fields(value) if _differs(value, f)}
    return {"is": type(value).__name__} | given


def _differs(value: object, field: Field[Any]) -> bool:
    return field.default is MISSING or getattr(value, field.name) != field.default


def _decode(stored: dict[str, Any]) -> object:
    kind = _STORED[stored.pop("is")]
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in stored.items()})
