"""Person to person: the bot is silent while staff speak, and comes back: the capability `human`."""

import asyncio
from datetime import datetime, time, timedelta

import pytest

from bot.app import Bot
from bot.commands.console import teller
from dialogue import desks
from dialogue.desks import StaffSaid
from messages.handovers import Closing, handovers
from messages.journal import Status, messages
from scheduler import runs
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.offices import Office
from union import staff
from union.calendars import CHINA, Calendar
from union.rights import Role
from wechat.simulator import Phone, Platform

TEN, NOON, EVENING = time(10), time(13), time(20)


def go_to(clock: Clock, moment: time) -> None:
    """To that time of a working day to come that another working day follows."""
    here = clock().astimezone(CHINA)
    day = here.date() + timedelta(days=1)
    known = Calendar()
    while not (known.is_working_day(day) and known.is_working_day(day + timedelta(days=1))):
        day += timedelta(days=1)
    clock.ahead += datetime.combine(day, moment, CHINA) - here


@pytest.fixture
def morning(clock: Clock) -> Clock:
    go_to(clock, TEN)
    return clock


async def ticket_of(records: Records) -> int:
    (row,) = await records.of(handovers)
    return int(row.id)


async def staff_say(bot: Bot, clock: Clock, ticket: int, words: str) -> bool:
    async with bot.database.write() as session:
        fact, allowed = await desks.reply(session, ticket, words, "7", clock())
        await teller().tell(session, [fact], clock(), "7")
    return allowed


async def test_while_people_speak_the_bot_is_silent(
    bot: Bot, phone: Phone, morning: Clock, records: Records
) -> None:
    (heard,) = await phone.says("人工", hears="工作人员")
    ticket = await ticket_of(records)
    assert f"编号 {ticket}" in heard.text
    assert await phone.says("老板拖欠工资三个月", "怎么入会") == []
    assert await phone.sends_image() == []
    await staff_say(bot, morning, ticket, "您好，请问是哪家单位？")
    await phone.hears("【工作人员】您好，请问是哪家单位？")
    row = next(row for row in await records.of(messages) if "哪家单位" in row.body)
    assert (row.author, row.direction) == ("7", "out")
    assert await phone.says("电白一家厂") == []
    await phone.says("身份证99010119900101006X", hears="打上星号")
    await phone.says("车间着火了好大烟", hears="119")
    await phone.says("人工", hears=f"编号 {ticket}")
    await phone.says("结束", hears="有没有帮到您")
    await phone.says("怎么入会", hears="入会")


async def test_whoever_ends_it_asks_whether_it_helped_and_hears_once(
    bot: Bot, phone: Phone, platform: Platform, morning: Clock, records: Records
) -> None:
    await phone.says("人工", "结束")
    # Nobody else says so of it, by whatever line they tap.
    await platform.phone("别人").chooses("没帮助", f"human:no.{await ticket_of(records)}")
    await phone.picks("有帮助")
    assert [(row.closed_by, row.helped) for row in await records.of(handovers)] == [(Closing.WORKER, True)]
    await phone.picks("没帮助")
    assert [row.helped for row in await records.of(handovers)] == [True]
    await phone.says("结束", hears="现在没有人工对话")
    await phone.says("人工", "结束", "有", hears="谢谢您告诉我")


async def test_staff_end_it(bot: Bot, phone: Phone, morning: Clock, records: Records) -> None:
    await phone.says("人工")
    ticket = await ticket_of(records)
    async with bot.database.write() as session:
        await teller().tell(session, [await desks.close(session, ticket, morning())], morning())
        with pytest.raises(desks.NoTicket):
            await desks.close(session, ticket, morning())
        with pytest.raises(desks.NoTicket):
            await desks.reply(session, ticket, "还在吗", "7", morning())
    await phone.hears("有没有帮到您")
    await phone.picks("没帮助")
    assert [row.helped for row in await records.of(handovers)] == [False]
    await phone.says("怎么入会", hears="入会")


@pytest.mark.parametrize(("said", "helped"), [("有帮助", True), ("没帮助。", False), ("没有帮到我", False)])
async def test_it_is_rated_in_words_below_whatever_else_was_told(
    bot: Bot, phone: Phone, morning: Clock, records: Records, said: str, helped: bool
) -> None:
    await phone.says("人工")
    ticket = await ticket_of(records)
    async with bot.database.write() as session:
        ended = await desks.close(session, ticket, morning())
        await teller().tell(session, [ended, StaffSaid(phone.openid, "还有一件")], morning())
    await phone.hears("还有一件")
    await phone.says("怎么入会", hears="入会")
    await phone.says(said, hears="谢谢您告诉我" if helped else "抱歉没帮上")
    assert [row.helped for row in await records.of(handovers)] == [helped]
    await phone.says(said, hears="有事随时找我" if helped else "换个说法")


