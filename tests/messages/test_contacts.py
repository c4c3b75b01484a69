"""Contacts and requests for a person: one row each, whoever writes at the same time."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from messages import contacts, handovers
from messages.contacts import Sighting
from tests.messages.conftest import NOON, Journal


async def test_a_sighting_makes_a_contact_once(book: Journal) -> None:
    for later in (0, 60):
        async with book.database.connect() as connection:
            at = NOON + timedelta(seconds=later)
            await contacts.note(connection, [Sighting("o2", at), Sighting("o1", at)])
    async with book.database.read() as session:
        rows = (await session.execute(sa.select(contacts.contacts).order_by("openid"))).all()
    assert [(row.openid, row.first_seen, row.followed_at) for row in rows] == [
        ("o1", NOON, None),
        ("o2", NOON, None),
    ]


async def test_groups_that_note_the_same_workers_at_once_do_not_lock_each_other_out(book: Journal) -> None:
    async def note(turn: int) -> None:
        names = [f"o{number}" for number in range(20)]
        ordered = names if turn % 2 else names[::-1]
        async with book.database.connect() as connection:
            await contacts.note(connection, [Sighting(name, NOON, follows=True) for name in ordered])
            await handovers.ask(connection, ordered, NOON)

    await asyncio.gather(*(note(turn) for turn in range(8)))
    async with book.database.read() as session:
        for table in (contacts.contacts, handovers.handovers):
            assert await session.scalar(sa.select(sa.func.count()).select_from(table)) == 20


async def test_a_scene_longer_than_its_column_is_cut(book: Journal) -> None:
    async with book.database.connect() as connection:
        await contacts.note(connection, [Sighting("o1", NOON, follows=True, scene="s" * 200)])
    async with book.database.read() as session:
        assert await session.scalar(sa.select(contacts.contacts.c.scene)) == "s" * 128
