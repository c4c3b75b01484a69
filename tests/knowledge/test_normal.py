"""Normalisation: what a keyboard adds is taken away, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.gists import gist
from knowledge.normal import normalise
from knowledge.sounds import Homophones, sound


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("怎么加入工会？", "怎么加入工会"),
        ("ＡＰＰ　怎么下載！！", "app怎么下载"),
        ("點樣入會", "点样入会"),
        ("入会😀👍🏽要钱吗~", "入会要钱吗"),
        ("入会[微笑]要钱吗[Smile]", "入会要钱吗"),
        ("谢谢/::) 再见/:rose", "谢谢再见"),
        ("[入会]", "入会"),
        ("N+1和2N", "n1和2n"),
        ("❤️\u200b \n\t。", ""),
    ],
)
def test_two_ways_of_typing_one_question_are_compared_as_one(written: str, compared: str) -> None:
    assert normalise(written) == compared


@given(st.text())
def test_normalising_again_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_a_million_letters_are_normalised() -> None:
    assert len(normalise("工会" * 500_000)) == 1_000_000


@given(st.text())
def test_a_gist_is_never_lost(text: str) -> None:
    assert bool(gist(text)) == bool(text)


@pytest.mark.parametrize(
    ("one", "other"), [("没有合同", "冇合同"), ("包工头跑了", "判头跑了"), ("有没有补贴", "有冇补贴")]
)
def test_a_word_that_stands_for_others_is_like_them(one: str, other: str) -> None:
    assert gist(one) == gist(other)


def test_different_ways_of_asking_have_one_gist() -> None:
    assert gist("请问如何加入工会呢") == gist("怎样加入工会") == gist("怎么加入工会啊谢谢")


def test_a_question_of_fillers_alone_is_kept() -> None:
    assert gist("谢谢") == "谢谢"


@pytest.mark.parametrize(
    ("one", "other"), [("公会", "工会"), ("蓝", "难"), ("湖", "服"), ("津", "京"), ("值", "资"), ("市", "四")]
)
def test_characters_that_southern_ears_confuse_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@given(st.text())
def test_the_sound_of_a_text_has_its_length(text: str) -> None:
    assert len(sound(text)) == len(text)


def test_a_misheard_word_is_respelt_as_the_knowledge_base_writes_it() -> None:
    known = Homophones([("加入", 3), ("入工", 2), ("工会", 9), ("公会", 1)])
    assert known.respell("佳入工惠") == "加入工会"


def test_a_text_about_something_else_is_not_respelt() -> None:
    known = Homophones([("工会", 9)])
    assert known.respell("这个游戏里的宫绘怎么玩") == "这个游戏里的宫绘怎么玩"
