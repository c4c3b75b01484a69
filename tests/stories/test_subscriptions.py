"""Hearing of what is new: consent, words, changes, the end, and what is told when: the capability `subscriptions`."""

import asyncio
import re
from datetime import date, datetime, timedelta
from typing import cast

import pytest
import sqlalchemy as sa

from bot.app import Bot
from bot.commands.console import teller
from messages import tickets
from messages.journal import messages
from messages.subscriptions import SubscriptionRow
from messages.tickets import Template
from scheduler import event_news, job_digest, station_news, training_news
from scheduler.clockwork import Clockwork
from scheduler.pushes import Push
from scheduler.runs import Run
from storage.base import CHINA
from tests.browsers import browsing, link_in
from tests.clocks import Clock
from tests.conftest import app_address
from tests.scheduler.test_digests import an_event
from tests.stories.conftest import Records
from tests.union.jobs.boards import approver, plan
from tests.union.stations.listed import listed
from tests.union.trainings.courses import plan as course_plan
from union import course_plans, event_plans, listings, stations
from union.calendars import china_day
from union.listings import Plan
from union.rights import Staff
from wechat.simulator import Phone, Platform

ROWS = cast(sa.Table, SubscriptionRow.__table__)


@pytest.fixture
async def board(bot: Bot) -> Staff:
    return await approver(bot.database)


async def published(bot: Bot, who: Staff, clock: Clock, *plans: Plan) -> None:
    """Each a second later than the one before."""
    async with bot.database.write() as session:
        await listings.bring(session, plans, clock())
    for number, one in enumerate(plans):
        async with bot.database.write() as session:
            await listings.approve(session, who, one.code, clock() + timedelta(seconds=number))


def electrician(number: int, clock: Clock, **changed: object) -> Plan:
    return plan(number, expires=china_day(clock()) + timedelta(days=30), **changed)


def move_to(clock: Clock, hour: int, minute: int = 0, day: date | None = None) -> datetime:
    """The next time that it is so late in China, or on that day."""
    now = clock().astimezone(CHINA)
    then = now.replace(hour=hour, minute=minute, second=30)
    if day is not None:
        then = then.replace(year=day.year, month=day.month, day=day.day)
    clock.ahead += (then if then > now or day is not None else then + timedelta(days=1)) - now
    return clock()


async def strikes(bot: Bot, clock: Clock, push: Push = job_digest.push) -> Run:
    run = await Clockwork(bot.database, [push], teller(), clock).strike_now(push.name)
    assert run is not None
    return run


async def waiting(records: Records, status: str = "held") -> list[sa.Row[tuple[object, ...]]]:
    """What was told of jobs, once the last of it is held."""
    for _ in range(600):
        news = [row for row in await records.of(messages) if row.topic == "jobs"]
        if news[-1].status == status:
            break
        await asyncio.sleep(0.1)
    return news


async def told(phone: Phone, said: str) -> str:
    return (await phone.says(said))[-1].text


async def subscribed(phone: Phone, said: str = "订阅 高州 电工", often: str = "") -> None:
    await phone.says(said, *([often] if often else []), "好", hears="订好了")


async def test_nothing_is_on_before_it_was_agreed_to(phone: Phone, records: Records) -> None:
    answer = await told(phone, "有新的高州电工活告诉我")
    for part in ("新岗位（高州市、电工）", "每天早上最多一次", "退订", "48 小时", "订吗"):
        assert part in answer
    assert await records.of(ROWS) == []
    assert "没有订" in await told(phone, "不用")
    assert await records.of(ROWS) == []
    await told(phone, "有新的高州电工活告诉我")
    assert "订好了：新岗位（高州市、电工），每天最多一次" in await told(phone, "好")
    (row,) = await records.of(ROWS)
    assert (row.wish, row.frequency, row.ended_at) == ("gaozhou~electrician~~~0~~", "daily", None)
    assert len(row.wording) == 8
    assert row.consented_at is not None


