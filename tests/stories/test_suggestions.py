"""A question with several meanings: the bot asks back, and the worker picks: the capability `ask`."""

from datetime import timedelta

import pytest

from bot.app import Bot
from knowledge.matcher import Candidate
from tests.clocks import Clock
from wechat.simulator import Phone


def offered(bot: Bot, question: str) -> tuple[Candidate, ...]:
    knowledge = bot.library.knowledge
    return knowledge.offers(knowledge.read(question))


EVERY_MODE = pytest.mark.parametrize("account", ["plain", "compatible", "safe"], indirect=True)


@EVERY_MODE
async def test_a_vague_word_is_answered_with_a_few_to_choose_from(phone: Phone, vague: str) -> None:
    (offer,) = await phone.says(vague, hears="您是不是想问")
    assert 2 <= len(offer.choices) <= 4
    assert "人工" in offer.text


@EVERY_MODE
async def test_a_line_can_be_tapped(bot: Bot, phone: Phone, vague: str) -> None:
    shown = offered(bot, vague)
    await phone.says(vague)
    (answer,) = await phone.picks(2)
    assert answer.text.startswith(shown[1].entry.answer[:12])


async def test_a_line_can_be_picked_by_its_number(bot: Bot, phone: Phone, vague: str) -> None:
    shown = offered(bot, vague)
    for number in ("1", "2", "１", "２", "02"):
        (_, answer) = await phone.says(vague, number)
        assert answer.text.startswith(shown[int(number) - 1].entry.answer[:12]), number


async def test_a_number_that_is_not_in_the_list_is_told_the_range(bot: Bot, phone: Phone, vague: str) -> None:
    most = len(offered(bot, vague))
    await phone.says(vague)
    for number in ("0", "9", "99", "９"):
        await phone.says(number, hears=f"1 到 {most}")
    (answer,) = await phone.says("1")  # the list still stands
    assert "1 到" not in answer.text


async def test_a_number_half_an_hour_later_is_no_answer_to_the_list(
    phone: Phone, clock: Clock, vague: str
) -> None:
    (_, picked) = await phone.says(vague, "1")
    await phone.says(vague)
    clock.ahead = timedelta(minutes=31)
    (answer,) = await phone.says("1")
    assert answer.text != picked.text


async def test_a_tap_on_a_list_of_last_week_still_means_what_it_meant(
    phone: Phone, clock: Clock, vague: str
) -> None:
    await phone.says(vague)
    (picked,) = await phone.picks(1)
    clock.ahead = timedelta(days=7)
    (again,) = await phone.picks(1)
    assert again.text == picked.text


async def test_an_answer_ends_the_list(phone: Phone, vague: str) -> None:
    (_, picked) = await phone.says(vague, "1")
    (_, _, answer) = await phone.says(vague, "帮助", "1")
    assert answer.text != picked.text


async def test_the_newest_list_counts(bot: Bot, phone: Phone, vague: str) -> None:
    await phone.scans("station-1")
    await phone.says(vague)
    (answer,) = await phone.says("1")
    assert answer.text.startswith(offered(bot, vague)[0].entry.answer[:12])


async def test_an_account_without_menu_ids_understands_the_tapped_words(
    bot: Bot, phone: Phone, vague: str
) -> None:
    (offer,) = await phone.says(vague)
    words, _ = offer.choices[0].menu_choice()
    (answer,) = await phone.chooses(words, "")
    assert answer.text.startswith(offered(bot, vague)[0].entry.answer[:12])


async def test_a_menu_id_of_nobody_does_no_harm(phone: Phone) -> None:
    for menu_id in ("ask:no-such-entry", "nobody:1", "help:", ":", "::::", "ask", "%", "9" * 90):
        (answer,) = await phone.chooses("怎么加入工会", menu_id)
        assert "编号" not in answer.text, menu_id


async def test_a_second_miss_in_a_row_offers_a_person(phone: Phone) -> None:
    (first, second) = await phone.says("铁皮石斛", "铁皮石斛")
    assert first.text != second.text
    assert "人工" in second.text
    assert "12351" in second.text


async def test_an_answer_in_between_forgives_the_first_miss(phone: Phone) -> None:
    (first, _, again) = await phone.says("铁皮石斛", "怎么加入工会", "铁皮石斛")
    assert again.text == first.text
