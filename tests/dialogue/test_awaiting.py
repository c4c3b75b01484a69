"""What a plain word says to something that is kept for the worker."""

import pytest

from dialogue import awaiting
from knowledge.normal import normalise


@pytest.mark.parametrize(
    "said",
    ["好的", "可以", "是", "行", "嗯嗯", "OK", "确认", "好的，我要", "好啊我去", "我参加", "好的，谢谢"],
)
def test_yes(said: str) -> None:
    assert awaiting.takes_or_leaves(normalise(said)) is True


@pytest.mark.parametrize(
    "said",
    [
        "不去了",
        "不要了",
        "不用了，谢谢",
        "我不去了",
        "不好意思去不了",
        "算了",
        "放弃",
        "唔要喇",
        "不",
        "帮我取消",
        "没空去",
    ],
)
def test_no(said: str) -> None:
    assert awaiting.takes_or_leaves(normalise(said)) is False


@pytest.mark.parametrize(
    "said",
    [
        "收到",
        "谢谢",
        "谢谢您了",
        "有",
        "没有",
        "对了",
        "我",
        "可以吗",
        "好的收到",
        "培训",
        "不是",
        "要不要",
        "可能不去",
        "",
    ],
)
def test_nothing(said: str) -> None:
    assert awaiting.takes_or_leaves(normalise(said)) is None
