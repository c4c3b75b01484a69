"""Looking for work, applying, and afterwards: the capabilities `jobs` and `job_applications`."""

import asyncio
import re
from datetime import date, datetime, timedelta

import pytest

from bot.app import Bot
from bot.commands.console import teller
from messages import handovers, journal
from messages.journal import messages
from storage.base import CHINA
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.union.jobs.boards import approver, plan
from union import applicants, job_applications, job_decisions, job_questions, listings, staff
from union.applicants import Applicant
from union.calendars import china_day
from union.job_applications import State
from union.rights import Staff
from wechat.simulator import Phone, Platform

NAME, MOBILE = "陈大文", "13800138000"


@pytest.fixture
async def board(bot: Bot, clock: Clock) -> Staff:
    """Seven jobs for electricians in Gaozhou, the last one paid by the day, and one for anybody in Dianbai."""
    who = await approver(bot.database)
    ends = china_day(clock()) + timedelta(days=30)
    plans = [plan(number, expires=ends) for number in range(1, 7)]
    plans.append(plan(7, expires=ends, kind="day", pay="280元/天", paid="day", publisher="日结测试单位"))
    plans.append(plan(8, expires=ends, post="普工", district="dianbai", pay="4500-6000元/月"))
    async with bot.database.write() as session:
        await listings.bring(session, plans, clock())
    for number, one in enumerate(plans):
        async with bot.database.write() as session:
            await listings.approve(session, who, one.code, clock() - timedelta(hours=10 - number))
    return who


async def told(phone: Phone, said: str) -> str:
    return (await phone.says(said))[-1].text


async def answers(
    bot: Bot, who: Staff, state: State, clock: Clock, words: str = "", starts: date | None = None
) -> None:
    async with bot.database.write() as session:
        fact = await job_decisions.answer(session, who, 1, state, words, starts, clock())
        await teller().tell(session, [fact], clock())


async def asks(bot: Bot, now: datetime, clock: Clock) -> None:
    async with bot.database.write() as session:
        await teller().tell(session, await job_applications.due(session, now), clock())


async def applies(phone: Phone) -> None:
    await phone.says("高州 电工 日结", "1", hears="报名这个岗位")
    await phone.says("1", NAME, MOBILE, "同意", "确认", hears="报上名了")


async def is_asked_about_the_start(phone: Phone, bot: Bot, board: Staff, clock: Clock) -> date:
    """Of a job that begins the day that is returned."""
    day = china_day(clock())
    await applies(phone)
    await answers(bot, board, State.HIRED, clock, starts=day)
    await phone.hears("录用您了")
    await asks(bot, noon(day, 1), clock)
    await phone.hears("您到岗了吗")
    return day


@pytest.mark.usefixtures("board")
async def test_without_consent_what_was_applied_for_ends(phone: Phone) -> None:
    await applies(phone)
    await phone.says("撤回同意", "1", hears="岗位报名也一起撤了")
    assert "岗位报名" not in await told(phone, "进度")


@pytest.mark.usefixtures("board")
async def test_place_trade_and_kind_in_one_sentence(phone: Phone) -> None:
    for said in ("高州 电工 日结", "高州有冇日结嘅电工", "想喺高州揾日结电工"):
        answer = await told(phone, said)
        assert "高州市、日结、“电工”，有 1 个" in answer
        assert "电工｜280元/天·日结｜高州市" in answer


@pytest.mark.usefixtures("board")
async def test_pages_are_turned_by_words_and_by_a_tap(phone: Phone) -> None:
    answer = await told(phone, "高州 电工")
    assert "共 7 个" in answer
    assert len(re.findall(r"(?m)^\d\. 电工｜", answer)) == 5
    answer = await told(phone, "下一页")
    assert "第 6 到 7 个，共 7 个" in answer
    assert "下一页" not in answer
    assert "这些就是全部" in await told(phone, "下一页")
    await phone.says("高州 电工")
    assert "第 6 到 7 个" in (await phone.picks("下一页"))[-1].text
    assert "没有翻到一半" in await told(phone, "驿站收费吗") or "没有翻到一半" in await told(phone, "下一页")


@pytest.mark.usefixtures("board")
async def test_after_looking_for_work_a_word_is_enough(phone: Phone) -> None:
    assert "最新的岗位，共 8 个" in await told(phone, "找工作")
    assert "“普工”，有 1 个" in await told(phone, "普工")
    assert "电白区" in await told(phone, "电白")


