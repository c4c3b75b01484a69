"""Riders are left alone while they carry meals, and everybody in the night, over the wire.

What is told of their own (`events`, `training`, `human`), digests (`subscriptions`) and broadcasts wait until their hours
are over; what cannot wait does not.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.app import Bot
from bot.commands.console import teller
from dialogue import desks
from messages.drafts import Draft
from messages.journal import messages
from scheduler import event_news
from scheduler.clockwork import Clockwork
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.newsrooms import Newsroom
from tests.stories.schools import School
from tests.stories.venues import Venue
from union import members
from union.applications import Door, Joining
from union.lines import State
from wechat.simulator import Phone, Platform

ME, OTHER = ("陈大文", "13800138000"), ("李小珍", "13800138001")
OFFER, REMINDER, NEWS = "轮到您了", "提醒您：“测试联谊”就在明天", "工会有新活动"


@pytest.fixture
async def rider(newsroom: Newsroom, platform: Platform) -> AsyncIterator[Phone]:
    phone = platform.phone("骑手")
    await phone.says("你好")
    await newsroom.member(phone, "maonan", "rider", ME[1])
    await phone.hears("入会办好了")
    yield phone


@pytest.fixture
async def other(platform: Platform) -> AsyncIterator[Phone]:
    """Somebody of another trade."""
    phone = platform.phone("阿珍")
    await phone.says("你好")
    yield phone


async def waits(records: Records, words: str, phone: Phone) -> None:
    """It is held because of the hour, and a moment later has not come."""
    async with asyncio.timeout(10):
        while not [
            one for one in await records.of(messages) if words in one.body and one.reason == "quiet hours"
        ]:
            await asyncio.sleep(0.05)
    await asyncio.sleep(1.2)
    assert not any(words in line.text for line in phone.messages)


async def test_the_reminder_of_five_oclock_comes_at_eight_to_a_rider(
    rider: Phone, other: Phone, venue: Venue, clock: Clock, records: Records
) -> None:
    await venue.opens(days=2)
    await rider.says("活动", "1", "报名", "确认", hears="报上了")
    await other.says("活动", "1", "报名", *OTHER, "确认", hears="报上了")
    clock.goes_to(17, 5, days=1)
    assert await venue.strikes() == 2
    await other.hears(REMINDER)
    await waits(records, REMINDER, rider)
    clock.goes_to(19, 59)
    await asyncio.sleep(1.2)
    assert REMINDER not in rider.transcript()
    clock.goes_to(20)
    await rider.hears(REMINDER)
    assert await venue.strikes() == 0


async def test_an_offer_of_noon_waits_and_is_told_to_who_writes_meanwhile(
    rider: Phone, other: Phone, platform: Platform, school: School, clock: Clock, records: Records
) -> None:
    course = await school.opens(seats=1)
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="报上了")
    await rider.says("培训", "1", "报名", "确认", hears="第 1 位")
    clock.goes_to(11, 30)
    await other.says("取消报名", "2", hears="已经帮您取消")
    await waits(records, OFFER, rider)
    await rider.says("怎么入会", hears=OFFER)
    await rider.says("要名额", hears="报上了")
    clock.goes_to(13, 30)
    await asyncio.sleep(1.2)
    assert sum(OFFER in line.text for line in rider.messages) == 1
    assert (await school.states(course))[rider.openid] is State.ENROLLED


@pytest.mark.parametrize("said", ["订阅 茂南 骑手", "入会"])
async def test_who_only_asked_for_riders_work_is_left_alone_at_noon_too(
    said: str, other: Phone, platform: Platform, school: School, clock: Clock, records: Records, bot: Bot
) -> None:
    """As the consent says it; who has applied to join has said it too."""
    await school.opens(seats=1)
    phone = platform.phone("未入会的骑手")
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="报上了")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="第 1 位")
    if said == "入会":
        async with bot.database.write() as session:
            joining = Joining(Door.OPEN, ME[1], ME[0], "maonan", "rider")
            await members.join(session, phone.openid, joining, clock())
    else:
        await phone.says(said, "好", hears="订好了")
    clock.goes_to(11, 30)
    await other.says("取消报名", "2", hears="已经帮您取消")
    await waits(records, OFFER, phone)
    clock.goes_to(13, 30)
    await phone.hears(OFFER)


async def test_an_offer_of_noon_is_sent_when_the_meals_are_carried(
    rider: Phone, other: Phone, school: School, clock: Clock, records: Records
) -> None:
    await school.opens(seats=1)
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="报上了")
    await rider.says("培训", "1", "报名", "确认", hears="第 1 位")
    clock.goes_to(11, 30)
    await other.says("取消报名", "2", hears="已经帮您取消")
    await waits(records, OFFER, rider)
    clock.goes_to(13, 30)
    await rider.hears(OFFER)


async def test_what_is_called_off_for_this_afternoon_is_told_at_noon(
    rider: Phone, school: School, clock: Clock, records: Records
) -> None:
    starts = school.at(0, 14)
    soon = await school.opens(times=((starts, starts + timedelta(hours=2)),), closes_at=starts)
    late = await school.opens("T-2", title="焊工提高班")
    for number in "12":
        await rider.says("培训", number, "报名", "确认", hears="报上了")
    clock.goes_to(12)
    await school.cancels(late, "停电")
    await waits(records, "“焊工提高班”", rider)
    await school.cancels(soon, "停电")
    await rider.hears("停电")


async def test_who_has_just_written_is_told_at_once_and_so_is_what_a_person_says(
    bot: Bot, rider: Phone, other: Phone, school: School, clock: Clock
) -> None:
    await school.opens(seats=1)
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="报上了")
    clock.goes_to(11, 30)
    await rider.says("培训", "1", "报名", "确认", hears="第 1 位")
    await other.says("取消报名", "2", hears="已经帮您取消")
    await rider.hears(OFFER)
    await rider.says("人工")
    clock.goes_to(12)
    async with bot.database.write() as session:
        fact, _ = await desks.reply(session, 1, "您好，材料收到了", "7", clock())
        await teller().tell(session, [fact], clock(), "7")
    await rider.hears("【工作人员】您好，材料收到了")


@pytest.mark.parametrize(("hour", "over"), [((11, 30), (13, 30)), ((17, 30), (20, 0)), ((20, 59), None)])
async def test_a_digest_waits_until_a_riders_hours_are_over(
    bot: Bot,
    rider: Phone,
    other: Phone,
    venue: Venue,
    clock: Clock,
    records: Records,
    hour: tuple[int, int],
    over: tuple[int, int] | None,
) -> None:
    """The same that comes at once to somebody of another trade, and outside these hours to riders too."""
    for phone in (rider, other):
        await phone.says("订阅活动", "有了马上告诉我", "好", hears="订好了")
    await venue.opens(opens_at=clock() + timedelta(minutes=5))
    clock.goes_to(*hour)
    run = await Clockwork(bot.database, [event_news.push], teller(), clock).strike_now("event-news")
    assert run is not None
    assert run.found == 2
    await other.hears(NEWS)
    if over is not None:
        await waits(records, NEWS, rider)
        clock.goes_to(*over)
    await rider.hears(NEWS)


@pytest.mark.parametrize("hour", [12, 18, 23])
async def test_what_is_urgent_for_safety_does_not_wait(
    newsroom: Newsroom, rider: Phone, clock: Clock, records: Records, hour: int
) -> None:
    clock.goes_to(hour)
    await rider.says("你好")
    until = clock() + timedelta(days=1)
    await newsroom.sends(Draft(("everybody",), "西瓜在河东驿站", until, "西瓜"))
    await newsroom.sends(Draft(("everybody",), "台风来了，请停工避险", until, "台风", safety=True))
    await rider.hears("台风来了")
    await waits(records, "西瓜", rider)
    clock.goes_to({12: 13, 18: 20, 23: 8}[hour], 30)
    await rider.hears("西瓜")
