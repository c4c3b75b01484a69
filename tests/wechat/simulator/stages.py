"""A small bot written with wechatpy, so that a third hand judges the stand-in, and a platform around it."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import xmltodict
from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

from wechat.simulator import Account, Platform

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
MENU = '您是不是想问：\n<a href="weixin://bizmsgmenu?msgmenucontent=%E5%85%A5%E4%BC%9A&msgmenuid=t1">怎么入会</a>'
RAW = {"rubbish": "{}", "hollow": "<xml><Content></Content></xml>", "silence": "success", "nothing": ""}


@dataclass
class EchoBot:
    """Says back what it hears; some texts make it misbehave."""

    account: Account
    arrivals: list[dict[str, Any]] = field(default_factory=list)
    failures: int = 0
    nap: float = 0.0

    async def verify(self, request: web.Request) -> web.Response:
        q = request.query
        check_signature(self.account.token, q["signature"], q["timestamp"], q["nonce"])
        return web.Response(text=q["echostr"])

    async def receive(self, request: web.Request) -> web.Response:
        q = request.query
        check_signature(self.account.token, q["signature"], q["timestamp"], q["nonce"])
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.appid)
        body = await request.text()
        if q.get("encrypt_type") == "aes":
            body = crypto.decrypt_message(body, q["msg_signature"], q["timestamp"], q["nonce"])
        message = parse_message(body)
        fields = xmltodict.parse(body)["xml"]
        self.arrivals.append(fields)
        await asyncio.sleep(self.nap)
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        text = fields.get("Content") or ""
        if text in RAW:
            return web.Response(text=RAW[text])
        reply = create_reply(self.word(fields), message).render()
        if q.get("encrypt_type") == "aes" and text != "naked":
            reply = crypto.encrypt_message(reply, q["nonce"], q["timestamp"])
        return web.Response(text=reply, content_type="text/xml")

    def word(self, fields: dict[str, Any]) -> str:
        if fields["MsgType"] == "event":
            return f"event {fields['Event']} {fields.get('EventKey') or ''}".strip()
        if fields.get("bizmsgmenuid"):
            return f"picked {fields['bizmsgmenuid']} {fields['Content']}"
        if fields["MsgType"] != "text":
            return f"got {fields['MsgType']}"
        return (
            MENU if fields["Content"] == "菜单" else "echo " + fields["Content"].replace("]]>", "")
        )  # wechatpy does not escape it


_NOON, _DAY = 4 * 3600, 24 * 3600  # UTC


class Clock:
    """It begins at noon in Beijing, whose midnight ends what is counted by the day, and goes on by what a test adds."""

    def __init__(self) -> None:
        self.ahead = (_NOON - time.time()) % _DAY

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Api:
    """The account's server as it calls the platform."""

    base: str
    session: aiohttp.ClientSession
    token: str = ""

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        query = {"access_token": self.token} if self.token else {}
        return await self.post_raw(path, json.dumps(body, ensure_ascii=False).encode(), query)

    async def post_raw(self, path: str, raw: bytes, query: dict[str, str] | None = None) -> dict[str, Any]:
        query = query or {"access_token": self.token}
        async with self.session.post(self.base + path, params=query, data=raw) as response:
            return dict(await response.json(content_type="text/plain"))

    async def fetch(self, path: str, **query: str) -> dict[str, Any]:
        query |= {"access_token": self.token} if self.token else {}
        async with self.session.get(self.base + path, params=query) as response:
            return dict(await response.json(content_type="text/plain"))

    async def send_text(self, openid: str, content: str) -> int:
        answer = await self.post(
            "/cgi-bin/message/custom/send", touser=openid, msgtype="text", text={"content": content}
        )
        return int(answer["errcode"])


@dataclass
class Stage:
    """Platform, bot and API client, all over HTTP."""

    platform: Platform
    bot: EchoBot
    api: Api
    clock: Clock

    async def sign_in(self) -> None:
        await sign_in(self.api, self.platform.account)

    async def arrival(self, event: str, count: int = 1) -> dict[str, Any]:
        """The `count`-th event of its kind at the bot, waiting for it."""
        async with asyncio.timeout(60):
            while (
                len(found := [fields for fields in self.bot.arrivals if fields.get("Event") == event]) < count
            ):
                await asyncio.sleep(0.01)
        return found[count - 1]


async def sign_in(api: Api, account: Account) -> Api:
    answer = await api.post(
        "/cgi-bin/stable_token",
        grant_type="client_credential",
        appid=account.appid,
        secret=account.secret,
    )
    api.token = answer["access_token"]
    return api
