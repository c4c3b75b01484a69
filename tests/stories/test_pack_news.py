"""Who wants to hear of welfare hears of new packs too, once, and only of those they can have: `subscriptions`, `packs`."""

from datetime import timedelta

from bot.app import Bot
from bot.commands.console import teller
from scheduler import event_news
from scheduler.clockwork import Clockwork
from tests.clocks import Clock
from tests.stories.newsrooms import Newsroom
from tests.stories.offices import Office
from tests.stories.venues import Venue
from union import pack_plans
from union.courses import Audience
from wechat.simulator import Phone, Platform


async def strikes(bot: Bot, clock: Clock) -> int:
    """A minute later, when what was published stands."""
    clock.ahead += timedelta(minutes=1)
    run = await Clockwork(bot.database, [event_news.push], teller(), clock).strike_now("event-news")
    assert run is not None
    return run.found


async def subscribed(phone: Phone) -> None:
    await phone.says("有礼包告诉我", "好", hears="订好了：活动和福利，有了马上告诉")


async def test_a_new_pack_is_told_once_and_a_number_leads_to_it(
    bot: Bot, phone: Phone, venue: Venue, clock: Clock
) -> None:
    await subscribed(phone)
    clock.ahead += timedelta(hours=1)
    await venue.gives(amount=3, details="毛巾一条")
    assert await strikes(bot, clock) == 1
    await phone.hears("工会有新礼包有 1 个：\n1. 礼包：测试礼包｜先到先得，3 份\n\n回复序号看详情")
    await phone.says("1", hears="毛巾一条")
    await phone.says("1", hears="领到了")
    clock.ahead += timedelta(hours=2)
    assert await strikes(bot, clock) == 0


async def test_packs_and_events_are_told_in_one_list(
    bot: Bot, phone: Phone, venue: Venue, clock: Clock
) -> None:
    await subscribed(phone)
    clock.ahead += timedelta(hours=1)
    await venue.gives(opens_at=clock() + timedelta(hours=3), district="gaozhou")
    clock.ahead += timedelta(seconds=1)
    await venue.opens(opens_at=clock())
    assert await strikes(bot, clock) == 1
    heard = await phone.hears("工会有新活动和礼包有 2 个：\n1. 测试联谊｜信宜市")
    assert "\n2. 礼包：测试礼包｜高州市｜" in heard.text
    assert "14:00起领｜先到先得，2 份" in heard.text
    await phone.says("2", hears="14:00开始领")
    await phone.says("1", hears="还没开始")
    clock.ahead += timedelta(hours=4)
    assert await strikes(bot, clock) == 0  # it has been told of as it was announced


async def test_of_what_they_cannot_have_nobody_hears(
    bot: Bot, phone: Phone, platform: Platform, venue: Venue, clock: Clock, office: Office
) -> None:
    rider = platform.phone("骑手")
    for one in (phone, rider):
        await subscribed(one)
    await Newsroom(bot, clock, office).member(rider, "maonan", "rider", "13800138001")
    await rider.hears("入会办好了")
    clock.goes_to(14)
    await venue.gives("P-1", title="会员礼包", audience=Audience.MEMBERS)
    await venue.gives("P-2", title="司机礼包", work="driver")
    await venue.gives("P-3", title="抢光的礼包", amount=1)
    await venue.gives("P-4", title="停发的礼包")
    await venue.gives("P-5", title="有过的礼包")
    async with bot.database.write() as session:
        await pack_plans.close(session, "P-4", clock())
    for one, pack in ((platform.phone("阿珍"), "抢光的礼包"), (phone, "有过的礼包")):
        await one.says("礼包")
        (heard,) = await one.picks(f"领取：{pack}")
        assert "领到了" in heard.text
    assert await strikes(bot, clock) == 1
    heard = await rider.hears("工会有新礼包有 2 个")
    assert "会员礼包" in heard.text
    assert "有过的礼包" in heard.text
    assert "工会有新礼包" not in phone.transcript()
