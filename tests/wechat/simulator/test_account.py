"""Stories of the account's own affairs: tokens, menu, followers, codes, media, pages, quotas, trouble."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.wechat.simulator.stages import Stage

USERS = "/cgi-bin/user/get"


async def stable(stage: Stage, force: bool = False) -> dict[str, Any]:
    account = stage.platform.account
    return await stage.api.post(
        "/cgi-bin/stable_token",
        grant_type="client_credential",
        appid=account.appid,
        secret=account.secret,
        force_refresh=force,
    )


async def test_a_stable_token_stays_until_five_minutes_before_its_end(stage: Stage) -> None:
    first = stage.api.token
    assert (await stable(stage))["access_token"] == first
    stage.clock.ahead += 6901
    second = (await stable(stage))["access_token"]
    assert second != first
    assert (await stage.api.fetch(USERS))["total"] == 0
    stage.clock.ahead += 300
    assert (await stage.api.fetch(USERS))["errcode"] == 42001


async def test_a_forced_token_needs_half_a_minute_and_twenty_a_day_are_all(stage: Stage) -> None:
    forced = [(await stable(stage, force=True)).get("access_token")]
    assert (await stable(stage, force=True))["access_token"] == forced[0]
    for _ in range(19):
        stage.clock.ahead += 31
        forced.append((await stable(stage, force=True)).get("access_token"))
    assert len(set(forced)) == 20
    stage.clock.ahead += 31
    assert (await stable(stage, force=True))["errcode"] == 45009


async def test_the_old_token_is_another_each_time_and_leaves_the_stable_one_alone(stage: Stage) -> None:
    account, kept = stage.platform.account, stage.api.token
    query = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    stage.api.token = ""
    first, second = [(await stage.api.fetch("/cgi-bin/token", **query))["access_token"] for _ in range(2)]
    assert first != second
    stage.clock.ahead += 301
    answers = []
    for token in (first, second, kept):
        stage.api.token = token
        answers.append((await stage.api.fetch(USERS)).get("errcode", 0))
    assert answers == [42001, 0, 0]


@pytest.mark.parametrize(
    ("wrong", "errcode"),
    [
        ({"appid": "wx1"}, 40013),
        ({"secret": "no"}, 40125),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"grant_type": "x"}, 40002),
    ],
)
async def test_a_wrong_client_gets_no_token(stage: Stage, wrong: dict[str, str], errcode: int) -> None:
    account = stage.platform.account
    right = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    assert (await stage.api.post("/cgi-bin/stable_token", **(right | wrong)))["errcode"] == errcode


async def test_calls_without_a_living_token_or_with_the_wrong_method_are_refused(stage: Stage) -> None:
    assert (await stage.api.fetch("/cgi-bin/stable_token"))["errcode"] == 43002
    stage.platform.revoke_tokens()
    assert (await stage.api.fetch(USERS))["errcode"] == 40001
    stage.api.token = ""
    assert (await stage.api.fetch(USERS))["errcode"] == 41001


async def test_a_menu_is_kept_until_it_is_deleted(stage: Stage) -> None:
    buttons = [{"name": "帮助", "type": "click", "key": "HELP"}]
    assert (await stage.api.fetch("/cgi-bin/menu/get"))["errcode"] == 46003
    assert (await stage.api.post("/cgi-bin/menu/create", button=buttons))["errcode"] == 0
    assert (await stage.api.fetch("/cgi-bin/menu/get"))["menu"] == {"button": buttons}
    assert (await stage.api.fetch("/cgi-bin/menu/delete"))["errcode"] == 0


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ("none", 40016),
        ([{"name": "六个汉字太长", "type": "click", "key": "A"}], 40018),
        ([{"name": "帮助", "type": "dance", "key": "A"}], 40017),
        ([{"name": "帮助", "type": "click", "key": "A" * 129}], 40019),
        ([{"name": "网站", "type": "view"}], 40020),
        ([{"name": "多", "sub_button": [{"name": "一", "type": "click", "key": "A"}] * 6}], 40023),
    ],
)
async def test_a_menu_beyond_the_limits_is_refused(stage: Stage, buttons: Any, errcode: int) -> None:
    assert (await stage.api.post("/cgi-bin/menu/create", button=buttons))["errcode"] == errcode


async def test_tags_are_put_on_followers_and_taken_off(stage: Stage) -> None:
    phones = [stage.platform.phone(name) for name in ("甲", "乙")]
    openids = [phone.openid for phone in phones]
    tag = (await stage.api.post("/cgi-bin/tags/create", tag={"name": "骑手"}))["tag"]["id"]
    change = {"openid_list": [*openids, "nobody"], "tagid": tag}
    partly = await stage.api.post("/cgi-bin/tags/members/batchtagging", **change)
    assert (partly["errcode"], partly["fail_openid_list"]) == (45171, ["nobody"])
    fans = await stage.api.post("/cgi-bin/user/tag/get", tagid=tag, next_openid="")
    assert fans["data"]["openid"] == sorted(openids)
    await stage.api.post("/cgi-bin/tags/members/batchuntagging", openid_list=openids[:1], tagid=tag)
    listed = await stage.api.post("/cgi-bin/tags/getidlist", openid=openids[1])
    assert listed["tagid_list"] == [tag]
    assert (await stage.api.fetch("/cgi-bin/tags/get"))["tags"] == [{"id": tag, "name": "骑手", "count": 1}]
    assert (await stage.api.post("/cgi-bin/tags/update", tag={"id": tag, "name": "司机"}))["errcode"] == 0
    assert (await stage.api.post("/cgi-bin/tags/delete", tag={"id": tag}))["errcode"] == 0
    assert (await stage.api.post("/cgi-bin/tags/delete", tag={"id": 2}))["errcode"] == 45058


async def test_followers_are_listed_and_described_without_names(stage: Stage) -> None:
    first, second = stage.platform.phone("甲", following=False), stage.platform.phone("乙")
    await first.follows("gate-7")
    page = await stage.api.fetch(USERS, next_openid="")
    assert page["data"]["openid"] == sorted([first.openid, second.openid])
    last = await stage.api.fetch(USERS, next_openid=page["next_openid"])
    assert last["count"] == 0 and "data" not in last
    told = await stage.api.fetch("/cgi-bin/user/info", openid=first.openid)
    assert (told["qr_scene_str"], told["subscribe_scene"]) == ("gate-7", "ADD_SCENE_QR_CODE")
    assert "nickname" not in told
    await second.unfollows()
    asked = [{"openid": second.openid}]
    batch = await stage.api.post("/cgi-bin/user/info/batchget", user_list=asked)
    assert batch["user_info_list"] == [{"subscribe": 0, "openid": second.openid}]
    remark = {"openid": first.openid, "remark": "十个汉字的备注太长了"}
    assert (await stage.api.post("/cgi-bin/user/info/updateremark", **remark))["errcode"] == 40092


async def test_a_code_with_a_scene_is_made_and_shown(stage: Stage) -> None:
    scene = {"scene": {"scene_str": "station-1"}}
    made = await stage.api.post(
        "/cgi-bin/qrcode/create", action_name="QR_STR_SCENE", action_info=scene, expire_seconds=600
    )
    assert made["expire_seconds"] == 600
    address = f"{stage.api.base}/cgi-bin/showqrcode"
    async with stage.api.session.get(address, params={"ticket": made["ticket"]}) as shown:
        assert "station-1" in await shown.text()
    async with stage.api.session.get(address, params={"ticket": "none"}) as missing:
        assert missing.status == 404
    await stage.platform.phone().scans("station-1")
    assert stage.bot.arrivals[-1]["Ticket"] == made["ticket"]
    wrong = await stage.api.post("/cgi-bin/qrcode/create", action_name="QR_SCENE", action_info=scene)
    assert wrong["errcode"] == 40053


async def test_media_go_up_and_come_down_for_three_days(stage: Stage) -> None:
    form = aiohttp.FormData()
    form.add_field("media", b"picture", filename="图片.png", content_type="image/png")
    query = {"access_token": stage.api.token, "type": "image"}
    address = stage.api.base + "/cgi-bin/media/"
    async with stage.api.session.post(address + "upload", params=query, data=form) as response:
        media_id = (await response.json(content_type=None))["media_id"]
    query = {"access_token": stage.api.token, "media_id": media_id}
    async with stage.api.session.get(address + "get", params=query) as response:
        assert (await response.read(), response.content_type) == (b"picture", "image/png")
    stage.clock.ahead += 3 * 24 * 3600
    await stage.sign_in()
    assert (await stage.api.fetch("/cgi-bin/media/get", media_id=media_id))["errcode"] == 40007


async def test_the_picture_of_an_article_gets_an_address(stage: Stage) -> None:
    address, query = stage.api.base + "/cgi-bin/media/uploadimg", {"access_token": stage.api.token}
    for size, kind, errcode in (
        (100, "image/png", 0),
        (100, "image/gif", 40009),
    ):
        form = aiohttp.FormData()
        form.add_field("media", b"x" * size, filename="a.png", content_type=kind)
        async with stage.api.session.post(address, params=query, data=form) as response:
            answer = await response.json(content_type=None)
        assert answer.get("errcode", 0) == errcode
        assert errcode or answer["url"].startswith("http://mmbiz.qpic.cn/")


async def test_a_page_learns_once_which_worker_opened_it(stage: Stage) -> None:
    account, phone = stage.platform.account, stage.platform.phone()
    query = {
        "appid": account.appid,
        "redirect_uri": "http://bot.example/m/form?a=1",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
    }
    address = stage.api.base + "/connect/oauth2/authorize"
    async with stage.api.session.get(address, params=query) as asked:
        assert phone.name in await asked.text()
    known = query | {"openid": phone.openid}
    async with stage.api.session.get(address, params=known, allow_redirects=False) as response:
        target = urlsplit(response.headers["Location"])
    given = parse_qs(target.query)
    assert (target.netloc, given["a"], given["state"]) == ("bot.example", ["1"], ["s1"])
    exchange = {
        "appid": account.appid,
        "secret": account.secret,
        "code": given["code"][0],
        "grant_type": "authorization_code",
    }
    answers = [await stage.api.fetch("/sns/oauth2/access_token", **exchange) for _ in range(2)]
    assert (answers[0]["openid"], answers[1]["errcode"]) == (phone.openid, 40163)


async def test_calls_are_counted_by_the_day_and_refused_beyond_it(stage: Stage) -> None:
    stage.platform.limits[USERS] = 2
    codes = [(await stage.api.fetch(USERS)).get("errcode", 0) for _ in range(3)]
    assert codes == [0, 0, 45009]
    quota = (await stage.api.post("/cgi-bin/openapi/quota/get", cgi_path=USERS))["quota"]
    assert quota == {"daily_limit": 2, "used": 2, "remain": 0}
    appid = stage.platform.account.appid
    cleared = [(await stage.api.post("/cgi-bin/clear_quota", appid=appid))["errcode"] for _ in range(11)]
    assert cleared == [0] * 10 + [48006]
    assert "errcode" not in await stage.api.fetch(USERS)


async def test_a_ticket_and_the_addresses_of_the_platform_are_given(stage: Stage) -> None:
    assert (await stage.api.fetch("/cgi-bin/ticket/getticket", type="jsapi"))["ticket"]
    assert (await stage.api.fetch("/cgi-bin/getcallbackip"))["ip_list"]
    assert (await stage.api.fetch("/cgi-bin/get_api_domain_ip"))["ip_list"]
    check = await stage.api.post("/cgi-bin/callback/check", action="all", check_operator="DEFAULT")
    assert check["ping"][0]["package_loss"] == "0%"


async def test_trouble_comes_on_demand_and_goes_away(stage: Stage) -> None:
    phone = stage.platform.phone()
    await phone.says("silence")
    path = "/cgi-bin/message/custom/send"
    stage.platform.fault(path, errcode=-1, times=2)
    codes = [await stage.api.send_text(phone.openid, f"{turn}") for turn in range(3)]
    assert codes == [-1, -1, 0]
    stage.platform.fault(path, lose_answer=True)
    with pytest.raises(aiohttp.ClientError):
        await stage.api.send_text(phone.openid, "丢了回答")
    assert phone.messages[-1].text == "丢了回答"
    stage.platform.fault(path, status=502)
    with pytest.raises(aiohttp.ContentTypeError):
        await stage.api.send_text(phone.openid, "坏了")


async def test_another_process_asks_for_trouble_and_reads_what_was_sent(stage: Stage) -> None:
    session, base = stage.api.session, stage.api.base
    phone = stage.platform.phone("甲")
    await phone.says("你好")
    async with session.get(f"{base}/simulator/sent") as response:
        (line,) = await response.json()
    assert (line["openid"], line["text"], line["via"]) == (phone.openid, "echo 你好", "passive")
    async with session.get(f"{base}/simulator/deliveries") as response:
        assert (await response.json())[0]["reply"] == "echo 你好"
    fault = {"path": "/cgi-bin/user", "errcode": 45011, "times": 5}
    async with session.post(f"{base}/simulator/faults", json=fault) as response:
        assert response.status == 200
    assert (await stage.api.fetch(USERS))["errcode"] == 45011
    await session.delete(f"{base}/simulator/faults")
    assert "errcode" not in await stage.api.fetch(USERS)
    async with session.post(f"{base}/simulator/faults", json={"colour": 1}) as response:
        assert response.status == 400


async def test_a_stream_of_the_page_ends_when_the_stand_in_closes(stage: Stage) -> None:
    async with stage.api.session.get(f"{stage.api.base}/phone/events") as stream:
        assert b'"event": "state"' in await stream.content.readline()
        async with asyncio.timeout(60):
            await stage.platform.close()
            await stream.content.read()
