"""A worker asks until when something can be done, and is reminded in time: the capability `deadlines`."""

import asyncio
from datetime import timedelta

import pytest

from bot.app import Bot
from messages.journal import Status, messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from union.calendars import china_day
from wechat.simulator import Phone


def days_ago(clock: Clock, days: int) -> str:
    day = china_day(clock()) - timedelta(days=days)
    return f"{day.year}.{day.month}.{day.day}"


async def until_held(records: Records) -> None:
    async with asyncio.timeout(60):
        while not [row for row in await records.of(messages) if row.status == Status.HELD]:
            await asyncio.sleep(0.05)


async def test_an_injury_has_two_last_days_and_a_list_of_what_to_keep(phone: Phone, clock: Clock) -> None:
    await phone.says("算期限", hears="申请工伤认定")
    await phone.picks("申请工伤认定")
    (check,) = await phone.says(days_ago(clock, 40))
    assert "确认" in check.text
    (answer,) = await phone.says("确认", hears="工伤保险条例")
    for said in ("单位应在", "您自己、家属或工会", "诊断证明", "提醒", "12351"):
        assert said in answer.text
    await phone.says("1", hears="记好了")


async def test_a_day_that_cannot_be_one_is_asked_again(phone: Phone) -> None:
    await phone.says("时效", "1", hears="权益受了损害")
    await phone.says("忘了", hears="比如")
    await phone.says("明天", hears="还没到")
    await phone.says("去年10月", hears="10月1日")
    await phone.says("1", hears="想算哪一样")
    await phone.says("返回", "取消", hears="先不办了")


async def test_a_time_without_a_day_is_asked_back_about(phone: Phone, clock: Clock) -> None:
    today = china_day(clock())
    february = f"{today.year if today.month > 1 else today.year - 1}年2月"
    *_, asked = await phone.says("算期限", "1", "春节前", hears="您说的是哪一个")
    first, second = [line for line in asked.text.splitlines() if line.startswith(("1.", "2."))]
    assert february in first + second  # in December that month may be meant too
    await phone.says("1" if february in first else "2", hears=february)
    await phone.says("确认", hears="2月1日")
    await phone.says("算期限", "1", "年底", hears="年12月")
    await phone.says("去年国庆", hears="10月1日")
    await phone.says("取消")
    await phone.says("算期限", "1", "去年底", hears="12月1日")


async def test_days_around_a_feast_are_counted_or_asked_back_about(phone: Phone) -> None:
    await phone.says("算期限", "1", "国庆前三天", hears="9月28日")
    await phone.says("取消", "算期限", "1", "五一之后", hears="您说的是哪一个")
    await phone.says("1", hears="年5月")
    await phone.says("取消", "算期限", "1", "国庆前", hears="年9月")


@pytest.mark.parametrize("said", ["怎么申请劳动仲裁", "老板拖欠工资怎么办"])
async def test_where_a_term_is_named_it_is_offered_to_be_counted(phone: Phone, said: str) -> None:
    await phone.says(said, hears="回复“算期限”，我帮您算最后一天")


LEAD = "算一算最晚哪天"


async def test_an_injury_that_is_asked_about_is_one_tap_from_its_last_day(phone: Phone, clock: Clock) -> None:
    yesterday = china_day(clock()) - timedelta(days=1)
    await phone.says("昨天送外卖摔伤了，公司不给报工伤，最晚哪天要申请", hears=LEAD)
    (check,) = await phone.picks(LEAD)
    assert "事情：申请工伤认定" in check.text
    assert f"{yesterday.month}月{yesterday.day}日" in check.text
    await phone.says("确认", hears="单位应在")


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("公司不给报工伤怎么办", "哪天出的事、受的伤"),
        ("被辞退能赔多少", "从哪天起您知道"),
        ("怎么申请劳动仲裁", "从哪天起您知道"),
        ("老板拖欠工资怎么办", "您现在还在这家单位上班吗"),
        ("试用期最长多久", "劳动合同签了多久"),
    ],
)
@pytest.mark.parametrize("how", ["1", "算期限"])
async def test_what_was_answered_says_which_last_day_is_meant(
    phone: Phone, said: str, asks: str, how: str
) -> None:
    await phone.says(said, hears=LEAD)
    (asked,) = await phone.says(how, hears=asks)
    assert "想算哪一样" not in asked.text
    await phone.says("改事情", hears="想算哪一样")


async def test_where_it_may_be_several_the_matter_is_asked(phone: Phone) -> None:
    await phone.says("请不起律师，怎么申请免费法律援助", hears=LEAD)
    (asked,) = await phone.picks(LEAD)
    assert "想算哪一样" in asked.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("said", ["不服裁决", "裁决书收到了不服怎么办", "仲裁裁决下来了不服，几天内起诉"])
@pytest.mark.parametrize("then", [("算期限",), ("谢谢", "算期限"), ("好的", "期限")])
async def test_after_an_award_it_is_asked_which_last_day_is_meant(
    phone: Phone, said: str, then: tuple[str, ...]
) -> None:
    await phone.says(said, hears="裁决书")
    *_, asked = await phone.says(*then, hears="不服仲裁裁决去起诉")
    assert "想算哪一样" in asked.text
    await phone.says("4", "昨天", "确认", hears="15天")


