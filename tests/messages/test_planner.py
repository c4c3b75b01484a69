"""The planner and the senders of what goes to many: every route, every refusal, on both engines, over a channel."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from messages import claims, credits, masses, outbox, reports, routes, tickets
from messages.broadcasts import State, broadcasts
from messages.bulk_sender import BulkSender
from messages.claims import Queue
from messages.journal import Via, messages
from messages.mailrooms import Mailroom
from messages.masses import FullyBooked, mass_sends
from messages.outbox import Lane, Notice
from messages.ports import DeliveryError, Future, Lesson
from messages.reports import ConsentChanged, MassFinished, NoticeFinished
from messages.routes import Rates
from messages.sender import LEASE, Sender
from messages.tickets import Proof, Template
from tests.messages.conftest import Journal
from tests.messages.offices import BODY, LATE, MORNING, Office


@pytest.fixture
def office(book: Journal) -> Office:
    return Office(book)


async def test_each_goes_by_the_cheapest_route_that_is_open(office: Office) -> None:
    await office.writes("fresh", "old", ago=timedelta(hours=1))
    await office.writes("cold", ago=timedelta(hours=50))
    await office.consents("agreed")
    number = await office.broadcast("fresh", "agreed", "cold", "stranger", topic="welfare")
    await office.runs()
    assert await office.stands() == {
        "fresh": ("sent", "customer_service"),
        "agreed": ("sent", "subscription"),
        "cold": ("held", None),
        "stranger": ("held", None),
    }
    assert office.channel.sent == [("fresh", BODY)]
    assert office.channel.noticed == [
        ("agreed", "T1", {"thing1": "关于高温津贴的通知", "time2": "2026-11-20 09:00"})
    ]
    assert (await office.state(number)).state == State.DONE


async def test_two_credits_are_left_to_people(office: Office) -> None:
    await office.writes("o1")
    for _ in range(4):
        await office.broadcast("o1")
    await office.runs()
    assert len(office.channel.sent) == 3
    async with office.database.read() as session:
        assert await credits.left(session, "o1", office.clock()) == 2


async def test_what_is_held_rides_on_the_next_answer_unless_its_broadcast_was_stopped(office: Office) -> None:
    await office.broadcast("o1")
    await office.broadcast("o1", text="停了")
    await office.runs()
    async with office.database.connect() as connection:
        await connection.execute(
            sa.update(broadcasts).where(broadcasts.c.id == 2).values(state=State.STOPPED)
        )
        assert await outbox.ride(connection, "o1", 2000, office.clock()) == [BODY]
    assert Counter(row.status for row in await office.book.rows("out")) == {"sent": 1, "held": 1}


async def test_one_consent_carries_one_notice(office: Office) -> None:
    await office.consents("o1")
    for _ in range(2):
        await office.broadcast("o1", topic="welfare")
    await office.runs()
    assert [row.status for row in await office.book.rows("out")] == ["sent", "held"]


async def test_consents_are_spent_by_whoever_was_sent_a_notice_as_often_as_they_were(office: Office) -> None:
    notice, template = Template("welfare", "T1", False, {}), {"T1"}
    await office.consents("o1", "o2", "o3", times=3)
    async with office.database.connect() as connection:
        await tickets.spend(connection, ["o1", "o2", "o1"], notice)
        left = await tickets.held(connection, ["o1", "o2", "o3"], template)
    assert left == {("o1", "T1"): 1, ("o2", "T1"): 2, ("o3", "T1"): 3}
    await office.broadcast("o1", "o2", "o4", topic="welfare")
    await office.runs()
    async with office.database.connect() as connection:
        assert await tickets.held(connection, ["o1", "o2", "o3"], template) == {
            ("o2", "T1"): 1,
            ("o3", "T1"): 3,
        }


async def test_a_lasting_consent_carries_all_until_it_is_taken_back(office: Office) -> None:
    await office.consents("o1", lasting=True)
    for _ in range(3):
        await office.broadcast("o1", topic="welfare")
    await office.runs()
    assert len(office.channel.noticed) == 3
    async with office.database.connect() as connection:
        taken_back = ConsentChanged("o1", "T1", accepted=False, in_settings=True)
        await reports.enter(connection, [taken_back], office.clock())
    await office.broadcast("o1", topic="welfare")
    await office.runs()
    assert len(office.channel.noticed) == 3


async def test_a_consent_told_by_the_event_and_by_the_page_counts_once(office: Office) -> None:
    async def left() -> int:
        async with office.database.connect() as connection:
            return (await tickets.held(connection, ["o1"], ["T1"])).get(("o1", "T1"), 0)

    told = []
    for proof in (Proof.POPUP, Proof.PAGE, Proof.PAGE, Proof.POPUP, Proof.POPUP, Proof.POPUP, Proof.PAGE):
        async with office.database.write() as session:
            await tickets.grant(session, "o1", "T1", MORNING, proof)
        told.append(await left())
    assert told == [1, 1, 2, 2, 3, 4, 4]


async def test_a_notice_for_which_there_is_no_consent_empties_the_ledger_and_goes_elsewhere(
    office: Office,
) -> None:
    await office.consents("o1", times=3)
    refused = DeliveryError(Future.REFUSED, "user: 43101", lesson=Lesson.CONSENT)
    office.channel.fates["T1"] = [refused]
    await office.broadcast("o1", topic="welfare")
    await office.runs()
    assert await office.stands() == {"o1": ("held", None)}
    assert len(office.channel.noticed) == 1


async def test_a_busy_platform_gives_the_consent_back(office: Office) -> None:
    await office.consents("o1")
    office.channel.fates["T1"] = [DeliveryError(Future.RETRY, "retry: -1")]
    await office.broadcast("o1", topic="welfare")
    await office.runs()
    office.clock.moves(seconds=2)
    await office.runs()
    assert await office.stands() == {"o1": ("sent", "subscription")}


async def test_a_lost_answer_counts_as_spent_and_the_report_settles_it(office: Office) -> None:
    await office.consents("o1")
    office.channel.fates["T1"] = [DeliveryError(Future.UNKNOWN, "lost")]
    await office.broadcast("o1", topic="welfare")
    await office.runs()
    assert await office.stands() == {"o1": ("unknown", "subscription")}
    async with office.database.connect() as connection:
        assert await tickets.held(connection, ["o1"], ["T1"]) == {}
        await reports.enter(connection, [NoticeFinished("o1", "T1", 0, "success")], office.clock())
    assert await office.stands() == {"o1": ("sent", "subscription")}


@pytest.mark.parametrize("reason", ["window: 45015", "window: 45047"])
async def test_a_window_that_the_platform_calls_shut_is_shut_until_they_write(
    office: Office, reason: str
) -> None:
    await office.writes("o1")
    office.channel.fates[BODY] = [DeliveryError(Future.HELD, reason, lesson=Lesson.WINDOW)]
    await office.broadcast("o1")
    await office.runs()
    await office.broadcast("o1")
    await office.runs()
    assert [row.status for row in await office.book.rows("out")] == ["held", "held"]
    assert len(office.channel.sent) == 1
    office.clock.moves(seconds=1)
    await office.writes("o1")
    await office.broadcast("o1")
    await office.runs()
    assert [row.status for row in await office.book.rows("out")][-1] == "sent"


async def test_who_has_left_is_told_nothing_more(office: Office) -> None:
    await office.writes("o1")
    office.channel.fates[BODY] = [DeliveryError(Future.REFUSED, "user: 43004", lesson=Lesson.LEFT)]
    await office.broadcast("o1", "o2")
    await office.runs()
    await office.broadcast("o1", mass=True)
    await office.runs()
    rows = [(row.openid, row.status, row.reason) for row in await office.book.rows("out")]
    assert rows[0] == ("o1", "refused", "user: 43004")
    assert rows[2] == ("o1", "refused", "does not follow any more")


async def test_a_quota_that_is_used_up_stops_the_route_until_midnight(office: Office) -> None:
    people = [f"o{number}" for number in range(100)]
    await office.writes(*people)
    midnight = 15 * 3600.0
    spent = DeliveryError(Future.RETRY, "quota: 45009", wait=midnight, lesson=Lesson.FULL)
    office.channel.fates[BODY] = [None] * 40 + [spent] * 60
    await office.broadcast(*people)
    await office.runs()
    stands = Counter(status for status, _ in (await office.stands()).values())
    assert stands["sent"] == 40
    assert stands["queued"] == 60
    assert len(office.channel.sent) < 80  # the others were never tried
    due = {row.due_at for row in await office.book.rows("out") if row.status == "queued"}
    assert due == {MORNING + timedelta(seconds=midnight)}
    office.channel.fates.clear()
    office.clock.now = MORNING + timedelta(hours=15, minutes=1)
    await office.runs()
    assert Counter(status for status, _ in (await office.stands()).values()) == {"sent": 40, "queued": 60}
    office.clock.now = MORNING + timedelta(hours=23, minutes=1)  # nights are quiet
    await office.runs()
    assert Counter(status for status, _ in (await office.stands()).values()) == {"sent": 100}


async def test_an_operator_can_open_a_route_again(office: Office) -> None:
    await office.writes("o1")
    until = MORNING + timedelta(hours=9)
    async with office.database.connect() as connection:
        await routes.shut(connection, Via.CUSTOMER_SERVICE, until, "quota: 45009", MORNING)
        assert (await routes.shut_now(connection, MORNING))[Via.CUSTOMER_SERVICE].until == until
    await office.broadcast("o1")
    await office.runs()
    assert await office.stands() == {"o1": ("queued", None)}
    async with office.database.connect() as connection:
        assert await routes.reopen(connection, Via.CUSTOMER_SERVICE) == until
        assert await routes.reopen(connection, Via.CUSTOMER_SERVICE) is None
        assert await routes.bring_forward(connection, until, office.clock()) == 1
        assert await routes.bring_forward(connection, until, office.clock()) == 0
        assert await routes.shut_now(connection, MORNING) == {}
    await office.runs()
    assert await office.stands() == {"o1": ("sent", "customer_service")}


async def test_content_that_is_refused_again_and_again_pauses_the_broadcast(office: Office) -> None:
    people = [f"o{number:03}" for number in range(200)]
    await office.writes(*people)
    office.channel.fates[BODY] = [
        DeliveryError(Future.REFUSED, "content: 87014", lesson=Lesson.CONTENT)
    ] * 200
    number = await office.broadcast(*people)
    await office.runs()
    broadcast = await office.state(number)
    assert (broadcast.state, broadcast.reason) == (State.PAUSED, "content: 87014")
    assert len(office.channel.sent) <= 64
    tried = len(office.channel.sent)
    await office.runs()
    assert len(office.channel.sent) == tried


async def test_what_does_not_run_is_not_sent_and_ends_with_its_time(office: Office) -> None:
    await office.writes("o1")
    paused = await office.broadcast("o1", state=State.PAUSED)
    stopped = await office.broadcast("o1", state=State.STOPPED)
    await office.runs()
    assert office.channel.sent == []
    rows = [(row.broadcast_id, row.status, row.reason) for row in await office.book.rows("out")]
    assert rows == [(paused, "queued", None), (stopped, "expired", "the broadcast was stopped")]
    assert (await office.state(stopped)).closed_at is not None
    office.clock.now = LATE
    await office.runs()
    assert [row.status for row in await office.book.rows("out")] == ["expired", "expired"]
    assert (await office.state(paused)).state == State.DONE


async def test_quiet_hours_are_kept_by_kind_of_work_and_not_for_safety(office: Office) -> None:
    office.clock.now = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # noon in Beijing
    await office.writes("rider1", "driver1")
    await office.broadcast("rider1", "driver1")
    await office.broadcast("rider1", safety=True)
    await office.runs()
    stands = [(row.openid, row.status) for row in await office.book.rows("out")]
    assert stands == [("rider1", "queued"), ("driver1", "sent"), ("rider1", "sent")]
    office.clock.now = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)
    await office.runs()
    assert [row.status for row in await office.book.rows("out")] == ["sent", "sent", "sent"]


async def test_a_digest_is_bulk_and_a_reply_overtakes_everything(office: Office) -> None:
    await office.writes("o1")
    async with office.database.write() as session:
        digest = [Notice("o1", f"摘要{number}", LATE, lane=Lane.BULK) for number in range(4)]
        await outbox.queue(session, digest, office.clock())
        await outbox.queue(session, [Notice("o1", "回答", LATE)], office.clock())
    person = Sender(Mailroom(office.database, office.channel, "p1", office.clock))
    await person.deliver_due()
    assert office.channel.sent == [("o1", "回答")]
    await office.runs()
    assert [text for _, text in office.channel.sent] == ["回答", "摘要0", "摘要1"]


async def test_two_processes_never_spend_the_same_credit(office: Office) -> None:
    await office.writes("o1")
    for _ in range(8):
        await office.broadcast("o1")
    others = [office.sender(f"p{number}") for number in range(2, 6)]
    await asyncio.gather(office.bulk.deliver_due(), *(one.deliver_due() for one in others))
    await office.runs()
    assert len(office.channel.sent) == 3


async def test_what_a_dead_process_had_under_way_is_unknown_and_spent(office: Office) -> None:
    await office.writes("o1", "o2")
    office.channel.gate.clear()
    await office.broadcast("o1", "o2")
    await office.bulk.advance()
    other = office.sender("p2")
    office.clock.now += LEASE + timedelta(seconds=1)
    await Sender(Mailroom(office.database, office.channel, "p2", office.clock)).deliver_due()
    assert set((await office.stands()).values()) == {("unknown", "customer_service")}
    async with office.database.read() as session:
        assert await credits.left(session, "o1", office.clock()) == 4
    office.channel.gate.set()
    await office.bulk.deliver_due()  # its lease is over: it changes nothing any more
    assert await other.deliver_due() == 0
    assert set((await office.stands()).values()) == {("unknown", "customer_service")}


async def test_a_picture_is_uploaded_once_and_again_when_the_platform_has_lost_it(office: Office) -> None:
    people = [f"o{number}" for number in range(10)]
    await office.writes(*people)
    number = await office.broadcast(*people, kind="picture", picture=b"\x89PNG sample")
    gone = DeliveryError(Future.REFUSED, "media: 40007", lesson=Lesson.MEDIA)
    office.channel.fates["PictureContent(media_id='media-1')"] = [gone]
    await office.runs()
    assert Counter(status for status, _ in (await office.stands()).values()) == {"sent": 10}
    assert (await office.state(number)).media_id == "media-1"


async def test_what_goes_to_many_keeps_the_rate_that_was_set_for_all_processes(office: Office) -> None:
    people = [f"o{number}" for number in range(60)]
    await office.writes(*people)
    await office.broadcast(*people)
    rates = Rates(customer_service=20)
    senders = [BulkSender(office.mailroom(name, rates)) for name in ("p1", "p2")]
    for seconds, sent in ((0, 10), (0.5, 20), (0.25, 25), (9, 35)):
        office.clock.moves(seconds=seconds)
        for sender in senders:
            await sender.deliver_due()
        assert len(office.channel.sent) == sent


# --- Mass sends ---


async def test_those_without_credits_are_sent_to_together(office: Office) -> None:
    await office.writes("fresh")
    number = await office.broadcast("fresh", "o1", "o2", "o3", mass=True)
    await office.runs()
    ((openids, _, client_id),) = office.channel.massed
    assert sorted(openids) == ["o1", "o2", "o3"]
    assert len(client_id.encode()) <= 32
    assert (await office.stands())["o1"] == ("sending", "mass")
    async with office.database.connect() as connection:
        await reports.enter(connection, [MassFinished("1", "send success", 3, 3)], office.clock())
    await office.runs()
    assert Counter((await office.stands()).values()) == {
        ("sent", "mass"): 3,
        ("sent", "customer_service"): 1,
    }
    assert (await office.state(number)).state == State.DONE


async def test_a_lost_answer_is_asked_for_again_under_the_same_id(office: Office) -> None:
    office.channel.fates["mass"] = [DeliveryError(Future.RETRY, "TimeoutError", 1)]
    await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    office.clock.moves(seconds=5)
    await office.runs()
    assert len(office.channel.massed) == 2
    assert len({client_id for _, _, client_id in office.channel.massed}) == 1
    office.clock.moves(minutes=2)  # no report has come: the platform is asked
    await office.runs()
    assert set((await office.stands()).values()) == {("sent", "mass")}


async def test_a_process_that_died_while_giving_a_batch_is_followed_by_one_that_gives_the_same(
    office: Office,
) -> None:
    office.channel.gate.clear()
    await office.broadcast("o1", "o2", mass=True)
    await office.bulk.deliver_due()
    dead = asyncio.create_task(office.masses.deliver_due())
    async with asyncio.timeout(60):
        while not office.channel.massed:
            await asyncio.sleep(0.01)
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)
    office.channel.gate.set()
    office.clock.now += LEASE + timedelta(seconds=1)
    await office.runs()
    assert len({client_id for _, _, client_id in office.channel.massed}) == 1
    assert len(office.channel.massed) == 2
    assert set((await office.stands()).values()) == {("sending", "mass")}


async def test_one_alone_goes_to_the_tray(office: Office) -> None:
    await office.broadcast("o1", mass=True)
    await office.runs()
    assert office.channel.massed == []
    (row,) = await office.book.rows("out")
    assert (row.status, row.reason) == ("held", "a mass send needs two")


async def test_nobody_gets_a_fifth_in_a_month_and_the_account_books_four(office: Office) -> None:
    for _ in range(5):
        number = await office.broadcast("o1", "o2", mass=True)
        await office.runs()
        office.clock.moves(minutes=2)
        await office.runs()
    assert len(office.channel.massed) == 4
    assert Counter(row.status for row in await office.book.rows("out")) == {"sent": 8, "held": 2}
    async with office.database.write() as session:
        with pytest.raises(FullyBooked):
            await masses.book(session, number, MORNING.date(), "s1", office.clock())
        december = await masses.book(session, number, (MORNING + timedelta(days=20)).date(), "s1", MORNING)
        assert (december.month, december.number) == ("2026-12", 1)
        assert await masses.calendar(session, "2026-12") == [december]
        await masses.release(session, number)
        assert await masses.calendar(session, "2026-12") == []


async def test_at_most_ten_thousand_go_at_once(office: Office) -> None:
    await office.broadcast(*(f"o{number}" for number in range(10_003)), mass=True)
    for _ in range(3):
        await office.runs()
        office.clock.moves(seconds=3)
    assert sorted(len(openids) for openids, _, _ in office.channel.massed) == [3, 10_000]
    assert len({client_id for _, _, client_id in office.channel.massed}) == 2


@pytest.mark.parametrize(
    ("error", "status", "state"),
    [
        (DeliveryError(Future.REFUSED, "content: 87014", lesson=Lesson.CONTENT), "refused", State.PAUSED),
        (DeliveryError(Future.RETRY, "quota: 45028", 9000, Lesson.FULL), "held", State.DONE),
    ],
)
async def test_a_batch_that_is_refused_ends_with_its_reason(
    office: Office, error: DeliveryError, status: str, state: State
) -> None:
    office.channel.fates["mass"] = [error]
    number = await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    assert {(row.status, row.reason) for row in await office.book.rows("out")} == {(status, error.reason)}
    assert (await office.state(number)).state == state


async def test_a_verdict_of_the_platform_closes_the_rows_and_pauses_the_broadcast(office: Office) -> None:
    number = await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    async with office.database.connect() as connection:
        await reports.enter(connection, [MassFinished("1", "err(20001)", 2, 0)], office.clock())
        await reports.enter(connection, [MassFinished("1", "send success", 2, 2)], office.clock())
        await reports.enter(connection, [MassFinished("77", "send success", 2, 2)], office.clock())
    assert set((await office.stands()).values()) == {("refused", "mass")}
    assert (await office.state(number)).state in (State.PAUSED, State.DONE)


async def reported(office: Office, sent: int) -> dict[str, tuple[str, str | None]]:
    """How the rows stand after a report that so many of them were reached; o3 has left."""
    await office.broadcast("o1", "o2", "o3", "o4", mass=True)
    await office.runs()
    office.channel.gone.add("o3")
    async with office.database.connect() as connection:
        await reports.enter(connection, [MassFinished("1", "send success", 4, sent)], office.clock())
    await office.runs()
    return {row.openid: (row.status, row.reason) for row in await office.book.rows("out")}


async def test_where_some_were_not_reached_the_platform_is_asked_who_follows(office: Office) -> None:
    rows = await reported(office, sent=3)
    assert rows.pop("o3") == ("refused", "does not follow any more")
    assert set(rows.values()) == {("sent", None)}


@pytest.mark.parametrize(("sent", "status"), [(2, "sent"), (1, "unknown")])
async def test_where_fewer_were_reached_than_follow_each_row_says_so(
    office: Office, sent: int, status: str
) -> None:
    rows = await reported(office, sent=sent)
    assert rows.pop("o3")[0] == "refused"
    assert set(rows.values()) == {(status, f"the platform reports {sent} of 3 reached and does not say whom")}


async def test_a_report_that_comes_before_the_answer_waits_for_it(office: Office) -> None:
    office.channel.fates["mass"] = [DeliveryError(Future.RETRY, "TimeoutError", 1)]
    await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    async with office.database.connect() as connection:
        await reports.enter(connection, [MassFinished("1", "send success", 2, 2)], office.clock())
    office.clock.moves(seconds=5)
    await office.runs()
    assert set((await office.stands()).values()) == {("sent", "mass")}


async def test_a_stopped_broadcast_gives_no_batch_more(office: Office) -> None:
    office.channel.fates["mass"] = [DeliveryError(Future.RETRY, "TimeoutError", 1)]
    number = await office.broadcast("o1", "o2", mass=True)
    await office.runs()
    async with office.database.connect() as connection:
        stop = sa.update(broadcasts).where(broadcasts.c.id == number).values(state=State.STOPPED)
        await connection.execute(stop)
    office.clock.moves(minutes=5)
    await office.runs()
    assert len(office.channel.massed) == 1
    # Given once with the answer lost: perhaps they have it.
    assert set((await office.stands()).values()) == {("unknown", "mass")}


async def test_a_thousand_are_expanded_once_however_often(office: Office) -> None:
    people = [f"o{number}" for number in range(1000)]
    number = await office.broadcast(*people)
    async with office.database.connect() as connection:
        again = await outbox.expand(connection, number, people, BODY, Lane.BULK, LATE, MORNING)
        assert again == 0
        counted = sa.select(sa.func.count()).select_from(messages).where(messages.c.broadcast_id == number)
        assert (await connection.execute(counted)).scalar_one() == 1000
        assert (
            await connection.execute(sa.select(sa.func.count()).select_from(mass_sends))
        ).scalar_one() == 0


async def test_a_reply_waits_for_the_worker_whom_a_broadcast_has_just_now(office: Office) -> None:
    if office.database.is_sqlite:
        return  # where one transaction writes at a time
    await office.writes("o1")
    await office.broadcast("o1")
    async with office.database.write() as session:
        await outbox.queue(session, [Notice("o1", "回答", LATE)], office.clock())
    person = Sender(Mailroom(office.database, office.channel, "p1", office.clock))
    async with office.database.connect() as connection:
        assert await claims.due(connection, Queue(Lane.BULK, 1), office.clock(), 9)
        reply = asyncio.create_task(person.deliver_due())
        await asyncio.sleep(0.3)
        assert not reply.done()
    assert await reply == 1
    assert office.channel.sent == [("o1", "回答")]
