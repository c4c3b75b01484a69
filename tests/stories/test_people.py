"""A worker wants a person, or says what a chat is not the place for: the capability `human`."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.app import Bot
from messages.handovers import handovers
from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from wechat.simulator import Phone, Platform

# Nobody's: a region that does not exist, and the card number that payment pages are tested with.
ID_NUMBER = "99010119900101006X"
CARD_NUMBER = "4111111111111111"


@pytest.mark.parametrize("account", ["plain", "compatible", "safe"], indirect=True)
async def test_who_asks_for_a_person_is_put_on_the_list(phone: Phone, records: Records) -> None:
    await phone.says("人工", hears="工作人员")
    (request,) = await records.of(handovers)
    assert (request.openid, request.closed_at) == (phone.openid, None)


async def test_asking_again_while_waiting_changes_nothing(
    phone: Phone, records: Records, clock: Clock
) -> None:
    await phone.says("人工")
    clock.ahead = timedelta(hours=1)
    await phone.says("转人工", "真人", "人工", hears="工作人员")
    assert len(await records.of(handovers)) == 1


async def test_a_request_that_was_closed_can_be_made_anew(bot: Bot, phone: Phone, records: Records) -> None:
    await phone.says("人工")
    async with bot.database.write() as session:
        await session.execute(sa.update(handovers).values(closed_at=sa.func.current_timestamp()))
    await phone.says("人工")
    assert [row.closed_at is None for row in await records.of(handovers)] == [False, True]


async def test_everybody_waits_for_themselves(bot: Bot, platform: Platform, records: Records) -> None:
    for name in ("陈师傅", "阿珍", "老李"):
        await platform.phone(name).says("人工")
    assert len({row.openid for row in await records.of(handovers)}) == 3


async def test_a_phrase_is_known_however_it_is_written(phone: Phone) -> None:
    for word, ways in {
        "帮助": ("幫助", "帮助？", "help", "ＨＥＬＰ", "Help "),
        "人工": ("人 工", "人工！", "【人工】", "轉人工", "人工客服。"),
    }.items():
        (plain,) = await phone.says(word)
        for said in ways:
            (answer,) = await phone.says(said)
            assert answer.text == plain.text, said


async def test_a_number_typed_into_the_chat_is_hidden_before_it_is_kept(
    phone: Phone, records: Records
) -> None:
    for number in (ID_NUMBER, CARD_NUMBER):
        for said in ("我姓王，{}，要入会", "{}", "卡号{}。"):
            (answer,) = await phone.says(said.format(number))
            rows = await records.of(messages)
            assert rows[-2].body == said.format("*" * (len(number) - 4) + number[-4:])
            assert number not in repr(rows) + answer.text


async def test_a_name_typed_into_the_chat_is_not_kept_in_clear(phone: Phone, records: Records) -> None:
    """The watch looks through the files after the story; at the desk too."""
    for said, kept in (
        ("我叫陈小明，想入会", "我叫陈**，想入会"),
        ("陈小明 139.0013.9111 骑手", "陈** 139****9111 骑手"),
        ("姓名：覃小梅", "姓名：覃**"),
        ("人工", "人工"),
        ("我姓覃名小梅，手机13900139111", "我姓覃名**，手机139****9111"),
    ):
        await phone.says(said)
        assert [row.body for row in await records.of(messages) if row.direction == "in"][-1] == kept
