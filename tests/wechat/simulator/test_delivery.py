"""Stories of a message on its way from a telephone to the callback and back."""

import asyncio

import pytest

from tests.wechat.simulator.conftest import Staging
from tests.wechat.simulator.stages import Stage
from wechat.simulator.accounts import Mode

GREY = "该公众号提供的服务出现故障"


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_question_is_answered_in_every_mode(staged: Staging, mode: Mode) -> None:
    stage = await staged(mode)
    assert await stage.platform.verify()
    phone = stage.platform.phone("陈师傅")
    await phone.says("怎么入会]]>&<b>😀", hears="echo 怎么入会")
    assert phone.messages[0].author == "worker"
    assert phone.messages[1].via == "passive"
    assert stage.bot.arrivals[0]["Content"] == "怎么入会]]>&<b>😀"


async def test_each_kind_of_message_and_event_arrives_with_its_fields(stage: Stage) -> None:
    phone = stage.platform.phone("陈师傅", following=False)
    assert (await phone.follows("gate-7"))[0].text == "event subscribe qrscene_gate-7"
    assert (await phone.scans("gate-8"))[0].text == "event SCAN gate-8"
    assert (await phone.taps("HELP"))[0].text == "event CLICK HELP"
    assert (await phone.views("https://example.com/"))[0].text == "event VIEW https://example.com/"
    assert (await phone.sends_image())[0].text == "got image"
    assert (await phone.sends_voice())[0].text == "got voice"
    assert (await phone.sends_location(21.66, 110.92, "示例"))[0].text == "got location"
    assert (await phone.sends("sticker", Oddity="1"))[0].text == "got sticker"
    assert await phone.unfollows() == []
    assert stage.bot.arrivals[-1]["Event"] == "unsubscribe"


async def test_a_link_of_a_menu_message_comes_back_with_its_id(stage: Stage) -> None:
    phone = stage.platform.phone()
    (offer,) = await phone.says("菜单")
    assert offer.text == "您是不是想问：\n怎么入会"
    assert (await phone.picks(1))[0].text == "picked t1 入会"
    assert (await phone.picks("怎么入会"))[0].text == "picked t1 入会"


@pytest.mark.parametrize("text", ["rubbish", "hollow", "naked"])
async def test_an_answer_that_wechat_cannot_read_shows_the_grey_line(stage: Stage, text: str) -> None:
    phone = stage.platform.phone()
    (line,) = await phone.says(text, hears=GREY)
    assert line.author == "system" and line.note
    assert stage.platform.deliveries[-1].fault == line.note


@pytest.mark.parametrize("text", ["silence", "nothing"])
async def test_success_or_no_bytes_means_no_reply(stage: Stage, text: str) -> None:
    assert await stage.platform.phone().says(text) == []


async def test_a_failing_bot_is_asked_three_times_with_the_same_message(staged: Staging) -> None:
    stage = await staged(limit=1.0)
    stage.bot.failures = 2
    await stage.platform.phone().says("你好", hears="echo 你好")
    assert len({arrival["MsgId"] for arrival in stage.bot.arrivals}) == 1
    assert len(stage.bot.arrivals) == 3


async def test_after_three_failures_the_grey_line_stands_in_the_chat(staged: Staging) -> None:
    stage = await staged(limit=0.3)
    stage.bot.failures = 3
    await stage.platform.phone().says("你好", hears=GREY)
    assert len(stage.bot.arrivals) == 3


async def test_a_slow_bot_is_cut_off_and_asked_again(staged: Staging) -> None:
    stage = await staged(limit=0.2)
    stage.bot.nap = 1.0
    await stage.platform.phone().says("你好", hears=GREY)
    assert stage.platform.deliveries[-1].answers == [None, None, None]


async def test_a_dropped_connection_is_delivered_again(staged: Staging) -> None:
    stage = await staged(limit=1.0)
    stage.platform.drop_connections()
    await stage.platform.phone().says("你好", hears="echo 你好")
    first, second = stage.platform.deliveries[-1].answers
    assert first is None and second is not None


async def test_duplicates_and_repeats_reach_the_bot_but_not_the_chat(stage: Stage) -> None:
    phone = stage.platform.phone()
    stage.platform.redeliver(share=1.0)
    await phone.says("你好")
    assert await phone.again() is not None
    assert len(stage.bot.arrivals) == 3
    assert [line.text for line in phone.messages] == ["你好", "echo 你好"]


async def test_a_later_message_is_heard(stage: Stage) -> None:
    phone = stage.platform.phone()
    await phone.says("silence")
    waiting = asyncio.create_task(phone.hears("资料"))
    assert await stage.api.send_text(phone.openid, "资料已收到") == 0
    assert (await waiting).via == "customer_service"
    with pytest.raises(AssertionError, match="never heard"):
        await phone.hears("资料", within=0.01)
