"""A mobile that was given for a course or an event is wrong, or another one now: `mobiles`."""

import pytest

from bot.app import Bot
from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.schools import School
from tests.stories.venues import Venue
from union.courses import Course
from union.events import Event
from wechat.simulator import Phone, Platform

ME, NEW = ("陈大文", "13800138000"), "13800138001"


@pytest.fixture
async def course(bot: Bot, clock: Clock) -> Course:
    return await School(bot, clock).opens()


@pytest.fixture
async def event(bot: Bot, clock: Clock) -> Event:
    return await Venue(bot, clock).opens()


@pytest.fixture
def mobiles(bot: Bot, clock: Clock, course: Course, event: Event, phone: Phone) -> "Lists":
    return Lists(School(bot, clock), Venue(bot, clock), course, event, phone)


class Lists:
    """What staff see of one worker, in the lists of a course and of an event."""

    def __init__(self, school: School, venue: Venue, course: Course, event: Event, phone: Phone) -> None:
        self._school, self._venue = school, venue
        self._course, self._event = course, event
        self._phone = phone

    async def seen(self) -> tuple[list[str], list[str]]:
        people = await self._school.roster(self._course)
        guests = await self._venue.guests(self._event)
        return (
            [one.phone for one in people if one.openid == self._phone.openid],
            [one.phone for one in guests if one.openid == self._phone.openid],
        )

    async def signs_up(self) -> None:
        await self._phone.says("培训", "1", "报名", *ME, "确认", hears="报上了")
        await self._phone.says("活动", "1", "报名", *ME, "确认", hears="报上了")


@pytest.mark.parametrize(
    "said", ["培训留的电话写错了", "电工班留的手机号打错咗", "改一下培训的电话", "报培训的时候电话填错了"]
)
async def test_the_mobile_of_a_course_is_put_right(said: str, mobiles: Lists, phone: Phone) -> None:
    await mobiles.signs_up()
    await phone.says(said, hears="改“电工入门班”留的手机号。\n\n新的手机号？")
    await phone.says("1380013800", hears="这里数到 10 位")
    await phone.says(NEW, hears="报名：“电工入门班”\n2. 手机号：138****8001")
    assert await mobiles.seen() == ([ME[1]], [ME[1]])
    await phone.says("确认", hears="改好了，“电工入门班”有事就打 138****8001")
    assert await mobiles.seen() == ([NEW], [ME[1]])


@pytest.mark.parametrize(
    "said",
    ["我电话换了，改成13800138001", f"改手机号{NEW}", f"电话打错咗，系{NEW}", f"报名留的电话错了，是{NEW}"],
)
async def test_a_new_mobile_is_for_all_that_was_signed_up_for(
    said: str, mobiles: Lists, phone: Phone, records: Records
) -> None:
    await mobiles.signs_up()
    await phone.says(said, hears="报名：“电工入门班”、“测试联谊”\n2. 手机号：138****8001")
    await phone.says("确认", hears="改好了")
    assert await mobiles.seen() == ([NEW], [NEW])
    assert NEW not in " ".join(row.body for row in await records.of(messages))
    await phone.says("联谊留的手机号换了，现在用13800138002", "确认", hears="改好了，“测试联谊”")
    assert await mobiles.seen() == ([NEW], ["13800138002"])


async def test_another_one_of_them_is_chosen_at_the_summary(mobiles: Lists, phone: Phone) -> None:
    await mobiles.signs_up()
    await phone.says("我电话换了", hears="改“电工入门班”、“测试联谊”留的手机号")
    await phone.says(
        NEW, "1", hears="改哪一个的？\n1. “电工入门班”、“测试联谊”\n2. “电工入门班”\n3. “测试联谊”"
    )
    await phone.says("3", "确认", hears="改好了")
    assert await mobiles.seen() == ([ME[1]], [NEW])


async def test_a_mobile_of_somebody_else_changes_nothing(
    mobiles: Lists, phone: Phone, platform: Platform
) -> None:
    await mobiles.signs_up()
    await platform.phone("阿珍").says("活动", "1", "报名", "李小珍", NEW, "确认", hears="报上了")
    await phone.says(f"我电话换了，改成{NEW}", "确认", hears="“测试联谊”已经有人用这个手机号报过名了")
    assert await mobiles.seen() == ([ME[1]], [ME[1]])
    await phone.says("13800138002", "确认", hears="改好了")
    assert await mobiles.seen() == (["13800138002"], ["13800138002"])


@pytest.mark.parametrize("said", ["培训留的电话写错了", "我电话换了，改成13800138001", "电话打错咗"])
async def test_who_signed_up_for_nothing_is_answered_as_ever(said: str, mobiles: Lists, phone: Phone) -> None:
    (answer,) = await phone.says(said)
    assert "报名：" not in answer.text
    assert "新的手机号" not in answer.text


@pytest.mark.parametrize(
    "said", ["名字写错了，是王晓明", "姓名应该是王晓明", "名字改成王晓明", "个名错咗，应该系王晓明", "改姓名"]
)
async def test_a_name_that_was_given_wrong_is_put_right(
    said: str, mobiles: Lists, phone: Phone, course: Course, bot: Bot, clock: Clock
) -> None:
    await mobiles.signs_up()
    (heard,) = await phone.says(said)
    if said == "改姓名":
        assert "改“电工入门班”、“测试联谊”留的姓名。\n\n请问您的姓名？" in heard.text
        await phone.says("王晓明")
    await phone.says("继续", hears="报名：“电工入门班”、“测试联谊”\n2. 姓名：王**")
    await phone.says("1", "2", hears="报名：“电工入门班”\n2. 姓名：王**")
    await phone.says("确认", hears="改好了，“电工入门班”的名单上是王**了")
    (one,) = await School(bot, clock).roster(course)
    assert (one.name, one.phone) == ("王晓明", ME[1])
