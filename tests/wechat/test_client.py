"""Each call says to the platform what the platform's pages ask for, and understands the answer."""

from collections.abc import Awaitable, Callable
from hashlib import sha1
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from tests.wechat.scripted import Scripted
from wechat.calls.conversations import Article, Card, Choices, Image, Message, Text, Video, Voice
from wechat.calls.followers import FollowerPage, Person, Tag
from wechat.calls.masses import Draft, Images, MassReceipt
from wechat.calls.media import MediaFile, UploadedMedia
from wechat.calls.menus import Button
from wechat.calls.operations import Ping, Quota
from wechat.calls.pages import QrCode
from wechat.client import Client
from wechat.errors import Fault, WeChatError
from wechat.tokens import MemoryTokenStore

MENU = (
    Button(
        "找服务",
        buttons=(Button("附近驿站", "click", key="STATIONS"), Button("网站", "view", url="https://u")),
    ),
    Button("人工", "click", key="HUMAN"),
)
MENU_JSON: dict[str, Any] = {
    "button": [
        {
            "name": "找服务",
            "sub_button": [
                {"name": "附近驿站", "type": "click", "key": "STATIONS"},
                {"name": "网站", "type": "view", "url": "https://u"},
            ],
        },
        {"name": "人工", "type": "click", "key": "HUMAN"},
    ]
}


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (Text("您好"), {"content": "您好"}),
        (Image("m1"), {"media_id": "m1"}),
        (Voice("m1"), {"media_id": "m1"}),
        (
            Video("m1", "t1", "标题"),
            {"media_id": "m1", "thumb_media_id": "t1", "title": "标题", "description": ""},
        ),
        (
            Card("t", "d", "https://u", "https://p"),
            {"articles": [{"title": "t", "description": "d", "url": "https://u", "picurl": "https://p"}]},
        ),
        (Article("a1"), {"article_id": "a1"}),
        (
            Choices("满意吗？", (("101", "满意"), ("102", "不满意")), "谢谢"),
            {
                "head_content": "满意吗？",
                "list": [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}],
                "tail_content": "谢谢",
            },
        ),
    ],
)
async def test_a_message_to_one_person(
    client: Client, scripted: Scripted, message: Message, body: dict[str, Any]
) -> None:
    await client.send("oWorker", message)
    asked = scripted.to("/cgi-bin/message/custom/send")[0]
    assert asked.query == {"access_token": "token-1"}
    assert asked.body == {"touser": "oWorker", "msgtype": message.kind, message.kind: body}


async def test_a_message_in_the_name_of_an_agent(client: Client, scripted: Scripted) -> None:
    await client.send("oWorker", Text("您好"), agent="test1@kftest")
    asked = scripted.to("/cgi-bin/message/custom/send")[0]
    assert asked.body["customservice"] == {"kf_account": "test1@kftest"}


async def test_a_closed_window_is_told_as_such(client: Client, scripted: Scripted) -> None:
    scripted.answers("/cgi-bin/message/custom/send", {"errcode": 45015, "errmsg": "out of time limit"})
    with pytest.raises(WeChatError) as raised:
        await client.send("oWorker", Text("您好"))
    assert raised.value.fault is Fault.WINDOW


async def test_typing_begins_and_ends(client: Client, scripted: Scripted) -> None:
    await client.typing("oWorker")
    await client.typing("oWorker", on=False)
    commands = [asked.body["command"] for asked in scripted.to("/cgi-bin/message/custom/typing")]
    assert commands == ["Typing", "CancelTyping"]


async def test_a_template_is_sent_under_our_own_id_and_gets_the_platforms(
    client: Client, scripted: Scripted
) -> None:
    scripted.answers("/cgi-bin/message/template/send", {"errcode": 0, "msgid": 200228332})
    assert await client.send_template("oW", "T1", {"thing1": "体检"}, client_msg_id="n1") == "200228332"
    assert scripted.to("/cgi-bin/message/template/send")[0].body == {
        "touser": "oW",
        "template_id": "T1",
        "url": "",
        "client_msg_id": "n1",
        "data": {"thing1": {"value": "体检"}},
    }


async def test_a_subscription_notice(client: Client, scripted: Scripted) -> None:
    await client.send_subscription("oW", "T1", {"time2": "2026-11-20 09:00"}, page="https://u")
    assert scripted.to("/cgi-bin/message/subscribe/bizsend")[0].body == {
        "touser": "oW",
        "template_id": "T1",
        "page": "https://u",
        "data": {"time2": {"value": "2026-11-20 09:00"}},
    }


