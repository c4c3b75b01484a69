"""The callback believes what WeChat signed and sealed, and nothing else; wechatpy is the oracle for both."""

import struct
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha1
from typing import Literal

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature
from xmltodict import parse as tree

from wechat.codec import MAX_BODY, Codec, Envelope, Refused
from wechat.incoming import parse

TOKEN, APPID = "token123", "wx0123456789abcdef"
KEY, OLD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg"
NOW = 1_800_000_000
NONCE = "1372623149"
Mode = Literal["any", "safe"]


def codec(aes_key: str = KEY, previous: str = "", mode: Mode = "any", now: float = NOW) -> Codec:
    return Codec(TOKEN, APPID, aes_key, previous, mode, clock=lambda: now)


def sign(*parts: str) -> str:
    return sha1("".join(sorted((TOKEN, *parts))).encode(), usedforsecurity=False).hexdigest()


def query(**more: str) -> dict[str, str]:
    stamp = str(NOW)
    return {"signature": sign(stamp, NONCE), "timestamp": stamp, "nonce": NONCE, "openid": "oWorker", **more}


def sealed_query(encrypt: str, **more: str) -> dict[str, str]:
    return query(encrypt_type="aes", msg_signature=sign(str(NOW), NONCE, encrypt), **more)


def message(text: str = "怎么加入工会？", sender: str = "oWorker") -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[gh_union]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{NOW}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>6012345678901234567</MsgId></xml>"
    ).encode()


def seal(packet: bytes, key: str = KEY) -> str:
    """Encrypts these very bytes, right or wrong, so that a test can break any part of the packet."""
    secret = b64decode(key + "=")
    encryptor = BlockCipher(AES(secret), CBC(secret[:16])).encryptor()
    return b64encode(encryptor.update(packet) + encryptor.finalize()).decode()


def packet(xml: bytes, appid: str = APPID, length: int | None = None, pad: bytes | None = None) -> bytes:
    clear = b"r" * 16 + struct.pack(">I", len(xml) if length is None else length) + xml + appid.encode()
    amount = 32 - len(clear) % 32
    return clear + (bytes([amount]) * amount if pad is None else pad)


def outer(encrypt: str, plain: bytes = b"") -> bytes:
    inner = plain.removeprefix(b"<xml>").removesuffix(b"</xml>").decode()
    return f"<xml><ToUserName><![CDATA[gh_union]]></ToUserName>{inner}<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()


def refusal(act: Callable[..., object], *given: object) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        act(*given)
    return refused.value.status, refused.value.reason


def test_the_address_is_verified_by_giving_the_echo_back() -> None:
    check_signature(TOKEN, query()["signature"], str(NOW), NONCE)
    assert codec().verify(query(echostr="5837397576500011341")) == "5837397576500011341"


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce", "echostr"])
def test_a_verification_without_all_its_parts_is_refused(missing: str) -> None:
    asked = query(echostr="1")
    del asked[missing]
    assert refusal(codec().verify, asked) == (403, f"no {missing}")


@pytest.mark.parametrize("signature", ["0" * 40, "é", "\ud800", "A" * 100_000])
def test_a_forged_signature_is_refused_in_every_mode(signature: str) -> None:
    forged = query() | {"signature": signature}
    sealed = sealed_query(sealing := seal(packet(message())))
    modes: tuple[Mode, Mode] = ("any", "safe")
    for mode in modes:
        desk = codec(mode=mode)
        assert refusal(desk.open, forged, message())[0] == 403
        assert refusal(desk.verify, forged | {"echostr": "1"})[0] == 403
        for name in ("signature", "msg_signature"):
            wrong = sealed | {name: signature}
            assert refusal(desk.open, wrong, outer(sealing))[0] == 403


@pytest.mark.parametrize(
    ("age", "accepted"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)]
)
def test_a_timestamp_counts_within_five_minutes_either_way(age: int, accepted: bool) -> None:
    if accepted:
        assert codec(now=NOW + age).open(query(), message())
    else:
        assert refusal(codec(now=NOW + age).open, query(), message())[0] == 403


@pytest.mark.parametrize("stamp", ["soon", "1e9", "-5", "１８００００００００", "9" * 5000])
def test_a_timestamp_that_is_no_number_is_refused(stamp: str) -> None:
    asked = {"signature": sign(stamp, NONCE), "timestamp": stamp, "nonce": NONCE}
    assert refusal(codec().open, asked, message())[0] == 403


def test_a_plain_message_is_opened_and_answered_in_the_clear() -> None:
    desk = codec(aes_key="")
    envelope = desk.open(query(), message())
    assert envelope == Envelope(parse(message()), sealed=False)
    answer = tree(desk.reply(envelope, "您好"))["xml"]
    assert answer == {
        "ToUserName": "oWorker",
        "FromUserName": "gh_union",
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": "您好",
    }


