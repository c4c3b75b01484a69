"""Tokens, the platform's addresses, and the counting of calls."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from wechat.simulator.accounts import Account
from wechat.simulator.calls import OK, Call, Endpoint
from wechat.simulator.chats import Json
from wechat.simulator.exchange import new_ticket
from wechat.simulator.refusals import Refused
from wechat.simulator.tokens import Token

TICKET_LIFE = 7200


def old_token(call: Call) -> Json:
    _check_client(call.exchange.account, call.query)
    return _token(call, call.exchange.tokens.renew())


def stable_token(call: Call) -> Json:
    _check_client(call.exchange.account, call.body)
    return _token(call, call.exchange.tokens.stable(call.body.get("force_refresh") is True))


def _check_client(account: Account, fields: Mapping[str, object]) -> None:
    if fields.get("grant_type") != "client_credential":
        raise Refused(40002)
    for name, right, missing, wrong in (
        ("appid", account.appid, 41002, 40013),
        ("secret", account.secret, 41004, 40125),
    ):
        if not fields.get(name):
            raise Refused(missing)
        if fields[name] != right:
            raise Refused(wrong)


def _token(call: Call, token: Token) -> Json:
    return {"access_token": token.value, "expires_in": int(token.ends - call.exchange.clock())}


def jsapi_ticket(call: Call) -> Json:
    if call.query.get("type") not in {"jsapi", "wx_card"}:
        raise Refused(40035)
    ticket = new_ticket()
    call.exchange.jsapi_tickets.add(ticket)
    return {**OK, "ticket": ticket, "expires_in": TICKET_LIFE}


def callback_addresses(call: Call) -> Json:
    return {"ip_list": ["127.0.0.1"]}


def check_callback(call: Call) -> Json:
    host = urlsplit(call.exchange.courier.callback).hostname or ""
    dns = [{"ip": host, "real_operator": "DEFAULT"}]
    ping = [{"ip": host, "from_operator": "DEFAULT", "package_loss": "0%", "time": "1.000ms"}]
    return {"dns": dns, "ping": ping}


def quota(call: Call) -> Json:
    path = call.text("cgi_path")
    quotas = call.exchange.quotas
    if path not in quotas.limits:
        raise Refused(76021)
    used, limit = quotas.used(path), quotas.limits[path]
    return {**OK, "quota": {"daily_limit": limit, "used": used, "remain": limit - used}}


def clear_quota(call: Call) -> Json:
    if call.text("appid") != call.exchange.account.appid:
        raise Refused(40013)
    call.exchange.quotas.clear()
    return OK


ENDPOINTS = (
    Endpoint("GET", "/cgi-bin/token", old_token, needs_token=False),
    Endpoint("POST", "/cgi-bin/stable_token", stable_token, needs_token=False),
    Endpoint("GET", "/cgi-bin/ticket/getticket", jsapi_ticket),
    Endpoint("GET", "/cgi-bin/getcallbackip", callback_addresses),
    Endpoint("GET", "/cgi-bin/get_api_domain_ip", callback_addresses),
    Endpoint("POST", "/cgi-bin/callback/check", check_callback),
    Endpoint("POST", "/cgi-bin/openapi/quota/get", quota),
    Endpoint("POST", "/cgi-bin/clear_quota", clear_quota),
)