@pytest.mark.usefixtures("board")
async def test_the_number_of_a_line_that_is_no_more_is_no_pay(phone: Phone) -> None:
    await phone.says("高州 电工 日结", "1", "没有")
    for number in ("1", "9"):
        assert "元/小时" not in await told(phone, number)


@pytest.mark.usefixtures("board")
async def test_by_pay_and_when_there_is_none_what_is_near_it(phone: Phone) -> None:
    assert "有 1 个" in await told(phone, "电白 普工 5000以上")
    answer = await told(phone, "信宜 普工 9000以上")
    assert "眼下没有。放宽一点，全市的" in answer
    assert "普工｜4500-6000元/月｜电白区" in answer
    assert "没有登记的岗位" in await told(phone, "信宜 月嫂")


@pytest.mark.usefixtures("board")
async def test_several_places_and_what_will_not_do(phone: Phone) -> None:
    answer = await told(phone, "高州或者电白的电工普工")
    assert "高州市或电白区、“电工”或“普工”，共 8 个" in answer
    answer = await told(phone, "不要日结的")
    assert "高州市或电白区、不要日结、“电工”或“普工”，共 7 个" in answer
    assert "·日结" not in answer
    answer = await told(phone, "高州边度有工做 夜班嘅")
    assert "高州市，共 7 个" in answer and "写明“夜班”的眼下没有，这些要点开看岗位说明" in answer
    await phone.says("高州 电工", "包吃住", hears="高州市、“电工”，共 7 个")


