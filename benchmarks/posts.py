"""WeChat's side of the callback: what is posted, and whether what comes back is a proper answer.

Signature and cipher are wechatpy's, so that the codec under test is not its own judge.
"""

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha1
from itertools import count, cycle
from urllib.parse import urlencode
from xml.etree import ElementTree

from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

ACCOUNT = "gh_benchmarks"
_MOST_BYTES = 2048

# Larger at every start, so that a database may be kept from one run to the next.
_ids = count(time.time_ns())


class Wrong(Exception):
    """An answer that WeChat would not show."""


@dataclass(frozen=True, slots=True)
class Post:
    """One text of one worker. Posted again it has the same id and a fresh signature."""

    openid: str
    text: str
    msg_id: str


def compose(texts: Iterable[str], openids: Sequence[str]) -> Iterator[Post]:
    """The texts as messages of these workers in turn."""
    for text, openid in zip(texts, cycle(openids), strict=False):
        yield Post(openid, text, str(next(_ids)))


class Wire:
    """One account; with an AES key it posts in safe mode, without in plain mode."""

    def __init__(self, token: str, appid: str, aes_key: str = "") -> None:
        self._token = token
        self._crypto = WeChatCrypto(token, aes_key, appid) if aes_key else None

    def pack(self, post: Post) -> tuple[str, bytes]:
        """Query and body of one delivery, signed now."""
        now, nonce = str(int(time.time())), secrets.token_hex(5)
        body = (
            f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"
            f"<FromUserName><![CDATA[{post.openid}]]></FromUserName><CreateTime>{now}</CreateTime>"
            f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{post.text}]]></Content>"
            f"<MsgId>{post.msg_id}</MsgId></xml>"
        )
        query = {"signature": self._sign(now, nonce), "timestamp": now, "nonce": nonce, "openid": post.openid}
        if self._crypto is not None:
            sealed = _parse(self._crypto.encrypt_message(body, nonce, now))
            query |= {"encrypt_type": "aes", "msg_signature": sealed.findtext("MsgSignature", "")}
            encrypted = sealed.findtext("Encrypt", "")
            body = (
                f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"
                f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
            )
        return urlencode(query), body.encode()

    def read(self, post: Post, status: int, body: bytes) -> str | None:
        """The text that answers the post, None for a bare `success`; raises Wrong."""
        if status != 200:
            raise Wrong(f"status {status}")
        if body == b"success":
            return None
        reply = self._open(body)
        if (reply.findtext("ToUserName"), reply.findtext("FromUserName")) != (post.openid, ACCOUNT):
            raise Wrong("not from us to the worker")
        if not reply.findtext("CreateTime", "").isdecimal() or reply.findtext("MsgType") != "text":
            raise Wrong("not a text with a time")
        text = reply.findtext("Content", "")
        if not text or len(text.encode()) > _MOST_BYTES:
            raise Wrong("empty or too long")
        return text

    def _open(self, body: bytes) -> ElementTree.Element:
        root = _parse(body)
        if self._crypto is None:
            return root
        given = (root.findtext(name, "") for name in ("MsgSignature", "TimeStamp", "Nonce"))
        try:
            return _parse(self._crypto.decrypt_message(body.decode(), *given))
        except (InvalidSignatureException, InvalidAppIdException, ValueError, KeyError, TypeError) as error:
            raise Wrong(f"not sealed for the account: {type(error).__name__}") from None

    def _sign(self, *parts: str) -> str:
        return sha1("".join(sorted((self._token, *parts))).encode(), usedforsecurity=False).hexdigest()


def _parse(xml: bytes | str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(xml)  # noqa: S314 - it comes from a server that we started
    except ElementTree.ParseError:
        raise Wrong("not XML") from None
