"""Yes and no in any words, and a line of a question said again."""

import pytest

from dialogue import assents, wording
from dialogue.answers import yes_or_no


@pytest.mark.parametrize(
    "said",
    [
        "好", "好的", "好啊", "好呀", "好嘞", "好滴", "好的好的", "好的谢谢", "好，麻烦你", "行", "行吧", "行啊", "可以", "可以的", "可以啊", "得", "得啦",
        "得得得", "要", "要啊", "要的", "我要", "那就要", "需要", "想要", "嗯", "嗯嗯", "嗯要", "嗯好的", "嗯，可以", "OK", "ok的", "有", "有啊", "都可以",
    ],
)  # fmt: skip
def test_vague_yes(said: str) -> None:
    assert yes_or_no(said) is True
    assert assents.is_vague(wording.bare(said))


@pytest.mark.parametrize(
    "said",
    [
        "是", "是的", "是啊", "对", "对的", "对对对", "嗯对的", "嗯，对", "系", "系啊", "系嘅", "啱", "啱嘅", "确认", "确定", "我确定", "同意", "我同意",
        "愿意", "我愿意啊", "没错", "没问题", "冇问题", "好，确认", "可以，没问题", "当然是", "YES",
    ],
)  # fmt: skip
def test_definite_yes(said: str) -> None:
    assert yes_or_no(said) is True
    assert not assents.is_vague(wording.bare(said))


@pytest.mark.parametrize(
    "said",
    [
        "不", "不是", "不是的", "不要", "不要了", "我不要", "先不要了", "暂时不要", "不用了", "不用，谢谢", "那不用啦", "唔使", "唔使啦", "唔要喇", "唔系",
        "唔好", "唔得", "不行", "不可以", "不了", "不了不了", "不同意", "我不同意", "不愿意", "不需要", "不想", "算了", "算啦", "没有", "没有啊", "冇",
        "冇啊", "无", "别了", "放弃", "取消吧", "否", "no",
    ],
)  # fmt: skip
def test_no(said: str) -> None:
    assert yes_or_no(said) is False


@pytest.mark.parametrize(
    "said",
    [
        "", "要不要", "可以吗", "好吗", "是不是", "对吧", "是吗", "要是", "有没有", "谢谢", "收到", "对了", "我", "那", "好多", "得闲", "有事", "不知道",
        "不对", "要电工", "可以改吗", "好的我想问一下工资", "行政", "系统", "对面", "没钱", "不发工资", "是电工",
    ],
)  # fmt: skip
def test_neither(said: str) -> None:
    assert yes_or_no(said) is None


def test_a_number_is_one_where_a_form_asks() -> None:
    assert (yes_or_no("1"), yes_or_no("2")) == (True, False)
    assert assents.yes_or_no("1") is None


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("订", "好，订阅"), ("订吧", "好，订阅"), ("订啊", "好，订阅"), ("我要订", "好，订阅"), ("帮我订一下", "好，订阅"), ("好的，订", "好，订阅"),
        ("那就订阅吧", "好，订阅"), ("撤回", "确定撤回"), ("撤", "确定撤回"), ("删吧", "确认删除"), ("取消啦", "是的，取消"), ("不撤", "不撤回，继续等"),
        ("继续等吧", "不撤回，继续等"), ("不取消", "不取消了"),
    ],
)  # fmt: skip
def test_a_line_is_said_again(said: str, label: str) -> None:
    assert assents.repeats(said.replace("，", ""), label)


@pytest.mark.parametrize(
    "said", ["不订", "先不订了", "唔订住", "暂时不订", "电工", "订水", "吧", "", "订阅培训", "订单"]
)
def test_a_line_is_not_said_again(said: str) -> None:
    assert not assents.repeats(said, "好，订阅")


@pytest.mark.parametrize("said", ["不订", "先不订了", "唔订喇", "不想订", "别订", "还是不订阅了"])
def test_a_line_is_denied(said: str) -> None:
    assert assents.denies(said, "好，订阅")


@pytest.mark.parametrize("said", ["订", "不", "不要", "不知道", "不用"])
def test_a_line_is_not_denied(said: str) -> None:
    assert not assents.denies(said, "好，订阅")


@pytest.mark.parametrize("letter", ["哈", "啦", "了", "的", "嗯"])
def test_a_laugh_is_read_in_no_time(letter: str) -> None:
    """With a repetition in a repetition it would take for ever."""
    assert not assents.consents(letter * 38 + "不")
