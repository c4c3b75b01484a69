"""What a message means: one question, two, one that goes on from the last, or none at all."""

import json

import pytest

from knowledge.contents import read as read_content
from knowledge.entries import Entry
from knowledge.matcher import Outcome, Snapshot
from knowledge.questions import reading_line
from knowledge.snapshots import SHOWN, Knowledge
from knowledge.understanding import Reading, offers, read
from knowledge.weights import Weights

SHIPPED = Snapshot(read_content().told())


def heard(message: str, topic: str | None = None) -> Reading:
    return read(SHIPPED, message, topic)


def topics(reading: Reading) -> list[str]:
    return [entry.topic for entry in reading.entries]


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("怎么加入工会？还有最低工资是多少？", ["join-how", "minimum-wage"]),
        ("会费要交多少钱？另外工会电话是多少", ["join-cost", "union-contact"]),
    ],
)
def test_two_questions_in_one_message_get_two_answers(message: str, asked: list[str]) -> None:
    assert topics(heard(message)) == asked


def test_the_question_at_the_end_of_a_story_is_heard() -> None:
    story = "师傅你好。我从信宜来，在这里打工十几年了，一直在鞋厂。老乡叫我来问你。"
    assert topics(heard(story + "怎么加入工会？")) == ["join-how"]


@pytest.mark.parametrize("message", ["还有呢", "那要带什么去", "在哪里办", "多久"])
def test_a_short_question_is_asked_of_the_last_answer(message: str) -> None:
    assert topics(heard(message, "work-injury"))[0] == "work-injury"


@pytest.mark.parametrize("message", ["公司倒闭了怎么办", "社保断了怎么办", "怀孕怎么办"])
def test_a_short_question_of_its_own_is_not_asked_of_the_last_answer(message: str) -> None:
    assert topics(heard(message, "join-how")) == topics(heard(message))


def test_a_short_question_of_nothing_is_met_with_a_choice() -> None:
    reading = heard("那要带什么")
    assert reading.outcome is Outcome.CLARIFY
    assert len(offers(SHIPPED, reading, SHOWN)) == SHOWN


def test_thanks_after_an_answer_are_no_question() -> None:
    reading = heard("谢谢你", "work-injury")
    assert reading.aside is not None
    assert reading.outcome is Outcome.NONE


def test_a_topic_that_has_gone_meanwhile_does_no_harm() -> None:
    assert heard("还有呢", "no-such-topic").outcome is Outcome.CLARIFY


def test_a_swap_takes_effect_at_once() -> None:
    def entry(at: int) -> Entry:
        return Entry(f"t{at}", f"t{at}", f"怎么入会{chr(0x4E00 + at)}", (), "回答")

    knowledge = Knowledge(Snapshot((), Weights.of_any_base()))
    assert knowledge.exact("怎么入会") is None
    knowledge.swap(Snapshot([entry(at) for at in range(9)], Weights.of_any_base()))
    assert len(knowledge.offers(knowledge.read("怎么入会呀"))) == SHOWN
    assert knowledge.entry("t3") is not None


def test_the_line_of_a_reading_has_the_names_of_the_contract() -> None:
    line = json.loads(reading_line(SHIPPED, "怎么加入工会", read(SHIPPED, "怎么加入工会", None)))
    assert list(line) == ["q", "outcome", "topic", "topics", "answer", "urgent", "candidates"]
    assert (line["outcome"], line["topic"], line["urgent"]) == ("answer", "join-how", False)
    assert {name for candidate in line["candidates"] for name in candidate} == {"topic", "score"}
    assert len(line["candidates"]) == 10
    unknown = json.loads(reading_line(SHIPPED, "？", read(SHIPPED, "？", None)))
    assert (unknown["outcome"], unknown["topic"]) == ("none", None)
