"""A worker's own transactions by template message: when, in which words, and whatever the platform makes of it."""

import asyncio
from datetime import timedelta

import pytest

from messages import contacts, outbox, reports, routes, tickets, transactions
from messages.contacts import Sighting
from messages.journal import Via
from messages.mailrooms import Mailroom
from messages.outbox import Lane, Notice
from messages.ports import DeliveryError, Future, Lesson
from messages.reasons import Reason
from messages.reports import TemplateFinished
from messages.sender import LEASE, Sender
from messages.tickets import Proof, Template
from messages.transactions import Matter, Misfit, Service, Transaction
from tests.messages.conftest import Journal
from tests.messages.offices import LATE, MORNING, Office

FIELDS = {"thing1": "title", "thing2": "text", "thing3": "next", "time4": "date"}
OFFERED = Transaction(Matter.TRAINING, "电工初级班（样例）", "有名额，留到12月1日12:00", "回复“要名额”")
ANSWERED = Transaction(Matter.DESK, "人工服务", "工作人员答复您了", "回复任意内容看全文", whole=False)
WORDS = "轮到您了！“电工初级班（样例）”空出一个名额。"
LOST = DeliveryError(Future.UNKNOWN, "lost")


class Counter:
    """An office that tells one person, with a template for two matters."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.database, self.channel, self.clock = office.database, office.channel, office.clock
        self.sender = Sender(Mailroom(self.database, self.channel, "p1", self.clock))

    async def declares(self, template: str = "S1") -> None:
        async with self.database.write() as session:
            for matter in (Matter.TRAINING, Matter.DESK):
                await transactions.declare(session, Service(matter, template, FIELDS), "s1", self.clock())

    async def tells(self, own: Transaction | None = OFFERED, to: str = "o1", topic: str = "") -> None:
        notice = Notice(to, WORDS, self.clock() + timedelta(days=3), topic=topic, own=own)
        async with self.database.write() as session:
            await contacts.note(await session.connection(), [Sighting(to, MORNING)])
            await outbox.queue(session, [notice], self.clock())
        await self.runs()

    async def runs(self) -> None:
        while await self.sender.deliver_due():
            pass

    async def hears_of(self, msg_id: str, status: str = "success", openid: str = "o1") -> None:
        async with self.database.connect() as connection:
            await reports.enter(connection, [TemplateFinished(openid, msg_id, status)], self.clock())

    async def stands(self) -> list[tuple[str, str | None]]:
        return [(row.status, row.via) for row in await self.office.book.rows("out")]

    async def reasons(self) -> list[str | None]:
        return [row.reason for row in await self.office.book.rows("out")]

    async def rides(self, openid: str = "o1") -> list[str]:
        async with self.database.connect() as connection:
            return await outbox.ride(connection, openid, 2000, self.clock())


@pytest.fixture
async def counter(book: Journal) -> Counter:
    found = Counter(Office(book))
    await found.declares()
    return found


async def test_where_nothing_else_is_open_it_goes_by_template_in_short_true_words(counter: Counter) -> None:
    await counter.tells()
    ((openid, template, fields, client_id),) = counter.channel.templates
    assert (openid, template) == ("o1", "S1")
    assert fields == {
        "thing1": "电工初级班（样例）",
        "thing2": "有名额，留到12月1日12:00",
        "thing3": "回复“要名额”",
        "time4": "2026-11-20 09:00",
    }
    assert client_id == "1.1120010000"
    assert await counter.stands() == [("sent", "template")]
    await counter.hears_of("T1")
    assert await counter.stands() == [("sent", "template")]
    assert await counter.rides() == []


async def test_a_credit_or_a_consent_comes_before_it(counter: Counter) -> None:
    await counter.office.writes("o1")
    async with counter.database.write() as session:
        await tickets.declare(session, Template("training", "T1", False, {"thing1": "title"}), "s1", MORNING)
        await tickets.grant(session, "o2", "T1", MORNING, Proof.POPUP)
    await counter.tells()
    await counter.tells(to="o2", topic="training")
    assert await counter.stands() == [("sent", "customer_service"), ("held", "subscription")]
    assert await counter.rides("o2") == [WORDS]  # which are longer than its field
    assert counter.channel.templates == []


async def test_what_is_nobodys_own_or_has_no_template_waits_in_the_tray(counter: Counter) -> None:
    await counter.tells(None)
    await counter.tells(Transaction(Matter.JOBS, "电工（样例）", "对方想约您面谈", "回复“我的报名”"))
    assert await counter.stands() == [("held", None), ("held", None)]
    assert counter.channel.templates == []


async def test_nothing_to_many_can_go_by_template(counter: Counter) -> None:
    with pytest.raises(ValueError, match="banned"):
        Notice("o1", WORDS, LATE, lane=Lane.BULK, own=OFFERED)
    await counter.office.broadcast("o1", "o2", "o3")
    await counter.office.runs()
    assert counter.channel.templates == []


async def test_what_a_template_cannot_say_rides_on_the_next_answer_too(counter: Counter) -> None:
    await counter.tells(ANSWERED)
    assert len(counter.channel.templates) == 1
    assert await counter.stands() == [("held", "template")]
    assert await counter.reasons() == [Reason.RUNG]
    await counter.hears_of("T1")
    assert await counter.rides() == [WORDS]
    assert await counter.stands() == [("sent", "passive")]
    await counter.runs()
    assert len(counter.channel.templates) == 1


async def test_of_words_that_wait_together_one_is_announced(counter: Counter) -> None:
    await counter.tells(ANSWERED)
    await counter.tells(ANSWERED)
    await counter.tells(OFFERED)
    assert [row for row, _ in await counter.stands()] == ["held", "held", "sent"]
    assert len(counter.channel.templates) == 2
    assert await counter.rides() == [WORDS, WORDS]


async def test_words_that_find_no_room_on_the_answer_follow_it_and_are_not_announced_again(
    counter: Counter,
) -> None:
    await counter.tells(ANSWERED)
    await counter.office.writes("o1")
    async with counter.database.connect() as connection:
        assert await outbox.ride(connection, "o1", 5, counter.clock()) == []
    await counter.runs()
    assert await counter.stands() == [("sent", "customer_service")]
    assert len(counter.channel.templates) == 1


async def test_a_lost_answer_is_asked_for_again_under_the_same_id_and_nowhere_else(counter: Counter) -> None:
    counter.channel.fates["S1"] = [LOST, DeliveryError(Future.RETRY, "retry: -1")]
    await counter.tells()
    assert await counter.stands() == [("queued", "template")]
    await counter.office.writes("o1")  # customer service is open now, but perhaps the worker has it already
    counter.clock.moves(seconds=6)
    await counter.runs()
    counter.clock.moves(seconds=60)
    await counter.runs()
    assert await counter.stands() == [("sent", "template")]
    assert len(counter.channel.templates) == 3
    assert len({client_id for _, _, _, client_id in counter.channel.templates}) == 1
    assert counter.channel.sent == []


@pytest.mark.parametrize(("own", "ends"), [(OFFERED, "unknown"), (ANSWERED, "held")])
async def test_what_the_platform_never_answers_counts_as_spent(
    counter: Counter, own: Transaction, ends: str
) -> None:
    counter.channel.fates["S1"] = [LOST] * 20
    await counter.tells(own)
    for _ in range(10):
        counter.clock.moves(minutes=2)
        await counter.runs()
    assert await counter.stands() == [(ends, "template")]
    assert await counter.reasons() == ["its answer was lost, and it cannot be repeated any more"]
    assert len(counter.channel.templates) <= 6
    assert await counter.rides() == ([] if own.whole else [WORDS])


async def test_the_report_settles_what_was_lost(counter: Counter) -> None:
    counter.channel.fates["S1"] = [LOST]
    await counter.tells()
    await counter.hears_of("T1")
    assert await counter.stands() == [("sent", "template")]
    counter.clock.moves(minutes=5)
    await counter.runs()
    assert len(counter.channel.templates) == 1


async def test_a_dead_process_is_followed_by_one_that_gives_the_same(counter: Counter) -> None:
    counter.channel.gate.clear()
    dead = asyncio.create_task(counter.tells())
    async with asyncio.timeout(5):
        while not counter.channel.templates:
            await asyncio.sleep(0.01)
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)
    counter.channel.gate.set()
    counter.clock.now += LEASE + timedelta(seconds=1)
    await counter.runs()
    assert await counter.stands() == [("sent", "template")]
    assert [one[3] for one in counter.channel.templates] == ["1.1120010000"] * 2


@pytest.mark.parametrize("status", ["failed:user block", "failed: system failed"])
async def test_what_did_not_arrive_rides_on_the_next_answer(counter: Counter, status: str) -> None:
    await counter.tells()
    await counter.hears_of("T1", status)
    assert await counter.stands() == [("held", None)]
    assert await counter.reasons() == [f"template: {status}"]
    await counter.tells()
    blocked = "block" in status
    assert len(counter.channel.templates) == (1 if blocked else 2)
    counter.clock.moves(days=31)
    await counter.tells()
    assert len(counter.channel.templates) == (2 if blocked else 3)


async def test_a_report_of_another_systems_message_changes_nothing(counter: Counter) -> None:
    await counter.tells()
    await counter.hears_of("T77", "failed:user block")
    await counter.hears_of("T1", "failed:user block", openid="o2")
    assert await counter.stands() == [("sent", "template")]


@pytest.mark.parametrize(
    ("error", "hours"),
    [
        (DeliveryError(Future.REFUSED, "content: 40249", lesson=Lesson.CONTENT), 24),
        (DeliveryError(Future.RETRY, "configuration: 43116", lesson=Lesson.SETTINGS), 1),
    ],
)
async def test_a_template_that_is_refused_is_left_alone_and_the_words_ride(
    counter: Counter, error: DeliveryError, hours: int
) -> None:
    counter.channel.fates["S1"] = [error]
    await counter.tells()
    await counter.tells()
    assert await counter.stands() == [("held", None), ("held", None)]
    assert len(counter.channel.templates) == 1
    async with counter.database.read() as session:
        assert (await transactions.declared(session))[Matter.TRAINING].reason == error.reason
    await counter.tells(ANSWERED)  # by another matter's
    assert len(counter.channel.templates) == 2
    counter.clock.moves(hours=hours)
    await counter.tells()
    assert len(counter.channel.templates) == 3
    assert await counter.rides() == [WORDS] * 3


async def test_a_template_declared_anew_is_used_at_once(counter: Counter) -> None:
    counter.channel.fates["S1"] = [DeliveryError(Future.REFUSED, "content: 47003", lesson=Lesson.CONTENT)]
    await counter.tells()
    await counter.declares("S2")
    await counter.tells()
    assert [template for _, template, _, _ in counter.channel.templates] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("error", "stands"),
    [
        (DeliveryError(Future.REFUSED, "user: 43004", lesson=Lesson.LEFT), ("refused", None)),
        (DeliveryError(Future.REFUSED, "user: 48002", lesson=Lesson.WINDOW), ("held", None)),
        (DeliveryError(Future.RETRY, "quota: 45009", 3600, Lesson.FULL), ("queued", None)),
    ],
)
async def test_every_other_refusal_is_heeded_by_the_next(
    counter: Counter, error: DeliveryError, stands: tuple[str, str | None]
) -> None:
    counter.channel.fates["S1"] = [error]
    await counter.tells()
    await counter.tells()
    assert (await counter.stands())[0] == stands
    assert len(counter.channel.templates) == 1
    if error.lesson is Lesson.FULL:
        async with counter.database.connect() as connection:
            assert Via.TEMPLATE in await routes.shut_now(connection, counter.clock())
        counter.clock.moves(hours=1, seconds=2)
        await counter.runs()
        assert await counter.stands() == [("sent", "template"), ("sent", "template")]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"thing1": "title", "time2": "date"}, "must be text"),
        ({"thing1": "text", "time2": "next"}, "a time is date"),
        ({"thing1": "text", "thing2": "date"}, "a time is date"),
        ({"phrase1": "text"}, "its own list"),
        ({"thing1": "text", "thing2": "x" * 21}, "20 characters"),
    ],
)
def test_fields_that_the_platform_would_refuse_are_not_declared(fields: dict[str, str], why: str) -> None:
    with pytest.raises(Misfit, match=why):
        transactions.check(fields)


def test_a_name_that_is_too_long_is_cut_and_a_line_break_is_none() -> None:
    long = Transaction(Matter.EVENTS, "劳模宣讲\n" + "长" * 30, "取消了", "回复“活动”")
    fields = transactions.filled(
        Service(Matter.EVENTS, "S1", {"thing1": "title", "phrase2": "提醒"}), long, MORNING
    )
    assert fields == {"thing1": "劳模宣讲 " + "长" * 14 + "…", "phrase2": "提醒"}