async def test_a_mass_message_by_tag_to_all_and_by_list(client: Client, scripted: Scripted) -> None:
    by_tag, by_list = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/send"
    scripted.answers(by_tag, {"errcode": 0, "msg_id": 34182, "msg_data_id": 206227730})
    scripted.answers(by_list, {"errcode": 0, "msg_id": 34183})
    assert await client.mass_by_tag(2, Text("通知"), "c1") == MassReceipt("34182", "206227730")
    await client.mass_by_tag(None, Images(("m1", "m2")), "c2")
    assert await client.mass_by_openids(["o1", "o2"], Draft("d1"), "c3") == MassReceipt("34183")
    assert [asked.body for asked in scripted.to(by_tag) + scripted.to(by_list)] == [
        {
            "filter": {"is_to_all": False, "tag_id": 2},
            "msgtype": "text",
            "text": {"content": "通知"},
            "clientmsgid": "c1",
        },
        {
            "filter": {"is_to_all": True},
            "msgtype": "image",
            "images": {"media_ids": ["m1", "m2"]},
            "clientmsgid": "c2",
        },
        {"touser": ["o1", "o2"], "msgtype": "mpnews", "mpnews": {"media_id": "d1"}, "clientmsgid": "c3"},
    ]


async def test_a_mass_message_already_accepted_gives_the_first_receipt(
    client: Client, scripted: Scripted
) -> None:
    scripted.answers(
        "/cgi-bin/message/mass/send", {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 34182}
    )
    receipt = await client.mass_by_openids(["o1", "o2"], Text("通知"), "c1")
    assert receipt == MassReceipt("34182", repeated=True)


@pytest.mark.parametrize(
    ("openids", "client_msg_id"),
    [(["o1"], "c1"), (["o"] * 10_001, "c1"), (["o1", "o2"], "工" * 11), (["o1", "o2"], "")],
)
async def test_a_mass_message_beyond_the_limits_is_not_even_tried(
    client: Client, scripted: Scripted, openids: list[str], client_msg_id: str
) -> None:
    with pytest.raises(ValueError, match="mass message"):
        await client.mass_by_openids(openids, Text("通知"), client_msg_id)
    assert scripted.asked == []


async def test_a_mass_message_is_previewed_followed_and_taken_back(
    client: Client, scripted: Scripted
) -> None:
    scripted.answers("/cgi-bin/message/mass/get", {"msg_id": 34182, "msg_status": "SEND_SUCCESS"})
    await client.mass_preview("oMe", Text("通知"))
    assert await client.mass_status("34182") == "SEND_SUCCESS"
    await client.mass_delete("34182", article=1)
    bodies = [asked.body for asked in scripted.asked if "/mass/" in asked.path]
    assert bodies == [
        {"touser": "oMe", "msgtype": "text", "text": {"content": "通知"}},
        {"msg_id": "34182"},
        {"msg_id": 34182, "article_idx": 1},
    ]


async def test_the_menu_is_published_and_read_back(client: Client, scripted: Scripted) -> None:
    scripted.answers("/cgi-bin/menu/get", {"menu": MENU_JSON}, {"errcode": 46003, "errmsg": "menu no exist"})
    await client.publish_menu(MENU)
    assert scripted.to("/cgi-bin/menu/create")[0].body == MENU_JSON
    assert await client.read_menu() == MENU
    await client.delete_menu()
    assert await client.read_menu() == ()


async def test_tags_are_made_listed_put_on_and_taken_off(client: Client, scripted: Scripted) -> None:
    tagging = "/cgi-bin/tags/members/batchtagging"
    scripted.answers("/cgi-bin/tags/create", {"tag": {"id": 134, "name": "骑手"}})
    scripted.answers("/cgi-bin/tags/get", {"tags": [{"id": 134, "name": "骑手", "count": 7}]})
    scripted.answers(tagging, {"errcode": 45171, "errmsg": "part", "fail_openid_list": ["o2"]})
    assert await client.create_tag("骑手") == Tag(134, "骑手")
    assert await client.tags() == (Tag(134, "骑手", 7),)
    assert await client.tag(134, ["o1", "o2"]) == ("o2",)
    assert await client.untag(134, ["o1"]) == ()
    await client.delete_tag(134)
    assert scripted.to(tagging)[0].body == {"openid_list": ["o1", "o2"], "tagid": 134}
    with pytest.raises(ValueError, match="1 to 50"):
        await client.tag(134, ["o"] * 51)


