"""Two hundred phones want twenty seats at once: `training` under pressure."""

import asyncio
from collections import Counter

import pytest

from bot.app import Bot
from bot.deliveries import WECHAT, Pace
from tests.clocks import Clock
from tests.stories.crowds import FULL, SEATED, contact, signs_up, told
from tests.stories.schools import School
from union.lines import State
from wechat.simulator import Platform

PHONES, SEATS = 200, 20


@pytest.fixture
def pace() -> Pace:
    return WECHAT  # under pressure it is told in time that the answer comes later


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("crash")  # so that nothing else as heavy runs beside it
async def test_two_hundred_phones_at_once_on_twenty_seats(bot: Bot, platform: Platform, clock: Clock) -> None:
    school = School(bot, clock)
    course = await school.opens(seats=SEATS)
    phones = [platform.phone(f"职工{number}") for number in range(PHONES)]
    await asyncio.gather(*(signs_up(phone, number) for number, phone in enumerate(phones)))
    answers = {phone.openid: told(phone) for phone in phones}
    roster = await school.roster(course)
    assert {one.openid: (one.name, one.phone) for one in roster} == {
        phone.openid: contact(number) for number, phone in enumerate(phones)
    }
    assert Counter(one.state for one in roster) == {State.ENROLLED: SEATS, State.WAITING: PHONES - SEATS}
    line = [one.openid for one in roster if one.state is State.WAITING]
    for one in roster:
        expected = SEATED if one.state is State.ENROLLED else FULL.format(line.index(one.openid) + 1)
        assert answers[one.openid] == [expected]
    # Five leave at once: the first five in the line are offered a seat, each once, and take it.
    seated = {one.openid for one in roster if one.state is State.ENROLLED}
    leaving = [phone for phone in phones if phone.openid in seated][:5]
    await asyncio.gather(*(phone.says("取消报名", "2") for phone in leaving))
    offered = [next(phone for phone in phones if phone.openid == openid) for openid in line[:5]]
    await asyncio.gather(*(phone.hears("轮到您了", within=30) for phone in offered))
    await asyncio.gather(*(phone.says("要名额", hears=SEATED) for phone in offered))
    counts = Counter((await school.states(course)).values())
    assert counts == {State.ENROLLED: SEATS, State.WAITING: PHONES - SEATS - 5, State.WITHDRAWN: 5}
    offers = Counter(phone.openid for phone in phones for one in phone.messages if "轮到您了" in one.text)
    assert offers == Counter(line[:5])
