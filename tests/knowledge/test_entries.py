"""Knowledge files: what is good is read, what is bad is refused with its file and line, all at once."""

import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.contents import read, read_catalogue, read_jsonl
from knowledge.entries import Broken

CATALOGUE = """\
membership:
  - {id: join-how, title: 怎么加入工会}
  - {id: join-cost, title: 入会收费}
"""
GOOD = """\
- topic: join-how
  question: 怎么加入工会？
  phrasings:
    - 怎样入会
    - 我想加入工会
  answer: |
    回复“入会”马上办理。
    <a href="https://example.org/join">网上办理</a>
  source: 中国工会章程
  effective: 2026-11-01
  reviewed: 2026-11-01
  review_by: 2027-05-01
  owner: 组织部
  place: 全国
  workers: 全体职工
  opens: membership
"""
FACT = """\
- fact: union-phone
  label: 工会电话
  owner: 办公室
  sample: 示例电话
  otherwise: 请打 12351
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "membership.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def problems(folder: Path, content: str) -> list[str]:
    (folder / "membership.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(Broken) as broken:
        read(folder)
    return [str(problem) for problem in broken.value.problems]


def test_an_entry_is_read_with_everything_that_was_written(folder: Path) -> None:
    (entry,) = read(folder).entries
    assert (entry.id, entry.topic, entry.opens) == ("join-how", "join-how", "membership")
    assert entry.phrasings == ("怎样入会", "我想加入工会")
    assert entry.answer.endswith("网上办理</a>")
    assert (entry.reviewed, entry.review_by) == (date(2026, 11, 1), date(2027, 5, 1))


def test_the_shipped_knowledge_base_is_good() -> None:
    entries = read().entries
    answered = {entry.topic for entry in entries if not entry.is_aside}
    assert answered == set(read_catalogue())
    assert all(entry.source and entry.reviewed and entry.review_by for entry in entries)


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        (
            "topic: join-how",
            "topic: join-hwo",
            "membership.yaml:1: join-hwo is not a topic of the catalogue",
        ),
        ("  source: 中国工会章程\n", "", "membership.yaml:1: missing source"),
        ("source:", "sauce:", "membership.yaml:9: unknown field sauce"),
        (
            "怎样入会",
            "怎么，加入工會",
            "membership.yaml:4: “怎么，加入工會” is at membership.yaml:2 already",
        ),
        ("怎样入会", "？？", "membership.yaml:4: “？？” has no letters"),
        ("怎样入会", "[怎样]", "membership.yaml:4: a phrasing is empty or not a text"),
        ("2027-05-01", "2026-05-01", "membership.yaml:12: review_by is not after reviewed"),
        ("2027-05-01", "next spring", "membership.yaml:12: review_by is not a date such as 2026-11-01"),
        ("马上办理", "马上]]>办理", "membership.yaml:6: answer holds ]]> or a control character"),
        (
            '<a href="https://',
            '<a onclick="https://',
            "membership.yaml:6: answer has a link that is not of the form",
        ),
        ("马上办理", "办" * 700, "membership.yaml:6: answer is 2"),
        ("  opens: membership", "  opens: ''", "membership.yaml:16: opens is empty or not a text"),
        ("  opens:", "  topic:", "membership.yaml:16: topic is there twice"),
        ("- topic", "topic", "membership.yaml:1: a knowledge file is a list of entries"),
    ],
)
def test_a_bad_line_is_refused_by_file_and_number(folder: Path, good: str, bad: str, complaint: str) -> None:
    content = GOOD.replace(good, bad) if good != "- topic" else GOOD[2:].replace("\n  ", "\n")
    assert any(problem.startswith(complaint) for problem in problems(folder, content)), problems(
        folder, content
    )


def test_all_problems_are_told_at_once(folder: Path) -> None:
    content = GOOD + GOOD.replace("2027-05-01", "2025-01-01")
    assert problems(folder, content) == [
        "membership.yaml:28: review_by is not after reviewed",
        "membership.yaml:17: join-how is at membership.yaml:1 already",
        "membership.yaml:18: “怎么加入工会？” is at membership.yaml:2 already",
        "membership.yaml:20: “怎样入会” is at membership.yaml:4 already",
        "membership.yaml:21: “我想加入工会” is at membership.yaml:5 already",
    ]


def test_a_fact_is_told_where_an_answer_names_it(folder: Path) -> None:
    content = GOOD.replace("马上办理", "马上办理，或打 {union-phone}")
    (folder / "membership.yaml").write_text(content + FACT, encoding="utf-8")
    found = read(folder)
    assert "{union-phone}" in found.entries[0].answer
    assert "或打 请打 12351" in found.told()[0].answer
    assert "或打 示例电话" in found.told(samples=True)[0].answer


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("union-phone", "union phone", "membership.yaml:17: union phone is not a name such as minimum-wage"),
        ("  otherwise: 请打 12351\n", "", "membership.yaml:17: a fact has a value, or says otherwise"),
        ("sample: 示例电话", "value: '0668'", "membership.yaml:20: a value has source, effective, reviewed"),
        ("owner: 办公室", "owner: ''", "membership.yaml:19: owner is empty or not a text"),
    ],
)
def test_a_bad_fact_is_refused_by_file_and_number(folder: Path, good: str, bad: str, complaint: str) -> None:
    assert problems(folder, GOOD + FACT.replace(good, bad))[0].startswith(complaint)


def test_an_answer_that_names_no_fact_is_refused(folder: Path) -> None:
    found = problems(folder, GOOD.replace("马上办理", "马上办理，或打 {union-fax}"))
    assert found == ["membership.yaml:6: answer names {union-fax}, which is not a fact"]


@pytest.mark.parametrize(
    "content", ["", "- [", "- {a: *b}", "\tx", "- 1", "\x00", "- topic: &a [*a]", "[" * 50_000]
)
def test_what_is_no_knowledge_file_is_refused_without_a_crash(folder: Path, content: str) -> None:
    assert problems(folder, content)[0].startswith("membership.yaml:")


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "membership.yaml").write_bytes(GOOD.encode("gbk"))
    with pytest.raises(Broken, match=r"membership.yaml:1: cannot be read"):
        read(folder)


def test_nothing_is_read_without_a_catalogue(folder: Path) -> None:
    (folder / "catalogue.yaml").unlink()
    with pytest.raises(Broken, match=r"catalogue.yaml:1: cannot be read"):
        read(folder)


def test_a_catalogue_names_a_topic_once(folder: Path) -> None:
    (folder / "catalogue.yaml").write_text(
        CATALOGUE + "  - {id: join-how, title: 又一次}\n", encoding="utf-8"
    )
    with pytest.raises(Broken, match=r"catalogue.yaml:4: "):
        read(folder)


def test_a_knowledge_file_of_lines_is_read_with_any_topics() -> None:
    line = {"topic": "T1", "question": "感冒吃什么药", "answer": "问医生", "alternatives": ["感冒怎么办"]}
    first, second = read_jsonl([json.dumps(line), "", json.dumps(line | {"alternatives": []})])
    assert (first.id, second.id) == ("T1", "T1/2")
    assert first.phrasings == ("感冒怎么办",)


@pytest.mark.parametrize(
    "line", ["{", "[]", "[" * 100_000, '{"topic": "T", "question": "", "answer": "a"}', '{"topic": 1}',
             '{"topic": "T", "question": "q", "answer": "a", "alternatives": "x"}']
)  # fmt: skip
def test_a_bad_line_of_a_knowledge_file_is_refused_by_its_number(line: str) -> None:
    good = '{"topic": "T", "question": "q", "answer": "a"}'
    with pytest.raises(Broken, match=r"^kb.jsonl:2: "):
        read_jsonl([good, line], "kb.jsonl")
