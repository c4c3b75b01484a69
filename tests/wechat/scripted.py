"""A platform that answers over real HTTP what a test has scripted, and remembers what it was asked."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Act = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    query: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class Scripted:
    """Answers to a path are used up in turn and the last one stays; without any, `{"errcode": 0}`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Act]] = defaultdict(list)
        self._otherwise: dict[str, object] = {"errcode": 0, "errmsg": "ok"}
        self.tokens_made = 0
        self.answers("/cgi-bin/stable_token", act=self._next_token)

    def answers(self, path: str, *bodies: dict[str, object], act: Act | None = None) -> None:
        self._answers[path] = [self._says(body) for body in bodies] if act is None else [act]

    def refuses_all(self, errcode: int) -> None:
        """Every path that has no answers of its own."""
        self._otherwise = {"errcode": errcode, "errmsg": "refused"}

    def to(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.path, dict(request.query), await request.read()))
        acts = self._answers[request.path]
        if not acts:
            return web.json_response(self._otherwise)
        return await (acts.pop(0) if len(acts) > 1 else acts[0])(request)

    async def _next_token(self, _request: web.Request) -> web.StreamResponse:
        self.tokens_made += 1
        await asyncio.sleep(0.02)  # long enough for every other caller to arrive
        return web.json_response({"access_token": f"token-{self.tokens_made}", "expires_in": 7200})

    @staticmethod
    def _says(body: dict[str, object]) -> Act:
        async def act(_request: web.Request) -> web.StreamResponse:
            # As the platform does: JSON under a type that does not say so.
            return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="text/plain")

        return act
