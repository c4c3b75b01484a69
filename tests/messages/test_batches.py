"""Mass sends that meet a pause, a night, a lost answer or a platform that knows no answer, on both engines."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from messages import batches, mailings, reports, results, verdicts
from messages.broadcasts import State, Underway, broadcasts, keep_media, underway
from messages.mailrooms import Mailroom, unknown_work
from messages.mass_sender import MassSender
from messages.masses import mass_sends
from messages.masses import received as masses_received
from messages.ports import DeliveryError, Future, Lesson
from messages.reports import MassFinished
from messages.results import Unnamed
from messages.sender import LEASE
from tests.messages.channels import RecordingChannel
from tests.messages.conftest import Journal
from tests.messages.offices import MORNING, Office

LOST = DeliveryError(Future.RETRY, "TimeoutError", 1)
EVENING = datetime(2026, 11, 20, 12, 50, tzinfo=UTC)  # ten to nine in Beijing
NIGHT = EVENING + timedelta(hours=2)
NEXT_MORNING = datetime(2026, 11, 21, 0, 1, tzinfo=UTC)


@pytest.fixture
def office(book: Journal) -> Office:
    return Office(book)


async def turns(office: Office, number: int, state: State) -> None:
    async with office.database.connect() as connection:
        its = sa.update(broadcasts).where(broadcasts.c.id == number)
        await connection.execute(its.values(state=state))


async def outcomes(office: Office) -> Counter[str]:
    return Counter(status for status, _ in (await office.stands()).values())


async def test_a_batch_that_the_platform_has_forgotten_is_not_given_again(office: Office) -> None:
    office.channel.fates["mass"] = [LOST]
    number = await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    await turns(office, number, State.PAUSED)
    office.clock.moves(hours=25)
    await office.runs()
    await turns(office, number, State.RUNNING)
    await office.runs()
    assert len(office.channel.massed) == 1
    assert await outcomes(office) == {"unknown": 2}


async def test_a_batch_resumed_at_night_waits_for_the_morning(office: Office) -> None:
    office.clock.now = EVENING
    number = await office.broadcast("o1", "o2", mass=True)
    await office.bulk.deliver_due()
    await turns(office, number, State.PAUSED)
    office.clock.now = NIGHT
    await turns(office, number, State.RUNNING)
    await office.runs()
    await office.runs()
    assert office.channel.massed == []
    assert await outcomes(office) == {"queued": 2}
    office.clock.now = NEXT_MORNING
    await office.runs()
    assert len(office.channel.massed) == 1


async def test_a_batch_made_before_the_night_is_planned_anew_after_it(office: Office) -> None:
    office.clock.now = EVENING
    number = await office.broadcast("o1", "o2", mass=True)
    await office.bulk.deliver_due()
    broadcast = (await running(office))[number]
    async with office.database.connect() as connection:
        assert await mailings.make(connection, broadcast, unknown_work, EVENING) == 2
    office.clock.now = NIGHT
    await office.runs()
    assert office.channel.massed == []
    office.clock.now = NEXT_MORNING
    await office.writes("o1")
    await office.runs()
    # One of them has written meanwhile and can be told by themselves; one alone is no mass send.
    assert office.channel.massed == []
    assert await office.stands() == {"o1": ("sent", "customer_service"), "o2": ("held", None)}


async def test_a_lost_answer_is_not_asked_for_again_at_night(office: Office) -> None:
    office.clock.now = EVENING
    office.channel.fates["mass"] = [LOST]
    await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    office.clock.now = NIGHT
    await office.runs()
    assert len(office.channel.massed) == 1
    office.clock.now = NEXT_MORNING
    await office.runs()
    assert len(office.channel.massed) == 2
    assert len({client_id for _, _, client_id in office.channel.massed}) == 1


async def test_what_is_urgent_goes_at_night(office: Office) -> None:
    office.clock.now = NIGHT
    await office.broadcast("o1", "o2", mass=True, safety=True)
    await office.runs()
    assert len(office.channel.massed) == 1


async def test_riders_who_were_planned_before_noon_are_left_alone_at_noon(office: Office) -> None:
    office.clock.now = datetime(2026, 11, 20, 2, 50, tzinfo=UTC)
    number = await office.broadcast("rider1", "rider2", "o1", "o2", mass=True)
    await office.bulk.deliver_due()
    await turns(office, number, State.PAUSED)
    office.clock.now = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
    await turns(office, number, State.RUNNING)
    await office.runs()
    assert [openids for openids, _, _ in office.channel.massed] == [("o1", "o2")]
    office.clock.now = datetime(2026, 11, 20, 5, 31, tzinfo=UTC)
    await office.runs()
    assert [openids for openids, _, _ in office.channel.massed][1:] == [("rider1", "rider2")]


class Uploading(RecordingChannel):
    """Somebody pauses the broadcast while its picture is on its way."""

    office: Office
    number: int

    async def upload(self, picture: bytes) -> str:
        await turns(self.office, self.number, State.PAUSED)
        return await super().upload(picture)


async def test_a_pause_while_the_picture_is_uploaded_holds_the_batch_back(office: Office) -> None:
    channel = Uploading()
    channel.office = office
    channel.number = await office.broadcast("o1", "o2", mass=True, kind="picture", picture=b"\x89PNG sample")
    masses = MassSender(Mailroom(office.database, channel, "p1", office.clock))
    await office.bulk.deliver_due()
    async with office.database.connect() as connection:
        await keep_media(connection, channel.number, None, None)
    await masses.deliver_due()
    assert channel.massed == []
    await turns(office, channel.number, State.STOPPED)
    await masses.deliver_due()
    assert await outcomes(office) == {"expired": 2}  # never given, and known to be


async def test_a_picture_that_the_platform_has_lost_is_uploaded_anew(office: Office) -> None:
    number = await office.broadcast(
        "o1", "o2", mass=True, kind="picture", picture=b"\x89PNG sample", media_id="old", media_until=NIGHT
    )
    gone = DeliveryError(Future.REFUSED, "media: 40007", lesson=Lesson.MEDIA)
    office.channel.fates["mass"] = [gone]
    await office.runs()
    office.clock.moves(seconds=5)
    await office.runs()
    shown = [repr(content) for _, content, _ in office.channel.massed]
    assert shown == ["PictureContent(media_id='old')", "PictureContent(media_id='media-1')"]
    assert (await office.state(number)).state == State.RUNNING


async def test_a_picture_that_is_lost_again_and_again_is_refused(office: Office) -> None:
    gone = DeliveryError(Future.REFUSED, "media: 40007", lesson=Lesson.MEDIA)
    office.channel.fates["mass"] = [gone] * 9
    await office.broadcast("o1", "o2", mass=True, kind="picture", picture=b"\x89PNG sample")
    for _ in range(5):
        await office.runs()
        office.clock.moves(minutes=1)
    assert len(office.channel.massed) == 3
    assert await outcomes(office) == {"refused": 2}


class Mute(RecordingChannel):
    """It takes everything and answers no question."""

    knows_status = False

    async def mass_status(self, mass_id: str) -> str:
        if not self.knows_status:
            raise DeliveryError(Future.REFUSED, "bug: 40059", lesson=Lesson.SETTINGS)
        return await super().mass_status(mass_id)

    async def leavers(self, openids: Sequence[str]) -> Collection[str]:
        raise DeliveryError(Future.REFUSED, "user: 40003", lesson=Lesson.LEFT)


async def given(office: Office, channel: Mute) -> MassSender:
    masses = MassSender(Mailroom(office.database, channel, "p1", office.clock))
    await office.broadcast("o1", "o2", mass=True)
    await office.bulk.deliver_due()
    await masses.deliver_due()
    office.clock.moves(minutes=2)
    await masses.deliver_due()
    return masses


async def test_a_platform_that_never_says_what_became_of_a_batch_leaves_it_unknown(office: Office) -> None:
    masses = await given(office, Mute())
    assert await outcomes(office) == {"sending": 2}
    office.clock.moves(hours=24)
    await masses.deliver_due()
    assert await outcomes(office) == {"unknown": 2}


async def test_what_was_sent_is_sent_although_nobody_says_who_follows(office: Office) -> None:
    channel = Mute()
    channel.knows_status = True
    await given(office, channel)
    assert await outcomes(office) == {"sent": 2}


@pytest.mark.parametrize(("sent", "status"), [(2, "sent"), (1, "unknown")])
async def test_where_some_were_not_reached_and_nobody_says_who_follows_all_stand_alike(
    office: Office, sent: int, status: str
) -> None:
    masses = MassSender(Mailroom(office.database, Mute(), "p1", office.clock))
    await office.broadcast("o1", "o2", "o3", mass=True)
    await office.bulk.deliver_due()
    await masses.deliver_due()
    async with office.database.connect() as connection:
        await reports.enter(connection, [MassFinished("1", "send success", 3, sent)], office.clock())
    await masses.deliver_due()
    assert await outcomes(office) == {status: 3}


async def test_counts_that_come_after_the_platform_was_asked_are_kept_and_told(office: Office) -> None:
    channel = Mute()
    channel.knows_status = True
    number = await office.broadcast("o1", "o2", "o3", mass=True)
    masses = MassSender(Mailroom(office.database, channel, "p1", office.clock))
    await office.bulk.deliver_due()
    await masses.deliver_due()
    office.clock.moves(minutes=2)
    await masses.deliver_due()
    assert await outcomes(office) == {"sent": 3}
    finished = MassFinished("1", "send success", 3, 2, 2, 0)
    async with office.database.connect() as connection:
        await reports.enter(connection, [finished], office.clock())
        await reports.enter(connection, [MassFinished("1", "send success", 3, 0, 0, 0)], office.clock())
    assert await outcomes(office) == {"sent": 3}
    assert {row.reason for row in await office.book.rows("out")} == {
        "the platform reports 2 of 3 reached and does not say whom"
    }
    async with office.database.read() as session:
        assert (await results.progress(session, number)).unnamed == Unnamed(filtered=1)
        assert set(
            (await masses_received(await session.connection(), ["o1", "o2", "o3"], office.clock())).values()
        ) == {1}


async def test_who_has_lost_the_lease_of_a_batch_refuses_it_no_more(office: Office) -> None:
    number = await office.broadcast("o1", "o2", mass=True)
    await office.bulk.deliver_due()
    broadcast = (await running(office))[number]
    async with office.database.connect() as connection:
        await mailings.make(connection, broadcast, unknown_work, MORNING)
        slow = await batches.claim(connection, office.mailroom("slow"), MORNING, LEASE)
    assert slow is not None
    async with office.database.connect() as connection:
        other = await batches.claim(connection, office.mailroom("other"), MORNING + 2 * LEASE, LEASE)
        assert other is not None
        assert not await batches.holds(connection, slow)
        assert await batches.holds(connection, other)
        await verdicts.accept(connection, slow, "7", MORNING)  # what it knows is of use all the same
        await verdicts.accept(connection, other, "", MORNING)
        states = (await connection.execute(sa.select(mass_sends.c.state, mass_sends.c.msg_id))).all()
    assert [tuple(row) for row in states] == [("accepted", "7")]


async def running(office: Office) -> dict[int, Underway]:
    async with office.database.read() as session:
        return {one.id: one for one in await underway(session)}
