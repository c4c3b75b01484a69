"""The JS-SDK in a page that the worker opens: it checks the page's signature and plays the tag `wx-open-subscribe`.

The script and what it asks stand below `/open/js/`; who it is, tells the cookie that `/phone/open` has left.
"""

import json
from collections.abc import Mapping
from hashlib import sha1
from typing import Any

from aiohttp import web

from wechat.simulator.exchange import Exchange
from wechat.simulator.oauth import COOKIE
from wechat.simulator.pages import FOLDER
from wechat.simulator.phones import Phone

_SCRIPT = "jweixin-1.6.0.js"


def add_sdk(app: web.Application, exchange: Exchange) -> None:
    sdk = Sdk(exchange)
    app.router.add_get(f"/open/js/{_SCRIPT}", sdk.script)
    app.router.add_post("/open/js/checks", sdk.check)
    app.router.add_post("/open/js/consents", sdk.consent)


class Sdk:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def script(self, _: web.Request) -> web.Response:
        return web.Response(
            text=(FOLDER / "jweixin.js").read_text(encoding="utf-8"), content_type="text/javascript"
        )

    async def check(self, request: web.Request) -> web.Response:
        """Whether the signature holds for the page that shows it."""
        given = json.loads(await request.text())
        return _answer(request, {"ok": is_signed(self._exchange, given)})

    async def consent(self, request: web.Request) -> web.Response:
        """The worker has answered the pop-up."""
        given = json.loads(await request.text())
        member = self._exchange.members.get(request.cookies.get(COOKIE, ""))
        if member is None:
            return _answer(request, {"ok": False})
        for template in given["templates"]:
            await Phone(self._exchange, member).subscribes(str(template), accepts=bool(given["accepts"]))
        return _answer(request, {"ok": True})


def is_signed(exchange: Exchange, given: Mapping[str, Any]) -> bool:
    """By one of the tickets that were given out, and for this account."""
    tail = f"noncestr={given['nonceStr']}&timestamp={given['timestamp']}&url={given['url']}"
    signatures = {
        sha1(f"jsapi_ticket={ticket}&{tail}".encode(), usedforsecurity=False).hexdigest()
        for ticket in exchange.jsapi_tickets
    }
    return given["appId"] == exchange.account.appid and given["signature"] in signatures


def _answer(request: web.Request, body: dict[str, bool]) -> web.Response:
    # The page stands under another address, and WeChat's own browser would not ask.
    allowed = {
        "Access-Control-Allow-Origin": request.headers.get("Origin", "null"),
        "Access-Control-Allow-Credentials": "true",
    }
    return web.json_response(body, headers=allowed)