@pytest.mark.parametrize("mode", ["any", "safe"])
def test_a_sealed_message_is_opened_and_answered_sealed(mode: Mode) -> None:
    desk, oracle = codec(mode=mode), WeChatCrypto(TOKEN, KEY, APPID)
    body = oracle.encrypt_message(message().decode(), NONCE, str(NOW))
    envelope = desk.open(sealed_query(tree(body)["xml"]["Encrypt"]), body.encode())
    assert envelope == Envelope(parse(message()), sealed=True)
    answer = desk.reply(envelope, "您好")
    outside = tree(answer)["xml"]
    inside = oracle.decrypt_message(answer, outside["MsgSignature"], outside["TimeStamp"], outside["Nonce"])
    assert tree(inside)["xml"]["Content"] == "您好"


def test_beside_an_encrypted_part_the_plain_part_is_not_believed() -> None:
    sealing = seal(packet(message("真的", sender="oReal")))
    body = outer(sealing, message("假的", sender="oForged"))
    envelope = codec().open(sealed_query(sealing), body)
    assert (envelope.incoming.openid, envelope.incoming.text, envelope.sealed) == ("oReal", "真的", True)
    assert refusal(codec().open, query(), body) == (403, "no msg_signature")


def test_safe_mode_refuses_plain_bodies_however_well_signed() -> None:
    assert refusal(codec(mode="safe").open, query(), message())[0] == 403
    assert refusal(codec(mode="safe").open, query(encrypt_type="aes"), message())[0] == 403


def test_a_body_plain_against_its_own_query_is_refused() -> None:
    assert refusal(codec().open, query(encrypt_type="aes"), message())[0] == 400


def test_without_a_key_an_encrypted_body_is_refused_saying_so() -> None:
    sealing = seal(packet(message()))
    status, reason = refusal(codec(aes_key="").open, sealed_query(sealing), outer(sealing))
    assert status == 400
    assert "AES key is not set" in reason


def test_while_the_key_changes_both_are_accepted_and_each_answered_under_its_own() -> None:
    desk = codec(previous=OLD_KEY)
    for key in (KEY, OLD_KEY):
        sealing = seal(packet(message()), key)
        answer = desk.reply(desk.open(sealed_query(sealing), outer(sealing)), "好")
        outside = tree(answer)["xml"]
        oracle = WeChatCrypto(TOKEN, key, APPID)
        assert "好" in oracle.decrypt_message(
            answer, outside["MsgSignature"], outside["TimeStamp"], outside["Nonce"]
        )
    sealing = seal(packet(message()), OLD_KEY)
    assert refusal(codec().open, sealed_query(sealing), outer(sealing))[0] == 400


BROKEN = {
    "not base64": "!!!!",
    "not ascii": "工会",
    "nothing": "",
    "base64 with a hole": seal(packet(message()))[:40] + "\n" + seal(packet(message()))[40:],
    "not whole blocks": b64encode(b"x" * 33).decode(),
    "one block": seal(b"x" * 15 + b"\x10"),
    "only padding": seal(b"\x20" * 32),
    "noise": b64encode(bytes(range(256))).decode(),
    "another AppID": seal(packet(message(), appid="wxanother")),
    "no AppID": seal(packet(message(), appid="")),
    "too short a length": seal(packet(message(), length=5)),
    "too long a length": seal(packet(message(), length=2**32 - 1)),
    "padding of zero": seal(packet(message() + b" " * (-(len(message()) + 38) % 32), pad=b"") + b"\x00" * 32),
    "padding beyond 32": seal(packet(message(), pad=b"")[:-1].ljust(1024, b"\x21")),
    "padding unlike itself": seal(packet(b"x" * 20, pad=b"\x01" * 5 + b"\x06")[:64].ljust(64, b"\x06")),
}


@pytest.mark.parametrize("sealing", BROKEN.values(), ids=BROKEN.keys())
def test_a_packet_broken_anywhere_is_refused_as_malformed(sealing: str) -> None:
    assert refusal(codec().open, sealed_query(sealing), outer(sealing))[0] == 400


@pytest.mark.parametrize(
    "inside", [b"", b"hello", b"<xml/>", b"<xml><Encrypt>x</Encrypt></xml>", b"\xff" * 40]
)
def test_a_packet_with_something_else_inside_is_refused_as_malformed(inside: bytes) -> None:
    sealing = seal(packet(inside))
    assert refusal(codec().open, sealed_query(sealing), outer(sealing))[0] == 400