async def test_it_is_rated_in_words_while_a_form_waits(
    bot: Bot, phone: Phone, morning: Clock, records: Records
) -> None:
    await phone.says("入会", "2", "人工")
    async with bot.database.write() as session:
        ended = await desks.close(session, await ticket_of(records), morning())
        await teller().tell(session, [ended], morning())
    await phone.hears("有没有帮到您")
    await phone.says("有帮助", hears="谢谢您告诉我")
    assert [row.helped for row in await records.of(handovers)] == [True]


@pytest.mark.parametrize("tried", [(), ("陈", "陈", "陈")])
async def test_with_staff_a_form_asks_nothing_and_waits(
    phone: Phone, morning: Clock, records: Records, tried: tuple[str, ...]
) -> None:
    await phone.says("入会", "2", "13800138000", hears="您的姓名")
    if tried:
        await phone.says(*tried, hears="回复“人工”")
    (heard,) = await phone.says("人工", hears="先给您留着")
    assert "姓名" not in heard.text
    assert await phone.says("我的姓填不进去") == []
    await phone.says("结束", hears="接着填")
    await phone.says("继续", hears="您的姓名")
    await phone.says("李小明", hears="哪一行")
    assert "李小明" not in " ".join(row.body for row in await records.of(messages))


async def test_outside_the_hours_the_form_is_put_aside(phone: Phone, clock: Clock, records: Records) -> None:
    go_to(clock, EVENING)
    await phone.says("入会", "2", "13800138000", hears="您的姓名")
    (heard,) = await phone.says("人工", hears="“入会”还没填完，回复“继续”接着填")
    assert "您的姓名" not in heard.text
    for matter in ("电白那家厂", "我叫王大锤，老板三个月没发工资了"):
        (heard,) = await phone.says(matter)
        assert "哪一行" not in heard.text
        assert "姓名" not in heard.text
    written = " ".join(row.body for row in await records.of(messages))
    assert "电白那家厂" in written
    assert "老板三个月没发工资" in written
    assert "王大锤" not in written
    await phone.sends_image()
    await phone.says("继续", hears="您的姓名")
    await phone.says("陈大文", hears="哪一行")


async def test_outside_the_hours_a_plain_answer_still_is_one(
    phone: Phone, clock: Clock, records: Records
) -> None:
    go_to(clock, EVENING)
    await phone.says("入会", "2", "13800138000", "人工", hears="回复“继续”接着填")
    await phone.says("陈大文", hears="哪一行")
    await phone.says("人工", hears="回复“继续”接着填")
    await phone.says("入会", hears="哪一行")
    await phone.says("骑手", "茂南河东", "人工", hears="回复“继续”接着填")
    (heard,) = await phone.says("老板拖欠工资三个月")
    assert "请核对" not in heard.text
    await phone.says("继续", hears="哪个平台")
    await phone.says("没有", hears="请核对")
    await phone.says("人工", "取消", hears="先不办了")
    assert "陈大文" not in " ".join(row.body for row in await records.of(messages))


async def test_after_half_an_hour_of_silence_the_bot_is_back(
    bot: Bot, phone: Phone, morning: Clock, records: Records
) -> None:
    await phone.says("人工")
    await staff_say(bot, morning, await ticket_of(records), "请稍等")
    await phone.hears("请稍等")
    morning.ahead += timedelta(minutes=20)
    assert await phone.says("好的") == []
    morning.ahead += timedelta(minutes=20)
    assert await silent(bot) == 0
    morning.ahead += timedelta(minutes=11)
    assert await silent(bot) == 1
    await phone.hears("半小时没有新消息")
    assert [row.closed_by for row in await records.of(handovers)] == [Closing.SILENCE]
    assert "先放一放" not in "".join(line.text for line in await phone.taps("PROGRESS"))
    await phone.says("怎么入会", hears="入会")


async def silent(bot: Bot) -> int:
    run = await bot.clockwork.strike_now("desk")
    assert run is not None
    return run.found


