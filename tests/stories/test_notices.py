"""What is told to a worker who is not writing: at once where WeChat allows it, else with the next answer."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.app import Bot
from dialogue import Capability, Notice, Teller
from messages.journal import Status, Via, messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from wechat.simulator import Phone


@dataclass(frozen=True, slots=True)
class Approved:
    openid: str
    words: str = "批下来了"
    until: timedelta | None = None


@pytest.fixture
def teller(clock: Clock) -> Teller:
    staff = Capability("staff", title="工作人员")

    @staff.tells(Approved)
    def approved(fact: Approved) -> Notice:
        return Notice(fact.words, None if fact.until is None else clock() + fact.until)

    return Teller(dict(staff.wordings))


async def tell(bot: Bot, teller: Teller, clock: Clock, *facts: Approved) -> None:
    async with bot.database.write() as session:
        await teller.tell(session, facts, clock())


async def out(records: Records, words: str) -> tuple[str, str | None]:
    (row,) = [row for row in await records.of(messages) if row.direction == "out" and row.body == words]
    return row.status, row.via


async def test_within_the_window_it_is_sent(
    bot: Bot, phone: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    await phone.says("你好")
    clock.ahead = timedelta(hours=47)
    await tell(bot, teller, clock, Approved(phone.openid))
    await phone.hears("批下来了")
    await until_held(records, 0)
    assert await out(records, "批下来了") == (Status.SENT, Via.CUSTOMER_SERVICE)


async def test_after_it_it_rides_on_the_next_answer_and_only_once(
    bot: Bot, phone: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    await phone.says("你好")
    clock.ahead = timedelta(hours=49)
    await tell(bot, teller, clock, Approved(phone.openid), Approved(phone.openid, "还有一件"))
    await until_held(records, 2)
    answer = (await phone.says("怎么入会"))[-1].text
    assert "顺便告诉您：\n批下来了\n\n还有一件" in answer
    assert await out(records, "批下来了") == (Status.SENT, Via.PASSIVE)
    assert "批下来了" not in (await phone.says("怎么入会"))[-1].text


async def test_it_does_not_ride_on_the_answer_to_an_emergency(
    bot: Bot, phone: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    await phone.says("你好")
    clock.ahead = timedelta(hours=49)
    await tell(bot, teller, clock, Approved(phone.openid))
    await until_held(records, 1)
    assert "批下来了" not in (await phone.says("有人触电了快救命"))[-1].text
    assert "批下来了" in (await phone.says("怎么入会"))[-1].text


async def test_old_news_is_not_told(
    bot: Bot, phone: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    await phone.says("你好")
    clock.ahead = timedelta(hours=49)
    await tell(bot, teller, clock, Approved(phone.openid, until=timedelta(hours=1)))
    await until_held(records, 1)
    clock.ahead = timedelta(hours=51)
    assert "批下来了" not in (await phone.says("怎么入会"))[-1].text


async def test_the_five_of_a_window_are_not_overdrawn(
    bot: Bot, phone: Phone, clock: Clock, teller: Teller, records: Records
) -> None:
    await phone.says("你好")
    clock.ahead = timedelta(minutes=2)
    await tell(bot, teller, clock, *(Approved(phone.openid, f"第{number}条") for number in range(7)))
    await until_held(records, 2)
    heard = [line.text for line in phone.messages]
    assert [f"第{number}条" in heard for number in range(7)] == [True] * 5 + [False] * 2
    answer = (await phone.says("怎么入会"))[-1].text
    assert "第5条" in answer
    assert "第6条" in answer


async def until_held(records: Records, count: int) -> None:
    """Until so many are held and nothing is on its way."""
    for _ in range(600):
        found = [row.status for row in await records.of(messages) if row.direction == "out"]
        if found.count(Status.HELD) == count and not {Status.QUEUED, Status.SENDING} & set(found):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(found)
