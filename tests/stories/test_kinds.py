"""Whatever a telephone can send gets a kind answer, or a quiet `success`: the capability `help`."""

from collections.abc import Awaitable, Callable

import pytest

from bot.app import Bot
from messages.journal import messages
from tests.stories.conftest import Records
from wechat.simulator import Phone, Platform
from wechat.simulator.envelopes import Tree

EVERY_MODE = pytest.mark.parametrize("account", ["plain", "compatible", "safe"], indirect=True)
ANYTHING: dict[str, tuple[Callable[[Phone], Awaitable[object]], str]] = {
    "voice": (lambda phone: phone.sends_voice(), "语音"),
    "image": (lambda phone: phone.sends_image(), "图"),
    "location": (lambda phone: phone.sends_location(21.66, 110.92, "某某路"), "位置"),
    "video": (lambda phone: phone.sends("video", MediaId="m", ThumbMediaId="t"), "视频"),
    "shortvideo": (lambda phone: phone.sends("shortvideo", MediaId="m", ThumbMediaId="t"), "视频"),
    "link": (lambda phone: phone.sends("link", Title="t", Description="d", Url="https://example.org/"), "链接"),
    "miniprogrampage": (lambda phone: phone.sends("miniprogrampage", Title="t"), "看不了"),
    "hologram": (lambda phone: phone.sends("hologram", Depth=3), "看不了"),
}  # fmt: skip
INFORMING: dict[str, Tree] = {
    "LOCATION": {"Latitude": "21.66", "Longitude": "110.92", "Precision": "65.0"},
    "VIEW": {"EventKey": "https://example.org/", "MenuId": 1},
    "TEMPLATESENDJOBFINISH": {"MsgID": 200163836, "Status": "success"},
    "kf_create_session": {"KfAccount": "test1@test"},
    "user_authorization_revoke": {"OpenID": "o1", "RevokeInfo": "1"},
    "an_event_of_next_year": {"Novelty": "1"},
}
STRANGE = (
    ("", "看不了"),
    (" \t\n ", "看不了"),
    ("\x00\x01\x02", "看不了"),
    ("😀😀👍", ""),
    ("[微笑][微笑]", ""),
    ("？？？", ""),
    ("]]>", ""),
    ("]]></Content></xml>", ""),
    ("<![CDATA[怎么加入工会]]>", ""),
    ("怎么加入工会\x07\x1b\ud7ff", "工会"),
    ("&lt;&amp;", ""),
    ("'; DROP TABLE messages; --", ""),
    ("%s {0} {{x}} \\n", ""),
    ("1", ""),
    ("-1", ""),
    ("½", ""),
    ("٣", ""),
)


@EVERY_MODE
async def test_every_kind_of_message_is_answered(phone: Phone) -> None:
    for kind, (send, word) in ANYTHING.items():
        before = len(phone.messages)
        await send(phone)
        (answer,) = [line for line in phone.messages[before:] if line.author != "worker"]
        assert word in answer.text, kind
        assert answer.via == "passive"


async def test_the_journal_says_what_came(phone: Phone, records: Records) -> None:
    for send, _ in ANYTHING.values():
        await send(phone)
    rows = [row for row in await records.of(messages) if row.direction == "in"]
    assert [row.kind for row in rows] == list(ANYTHING)
    assert rows[2].body == "[location]"
    assert all(row.body.startswith(f"[{row.kind}]") for row in rows)


async def test_strange_texts_are_answered_in_words(bot: Bot, platform: Platform) -> None:
    for number, (text, word) in enumerate(STRANGE):
        (answer,) = await platform.phone(f"工友{number}").says(text, hears=word)
        assert "编号" not in answer.text, text


async def test_six_hundred_characters_are_read_whole(phone: Phone, records: Records) -> None:
    told = "师傅我跟您说我在工地做了好几年" * 40
    (answer,) = await phone.says(told[:593] + "怎么加入工会")
    assert answer.via == "passive"
    assert (await records.of(messages))[0].body == told[:593] + "怎么加入工会"


async def test_emoji_and_rare_characters_are_kept_as_they_came(phone: Phone, records: Records) -> None:
    said = "工会👨‍👩‍👧‍👦在哪\n我姓𠮷，叫\"'<>&\\"
    await phone.says(said)
    assert (await records.of(messages))[0].body == said


@EVERY_MODE
async def test_events_that_only_inform_are_answered_with_success(phone: Phone, records: Records) -> None:
    for event, tree in INFORMING.items():
        assert await phone.reports(event, tree) == []
        assert phone.last is not None
        assert [answer and answer.body for answer in phone.last.answers] == [b"success"], event
    rows = await records.of(messages)
    assert {row.direction for row in rows} == {"in"}
    assert {row.status for row in rows} == {"done"}
    assert rows[-1].kind == "event.an_event_of_next_year"