YES = (
    "好", "嗯", "要", "好的", "1", "要提醒", "提醒我", "好的，提醒我", "提醒我吧", "到期前提醒我", "到时候提醒我一下", "好啊",
    "得啦，到时提我", "要啊，唔该", "麻烦提醒一下", "设个提醒", "记得提醒我", "提前几天提醒我",
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("said", YES)
async def test_a_yes_in_any_words_sets_the_reminder(phone: Phone, said: str) -> None:
    await phone.says("算期限", "4", "今天", "确认", hears="提醒您吗")
    await phone.says(said, hears="记好了")
    await phone.says("进度", hears="期限提醒")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "said", ["不用", "不用了", "2", "唔使啦", "不用提醒", "不要提醒", "先不用提醒了", "不需要，谢谢"]
)
async def test_a_no_sets_none(phone: Phone, said: str) -> None:
    await phone.says("算期限", "4", "今天", "确认", hears="提醒您吗")
    await phone.says(said, hears="不设提醒")
    (report,) = await phone.says("进度")
    assert "期限提醒" not in report.text


async def test_a_wish_to_be_reminded_is_heard_only_where_something_was_counted(
    phone: Phone,
) -> None:
    (answer,) = await phone.says("到时候提醒我一下")
    assert "记好了" not in answer.text
    await phone.says("算期限", "4", "今天", "确认", hears="提醒您吗")
    await phone.says("快到期了提醒我", hears="记好了")


async def test_a_lead_begins_anew_and_in_a_form_there_is_none(phone: Phone) -> None:
    await phone.says("算期限", "4", hears="哪天收到裁决书")
    (aside,) = await phone.says("被辞退能赔多少")
    assert LEAD not in aside.text
    assert "哪天收到裁决书" in aside.text
    await phone.says("取消", "被辞退能赔多少", hears=LEAD)
    await phone.says("算期限", hears="从哪天起您知道")
    await phone.picks(LEAD)
    await phone.says("昨天", hears="事情：申请劳动仲裁")


@pytest.mark.parametrize(
    ("said", "matter"),
    [
        ("我昨天被辞退", "申请劳动仲裁"),
        ("昨天摔伤了", "申请工伤认定"),
        ("昨天收到仲裁的裁决书", "不服仲裁裁决去起诉"),
    ],
)
async def test_matter_and_day_are_read_from_one_sentence(
    phone: Phone, clock: Clock, said: str, matter: str
) -> None:
    yesterday = china_day(clock()) - timedelta(days=1)
    await phone.says("算期限", hears="想算哪一样")
    (check,) = await phone.says(said, hears=f"1. 事情：{matter}")
    assert f"2. 日期：{yesterday.year}年{yesterday.month}月{yesterday.day}日" in check.text


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("我被辞退了", "从哪天起您知道"),
        ("昨天被辞退，工资也没给", "您说的是哪一个"),
        ("昨天没发工资", "您现在还在这家单位上班吗"),
        ("我被炒了", "从哪天起您知道"),
    ],
)
async def test_what_is_not_sure_is_asked(phone: Phone, said: str, hears: str) -> None:
    await phone.says("算期限", said, hears=hears)


async def test_wages_while_the_work_goes_on_have_no_deadline(phone: Phone) -> None:
    await phone.says("期限", "2", "是", hears="还在上班")
    await phone.says("确认", hears="没有仲裁时效的限制")


async def test_what_is_over_is_said_kindly(phone: Phone) -> None:
    await phone.says("算期限", "4", "前年3月8日", "确认", hears="申请强制执行")


async def test_probation_goes_by_the_contract(phone: Phone, clock: Clock) -> None:
    await phone.says("算期限", "5", "2", days_ago(clock, 3), "确认", hears="试用期最长到")


async def test_where_no_probation_is_allowed_no_day_is_asked_for(phone: Phone) -> None:
    *_, check = await phone.says("算期限", "5", "4")
    assert "哪天开始上班" not in check.text
    await phone.says("确认", hears="不能约定试用期")


async def test_progress_names_every_day_of_a_reminder(phone: Phone) -> None:
    await phone.says("算期限", "4", "今天", "确认", "1", hears="记好了")
    (report,) = await phone.says("进度", hears="期限提醒")
    (line,) = [line for line in report.text.splitlines() if "期限提醒" in line]
    assert line.count("月") == 3


async def test_the_inspection_answers_in_working_days(phone: Phone, clock: Clock) -> None:
    await phone.says("算期限", "6", days_ago(clock, 1), "确认", hears="60个工作日")


async def test_the_reminder_comes_in_time_and_rides_where_wechat_allows_no_message(
    bot: Bot, phone: Phone, clock: Clock, records: Records
) -> None:
    await phone.says("算期限", "4", "今天", "确认", "1", hears="记好了")
    clock.ahead = timedelta(days=14)
    run = await bot.clockwork.strike_now("deadlines")
    assert run is not None and run.found == 1
    await until_held(records)
    await phone.says("你好", hears="期限提醒")


