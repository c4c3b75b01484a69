"""An emergency is answered at once, whatever else was going on: the capability `urgent`."""

from messages.handovers import handovers
from tests.stories.conftest import Records
from wechat.simulator import Phone


async def test_a_cry_for_help_gets_the_card_and_staff_are_called(phone: Phone, records: Records) -> None:
    (card,) = await phone.says("救命啊工友的手卷进搅拌机了流好多血", hears="120")
    assert "12351" in card.text
    assert [row.closed_at for row in await records.of(handovers)] == [None]


async def test_despair_is_met_gently(phone: Phone) -> None:
    await phone.says("我真的不想活了", hears="12356")


async def test_it_is_heard_in_the_middle_of_a_list(phone: Phone, vague: str) -> None:
    await phone.says(vague)
    await phone.says("车间着火了好大烟", hears="119")


async def test_a_question_about_an_old_injury_is_a_question(phone: Phone) -> None:
    (answer,) = await phone.says("工伤认定要多久")
    assert "先救人" not in answer.text
