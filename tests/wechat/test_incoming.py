"""What WeChat pushes is understood whole, and what is not XML from WeChat is refused as such; wechatpy is the oracle."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from wechat import details, elements
from wechat.incoming import Incoming, Malformed, parse

COMMON = {"ToUserName": "gh_7f083739789a", "FromUserName": "oia2TjuEGTNoeX76QEjQNrcURxG8"}
# Characters that XML can hold and that the platform would pass on unchanged.
LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"), include_characters="\t\n", exclude_characters="\ufffe\uffff"
)


def push(kind: str, inner: str = "", msg_id: str = "6012345678901234567") -> bytes:
    head = "".join(f"<{tag}><![CDATA[{text}]]></{tag}>\n" for tag, text in COMMON.items())
    tail = f"<MsgId>{msg_id}</MsgId>" if msg_id else ""
    body = f"<CreateTime>1395658920</CreateTime>\n<MsgType><![CDATA[{kind}]]></MsgType>\n{inner}\n{tail}"
    return f"<xml>{head}{body}\n</xml>".encode()


def event(name: str, inner: str = "") -> bytes:
    return push("event", f"<Event><![CDATA[{name}]]></Event>{inner}", msg_id="")


def key(value: str) -> str:
    return f"<EventKey><![CDATA[{value}]]></EventKey>"


MESSAGES = {
    "text": "<Content><![CDATA[ 怎么加入工会？🙂 ]]></Content><bizmsgmenuid>101</bizmsgmenuid>",
    "image": "<PicUrl><![CDATA[http://mmbiz/p]]></PicUrl><MediaId><![CDATA[m1]]></MediaId>",
    "voice": "<MediaId>m1</MediaId><Format>amr</Format><MediaId16K>m16</MediaId16K><Recognition></Recognition>",
    "video": "<MediaId>m1</MediaId><ThumbMediaId>t1</ThumbMediaId>",
    "shortvideo": "<MediaId>m1</MediaId><ThumbMediaId>t1</ThumbMediaId>",
    "location": "<Location_X>21.66</Location_X><Location_Y>110.92</Location_Y><Scale>15</Scale><Label>河边</Label>",
    "link": "<Title>标题</Title><Description>说明</Description><Url>https://example.com/a?b=1&amp;c=2</Url>",
}
PICTURES = "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a1</PicMd5Sum></item><item><PicMd5Sum>b2</PicMd5Sum></item></PicList></SendPicsInfo>"
CHOSEN = "<SendLocationInfo><Location_X>23</Location_X><Location_Y>113</Location_Y><Scale>15</Scale><Label>市场</Label><Poiname>驿站</Poiname></SendLocationInfo>"
SCANNED = (
    "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>https://example.com</ScanResult></ScanCodeInfo>"
)
MASS = (
    "<MsgID>1000001625</MsgID><Status><![CDATA[err(30003)]]></Status><TotalCount>100</TotalCount>"
    "<FilterCount>80</FilterCount><SentCount>75</SentCount><ErrorCount>5</ErrorCount><CopyrightCheckResult>"
    "<Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx><UserDeclareState>0</UserDeclareState>"
    "<AuditState>2</AuditState><OriginalArticleUrl>u</OriginalArticleUrl><CanReprint>1</CanReprint>"
    "<NeedReplaceContent>1</NeedReplaceContent><NeedShowReprintSource>0</NeedShowReprintSource></item>"
    "</ResultList><CheckState>2</CheckState></CopyrightCheckResult><ArticleUrlResult><Count>1</Count>"
    "<ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl>v</ArticleUrl></item></ResultList></ArticleUrlResult>"
)
PUBLISHED = (
    "<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>2</publish_status>"
    "<article_id>a9</article_id><article_detail><count>1</count><item><idx>1</idx><article_url>w</article_url>"
    "</item></article_detail><fail_idx>1</fail_idx><fail_idx>3</fail_idx></PublishEventInfo>"
)
POPUP = "<SubscribeMsgPopupEvent>{}</SubscribeMsgPopupEvent>".format(
    "".join(
        f"<List><TemplateId>{t}</TemplateId><SubscribeStatusString>{s}</SubscribeStatusString><PopupScene>2</PopupScene></List>"
        for t, s in (("T1", "accept"), ("T2", "reject"))
    )
)
SENT = (
    "<SubscribeMsgSentEvent><List><TemplateId>T1</TemplateId><MsgID>1700827132819554304</MsgID>"
    "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>"
)
CHANGED = (
    "<SubscribeMsgChangeEvent><List><TemplateId>T1</TemplateId>"
    "<SubscribeStatusString>reject</SubscribeStatusString></List></SubscribeMsgChangeEvent>"
)
PERSON = "<OpenID>o1</OpenID><UnionID>u1</UnionID><AppID>wx1</AppID><RevokeInfo>201</RevokeInfo>"
DETAILS: list[tuple[bytes, details.Detail]] = [
    (push("image", MESSAGES["image"]), details.Media(pic_url="http://mmbiz/p")),
    (push("voice", MESSAGES["voice"]), details.Media(format="amr", media_id_16k="m16")),
    (push("video", MESSAGES["video"]), details.Media(thumb_media_id="t1")),
    (push("link", MESSAGES["link"]), details.Link("标题", "说明", "https://example.com/a?b=1&c=2")),
    (push("location", MESSAGES["location"]), details.Place(scale=15)),
    (event("LOCATION", "<Precision>65.5</Precision>"), details.Place(precision=65.5)),
    (event("location_select", CHOSEN), details.Place(scale=15, name="驿站")),
    (event("VIEW", "<MenuId>m7</MenuId>"), details.View("m7")),
    (event("view_miniprogram", "<MenuId>m8</MenuId>"), details.View("m8")),
    (event("scancode_waitmsg", SCANNED), details.Scan("qrcode", "https://example.com")),
    (event("pic_photo_or_album", PICTURES), details.Pictures(2, ("a1", "b2"))),
    (
        event("MASSSENDJOBFINISH", MASS),
        details.MassJob(
            *(100, 80, 75, 5, 2),
            copyright=(details.CopyrightCheck(1, 0, 2, "u", 1, 1, 0),),
            urls=(details.ArticleUrl(1, "v"),),
        ),
    ),
    (
        event("PUBLISHJOBFINISH", PUBLISHED),
        details.Publication("2247503051", 2, "a9", (details.ArticleUrl(1, "w"),), (1, 3)),
    ),
    (
        event("subscribe_msg_popup_event", POPUP),
        details.Notices((details.Notice("T1", "accept", 2), details.Notice("T2", "reject", 2))),
    ),
    (event("subscribe_msg_change_event", CHANGED), details.Notices((details.Notice("T1", "reject"),))),
    (
        event("subscribe_msg_sent_event", SENT),
        details.Notices((details.Notice("T1", "", None, "1700827132819554304", 0, "success"),)),
    ),
    (
        event("kf_close_session", "<KfAccount>k@x</KfAccount><CloseType>KF</CloseType>"),
        details.AgentSession("k@x", "", "KF"),
    ),
    (
        event("kf_switch_session", "<FromKfAccount>a@x</FromKfAccount><ToKfAccount>b@x</ToKfAccount>"),
        details.AgentSession("b@x", "a@x"),
    ),
    (event("user_authorization_revoke", PERSON), details.Authorisation("o1", "u1", "wx1", "201")),
    (event("annual_renew", "<ExpiredTime>1442401156</ExpiredTime>"), details.Verification(1442401156)),
    (
        event("naming_verify_fail", "<FailTime>1442401061</FailTime><FailReason>by time</FailReason>"),
        details.Verification(None, 1442401061, "by time"),
    ),
    (event("user_enter_tempsession", "<SessionFrom>s</SessionFrom>"), details.Entry("s")),
]


@pytest.mark.parametrize(("body", "detail"), DETAILS)
def test_what_only_one_kind_has_is_in_its_detail(body: bytes, detail: details.Detail) -> None:
    assert parse(body).detail == detail


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_is_read_as_wechatpy_reads_it(kind: str) -> None:
    body = push(kind, MESSAGES[kind])
    ours, theirs = parse(body), parse_message(body)
    assert (ours.wire_id, ours.openid, ours.account) == (str(theirs.id), theirs.source, theirs.target)
    assert (ours.kind, ours.created) == (theirs.type, theirs.create_time.astimezone(UTC).timestamp())
    assert ours.text == (getattr(theirs, "content", None) or "")
    if kind == "location":
        assert (ours.latitude, ours.longitude, ours.label) == (*map(float, theirs.location), theirs.label)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (event("subscribe"), ("subscribe", "", "")),
        (event("subscribe", key("qrscene_123") + "<Ticket>TK</Ticket>"), ("subscribe", "123", "TK")),
        (event("SCAN", key("123") + "<Ticket>TK</Ticket>"), ("scan", "123", "TK")),
        (event("unsubscribe", key("")), ("unsubscribe", "", "")),
        (event("CLICK", key("STATIONS")), ("click", "STATIONS", "")),
        (event("VIEW", key("https://example.com/")), ("view", "https://example.com/", "")),
    ],
)
def test_an_event_is_read_as_wechatpy_reads_it(body: bytes, expected: tuple[str, str, str]) -> None:
    ours, theirs = parse(body), parse_message(body)
    assert (ours.event, ours.key, ours.ticket) == expected
    scene = getattr(theirs, "scene_id", None) or getattr(theirs, "key", None) or getattr(theirs, "url", None)
    assert ours.key == (scene or "")
    assert ours.ticket == (getattr(theirs, "ticket", None) or "")


def test_positions_come_from_wherever_the_kind_keeps_them() -> None:
    reported = parse(event("LOCATION", "<Latitude>23.137</Latitude><Longitude>113.352</Longitude>"))
    chosen = parse(event("location_select", CHOSEN))
    assert (reported.latitude, reported.longitude) == (23.137, 113.352)
    assert (chosen.latitude, chosen.longitude, chosen.label) == (23, 113, "市场")


@pytest.mark.parametrize("latitude", ["", "north", "nan", "1e999", "91"])
def test_a_position_that_is_none_is_left_out(latitude: str) -> None:
    location = parse(
        push("location", f"<Location_X>{latitude}</Location_X><Location_Y>110</Location_Y><Scale>x</Scale>")
    )
    assert (location.latitude, location.longitude, location.detail) == (None, None, details.Place())


def test_a_report_on_a_job_carries_its_id_and_status() -> None:
    report = parse(
        event("TEMPLATESENDJOBFINISH", "<MsgID>200228332</MsgID><Status>failed:user block</Status>")
    )
    assert (report.msg_id, report.status) == ("200228332", "failed:user block")


def test_a_message_written_under_an_article_says_which() -> None:
    message = parse(push("text", "<Content>好</Content><MsgDataId>2</MsgDataId><Idx>1</Idx>"))
    assert (message.article_id, message.article_index) == ("2", 1)


def test_kinds_nobody_has_heard_of_are_still_messages() -> None:
    assert parse(push("miniProgramPage", "<Title>t</Title><A><B><C>d</C></B></A>")).kind == "miniprogrampage"
    assert parse(event("Some_New_Event")).event == "some_new_event"


def test_two_events_of_one_second_are_told_apart_and_a_redelivery_is_not() -> None:
    bodies = [
        event("CLICK", key("A")),
        event("CLICK", key("B")),
        event("VIEW", key("A")),
        event("subscribe_msg_sent_event", SENT),
        event("subscribe_msg_sent_event", SENT.replace("1700827132819554304", "9")),
    ]
    assert len({parse(body).wire_id for body in bodies}) == len(bodies)
    assert parse(bodies[0]) == parse(bodies[0])


def test_the_wire_id_stays_short_however_long_the_key() -> None:
    long, longer = (parse(event("VIEW", key("https://example.com/" + "a" * n))).wire_id for n in (1000, 1001))
    assert long != longer
    assert len(long) <= 144


def test_control_characters_and_blanks_around_a_text_are_taken_out() -> None:
    body = push("text", "<Content><![CDATA[ \x1d你\x00好\x7f\u0085\n世界\ufffe \n]]></Content>")
    assert parse(body).text == "你好\n世界"


def test_a_text_may_speak_of_doctypes_and_markup() -> None:
    text = "<!DOCTYPE html><xml>]] > &amp; <![CDATA["
    assert parse(push("text", f"<Content><![CDATA[{text}]]></Content>")).text == text


BAD: dict[str, bytes] = {
    "empty": b"",
    "json": b'{"ToUserName": "gh_1"}',
    "cut": push("text", "<Content>x</Content>")[:-9],
    "twice": push("text") * 2,
    "another root": push("text").replace(b"xml>", b"wml>"),
    "bare root": b"<xml/>",
    "only text": b"<xml>hello</xml>",
    "no sender": push("text").replace(b"FromUserName", b"Sender"),
    "blank in sender": push("text").replace(b"oia2", b"oia 2"),
    "long sender": push("text").replace(b"oia2", b"o" * 65),
    "no kind": push(""),
    "no time": push("text").replace(b"CreateTime", b"Created"),
    "time in words": push("text").replace(b"1395658920", b"today"),
    "time in milliseconds": push("text").replace(b"1395658920", b"1395658920000"),
    "bomb": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + push("text", "<Content>&b;</Content>"),
    "outside file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>&a;</MsgType></xml>',
    "unknown entity": push("text", "<Content>&nbsp;</Content>"),
    "forbidden reference": push("text", "<Content>&#0;</Content>"),
    "deep": b"<xml>" * 50_000 + b"</xml>" * 50_000,
    "utf-16": push("text").decode().encode("utf-16"),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_what_wechat_would_never_send_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body)


def test_a_million_characters_are_read_or_refused_without_a_hang() -> None:
    long = "工" * 1_000_000
    assert parse(push("text", f"<Content><![CDATA[{long}]]></Content>")).text == long
    for junk in ("<a><![CDATA[" * 80_000, " " * 1_000_000 + "]", "<a>" * 300_000, "]" * 1_000_000):
        with pytest.raises(Malformed):
            parse(b"<xml>" + junk.encode())


@given(st.binary(max_size=400), st.integers(0, 400), st.integers(0, 400))
def test_no_bytes_raise_anything_but_malformed(junk: bytes, start: int, end: int) -> None:
    body = push("event", MESSAGES["text"] + MASS + CHOSEN)
    for attempt in (junk, b"<xml>" + junk + b"</xml>", body[:start], body[:start] + junk + body[end:]):
        with suppress(Malformed):
            assert isinstance(parse(attempt), Incoming)


@given(st.text(LETTERS))
def test_any_text_arrives_as_it_was_typed(text: str) -> None:
    escaped = text.replace("]]>", "]]]]><![CDATA[>")
    arrived = parse(push("text", f"<Content><![CDATA[{escaped}]]></Content>")).text
    assert arrived == text.strip()


PIECES = """<a> </a> <b> </b> <![CDATA[ ]]> ] &amp; & < > <c/> <xml> </xml> 文 <é> </é> <a\tb='c'> <!-- --> <?x?>"""
XMLISH = st.lists(
    st.sampled_from([*PIECES.split(" "), " ", "\n", "\r", "\u0085", "\ufeff"]), max_size=14
).map("".join)
REGULAR = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["<![CDATA[{}]]>", "{}"]), XMLISH), max_size=4
).map(
    lambda leaves: (
        "<xml>" + "\n".join(f"<{tag}>{form.format(text)}</{tag}>" for tag, form, text in leaves) + "</xml>"
    )
)


@given(XMLISH | XMLISH.map(lambda inner: f"<xml>{inner}</xml>") | REGULAR)
def test_the_quick_reader_agrees_with_the_full_one_wherever_it_answers(text: str) -> None:
    quick = elements._flat(text)
    if quick is not None:
        assert quick == elements._full(text)


def test_the_quick_reader_answers_for_what_wechat_usually_sends() -> None:
    assert elements._flat(push("text", MESSAGES["text"]).decode()) is not None
    assert elements._flat(event("CLICK", key("A")).decode()) is not None


@pytest.mark.parametrize("body", [body for body, _ in DETAILS] + [push("text", MESSAGES["text"])])
def test_a_message_survives_being_stored_as_json(body: bytes) -> None:
    incoming = parse(body)
    assert Incoming.from_json(incoming.to_json()) == incoming


@given(st.text(st.characters(exclude_categories=["Cs"])), st.floats(-90, 90))
def test_any_text_survives_being_stored_as_json(text: str, latitude: float) -> None:
    incoming = replace(parse(push("text")), text=text, key=text, latitude=latitude)
    assert Incoming.from_json(incoming.to_json()) == incoming


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "{",
        "5",
        "null",
        "[]",
        '{"is":"Scan"}',
        '{"is":"Nothing"}',
        '{"is":[]}',
        '{"is":"Incoming","x":1}',
        "{}",
    ],
)
def test_what_was_not_stored_by_us_is_malformed(stored: str) -> None:
    with pytest.raises(Malformed):
        Incoming.from_json(stored)


@pytest.mark.parametrize("build", [push, event])
def test_a_stored_message_omits_what_it_does_not_have(build: Callable[[str], bytes]) -> None:
    assert "latitude" not in parse(build("text")).to_json()
