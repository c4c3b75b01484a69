"""What workers say to whether the work began and the money came."""

import pytest

from union.job_answers import read
from union.job_questions import About


@pytest.mark.parametrize(
    ("said", "about", "word"),
    [
        ("没有", None, ""), ("没有啊老板说下个月再给", None, ""), ("还没呢", None, ""), ("有啊", None, "yes"),
        ("老细未俾钱", About.PAY, "no"), ("老细未出粮", About.PAY, "no"), ("没有拿到工钱老板跑了", About.PAY, "no"),
        ("一分钱都没拿到", About.PAY, "no"), ("“拿到了”", About.PAY, "yes"), ("老板给了", About.PAY, "yes"),
        ("去咗做紧", About.START, "yes"), ("到咗喇", About.START, "yes"), ("在做了", About.START, "yes"),
        ("没去路太远了", About.START, "no"), ("唔去喇", About.START, "no"), ("明天才去", About.START, "later"),
    ],
)  # fmt: skip
def test_an_answer(said: str, about: About | None, word: str) -> None:
    answer = read(said)
    assert answer is not None
    assert (answer.about, answer.word) == (about, word)


@pytest.mark.parametrize(
    "said",
    ["没有签合同", "没有合同怎么办", "老板不发工资怎么办", "有没有工作", "未成年能入会吗", "我去了医院", "收到", "好的",
     "拿到了，但是少了两百", "到了，老板不要我", "结婚了", ""],
)  # fmt: skip
def test_what_is_none(said: str) -> None:
    assert read(said) is None
