"""The menu at the foot of the chat, as a finger finds it."""

from pathlib import Path

import pytest
import yaml

import handlers
from bot.app import Bot
from messages.handovers import handovers
from messages.journal import messages
from tests.stories.conftest import Records
from wechat.simulator import Phone

MENU = yaml.safe_load(Path(handlers.__file__).with_name("menu.yaml").read_text(encoding="utf-8"))
KEYS = [line["key"] for button in MENU for line in button["below"]]


@pytest.mark.parametrize("account", ["plain", "compatible", "safe"], indirect=True)
async def test_every_line_of_the_menu_leads_to_an_answer(phone: Phone) -> None:
    for key in KEYS:
        (answer,) = await phone.taps(key)
        assert "已经换新" not in answer.text, key
        assert len(answer.text) > 20, key


async def test_help_tells_what_can_be_asked(phone: Phone) -> None:
    (answer,) = await phone.taps("HELP")
    assert "打字" in answer.text
    assert "12351" in answer.text


async def test_the_person_of_the_menu_is_the_person_of_the_word(phone: Phone, records: Records) -> None:
    (tapped,) = await phone.taps("HUMAN")
    (said,) = await phone.says("人工")
    assert tapped.text == said.text
    assert len(await records.of(handovers)) == 1


async def test_a_key_of_an_old_menu_is_met_with_a_kind_word(phone: Phone) -> None:
    for key in ("OLD_MENU", "nobody:join-how", "help:x", ":", "9" * 128, "福利", ""):
        (answer,) = await phone.taps(key)
        assert "帮助" in answer.text, key


async def test_a_key_whose_entry_has_gone_asks_for_the_question(phone: Phone) -> None:
    for key in ("ask:gone-since", "ask:", "ask"):
        (answer,) = await phone.taps(key)
        assert "打字" in answer.text, key


async def test_a_tap_is_an_event_in_the_journal(phone: Phone, records: Records) -> None:
    await phone.taps("ask:join-how")
    tap, reply = await records.of(messages)
    assert (tap.kind, tap.body, tap.status) == ("event.click", "[click] ask:join-how", "done")
    assert reply.reply_to == tap.id


async def test_opening_a_page_of_the_menu_needs_no_answer(phone: Phone) -> None:
    assert await phone.views("https://example.org/") == []


async def test_the_menu_names_only_entries_that_exist(bot: Bot) -> None:
    asked = [key.removeprefix("ask:") for key in KEYS if key.startswith("ask:")]
    assert [key for key in asked if bot.library.knowledge.entry(key) is None] == []
