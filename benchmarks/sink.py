"""A platform that takes whatever it is given after a while, for the time that sending costs: `port [milliseconds]`."""

import asyncio
import sys
from collections.abc import Mapping

from aiohttp import web

_TOKEN: Mapping[str, object] = {"access_token": "sink", "expires_in": 7200}
_TAKEN: Mapping[str, object] = {"errcode": 0, "errmsg": "ok", "msg_id": 1}


def application(milliseconds: float) -> web.Application:
    async def take(request: web.Request) -> web.Response:
        await request.read()
        if "token" in request.path:
            return web.json_response(_TOKEN)
        await asyncio.sleep(milliseconds / 1000)
        return web.json_response(_TAKEN)

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.get("/readyz", ready), web.route("*", "/{path:.*}", take)])
    return app


if __name__ == "__main__":
    wait = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    web.run_app(application(wait), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
