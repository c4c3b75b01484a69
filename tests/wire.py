"""Raw deliveries, signed as WeChat signs them, for tests that must hold the connection themselves."""

import time
from dataclasses import dataclass
from hashlib import sha1
from itertools import count

import aiohttp

_ids = count(int(time.time()) * 10_000_000)


@dataclass(frozen=True, slots=True)
class Wire:
    """A callback address and the token of its account; messages go in plain mode."""

    http: aiohttp.ClientSession
    callback: str
    token: str

    def new_id(self) -> str:
        return str(next(_ids))

    async def post(self, openid: str, text: str, msg_id: str) -> tuple[int, str]:
        """Status and body of one delivery of a text."""
        body = (
            "<xml><ToUserName><![CDATA[gh_tests]]></ToUserName>"
            f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{int(time.time())}</CreateTime>"
            f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content><MsgId>{msg_id}</MsgId></xml>"
        )
        async with self.http.post(self.callback, params=self.signed(openid), data=body.encode()) as answer:
            return answer.status, await answer.text()

    def signed(self, openid: str) -> dict[str, str]:
        timestamp, nonce = str(int(time.time())), self.new_id()
        signature = sha1(
            "".join(sorted((self.token, timestamp, nonce))).encode(), usedforsecurity=False
        ).hexdigest()
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce, "openid": openid}
