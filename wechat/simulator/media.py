"""Endpoints of temporary media."""

from aiohttp import web

from wechat.simulator.calls import Call, Endpoint
from wechat.simulator.chats import Json
from wechat.simulator.refusals import Refused


def upload(call: Call) -> Json:
    if call.upload is None:
        raise Refused(41005)
    kind = call.query.get("type", "")
    medium = call.exchange.shelf.put(kind, call.upload.content_type, call.upload.content)
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: medium.media_id, "created_at": int(medium.created_at)}


def upload_picture(call: Call) -> Json:
    """For articles; it is none of the temporary media, and stays."""
    if call.upload is None:
        raise Refused(41005)
    if len(call.upload.content) > _PICTURE_BYTES or call.upload.content_type not in (
        "image/jpeg",
        "image/png",
    ):
        raise Refused(40009)
    return {"url": f"http://mmbiz.qpic.cn/{call.exchange.new_id()}/0"}


def fetch(call: Call) -> web.Response:
    medium = call.exchange.shelf.find(call.query.get("media_id"))
    suffix = medium.content_type.rpartition("/")[2]
    headers = {
        "Content-Type": medium.content_type,
        "Content-disposition": f'attachment; filename="{medium.media_id}.{suffix}"',
    }
    return web.Response(body=medium.content, headers=headers)


_PICTURE_BYTES = 1 << 20
ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/media/uploadimg", upload_picture),
    Endpoint("POST", "/cgi-bin/media/upload", upload),
    Endpoint("GET", "/cgi-bin/media/get", fetch),
)
