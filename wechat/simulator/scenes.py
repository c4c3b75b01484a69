"""QR codes that carry a scene."""

import html
import secrets

from aiohttp import web

from wechat.simulator.calls import Call, Endpoint
from wechat.simulator.chats import Json
from wechat.simulator.exchange import new_ticket
from wechat.simulator.refusals import Refused

LONGEST_SECONDS = 2_592_000
DEFAULT_SECONDS = 60
SCENE_CHARACTERS = 64
LAST_PERMANENT_ID = 100_000
LAST_ID = 2**32 - 1
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" role="img">'
    '<rect width="240" height="240" fill="#fff"/>'
    '<path d="M20 20h60v60H20zM160 20h60v60h-60zM20 160h60v60H20z" fill="none" stroke="#000" stroke-width="12"/>'
    '<text x="120" y="115" font-size="14" text-anchor="middle">演示二维码</text>'
    '<text x="120" y="138" font-size="12" text-anchor="middle">{scene}</text></svg>'
)


def create(call: Call) -> Json:
    kind = call.text("action_name", 40053)
    scene = _scene(kind, call.object("action_info", 40053).get("scene"))
    ticket = new_ticket()
    call.exchange.tickets[ticket] = scene
    answer: Json = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}"}
    if "LIMIT" not in kind:
        seconds = call.body.get("expire_seconds", DEFAULT_SECONDS)
        if not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_SECONDS:
            raise Refused(40053)
        answer["expire_seconds"] = seconds
    return answer


def _scene(kind: str, fields: object) -> str:
    scene = fields if isinstance(fields, dict) else {}
    text, number = scene.get("scene_str"), scene.get("scene_id")
    if kind in {"QR_STR_SCENE", "QR_LIMIT_STR_SCENE"}:
        if isinstance(text, str) and 1 <= len(text) <= SCENE_CHARACTERS:
            return text
    elif kind in {"QR_SCENE", "QR_LIMIT_SCENE"}:
        most = LAST_PERMANENT_ID if kind == "QR_LIMIT_SCENE" else LAST_ID
        if isinstance(number, int) and 1 <= number <= most:
            return str(number)
    raise Refused(40053)


def show(call: Call) -> web.Response:
    """A picture with the scene in words: the page's telephone takes the scene, not a camera."""
    scene = call.exchange.tickets.get(call.query.get("ticket", ""))
    if scene is None:
        return web.Response(status=404)
    return web.Response(text=PICTURE.format(scene=html.escape(scene)), content_type="image/svg+xml")


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/qrcode/create", create),
    Endpoint("GET", "/cgi-bin/showqrcode", show, needs_token=False),
)
