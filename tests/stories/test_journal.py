"""What staff read afterwards: every message in and out once, with the columns that others rely on."""

import pytest

from messages.journal import messages
from tests.clocks import Clock
from tests.stories.conftest import Records
from wechat.simulator import Phone, Platform

CONTRACT = (
    "id", "openid", "direction", "wire_id", "kind", "body", "created_at", "status", "via", "author", "reply_to",
)  # fmt: skip


def test_the_table_has_the_columns_of_the_contract() -> None:
    assert set(CONTRACT) <= set(messages.c.keys())
    assert any(one.unique and one.columns.keys() == ["wire_id"] for one in messages.indexes)


@pytest.mark.parametrize("account", ["plain", "compatible", "safe"], indirect=True)
async def test_a_question_and_its_answer_are_two_rows(phone: Phone, records: Records, clock: Clock) -> None:
    started = clock()
    (heard,) = await phone.says("工会驿站能做什么")
    question, answer = await records.of(messages)
    assert phone.last is not None
    assert (question.openid, question.direction, question.kind) == (phone.openid, "in", "text")
    assert (question.wire_id, question.body, question.status) == (
        phone.last.wire_id,
        "工会驿站能做什么",
        "done",
    )
    assert (question.via, question.author, question.reply_to) == (None, None, None)
    assert (answer.openid, answer.direction, answer.kind, answer.wire_id) == (
        phone.openid,
        "out",
        "text",
        None,
    )
    assert (answer.status, answer.via, answer.author) == ("sent", "passive", "bot")
    assert answer.reply_to == question.id
    assert answer.body == heard.text
    assert started <= question.created_at <= answer.created_at <= clock()


async def test_a_message_leaves_nothing_to_be_done(phone: Phone, records: Records) -> None:
    await phone.says("怎么加入工会", "人工", "qwerty")
    for row in await records.of(messages):
        assert (row.payload, row.due_at, row.lease_by, row.tries) == (None, None, None, 0)


async def test_a_redelivery_adds_no_row_and_brings_the_same_answer(
    phone: Phone, platform: Platform, records: Records
) -> None:
    platform.redeliver(1.0)
    await phone.says("怎么加入工会")
    assert phone.last is not None
    assert len(phone.last.answers) == 2
    assert len(await records.of(messages)) == 2
    await phone.again()
    assert len(await records.of(messages)) == 2


async def test_a_redelivered_follow_is_one_follow(platform: Platform, phone: Phone, records: Records) -> None:
    platform.redeliver(1.0)
    await phone.follows("station-7")
    assert [row.direction for row in await records.of(messages)] == ["in", "out"]