async def test_followers_come_in_pages_and_the_last_one_ends_it(client: Client, scripted: Scripted) -> None:
    scripted.answers(
        "/cgi-bin/user/get",
        {"total": 2, "count": 2, "data": {"openid": ["o1", "o2"]}, "next_openid": "o2"},
        {"total": 2, "count": 0, "next_openid": "o2"},
    )
    first = await client.followers()
    assert first == FollowerPage(2, ("o1", "o2"), "o2")
    assert await client.followers(first.after) == FollowerPage(2, (), "")
    assert [asked.query["next_openid"] for asked in scripted.to("/cgi-bin/user/get")] == ["", "o2"]


async def test_of_people_only_what_the_platform_still_tells(client: Client, scripted: Scripted) -> None:
    follower: dict[str, object] = {
        "subscribe": 1,
        "openid": "o1",
        "subscribe_time": 1382694957,
        "tagid_list": [128, 2],
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 98765,
        "qr_scene_str": "",
    }
    scripted.answers("/cgi-bin/user/info", follower, {"subscribe": 0, "openid": "o2"})
    scripted.answers(
        "/cgi-bin/user/info/batchget", {"user_info_list": [follower, {"subscribe": 0, "openid": "o2"}]}
    )
    known = Person("o1", True, 1382694957, "", "", (128, 2), "ADD_SCENE_QR_CODE", "98765")
    assert [await client.person("o1"), await client.person("o2")] == [known, Person("o2", False)]
    assert await client.people(["o1", "o2"]) == (known, Person("o2", False))


async def test_a_qr_code_for_good_or_for_a_while(client: Client, scripted: Scripted) -> None:
    scripted.answers("/cgi-bin/qrcode/create", {"ticket": "TK", "url": "http://weixin.qq.com/q/x"})
    assert await client.qr_code("desk-1") == QrCode("TK", "http://weixin.qq.com/q/x")
    await client.qr_code("desk-2", seconds=3600)
    assert [asked.body for asked in scripted.to("/cgi-bin/qrcode/create")] == [
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "desk-1"}}},
        {
            "action_name": "QR_STR_SCENE",
            "expire_seconds": 3600,
            "action_info": {"scene": {"scene_str": "desk-2"}},
        },
    ]
    with pytest.raises(ValueError, match="64"):
        await client.qr_code("s" * 65)


async def test_a_file_is_uploaded_whole_also_when_the_token_was_refused_first(
    client: Client, scripted: Scripted
) -> None:
    scripted.answers(
        "/cgi-bin/media/upload",
        {"errcode": 42001, "errmsg": "expired"},
        {"type": "image", "media_id": "m1", "created_at": 1380000000},
    )
    media = await client.upload_media("image", b"\x89PNG data", "photo.png", "image/png")
    assert media == UploadedMedia("m1", 1380000000)
    first, second = scripted.to("/cgi-bin/media/upload")
    assert first.query["type"] == "image"
    for asked in (first, second):
        assert b'name="media"; filename="photo.png"' in asked.raw
        assert b"\x89PNG data" in asked.raw


async def test_a_file_is_downloaded_as_it_is(client: Client, scripted: Scripted) -> None:
    async def file(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"\xff\xd8\xff\x00\x01", content_type="image/jpeg")

    scripted.answers("/cgi-bin/media/get", act=file)
    assert await client.download_media("m1") == MediaFile(b"\xff\xd8\xff\x00\x01", "image/jpeg")
    scripted.answers("/cgi-bin/media/get", {"video_url": "https://v"})
    assert await client.download_media("m2") == MediaFile(b"", "", "https://v")
    scripted.answers("/cgi-bin/media/get", {"errcode": 40007, "errmsg": "invalid media_id"})
    with pytest.raises(WeChatError) as raised:
        await client.download_media("m3")
    assert raised.value.fault is Fault.MEDIA


async def test_a_browser_is_sent_to_sign_in_and_its_code_names_the_person(
    client: Client, base: str, scripted: Scripted
) -> None:
    address = urlsplit(client.oauth_url("https://bot.example/m/form?a=1&b=2", "st8"))
    assert f"{address.scheme}://{address.netloc}" == base
    assert (address.path, address.fragment) == ("/connect/oauth2/authorize", "wechat_redirect")
    assert list(parse_qs(address.query).items()) == [
        ("appid", ["wx0123456789abcdef"]),
        ("redirect_uri", ["https://bot.example/m/form?a=1&b=2"]),
        ("response_type", ["code"]),
        ("scope", ["snsapi_base"]),
        ("state", ["st8"]),
    ]
    scripted.answers(
        "/sns/oauth2/access_token", {"access_token": "x", "openid": "o1", "scope": "snsapi_base"}
    )
    assert await client.oauth_openid("code1") == "o1"
    assert scripted.asked[0].query["code"] == "code1"
    assert scripted.tokens_made == 0