async def test_what_a_listing_offers_is_looked_for_and_narrows_a_list(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    ends = china_day(clock()) + timedelta(days=30)
    plans = [
        plan(11, expires=ends, details="提供食宿，须持证"),
        plan(12, expires=ends, post="保安", hours="两班倒", details="包住不包吃"),
        plan(13, expires=ends, post="普工", details="不包吃住，没有夜班"),
        plan(14, expires=ends, post="普工", pay="3200元/月包住"),
    ]
    for said in ("夜班", "包吃住"):
        assert "岗位说明" not in await told(phone, said)
    async with bot.database.write() as session:
        await listings.bring(session, plans, clock())
        for one in plans:
            await listings.approve(session, board, one.code, clock())
    assert "夜班，有 1 个" in await told(phone, "夜班")
    assert "夜班、包住，有 1 个" in await told(phone, "有没有包住的")
    assert "最新的岗位，共 12 个" in await told(phone, "找工作")
    assert "包吃、包住，有 1 个" in await told(phone, "包吃住")
    assert "高州市、“电工”，共 8 个" in await told(phone, "高州 电工")
    assert "高州市、包住、“电工”，有 1 个" in await told(phone, "要包住的")
    assert "三种加班" in await told(phone, "夜班加班费怎么算")
    assert "不要夜班，共 11 个" in await told(phone, "我45岁，有什么活干，不上夜班")
    assert "最新的岗位，共 12 个" in await told(phone, "45岁还有厂要吗")
    assert "不要夜班，共 11 个" in await told(phone, "不要夜班的")
    answer = await told(phone, "50岁能做保安吗高州不要夜班")
    assert "高州市、“保安”，有 1 个" in answer and "合“不要夜班”的眼下没有" in answer
    assert "15年到位" in await told(phone, "50岁退休")
    await phone.says("高州 电工 包住", "有新的就告诉我", hears="包住")


async def test_what_is_asked_below_a_list_is_about_its_lines(
    phone: Phone, platform: Platform, bot: Bot, board: Staff, clock: Clock
) -> None:
    ends = china_day(clock()) + timedelta(days=30)
    plans = [
        plan(11, expires=ends, post="洗碗工", pay="3800元/月"),
        plan(12, expires=ends, post="保洁", pay="2900元/月"),
    ]
    async with bot.database.write() as session:
        await listings.bring(session, plans, clock())
        for one in plans:
            await listings.approve(session, board, one.code, clock())
    for said in ("洗碗的那个多少钱一个月啊", "洗碗的那个怎么去报名啊", "嗰份洗碗喺边度做", "洗碗工要什么证"):
        await phone.says("找工作", said, hears="洗碗工\n工资：3800元/月")
    await phone.says("多少钱一个月", hears="洗碗工\n工资：3800元/月")
    await phone.says("找工作", "第一个包吃住吗", hears="保洁\n工资：2900元/月")
    answer = await told(phone, "找工作") and await told(phone, "电工那个几点上班")
    assert "您说的是哪一个" in answer and "1. 电工" in answer
    assert "工资：" not in await told(phone, "加班费怎么算")
    await phone.says("洗碗", "报名", hears="请问您的姓名")
    await phone.says(NAME, MOBILE, "可以吗", hears="请回复“同意”或“不同意”")
    await phone.says("嗯对的", "确认", hears="报上名了：洗碗工")
    await phone.says("找工作", "报名", hears="您要报哪一个？")
    await phone.says("保洁", hears="上次应聘时您填的是")
    await platform.phone("阿芳").says("找工作", "我想做洗碗那份工", hears="请问您的姓名")


async def test_what_is_asked_of_an_application_is_answered_of_ones_own(
    phone: Phone, platform: Platform, bot: Bot, board: Staff, clock: Clock
) -> None:
    await applies(phone)
    for said in (
        "那个老板什么时候给我答复啊",
        "报咗嗰份工点解仲未有消息",
        "厂里一直没回话",
        "什么时候通知我面试",
    ):
        assert "还没有最后答复" in await told(phone, said), said
    assert "想约您面谈" not in await told(phone, "后天有事去不了能不能改大后天")
    await answers(bot, board, State.INVITED, clock, "后天上午九点来面试")
    await phone.hears("想约您面谈。\n对方说：后天上午九点来面试")
    for said in (
        "后天有事去不了能不能改大后天",
        "要带什么",
        "在哪里面试啊",
        "面试可以改时间吗",
        "见工要带咩",
    ):
        answer = await told(phone, said)
        assert "对方说：后天上午九点来面试" in answer and "岗位登记的地方：" in answer, said
    assert "对方说" not in await told(phone, "公司不发工资怎么办")
    assert "对方说" not in await told(platform.phone("阿芳"), "在哪里面试啊")


async def test_who_cannot_come_hears_what_to_do_right_below_the_invitation(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    await applies(phone)
    await answers(bot, board, State.INVITED, clock)
    await phone.hears("想约您面谈")
    await phone.says("后天我去不了", hears="要改时间，要和用人单位说定")


async def test_a_post_on_the_board_is_found_by_its_words(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    ends = china_day(clock()) + timedelta(days=30)
    for said in ("洗碗", "搬运"):
        assert "｜" not in await told(phone, said)
    async with bot.database.write() as session:
        posts = {"洗碗工": "maonan", "搬运工": "maonan"}
        plans = [
            plan(number, expires=ends, post=post, district=district)
            for number, (post, district) in enumerate(posts.items(), 20)
        ]
        await listings.bring(session, plans, clock())
    for one in plans:
        async with bot.database.write() as session:
            await listings.approve(session, board, one.code, clock())
    for said in ("洗碗", "茂南洗碗", "洗碗工"):
        assert "洗碗工｜" in await told(phone, said)
    assert "“装卸工”，有 1 个" in await told(phone, "搬运")
    assert "｜" not in await told(phone, "高州摇奶茶")
    await phone.says("找工作", "洗碗", hears="“洗碗”，有 1 个")
    await phone.says("报名第一个", hears="报名这个岗位")


async def test_a_post_is_found_by_its_own_name_whatever_else_is_known_of_it(
    phone: Phone, platform: Platform, bot: Bot, board: Staff, clock: Clock
) -> None:
    for said in ("外卖骑手", "保洁员", "有没有洗碗的"):
        assert "｜" not in await told(phone, said), said
    ends, posts = china_day(clock()) + timedelta(days=30), ("外卖骑手", "保洁员", "焊工", "剪果工", "洗碗工")
    plans = [
        plan(number, expires=ends, post=post, district="maonan") for number, post in enumerate(posts, 20)
    ]
    async with bot.database.write() as session:
        await listings.bring(session, plans, clock())
        for one in plans:
            await listings.approve(session, board, one.code, clock())
    for post, texts in (
        ("外卖骑手", "外卖骑手 请问有没有外卖骑手 你好，外卖骑手"),
        ("保洁员", "保洁员 茂南保洁员 找保洁员 请问有保洁员吗 保洁员还招吗 老师你好，我想找保洁员的工作"),
        ("焊工", "焊工 招不招焊工 焊工有吗"),
        ("剪果工", "剪果工 有冇剪果工"),
        ("洗碗工", "有没有洗碗的 洗碗工"),
    ):
        for said in texts.split():
            await platform.phone(said).says(said, hears=f"1. {post}｜")
    for said in ("外卖", "老师", "阿姨"):  # who says so is spoken to, or speaks of something else
        assert "｜" not in await told(phone, said), said


@pytest.mark.usefixtures("board")
async def test_a_greeting_or_thanks_takes_nothing_from_what_is_looked_for(phone: Phone) -> None:
    for said in (
        "你好，高州 电工 日结",
        "高州 电工 日结 谢谢",
        "老师早上好！高州电工日结，唔该晒。",
        "在吗 有没有高州日结的电工，麻烦了",
    ):
        assert "高州市、日结、“电工”，有 1 个" in await told(phone, said), said
    for said in ("你好", "谢谢", "晚上好"):
        assert "｜" not in await told(phone, said), said


@pytest.mark.usefixtures("board")
async def test_questions_about_work_are_still_answered(phone: Phone) -> None:
    assert "最新的岗位" in await told(phone, "茂名边间厂请紧人")
    assert "仲裁" in await told(phone, "老板拖欠工资怎么办") or "欠薪" in phone.messages[-1].text
    assert "岗位：" not in await told(phone, "年纪大找不到工作")


async def test_while_nothing_is_listed_the_knowledge_base_answers(phone: Phone) -> None:
    assert "没有翻到一半" in await told(phone, "下一页")
    answer = await told(phone, "找工作")
    assert answer == await told(phone, "高州 电工 日结")
    assert "12351" in answer or "零工驿站" in answer


@pytest.mark.usefixtures("board")
async def test_the_details_warn_of_tricks_and_show_no_telephone(phone: Phone) -> None:
    await phone.says("高州 电工 日结")
    answer = await told(phone, "1")
    for part in ("工资：280元/天（日结）", "类型：零工，招 3 人", "单位：日结测试单位", "不收押金"):
        assert part in answer
    assert "0668" not in answer


@pytest.mark.usefixtures("board")
async def test_a_worker_applies_and_sees_it_under_progress(
    phone: Phone, bot: Bot, board: Staff, records: Records
) -> None:
    await applies(phone)
    async with bot.database.write() as session:
        (one,) = await applicants.look(session, board, "J-7", datetime.now(CHINA))
    assert isinstance(one, Applicant)
    assert (one.name, one.phone, one.state) == (NAME, MOBILE, State.SENT)
    assert "电工（日结测试单位）：已报名，等用人单位回复" in await told(phone, "进度")
    bodies = "\n".join(row.body for row in await records.of(messages))
    assert NAME not in bodies
    assert MOBILE not in bodies


async def test_staff_of_the_district_hear_of_applicants_once_until_they_look(
    phone: Phone, platform: Platform, bot: Bot, board: Staff, clock: Clock
) -> None:
    officers = {}
    for who in (
        board,
        await approver(bot.database, "高州的", "gaozhou"),
        await approver(bot.database, "信宜的", "xinyi"),
    ):
        officers[who.name] = platform.phone(who.name)
        await officers[who.name].says("你好")
        async with bot.database.write() as session:
            code = await staff.offer_code(session, who.name, clock())
            await staff.bind(session, code, officers[who.name].openid, clock())
    await applies(phone)
    for name in (board.name, "高州的"):
        told_of = (await officers[name].hears("J-7 电工：有 1 人应聘")).text
        assert "job applicants J-7" in told_of
        assert NAME not in told_of and MOBILE not in told_of and MOBILE[-4:] not in told_of
    await applies(platform.phone("第二位"))
    async with bot.database.write() as session:
        await applicants.look(session, board, "J-7", clock())
    await applies(platform.phone("第三位"))
    for name in (board.name, "高州的"):
        await officers[name].hears("J-7 电工：又有 2 人应聘，一共 3 人等答复")
    said = {name: one.transcript().count("【岗位应聘】") for name, one in officers.items()}
    assert said == {board.name: 2, "高州的": 2, "信宜的": 0}


@pytest.mark.usefixtures("board")
async def test_every_wrong_turn_of_the_form(phone: Phone) -> None:
    await phone.says("我要应聘", hears="")
    await phone.says("高州 电工 日结", "1", "我要应聘", hears="请问您的姓名")
    await phone.says("1380013800", hears="姓名里有数字")
    await phone.says(NAME, "1380013800", hears="数到 10 位")
    await phone.says(MOBILE, "123", hears="请回复“同意”或“不同意”")
    await phone.says("不同意", hears="把姓名、手机号交给用人单位：不同意")
    await phone.says("确认", hears="没有交给任何人")
    await phone.says("我的报名", hears="没有在办的岗位报名")
    await phone.says("高州 电工 日结", "1", "1", "取消", hears="先不办了")


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("said", ["报名", "我要报名", "我要报名。"])
async def test_the_card_that_was_shown_last_is_what_is_applied_for(phone: Phone, said: str) -> None:
    await phone.says("高州 电工 日结", "1", said, hears="请问您的姓名")
    await phone.says(NAME, MOBILE, "同意", "确认", hears="报上名了：电工，日结测试单位")


@pytest.mark.usefixtures("board")
async def test_after_something_else_the_words_are_about_courses_again(phone: Phone) -> None:
    await phone.says("高州 电工 日结", "1", "培训", "报名")
    assert "请问您的姓名" not in phone.messages[-1].text


@pytest.mark.usefixtures("board")
async def test_applying_twice_is_refused_and_withdrawing_is_heard(phone: Phone) -> None:
    await applies(phone)
    await phone.again()
    await phone.says("高州 电工 日结", "1", "1", NAME, MOBILE, "同意", "确认", hears="已经报过名了")
    await phone.says("我的报名", "1", hears="已经撤回：电工")
    await phone.says("我的报名", hears="没有在办的岗位报名")


@pytest.mark.usefixtures("board")
async def test_a_job_that_is_gone_says_so(phone: Phone, bot: Bot, board: Staff, clock: Clock) -> None:
    await phone.says("高州 电工 日结", "1")
    async with bot.database.write() as session:
        await listings.close(session, board, "J-7", clock())
    await phone.says("1", hears="已经招满或者过期")
    await phone.chooses("电工", "jobs:at.7")
    assert "已经招满或者过期" in phone.messages[-1].text


async def test_the_answer_is_told(phone: Phone, bot: Bot, board: Staff, clock: Clock) -> None:
    await applies(phone)
    await answers(bot, board, State.INVITED, clock, "周三上午九点到门卫")
    await phone.hears("日结测试单位的“电工”想约您面谈。\n对方说：周三上午九点到门卫")
    starts = china_day(clock()) + timedelta(days=7)
    day = f"{starts.month} 月 {starts.day} 日上班"
    await answers(bot, board, State.HIRED, clock, starts=starts)
    await phone.hears(f"好消息，日结测试单位的“电工”录用您了，{day}")
    await phone.says("我的报名", hears=f"已录用，{day}")


async def test_an_answer_that_was_a_mistake_is_told_anew(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    await applies(phone)
    await answers(bot, board, State.DECLINED, clock)
    await phone.hears("日结测试单位的“电工”这次没有录用您")
    await answers(bot, board, State.INVITED, clock, "周三上午九点到门卫")
    await phone.hears("前面告诉您的有变化。日结测试单位的“电工”想约您面谈。")
    await phone.says("我的报名", hears="用人单位约您面谈")
    await answers(bot, board, State.HIRED, clock)
    await phone.hears("好消息，日结测试单位的“电工”录用您了")
    await answers(bot, board, State.DECLINED, clock)
    await phone.hears("前面告诉您的有变化。日结测试单位的“电工”这次没有录用您")


async def test_no_money_leads_to_the_wages_desk_and_a_person(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, records: Records
) -> None:
    starts = await is_asked_about_the_start(phone, bot, board, clock)
    await phone.chooses("到岗了", "job_applications:started.1.yes")
    assert "顺顺利利" in phone.messages[-1].text
    await asks(bot, noon(starts, 2), clock)
    await phone.hears("工钱拿到了吗")
    await phone.chooses("没拿到", "job_applications:paid.1.no")
    answer = phone.messages[-1].text
    assert "已经转给工作人员" in answer
    assert "欠" in answer or "工资" in answer
    await phone.chooses("没拿到", "job_applications:paid.1.no")


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("到岗了", "顺顺利利"), ("已经上班了。", "顺顺利利"), ("没去", "扣证件"), ("没去成", "扣证件"),
        ("还没到岗", "过几天我也再问问"), ("还没", "过几天我也再问问"), ("仲未返工", "过几天我也再问问"),
        ("去咗做紧", "顺顺利利"), ("到咗喇", "顺顺利利"), ("到了", "顺顺利利"), ("是的", "顺顺利利"),
        ("没去路太远了", "扣证件"), ("没有，还没通知我", "过几天我也再问问"), ("2", "过几天我也再问问"),
    ],
)  # fmt: skip
async def test_whether_it_began_is_answered_in_words(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, said: str, hears: str
) -> None:
    await applies(phone)
    await answers(bot, board, State.HIRED, clock)
    await phone.hears("录用您了")
    assert hears not in await told(phone, said)
    await asks(bot, noon(china_day(clock()), 1), clock)
    await phone.hears("您到岗了吗")
    await phone.says(said, hears=hears)
    if hears == "顺顺利利":
        assert hears not in await told(phone, said)


@pytest.mark.parametrize(
    ("said", "hears"),
    [
        ("拿到了", "那就好"), ("拿到钱了", "那就好"), ("收到工资了", "那就好"),
        ("没拿到", "已经转给工作人员"), ("还没", "已经转给工作人员"), ("还没发工资", "已经转给工作人员"),
        ("没有", "已经转给工作人员"), ("没有啊老板说下个月再给", "已经转给工作人员"), ("老细未出粮", "已经转给工作人员"),
        ("没有拿到工钱，老板跑了", "已经转给工作人员"), ("1", "那就好"),
        ("冇俾，话下个月一齐出", "已经转给工作人员"), ("老板跑路了", "已经转给工作人员"),
        ("只给了一半", "已经转给工作人员"), ("给了800，还差400", "已经转给工作人员"), ("老板电话打不通", "已经转给工作人员"),
    ],
)  # fmt: skip
async def test_whether_the_money_came_is_answered_in_words(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, said: str, hears: str
) -> None:
    day = await is_asked_about_the_start(phone, bot, board, clock)
    assert hears not in await told(phone, "拿到了")
    await asks(bot, noon(day, 3), clock)
    await phone.hears("工钱拿到了吗")
    await phone.says(said, hears=hears)
    if hears != "那就好":
        await phone.says("结束", "拿到了", hears="那就好")


async def test_what_may_mean_anything_answers_only_what_was_asked_last(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    day = await is_asked_about_the_start(phone, bot, board, clock)
    await phone.says("驿站收费吗")
    for said in ("没有", "到了", "是的"):
        answer = await told(phone, said)
        assert "过几天" not in answer and "顺顺利利" not in answer
    await phone.says("到岗了", hears="顺顺利利")
    await asks(bot, noon(day, 3), clock)
    await phone.hears("工钱拿到了吗")
    for said in ("拿到了，但是少了一半", "好的"):
        assert "那就好" not in await told(phone, said)


async def test_right_below_the_question_workers_say_it_in_their_own_way(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    day = await is_asked_about_the_start(phone, bot, board, clock)
    await phone.says("去啦做了两天了", hears="顺顺利利")
    await asks(bot, noon(day, 3), clock)
    await phone.hears("工钱拿到了吗")
    await phone.says("说过年前再给我", hears="已经转给工作人员")


async def test_what_is_not_understood_right_below_the_question_is_asked_for_once_more(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    day = await is_asked_about_the_start(phone, bot, board, clock)
    again = await told(phone, "做了两天不做了")
    assert again.startswith("这句我没听明白") and "您到岗了吗？" in again and "去了又不做了" in again
    assert "没听明白，再问您一声" not in await told(phone, "做了两天不做了")
    await phone.says("到岗了", hears="顺顺利利")
    await asks(bot, noon(day, 3), clock)
    await phone.hears("工钱拿到了吗")
    await phone.says("工伤认定要什么材料", hears="工伤")  # what is asked is answered


@pytest.mark.parametrize("said", ["到岗了", "没去成"])
async def test_what_is_answered_is_not_asked_in_the_same_message(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, said: str
) -> None:
    await applies(phone)
    await answers(bot, board, State.HIRED, clock)
    await phone.hears("录用您了")
    clock.ahead += timedelta(days=3)  # nothing may be sent by then
    await asks(bot, clock(), clock)
    await asyncio.sleep(0.5)
    assert "您到岗了吗" not in phone.transcript()
    assert "您到岗了吗" not in await told(phone, said)
    assert "您到岗了吗" not in await told(phone, "你好")


async def test_short_money_is_told_to_be_none(phone: Phone, bot: Bot, board: Staff, clock: Clock) -> None:
    day = await is_asked_about_the_start(phone, bot, board, clock)
    await phone.says("到岗了", hears="顺顺利利")
    await asks(bot, noon(day, 3), clock)
    await phone.hears("工钱拿到了吗")
    await phone.says("就比讲好的差一截", hears="只拿到一部分")
    await phone.says("2", hears="已经转给工作人员")


async def test_unpaid_wages_are_spoken_of_with_staff_who_see_of_which_job(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    day = china_day(clock())
    await applies(phone)
    await answers(bot, board, State.HIRED, clock, starts=day)
    await asks(bot, noon(day, 1), clock)
    await phone.says("到岗了", hears="顺顺利利")
    await asks(bot, noon(day, 3), clock)
    await phone.hears("工钱拿到了吗")
    answer = await told(phone, "老细未俾钱")
    for part in ("日结测试单位没给工钱", "接下来您说的话由工作人员看", "请把事情写在这里", "留证据"):
        assert part in answer
    await phone.says("欠我900块，做了三天")
    assert phone.messages[-1].text == "欠我900块，做了三天"  # it is for staff, and the bot is silent
    async with bot.database.read() as session:
        (ticket,) = await handovers.open_tickets(session)
        assert ticket.openid == phone.openid
        (owed,) = await job_questions.owed(session, phone.openid)
        lines = await journal.latest(session, phone.openid, 5)
    assert owed.endswith("电工 日结测试单位")
    assert lines[-1].body == "欠我900块，做了三天"
    await phone.says("结束", hears="我回来了")


async def test_at_night_the_bot_goes_on_answering(phone: Phone, bot: Bot, board: Staff, clock: Clock) -> None:
    clock.goes_to(21)
    await applies(phone)
    await answers(bot, board, State.HIRED, clock, starts=china_day(clock()))
    await phone.chooses("没拿到", "job_applications:paid.1.no")
    answer = phone.messages[-1].text
    assert "休息时间" in answer and "请把事情写在这里" in answer and "留证据" in answer
    await phone.says("老板跑了怎么办", hears="劳动监察")


async def test_of_two_jobs_it_is_asked_which_is_meant(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    await applies(phone)
    await phone.says("电白 普工", "1", "1", NAME, MOBILE, "同意", "确认", hears="报上名了：普工")
    for number in (1, 2):
        async with bot.database.write() as session:
            await job_decisions.answer(session, board, number, State.HIRED, "", None, clock())
    await asks(bot, noon(china_day(clock()), 1), clock)
    await phone.says("没去", hears="哪一份工")
    await phone.picks("测试用人单位的普工")
    assert "扣证件" in phone.messages[-1].text
    await phone.says("到岗了", hears="祝您在日结测试单位顺顺利利")


async def test_the_money_is_there(
    phone: Phone, platform: Platform, bot: Bot, board: Staff, clock: Clock
) -> None:
    await applies(phone)
    await answers(bot, board, State.HIRED, clock, starts=china_day(clock()))
    await phone.chooses("拿到了", "job_applications:paid.1.yes")
    assert "那就好" in phone.messages[-1].text
    await phone.says("我的报名", hears="没有在办的岗位报名")
    stranger = platform.phone("别人")
    await stranger.chooses("没拿到", "job_applications:paid.1.no")
    assert "没找到这条报名" in stranger.messages[-1].text


async def test_who_did_not_start_is_asked_why(phone: Phone, bot: Bot, board: Staff, clock: Clock) -> None:
    await applies(phone)
    await answers(bot, board, State.HIRED, clock, starts=china_day(clock()))
    await phone.chooses("没去成", "job_applications:started.1.no")
    assert "扣证件" in phone.messages[-1].text


def noon(day: date, later: int) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=CHINA) + timedelta(days=later)
