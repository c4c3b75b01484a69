"""What workers say to whether the work began and the money came."""

import pytest

from union.job_answers import read, read_loosely
from union.job_questions import About


@pytest.mark.parametrize(
    ("said", "about", "word"),
    [
        ("没有", None, ""), ("没有啊老板说下个月再给", None, ""), ("还没呢", None, ""), ("有啊", None, "yes"),
        ("老细未俾钱", About.PAY, "no"), ("老细未出粮", About.PAY, "no"), ("冇俾", About.PAY, "no"), ("未出粮", About.PAY, "no"), ("没有拿到工钱老板跑了", About.PAY, "no"),
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


@pytest.mark.parametrize(
    ("about", "word", "texts"),
    [
        (About.START, "yes", "去啦做了两天了 去咗啦 早去了 做咗两日喇 上了三天班 上班第二天了 今日返咗工 昨天就去了 来了 1号就去了 去左"),
        (About.START, "no", "他不要我 人家没要我 人已经招满了 唔想去 找到别的工了 去了别家"),
        (About.START, "later", "老板说下周再去 下周一上班 5号去上班 过完年再去 话初六开工 听日先去"),
        (About.PAY, "no", "说过年前再给我 老板讲月底结 下月15号才发 等老板回来再给 老细话过年先俾 还欠着 一直拖着不给 老板说没钱"),
        (About.PAY, "no", "只给了一半 只拿到一半 先给了五百 俾咗一半 给了800，还差400 还欠我500块 仲争我500 少咗三百 钱给少了 扣了我200 被扣了两百"),
        (About.PAY, "no", "冇俾，话下个月一齐出 唔俾 仲未出 没结清 没给够 老板没结账 一分都没有 一蚊都冇 没见到钱 老板不认账 老板赖账"),
        (None, "no", "老板跑了 老细走佬咗 跑路了 包工头跑了联系不上 老板电话打不通 揾唔到老细 工头人不见了"),
        (None, "", "等通知 叫我等几天 说下个月 过几天再说"),
    ],
)  # fmt: skip
def test_what_answers_only_right_below_the_question(about: About | None, word: str, texts: str) -> None:
    for said in texts.split():
        answer = read_loosely(said)
        assert answer is not None, said
        assert (answer.about, answer.word, answer.certain) == (about, word, False), said


def test_what_is_none_even_there() -> None:
    for said in [
        "给了3000",
        "收到3000了",
        "都给了",
        "少",
        "找不到",
        "还差什么材料",
        "15号发的",
        "月底发的",
        "老板说15号发了",
        "去了没要我",
        "做了两天不做了",
        "去了医院",
        "来了例假",
        "做家政",
        "在",
        "去",
        "明天",
        "下班了",
    ]:
        assert read_loosely(said) is None, said
