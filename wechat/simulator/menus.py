"""The account's menu: at most three buttons with at most five below each."""

from wechat.simulator.calls import OK, Call, Endpoint, read_rows
from wechat.simulator.chats import Json
from wechat.simulator.refusals import Refused

TOP_BUTTONS, SUB_BUTTONS = 3, 5
TOP_NAME_BYTES, SUB_NAME_BYTES = 16, 60
KEY_BYTES, URL_BYTES = 128, 1024
KEYED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
OTHERS = {"view", "miniprogram", "media_id", "article_id", "article_view_limited"}


def create(call: Call) -> Json:
    buttons = call.rows("button", 40016)
    if not 1 <= len(buttons) <= TOP_BUTTONS:
        raise Refused(40016)
    for button in buttons:
        _check_top(button)
    call.exchange.menu = {"button": buttons}
    call.exchange.signal({"event": "menu", "menu": call.exchange.menu})
    return OK


def _check_top(button: Json) -> None:
    _check_size(button.get("name"), TOP_NAME_BYTES, 40018)
    below = read_rows(button.get("sub_button") or [], 40023)
    if len(below) > SUB_BUTTONS:
        raise Refused(40023)
    for sub in below:
        _check_size(sub.get("name"), SUB_NAME_BYTES, 40025)
        _check_action(sub)
    if not below:
        _check_action(button)


def _check_action(button: Json) -> None:
    kind = button.get("type")
    if not isinstance(kind, str) or kind not in KEYED | OTHERS:
        raise Refused(40017)
    if kind in KEYED:
        _check_size(button.get("key"), KEY_BYTES, 40019)
    if kind == "view":
        _check_size(button.get("url"), URL_BYTES, 40020)


def _check_size(text: object, most: int, errcode: int) -> None:
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= most:
        raise Refused(errcode)


def fetch(call: Call) -> Json:
    if call.exchange.menu is None:
        raise Refused(46003)
    return {"menu": call.exchange.menu}


def delete(call: Call) -> Json:
    call.exchange.menu = None
    call.exchange.signal({"event": "menu", "menu": None})
    return OK


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/menu/create", create),
    Endpoint("GET", "/cgi-bin/menu/get", fetch),
    Endpoint("GET", "/cgi-bin/menu/delete", delete),
)
