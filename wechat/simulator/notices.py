"""Template messages and subscription notices, whose results come later as events."""

import asyncio
import re
from dataclasses import dataclass

from wechat.simulator.calls import OK, Call, Endpoint
from wechat.simulator.chats import Card, Json
from wechat.simulator.envelopes import Tree
from wechat.simulator.exchange import Exchange, Member
from wechat.simulator.refusals import Refused

DEDUP_SECONDS = 600.0
# What a value may be, by the letters of its field's name; anything else has up to 20 characters on one line.
RULES = {
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "time": re.compile(r"[^\n]*\d[^\n]*"),
    "date": re.compile(r"[^\n]*\d[^\n]*"),
    "amount": re.compile(r"\D?[\d.]{1,13}元?"),
    "phone_number": re.compile(r"[\d+\-() ]{1,17}"),
    "car_number": re.compile(r"\S{1,8}"),
}
ANYTHING = re.compile(r"[^\n\r]{1,20}")


@dataclass(frozen=True, slots=True)
class Notice:
    member: Member
    template_id: str
    card: Card


def send_template(call: Call) -> Json:
    notice = _read(call, "template")
    exchange, now = call.exchange, call.exchange.clock()
    key = (notice.member.openid, str(call.body.get("client_msg_id") or ""))
    first = exchange.recent_notices.get(key)
    if key[1] and first is not None and now - first[1] < DEDUP_SECONDS:
        return {**OK, "msgid": first[0]}
    msg_id = exchange.new_id()
    exchange.recent_notices[key] = (msg_id, now)
    if notice.member.takes_templates:
        exchange.show(notice.member, "account", "template", via="template", card=notice.card)
    status = "success" if notice.member.takes_templates else "failed:user block"
    result: Tree = {"MsgID": msg_id, "Status": status}
    exchange.later(_report(exchange, notice.member, "TEMPLATESENDJOBFINISH", result))
    return {**OK, "msgid": msg_id}


def send_subscribed(call: Call) -> Json:
    """One consent, one notice."""
    notice = _read(call, "subscription")
    exchange, consents = call.exchange, notice.member.consents
    if consents[notice.template_id] < 1:
        raise Refused(43101)
    consents[notice.template_id] -= 1
    exchange.show(notice.member, "account", "subscription", via="subscription", card=notice.card)
    sent: Tree = {
        "TemplateId": notice.template_id,
        "MsgID": exchange.new_id(),
        "ErrorCode": 0,
        "ErrorStatus": "success",
    }
    result: Tree = {"SubscribeMsgSentEvent": {"List": [sent]}}
    exchange.later(_report(exchange, notice.member, "subscribe_msg_sent_event", result))
    return OK


async def _report(exchange: Exchange, member: Member, event: str, result: Tree) -> None:
    await asyncio.sleep(exchange.settle)
    await exchange.report_job(member.openid, event, result)


def _read(call: Call, via: str) -> Notice:
    template_id = call.text("template_id", 40037)
    template = call.exchange.templates.get(template_id)
    if template is None:
        raise Refused(40037)
    member = call.exchange.member(call.body.get("touser"))
    if not member.following:
        raise Refused(43004 if via == "template" else 43101)
    given = call.object("data", 47003)
    lines = [f"{label}：{_value(given, name)}" for name, label in template.fields.items()]
    url = call.body.get("url") or call.body.get("page") or ""
    return Notice(member, template_id, Card(template.title, "\n".join(lines), str(url)))


def _value(given: Json, name: str) -> str:
    holder = given.get(name)
    value = holder.get("value") if isinstance(holder, dict) else None
    rule = RULES.get(re.sub(r"\d+$", "", name), ANYTHING)
    if not isinstance(value, str) or not rule.fullmatch(value):
        raise Refused(47003, f"data.{name}.value invalid")
    return value


def fetch_templates(call: Call) -> Json:
    rows = [
        {
            "template_id": key,
            "title": template.title,
            "content": "".join(f"{label}:{{{{{name}.DATA}}}}\n" for name, label in template.fields.items()),
        }
        for key, template in call.exchange.templates.items()
    ]
    return {"template_list": rows}


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/message/template/send", send_template),
    Endpoint("POST", "/cgi-bin/message/subscribe/bizsend", send_subscribed),
    Endpoint("GET", "/cgi-bin/template/get_all_private_template", fetch_templates),
)
