"""Fitting the recogniser of urgent messages: what it learns from, and that it learns."""

from pathlib import Path

import numpy as np
import pytest

from knowledge import patterns
from knowledge.alarms import Known, judge, read_known
from knowledge.concepts import pieces
from knowledge.entries import Broken
from knowledge.regressions import Signs
from knowledge.urgency import KINDS, Judgement, Urgency, to_text


def test_signs_that_go_with_it_get_weight() -> None:
    signs = Signs([[0, 2], [0], [1, 2], [1]] * 5, np.ones(3))
    weights, constant = signs.fit(np.array([1.0, 1.0, 0.0, 0.0] * 5), np.ones(20))
    assert weights[0] > 1
    assert weights[1] < -1
    assert abs(weights[2]) < 0.01
    assert abs(constant) < 0.01


def test_a_sign_that_counts_for_less_gets_less() -> None:
    examples, happened = [[0, 1], []] * 10, np.array([1.0, 0.0] * 10)
    weights, _ = Signs(examples, np.array([1.0, 0.5])).fit(happened, np.ones(20))
    assert weights[0] == pytest.approx(4 * weights[1], rel=0.01)


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    kinds = {kind: {"火": 1.0} if kind == "danger" else {} for kind in KINDS}
    constants = dict.fromkeys(("first", "urgent", *KINDS), 0.0) | {"urgent": -1.0}
    path = tmp_path / "weights.txt"
    judgement = Judgement({"灭": -0.5}, {"火": 2.0, "锅": -1.5}, kinds, constants)
    path.write_text(to_text(judgement), encoding="utf-8")
    urgency = Urgency(path)
    assert urgency.kind("火") == "danger"
    assert urgency.kind("火锅") == ""
    assert urgency.odds("火锅") == -0.5
    assert urgency.odds("灭火") > 0
    assert urgency.kind("灭火") == ""  # the first look said so


def test_words_of_one_meaning_are_seen_alike() -> None:
    arm, leg = (set(pieces(f"{limb}被机器压断")) - set(pieces(limb)) for limb in ("手臂", "小腿"))
    assert {piece for piece in arm if piece.isascii()} == {piece for piece in leg if piece.isascii()} != set()


def test_patterns_make_the_same_sentences_every_time() -> None:
    assert patterns.urgent() == patterns.urgent()
    assert {kind for _, kind in patterns.urgent()} == set(KINDS)
    assert not [text for text in (*patterns.ordinary(), *patterns.stories()) if "{" in text or not text]


def test_a_list_of_messages_is_read_and_judged(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text('{"q": "着火了", "kind": "danger"}\n{"q": "你好", "kind": "none"}\n', encoding="utf-8")
    known = read_known(path)
    assert known == [Known("着火了", "danger"), Known("你好", "")]
    found = judge(Urgency(), known)
    assert (found.urgent, found.heard, found.by_kind["danger"], found.ordinary, found.false) == (
        1,
        1,
        1,
        1,
        0,
    )
    path.write_text("[]\n", encoding="utf-8")
    with pytest.raises(Broken):
        read_known(path)
