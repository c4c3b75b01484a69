"""What somebody wants to be told of, in their words; everything else is left to others."""

import pytest

from union import job_words, wishes
from union.job_words import Search
from union.wishes import Wish, asks, told


@pytest.mark.parametrize(
    ("said", "shown", "topic", "frequency"),
    [
        ("有新的电工活告诉我", "电工", "jobs", ""),
        ("订阅 高州 电工 日结", "高州市、日结、电工", "jobs", ""),
        ("訂閱高州電工日結", "高州市、日结、电工", "jobs", ""),
        ("以后有焊工的活叫我", "焊工", "jobs", ""),
        ("月薪5000以上的普工有了通知我", "5000元/月以上、普工", "jobs", ""),
        ("订阅化州的岗位 每周", "化州市", "jobs", "weekly"),
        ("帮我订一下茂南的兼职", "茂南区、兼职", "jobs", ""),
        ("有工作告诉我！", "", "jobs", ""),
        ("订阅茂南的保洁洗碗工作", "茂南区、保洁", "jobs", ""),
        ("订阅高州洗碗的工作", "高州市、洗碗", "jobs", ""),
        ("我要订洗碗工", "洗碗", "jobs", ""),
        ("订阅培训", "", "training", ""),
        ("高州有培训通知我", "高州市", "training", ""),
        ("有课告诉我一声", "", "training", ""),
        ("有送清凉活动通知我", "", "welfare", ""),
        ("订阅工会通知", "", "notices", ""),
        ("有礼包告诉我", "", "packs", ""),
        ("订阅普惠礼包", "", "packs", ""),
        ("订阅普惠活动", "", "welfare", ""),
        ("订阅驿站", "", "stations", ""),
        ("订阅岗位和培训", "", "", ""),
        ("有新的马上告诉我", "", "", "once"),
        ("每周一次就行", "", "", "weekly"),
        ("一星期一次就够了", "", "", "weekly"),
        ("太多了，一周一次吧", "", "", "weekly"),
        ("有活动叫我一声", "", "welfare", ""),
        ("一周发一次就好", "", "", "weekly"),
        ("每天一次", "", "", "daily"),
        ("有新的就话我知", "", "", ""),
        ("我要订阅高州电工日结", "高州市、日结、电工", "jobs", ""),
        ("我想订阅高州电工", "高州市、电工", "jobs", ""),
        ("唔该帮我订阅化州嘅保安工", "化州市、保安", "jobs", ""),
        ("帮我订阅下电白的普工", "电白区、普工", "jobs", ""),
        ("能不能帮我订阅岗位", "", "jobs", ""),
        ("我想订阅一下培训", "", "training", ""),
        ("我要订个培训", "", "training", ""),
    ],
)
def test_a_wish_is_understood(said: str, shown: str, topic: str, frequency: str) -> None:
    wish = asks(said)
    assert wish is not None
    assert (told(wish.code), wish.topic, wish.frequency) == (shown, topic, frequency)
    assert job_words.asks(said, "job-find") is None  # two readers of one text, and neither gets it


@pytest.mark.parametrize(
    "said",
    [
        "怎么订阅", "退订", "取消订阅岗位", "告诉我最新岗位", "入会通过了通知我", "发工资的时候通知我", "老板叫我", "马上", "随时",
        "天天加班", "每天加班十二小时", "他们不发工资，每天加班", "公司叫我签字告诉我", "高州 电工 日结", "找工作", "工作", "你好", "",
        "不要再推送了", "停掉电工的", "我要订阅公众号", "我要预订房间", "订阅公众号", "订阅号是什么", "订一个房间", "为什么给我推送",
    ],
)  # fmt: skip
def test_what_is_something_else_is_left_alone(said: str) -> None:
    assert asks(said) is None


@pytest.mark.parametrize(
    "search", [Search(), Search("gaozhou", "electrician", paid="day"), Search(word="茶师")]
)
def test_a_wish_for_jobs_is_kept_and_found_again(search: Search) -> None:
    code = wishes.code_of(search)
    assert wishes.search_of(code) == search
    assert len(code) <= wishes.MOST_LETTERS


def test_a_district_and_everything_are_shown() -> None:
    assert (told("xinyi"), told("")) == ("信宜市", "")
    assert asks("订阅信宜的培训") == Wish("training", "xinyi")


def test_another_post_is_left_for_a_wish_of_its_own() -> None:
    wish = asks("订阅茂南的保洁洗碗工作")
    assert wish is not None and wish.left == "洗碗"


@pytest.mark.parametrize("said", ["高州 电工 日结", "茂南", "普工", "5000以上"])
def test_a_bare_wish_is_one_where_it_was_asked_for(said: str) -> None:
    assert asks(said) is None
    wish = asks(said, job_words.SUBSCRIBING)
    assert wish is not None and wish.bare
    assert job_words.asks(said, job_words.SUBSCRIBING) is None


def test_one_more_where_subscribing_is_spoken_of() -> None:
    wish = asks("仲想要收银员嘅", job_words.SUBSCRIBING)
    assert wish is not None
    assert (told(wish.code), wish.bare) == ("收银员", False)
    assert asks("不要日结的", job_words.SUBSCRIBING) is None
    assert told(wishes.refined(wish.code, "maonan~~~~0")) == "茂南区、收银员"


@pytest.mark.parametrize(
    ("said", "topic", "code"),
    [
        ("停掉电工的", "", "gaozhou~electrician~~~0~~"), ("帮我把高州电工的停掉", "", "gaozhou~electrician~~~0~~"),
        ("退订高州电工", "", "gaozhou~electrician~~~0~~"), ("茂南嗰个唔要喇", "", "maonan~~~~0~~"),
        ("高州那个不要了", "", "gaozhou"), ("停掉洗碗的", wishes.UNSUBSCRIBING, "maonan~~~~0~~洗碗"),
        ("把它停了", job_words.SUBSCRIBING, "gaozhou"),
    ],
)  # fmt: skip
def test_one_that_is_on_is_named_to_end(said: str, topic: str, code: str) -> None:
    ending = wishes.ends(said, topic or None)
    assert ending is not None
    assert ending.means("jobs", code) and (not ending.search.district or not ending.means("jobs", "xinyi"))


@pytest.mark.parametrize(
    "said",
    ["停工了", "停了三天", "把它停了", "停掉洗碗的", "不要夜班的", "不用交社保", "取消活动", "取消高州的活动", "取消报名", "不要了", "高州不要日结的"],
)  # fmt: skip
def test_what_ends_nothing_that_was_subscribed_to(said: str) -> None:
    assert wishes.ends(said, None) is None