async def test_a_ticket_that_nobody_answers_stays_open(
    bot: Bot, phone: Phone, morning: Clock, records: Records
) -> None:
    await phone.says("人工")
    morning.ahead += timedelta(minutes=31)
    assert await silent(bot) == 1
    await phone.hears("让您久等了")
    assert await silent(bot) == 0
    assert [row.closed_at for row in await records.of(handovers)] == [None]
    await phone.says("怎么入会", hears="入会")
    await phone.says("进度", hears="等工作人员答复")
    await staff_say(bot, morning, await ticket_of(records), "我来了")
    await phone.hears("我来了")
    assert await phone.says("太好了") == []


@pytest.mark.parametrize("answered", [True, False])
async def test_who_speaks_before_the_clock_ends_it_is_answered_by_the_bot(
    bot: Bot, phone: Phone, morning: Clock, records: Records, answered: bool
) -> None:
    async with bot.database.write() as session:
        await runs.pause(session, "desk", "test", morning())
    await phone.says("人工")
    if answered:
        await staff_say(bot, morning, await ticket_of(records), "请稍等")
        await phone.hears("请稍等")
    morning.ahead += timedelta(minutes=40)
    await phone.says("怎么入会", hears="入会")
    await phone.hears("有没有帮到您" if answered else "让您久等了")
    (row,) = await records.of(handovers)
    assert row.closed_by == (Closing.SILENCE if answered else None)
    (report,) = await phone.says("进度")
    assert ("等工作人员答复" in report.text) is not answered
    await phone.says("人工", hears="接下来您说的话由工作人员看")


async def test_who_asks_for_staff_again_after_the_silence_is_with_them_at_once(
    bot: Bot, phone: Phone, morning: Clock, records: Records
) -> None:
    async with bot.database.write() as session:
        await runs.pause(session, "desk", "test", morning())
    await phone.says("人工")
    morning.ahead += timedelta(minutes=40)
    await phone.says("人工", hears="接下来您说的话由工作人员看")
    assert await phone.says("还在吗") == []
    assert len(await records.of(handovers)) == 1


@pytest.mark.parametrize(
    ("moment", "promised"), [(NOON, "今天下午2点半"), (EVENING, "明天上午8点半"), (time(7), "今天上午8点半")]
)
async def test_outside_the_hours_there_is_a_ticket_and_a_promise(
    phone: Phone, clock: Clock, moment: time, promised: str, records: Records
) -> None:
    go_to(clock, moment)
    (heard,) = await phone.says("人工", hears=promised)
    assert f"编号 {await ticket_of(records)}" in heard.text
    await phone.says("怎么入会", hears="入会")
    await phone.says("人工", hears=promised)
    assert len(await records.of(handovers)) == 1


async def test_words_that_wechat_does_not_carry_ride_on_the_next_answer(
    bot: Bot, phone: Phone, morning: Clock, records: Records
) -> None:
    await phone.says("人工")
    morning.ahead += timedelta(days=3)
    await silent(bot)
    assert not await staff_say(bot, morning, await ticket_of(records), "查到了，请带合同来")
    async with asyncio.timeout(60):
        while not [row for row in await records.of(messages) if row.status == Status.HELD]:
            await asyncio.sleep(0.05)
    await phone.says("怎么入会", hears="【工作人员】查到了，请带合同来")


async def test_staff_on_duty_are_called(bot: Bot, phone: Phone, platform: Platform, morning: Clock) -> None:
    officer = platform.phone("值班员")
    await officer.says("你好")
    async with bot.database.write() as session:
        await staff.add(session, "desk-one", {Role.DESK}, "", morning())
        code = await staff.offer_code(session, "desk-one", morning())
        await staff.bind(session, code, officer.openid, morning())
    await phone.says("人工")
    await officer.hears("值班提醒")


async def test_a_district_is_called_for_its_own_workers_alone_and_hears_nothing_of_them(
    bot: Bot, phone: Phone, platform: Platform, morning: Clock
) -> None:
    officers = {}
    for district in ("", "maonan", "dianbai"):
        officers[district] = officer = platform.phone(f"值班{district}")
        await officer.says("你好")
        async with bot.database.write() as session:
            await staff.add(session, f"desk {district}", {Role.DESK}, district, morning())
            code = await staff.offer_code(session, f"desk {district}", morning())
            await staff.bind(session, code, officer.openid, morning())
    stranger = platform.phone("谁也不认识")
    await stranger.says("人工")
    await officers[""].hears("值班提醒")
    await phone.says("入会", "2", "13800138000", "陈小文", "骑手", "茂南河东", "没有", "确认", "人工")
    for called in ("", "maonan"):
        heard = await officers[called].hears("值班提醒")
        assert "陈" not in heard.text and "8000" not in heard.text
    said = {district: one.transcript().count("值班提醒") for district, one in officers.items()}
    assert said == {"": 2, "maonan": 1, "dianbai": 0}


