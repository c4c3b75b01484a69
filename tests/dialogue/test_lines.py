"""A line of a list that was asked about is picked by a part of its name, where nothing else claims the words."""

import pytest

from dialogue import lines
from dialogue.conversations import Choice
from knowledge.normal import normalise

LISTED = [
    Choice(label, "training", str(number))
    for number, label in enumerate(
        ["电工入门班，12 月 3 日", "焊工提高班", "焊工入门班", "办理入会（11 月 20 日同意）"]
    )
]


@pytest.mark.parametrize(
    ("said", "claimed", "picked"),
    [
        *(("电工", False, "0"), ("焊工提高", False, "1"), ("办理入会", False, "3"), ("取消提高班那个", False, "1")),
        *(("焊工", False, "12"), ("入门班", False, "02"), ("撤回入会", False, "3")),
        *(("焊工提高班报名", False, "1"), ("我想报电工", False, "0")),
        *(("办理入会", True, "3"), ("入会", True, ""), ("焊工入门班", True, "2")),
        *(("取消", False, ""), ("好", False, ""), ("班", False, ""), ("木工", False, ""), ("同意", False, "")),
        ("焊工提高班要带什么", False, ""),
    ],
)  # fmt: skip
def test_lines_are_named_in_part(said: str, claimed: bool, picked: str) -> None:
    found = lines.named(normalise(said), LISTED, normalise, claimed=claimed)
    assert "".join(one.argument for one in found) == picked
