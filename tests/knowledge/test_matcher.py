"""The matcher: which entry a worker's question gets, and when none."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.contents import read
from knowledge.entries import Entry
from knowledge.explaining import explained
from knowledge.matcher import TOPICS, Candidate, Outcome, Snapshot
from knowledge.weights import Weights

SHIPPED = Snapshot(read().told())


def entry(topic: str, question: str, *phrasings: str, name: str = "") -> Entry:
    return Entry(name or topic, topic, question, phrasings, f"关于{topic}的回答")


def snapshot(*entries: Entry) -> Snapshot:
    return Snapshot(entries, Weights.of_any_base())


def candidates(built: Snapshot, question: str, number: int = TOPICS) -> tuple[Candidate, ...]:
    return built.candidates(built.match(question), number)


def topics(built: Snapshot, question: str) -> list[str]:
    return [candidate.topic for candidate in candidates(built, question)]


def test_a_question_as_it_is_written_down_is_certain() -> None:
    verdict = SHIPPED.match("怎么加入工会？")
    assert (verdict.outcome, verdict.certainty) == (Outcome.ANSWER, 1.0)
    assert SHIPPED.candidates(verdict)[0].score == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("請問怎樣先可以加入工會？", "join-how"),
        ("佳入公会要钱吗", "join-cost"),
        ("会员咔丢了怎么办", "member-card"),
        ("转人工！！！", "human-agent"),
    ],
)
def test_a_worker_is_understood_however_it_is_typed(question: str, topic: str) -> None:
    assert topics(SHIPPED, question)[0] == topic


@pytest.mark.parametrize("question", ["今天天气怎么样", "红烧肉怎么做好吃", "asdf", "1", "哈哈哈哈"])
def test_what_nobody_has_written_an_answer_for_is_not_answered(question: str) -> None:
    assert SHIPPED.match(question).outcome is not Outcome.ANSWER


@pytest.mark.parametrize("question", ["", "？！", "😀", "[微笑]", "\x00\ud800", " \n", "工" * 1_000_000])
def test_nothing_that_is_sent_breaks_the_matcher(question: str) -> None:
    SHIPPED.match(question)


@given(st.text())
def test_any_text_gets_a_verdict_in_order(text: str) -> None:
    verdict = SHIPPED.match(text)
    found = SHIPPED.candidates(verdict)
    scores = [candidate.score for candidate in found]
    names = [candidate.topic for candidate in found]
    assert scores == sorted(scores, reverse=True)
    assert len(set(names)) == len(names) == TOPICS
    assert all(0 <= score <= 1 for score in scores)
    assert not any(candidate.entry.is_aside for candidate in found)
    assert (verdict.outcome is Outcome.ANSWER) == (verdict.entry is not None)


@given(st.text(alphabet="工会入员卡怎么办理加停车洗澡人", min_size=1, max_size=30))
def test_spaces_and_punctuation_do_not_change_a_verdict(text: str) -> None:
    plain, adorned = SHIPPED.match(text), SHIPPED.match(f" {'，'.join(text)}？！")
    assert (plain.outcome, plain.entry, plain.certainty) == (
        adorned.outcome,
        adorned.entry,
        adorned.certainty,
    )


def test_ten_topics_are_named_where_there_are_ten() -> None:
    many = snapshot(*(entry(f"t{at}", f"{chr(0x4E00 + at)}怎样加入工会") for at in range(30)))
    assert len(topics(many, "怎样加入工会")) == TOPICS
    assert len(topics(many, "没有一样的字")) == TOPICS


def test_a_topic_is_named_once_however_many_entries_it_has() -> None:
    two = snapshot(entry("t", "入会要钱吗", name="t"), entry("t", "会费怎么退", name="t/2"))
    assert topics(two, "入会要交钱吗") == ["t"]
    assert candidates(two, "会费可以退吗")[0].entry.id == "t/2"


def test_an_aside_is_replied_to_and_never_offered() -> None:
    built = snapshot(entry("aside-thanks", "谢谢", "多谢你"), entry("join", "怎么加入工会"))
    verdict = built.match("谢谢！")
    assert (verdict.outcome, verdict.entry) == (Outcome.NONE, None)
    assert verdict.aside is not None and verdict.aside.topic == "aside-thanks"
    assert topics(built, "谢谢") == ["join"]


def test_what_decided_can_be_explained() -> None:
    text = explained(SHIPPED, "入会要带什么证件啊")
    assert "join-documents" in text
    assert "an answer needs" in text


def test_two_topics_that_are_as_near_are_offered_and_neither_is_answered() -> None:
    twins = snapshot(entry("card", "会员卡丢了怎么办"), entry("paper", "会员证丢了怎么办"))
    verdict = twins.match("会员丢了怎么办")
    assert verdict.outcome is Outcome.SUGGEST
    assert {candidate.topic for candidate in twins.candidates(verdict)} == {"card", "paper"}


def test_the_end_of_a_long_story_counts() -> None:
    story = "我在厂里做了很多年每天都很忙" * 60
    assert topics(SHIPPED, story + "怎么加入工会")[0] == topics(SHIPPED, story[-294:] + "怎么加入工会")[0]


def test_an_empty_knowledge_base_knows_nothing() -> None:
    verdict = snapshot().match("怎么加入工会")
    assert (verdict.outcome, snapshot().candidates(verdict)) == (Outcome.NONE, ())


@given(st.lists(st.text(max_size=12), max_size=8))
def test_a_snapshot_of_any_texts_can_be_built_and_asked(texts: list[str]) -> None:
    built = snapshot(*(entry(f"t{at}", text) for at, text in enumerate(texts)))
    for text in texts:
        built.match(text)


@given(
    st.lists(
        st.text(alphabet="工会入员卡怎么办理加停车", min_size=1, max_size=12),
        min_size=1,
        max_size=8,
        unique=True,
    )
)
def test_every_question_leads_to_its_own_entry(texts: list[str]) -> None:
    entries = [entry(f"t{at}", text) for at, text in enumerate(texts)]
    built = snapshot(*entries)
    assert [built.match(text).entry for text in texts] == entries
    assert [built.exact(text + "！") for text in texts] == entries


def test_thresholds_decide_between_answer_suggestion_and_silence() -> None:
    entries = [entry("t", "怎么加入工会"), entry("u", "怎么领会员卡")]
    usual = Weights.of_any_base()
    outcomes = [
        Snapshot(entries, replace(usual, sure_inside=sure, sure_right=sure, offered=offered))
        .match("想加入你们工会")
        .outcome
        for sure, offered in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    ]
    assert outcomes == [Outcome.ANSWER, Outcome.SUGGEST, Outcome.NONE]


def test_threads_get_the_verdicts_that_one_would_get() -> None:
    questions = [f"{word}怎么办理" for word in ("会员卡", "入会", "退会", "驿站", "停车", "转会")] * 20

    def matched(question: str) -> tuple[str, float]:
        verdict = SHIPPED.match(question)
        return verdict.outcome, verdict.certainty

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(matched, questions)) == [matched(question) for question in questions]
