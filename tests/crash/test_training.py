"""Two hundred phones on a course with twenty seats, three processes on PostgreSQL, and one of them killed meanwhile."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from messages.journal import Status, Via
from storage.database import Database
from tests.crash import audits
from tests.crash.audits import Journal
from tests.crash.servers import Bots, kill_one
from tests.stories.crowds import FULL, SEATED, contact, signs_up, told
from tests.union.trainings.courses import plan, publish
from union import outcomes
from union.lines import State
from union.outcomes import Participant
from wechat.simulator import Phone, Platform

PHONES, SEATS = 200, 20

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("crash"), pytest.mark.timeout(400)]


@pytest.mark.parametrize("shared", ["postgresql"], indirect=True)
async def test_three_processes_of_which_one_is_killed_seat_twenty_of_two_hundred(
    bots: Bots, platform: Platform, shared: Database
) -> None:
    now = datetime.now(UTC)
    starts = now + timedelta(days=9)
    times = ((starts, starts + timedelta(hours=2)),)
    planned = plan(seats=SEATS, times=times, opens_at=now - timedelta(days=1), closes_at=starts)
    (course,) = await publish(shared, planned, now=now)
    platform.callback = f"http://127.0.0.1:{bots.port}/wechat"
    server = bots.serve(shared.url.render_as_string(hide_password=False), processes=3)
    await asyncio.to_thread(server.start)
    phones = [platform.phone(f"职工{number}") for number in range(PHONES)]
    crowd = asyncio.gather(*(signs_up(phone, number, patience=240) for number, phone in enumerate(phones)))
    while sum(bool(told(phone)) for phone in phones) < PHONES // 4:
        assert not crowd.done() or crowd.result()
        await asyncio.sleep(0.05)
    kill_one(server, random.Random(7))
    await crowd
    people = await roster(shared, course)
    check(people, phones)
    while await audits.count(shared, ("received", "queued", "sending")):
        await asyncio.sleep(0.2)
    assert await asyncio.to_thread(server.stop) == 0
    journal = await audits.read(shared)
    audits.check_whole(journal)
    check_sent(journal, platform)


async def roster(database: Database, course: int) -> list[Participant]:
    async with database.read() as session:
        return list(await outcomes.roster(session, course))


def check_sent(journal: Journal, platform: Platform) -> None:
    """As many messages reached each worker later as the journal says; their texts are links, which chats show."""
    reached = Counter(line["openid"] for line in platform.sent() if line["via"] == "customer_service")
    later = [one for one in journal.messages if one.direction == "out" and one.via != Via.PASSIVE]
    surely = Counter(one.openid for one in later if one.status == Status.SENT)
    perhaps = Counter(one.openid for one in later if one.status in (Status.SENT, Status.UNKNOWN))
    assert surely <= reached <= perhaps


def check(people: list[Participant], phones: list[Phone]) -> None:
    """Everybody is on the list once, the seats are taken, and each was told what the list says."""
    by_phone = {phone.openid: (number, phone) for number, phone in enumerate(phones)}
    assert sorted(one.openid for one in people) == sorted(by_phone)
    assert Counter(one.state for one in people) == {State.ENROLLED: SEATS, State.WAITING: PHONES - SEATS}
    assert [one.state for one in people[:SEATS]] == [State.ENROLLED] * SEATS
    for place, one in enumerate(people):
        number, phone = by_phone[one.openid]
        assert (one.name, one.phone) == contact(number)
        assert told(phone) == [SEATED if place < SEATS else FULL.format(place - SEATS + 1)]
