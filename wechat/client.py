"""The platform's calls for one account; each raises `WeChatError` and ends within the time-out."""

import time
from collections.abc import Callable

import aiohttp

from wechat.calls.conversations import Conversations
from wechat.calls.followers import Followers
from wechat.calls.masses import Masses
from wechat.calls.media import Media
from wechat.calls.menus import Menus
from wechat.calls.notices import Notices
from wechat.calls.operations import Operations
from wechat.calls.pages import Account, Pages
from wechat.tokens import AccessToken, TokenStore
from wechat.transport import Transport

API = "https://api.weixin.qq.com"
SIGN_IN = "https://open.weixin.qq.com"


class Client(Conversations, Notices, Masses, Menus, Followers, Media, Operations, Pages):
    def __init__(
        self,
        http: aiohttp.ClientSession,
        appid: str,
        secret: str,
        store: TokenStore,
        base: str = API,
        clock: Callable[[], float] = time.time,
        timeout: float = 10,
    ) -> None:
        """A stand-in at another `base` plays the sign-in page as well. `timeout` is in seconds."""
        transport = Transport(http, base, clock, timeout)
        tokens = AccessToken(transport, appid, secret, store, clock)
        account = Account(appid, secret, SIGN_IN if base == API else base.rstrip("/"))
        super().__init__(transport, tokens, account, clock)