async def test_the_real_platform_signs_in_at_an_address_of_its_own(http: aiohttp.ClientSession) -> None:
    real = Client(http, "wx0123456789abcdef", "secret", MemoryTokenStore())
    assert real.oauth_url("https://u", "s").startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")


@pytest.mark.parametrize(
    "answer",
    [
        {"openid": "oVirtual", "is_snapshotuser": 1},
        {"errcode": 40029, "errmsg": "invalid code"},
        {"errcode": 40163},
    ],
)
async def test_a_sign_in_that_names_nobody_must_begin_anew(
    client: Client, scripted: Scripted, answer: dict[str, object]
) -> None:
    scripted.answers("/sns/oauth2/access_token", answer)
    with pytest.raises(WeChatError) as raised:
        await client.oauth_openid("code1")
    assert raised.value.fault is Fault.LOGIN


async def test_a_page_is_signed_with_a_ticket_that_is_kept(client: Client, scripted: Scripted) -> None:
    scripted.answers("/cgi-bin/ticket/getticket", {"errcode": 0, "ticket": "JT", "expires_in": 7200})
    for _ in range(2):
        signed = await client.jsapi_signature("https://bot.example/m/?a=1#part")
        text = f"jsapi_ticket=JT&noncestr={signed.nonce}&timestamp={signed.timestamp}&url=https://bot.example/m/?a=1"
        assert signed.signature == sha1(text.encode(), usedforsecurity=False).hexdigest()
    assert len(scripted.to("/cgi-bin/ticket/getticket")) == 1


async def test_the_account_tells_how_it_fares(client: Client, scripted: Scripted) -> None:
    scripted.answers(
        "/cgi-bin/openapi/quota/get",
        {"errcode": 0, "quota": {"daily_limit": 500000, "used": 3, "remain": 499997}},
    )
    scripted.answers("/cgi-bin/getcallbackip", {"ip_list": ["101.226.103.0/25"]})
    scripted.answers(
        "/cgi-bin/callback/check",
        {
            "dns": [{"ip": "192.0.2.1", "real_operator": "UNICOM"}],
            "ping": [{"ip": "192.0.2.1", "from_operator": "CAP", "package_loss": "0%", "time": "23.079ms"}],
        },
    )
    assert await client.quota("/cgi-bin/message/custom/send") == Quota(500000, 3, 499997)
    assert await client.callback_ips() == ("101.226.103.0/25",)
    assert await client.check_callback() == (Ping("192.0.2.1", "CAP", "0%", "23.079ms"),)


CALLS: list[Callable[[Client], Awaitable[object]]] = [
    lambda client: client.send("oW", Text("a")),
    lambda client: client.typing("oW"),
    lambda client: client.send_template("oW", "T", {}, client_msg_id="1"),
    lambda client: client.send_subscription("oW", "T", {}),
    lambda client: client.mass_by_tag(2, Text("a"), "1"),
    lambda client: client.publish_menu(()),
    lambda client: client.read_menu(),
    lambda client: client.tags(),
    lambda client: client.followers(),
    lambda client: client.people(["oW"]),
    lambda client: client.download_media("m"),
    lambda client: client.upload_media("image", b"x", "x.png", "image/png"),
    lambda client: client.jsapi_signature("https://u"),
    lambda client: client.quota("/x"),
]


@pytest.mark.parametrize("call", CALLS)
async def test_every_call_knows_a_refused_token_from_a_refused_call(
    client: Client, scripted: Scripted, call: Callable[[Client], Awaitable[object]]
) -> None:
    await refused(client, call, scripted, 48001)
    assert scripted.tokens_made == 1
    before = len(scripted.asked)
    await refused(client, call, scripted, 40001)
    assert len(scripted.asked) - before == 3  # the call, a new token, the call again


async def refused(
    client: Client, call: Callable[[Client], Awaitable[object]], scripted: Scripted, errcode: int
) -> None:
    scripted.refuses_all(errcode)
    with pytest.raises(WeChatError) as raised:
        await call(client)
    assert raised.value.errcode == errcode
