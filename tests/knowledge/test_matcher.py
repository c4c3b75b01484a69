"""The matcher: which entry a worker's question gets, and when none."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries import CONTENT, Entry, read
from knowledge.matcher import SHOWN, TOPICS, Outcome, Snapshot, Weights
from knowledge.questions import verdict_line
from knowledge.snapshots import Knowledge

SHIPPED = Snapshot(read(CONTENT))


def entry(topic: str, question: str, *phrasings: str, name: str = "") -> Entry:
    return Entry(name or topic, topic, question, phrasings, f"关于{topic}的回答")


def snapshot(*entries: Entry) -> Snapshot:
    return Snapshot(entries)


def test_a_question_as_it_is_written_down_is_certain() -> None:
    verdict = SHIPPED.match("怎么加入工会？")
    assert (verdict.outcome, verdict.certainty) == (Outcome.ANSWER, 1.0)
    assert verdict.candidates[0].score == pytest.approx(1.0)


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
    assert SHIPPED.match(question).candidates[0].topic == topic


@pytest.mark.parametrize("question", ["今天天气怎么样", "红烧肉怎么做好吃", "asdf", "1", "哈哈哈哈"])
def test_what_nobody_has_written_an_answer_for_is_not_answered(question: str) -> None:
    assert SHIPPED.match(question).outcome is not Outcome.ANSWER


@pytest.mark.parametrize("question", ["", "？！", "😀", "[微笑]", "\x00\ud800", " \n", "工" * 1_000_000])
def test_nothing_that_is_sent_breaks_the_matcher(question: str) -> None:
    SHIPPED.match(question)


@given(st.text())
def test_any_text_gets_a_verdict_in_order(text: str) -> None:
    verdict = SHIPPED.match(text)
    scores = [candidate.score for candidate in verdict.candidates]
    topics = [candidate.topic for candidate in verdict.candidates]
    assert scores == sorted(scores, reverse=True)
    assert len(set(topics)) == len(topics) <= TOPICS
    assert all(0 <= score <= 1 for score in scores)
    assert (verdict.outcome is Outcome.ANSWER) == (verdict.entry is not None)


@given(st.text(alphabet="工会入员卡怎么办理加停车洗澡人", min_size=1, max_size=30))
def test_spaces_and_punctuation_do_not_change_a_verdict(text: str) -> None:
    assert SHIPPED.match(text) == SHIPPED.match(f" {'，'.join(text)}？！")


def test_ten_topics_are_named_where_ten_share_anything_with_the_question() -> None:
    many = snapshot(*(entry(f"t{at}", f"{chr(0x4E00 + at)}怎样加入工会") for at in range(30)))
    assert len(many.match("怎样加入工会").candidates) == TOPICS
    crowd = entry("crowd", "怎样加入工会", *(f"怎样加入工会{chr(0x5000 + at)}" for at in range(99)))
    others = [entry(f"o{at}", f"工会的{chr(0x6000 + at)}") for at in range(9)]
    assert len(snapshot(crowd, *others).match("怎样加入工会呢").candidates) == TOPICS


def test_a_topic_is_named_once_however_many_entries_it_has() -> None:
    two = snapshot(entry("t", "入会要钱吗", name="t"), entry("t", "入会要多少钱", name="t/2"))
    assert [candidate.topic for candidate in two.match("入会要交钱吗").candidates] == ["t"]


def test_two_topics_that_are_as_near_are_offered_and_neither_is_answered() -> None:
    twins = snapshot(entry("card", "会员卡丢了怎么办"), entry("paper", "会员证丢了怎么办"))
    verdict = twins.match("会员丢了怎么办")
    assert verdict.outcome is Outcome.SUGGEST
    assert {candidate.topic for candidate in verdict.candidates} == {"card", "paper"}


def test_the_end_of_a_long_story_counts() -> None:
    story = "我在厂里做了很多年每天都很忙" * 60
    assert (
        SHIPPED.match(story + "怎么加入工会").candidates[0].topic
        == SHIPPED.match(story[-294:] + "怎么加入工会").candidates[0].topic
    )


def test_an_empty_knowledge_base_knows_nothing() -> None:
    verdict = snapshot().match("怎么加入工会")
    assert (verdict.outcome, verdict.candidates) == (Outcome.NONE, ())


@given(st.lists(st.text(max_size=12), max_size=8))
def test_a_snapshot_of_any_texts_can_be_built_and_asked(texts: list[str]) -> None:
    built = Snapshot([entry(f"t{at}", text) for at, text in enumerate(texts)])
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
    built = Snapshot(entries)
    assert [built.match(text).entry for text in texts] == entries
    assert [built.exact(text + "！") for text in texts] == entries


def test_thresholds_decide_between_answer_suggestion_and_silence() -> None:
    entries = [entry("t", "怎么加入工会"), entry("u", "怎么领会员卡")]
    outcomes = [
        Snapshot(entries, Weights(answer=answer, suggest=suggest)).match("想加入你们工会").outcome
        for answer, suggest in ((0.0, 0.0), (0.999, 0.0), (0.999, 0.999))
    ]
    assert outcomes == [Outcome.ANSWER, Outcome.SUGGEST, Outcome.NONE]


def test_threads_get_the_verdicts_that_one_would_get() -> None:
    questions = [f"{word}怎么办理" for word in ("会员卡", "入会", "退会", "驿站", "停车", "转会")] * 20
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(SHIPPED.match, questions)) == [
            SHIPPED.match(question) for question in questions
        ]


def test_a_swap_takes_effect_at_once_and_shows_four() -> None:
    knowledge = Knowledge(snapshot())
    assert knowledge.exact("怎么入会") is None
    knowledge.swap(snapshot(*(entry(f"t{at}", f"怎么入会{chr(0x4E00 + at)}") for at in range(9))))
    assert len(knowledge.match("怎么入会呀").candidates) == SHOWN
    assert knowledge.entry("t3") is not None


def test_the_line_of_a_verdict_has_the_names_of_the_contract() -> None:
    line = json.loads(verdict_line("怎么加入工会", SHIPPED.match("怎么加入工会")))
    assert list(line) == ["q", "outcome", "topic", "topics", "answer", "urgent", "candidates"]
    assert (line["outcome"], line["topic"], line["urgent"]) == ("answer", "join-how", False)
    assert _names(line["candidates"]) == {"topic", "score"}
    unknown = json.loads(verdict_line("？", SHIPPED.match("？")))
    assert (unknown["outcome"], unknown["topic"], unknown["candidates"]) == ("none", None, [])


def _names(candidates: Sequence[dict[str, object]]) -> set[str]:
    return {name for candidate in candidates for name in candidate}
