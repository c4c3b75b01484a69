"""What work somebody looks for, in Mandarin and in Cantonese."""

import pytest

from union.job_words import Search, asks, both, by_post, pairs, perks_of, read, trade_of, with_word


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
        ("一天三百的活", Search(pay=300, unit="day")),
        ("揾兼职 20蚊一个钟", Search(kind="part", pay=20, unit="hour")),
        ("找份月薪5千的", Search(pay=5000, unit="month")),
        ("开货车的 八千以上", Search(trade="driver", pay=8000, unit="month")),
        ("5000以上包住", Search(pay=5000, unit="month", perks="包住")),
        ("夜班保安", Search(trade="guard", perks="夜班")),
        ("高洲电工", Search("gaozhou", "electrician")),
        ("高州边度有工做", Search("gaozhou")),
        ("茂南有什么日结散工做", Search("maonan", kind="day", paid="day")),
        ("高州或者茂南的电工焊工", Search("gaozhou+maonan", "electrician+welder")),
        ("想找电工，日结不要", Search(trade="electrician", paid="!day")),
        ("附近有什么活干", Search()),
        ("45岁想在茂南找工作不要夜班", Search("maonan", perks="!夜班")),
        ("我45岁找茂南的活", Search("maonan")),
        ("茂南的活，45岁", Search("maonan")),
        ("今年45岁，高州电工", Search("gaozhou", "electrician")),
        ("45岁电工找工作高州", Search("gaozhou", "electrician")),
        ("50岁能做保安吗茂南", Search("maonan", "guard")),
        ("茂南50岁保安夜班", Search("maonan", "guard", perks="夜班")),
        ("我52了高州有没有活干", Search("gaozhou")),
        ("我三十八了，找电工高州", Search("gaozhou", "electrician")),
        ("45岁还有厂要吗", Search()),
        ("五十多岁的阿姨在高州能做什么", Search("gaozhou")),
        ("女45岁找保洁高州", Search("gaozhou", "cleaner")),
        ("我妈今年50岁，想在茂南找保洁", Search("maonan", "cleaner")),
        ("80后男想找司机茂南", Search("maonan", "driver")),
        ("18-45岁普工高州", Search("gaozhou", "general")),
        ("52岁茂南保洁3000", Search("maonan", "cleaner", pay=3000, unit="month")),
        ("我想找20块一小时的兼职", Search(kind="part", pay=20, unit="hour")),
        ("普工不倒班高州", Search("gaozhou", "general", perks="!夜班")),
        ("上不了夜班，高州普工", Search("gaozhou", "general", perks="!夜班")),
        ("不想上夜班的活茂南", Search("maonan", perks="!夜班")),
        ("没有夜班的活高州", Search("gaozhou", perks="!夜班")),
        ("有没有夜班的活", Search(perks="夜班")),
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
        "不要日结的",
        "夜班津贴有多少",
        "包吃住要扣钱吗",
        "日结不给钱怎么办",
        "50岁退休",
        "45岁",
        "我45岁交社保",
        "50岁骑手能入会吗",
        "15岁找工作茂南",
        "十五岁能进厂吗",
        "保安上不上夜班",
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


def test_what_is_offered_beside_is_looked_for() -> None:
    asked = asks("有冇包食住嘅厂", None)
    assert asked is not None
    assert (asked.search, asked.narrows) == (Search(perks="包吃+包住"), False)
    narrowing = asks("要包住的", "job-find")
    assert narrowing is not None and narrowing.narrows
    assert both("包吃", "", "包吃+夜班") == "包吃+夜班"


@pytest.mark.parametrize(
    ("told", "offered"),
    [
        ("提供食宿，两班倒", {"包吃", "包住", "夜班", "白班"}),
        ("不包吃住，没有夜班", set()),
        ("包吃不包住，不用上夜班，长白班", {"包吃", "白班"}),
        ("车辆公司提供", set()),
    ],
)
def test_what_a_listing_offers_in_its_words(told: str, offered: set[str]) -> None:
    assert set(perks_of(told)) == offered


def test_a_list_is_narrowed_by_what_will_not_do() -> None:
    asked = asks("不要日结的", "job-find")
    assert asked is not None
    assert (asked.search, asked.narrows) == (Search(paid="!day"), True)
    for said in ("不要夜班的", "不上夜班", "唔返夜班嘅", "做不了夜班"):
        asked = asks(said, "job-find")
        assert asked is not None
        assert (asked.search, asked.narrows) == (Search(perks="!夜班"), True)
    assert both("夜班", "!夜班") == "!夜班" and both("!夜班", "包住", "夜班") == "包住+夜班"
    assert asks("不要高州的", "job-find") is None
    plain = asks("日结的", "job-find")
    assert plain is not None and not plain.narrows


def test_a_search_travels_in_a_line_of_a_list() -> None:
    wish = Search("gaozhou", "electrician", "day", "day", 200.5, "day", "剪辑")
    assert Search.coded(wish.code) == wish
    assert Search.coded(Search().code) == Search()
    with_perks = Search("gaozhou", perks="包吃+包住")
    assert Search.coded(with_perks.code) == with_perks
    assert Search.coded("") == Search()


def test_no_age_is_pay() -> None:
    for said in ("45岁厂里裁员了有没有适合我做的活呀就在茂南这边", "15岁找工作茂南", "骑手要求18到45岁吗"):
        assert read(said).search.pay == 0


def test_a_post_on_no_list_is_looked_for_as_it_stands() -> None:
    assert with_word(read("茶艺师")).word == "茶艺师"
    assert with_word(read("高州电工")).word == ""
    assert pairs("茶艺师茶艺") == ["茶艺", "艺师", "师茶"]


def test_the_words_of_a_post() -> None:
    for said, meant in (
        ("洗碗", Search(word="洗碗")),
        ("茂南洗碗", Search("maonan", word="洗碗")),
        ("搬运", Search(trade="loader")),
        ("有没有夜班", Search(perks="夜班")),
    ):
        found = by_post(said)
        assert found is not None and found.search == meant
    for said in ("高州", "abc", "8888", "好", "电工证", "搵人洗碗", "今天晚上"):
        assert by_post(said) is None


def test_trades_of_posts() -> None:
    assert [trade_of(post) for post in ("高低压电工（急）", "外卖骑手", "茶艺师")] == [
        "electrician",
        "rider",
        "",
    ]
