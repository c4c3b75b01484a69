"""Messages of which nobody knows whether they arrived are found again, on both engines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from messages import outbox, tallies
from messages.journal import messages
from messages.outbox import Lane, Notice
from messages.tallies import Lost
from messages.transactions import Matter, Transaction
from tests.messages.conftest import Journal
from tests.messages.offices import LATE, MORNING, Office

WORDS = "陈大文，您报的课改了时间。"


@pytest.fixture
def office(book: Journal) -> Office:
    return Office(book)


async def test_digests_reminders_and_single_notices_are_listed_without_their_words(office: Office) -> None:
    own = Transaction(Matter.TRAINING, "电工初级班（样例）", "改了时间", "回复“我的报名”")
    notices = [
        Notice("o1", WORDS, LATE, lane=Lane.BULK, topic="jobs"),
        Notice("o2", WORDS, LATE, own=own),
        Notice("o3", WORDS, LATE),
        Notice("o4", WORDS, LATE),
    ]
    async with office.database.write() as session:
        await outbox.queue(session, notices, MORNING)
    await office.broadcast("o5")
    ended = {"status": "unknown", "via": "customer_service", "reason": "lost", "settled_at": MORNING}
    async with office.database.connect() as connection:
        which = messages.c.openid.in_(("o1", "o2", "o3", "o5"))
        await connection.execute(sa.update(messages).where(which).values(ended))
    async with office.database.read() as session:
        found = await tallies.lost(session, MORNING - timedelta(days=1), 10)
        assert await tallies.lost(session, MORNING + timedelta(hours=1), 10) == []
        assert len(await tallies.lost(session, MORNING, 2)) == 2
    assert [one.about for one in found] == ["notice", "training", "jobs"]
    assert found[0] == Lost(3, "notice", "customer_service", "lost", MORNING)
    assert not any(said in repr(found) for said in ("陈大文", "o1", "o2", "o3"))
