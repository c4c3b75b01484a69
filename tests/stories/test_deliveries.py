"""What goes to many, over the wire: every route, the reports that close the rows, and what the platform refuses."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import Bot
from messages import contacts, outbox, tickets
from messages.broadcasts import State, broadcasts
from messages.contacts import Sighting
from messages.journal import messages
from messages.outbox import Lane
from messages.tickets import Template
from tests.clocks import Clock
from wechat.simulator import Phone, Platform

BODY = "高温天气请注意防暑（样例）\n驿站备有饮水。"
TEMPLATE = "TPL-welfare"


async def launch(bot: Bot, phones: Sequence[Phone], **given: Any) -> int:
    """Urgent, so that the hour at which the test runs does not matter."""
    now = datetime.now(UTC)
    values = {
        "name": "样例", "kind": "text", "text": BODY, "title": "", "url": "", "audience": "{}", "safety": True,
        "mass": False, "topic": "", "state": State.RUNNING, "author": "s1", "created_at": now, "expanded_at": now,
        "until": now + timedelta(days=2), **given,
    }  # fmt: skip
    async with bot.database.connect() as connection:
        await contacts.note(connection, [Sighting(one.openid, now) for one in phones])
        entered = sa.insert(broadcasts).values(values).returning(broadcasts.c.id)
        number = int((await connection.execute(entered)).scalar_one())
        openids = [one.openid for one in phones]
        await outbox.expand(connection, number, openids, BODY, Lane.SAFETY, values["until"], now)
    return number


async def becomes(bot: Bot, number: int, *expected: tuple[str, str | None]) -> None:
    """The rows come to stand so, in the order of the phones."""
    query = sa.select(messages.c.status, messages.c.via).where(messages.c.broadcast_id == number)
    found: list[tuple[str, str | None]] = []
    for _ in range(600):
        async with bot.database.read() as session:
            found = [(row.status, row.via) for row in await session.execute(query.order_by(messages.c.id))]
        if found == list(expected):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def declares(bot: Bot, platform: Platform) -> None:
    fields = {"thing1": "title", "time2": "date"}
    platform.add_template(TEMPLATE, "活动通知", {"thing1": "标题", "time2": "时间"})
    async with bot.database.write() as session:
        declared = Template("welfare", TEMPLATE, False, fields)
        await tickets.declare(session, declared, "s1", datetime.now(UTC))


async def test_each_goes_by_the_cheapest_route_and_is_told_once(bot: Bot, platform: Platform) -> None:
    await declares(bot, platform)
    wrote, agreed, third, fourth = (platform.phone(f"职工{number}") for number in range(4))
    await wrote.says("帮助")
    await agreed.subscribes(TEMPLATE)
    number = await launch(bot, [wrote, agreed, third, fourth], topic="welfare", mass=True)
    await becomes(
        bot,
        number,
        ("sent", "customer_service"),
        ("sent", "subscription"),
        ("sent", "mass"),
        ("sent", "mass"),
    )
    vias = [[line.via for line in phone.messages if line.via in ("customer_service", "subscription", "mass")]
            for phone in (wrote, agreed, third, fourth)]  # fmt: skip
    assert vias == [["customer_service"], ["subscription"], ["mass"], ["mass"]]
    async with bot.database.read() as session:
        known = set(await session.scalars(sa.select(contacts.contacts.c.openid)))
    assert known == {
        phone.openid for phone in (wrote, agreed, third, fourth)
    }  # nobody for the account's own events


async def test_a_consent_that_was_refused_or_taken_back_is_none(bot: Bot, platform: Platform) -> None:
    await declares(bot, platform)
    refuses, changes_mind = platform.phone("甲"), platform.phone("乙")
    await refuses.subscribes(TEMPLATE, accepts=False)
    await changes_mind.subscribes(TEMPLATE)
    said = {"TemplateId": TEMPLATE, "SubscribeStatusString": "reject"}
    await changes_mind.reports("subscribe_msg_change_event", {"SubscribeMsgChangeEvent": {"List": [said]}})
    number = await launch(bot, [refuses, changes_mind], topic="welfare")
    await becomes(bot, number, ("held", None), ("held", None))
    assert platform.refusals == {}


async def test_what_cannot_be_sent_rides_on_the_next_answer(bot: Bot, platform: Platform) -> None:
    phone = platform.phone("陈师傅")
    number = await launch(bot, [phone])
    await becomes(bot, number, ("held", None))
    await phone.says("帮助", hears="驿站备有饮水")
    await becomes(bot, number, ("sent", "passive"))
    await phone.says("帮助")
    assert sum("驿站备有饮水" in line.text for line in phone.messages) == 1


async def test_a_window_that_is_shut_unknown_to_us_costs_one_call(bot: Bot, platform: Platform) -> None:
    phone = platform.phone("陈师傅")
    await phone.says("帮助")
    phone.was_told(5)  # by another system
    first = await launch(bot, [phone])
    await becomes(bot, first, ("held", None))
    await becomes(bot, await launch(bot, [phone]), ("held", None))
    assert platform.refusals == {("/cgi-bin/message/custom/send", 45047): 1}


async def test_who_unfollowed_unheard_is_found_out_by_a_mass_send(bot: Bot, platform: Platform) -> None:
    phones = [platform.phone(f"职工{number}") for number in range(3)]
    phones[2].has_left()
    number = await launch(bot, phones, mass=True)
    await becomes(bot, number, ("sent", "mass"), ("sent", "mass"), ("refused", "mass"))
    async with bot.database.read() as session:
        assert not await contacts.follows(session, phones[2].openid)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_quota_of_the_day_stops_everything_until_midnight(
    bot: Bot, platform: Platform, clock: Clock
) -> None:
    ahead = clock() - datetime.now(UTC)  # of WeChat, whose day it is
    phones = [platform.phone(f"职工{number}") for number in range(40)]
    for phone in phones:
        await phone.says("帮助")
    platform.limits["/cgi-bin/message/custom/send"] = 10
    number = await launch(bot, phones, until=clock() + timedelta(days=2))
    query = sa.select(messages.c.due_at).where(
        messages.c.broadcast_id == number, messages.c.status == "queued"
    )
    for _ in range(600):
        async with bot.database.read() as session:
            due = list(await session.scalars(query))
        if len(due) == 30 and min(due) > clock():
            break
        await asyncio.sleep(0.1)
    assert len(due) == 30
    beijing = [(one - ahead + timedelta(hours=8)).strftime("%H:%M") for one in due]
    assert set(beijing) <= {"00:00", "00:01", "23:59"}
    tried = platform.refusals["/cgi-bin/message/custom/send", 45009]
    await asyncio.sleep(2)
    assert platform.refusals["/cgi-bin/message/custom/send", 45009] == tried <= 32


async def test_a_picture_and_an_article_arrive_as_what_they_are(bot: Bot, platform: Platform) -> None:
    phone = platform.phone("陈师傅")
    await phone.says("帮助")
    sample = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
    picture = await launch(bot, [phone], kind="picture", picture=sample)
    await becomes(bot, picture, ("sent", "customer_service"))
    article = await launch(bot, [phone], kind="article", title="样例文章", url="https://example.org/sample")
    await becomes(bot, article, ("sent", "customer_service"))
    kinds = [line.kind for line in phone.messages if line.via == "customer_service"]
    assert kinds == ["image", "news"]
