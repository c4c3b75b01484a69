"""The callback's envelope: who may post to us, what the post says, and the body that answers it."""

import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha1
from typing import Literal

from wechat.ciphers import Cipher, Undecipherable
from wechat.elements import Malformed, read
from wechat.incoming import Incoming, parse, understand
from wechat.replies import passive_text

MAX_BODY = 128 * 1024
WINDOW = 300
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_APPID = re.compile(r"[!-~]{1,64}")
_TIMESTAMP = re.compile(r"[0-9]{1,10}")


class Refused(Exception):
    """The request is not answered; `status` is the HTTP status it gets, `reason` is fit for a log line."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message and how it came; a sealed one must be answered sealed, under the key it came under."""

    incoming: Incoming
    sealed: bool
    key: int = 0  # 0 the current AES key, 1 the previous one


class Codec:
    """For one account. In mode "safe" a plain body is refused, in "any" it is believed if its query is signed."""

    def __init__(
        self,
        token: str,
        appid: str,
        aes_key: str = "",
        previous_aes_key: str = "",
        mode: Literal["any", "safe"] = "any",
        clock: Callable[[], float] = time.time,
        window: float = WINDOW,
    ) -> None:
        """Raises `ValueError`, saying which setting is wrong and never its value; `window` is in seconds."""
        _check_settings(token, appid, aes_key, previous_aes_key, mode)
        self._token = token
        self._ciphers = [Cipher(key, appid) for key in (aes_key, previous_aes_key) if key]
        self._safe = mode == "safe"
        self._clock = clock
        self._window = window

    def verify(self, query: Mapping[str, str]) -> str:
        """The echostr that answers the platform's check of our address; raises `Refused`."""
        self._check(query, "signature")
        return _parameter(query, "echostr")

    def open(self, query: Mapping[str, str], body: bytes) -> Envelope:
        """Raises `Refused`, and nothing else, whatever the request. A plain part beside an encrypted one is ignored."""
        self._check(query, "signature")
        if len(body) > MAX_BODY:
            raise Refused(413, "the body is too large")
        try:
            root = read(body)
            if "Encrypt" in root.texts:
                return self._unseal(query, root.text("Encrypt"))
            if self._safe:
                raise Refused(403, "a plain body in safe mode")
            if query.get("encrypt_type", "raw") == "aes":
                raise Refused(400, "encrypted by its query, plain by its body")
            return Envelope(understand(root), sealed=False)
        except Malformed as error:
            raise Refused(400, str(error)) from None

    def reply(self, envelope: Envelope, text: str) -> bytes:
        """The HTTP body that answers with a text; raises `ValueError` when it is empty or over 2,048 bytes."""
        incoming, now = envelope.incoming, int(self._clock())
        xml = passive_text(incoming.openid, incoming.account, now, text)
        return self._seal(xml, envelope.key, str(now)) if envelope.sealed else xml.encode()

    def _check(self, query: Mapping[str, str], name: str, *parts: str) -> None:
        given = _parameter(query, name).encode("utf-8", "replace")
        timestamp, nonce = _parameter(query, "timestamp"), _parameter(query, "nonce")
        if not hmac.compare_digest(self._sign(timestamp, nonce, *parts), given):
            raise Refused(403, f"the {name} is wrong")
        if not _TIMESTAMP.fullmatch(timestamp) or abs(self._clock() - int(timestamp)) > self._window:
            raise Refused(403, "the timestamp is outside the window")

    def _sign(self, *parts: str) -> bytes:
        text = "".join(sorted((self._token, *parts)))
        # SHA-1 is the platform's choice; the secret token makes it a signature.
        return sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest().encode()

    def _unseal(self, query: Mapping[str, str], sealed: str) -> Envelope:
        self._check(query, "msg_signature", sealed)
        if not self._ciphers:
            raise Refused(400, "the body is encrypted and the AES key is not set")
        for key, cipher in enumerate(self._ciphers):
            try:
                return Envelope(parse(cipher.open(sealed)), sealed=True, key=key)
            except Undecipherable:
                continue
        raise Refused(400, "the body cannot be decrypted: is the AES key or the AppID another account's?")

    def _seal(self, xml: str, key: int, timestamp: str) -> bytes:
        sealed, nonce = self._ciphers[key].seal(xml.encode()), secrets.token_hex(8)
        signature = self._sign(timestamp, nonce, sealed).decode()
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()


def _parameter(query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    if not value:
        raise Refused(403, f"no {name}")
    return value


def _check_settings(token: str, appid: str, aes_key: str, previous_aes_key: str, mode: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise ValueError("the WeChat token must be 3 to 32 letters and digits")
    if not _APPID.fullmatch(appid):
        raise ValueError("the WeChat AppID is missing or has strange characters")
    if mode not in ("any", "safe"):
        raise ValueError("the WeChat mode must be any or safe")
    if not aes_key and (mode == "safe" or previous_aes_key):
        raise ValueError("the WeChat AES key is missing")
