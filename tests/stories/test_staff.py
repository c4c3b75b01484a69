"""The union's own people bind their WeChat: the capability `staff`."""

from messages.journal import messages
from tests.stories.conftest import Records
from tests.stories.offices import Office
from union import staff
from wechat.simulator import Phone


async def test_a_code_binds_once(phone: Phone, office: Office, records: Records) -> None:
    code = await office.gives_code("值班员")
    await phone.says("绑定", hears="绑定 123456")
    await phone.says(f"绑定 {code}", hears="值班员，您好")
    await phone.says(f"绑定{code}", hears="已经用过")
    async with office.database.read() as session:
        bound = await staff.bound_to(session, phone.openid)
    assert bound is not None
    assert bound.name == "值班员"
    assert all(code not in row.body for row in await records.of(messages))


async def test_who_guesses_is_not_heard_for_a_while(phone: Phone, office: Office) -> None:
    code = await office.gives_code("值班员")
    for guess in range(5):
        await phone.says(f"绑定 00000{guess}")
    await phone.says(f"绑定 {code}", hears="一小时后")
