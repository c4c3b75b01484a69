"""A number means the list that the worker was shown last, whoever showed it: `subscriptions`, `training`, `events`."""

import asyncio
from datetime import timedelta

import pytest

from bot.app import Bot
from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.schools import School
from tests.stories.test_subscriptions import electrician, published, strikes, subscribed, waiting
from tests.union.jobs.boards import approver
from union.rights import Staff
from wechat.simulator import Phone

FIRST, SECOND = "2000-8000元/月", "1000-8000元/月"  # as a digest lists them, the newest first


@pytest.fixture
async def board(bot: Bot) -> Staff:
    return await approver(bot.database)


@pytest.fixture
async def school(bot: Bot, clock: Clock) -> School:
    made = School(bot, clock)
    await made.opens()
    await made.opens("T-2", title="焊工提高班", days=12)
    return made


async def digest(bot: Bot, board: Staff, clock: Clock) -> None:
    """Two jobs are told of, to whoever can be reached."""
    await published(
        bot, board, clock, electrician(1, clock, pay=SECOND), electrician(2, clock, pay=FIRST)
    )  # fmt: skip
    clock.ahead += timedelta(minutes=1)
    assert (await strikes(bot, clock)).found == 1


async def reached(phone: Phone, bot: Bot, board: Staff, clock: Clock) -> None:
    await digest(bot, board, clock)
    await phone.hears("有新岗位，合您订的有 2 个")
    await asyncio.sleep(0.3)  # until the sender has heard so
    clock.ahead += timedelta(seconds=5)


@pytest.mark.usefixtures("school")
async def test_after_the_list_of_the_conversation_came_a_digest(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    await subscribed(phone, "订阅 高州 电工", "有了马上告诉我")
    clock.goes_to(14)
    await phone.says("培训", hears="焊工提高班")
    await reached(phone, bot, board, clock)
    await phone.says("2", hears=SECOND)
    await phone.says("1", hears="请问您的姓名")  # the one line of that card, which is newer


@pytest.mark.usefixtures("school")
async def test_after_the_digest_came_the_list_of_the_conversation(
    phone: Phone, bot: Bot, board: Staff, clock: Clock
) -> None:
    await subscribed(phone, "订阅 高州 电工", "有了马上告诉我")
    clock.goes_to(14)
    await reached(phone, bot, board, clock)
    await phone.says("2", hears=SECOND)
    await phone.says("培训", hears="焊工提高班")
    await phone.says("2", hears="焊工提高班")
    clock.ahead += timedelta(minutes=31)
    await phone.says("1", hears=FIRST)  # the other list is long ago


@pytest.mark.usefixtures("school")
async def test_a_number_agrees_to_no_question_above_a_digest(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, school: School
) -> None:
    await subscribed(phone, "订阅 高州 电工", "有了马上告诉我")
    await phone.says("培训", "1", "报名", "陈大文", "13800138000", "确认", hears="报上了")
    clock.goes_to(14)
    await phone.says("取消报名", hears="1. ")
    await reached(phone, bot, board, clock)
    await phone.says("2", hears=SECOND)
    await phone.says("我的培训", hears="已报名")


@pytest.mark.usefixtures("school")
async def test_a_digest_that_may_not_ride_on_a_list_follows_it(
    phone: Phone, bot: Bot, board: Staff, clock: Clock, records: Records
) -> None:
    """Whose every answer holds a list does not wait for ever."""
    await subscribed(phone)
    clock.goes_to(9, days=4)
    await digest(bot, board, clock)
    await waiting(records)
    (answer,) = await phone.says("培训", hears="焊工提高班")
    assert "有新岗位" not in answer.text
    await phone.says("2", hears="焊工提高班")
    (row,) = [row for row in await records.of(messages) if row.topic == "jobs"]
    assert (row.status, row.reason) == ("queued", "after a list")
    clock.ahead += timedelta(minutes=29)
    await asyncio.sleep(1.2)
    assert "有新岗位" not in phone.transcript()
    clock.ahead += timedelta(minutes=2)
    await phone.hears("有新岗位，合您订的有 2 个")
    await phone.says("2", hears=SECOND)
