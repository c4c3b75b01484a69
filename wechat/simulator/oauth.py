"""Web authorisation: which telephone opened a page.

WeChat knows by its own browser. Here the phone page opens links through `/phone/open`, which leaves the cookie
`simulator_openid`; a client without cookies adds `openid=` to the address of `/connect/oauth2/authorize`.
"""

import html
import secrets
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from wechat.simulator.calls import Call, Endpoint
from wechat.simulator.chats import Json
from wechat.simulator.exchange import Code, Exchange, Member
from wechat.simulator.refusals import Refused

COOKIE = "simulator_openid"
CODE_SECONDS = 300.0
TOKEN_SECONDS = 7200
SCOPES = {"snsapi_base", "snsapi_userinfo"}


async def authorise(exchange: Exchange, request: web.Request) -> web.Response:
    """Sends the browser back with a code; asks which worker it is when nothing tells."""
    query = request.query
    target = urlsplit(query.get("redirect_uri", ""))
    if query.get("appid") != exchange.account.appid or query.get("response_type") != "code":
        return web.Response(status=400, text="appid or response_type is wrong")
    if query.get("scope") not in SCOPES or target.scheme not in {"http", "https"}:
        return web.Response(status=400, text="scope or redirect_uri is wrong")
    member = exchange.members.get(query.get("openid") or request.cookies.get(COOKIE, ""))
    if member is None:
        return web.Response(text=_choices(exchange, request), content_type="text/html")
    code = _issue(exchange, member, query["scope"])
    given = "&".join(filter(None, (target.query, urlencode({"code": code, "state": query.get("state", "")}))))
    return web.Response(status=302, headers={"Location": target._replace(query=given).geturl()})


def _issue(exchange: Exchange, member: Member, scope: str) -> str:
    code = secrets.token_hex(16)
    exchange.codes[code] = Code(member.openid, scope, exchange.clock())
    return code


def _choices(exchange: Exchange, request: web.Request) -> str:
    rows = [
        f'<li><a href="{html.escape(str(request.rel_url.update_query(openid=member.openid)))}">'
        f"{html.escape(member.name)}</a></li>"
        for member in exchange.members.values()
    ]
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>演示 · 仿真微信</title>'
        f"<h1>您是哪一位？</h1><ul>{''.join(rows)}</ul></html>"
    )


def exchange_code(call: Call) -> Json:
    account, query = call.exchange.account, call.query
    if query.get("appid") != account.appid:
        raise Refused(40013)
    if query.get("secret") != account.secret:
        raise Refused(40125)
    if query.get("grant_type") != "authorization_code":
        raise Refused(40002)
    code = call.exchange.codes.get(query.get("code", ""))
    if code is None or call.exchange.clock() - code.issued_at >= CODE_SECONDS:
        raise Refused(40029)
    if code.used:
        raise Refused(40163)
    code.used = True
    return {
        "access_token": secrets.token_urlsafe(64),
        "expires_in": TOKEN_SECONDS,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": code.openid,
        "scope": code.scope,
    }


ENDPOINTS = (Endpoint("GET", "/sns/oauth2/access_token", exchange_code, needs_token=False),)
