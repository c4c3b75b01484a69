"""The telephones on a page: files, live changes, and what a finger does.

`GET /phone/` is the page, `/phone/events` its live stream, `POST /phone/{openid}/deeds` a deed as JSON with the
fields of `DEEDS`; the answer is 202 at once, and what comes of it appears in the stream.
"""

import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

from wechat.simulator.chats import Json
from wechat.simulator.exchange import Exchange, Member
from wechat.simulator.oauth import COOKIE
from wechat.simulator.phones import Phone
from wechat.simulator.refusals import Refused

FOLDER = Path(__file__).parent / "page"
FILES = {
    "": ("index.html", "text/html"),
    "page.css": ("page.css", "text/css"),
    "page.js": ("page.js", "text/javascript"),
    "phone.js": ("phone.js", "text/javascript"),
    "bubbles.js": ("bubbles.js", "text/javascript"),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FIRST_WORKERS = ("外卖骑手", "建筑工友", "社区阿姨")
LINES_SHOWN = 200
NAME_CHARACTERS = 12
IMAGE_TYPES = {"image/png", "image/jpeg", "image/gif"}

Fields: TypeAlias = Mapping[str, Any]
Deed: TypeAlias = Callable[[Phone, Fields], Coroutine[Any, Any, object]]
# Fields of the wrong kind raise KeyError, TypeError or ValueError before anything is done.
DEEDS: dict[str, Deed] = {
    "says": lambda phone, given: phone.says(_text(given, "text")),
    "chooses": lambda phone, given: phone.chooses(_text(given, "content"), str(given["menu_id"])),
    "taps": lambda phone, given: phone.taps(_text(given, "key")),
    "views": lambda phone, given: phone.views(_text(given, "url")),
    "follows": lambda phone, given: phone.follows(str(given.get("scene", ""))),
    "unfollows": lambda phone, _given: phone.unfollows(),
    "scans": lambda phone, given: phone.scans(_text(given, "scene")),
    "sends_image": lambda phone, _given: phone.sends_image(),
    "sends_voice": lambda phone, _given: phone.sends_voice(),
    "sends_location": lambda phone, given: phone.sends_location(
        float(given["latitude"]), float(given["longitude"]), str(given.get("label", ""))
    ),
}
WITHOUT_FOLLOWING = {"follows", "scans"}


def _text(given: Fields, name: str) -> str:
    value = given[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} is empty")
    return value


def add_pages(app: web.Application, exchange: Exchange) -> None:
    pages = Pages(exchange)
    router = app.router
    router.add_get("/phone", pages.redirect)
    router.add_get("/phone/events", pages.stream)
    router.add_get("/phone/open", pages.open_link)
    router.add_get("/phone/media/{media_id}", pages.show_media)
    router.add_post("/phone/workers", pages.add_worker)
    router.add_post("/phone/{openid}/deeds", pages.do)
    router.add_post("/phone/{openid}/image", pages.send_image)
    router.add_get("/phone/{file:[a-z.]*}", pages.show_file)


class Pages:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def redirect(self, _request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/phone/"})

    async def show_file(self, request: web.Request) -> web.Response:
        if request.match_info["file"] not in FILES:
            return web.Response(status=404)
        name, content_type = FILES[request.match_info["file"]]
        text = (FOLDER / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=content_type, headers=HEADERS)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the whole state first, then every change."""
        self._seat_first_workers()
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        with self._exchange.listening() as changes:
            await response.prepare(request)
            await self._write(response, self._state())
            while (change := await changes.get()) is not None:
                await self._write(response, change)
        return response

    async def _write(self, response: web.StreamResponse, change: Json) -> None:
        await response.write(f"data: {json.dumps(change, ensure_ascii=False)}\n\n".encode())

    def _seat_first_workers(self) -> None:
        """The first look at an empty stand-in finds workers who are just following."""
        if self._exchange.members:
            return
        for name in FIRST_WORKERS:
            phone = Phone(self._exchange, self._exchange.enlist(name, following=False))
            self._exchange.later(phone.follows())

    def _state(self) -> Json:
        now = self._exchange.clock()
        return {
            "event": "state",
            "account": self._exchange.account.name,
            "menu": self._exchange.menu,
            "phones": [describe(member, now) for member in self._exchange.members.values()],
        }

    async def do(self, request: web.Request) -> web.Response:
        return await self._answer(self._deed, request)

    async def _deed(self, request: web.Request) -> None:
        phone, given = self._phone(request), await request.json()
        deed = given["deed"]
        if not phone.following and deed not in WITHOUT_FOLLOWING:
            raise ValueError("not following")
        self._exchange.later(DEEDS[deed](phone, given))

    async def send_image(self, request: web.Request) -> web.Response:
        return await self._answer(self._image, request)

    async def _image(self, request: web.Request) -> None:
        if request.content_type not in IMAGE_TYPES:
            raise ValueError("an image is expected")
        phone, content = self._phone(request), await request.content.read()
        self._exchange.later(phone.sends_image(content, request.content_type))

    async def add_worker(self, request: web.Request) -> web.Response:
        return await self._answer(self._worker, request)

    async def _worker(self, request: web.Request) -> None:
        name = _text(await request.json(), "name").strip()
        if len(name) > NAME_CHARACTERS:
            raise ValueError("the name is too long")
        self._exchange.enlist(name, following=False)

    async def show_media(self, request: web.Request) -> web.Response:
        try:
            medium = self._exchange.shelf.find(request.match_info["media_id"])
        except Refused:
            return web.Response(status=404)
        # Whatever else was uploaded must not run in the page's origin.
        kind = medium.content_type if medium.content_type in IMAGE_TYPES else "application/octet-stream"
        return web.Response(body=medium.content, content_type=kind, headers=HEADERS)

    async def open_link(self, request: web.Request) -> web.Response:
        """Opens a link of a chat as that worker, so that web authorisation knows who it is."""
        url = request.query.get("url", "")
        if (
            urlsplit(url).scheme not in {"http", "https"}
            or request.query.get("openid") not in self._exchange.members
        ):
            return web.Response(status=400)
        response = web.Response(status=302, headers={"Location": url})
        response.set_cookie(COOKIE, request.query["openid"], httponly=True, samesite="Lax")
        return response

    def _phone(self, request: web.Request) -> Phone:
        return Phone(self._exchange, self._exchange.member(request.match_info["openid"]))

    async def _answer(
        self, work: Callable[[web.Request], Awaitable[None]], request: web.Request
    ) -> web.Response:
        try:
            await work(request)
        except (Refused, KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"ok": True}, status=202)


def describe(member: Member, now: float) -> Json:
    return {
        "openid": member.openid,
        "name": member.name,
        "following": member.following,
        "typing": max(0.0, member.typing_until - now),
        "lines": [line.as_json() for line in member.chat[-LINES_SHOWN:]],
    }
