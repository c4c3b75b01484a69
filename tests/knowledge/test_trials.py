"""Trials: what a question is worth, and whether a change may be published."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import trials
from knowledge.contents import read_catalogue
from knowledge.entries import Broken, Entry
from knowledge.matcher import Outcome, Snapshot
from knowledge.trials import Change, Figures, Given, Question

ANSWER, SUGGEST, CLARIFY, NONE = Outcome.ANSWER, Outcome.SUGGEST, Outcome.CLARIFY, Outcome.NONE


def entry(topic: str, question: str, *phrasings: str) -> Entry:
    return Entry(topic, topic, question, phrasings, f"关于{topic}的回答")


JOIN = entry("join-how", "怎么加入工会")
PAY = entry("wage-arrears", "老板拖欠工资怎么办", "不发工钱")
DISH = entry("aside-dish", "红烧肉怎么做")
GOLDEN = trials.read_questions(trials.GUARDED)
KNOWN = next(question for question in GOLDEN if question.right)
STRANGE = next(question for question in GOLDEN if not question.right)


def asked(*right: str) -> Question:
    return Question("问题", frozenset(right))


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        (Given(ANSWER, "a", ("a", "x", "y", "z")), {"answered", "helped", "top1", "top3"}),
        (Given(ANSWER, "b", ("b", "a")), {"answered", "helped", "top1", "top3"}),
        (Given(ANSWER, "x", ("x", "a", "y", "z")), {"wrong", "top3"}),
        (Given(SUGGEST, None, ("a", "x", "y", "z")), {"helped", "top1", "top3"}),
        (Given(SUGGEST, None, ("x", "y", "z", "b")), {"helped"}),
        (Given(SUGGEST, None, ("x", "y", "z", "w")), set()),
        (Given(CLARIFY, None, ("x", "a")), {"top3"}),
        (Given(NONE, None, ("a",)), {"top1", "top3"}),
        (Given(NONE, None, ()), set()),
    ],
)
def test_a_question_in_scope_counts_for_what_it_got(given: Given, counts: set[str]) -> None:
    figures = trials.tally([asked("a", "b")], [given])
    shares = {name: getattr(figures, name) for name in Figures.__dataclass_fields__}
    assert shares.pop("in_scope") == 1
    assert {name for name, share in shares.items() if share} == counts


@pytest.mark.parametrize(
    ("given", "accepted", "suggested"),
    [
        (Given(ANSWER, "a", ("a",)), 1, 0),
        (Given(SUGGEST, None, ("a",)), 0, 1),
        (Given(NONE, None, ("a",)), 0, 0),
        (Given(CLARIFY, None, ("a",)), 0, 0),
    ],
)
def test_a_question_out_of_scope_should_get_nothing(given: Given, accepted: float, suggested: float) -> None:
    assert trials.tally([asked()], [given]) == Figures(0, 0, 0, 0, 0, 0, 1, accepted, suggested)


def test_shares_are_of_the_questions_that_are_asked_for() -> None:
    questions = [asked("a"), asked("a"), asked("a"), asked("a"), asked(), asked()]
    right, wrong = Given(ANSWER, "a", ("a",)), Given(ANSWER, "b", ("b",))
    offered, nothing = Given(SUGGEST, None, ("b", "a")), Given(NONE, None, ())
    assert trials.tally(questions, [right, wrong, offered, nothing, right, nothing]) == Figures(
        4,
        answered=0.25,
        helped=0.5,
        wrong=0.25,
        top1=0.25,
        top3=0.5,
        out_of_scope=2,
        accepted=0.5,
        suggested=0,
    )


def test_a_base_is_judged_as_a_whole_and_by_style() -> None:
    snapshot = Snapshot([JOIN, PAY, DISH])
    questions = [
        Question("怎么加入工会？", frozenset({"join-how"}), "plain"),
        Question("不发工钱", frozenset({"join-how"}), "short"),
        Question("红烧肉怎么做", frozenset(), "short"),
    ]
    whole = trials.judge(snapshot, questions)
    assert (whole.in_scope, whole.answered, whole.wrong) == (2, 0.5, 0.5)
    assert (whole.out_of_scope, whole.accepted) == (1, 0)
    styles = trials.judge_styles(snapshot, questions)
    assert list(styles) == ["plain", "short"]
    assert (styles["plain"].answered, styles["plain"].out_of_scope) == (1, 0)
    assert (styles["short"].answered, styles["short"].wrong, styles["short"].out_of_scope) == (0, 1, 1)


def test_a_question_of_a_conversation_is_asked_after_the_one_before() -> None:
    snapshot = Snapshot([JOIN, PAY])
    right = frozenset({"wage-arrears"})
    first = Question("不发工钱", right, session="one")
    follow = Question("要带什么去", right, session="one")
    alone = replace(follow, session="")
    assert [given.topic for given in trials.ask(snapshot, [first, follow, alone])] == [*right, *right, None]


def test_what_a_file_says_of_its_questions_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mine.jsonl",
        {"q": "甲\u2028", "topic": "a", "also": ["b"], "style": "elder"},
        {"q": "乙", "topic": None, "also": []},
        {"q": "丙", "topic": "a", "topics": ["a", "c"], "session": 7},
    )
    assert trials.read_questions([path]) == [
        Question("甲\u2028", frozenset({"a", "b"}), "elder"),
        Question("乙", frozenset(), "mine"),
        Question("丙", frozenset({"a", "c"}), "mine", f"{path} 7"),
    ]


def test_lines_that_are_no_questions_are_named(tmp_path: Path) -> None:
    path = write(
        tmp_path / "bad.jsonl", {"q": "甲", "topic": "a"}, {"q": "没有主题"}, ["a"], {"q": 1, "topic": []}
    )
    with pytest.raises(Broken) as broken:
        trials.read_questions([path])
    assert [(problem.file, problem.line) for problem in broken.value.problems] == [
        ("bad.jsonl", number) for number in (2, 3, 4)
    ]


def test_a_comparison_names_what_each_question_got_before_and_after() -> None:
    before, after = Snapshot([JOIN, PAY]), Snapshot([JOIN, replace(PAY, phrasings=("没发钱",)), DISH])
    lost = Question("不发工钱", frozenset({"wage-arrears"}))
    won = Question("没发钱", frozenset({"wage-arrears"}))
    same = Question("怎么加入工会", frozenset({"join-how"}))
    found = {one.question: one for one in trials.compare(before, after, [lost, won, same])}
    assert set(found) <= {lost, won}
    assert (found[won].change, found[won].after.topic) == (Change.BETTER, "wage-arrears")
    back = {one.question: one for one in trials.compare(after, before, [won])}
    assert (back[won].change, back[won].before.topic) == (Change.WORSE, "wage-arrears")
    assert trials.compare(before, before, [lost, won, same]) == ()


def test_an_answer_that_was_wrong_before_and_is_wrong_otherwise_is_neither_better_nor_worse() -> None:
    moved = [replace(JOIN, phrasings=("不发工钱",)), replace(PAY, phrasings=())]
    asked = Question("不发工钱", frozenset({"retirement"}))
    (difference,) = trials.compare(Snapshot([JOIN, PAY]), Snapshot(moved), [asked])
    assert difference.change is Change.OTHER
    assert str(difference) == "“不发工钱”: wage-arrears → join-how (right: retirement)"


def test_the_golden_questions_are_on_topics_of_the_catalogue_and_none_is_asked_twice() -> None:
    assert len({question.text for question in GOLDEN}) == len(GOLDEN)
    assert {topic for question in GOLDEN for topic in question.right} == set(read_catalogue())


def test_a_change_that_loses_a_golden_answer_is_not_to_be_published() -> None:
    right = entry(min(KNOWN.right), "这里问的是别的事", KNOWN.text)
    other = entry("some-other-topic", "那里问的也是别的事")
    won = trials.gate([other], [right, other])
    lost = trials.gate([right, other], [replace(right, phrasings=()), other])
    stolen = trials.gate(
        [right, other], [replace(right, phrasings=()), replace(other, phrasings=(KNOWN.text,))]
    )
    assert not any(KNOWN.text in line for line in won)
    assert any(KNOWN.text in line for line in lost)
    assert any(f"“{KNOWN.text}”: {right.topic} → some-other-topic" in line for line in stolen)


def test_a_change_that_answers_what_is_no_question_to_the_union_is_not_to_be_published() -> None:
    greedy = replace(JOIN, phrasings=(STRANGE.text,))
    assert any(STRANGE.text in line for line in trials.gate([JOIN, PAY], [greedy, PAY]))


def test_a_new_wording_of_an_answer_may_be_published() -> None:
    assert trials.gate([JOIN, PAY], [replace(JOIN, answer="请到前台。", source="章程"), PAY]) == []