def test_a_body_too_large_is_refused_as_such() -> None:
    assert refusal(codec().open, query(), message("工" * 1_000_000))[0] == 413
    room = MAX_BODY - len(message(""))
    assert len(codec().open(query(), message("a" * room)).incoming.text) == room


@given(st.text(), st.integers(0, 40))
def test_what_wechatpy_seals_we_open_and_the_other_way_round_at_every_length(text: str, extra: int) -> None:
    oracle, desk = WeChatCrypto(TOKEN, KEY, APPID), codec()
    plain = message(text.encode("utf-8", "ignore").decode().replace("]]>", "") + "a" * extra)
    sealing = tree(oracle.encrypt_message(plain.decode(), NONCE, str(NOW)))["xml"]["Encrypt"]
    envelope = desk.open(sealed_query(sealing), outer(sealing))
    assert envelope.incoming == parse(plain)
    answer = desk.reply(envelope, "好" + "a" * extra)
    outside = tree(answer)["xml"]
    inside = oracle.decrypt_message(answer, outside["MsgSignature"], outside["TimeStamp"], outside["Nonce"])
    assert tree(inside)["xml"]["Content"] == "好" + "a" * extra


@given(st.binary(max_size=300), st.text(max_size=50), st.booleans(), st.booleans())
def test_no_request_raises_anything_but_refused(junk: bytes, text: str, aes: bool, safe: bool) -> None:
    desk = codec(mode="safe" if safe else "any")
    sealing = b64encode(junk).decode()
    requests = [
        (query(), junk),
        (query(encrypt_type="aes") if aes else query(), b"<xml>" + junk + b"</xml>"),
        (sealed_query(sealing), outer(sealing)),
        (sealed_query(padded := seal(packet(junk))), outer(padded)),
        ({"signature": text, "timestamp": text, "nonce": text, "msg_signature": text}, message()),
    ]
    for asked, body in requests:
        with suppress(Refused):
            desk.open(asked, body)
        with suppress(Refused):
            desk.verify(asked | {"echostr": text})


@given(st.text(st.characters(), min_size=1, max_size=500).filter(str.strip))
def test_any_reply_is_one_text_node_that_no_content_can_break_out_of(text: str) -> None:
    desk = codec()
    try:
        answer = desk.reply(desk.open(query(), message()), text)
    except ValueError:
        printable = text.encode("utf-8", "ignore").decode()
        assert len(printable.encode()) > 2048 or not "".join(c for c in printable if c >= " ").strip()
        return
    shown = parse(answer.replace(b"</xml>", b"<MsgId>1</MsgId></xml>"))
    assert (shown.openid, shown.account, shown.kind) == ("gh_union", "oWorker", "text")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("]]><Evil>1</Evil><![CDATA[", "]]><Evil>1</Evil><![CDATA["),
        ("a]]]]>>b", "a]]]]>>b"),
        ("一\n二\x00\x1d\ud800三\uffff🙂", "一\n二三🙂"),
        ('<a href="https://example.com">看看</a>', '<a href="https://example.com">看看</a>'),
    ],
)
def test_a_reply_shows_the_text_whatever_is_in_it(text: str, shown: str) -> None:
    answer = codec().reply(codec().open(query(), message()), text)
    assert tree(answer)["xml"].keys() == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
    assert parse_message(answer).content == shown


@pytest.mark.parametrize("text", ["", " \n", "\x00", "工" * 683])
def test_a_reply_wechat_would_not_show_is_a_bug_of_ours(text: str) -> None:
    with pytest.raises(ValueError, match="bytes of text"):
        codec().reply(codec().open(query(), message()), text)


def test_a_reply_may_have_just_2048_bytes() -> None:
    assert codec().reply(codec().open(query(), message()), "工" * 682 + "ab")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("", APPID), "token"),
        (("no spaces", APPID), "token"),
        (("t" * 33, APPID), "token"),
        ((TOKEN, ""), "AppID"),
        ((TOKEN, APPID, "short"), "AES key"),
        ((TOKEN, APPID, KEY[:-1] + "="), "AES key"),
        ((TOKEN, APPID, KEY, "short"), "AES key"),
        ((TOKEN, APPID, "", KEY), "AES key is missing"),
        ((TOKEN, APPID, "", "", "safe"), "AES key is missing"),
        ((TOKEN, APPID, KEY, "", "loose"), "mode"),
    ],
)
def test_a_wrong_setting_is_named_at_the_start(settings: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Codec(*settings)  # type: ignore[arg-type]  # wrong on purpose


def test_without_a_clock_given_the_time_is_now() -> None:
    stamp = str(int(time.time()))
    asked = {"signature": sign(stamp, NONCE), "timestamp": stamp, "nonce": NONCE}
    assert Codec(TOKEN, APPID).open(asked, message())
