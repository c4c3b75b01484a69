"""A subscription notice has fields of twenty characters: what they leave out is not lost, on both engines."""

import asyncio
from datetime import timedelta

import pytest

from messages import outbox, reports, tickets
from messages.outbox import Lane, Notice
from messages.ports import DeliveryError, Future, Lesson
from messages.reasons import Reason
from messages.reports import NoticeFinished
from messages.sender import LEASE, Sender
from messages.tickets import Template, says_all
from tests.messages.conftest import Journal
from tests.messages.offices import LATE, Office

LONG = "工会有新活动有 2 个：\n1. 测试联谊｜高州市｜12月5日\n2. 测试招聘会｜信宜市｜12月6日\n\n回复序号看详情，不收了回复“退订”。"
SHORT = "今天驿站开到九点"


@pytest.fixture
async def office(book: Journal) -> Office:
    found = Office(book)
    await found.consents("o1", times=2)
    return found


async def tells(office: Office, body: str = LONG) -> None:
    async with office.database.write() as session:
        notice = Notice("o1", body, LATE, lane=Lane.BULK, topic="welfare")
        await outbox.queue(session, [notice], office.clock())


async def rides(office: Office) -> list[str]:
    async with office.database.connect() as connection:
        return await outbox.ride(connection, "o1", 2000, office.clock())


async def left(office: Office) -> int:
    async with office.database.connect() as connection:
        return (await tickets.held(connection, ["o1"], ["T1"])).get(("o1", "T1"), 0)


async def test_the_words_ride_on_the_next_answer_once(office: Office) -> None:
    await tells(office)
    await office.runs()
    assert await office.stands() == {"o1": ("held", "subscription")}
    assert [row.reason for row in await office.book.rows("out")] == [Reason.RUNG]
    assert await left(office) == 1
    await office.runs()
    assert len(office.channel.noticed) == 1
    assert await rides(office) == [LONG]
    assert await office.stands() == {"o1": ("sent", "passive")}
    assert await rides(office) == []


async def test_what_fits_is_sent_and_said_no_more(office: Office) -> None:
    await tells(office, SHORT)
    await office.runs()
    assert await office.stands() == {"o1": ("sent", "subscription")}
    assert await rides(office) == []


async def test_a_lost_answer_leaves_the_words_and_spends_the_consent(office: Office) -> None:
    office.channel.fates["T1"] = [DeliveryError(Future.UNKNOWN, "lost")]
    await tells(office)
    await office.runs()
    assert await office.stands() == {"o1": ("held", "subscription")}
    assert await left(office) == 1
    assert await rides(office) == [LONG]


async def test_a_consent_that_is_gone_takes_it_elsewhere(office: Office) -> None:
    office.channel.fates["T1"] = [DeliveryError(Future.REFUSED, "user: 43101", lesson=Lesson.CONSENT)]
    await tells(office)
    await office.runs()
    assert await office.stands() == {"o1": ("held", None)}


@pytest.mark.parametrize(("code", "via"), [(0, "subscription"), (43101, None)])
async def test_the_report_leaves_the_words_where_they_are(office: Office, code: int, via: str | None) -> None:
    await tells(office)
    await office.runs()
    async with office.database.connect() as connection:
        await reports.enter(connection, [NoticeFinished("o1", "T1", code, "reported")], office.clock())
    assert await office.stands() == {"o1": ("held", via)}
    assert await rides(office) == [LONG]


@pytest.mark.parametrize(("body", "ends"), [(LONG, "held"), (SHORT, "unknown")])
async def test_a_process_that_dies_meanwhile_loses_no_words(office: Office, body: str, ends: str) -> None:
    await tells(office, body)
    office.channel.gate.clear()
    dead = asyncio.create_task(office.runs())
    async with asyncio.timeout(5):
        while not office.channel.noticed:
            await asyncio.sleep(0.01)
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)
    office.channel.gate.set()
    office.clock.now += LEASE + timedelta(seconds=1)
    await Sender(office.mailroom("p2")).deliver_due()
    assert await office.stands() == {"o1": (ends, "subscription")}


def test_what_the_fields_of_a_template_can_say() -> None:
    def fits(body: str, *sources: str) -> bool:
        fields = {f"thing{number}": source for number, source in enumerate(sources)}
        return says_all(Template("welfare", "T1", False, fields), body)

    assert fits(SHORT, "title")
    assert fits(SHORT, "text")
    assert fits(f"{SHORT}\n{SHORT}", "title", "text")
    assert not fits(f"{SHORT}\n{SHORT}", "title")
    assert not fits(f"{SHORT}\n{SHORT}", "text")
    assert not fits(SHORT * 3, "title", "text")
    assert not fits(SHORT, "date")
