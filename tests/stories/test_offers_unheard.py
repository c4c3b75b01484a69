"""A place is offered to somebody who may not be written to now: what they say first is no answer to it."""

from datetime import timedelta

import pytest

from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.schools import School
from tests.stories.test_event_words import ME, OTHER
from tests.stories.test_notices import until_held
from tests.stories.venues import Venue
from union.courses import Course
from union.events import Event
from union.lines import State
from wechat.simulator import Phone, Platform

# What is told is a matter of words, whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SAID = (
    *("不用了", "不要", "不要了", "2", "不去了", "算了", "唔使啦", "取消"),
    *("好的", "好", "1", "可以，我去", "要", "我要", "好啊我去", "得", "确认"),
)


async def unheard_seat(
    phone: Phone, platform: Platform, school: School, clock: Clock, records: Records
) -> Course:
    """The phone was silent for three days when the only seat became free."""
    other = platform.phone("阿珍")
    course = await school.opens(seats=1)
    await other.says("培训", "1", "报名", *OTHER, "确认", hears="报上了")
    await phone.says("培训", "1", "报名", *ME, "确认", hears="第 1 位")
    clock.ahead = timedelta(days=3)
    await other.says("取消培训", "确认", hears="已经帮您取消")
    await until_held(records, 1)
    return course


async def unheard_place(
    phone: Phone, platform: Platform, venue: Venue, clock: Clock, records: Records
) -> Event:
    other = platform.phone("阿珍")
    event = await venue.opens(seats=1)
    await other.says("活动", "1", "报名", *OTHER, "确认", hears="报上了")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="第 1 位")
    clock.ahead = timedelta(days=3)
    await other.says("取消活动", "确认", hears="已经帮您取消")
    await until_held(records, 1)
    return event


@pytest.mark.parametrize("said", SAID)
async def test_a_seat_is_neither_taken_nor_left_before_it_was_told_of(
    phone: Phone, platform: Platform, school: School, clock: Clock, records: Records, said: str
) -> None:
    course = await unheard_seat(phone, platform, school, clock, records)
    await phone.says(said)
    assert "已经帮您取消" not in phone.messages[-1].text
    assert (await school.states(course))[phone.openid] == State.OFFERED
    if "轮到您了" not in phone.messages[-1].text:  # “取消” and the like are answered by themselves
        await phone.says("工会驿站有水喝吗", hears="轮到您了")


@pytest.mark.parametrize(
    ("said", "hears", "state"),
    [
        ("不用了", "已经帮您取消", State.WITHDRAWN),
        ("好的", "报上了", State.ENROLLED),
        ("要", "报上了", State.ENROLLED),
    ],
)
async def test_once_told_with_an_answer_the_next_word_is_about_it(
    phone: Phone,
    platform: Platform,
    school: School,
    clock: Clock,
    records: Records,
    said: str,
    hears: str,
    state: State,
) -> None:
    course = await unheard_seat(phone, platform, school, clock, records)
    await phone.says("工会驿站有水喝吗", hears="轮到您了")
    await phone.says(said, hears=hears)
    assert (await school.states(course))[phone.openid] == state


@pytest.mark.parametrize(("said", "hears"), [("要名额", "报上了"), ("不要名额", "已经帮您取消")])
async def test_an_answer_in_its_own_words_settles_it_and_it_is_not_offered_again(
    phone: Phone, platform: Platform, school: School, clock: Clock, records: Records, said: str, hears: str
) -> None:
    await unheard_seat(phone, platform, school, clock, records)
    await phone.says(said, hears=hears)
    assert "轮到您了" not in phone.messages[-1].text
    assert "轮到您了" not in (await phone.says("工会驿站有水喝吗"))[-1].text


async def test_who_comes_late_is_told_so_once(
    phone: Phone, platform: Platform, school: School, clock: Clock, records: Records
) -> None:
    await unheard_seat(phone, platform, school, clock, records)
    third = platform.phone("阿强")
    await third.says("培训", "1", "报名", "陈小强", "13800138002", "确认", hears="候补")
    clock.ahead = timedelta(days=6)
    await school.strikes()
    await phone.says("要名额", hears="已经让给下一位")
    assert phone.messages[-1].text.count("过了时间") == 1


@pytest.mark.parametrize("said", ["不用了", "好的", "1", "2", "要"])
async def test_a_place_at_an_event_is_treated_alike(
    phone: Phone, platform: Platform, venue: Venue, clock: Clock, records: Records, said: str
) -> None:
    event = await unheard_place(phone, platform, venue, clock, records)
    await phone.says(said, hears="轮到您了")
    assert (await venue.states(event))[phone.openid] == State.OFFERED
    await phone.says("要活动名额", hears="报上了")
    assert "轮到您了" not in phone.messages[-1].text


async def test_an_event_settled_unheard_is_not_offered_again(
    phone: Phone, platform: Platform, venue: Venue, clock: Clock, records: Records
) -> None:
    await unheard_place(phone, platform, venue, clock, records)
    await phone.says("要活动名额", hears="报上了")
    assert "轮到您了" not in phone.messages[-1].text