async def test_a_yes_is_understood_however_it_is_said(platform: Platform, records: Records) -> None:
    yeses = ("得", "要啊", "嗯对的", "系啊", "订", "订阅", "我要订阅", "帮我订", "好的，订吧")
    for number, yes in enumerate(yeses, 1):
        await platform.phone(f"工{number}").says(
            "订阅 货车司机 茂南", yes, hears="订好了：新岗位（茂南区、司机）"
        )
        assert len(await records.of(ROWS)) == number
    for no in ("唔使啦", "不订", "先不订了", "暂时不要"):
        await platform.phone(no).says("订阅 货车司机 茂南", no, hears="没有订")
    assert len(await records.of(ROWS)) == len(yeses)


async def test_of_two_posts_one_is_asked_about_and_the_other_named(phone: Phone) -> None:
    answer = await told(phone, "订阅茂南的保洁洗碗工作")
    for part in ("新岗位（茂南区、保洁）", "“洗碗”要另订一个", "订吗"):
        assert part in answer
    await phone.says("好", hears="订好了：新岗位（茂南区、保洁）")
    await phone.says("订阅 洗碗的工作", "好", hears="订好了：新岗位（洗碗）")


async def test_one_is_stopped_by_what_it_is_for(phone: Phone) -> None:
    for said in ("我要订阅高州电工", "帮我订阅茂南电工", "我想订阅培训"):
        await subscribed(phone, said)
    await phone.says("我的订阅", "高州那个不要了", hears="已经停了：新岗位（高州市、电工）")
    await phone.says("培训", "停掉电工的", hears="已经停了：新岗位（茂南区、电工）")
    assert "已经停了" not in await told(phone, "茂南那个不要了")
    await phone.says("我的订阅", "停掉焊工的", hears="您订的是：\n1. 培训")
    await phone.says("不要再给我发消息了", hears="已经停了：培训")
    await subscribed(phone)
    await subscribed(phone, "订阅驿站")
    await phone.says("唔好再发信息俾我喇", hears="要停哪一个")
    await phone.says("取消所有订阅", hears="已经停了：新岗位（高州市、电工）、驿站消息")


