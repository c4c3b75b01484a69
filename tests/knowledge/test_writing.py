"""A knowledge base as one YAML file: written, read, and the same."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given

from knowledge import contents, writing
from knowledge.entries import Content, Problem
from knowledge.records import gather
from tests.knowledge.bases import TOPICS, bases
from tests.knowledge.test_store import JOIN, PHONE


def read_back(content: Content) -> Content:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "base.yaml")
        file.write_text(writing.as_yaml(content), encoding="utf-8", newline="")
        problems: list[Problem] = []
        return gather(list(contents.read_records(file, problems)), TOPICS, problems)


@given(bases())
def test_what_is_written_is_read_again_as_it_was(content: Content) -> None:
    assert read_back(content) == content


def test_a_base_of_nothing_is_a_file_too() -> None:
    assert read_back(Content((), ())) == Content((), ())


def test_a_written_file_reads_like_one_that_a_person_wrote() -> None:
    entry = replace(JOIN, answer="回复“入会”。\n\n😀 {union-phone}", phrasings=("入会", "12351"))
    assert writing.as_yaml(Content((entry,), (PHONE,))) == (
        "- fact: union-phone\n"
        "  label: 电话\n"
        "  otherwise: 请打 12351\n"
        "  owner: 办公室\n"
        "- topic: join-how\n"
        "  question: 怎么入会\n"
        "  phrasings:\n"
        "  - 入会\n"
        "  - '12351'\n"
        "  answer: |-\n"
        "    回复“入会”。\n"
        "\n"
        "    😀 {union-phone}\n"
        "  source: 章程\n"
        "  effective: 2026-11-01\n"
        "  reviewed: 2026-11-01\n"
        "  review_by: 2027-05-01\n"
        "  owner: 组织部\n"
        "  place: 全国\n"
        "  workers: 全体职工\n"
    )