async def test_it_is_logged_when_nobody_at_the_desk_can_be_told(
    phone: Phone, morning: Clock, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.sits_at_desk("o-never-wrote")
    await phone.says("人工")
    assert "staff_not_reached" in caplog.text


async def test_staff_are_called_again_for_a_ticket_that_nobody_has_answered(
    bot: Bot, phone: Phone, platform: Platform, clock: Clock, office: Office
) -> None:
    officer = platform.phone("值班员")
    await office.sits_at_desk(officer.openid)
    go_to(clock, EVENING)
    await phone.says("人工", hears="明天上午")
    clock.ahead += timedelta(hours=14)
    await officer.says("早")
    await phone.says("人工", hears="接下来您说的话由工作人员看")
    await officer.hears("值班提醒")


@pytest.mark.parametrize(
    "said",
    [
        "陈大文，13800138000，美团茂南站，11月20号扣了300",
        "我叫王小明，老板欠薪，电话13800138000",
        "姓名陈大文",
        "陈大文",
        "好的，明天再说",
        "13800138000",
        "在茂南电白那边一间厂做嘢，老板姓陈",
        "扣咗我三百蚊，冇讲点解",
        "组长天天骂我，我受唔住",
        "单位在高州石鼓，叫什么厂我忘了",
    ],
)
async def test_what_is_written_outside_the_hours_is_said_to_be_kept_for_staff(
    said: str, phone: Phone, clock: Clock, records: Records
) -> None:
    go_to(clock, EVENING)
    await phone.says("人工", hears="请把事情写在这里")
    await phone.says(said, hears="给工作人员留着")
    written = " ".join(row.body for row in await records.of(messages) if row.direction == "in")
    assert "大文" not in written and "小明" not in written and "13800138000" not in written


async def test_a_question_outside_the_hours_is_answered_and_small_talk_is_only_that(
    phone: Phone, clock: Clock
) -> None:
    go_to(clock, EVENING)
    await phone.says("人工", hears="请把事情写在这里")
    for said in ("怎么入会", "在吗", "谢谢", "好的", "你是机器人吗", "今天天气怎么样", "进度", "培训"):
        (heard,) = await phone.says(said)
        assert "工作人员留着" not in heard.text, said
    await phone.says("老板拖欠工资三个月", hears="您写的也给工作人员留着")
    await phone.says("结束", hears="人工对话结束了")
    (heard,) = await phone.says("组长天天骂我，我受唔住")
    assert "留着" not in heard.text


OVER = [
    "没事了", "冇事喇", "冇嘢喇", "谢谢，问题解决了", "没什么事了，谢谢", "事情已经解决了", "不用人工了", "唔使人工喇",
    "好的没问题了", "多谢晒，搞掂咗，唔该", "搞定了谢谢",
]  # fmt: skip


@pytest.mark.parametrize("said", OVER)
async def test_that_it_is_over_is_heard_at_the_desk(said: str, phone: Phone, morning: Clock) -> None:
    await phone.says("人工")
    await phone.says(said, hears="人工对话结束了")


@pytest.mark.parametrize("said", OVER)
async def test_that_it_is_over_is_asked_about_while_nobody_is_there(
    said: str, phone: Phone, clock: Clock
) -> None:
    (before,) = await phone.says(said)
    assert "编号" not in before.text
    go_to(clock, EVENING)
    await phone.says("人工", hears="请把事情写在这里")
    await phone.says(said, hears="还开着，不用再找了吗")
    await phone.says("还要找", hears="给您留着")
    await phone.says("进度", hears="等工作人员答复")
    await phone.says(said, "不用了", hears="人工对话结束了")
    (report,) = await phone.says("进度")
    assert "等工作人员答复" not in report.text


@pytest.mark.parametrize("said", ["得喇，唔使啦", "不用了", "算了，谢谢", "唔等喇", "好了不用了"])
async def test_enough_is_for_staff_once_they_have_answered(
    said: str, bot: Bot, phone: Phone, morning: Clock, records: Records
) -> None:
    await phone.says("人工")
    await staff_say(bot, morning, await ticket_of(records), "要不要寄给您？")
    await phone.hears("要不要寄给您")
    for answer in (said, "没问题", "没事", "解决了", "办好了", "唔使"):
        assert await phone.says(answer) == []
    await phone.says("结束", "人工")
    await phone.says(said, hears="人工对话结束了")
