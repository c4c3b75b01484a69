"""Emergencies: what must be heard at once, and what only sounds like one."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.alarms import LISTS, judge, read_known
from knowledge.concepts import FOLDER
from knowledge.trials import GOLDEN, read_questions
from knowledge.urgency import KINDS, Urgency

URGENCY = Urgency()


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("救命啊工友的手卷进搅拌机了流好多血", "injury"),
        ("有人喺棚架跌咗落嚟，郁都唔郁", "injury"),
        ("老板带人来宿舍打我们，还拿着铁棍", "violence"),
        ("我真的不想活了", "self-harm"),
        ("我唔想再撐落去，攞咗安眠藥", "self-harm"),
        ("我们被锁在厂里不让出去，手机也收走了", "detained"),
        ("车间着火了好大烟", "danger"),
    ],
)
def test_an_emergency_is_heard(message: str, kind: str) -> None:
    assert URGENCY.kind(message) == kind


@pytest.mark.parametrize(
    "message",
    [
        "工伤认定要多久", "去年在工地摔断了腿，现在还能申请赔偿吗", "今天累死了", "消防培训怎么报名", "想死你们了",
        "我想跳槽", "高温津贴有没有", "怎么加入工会", "心理咨询怎么预约", "火锅店招人吗", "", "？",
    ],
)  # fmt: skip
def test_what_only_sounds_like_one_is_not(message: str) -> None:
    assert URGENCY.kind(message) == ""


# What was measured, rounded: the blind lists teach nothing, the others taught the weights. The aim is 0.98 and 0.005.
LEAST_HEARD = {
    "first": 0.98,
    "last": 0.98,
    "dev": 0.97,
    "more": 0.97,
    "blind_e": 0.89,
    "blind_f": 0.95,
    "blind_g": 0.93,
    "blind_h": 0.93,
    "blind_i": 0.9,
    "blind_j": 0.96,
}
MOST_FALSE, MOST_FALSE_UNSEEN = 0.005, 0.03


@pytest.mark.parametrize("name", LEAST_HEARD)
def test_messages_of_others_are_told_apart(name: str) -> None:
    found = judge(URGENCY, read_known(LISTS / f"{name}.jsonl"))
    assert found.urgent
    assert found.heard >= LEAST_HEARD[name]
    assert found.false <= (MOST_FALSE_UNSEEN if name.startswith("blind") else MOST_FALSE)


def test_nothing_urgent_is_dropped_at_the_first_look() -> None:
    lines = [line for kind in KINDS for line in (FOLDER / f"{kind}.txt").read_text("utf-8").splitlines()]
    heard = [line for line in lines if len(line) <= 100 and URGENCY.odds(line) > 0]
    dropped = [line for line in heard if not URGENCY.kind(line)]
    assert len(dropped) <= 0.0002 * len(heard)


def test_questions_to_the_union_are_no_emergencies() -> None:
    asked = read_questions([GOLDEN / "fit.jsonl", GOLDEN / "check.jsonl"])
    alarms = [question.text for question in asked if URGENCY.kind(question.text)]
    assert len(alarms) <= 0.02 * len(asked)  # some of these are emergencies


def test_a_message_is_heard_in_the_time_of_a_glance() -> None:
    asked = [question.text for question in read_questions([GOLDEN / "fit.jsonl"])]
    start = process_time()
    for text in asked:
        URGENCY.kind(text)
    assert process_time() - start < 0.0005 * len(asked)  # ten times what it takes


@given(st.text())
def test_any_text_has_a_kind_or_none(text: str) -> None:
    assert URGENCY.kind(text) in {"", "injury", "violence", "self-harm", "detained", "danger"}


def test_a_text_of_a_million_letters_does_no_harm() -> None:
    assert URGENCY.kind("工" * 1_000_000) == ""
    assert URGENCY.kind("我在厂里做了很多年。" * 9_999 + "现在车间着火了快来人") == "danger"


@pytest.mark.parametrize(
    ("cry", "kind"),
    [("起火啦", "danger"), ("快来人，宿舍着火了！", "danger"), ("工友中暑了", "injury"), ("打架了", "violence"),
     ("我想自鲨", "self-harm"), ("车间漏霉气", "danger"), ("软禁我", "detained")],
)  # fmt: skip
def test_a_cry_is_heard_however_short_and_however_spelt(cry: str, kind: str) -> None:
    assert URGENCY.kind(cry) == kind


@pytest.mark.parametrize("message", ["紫砂壶多少钱", "轮胎没气了", "流产假几天", "打架会不会被开除"])
def test_a_word_that_sounds_like_one_is_no_cry(message: str) -> None:
    assert not URGENCY.kind(message)
