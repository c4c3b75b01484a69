"""Stories of what the account may send, to whom, how often and until when."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.wechat.simulator.stages import Stage
from wechat.simulator import Phone
from wechat.simulator.quotas import BEIJING

CUSTOM = "/cgi-bin/message/custom/send"
MASS = "/cgi-bin/message/mass/send"
HOUR = 3600.0


async def send(stage: Stage, phone: Phone, kind: str, **body: Any) -> int:
    answer = await stage.api.post(CUSTOM, touser=phone.openid, msgtype=kind, **{kind: body})
    return int(answer["errcode"])


async def test_a_message_allows_five_for_two_days(stage: Stage) -> None:
    phone = stage.platform.phone()
    assert await stage.api.send_text(phone.openid, "早") == 45015
    await phone.says("silence")
    assert [await stage.api.send_text(phone.openid, "好") for _ in range(6)] == [0] * 5 + [45047]
    await phone.says("silence")
    stage.clock.ahead += 48 * HOUR - 60
    await stage.sign_in()
    assert await stage.api.send_text(phone.openid, "还在") == 0
    stage.clock.ahead += 120
    assert await stage.api.send_text(phone.openid, "晚了") == 45015


@pytest.mark.parametrize("deed", ["taps", "scans", "follows", "picks"])
async def test_a_tap_a_scan_or_a_follow_allows_three_for_a_minute(stage: Stage, deed: str) -> None:
    phone = stage.platform.phone()
    if deed == "picks":
        await phone.says("菜单")
        stage.clock.ahead += 49 * HOUR
        await stage.sign_in()
        await phone.picks(1)
    else:
        await getattr(phone, deed)("X")
    assert [await stage.api.send_text(phone.openid, "好") for _ in range(4)] == [0, 0, 0, 45047]
    stage.clock.ahead += 61
    assert await stage.api.send_text(phone.openid, "晚了") == 45015


async def test_a_view_or_an_unfollow_allows_nothing(stage: Stage) -> None:
    phone = stage.platform.phone()
    await phone.views("https://example.com/")
    assert await stage.api.send_text(phone.openid, "好") == 45015
    await phone.says("你好")
    await phone.unfollows()
    assert await stage.api.send_text(phone.openid, "好") == 45015


async def test_a_tap_in_mid_conversation_adds_nothing_to_the_five(stage: Stage) -> None:
    phone = stage.platform.phone()
    await phone.says("silence")
    await phone.taps("HELP")
    assert [await stage.api.send_text(phone.openid, "好") for _ in range(6)] == [0] * 5 + [45047]


async def test_each_kind_of_customer_message_is_shown(stage: Stage) -> None:
    phone = stage.platform.phone()
    (image, *_) = await phone.sends_image()
    media_id = phone.messages[0].media_id
    await phone.says("silence")
    article = {"title": "报名", "description": "周六", "url": "https://example.com/", "picurl": ""}
    menu = {"head_content": "满意吗？", "list": [{"id": "101", "content": "满意"}], "tail_content": "谢谢"}
    assert await send(stage, phone, "image", media_id=media_id) == 0
    assert await send(stage, phone, "news", articles=[article]) == 0
    assert await send(stage, phone, "msgmenu", **menu) == 0
    assert (await phone.picks("满意"))[0].text == "picked 101 满意"
    assert image.text == "got image"
    kinds = [line.kind for line in phone.messages if line.via == "customer_service"]
    assert kinds == ["image", "news", "msgmenu"]


@pytest.mark.parametrize(
    ("kind", "body", "errcode"),
    [
        ("text", {"content": ""}, 44004),
        ("text", {"content": "工" * 683}, 45002),
        ("image", {"media_id": "nowhere"}, 40007),
        ("news", {"articles": [{"title": "一"}, {"title": "二"}]}, 45008),
        ("news", {"articles": "none"}, 45008),
        ("msgmenu", {"list": [{"id": "1", "content": ""}]}, 45099),
        ("telegram", {}, 40008),
    ],
)
async def test_what_wechat_would_not_take_is_refused_and_costs_nothing(
    stage: Stage, kind: str, body: dict[str, Any], errcode: int
) -> None:
    phone = stage.platform.phone()
    await phone.says("silence")
    assert await send(stage, phone, kind, **body) == errcode
    assert [await stage.api.send_text(phone.openid, "好") for _ in range(5)] == [0] * 5


async def test_nobody_and_escaped_json_are_refused(stage: Stage) -> None:
    assert await stage.api.send_text("nobody", "好") == 40003
    assert (await stage.api.post_raw(CUSTOM, b'{"touser":"\\u5de5"}'))["errcode"] == 40033
    assert (await stage.api.post_raw(CUSTOM, b"[]"))["errcode"] == 47001
    assert (await stage.api.post_raw(CUSTOM, b""))["errcode"] == 44002


async def test_typing_is_shown_once_and_only_in_a_live_conversation(stage: Stage) -> None:
    phone, path = stage.platform.phone(), "/cgi-bin/message/custom/typing"

    async def typing(command: str) -> int:
        return int((await stage.api.post(path, touser=phone.openid, command=command))["errcode"])

    assert await typing("Typing") == 45080
    await phone.says("silence")
    assert [await typing("Typing"), await typing("Typing"), await typing("Sing")] == [0, 45081, 45072]
    assert [await typing("CancelTyping"), await typing("Typing")] == [0, 0]


async def test_a_template_is_sent_once_for_an_id_and_its_result_comes_later(stage: Stage) -> None:
    phone = stage.platform.phone()
    stage.platform.add_template("T1", "报名成功", {"thing1": "课程", "time2": "时间"})
    values = {"thing1": {"value": "电工"}, "time2": {"value": "2026-11-21 09:00"}}

    async def notify(template_id: str = "T1", **data: Any) -> dict[str, Any]:
        return await stage.api.post(
            "/cgi-bin/message/template/send",
            touser=phone.openid,
            template_id=template_id,
            client_msg_id="n1",
            data=values | data,
        )

    first, second = await notify(), await notify()
    assert first["msgid"] == second["msgid"]
    assert [line.text for line in phone.messages] == ["报名成功\n课程：电工\n时间：2026-11-21 09:00"]
    result = await stage.arrival("TEMPLATESENDJOBFINISH")
    assert (result["MsgID"], result["Status"]) == (str(first["msgid"]), "success")
    stage.clock.ahead += 601
    assert (await notify())["msgid"] != first["msgid"]
    long = await notify(thing1={"value": "二十一个字的课程名称太长了太长了太长了啊啊"})
    assert long["errcode"] == 47003 and "thing1" in long["errmsg"]
    assert (await notify("T9"))["errcode"] == 40037
    await phone.unfollows()
    assert (await notify())["errcode"] == 43004


async def test_one_consent_is_one_notice(stage: Stage) -> None:
    phone = stage.platform.phone()
    stage.platform.add_template("S1", "开课提醒", {"thing1": "课程"})

    async def notify() -> int:
        data = {"thing1": {"value": "电工"}}
        answer = await stage.api.post(
            "/cgi-bin/message/subscribe/bizsend", touser=phone.openid, template_id="S1", data=data
        )
        return int(answer["errcode"])

    await phone.subscribes("S1")
    popup = await stage.arrival("subscribe_msg_popup_event")
    assert popup["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "accept"
    assert [await notify(), await notify()] == [0, 43101]
    sent = await stage.arrival("subscribe_msg_sent_event")
    assert sent["SubscribeMsgSentEvent"]["List"]["ErrorStatus"] == "success"


async def mass(stage: Stage, openids: list[str], client_id: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"touser": openids, "msgtype": "text", "text": {"content": "通知"}}
    if client_id is not None:
        body["clientmsgid"] = client_id
    return await stage.api.post(MASS, **body)


async def test_a_mass_send_reaches_each_four_times_a_month(stage: Stage) -> None:
    phones = [stage.platform.phone(name) for name in ("甲", "乙")]
    openids = [phone.openid for phone in phones]
    for turn in range(5):
        assert (await mass(stage, openids, f"c{turn}"))["errcode"] == 0
        result = await stage.arrival("MASSSENDJOBFINISH", turn + 1)
        assert result["SentCount"] == ("2" if turn < 4 else "0")
    assert [len(phone.messages) for phone in phones] == [4, 4]
    assert phones[0].messages[0].via == "mass"


async def test_who_refuses_mass_sends_and_who_cannot_be_reached_are_counted_and_not_named(
    stage: Stage,
) -> None:
    reached, left, refusing, failing = phones = [stage.platform.phone(name) for name in "甲乙丙丁"]
    left.has_left()
    refusing.refuses_masses()
    failing.misses_masses()
    await mass(stage, [phone.openid for phone in phones], "c1")
    result = await stage.arrival("MASSSENDJOBFINISH")
    names = "Status", "TotalCount", "FilterCount", "SentCount", "ErrorCount"
    assert [result[name] for name in names] == ["send success", "4", "2", "1", "1"]
    assert [len(phone.messages) for phone in phones] == [1, 0, 0, 0]
    assert reached.messages[0].via == "mass"


async def test_a_repeated_mass_send_is_refused_with_the_first_id(stage: Stage) -> None:
    openids = [stage.platform.phone(name).openid for name in ("甲", "乙")]
    first, again = await mass(stage, openids, "c1"), await mass(stage, openids, "c1")
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    unnamed, repeated = await mass(stage, openids), await mass(stage, openids)
    assert (unnamed["errcode"], repeated["errcode"]) == (0, 45065)
    assert (await mass(stage, openids[:1]))["errcode"] == 40130
    assert (await mass(stage, openids, "x" * 33))["errcode"] == 45067
    await stage.arrival("MASSSENDJOBFINISH", 2)
    status = await stage.api.post("/cgi-bin/message/mass/get", msg_id=first["msg_id"])
    assert status["msg_status"] == "SEND_SUCCESS"


async def test_a_mass_send_by_tag_previewed_and_to_all_once_a_day(stage: Stage) -> None:
    tagged, other = stage.platform.phone("甲"), stage.platform.phone("乙")
    tag = (await stage.api.post("/cgi-bin/tags/create", tag={"name": "骑手"}))["tag"]["id"]
    await stage.api.post("/cgi-bin/tags/members/batchtagging", openid_list=[tagged.openid], tagid=tag)
    text = {"msgtype": "text", "text": {"content": "通知"}}
    await stage.api.post("/cgi-bin/message/mass/preview", touser=other.openid, **text)
    path = "/cgi-bin/message/mass/sendall"
    await stage.api.post(path, filter={"is_to_all": False, "tag_id": tag}, **text)
    await stage.arrival("MASSSENDJOBFINISH")
    assert (len(tagged.messages), len(other.messages)) == (1, 1)
    to_all: dict[str, Any] = {"filter": {"is_to_all": True}, **text}
    answers = [await stage.api.post(path, **to_all, clientmsgid=str(turn)) for turn in range(2)]
    assert [answer["errcode"] for answer in answers] == [0, 45028]
    assert (await stage.api.post(path, filter={"tag_id": 7}, **text))["errcode"] == 40152


async def test_to_all_four_times_a_month_and_nobody_gets_a_fifth(stage: Stage) -> None:
    phone, other = stage.platform.phone("甲"), stage.platform.phone("乙")
    text = {"msgtype": "text", "text": {"content": "通知"}, "filter": {"is_to_all": True}}
    path, answers = "/cgi-bin/message/mass/sendall", []
    now = datetime.now(BEIJING)
    first = (now.replace(day=1, hour=12) + timedelta(days=32)).replace(day=1)
    for day in range(6):
        stage.clock.ahead = (first - now).total_seconds() + day * 24 * HOUR
        await stage.sign_in()
        answers.append((await stage.api.post(path, **text, clientmsgid=f"d{day}"))["errcode"])
    assert answers == [0, 0, 0, 0, 45028, 45028]
    assert stage.platform.refusals == {(path, 45028): 2}
    await stage.arrival("MASSSENDJOBFINISH", 4)
    assert (await mass(stage, [phone.openid, other.openid]))["errcode"] == 0
    assert (await stage.arrival("MASSSENDJOBFINISH", 5))["SentCount"] == "0"
    assert (phone.massed(), len(phone.messages)) == (4, 4)


async def test_what_is_above_the_number_of_the_day_is_refused_until_it_is_cleared(stage: Stage) -> None:
    phone, other = stage.platform.phone("甲"), stage.platform.phone("乙")
    phone.has_written()
    stage.platform.limits.update({CUSTOM: 2, MASS: 1})
    assert [await stage.api.send_text(phone.openid, "好") for _ in range(3)] == [0, 0, 45009]
    both = [phone.openid, other.openid]
    assert [(await mass(stage, both, f"c{turn}"))["errcode"] for turn in range(2)] == [0, 45009]
    assert stage.platform.refusals == {(CUSTOM, 45009): 1, (MASS, 45009): 1}
    assert (stage.platform.used(CUSTOM), stage.platform.used(MASS)) == (2, 1)
    assert (len(phone.messages), stage.platform.allowance(phone.openid)) == (2, 3)
    stage.platform.clear_quotas()
    assert await stage.api.send_text(phone.openid, "好") == 0
    assert (await mass(stage, both, "c2"))["errcode"] == 0
    assert (stage.platform.used(CUSTOM), stage.platform.used(MASS)) == (1, 1)


async def test_mass_sends_are_at_most_sixty_a_minute(stage: Stage) -> None:
    openids = [stage.platform.phone(name).openid for name in ("甲", "乙")]
    codes = [(await mass(stage, openids, f"c{turn}"))["errcode"] for turn in range(61)]
    assert codes == [0] * 60 + [45011]
    assert stage.platform.refusals == {(MASS, 45011): 1}
    stage.clock.ahead += 60
    assert (await mass(stage, openids, "later"))["errcode"] == 0


async def test_trouble_may_wait_for_calls_to_pass(stage: Stage) -> None:
    phone = stage.platform.phone()
    phone.has_written()
    stage.platform.fault(CUSTOM, errcode=-1, after=2)
    stage.platform.fault(CUSTOM, errcode=45009, after=3)
    assert [await stage.api.send_text(phone.openid, "好") for _ in range(5)] == [0, 0, -1, 0, 45009]
    assert stage.platform.allowance(phone.openid) == 2
    phone.was_told(2)
    assert await stage.api.send_text(phone.openid, "好") == 45047
    phone.has_left()
    assert await stage.api.send_text(phone.openid, "好") == 45015
