"""What work somebody looks for, in Mandarin and in Cantonese."""

import pytest

from union.job_words import Search, asks, pairs, read, trade_of, with_word


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("高州 电工 日结", Search("gaozhou", "electrician", paid="day")),
        ("高州電工日結", Search("gaozhou", "electrician", paid="day")),
        ("我想喺電白揾份普工", Search("dianbai", "general")),
        ("高州边度请人", Search("gaozhou")),
        ("信宜 200一天 杂工", Search("xinyi", "builder", pay=200, unit="day")),
        ("茂南 保安 4000以上", Search("maonan", "guard", pay=4000, unit="month")),
        ("月薪五千以上的岗位", Search(pay=5000, unit="month")),
        ("一万二的司机工作", Search(trade="driver", pay=12000, unit="month")),
        ("18元一小时兼职", Search(kind="part", pay=18, unit="hour")),
        ("有冇日日出粮嘅工", Search(paid="day")),
        ("附近有冇散工做", Search(kind="day")),
        ("化州有没有缝纫的招工", Search("huazhou", "sewing")),
        ("找骑手工作", Search(trade="rider")),
    ],
)
def test_searches(said: str, meant: Search) -> None:
    asked = asks(said, None)
    assert asked is not None
    assert asked.search == meant


@pytest.mark.parametrize(
    "said",
    [
        "高州 电工 培训",
        "电工",
        "高州",
        "电工证怎么考",
        "年纪大找不到工作",
        "骑手能入会吗",
        "高州驿站",
        "公司不发工资",
        "加班费怎么算",
        "保安工伤",
    ],
)
def test_what_is_none(said: str) -> None:
    assert asks(said, None) is None


def test_after_an_answer_on_jobs_a_word_is_enough() -> None:
    for said, meant in (
        ("电工", Search(trade="electrician")),
        ("高州", Search("gaozhou")),
        ("5000以上", Search(pay=5000, unit="month")),
    ):
        asked = asks(said, "job-find")
        assert asked is not None
        assert asked.search == meant


def test_a_search_travels_in_a_line_of_a_list() -> None:
    wish = Search("gaozhou", "electrician", "day", "day", 200.5, "day", "剪辑")
    assert Search.coded(wish.code) == wish
    assert Search.coded(Search().code) == Search()
    assert Search.coded("") == Search()


def test_a_post_on_no_list_is_looked_for_as_it_stands() -> None:
    assert with_word(read("茶艺师")).word == "茶艺师"
    assert with_word(read("高州电工")).word == ""
    assert pairs("茶艺师茶艺") == ["茶艺", "艺师", "师茶"]


def test_trades_of_posts() -> None:
    assert [trade_of(post) for post in ("高低压电工（急）", "外卖骑手", "茶艺师")] == [
        "electrician",
        "rider",
        "",
    ]
