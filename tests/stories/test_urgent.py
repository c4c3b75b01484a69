"""An emergency is answered at once, whatever else was going on: the capability `urgent`."""

from bot.app import Bot
from messages.handovers import handovers
from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from tests.stories.offices import Office
from union.staff import StaffRow
from wechat.simulator import Phone, Platform


async def test_a_cry_for_help_gets_the_card_and_staff_are_called(phone: Phone, records: Records) -> None:
    (card,) = await phone.says("救命啊工友的手卷进搅拌机了流好多血", hears="120")
    assert "12351" in card.text
    assert [row.closed_at for row in await records.of(handovers)] == [None]


async def test_whoever_is_at_the_desk_is_called_and_not_for_every_cry(
    phone: Phone, platform: Platform, office: Office, records: Records
) -> None:
    officer = platform.phone("值班员")
    await officer.says("你好")
    await office.sits_at_desk(officer.openid)
    await phone.says("有人触电了救命啊", hears="120")
    await officer.hears("【紧急】")
    await phone.says("救命啊有人触电了", hears="120")
    await phone.says("人工")
    await officer.hears("【值班提醒】")
    assert len([row for row in await records.of(messages) if "【紧急】" in row.body]) == 1


async def test_the_card_comes_even_where_nobody_can_be_called(
    bot: Bot, phone: Phone, clock: Clock, records: Records
) -> None:
    async with bot.database.write() as session:
        broken = {"name": "坏行", "roles": "no-such-role", "district": "", "openid": "x", "active": True}
        session.add(StaffRow(**broken, added_at=clock()))
    await phone.says("有人触电了救命啊", hears="120")
    assert [row.closed_at for row in await records.of(handovers)] == [None]


async def test_despair_is_met_gently(phone: Phone) -> None:
    await phone.says("我真的不想活了", hears="12356")


async def test_it_is_heard_in_the_middle_of_a_list(phone: Phone, vague: str) -> None:
    await phone.says(vague)
    await phone.says("车间着火了好大烟", hears="119")


async def test_inside_a_form_it_is_said_that_the_form_waits(phone: Phone) -> None:
    await phone.says("入会", "2", "13800138000")
    (card,) = await phone.says("车间着火了好大烟", hears="119")
    assert "表格帮您留着" in card.text
    await phone.says("继续", hears="姓名")
    await phone.says("取消")
    (card,) = await phone.says("车间着火了好大烟", hears="119")
    assert "表格" not in card.text


async def test_a_question_about_an_old_injury_is_a_question(phone: Phone) -> None:
    (answer,) = await phone.says("工伤认定要多久")
    assert "先救人" not in answer.text
