"""What is asked of one of the jobs on show, however it is named."""

import pytest

from union import job_lines, job_words
from union.job_words import Search

FIND = job_words.FINDING


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("洗碗的那个多少钱一个月啊", Search(word="洗碗")),
        ("洗碗的那个怎么去报名啊", Search(word="洗碗")),
        ("洗碗工多少钱一个月", Search(word="洗碗")),
        ("洗碗在哪里上班", Search(word="洗碗")),
        ("嗰个洗碗嘅喺边度做", Search(word="洗碗")),
        ("那个夜班司机几点上班", Search(trade="driver", perks="夜班")),
        ("3800那个要不要经验", Search(pay=3800, unit="month")),
        ("保安那份还招人吗", Search(trade="guard")),
        ("茂南洗碗那个包吃吗", Search("maonan", word="洗碗")),
    ],
)
def test_by_its_name(said: str, meant: Search) -> None:
    pointed = job_lines.read(said, FIND)
    assert pointed is not None
    assert (pointed.number, pointed.said, pointed.applies) == (0, meant, False)
    assert job_lines.read(said, None) is None


@pytest.mark.parametrize(("said", "number"), [("第二个怎么报名", 2), ("第一个包吃住吗", 1), ("3号多少钱", 3)])
def test_by_its_number(said: str, number: int) -> None:
    pointed = job_lines.read(said, FIND)
    assert pointed is not None and (pointed.number, pointed.applies) == (number, False)


@pytest.mark.parametrize(
    "said", ["多少钱一个月", "在哪里上班", "怎么报名", "这个怎么报名", "那个多少钱啊", "几点返工"]
)
def test_the_only_one(said: str) -> None:
    pointed = job_lines.read(said, FIND)
    assert pointed is not None and (pointed.number, pointed.said) == (0, None)


@pytest.mark.parametrize(
    "said", ["我要报洗碗的那个", "洗碗那个我要报名", "报名洗碗的那个", "我想做洗碗那份工"]
)
def test_one_is_wanted(said: str) -> None:
    pointed = job_lines.read(said, FIND)
    assert pointed is not None and (pointed.said, pointed.applies) == (Search(word="洗碗"), True)


@pytest.mark.parametrize(
    "said",
    [
        "保安", "高州 电工", "不要夜班的", "包吃住", "我要高州的", "那个工伤认定怎么办", "加班费怎么算", "工会在哪里", "公司不发工资怎么办", "工伤怎么赔", "好的", "1",
        "那个老板什么时候给我答复啊", "",
    ],
)  # fmt: skip
def test_none_of_them(said: str) -> None:
    assert job_lines.read(said, FIND) is None
