"""Replies fit what WeChat shows, and links survive whatever stands in them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue import Choice, Text, link, numbered
from wechat.simulator.chats import read_markup

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@pytest.mark.parametrize("body", ["x", "字" * 682 + "ab", "x" * 2048, "😀" * 512])
def test_up_to_2048_bytes_can_be_said(body: str) -> None:
    assert Text(body).body == body


@pytest.mark.parametrize("body", ["", "字" * 683, "x" * 2049, "😀" * 512 + "a"])
def test_more_or_nothing_cannot(body: str) -> None:
    with pytest.raises(ValueError, match="1 to 2048 bytes"):
        Text(body)


@given(texts, texts)
def test_a_tap_says_what_was_meant(said: str, menu_id: str) -> None:
    (part,) = read_markup(link("点我", said, menu_id))
    assert part.menu_choice() == (said, menu_id)
    query = parse_qs(urlsplit(part.href).query, strict_parsing=True)
    assert query == {"msgmenucontent": [said], "msgmenuid": [menu_id]}


@given(st.text("<>\"'&a/=（）字", min_size=1, max_size=20))
def test_a_label_cannot_break_out_of_its_link(label: str) -> None:
    shown = link(label, "说", "ask:1")
    assert re.fullmatch(r'<a href="[^"<>]*">[^<>]*</a>', shown)
    (part,) = read_markup(shown)
    assert part.text.replace("＜", "<").replace("＞", ">") == label


def test_choices_stand_one_a_line_with_their_numbers() -> None:
    shown = numbered([Choice("甲", "ask", "a"), Choice("乙", "ask", "b")])
    assert [line[:3] for line in shown.splitlines()] == ["1. ", "2. "]
    parts = read_markup(shown)
    assert [part.menu_choice() for part in parts if part.is_menu] == [("甲", "ask:a"), ("乙", "ask:b")]


def test_four_questions_of_twenty_characters_fit_a_reply() -> None:
    choices = [Choice("字" * 20, "ask", f"topic-{number}") for number in range(4)]
    assert Text("您是不是想问：\n\n" + numbered(choices))
