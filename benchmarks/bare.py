"""What everything is compared with: aiohttp that reads a body and returns a fixed reply. The argument is its port."""

import asyncio
import sys

import uvloop
from aiohttp import web

_REPLY = (
    "<xml><ToUserName><![CDATA[worker]]></ToUserName><FromUserName><![CDATA[gh_benchmarks]]></FromUserName>"
    "<CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA["
    "带上身份证到单位工会报名就行，单位没有工会的，可以找街道工会。]]></Content></xml>"
).encode()


async def answer(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=_REPLY, content_type="text/xml")


async def serve(port: int) -> None:
    app = web.Application()
    app.add_routes([web.post("/wechat", answer), web.get("/readyz", answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
