"""The baselines: plain, but not made of straw."""

from math import inf, log

import pytest

from benchmarks import baselines
from benchmarks.baselines import BASELINES, Baseline, Found
from knowledge import trials
from knowledge.entries import Entry
from knowledge.matcher import Outcome
from knowledge.trials import Figures, Question


def entry(topic: str, question: str, *phrasings: str, name: str = "") -> Entry:
    return Entry(name or topic, topic, question, phrasings, f"关于{topic}的回答")


ENTRIES = (
    entry("join-how", "怎么加入工会", "我想入会"),
    entry("wage-arrears", "老板拖欠工资怎么办", "不发工钱"),
    entry("aside-dish", "红烧肉怎么做好吃"),
    entry("join-how", "入会在哪里办", name="join-how/2"),
    entry("heat-allowance", "高温津贴有多少"),
)


def asked(text: str, *right: str) -> Question:
    return Question(text, frozenset(right))


@pytest.mark.parametrize("name", BASELINES)
def test_a_text_of_the_base_is_found_however_it_is_written(name: str) -> None:
    baseline = Baseline(BASELINES[name], ENTRIES)
    found = baseline.find([asked("高溫津貼有多少？"), asked("入会在哪里办"), asked("红烧肉怎么做好吃!")])
    assert [one.topic for one in found] == ["heat-allowance", "join-how", None]
    for one in found:
        assert sorted(one.shown) == ["heat-allowance", "join-how", "wage-arrears"]


@pytest.mark.parametrize("name", BASELINES)
def test_nothing_that_is_asked_breaks_a_baseline(name: str) -> None:
    found = Baseline(BASELINES[name], ENTRIES).find([asked("？！"), asked("xyz"), asked("")])
    assert [one.score for one in found] == [0, 0, 0]


def test_tf_idf_is_the_cosine_of_weighed_characters() -> None:
    both, rare = 1.0, log(3 / 2) + 1
    whole = (both**2 + rare**2 + rare**2) ** 0.5  # 甲, 乙, 甲乙
    (scores,) = baselines.tfidf(["甲乙", "甲"])(["乙"])
    assert scores == pytest.approx([rare / whole, 0])
    (same,) = baselines.tfidf(["甲乙", "甲"])(["甲乙"])
    assert same == pytest.approx([1, both / whole])


def test_bm25_prefers_the_rarer_word_and_the_shorter_text() -> None:
    ((rarer, shorter, longer, nothing),) = baselines.bm25(["电话", "工会", "工会 地址", "时间"])(
        ["工会，电话"]
    )
    assert rarer > shorter > longer > nothing == 0


def test_below_its_threshold_a_baseline_only_offers() -> None:
    found = Found("a", 0.5, ("a", "b"))
    assert (found.given(0.5).outcome, found.given(0.5).topic) == (Outcome.ANSWER, "a")
    assert (found.given(0.51).outcome, found.given(0.51).topic) == (Outcome.SUGGEST, None)
    assert Found(None, 0.9, ("a",)).given(0).outcome is Outcome.SUGGEST


def test_the_threshold_answers_all_it_may_with_few_wrong_enough() -> None:
    questions = [asked(str(at), "a") for at in range(100)]
    found = [Found("b" if at % 10 == 5 else "a", float(at), ("a",)) for at in range(100)]
    threshold = baselines.fair(questions, found)
    figures = trials.tally(questions, [one.given(threshold) for one in found])
    assert (threshold, figures.wrong, figures.answered) == (56, 0.04, 0.4)
    assert baselines.fair(questions, [Found("b", 1.0, ()) for _ in questions]) == inf


def test_the_table_has_a_row_for_each_matcher_and_a_dash_for_what_was_not_asked() -> None:
    fit = [asked("我要入会", "join-how"), asked("红烧肉")]
    sets = {"mine": [asked("不发工钱", "wage-arrears")], "chatter": [asked("红烧肉怎么做好吃")]}
    rows = list(baselines.compare(ENTRIES, fit, sets))
    assert [(name, matcher) for name, matcher, _ in rows] == [
        (name, matcher) for name in sets for matcher in ("**this matcher**", *BASELINES)
    ]
    lines = baselines.table(rows).splitlines()
    assert lines[0] == "| questions | matcher | answered | helped | wrong | top-1 | accepted |"
    assert lines[2] == "| mine | **this matcher** | 1.000 | 1.000 | 0.000 | 1.000 | – |"
    assert lines[6] == "| chatter | **this matcher** | – | – | – | – | 0.000 |"
    one = ("mine", "x", Figures(2, 0.5, 1, 0, 0.5, 1, 4, 0.25, 0))
    assert baselines.table([one]).splitlines()[2] == "| mine | x | 0.500 | 1.000 | 0.000 | 0.500 | 0.250 |"
