"""Somebody follows, comes back, leaves: the capability `greeting`."""

import pytest

from bot.app import Bot
from messages.contacts import contacts
from messages.journal import messages
from tests.stories.conftest import Records
from wechat.simulator import Phone, Platform

EVERY_MODE = pytest.mark.parametrize("account", ["plain", "compatible", "safe"], indirect=True)


@pytest.fixture
def stranger(bot: Bot, platform: Platform) -> Phone:
    return platform.phone("新工友", following=False)


@EVERY_MODE
async def test_a_follow_is_welcomed_with_something_to_start_from(stranger: Phone, records: Records) -> None:
    (welcome,) = await stranger.follows()
    assert "欢迎" in welcome.text
    assert len(welcome.choices) == 4
    (contact,) = await records.of(contacts)
    assert (contact.openid, contact.scene, contact.unfollowed_at) == (stranger.openid, None, None)
    assert contact.followed_at is not None


async def test_every_line_of_the_welcome_leads_to_an_answer(stranger: Phone) -> None:
    (welcome,) = await stranger.follows()
    for choice in welcome.choices:
        (answer,) = await stranger.chooses(*choice.menu_choice())
        assert answer.via == "passive"
        assert len(answer.text) > 20, answer.text


async def test_a_line_of_the_welcome_can_be_answered_by_its_number(stranger: Phone) -> None:
    (welcome,) = await stranger.follows()
    (tapped,) = await stranger.chooses(*welcome.choices[2].menu_choice())
    await stranger.scans("station-7")
    (typed,) = await stranger.says("3")
    assert typed.text == tapped.text


async def test_the_code_somebody_came_by_is_remembered(stranger: Phone, records: Records) -> None:
    await stranger.follows("station-7")
    (contact,) = await records.of(contacts)
    assert contact.scene == "station-7"


async def test_who_leaves_takes_the_code_along(stranger: Phone, records: Records) -> None:
    await stranger.follows("station-7")
    await stranger.unfollows()
    await stranger.follows("poster-1")
    (contact,) = await records.of(contacts)
    assert contact.scene == "poster-1"


async def test_a_first_follow_without_a_code_leaves_room_for_a_later_one(
    stranger: Phone, records: Records
) -> None:
    await stranger.follows()
    await stranger.unfollows()
    await stranger.follows("poster-1")
    (contact,) = await records.of(contacts)
    assert contact.scene == "poster-1"


async def test_a_follower_who_scans_a_code_is_greeted_as_known(stranger: Phone) -> None:
    await stranger.follows()
    (greeting,) = await stranger.scans("station-7")
    assert "又见面" in greeting.text
    assert len(greeting.choices) == 4


@EVERY_MODE
async def test_a_farewell_is_noted_and_nothing_is_said_into_the_void(
    stranger: Phone, records: Records
) -> None:
    await stranger.follows()
    assert await stranger.unfollows() == []
    assert stranger.last is not None
    assert [answer and answer.body for answer in stranger.last.answers] == [b"success"]
    kinds = [row.kind for row in await records.of(messages)]
    assert kinds == ["event.subscribe", "text", "event.unsubscribe"]


async def test_who_comes_back_is_a_follower_again(stranger: Phone, records: Records) -> None:
    await stranger.follows()
    (before,) = await records.of(contacts)
    await stranger.unfollows()
    # By a code: two events of one kind within a second are one event to WeChat's own rule.
    await stranger.follows("station-7")
    (after,) = await records.of(contacts)
    assert after.unfollowed_at is None
    assert after.followed_at > before.followed_at
    assert after.first_seen > before.first_seen  # what came from WeChat was erased meanwhile


async def test_who_only_writes_is_known_too(phone: Phone, records: Records) -> None:
    await phone.says("帮助")
    (contact,) = await records.of(contacts)
    assert (contact.openid, contact.followed_at) == (phone.openid, None)
