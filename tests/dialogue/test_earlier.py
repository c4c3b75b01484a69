"""What was given to another form is offered once, and used only after a yes."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from dialogue import Capability, Context, Earlier, Field, Invalid, Text
from dialogue.answers import last_four, masked_name, mobile, one_of, person_name
from dialogue.values import Option
from tests.dialogue.talks import NOON, Talk

GIVEN = {"name": "陈大文", "mobile": "13800138000"}


@dataclass(frozen=True, slots=True)
class Wish:
    course: str
    name: str
    phone: str


@dataclass(slots=True)
class World:
    """What was given before, which may change meanwhile, and what the form brought in."""

    given: list[Earlier] = field(default_factory=lambda: [Earlier("上次报课时", NOON, GIVEN)])
    taken: list[Wish] = field(default_factory=list)

    def talk(self) -> Talk:
        events = Capability("events", title="活动")
        form = events.form(
            Wish,
            Field(
                "course", "哪一个？\n{options}", one_of([Option("a", "甲"), Option("b", "乙")]), label="活动"
            ),
            Field("name", "姓名？", person_name, "姓名", show=masked_name, private=True, known_as="name"),
            Field("phone", "手机号？", mobile, "手机号", show=last_four, private=True, known_as="mobile"),
            confirm="核对：\n{summary}\n确认？",
        )

        @events.says("活动")
        async def start(ctx: Context) -> Text:
            return await form.begin(ctx)

        @form.submitted
        async def enter(ctx: Context, wish: Wish) -> Text:
            if wish.phone == "13900139000":
                raise Invalid("这个号码报过了", field="phone")
            self.taken.append(wish)
            return Text("报好了")

        @events.recalls
        async def recall(ctx: Context) -> list[Earlier]:
            return self.given

        return Talk([events], {"要交钱吗": "不要钱"})


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("yes", ["1", "用", "用这个", "好的", "是", "确认", "没变", "不用改"])
async def test_after_a_yes_it_is_used(world: World, yes: str) -> None:
    talk = world.talk()
    asked = await talk.says("活动", "1")
    assert "上次报课时您填的是：陈**，138****8000。这次也用吗" in asked
    summary = await talk.says(yes)
    assert "陈**" in summary
    assert "核对" in summary
    await talk.says("确认")
    assert world.taken == [Wish("a", "陈大文", "13800138000")]


@pytest.mark.parametrize("no", ["2", "不用", "重新填", "换一个", "重填", "不是"])
async def test_after_a_no_it_is_asked_for_and_not_offered_again(world: World, no: str) -> None:
    talk = world.talk()
    assert "姓名？" in await talk.says("活动", "1", no)
    assert "手机号？" in await talk.says("李小四")
    assert "139****9001" in await talk.says("13900139001")
    await talk.says("确认")
    assert world.taken == [Wish("a", "李小四", "13900139001")]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("13900139001", "姓名？"),
        ("我叫李小四", "手机号？"),
        ("李小四", "手机号？"),
        ("1390013900", "数到 10 位"),
    ],
)
async def test_a_new_value_sent_at_once_is_taken_as_a_no(world: World, said: str, asked: str) -> None:
    assert asked in await world.talk().says("活动", "1", said)


async def test_what_is_unclear_is_asked_back(world: World) -> None:
    talk = world.talk()
    asked = await talk.says("活动", "1", "随便吧")
    assert "用就回复 1" in asked
    assert "1. " in asked
    assert "核对" in await talk.says("1")


async def test_the_way_back_leads_to_the_offer_again(world: World) -> None:
    talk = world.talk()
    assert "姓名？" in await talk.says("活动", "1", "2")
    assert "哪一个" in await talk.says("返回")
    assert "这次也用吗" in await talk.says("2")
    assert "哪一个" in await talk.says("改活动")
    assert "这次也用吗" in await talk.says("1")
    assert "不要钱" in await talk.says("要交钱吗")
    assert "这次也用吗" in await talk.says("继续")


async def test_what_was_erased_or_changed_meanwhile_is_not_what_the_yes_was_to(world: World) -> None:
    talk = world.talk()
    await talk.says("活动", "1")
    world.given = [Earlier("上次应聘时", NOON, {**GIVEN, "mobile": "13800138009"})]
    assert "上次应聘时您填的是：陈**，138****8009" in await talk.says("1")
    world.given = []
    assert "姓名？" in await talk.says("1")


async def test_the_newest_is_offered_and_one_that_is_refused_is_asked_for(world: World) -> None:
    world.given.append(Earlier("上次应聘时", NOON + timedelta(1), {**GIVEN, "mobile": "13900139000"}))
    talk = world.talk()
    assert "139****9000" in await talk.says("活动", "1")
    again = await talk.says("1", "确认")
    assert "报过了" in again
    assert "手机号？" in again
    assert "上次" not in again


async def test_what_cannot_be_taken_any_more_is_asked_for(world: World) -> None:
    world.given = [Earlier("上次应聘时", NOON, {**GIVEN, "mobile": "010"})]
    again = await world.talk().says("活动", "1", "1")
    assert "手机号" in again
    assert "姓名" not in again