async def test_who_wants_no_reminder_gets_none(phone: Phone) -> None:
    await phone.says("算期限", "3", "今天", "确认", "1", hears="记好了")
    await phone.says("取消提醒", hears="都取消了")
    await phone.says("取消提醒", hears="没有期限提醒")


async def test_how_long_a_contract_is_is_said_in_any_words(phone: Phone) -> None:
    for said, shown in (
        ("签了一年", "满1年、不满3年"),
        ("1年", "满1年、不满3年"),
        ("半年", "满3个月、不满1年"),
        ("无固定期限", "3年以上"),
        ("没签合同", "没签书面合同"),
    ):
        *_, said_back = await phone.says("取消", "算期限", "5", said)
        if shown != "没签书面合同":
            assert "哪天开始上班" in said_back.text
            (said_back,) = await phone.says("今年3月1日" if said != "半年" else "昨天")
        assert f"合同：{shown}" in said_back.text, said
    await phone.says("确认", hears="双倍工资")
    await phone.says("算期限", "5", "两三年", hears="1 到 5")


@pytest.mark.parametrize("said", ["走了", "早就走了", "不在了", "没有了", "冇做喇", "被辞退了", "没有"])
async def test_who_has_left_says_so_in_any_words(phone: Phone, said: str) -> None:
    await phone.says("算期限", "2", said, hears="哪天离开这家单位的")


async def test_who_still_works_there_or_says_when_they_left_is_asked_no_more(phone: Phone) -> None:
    for said in ("还在", "还在上班", "还没离职"):
        await phone.says("取消", "算期限", "2", said, hears="还在上班：是")
    (check,) = await phone.says("上个月走的", hears="还在上班：否")
    assert "日期：" in check.text


async def test_of_two_days_it_is_asked_which_and_the_year_may_begin_anew(phone: Phone, clock: Clock) -> None:
    days = [china_day(clock()) - timedelta(days=days) for days in (200, 60)]
    first, then = [f"{day.year}年{day.month}月{day.day}日" for day in days]
    await phone.says("算期限", "1", f"{first}，{then}投诉过", hears="您说的是哪一个")
    await phone.says("1", "确认", hears="从那天重新算一年")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_week_or_a_season_is_enough(phone: Phone, clock: Clock) -> None:
    today = china_day(clock())
    monday = today - timedelta(days=today.weekday() + 7)
    for said in ("上周", "上个礼拜", "上星期吧", "上周末"):
        await phone.says("取消", "算期限", "1", said, hears="您说的是哪一个")
        shown = phone.messages[-1].text
        for place in range(7):
            day = monday + timedelta(days=place)
            assert (f"{day.month}月{day.day}日" in shown) is (place >= 5 or "末" not in said), said
    await phone.says("1", hears=f"日期：{(monday + timedelta(days=5)).year}年")
    for said, year in (
        ("去年夏天", today.year - 1),
        ("前年端午节", today.year - 2),
        ("旧年冬天", today.year - 1),
    ):
        (asked,) = (await phone.says("取消", "算期限", "1", said, hears="您说的是哪一个"))[-1:]
        months = [line for line in asked.text.splitlines() if "月" in line]
        assert months and all(f"{year}年" in line for line in months), said
    await phone.says("取消", "算期限", "1", "端午节那天", hears="您说的是哪一个")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_second_refusal_helps_otherwise(phone: Phone) -> None:
    *_, first = await phone.says("算期限", "1", "忘了")
    (second,) = await phone.says("真的忘了")
    assert "聊天" in second.text
    assert second.text.count("上个月5号") == 1
    assert first.text != second.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_last_day_itself_is_called_today(phone: Phone, clock: Clock) -> None:
    while china_day(clock()).weekday() != 2:  # a day of rest is never the last
        clock.ahead += timedelta(days=1)
    last = china_day(clock())
    begun = f"{last.year - 1}年{last.month}月{last.day}日"
    (answer,) = (await phone.says("算期限", "1", begun, "确认", hears="申请劳动仲裁最晚到"))[-1:]
    assert "还有0天" not in answer.text
    assert "就是今天" in answer.text or f"{last.month}月{last.day}日周三（" not in answer.text  # a holiday


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "said",
    [
        "老板欠我三个月工资，我上个月15号已经走了",
        "我上个月15号离职的，工资没给",
        "欠薪，我上个月15号就被辞退走人了",
    ],
)
async def test_who_says_at_once_that_they_left_is_asked_no_more(phone: Phone, said: str) -> None:
    (check,) = (await phone.says("算期限", said))[-1:]
    if "您说的是哪一个" in check.text:  # a dismissal may be meant too
        (check,) = await phone.says("讨要拖欠的工资")
        return
    assert "还在上班：否" in check.text
    assert "15日" in check.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_boss_who_is_gone_says_nothing_of_the_worker(phone: Phone) -> None:
    await phone.says("算期限", "工资没给，老板上个月15号走了", hears="您现在还在这家单位上班吗")
