"""Ways from the chat to a web page and back: sign-in by `snsapi_base`, the JS-SDK's ticket, QR codes with a scene."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha1
from urllib.parse import urlencode

from wechat.calls.callers import Caller
from wechat.errors import Fault, WeChatError
from wechat.tokens import AccessToken, Credential, MemoryTokenStore, Token
from wechat.transport import Request, Transport

_SIGN_IN = "https://open.weixin.qq.com"
_SDK = "https://res.wx.qq.com"
MAX_SECONDS = 2_592_000  # 30 days
MAX_SCENE = 64


@dataclass(frozen=True, slots=True)
class Account:
    appid: str
    secret: str = field(repr=False)
    sign_in: str  # base address of the sign-in page


@dataclass(frozen=True, slots=True)
class QrCode:
    ticket: str  # the picture is at /cgi-bin/showqrcode?ticket=
    url: str  # to draw one's own


@dataclass(frozen=True, slots=True)
class PageSignature:
    """What a page hands to `wx.config`."""

    appid: str
    nonce: str
    timestamp: int
    signature: str


class Pages(Caller):
    def __init__(
        self,
        transport: Transport,
        tokens: AccessToken,
        account: Account,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(transport, tokens)
        self._account = account
        self._clock = clock
        self._ticket = Credential(self._fetch_ticket, MemoryTokenStore(), clock)

    def oauth_url(self, redirect: str, state: str) -> str:
        """Where to send a browser inside WeChat; it comes back to `redirect` with `code` and `state`, unasked."""
        query = {
            "appid": self._account.appid,
            "redirect_uri": redirect,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        # The platform insists on this order.
        return f"{self._account.sign_in}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    async def oauth_openid(self, code: str) -> str:
        """A code is good once; Fault.LOGIN means begin anew."""
        query = {
            "appid": self._account.appid,
            "secret": self._account.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        answer = await self._transport.ask(Request("/sns/oauth2/access_token", query))
        if answer.integer("is_snapshotuser", 0) == 1:
            raise WeChatError(None, "a snapshot page's openid is nobody's", Fault.LOGIN)
        return answer.text("openid")

    @property
    def sdk_url(self) -> str:
        """The script that makes a page's tags work inside WeChat; a stand-in has its own."""
        base = _SDK if self._account.sign_in == _SIGN_IN else self._account.sign_in
        return f"{base}/open/js/jweixin-1.6.0.js"

    async def jsapi_signature(self, url: str) -> PageSignature:
        """For the page at `url`, as its browser shows it."""
        nonce, timestamp = secrets.token_hex(8), int(self._clock())
        ticket, address = await self._ticket.current(), url.partition("#")[0]
        text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={address}"
        # SHA-1 is the platform's choice; the secret ticket makes it a signature.
        signature = sha1(text.encode(), usedforsecurity=False).hexdigest()
        return PageSignature(self._account.appid, nonce, timestamp, signature)

    async def qr_code(self, scene: str, seconds: int | None = None) -> QrCode:
        """For good, of which an account has 100,000, or for at most 30 days; scenes of 1 to 64 characters, no names."""
        if not 1 <= len(scene) <= MAX_SCENE or not (seconds is None or 1 <= seconds <= MAX_SECONDS):
            raise ValueError(f"a scene has 1 to {MAX_SCENE} characters and lasts 1 to {MAX_SECONDS} seconds")
        lasting = {"action_name": "QR_LIMIT_STR_SCENE"}
        passing = {"action_name": "QR_STR_SCENE", "expire_seconds": seconds}
        action = lasting if seconds is None else passing
        payload = {**action, "action_info": {"scene": {"scene_str": scene}}}
        answer = await self._call(Request("/cgi-bin/qrcode/create", payload=payload))
        return QrCode(answer.text("ticket"), answer.text("url"))

    async def _fetch_ticket(self) -> Token:
        answer = await self._call(Request("/cgi-bin/ticket/getticket", {"type": "jsapi"}))
        return Token(answer.text("ticket"), self._clock() + answer.integer("expires_in"))
