"""The codec and the client against the stand-in platform, which was written without them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from wechat.calls.conversations import Choices, Text
from wechat.calls.menus import Button
from wechat.client import Client
from wechat.codec import Codec, Refused
from wechat.errors import Fault, WeChatError
from wechat.incoming import Incoming
from wechat.simulator import Account, Platform
from wechat.simulator.accounts import Mode
from wechat.tokens import MemoryTokenStore

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Echo:
    """The smallest bot: it repeats what it hears."""

    codec: Codec
    heard: list[Incoming] = field(default_factory=list)

    async def verify(self, request: web.Request) -> web.Response:
        return web.Response(text=self.codec.verify(request.query))

    async def receive(self, request: web.Request) -> web.Response:
        try:
            envelope = self.codec.open(request.query, await request.read())
        except Refused as refused:
            return web.Response(status=refused.status, text=refused.reason)
        self.heard.append(envelope.incoming)
        if not envelope.incoming.text:
            return web.Response(text="success")
        return web.Response(
            body=self.codec.reply(envelope, f"您说：{envelope.incoming.text}"), content_type="text/xml"
        )


@dataclass(frozen=True)
class Line:
    platform: Platform
    echo: Echo
    client: Client


Joined = Callable[[Mode], Awaitable[Line]]


@pytest.fixture
async def joined(http: aiohttp.ClientSession) -> AsyncIterator[Joined]:
    """Connects bot and platform in one of the account's modes."""
    async with AsyncExitStack() as stack:

        async def make(mode: Mode = "safe") -> Line:
            account = Account("wx0123456789abcdef", "s3cret", "tok3n", KEY, mode=mode)
            platform, echo = Platform(account, settle=0.01), Echo(Codec(account.token, account.appid, KEY))
            app = web.Application()
            app.router.add_get("/wechat", echo.verify)
            app.router.add_post("/wechat", echo.receive)
            platform.install(app)
            server = await stack.enter_async_context(TestServer(app))
            platform.callback = str(server.make_url("/wechat"))
            base = str(server.make_url(""))
            return Line(platform, echo, Client(http, account.appid, account.secret, MemoryTokenStore(), base))

        yield make


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_worker_is_heard_and_answered_in_every_mode(joined: Joined, mode: Mode) -> None:
    line = await joined(mode)
    phone = line.platform.phone()
    assert await line.platform.verify()
    await phone.says("]]>工会🙂 <b>&amp;</b>\x1d", hears="您说：]]>工会🙂 <b>&amp;</b>")
    await phone.sends_location(21.66, 110.92, "河边")
    await phone.follows("desk-1")
    location, scan = line.echo.heard[1:]
    assert (location.latitude, location.longitude, location.label) == (21.66, 110.92, "河边")
    assert (scan.kind, scan.key, scan.openid) == ("event", "desk-1", phone.openid)


async def test_a_redelivery_has_the_same_wire_id(joined: Joined) -> None:
    line = await joined("safe")
    line.platform.redeliver(1.0)
    phone = line.platform.phone()
    await phone.says("你好")
    await phone.taps("HUMAN")
    heard = line.echo.heard
    assert len(heard) > len({incoming.wire_id for incoming in heard}) == 2


async def test_a_conversation_goes_on_by_customer_service_until_its_window_is_used_up(joined: Joined) -> None:
    line = await joined("safe")
    phone = line.platform.phone()
    await phone.says("你好")
    await line.client.typing(phone.openid)
    await line.client.send(phone.openid, Choices("满意吗？", (("101", "满意"), ("102", "不满意"))))
    await phone.picks("满意")
    assert (line.echo.heard[-1].text, line.echo.heard[-1].menu_id) == ("满意", "101")
    with pytest.raises(WeChatError) as raised:
        for _ in range(9):
            await line.client.send(phone.openid, Text("还在吗？"))
    assert raised.value.fault is Fault.WINDOW


async def test_a_token_that_dies_is_renewed_within_the_call(joined: Joined) -> None:
    line = await joined("safe")
    phone = line.platform.phone()
    await phone.says("你好")
    await line.client.send(phone.openid, Text("一"))
    line.platform.revoke_tokens()
    await line.client.send(phone.openid, Text("二"))
    await phone.hears("二")


async def test_a_lost_answer_is_unknown_although_the_message_arrived(joined: Joined) -> None:
    line = await joined("safe")
    phone = line.platform.phone()
    await phone.says("你好")
    line.platform.fault("/cgi-bin/message/custom/send", lose_answer=True)
    with pytest.raises(WeChatError) as raised:
        await line.client.send(phone.openid, Text("收到了吗？"))
    assert raised.value.fault is Fault.UNKNOWN
    await phone.hears("收到了吗？")


async def test_the_other_calls_are_understood_by_both_sides(joined: Joined) -> None:
    line = await joined("safe")
    client, phones = line.client, [line.platform.phone(name) for name in ("陈师傅", "李师傅")]
    openids = [phone.openid for phone in phones]
    menu = (
        Button("服务", buttons=(Button("驿站", "click", key="STATIONS"),)),
        Button("人工", "click", key="HUMAN"),
    )
    assert await client.read_menu() == ()
    await client.publish_menu(menu)
    assert await client.read_menu() == menu
    await client.delete_menu()
    tag = await client.create_tag("骑手")
    assert await client.tag(tag.id, openids) == ()
    assert (await client.person(openids[0])).tag_ids == (tag.id,)
    assert [person.follows for person in await client.people(openids)] == [True, True]
    assert sorted((await client.followers()).openids) == sorted(openids)
    receipt = await client.mass_by_tag(tag.id, Text("通知"), "campaign-1")
    repeat = await client.mass_by_tag(tag.id, Text("通知"), "campaign-1")
    assert (receipt.repeated, repeat.repeated, repeat.msg_id) == (False, True, receipt.msg_id)
    assert await client.mass_status(receipt.msg_id) in {"SENDING", "SEND_SUCCESS"}
    await client.mass_by_openids(openids, Text("再通知"), "campaign-2")
    await client.mass_preview(openids[0], Text("预览"))
    await client.untag(tag.id, openids)
    await client.delete_tag(tag.id)
    media = await client.upload_media("image", b"\x89PNG picture", "a.png", "image/png")
    assert (await client.download_media(media.media_id)).content == b"\x89PNG picture"
    assert (await client.qr_code("desk-1", seconds=60)).ticket
    assert (await client.jsapi_signature("https://bot.example/m/")).signature
    assert (await client.quota("/cgi-bin/message/custom/send")).limit > 0
    assert await client.callback_ips()
    await client.check_callback()


async def test_notices_by_template(joined: Joined) -> None:
    line = await joined("safe")
    phone = line.platform.phone()
    line.platform.add_template("T1", "课程提醒", {"thing1": "课程"})
    assert await line.client.send_template(phone.openid, "T1", {"thing1": "电工"}, client_msg_id="n1")
    await phone.hears("电工")
    await phone.subscribes("T1")
    await line.client.send_subscription(phone.openid, "T1", {"thing1": "焊工"})
    await phone.hears("焊工")
    with pytest.raises(WeChatError) as raised:
        await line.client.send_subscription(phone.openid, "T1", {"thing1": "焊工"})
    assert (raised.value.errcode, raised.value.fault) == (43101, Fault.USER)
