"""The journal: each message once, its reply beside it, and nobody's work lost when a process dies."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from messages import journal
from messages.journal import Status, Via
from tests.messages.conftest import NOON, Journal, arrival

LEASE = NOON + timedelta(seconds=30)


async def test_messages_and_replies_are_written_together(book: Journal) -> None:
    replies = await book.enters(
        arrival("w1", reply="答一"), arrival("w2"), arrival("w3", reply="答三", passive=False)
    )
    assert [row is None for row in replies] == [False, True, False]
    incoming, outgoing = await book.rows("in"), await book.rows("out")
    assert [(row.wire_id, row.status, row.body) for row in incoming] == [
        ("w1", "done", "问"), ("w2", "done", "问"), ("w3", "done", "问"),
    ]  # fmt: skip
    assert [(row.id, row.reply_to, row.author) for row in outgoing] == [
        (replies[0], incoming[0].id, "bot"), (replies[2], incoming[2].id, "bot"),
    ]  # fmt: skip
    assert [(row.status, row.via, row.due_at) for row in outgoing] == [
        (Status.SENT, Via.PASSIVE, None), (Status.QUEUED, None, NOON),
    ]  # fmt: skip
    assert incoming[0].created_at == NOON


async def test_what_is_recorded_is_found_with_its_reply(book: Journal) -> None:
    replies = await book.enters(arrival("w1", reply="答"), arrival("w2"))
    async with book.database.connect() as connection:
        known = await journal.recorded(connection, ["w1", "w2", "w3"])
    assert set(known) == {"w1", "w2"}
    assert (known["w1"].reply_id, known["w1"].reply) == (replies[0], "答")
    assert (known["w2"].reply_id, known["w2"].reply) == (None, None)


async def test_no_messages_are_no_work(book: Journal) -> None:
    assert await book.enters() == []
    async with book.database.connect() as connection:
        assert await journal.recorded(connection, []) == {}


async def test_a_wire_id_is_entered_once_and_the_second_group_leaves_nothing(book: Journal) -> None:
    await book.enters(arrival("w1", reply="答"))
    with pytest.raises(IntegrityError):
        await book.enters(arrival("w0"), arrival("w1", reply="又答"))
    assert [row.body for row in await book.rows()] == ["问", "答"]


async def test_groups_of_several_processes_never_share_a_row(book: Journal) -> None:
    groups = [[arrival(f"w{group}-{number}", reply="答") for number in range(10)] for group in range(10)]
    await asyncio.gather(*(book.enters(*group) for group in groups))
    incoming, outgoing = await book.rows("in"), await book.rows("out")
    assert len({row.id for row in (*incoming, *outgoing)}) == 200
    assert {row.reply_to for row in outgoing} == {row.id for row in incoming}


async def receive(book: Journal, wire_id: str, holder: str = "p1") -> int:
    async with book.database.connect() as connection:
        entry = replace(arrival(wire_id), status=Status.RECEIVED)
        return await journal.receive(connection, entry, f"payload of {wire_id}", holder, LEASE)


async def test_a_message_received_now_is_answered_later(book: Journal) -> None:
    row = await receive(book, "w1")
    (stored,) = await book.rows()
    assert (stored.status, stored.payload) == ("received", "payload of w1")
    assert (stored.lease_by, stored.due_at) == ("p1", LEASE)
    answered = replace(arrival("w1", reply="晚答", passive=False), row=row)
    async with book.database.connect() as connection:
        assert await journal.finish(connection, answered, "p1")
        await journal.enter(connection, [answered], NOON)
    incoming, outgoing = await book.rows()
    assert (incoming.status, incoming.payload) == ("done", None)
    assert (incoming.lease_by, incoming.due_at) == (None, None)
    assert (outgoing.reply_to, outgoing.status) == (row, "queued")


async def test_who_has_lost_the_lease_does_not_finish(book: Journal) -> None:
    row = await receive(book, "w1")
    late = LEASE + timedelta(seconds=1)
    async with book.database.connect() as connection:
        assert await journal.adopt(connection, "p2", late, late + timedelta(seconds=30)) == [
            (row, "payload of w1")
        ]
        assert not await journal.finish(connection, replace(arrival("w1"), row=row), "p1")
        assert await journal.finish(connection, replace(arrival("w1"), row=row), "p2")
        assert not await journal.finish(connection, replace(arrival("w1"), row=row), "p2")


async def test_nothing_is_adopted_while_its_lease_lasts(book: Journal) -> None:
    await receive(book, "w1")
    async with book.database.read() as session:
        assert not await journal.has_orphans(session, LEASE - timedelta(seconds=1))
        assert await journal.has_orphans(session, LEASE + timedelta(seconds=1))
    async with book.database.connect() as connection:
        assert await journal.adopt(connection, "p2", LEASE - timedelta(seconds=1), LEASE) == []


async def test_orphans_are_adopted_once_and_oldest_first(book: Journal) -> None:
    rows = [await receive(book, f"w{number}") for number in range(8)]
    late = LEASE + timedelta(seconds=1)

    async def adopt(holder: str) -> list[tuple[int, str]]:
        async with book.database.connect() as connection:
            return await journal.adopt(connection, holder, late, late + timedelta(seconds=30))

    adopted = await asyncio.gather(*(adopt(f"p{number}") for number in range(2, 5)))
    assert sorted(row for taken in adopted for row, _ in taken) == rows
    assert all([row for row, _ in taken] == sorted(row for row, _ in taken) for taken in adopted)


async def test_a_process_that_stops_lets_go_of_its_own_only(book: Journal) -> None:
    mine, theirs = await receive(book, "w1", "p1"), await receive(book, "w2", "p2")
    async with book.database.connect() as connection:
        await journal.let_go(connection, "p1", NOON)
        later = NOON + timedelta(seconds=1)
        assert await journal.adopt(connection, "p3", later, LEASE) == [(mine, "payload of w1")]
    assert (await book.rows())[1].id == theirs