async def test_what_was_looked_for_once_is_told_each_morning(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    """“高州 电工 日结” once, and each morning what is new."""
    move_to(clock, 12)
    await published(bot, board, clock, electrician(9, clock, district="xinyi"))
    assert "有新的就告诉我" in await told(phone, "高州 电工 日结")
    await phone.says("有新的就告诉我", "好", hears="订好了：新岗位（高州市、日结、电工）")
    await published(
        bot, board, clock,
        electrician(1, clock, pay="280元/天", paid="day"), electrician(2, clock, pay="300元/天", paid="day"),
        electrician(3, clock),
    )  # fmt: skip
    move_to(clock, 8)
    assert (await strikes(bot, clock)).found == 1
    heard = await phone.hears("有新岗位，合您订的有 2 个：\n1. 电工｜300元/天·日结｜高州市\n2. 电工｜280元")
    assert "退订" in heard.text
    assert "300元/天" in await told(phone, "1")
    assert "280元/天" in await told(phone, "2")
    await phone.says("新岗位", hears="1. 电工｜300元/天·日结｜高州市\n2. 电工｜280元/天·日结｜高州市")
    assert "300元/天" in await told(phone, "1")
    move_to(clock, 8, 10, clock().astimezone(CHINA).date())
    assert (await strikes(bot, clock)).found == 0
    move_to(clock, 8)
    assert (await strikes(bot, clock)).found == 0


@pytest.mark.usefixtures("board")
async def test_a_search_that_finds_something_offers_it_too(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    await published(bot, board, clock, electrician(1, clock))
    answer = await told(phone, "高州 电工")
    assert "2. <a" in answer or "2. 有新的就告诉我" in answer
    await phone.says("2", hears="您要订的：新岗位（高州市、电工）")
    await phone.says("有了马上告诉我", hears="有新的马上发")
    await phone.says("好", hears="有了马上告诉")


async def test_how_often_is_said_in_words(phone: Phone, records: Records) -> None:
    await subscribed(phone, "订阅培训", "每周一次就行")
    assert [row.frequency for row in await records.of(ROWS)] == ["weekly"]
    await subscribed(phone, "订阅化州的岗位 每周")
    await phone.says("每天一次就好", hears="改好了，每天最多一次：\n· 培训\n· 新岗位（化州市）")
    assert [row.frequency for row in await records.of(ROWS)] == ["daily", "daily"]
    await phone.says("我的订阅", "2", hears="新岗位（化州市），每天最多一次")
    assert "改成有了马上告诉" in phone.messages[-1].text
    await phone.says("1", hears="改好了：新岗位（化州市），每周最多一次")


async def test_a_second_wish_comes_as_often_as_the_first_and_says_so(phone: Phone, records: Records) -> None:
    await subscribed(phone, "订阅 高州 电工", "每周一次就行")
    assert "您订的新岗位有" not in phone.messages[-1].text
    for said in ("订阅 电白 普工", "订阅化州的岗位"):
        await phone.says(said, hears="多久一次：每周最多一次")
        await phone.says("好", hears="每周最多一次。您订的新岗位有")
        assert "一起发，都是这样。想早点知道，可以说“每天一次”。" in phone.messages[-1].text
    await phone.says("每天一次", hears="改好了，每天最多一次")
    await subscribed(phone, "订阅 信宜 保安 每周")
    assert "有 4 个，一起发，都是这样" in phone.messages[-1].text
    assert {row.frequency for row in await records.of(ROWS)} == {"weekly"}
    await subscribed(phone, "订阅培训")
    assert "培训，每天最多一次。\n" in phone.messages[-1].text
    await subscribed(phone, "订阅工会通知")
    await subscribed(phone, "订阅高州的工会通知")
    assert "有通知才发。您订的工会通知有 2 个，一起发，都是这样。\n" in phone.messages[-1].text


async def test_the_end_in_every_way(phone: Phone, records: Records) -> None:
    await phone.says("退订", hears="您现在什么都没订，这些消息不会发给您。工会发给大家的重要通知")
    await phone.says("我的订阅", hears="您现在什么都没订")
    await subscribed(phone)
    await phone.says("退订", hears="已经停了：新岗位（高州市、电工）。从现在起不再发。")
    await subscribed(phone)
    await subscribed(phone, "订阅培训")
    await subscribed(phone, "订阅福利")
    await phone.says("我的资料", hears="订阅：4 条")
    await phone.says("退订", hears="1. 新岗位（高州市、电工），每天最多一次\n2. 培训")
    await phone.says("2", hears="已经停了：培训。")
    await phone.says("退订 2", hears="已经停了：活动和福利。")
    await phone.says("退订9", hears="您订了这些")
    await phone.says("退订培训", hears="培训您没有订")
    await phone.says("退订岗位", hears="已经停了：新岗位")
    await subscribed(phone, "订阅驿站")
    await subscribed(phone, "订阅工会通知")
    await phone.says("全部退订", hears="已经停了：驿站消息、工会通知。")
    assert all(row.ended_at for row in await records.of(ROWS))
    await phone.says("TD", hears="您现在什么都没订")


async def test_a_menu_of_topics_for_who_says_only_subscribe(phone: Phone) -> None:
    await phone.says("订阅", hears="想收哪一种")
    await phone.says("1", hears="想找哪里的、什么活")
    await phone.says("1", hears="您要订的：新岗位\n")
    await phone.says("好", hears="订好了：新岗位，")
    await phone.says("订阅", "4", "好", hears="订好了：工会通知")
    await phone.says("订阅岗位和培训", hears="想收哪一种")


async def test_what_the_bot_asks_for_is_answered_by_the_bare_value(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    await published(bot, board, clock, electrician(1, clock))
    await phone.says("订阅", "1", hears="想找哪里的、什么活、怎么结")
    await phone.says("高州 电工 日结", hears="您要订的：新岗位（高州市、日结、电工）")
    await phone.says("好", hears="订好了：新岗位（高州市、日结、电工）")
    # Nothing is asked any more, so that is looked for.
    await phone.says("高州 电工", hears="电工｜")
    await phone.says("订阅", "3", "茂南", hears="您要订的：活动和福利（茂南区）")
    await phone.says("好", hears="订好了：活动和福利（茂南区）")
    await phone.says("有活动叫我一声", hears="您要订的：活动和福利\n")
    await phone.says("不用", "订阅 普工", "茂南的", hears="您要订的：新岗位（茂南区、普工）")
    await phone.says("不用", "订阅", "电白 普工", hears="您要订的：新岗位（电白区、普工）")
    await phone.says("不用", "我的订阅", "仲想要收银员嘅", hears="您要订的：新岗位（收银员）")


@pytest.mark.parametrize("said", ["一星期一次就够了", "太多了，一周一次吧"])
async def test_too_often_and_no_more_of_one_kind(phone: Phone, said: str) -> None:
    await subscribed(phone, "订阅 高州 电工")
    await subscribed(phone, "有活动叫我一声")
    await phone.says(said, hears="改好了，每周最多一次")
    await phone.says("不要活动的了", hears="已经停了：活动和福利。")


async def test_who_asks_for_packs_is_asked_to_agree_to_welfare(phone: Phone, records: Records) -> None:
    await phone.says("有礼包告诉我", hears="不保证抢得到")
    assert "您要订的：活动和福利\n\n· 多久一次：有新的马上发" in phone.messages[-1].text
    assert await records.of(ROWS) == []
    await phone.says("好", hears="订好了：活动和福利，有了马上告诉")
    await phone.says("订阅高州的礼包 每天", hears="您要订的：活动和福利（高州市）")


async def test_of_notices_nobody_is_promised_how_often(phone: Phone) -> None:
    await phone.says("订阅工会通知", hears="多久一次：工会发了通知才发，不定时")
    assert "每天早上" not in phone.messages[-1].text
    assert "每周一次" not in phone.messages[-1].text
    await phone.says("好", hears="订好了：工会通知，有通知才发。")
    await phone.says("每周一次就行", hears="有通知才发，不分每天每周")
    await phone.says("我的订阅", hears="1. 工会通知，有通知才发")
    await phone.says("1", hears="1. 停掉这一个")
    assert "改成" not in phone.messages[-1].text


async def test_six_wishes_are_too_many(phone: Phone) -> None:
    for place in ("高州", "信宜", "化州", "电白", "茂南"):
        await subscribed(phone, f"订阅 {place} 电工")
    await phone.says("订阅 信宜 焊工", "好", hears="您已经订了 5 个")
    await phone.says("订阅 高州 电工", "好", hears="订好了")


async def test_several_wishes_are_told_in_one_message_and_nothing_twice(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    move_to(clock, 12)
    await subscribed(phone)
    await subscribed(phone, "订阅 高州 岗位")
    await published(bot, board, clock, electrician(1, clock), electrician(2, clock, post="普工"))
    move_to(clock, 8)
    assert (await strikes(bot, clock)).found == 1
    await phone.hears("有 2 个：\n1. 普工｜6000-8000元/月｜高州市\n2. 电工｜")


async def test_what_cannot_be_sent_waits_and_grows(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, records: Records
) -> None:
    """Three mornings without a word: one message waits, with everything, and rides on the next answer."""
    move_to(clock, 12)
    await subscribed(phone)
    clock.ahead += timedelta(days=2)
    for number in (1, 2, 3):
        await published(bot, board, clock, electrician(number, clock, pay=f"{number}000-8000元/月"))
        move_to(clock, 8)
        assert (await strikes(bot, clock)).found == 1
        news = await waiting(records)  # the sender has looked at it long before the next morning
    assert [row.status for row in news[:2]] == ["expired", "expired"]
    assert "有 3 个" in news[2].body
    await phone.says("你好", hears="有新岗位，合您订的有 3 个：\n1. 电工｜3000-8000元/月")
    await phone.says("3", hears="1000-8000元/月")


async def test_at_once_and_not_more_often_than_an_hour(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    move_to(clock, 9)
    await subscribed(phone, "订阅 高州 电工", "有了马上告诉我")
    move_to(clock, 14, 0, clock().astimezone(CHINA).date())
    await published(bot, board, clock, electrician(1, clock))
    clock.ahead += timedelta(minutes=1)
    assert (await strikes(bot, clock)).found == 1
    await phone.hears("有新岗位，合您订的有 1 个")
    await published(bot, board, clock, electrician(2, clock))
    clock.ahead += timedelta(minutes=10)
    assert (await strikes(bot, clock)).found == 0
    clock.ahead += timedelta(minutes=50)
    assert (await strikes(bot, clock)).found == 1
    await phone.hears("有 1 个")


async def test_weekly_comes_on_the_first_working_day(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    wednesday, next_monday = date(2027, 1, 6), date(2027, 1, 11)
    move_to(clock, 12, 0, wednesday)
    await subscribed(phone, "订阅 高州 电工 每周")
    await published(bot, board, clock, electrician(1, clock))
    for day in (date(2027, 1, 7), date(2027, 1, 9)):
        move_to(clock, 8, 0, day)
        assert (await strikes(bot, clock)).found == 0
    move_to(clock, 8, 0, next_monday)
    assert (await strikes(bot, clock)).found == 1


async def test_who_ends_it_hears_nothing_more_not_even_what_waits(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, records: Records
) -> None:
    move_to(clock, 12)
    await subscribed(phone)
    clock.ahead += timedelta(days=3)
    await published(bot, board, clock, electrician(1, clock))
    move_to(clock, 8)
    await strikes(bot, clock)
    await waiting(records)
    (answer,) = await phone.says("退订")
    assert "已经停了" in answer.text
    assert "有新岗位" not in answer.text
    clock.ahead += timedelta(minutes=1)
    assert "有新岗位" not in await told(phone, "你好")


async def test_while_a_form_is_open_a_subscription_is_agreed_to_in_words(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, records: Records
) -> None:
    """The question put last is answered; the form's own, where that came last."""
    await published(bot, board, clock, electrician(1, clock))
    await phone.says("高州 电工", "1", "1", hears="您的姓名")
    answer = await told(phone, "订阅高州普工")
    assert "您要订的：新岗位（高州市、普工）" in answer
    await phone.says("每周一次就行", hears="每周最多一次")
    answer = await told(phone, "好")
    assert "订好了：新岗位（高州市、普工），每周最多一次" in answer
    assert "您的姓名" in answer
    (row,) = await records.of(ROWS)
    assert row.frequency == "weekly"
    await phone.says("高州 电工 日结 有新的告诉我", "不用", hears="没有订")
    await phone.says("陈大文", hears="手机")
    await phone.says("订阅培训", hears="您要订的：培训")
    await phone.says("13800138000", hears="同意")
    await phone.says("好", hears="请核对")
    assert len(await records.of(ROWS)) == 1


async def test_a_station_that_is_reported_is_not_called_yes(
    phone: Phone, bot: Bot, clock: Clock, records: Records
) -> None:
    async with bot.database.write() as session:
        await stations.bring(session, [listed(1), listed(2)], clock())
    await phone.says("驿站的空调坏了", hears="哪一家")
    await phone.says("高州 电工 日结 有新的告诉我", "好", hears="订好了")
    await phone.says("好", hears="没找到这一家")
    assert len(await records.of(ROWS)) == 1


@pytest.fixture
async def template(bot: Bot, platform: Platform, clock: Clock) -> str:
    """A template of the platform's for new jobs."""
    platform.add_template("TPL-JOBS", "岗位提醒", {"thing1": "内容", "time2": "时间"})
    fields = {"thing1": "title", "time2": "date"}
    async with bot.database.write() as session:
        await tickets.declare(session, Template("jobs", "TPL-JOBS", False, fields), "desk", clock())
    return "TPL-JOBS"


async def test_a_page_asks_for_the_platforms_own_consent_and_one_is_counted_once(
    phone: Phone, platform: Platform, records: Records, template: str
) -> None:
    await phone.says("订阅 高州 电工", "好", hears="允许微信提醒您")
    address = link_in(phone.messages[-1].text)
    async with browsing(app_address[platform], phone.openid) as browser:
        page = await browser.opens(address)
        assert page.status == 200
        assert f'<wx-open-subscribe template="{template}">' in page.text
        assert "新岗位" in page.words
        assert "script-src 'self' http://127.0.0.1" in page.headers["Content-Security-Policy"]
        given = dict(re.findall(r'data-(\w+)="([^"]*)"', page.text))
        named = {"appId": given["appid"], "nonceStr": given["nonce"], "url": page.url, **given}
        assert platform.is_signed(named)
        assert not platform.is_signed(named | {"url": page.url + "x"})
        done = await browser.submits(page, accepted=f"{template},FOREIGN")
        assert "多收一条提醒" in done.words
        await phone.subscribes(template)
        (row,) = await records.of(tickets.tickets)
        assert [row.template_id, row.count, row.popups, row.pages] == [template, 1, 1, 1]
        again = await browser.submits(await browser.opens(address), accepted="")
        assert "没有开通" in again.words
    await phone.says("退订", "允许提醒", hears="现在不用另外开通")


async def test_an_answer_that_comes_again_is_no_second_consent(
    phone: Phone, platform: Platform, records: Records, template: str
) -> None:
    async def counted() -> list[tuple[int, ...]]:
        rows = await records.of(tickets.tickets)
        return [(row._mapping["count"], row.popups, row.pages) for row in rows]

    await phone.says("订阅 高州 电工", "好", hears="允许微信提醒您")
    address = link_in(phone.messages[-1].text)
    async with browsing(app_address[platform], phone.openid) as browser:
        page = await browser.opens(address)
        await phone.subscribes(template)
        thanks = await browser.submits(page, accepted=template)
        repeats = await asyncio.gather(*(browser.submits(page, accepted=template) for _ in range(3)))
        reloaded = await browser.goes(thanks.url)
        assert {one.words for one in (*repeats, reloaded)} == {thanks.words}
        assert await counted() == [(1, 1, 1)]
        forged = await browser.submits(page, accepted=template, showing="another")
        assert forged.status == 403
        elsewhere = await browser.goes(page.url + "?done=another")
        assert "wx-open-subscribe" in elsewhere.text
        assert elsewhere.url == page.url
        await asyncio.sleep(1)  # the platform tells two pop-ups of one second apart by nothing
        await phone.subscribes(template)
        await browser.submits(await browser.opens(address), accepted=template)
        assert await counted() == [(2, 2, 2)]
    async with browsing(app_address[platform], "somebody") as other:
        assert thanks.words not in (await other.goes(thanks.url)).words


async def test_what_a_subscription_notice_cannot_say_rides_on_the_next_answer(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, records: Records, template: str
) -> None:
    move_to(clock, 12)
    await subscribed(phone)
    await phone.subscribes(template)
    clock.ahead += timedelta(days=3)
    await published(bot, board, clock, electrician(1, clock))
    move_to(clock, 8)
    assert (await strikes(bot, clock)).found == 1
    await phone.hears("有新岗位，合您订的有 1 个：")
    (row,) = await waiting(records)
    assert (row.status, row.via) == ("held", "subscription")
    await phone.says("你好", hears="合您订的有 1 个：\n1. 电工｜6000-8000元/月｜高州市")
    await phone.says("1", hears="6000-8000元/月")
    (row,) = await waiting(records, "sent")
    assert row.via == "passive"


async def test_without_a_template_there_is_no_page(phone: Phone) -> None:
    await phone.says("订阅 高州 电工", "好")
    assert "/m/" not in phone.messages[-1].text
    await phone.says("允许提醒", hears="现在不用另外开通")


async def test_of_every_topic_a_number_opens_what_it_lists(phone: Phone, bot: Bot, clock: Clock) -> None:
    move_to(clock, 12)
    for said in ("订阅培训", "订阅福利", "订阅驿站"):
        await subscribed(phone, said)
    now = clock()
    starts = now + timedelta(days=9)
    lesson = ((starts, starts + timedelta(hours=2)),)
    course = course_plan("T-9", times=lesson, opens_at=now, closes_at=now + timedelta(days=7))
    event = an_event(
        opens_at=now, closes_at=now + timedelta(days=7), starts_at=starts, ends_at=starts + timedelta(hours=3)
    )
    async with bot.database.write() as session:
        await course_plans.publish(session, [course], now)
        await event_plans.publish(session, [event], now)
        await stations.bring(session, [listed(1)], now)
    move_to(clock, 8)
    for push, head, inside in (
        (training_news.push, "有新的培训课有 1 个：\n1. ", course.title),
        (event_news.push, "工会有新活动有 1 个：\n1. 测试联谊｜高州市", "测试广场"),
        (station_news.push, "驿站有新消息有 1 个：\n1. 测试1号工会驿站｜茂南区｜开着", "测试路 1 号"),
    ):
        assert (await strikes(bot, clock, push)).found == 1
        await phone.hears(head)
        await phone.says("1", hears=inside)
        # What comes at the same moment as an answer takes no number from it.
        clock.ahead += timedelta(minutes=1)


async def test_a_number_means_what_was_seen_although_a_newer_digest_is_on_its_way(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, records: Records
) -> None:
    move_to(clock, 12)
    await subscribed(phone)
    await published(bot, board, clock, electrician(1, clock, pay="1000-8000元/月"))
    move_to(clock, 8)
    await strikes(bot, clock)
    await phone.hears("1000-8000元/月")
    clock.ahead += timedelta(days=2)
    await published(bot, board, clock, electrician(2, clock, pay="2000-8000元/月"))
    move_to(clock, 8)
    assert (await strikes(bot, clock)).found == 1
    await waiting(records)
    (answer,) = await phone.says("1")
    assert "1000-8000元/月" in answer.text
    assert "2000-8000元/月" not in answer.text


async def test_of_a_long_list_one_hears_where_the_rest_is(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    move_to(clock, 12)
    await subscribed(phone)
    await published(bot, board, clock, *(electrician(number, clock) for number in range(1, 8)))
    move_to(clock, 8)
    await strikes(bot, clock)
    await phone.hears("有 7 个，先看 5 个")
    assert "其余 2 个，回复“找岗位”看。" in phone.messages[-1].text


async def test_what_has_closed_meanwhile_rides_on_no_answer(
    phone: Phone, bot: Bot, clock: Clock, records: Records
) -> None:
    move_to(clock, 12)
    await subscribed(phone, "订阅活动")
    now = clock()
    closes, starts = now + timedelta(days=4, hours=12), now + timedelta(days=9)
    event = an_event(opens_at=now, closes_at=closes, starts_at=starts, ends_at=starts + timedelta(hours=3))
    clock.ahead += timedelta(days=2)
    async with bot.database.write() as session:
        await event_plans.publish(session, [event], now)
    move_to(clock, 8)
    assert (await strikes(bot, clock, event_news.push)).found == 1
    (row,) = [row for row in await records.of(messages) if row.topic == "welfare"]
    assert row.expires_at == closes
    clock.ahead += timedelta(days=2)
    assert "新活动" not in await told(phone, "你好")
