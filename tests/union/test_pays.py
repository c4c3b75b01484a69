"""What a listing pays, as people write it."""

import pytest

from union import pays
from union.pays import NoPay, Pay


@pytest.mark.parametrize(
    ("words", "pay"),
    [
        ("4500-6000元/月", Pay(4500, 6000, "month")),
        ("底薪3000元/月加提成", Pay(3000, 3000, "month")),
        ("3500—5000元/月（含全勤）", Pay(3500, 5000, "month")),
        ("1.2万元/月起", Pay(12000, 12000, "month")),
        ("200元/天，日结，包午餐", Pay(200, 200, "day")),
        ("按件 0.5元/件", Pay(0.5, 0.5, "piece")),
        ("每件1.2元，保底4000元/月", Pay(1.2, 1.2, "piece")),
        ("底薪3000元加销售额3%", Pay(3000, 3000, "month")),
        ("3500元加提成", Pay(3500, 3500, "month")),
        ("保底4,500元，提成五成", Pay(4500, 4500, "month")),
        ("3500元/月加小费", Pay(3500, 3500, "month")),
        ("300元/天加全陪补助", Pay(300, 300, "day")),
        ("800元/场", Pay(800, 800, "piece")),
        ("400元/晚", Pay(400, 400, "day")),
        ("计件，4500-6000元", Pay(4500, 6000, "month")),
        ("2600+提成", Pay(2600, 2600, "month")),
        ("8800元/26天", Pay(8800, 8800, "month")),
        ("200元/半天", Pay(200, 200, "piece")),
        ("每单约40元，即时提现", Pay(40, 40, "piece")),
        ("3300元/月，每月10日发", Pay(3300, 3300, "month")),
        ("每单抽八成，月均5500元", Pay(5500, 5500, "month")),
        ("计件，日均260元", Pay(260, 260, "day")),
        ("17元一百串", Pay(17, 17, "piece")),
        ("3200", Pay(3200, 3200, "month")),
        ("5000元", Pay(5000, 5000, "month")),
        ("5-7k", Pay(5000, 7000, "month")),
        ("5.2-6k", Pay(5200, 6000, "month")),
        ("计件 5-7k", Pay(5000, 7000, "month")),
        ("6k左右", Pay(6000, 6000, "month")),
        ("3300包两餐", Pay(3300, 3300, "month")),
        ("3000+1.5%", Pay(3000, 3000, "month")),
        ("年薪8万", Pay(6667, 6667, "month")),
        ("12-15万/年", Pay(10000, 12500, "month")),
        ("17.5/h", Pay(17.5, 17.5, "hour")),
        ("260/天", Pay(260, 260, "day")),
        ("两百一天", Pay(200, 200, "day")),
        ("20块一个钟", Pay(20, 20, "hour")),
        ("三千五一个月", Pay(3500, 3500, "month")),
        ("三千一个月", Pay(3000, 3000, "month")),
        ("三千到四千", Pay(3000, 4000, "month")),
        ("计件 8毛一个", Pay(0.8, 0.8, "piece")),
        ("计件 3毛五一个", Pay(0.35, 0.35, "piece")),
        ("每单抽成后约40", Pay(40, 40, "piece")),
        ("80元/课", Pay(80, 80, "piece")),
        ("320/工", Pay(320, 320, "piece")),
        ("19.5蚊/时", Pay(19.5, 19.5, "hour")),
        ("计件月4500-6000", Pay(4500, 6000, "month")),
        ("200元/房", Pay(200, 200, "piece")),
        ("单价4.5元起，周结", Pay(4.5, 4.5, "piece")),
        ("日结200", Pay(200, 200, "day")),
        ("计斤2.5元", Pay(2.5, 2.5, "piece")),
        ("每点8元", Pay(8, 8, "piece")),
        ("八毛一件", Pay(0.8, 0.8, "piece")),
    ],
)
def test_pay_is_read_however_it_is_written(words: str, pay: Pay) -> None:
    assert pays.read(words) == pay


@pytest.mark.parametrize(
    "words",
    [
        "面议",
        "5000元/月面议",
        "300元加提成",
        "300",
        "工资高，补贴1000",
        "提成20%",
        "5-7",
        "看表现加提成",
        "工资高高",
        "3500元/月，押一个月",
        "6000-5000元/月",
        "0元/天",
        "",
    ],
)
def test_words_that_state_no_pay_are_refused(words: str) -> None:
    with pytest.raises(NoPay):
        pays.read(words)
