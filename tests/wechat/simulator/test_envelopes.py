"""The stand-in's packet against wechatpy's, in both directions."""

import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from tests.wechat.simulator.stages import AES_KEY
from wechat.simulator import Account
from wechat.simulator.chats import LINKABLE, read_markup
from wechat.simulator.envelopes import Envelopes, Unreadable, read_xml, write_xml

ACCOUNT = Account("wx0123456789abcdef", "s3cret", "tok3n", AES_KEY)
ENVELOPES = Envelopes(ACCOUNT)
THEIRS = WeChatCrypto(ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.appid)
# What XML 1.0 can carry; the control characters that WeChat lets through have a story of their own.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1)


@given(TEXT)
def test_wechatpy_opens_what_the_stand_in_seals(content: str) -> None:
    sealed = ENVELOPES.seal("oAAA", {"Content": content}, 1_700_000_000)
    query = sealed.query
    opened = THEIRS.decrypt_message(sealed.body, query["msg_signature"], query["timestamp"], query["nonce"])
    assert xmltodict.parse(opened, strip_whitespace=False)["xml"]["Content"] == content


@given(TEXT)
def test_the_stand_in_opens_what_wechatpy_seals(content: str) -> None:
    reply = THEIRS.encrypt_message(write_xml({"Content": content}), "n0nce", "1700000000")
    assert ENVELOPES.open(reply.encode())["Content"] == content


@given(st.binary(max_size=200))
def test_rubbish_is_unreadable_and_never_a_crash(rubbish: bytes) -> None:
    for read in (ENVELOPES.open, read_xml, lambda raw: ENVELOPES.decrypt(raw.decode("latin-1"))):
        try:
            read(rubbish)
        except Unreadable:
            continue


def test_a_control_character_is_passed_on_as_wechat_does() -> None:
    assert b"\x1d" in write_xml({"Content": "a\x1db"}).encode()


@given(st.text(st.sampled_from("<a href=\"'>/ htps:x.weinbmgu?&;"), max_size=60))
def test_markup_that_is_no_whole_anchor_keeps_every_character(content: str) -> None:
    parts = read_markup(content)
    if "</a>" not in content:
        assert "".join(part.text for part in parts) == content
    assert all(part.href.startswith(LINKABLE) for part in parts if part.href)


def test_links_are_read_as_wechat_shows_them() -> None:
    offered = '看 https://example.com/a?b=1 或 <a href="weixin://bizmsgmenu?msgmenucontent=%E5%A5%BD&msgmenuid=7">好</a>'
    parts = read_markup(offered + '<a href="javascript:x">坏</a>')
    assert [part.text for part in parts] == ["看 ", "https://example.com/a?b=1", " 或 ", "好", "坏"]
    assert parts[3].menu_choice() == ("好", "7")
    assert parts[4].href == ""
