"""The answers that workers give to “轮到您了” without repeating its words: `training`, `events`."""

import pytest

from tests.stories.schools import School
from tests.stories.test_event_words import ME, OTHER, offered_place, offered_seat
from tests.stories.venues import Venue
from union.lines import State
from wechat.simulator import Phone, Platform

# What is told is a matter of words, whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

YES = ("好的", "可以", "是", "行", "嗯", "1", "确认", "好的，我要", "好啊我去", "我参加")
NO = ("不去了", "不要了", "不用了", "2", "算了")


@pytest.fixture
def other(platform: Platform) -> Phone:
    return platform.phone("阿珍")


@pytest.mark.parametrize("said", YES)
async def test_a_plain_yes_takes_the_seat(phone: Phone, other: Phone, school: School, said: str) -> None:
    course = await offered_seat(phone, other, school)
    await phone.says(said, hears="报上了")
    assert (await school.states(course))[phone.openid] == State.ENROLLED


@pytest.mark.parametrize("said", NO)
async def test_a_plain_no_leaves_the_seat(phone: Phone, other: Phone, school: School, said: str) -> None:
    course = await offered_seat(phone, other, school)
    await phone.says(said, hears="已经帮您取消")
    assert (await school.states(course))[phone.openid] == State.WITHDRAWN


@pytest.mark.parametrize(
    ("said", "hears", "state"),
    [("好的", "报上了", State.ENROLLED), ("1", "报上了", State.ENROLLED), ("不去了", "已经帮您取消", State.WITHDRAWN)],
)  # fmt: skip
async def test_an_event_is_answered_alike(
    phone: Phone, other: Phone, venue: Venue, said: str, hears: str, state: State
) -> None:
    event = await offered_place(phone, other, venue)
    await phone.says(said, hears=hears)
    assert (await venue.states(event))[phone.openid] == state


async def test_a_redelivered_yes_takes_one_seat(
    phone: Phone, other: Phone, platform: Platform, school: School
) -> None:
    course = await offered_seat(phone, other, school)
    platform.redeliver(1.0)
    await phone.says("好的", hears="报上了")
    assert (await school.states(course))[phone.openid] == State.ENROLLED
    (again,) = await phone.says("好的")  # nothing is kept any more
    assert "报上" not in again.text


async def test_mere_thanks_say_nothing(phone: Phone, other: Phone, school: School) -> None:
    course = await offered_seat(phone, other, school)
    for said in ("收到", "谢谢", "工会驿站有水喝吗"):
        await phone.says(said)
        assert (await school.states(course))[phone.openid] == State.OFFERED


@pytest.mark.parametrize("again", ["不要了", "不去了", "2", "不用了"])
async def test_a_no_after_talk_of_something_else_is_asked_about(
    phone: Phone, other: Phone, school: School, venue: Venue, again: str
) -> None:
    course = await offered_seat(phone, other, school)
    await phone.says("工会驿站有水喝吗")
    await phone.says("不用了", hears="要吗？")
    assert (await school.states(course))[phone.openid] == State.OFFERED
    await phone.says(again, hears="已经帮您取消")
    event = await offered_place(phone, other, venue)
    await phone.says("工会驿站有水喝吗")
    await phone.says("不用了", hears="要吗？")
    await phone.says(again, hears="已经帮您取消")
    assert (await venue.states(event))[phone.openid] == State.WITHDRAWN


async def test_with_both_on_offer_it_is_asked_which(
    phone: Phone, other: Phone, school: School, venue: Venue
) -> None:
    course = await offered_seat(phone, other, school)
    event = await offered_place(phone, other, venue)
    await phone.says("好的", hears="您要哪一个")
    await phone.says("不去了", hears="您不要哪一个")
    await phone.says("2", "确认", hears="“测试联谊”已经帮您取消")
    await phone.says("好的", hears="报上了")
    assert (await school.states(course))[phone.openid] == State.ENROLLED
    assert (await venue.states(event))[phone.openid] == State.WITHDRAWN


async def test_a_question_and_a_list_come_first(phone: Phone, other: Phone, school: School) -> None:
    course = await offered_seat(phone, other, school)
    await phone.says("培训", "1", hears="正给您留着一个名额")
    assert (await school.states(course))[phone.openid] == State.OFFERED
    await phone.says("取消报名", hears="确定取消")
    await phone.says("不用了", hears="给您留着")
    await phone.says("我要入会", "好的")  # a form is open
    assert (await school.states(course))[phone.openid] == State.OFFERED


async def test_who_waits_for_a_place_is_told_how_far_the_line_is(
    phone: Phone, other: Phone, venue: Venue
) -> None:
    (answer,) = await phone.says("排到我了吗")
    assert "候补" not in answer.text
    await venue.opens(seats=1)
    await other.says("活动", "1", "报名", *OTHER, "确认", hears="报上了")
    await phone.says("活动", "1", "报名", *ME, "确认", hears="第 1 位")
    await phone.says("排到我了吗？", hears="测试联谊")
    assert "候补第 1 位" in phone.messages[-1].text


async def test_who_waits_for_a_seat_is_told_how_far_the_line_is(
    phone: Phone, other: Phone, school: School
) -> None:
    await offered_seat(phone, other, school)
    await phone.says("我排第几", hears="给您留着名额")
