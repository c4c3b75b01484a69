"""What is asked every second stays cheap however long the journal is: each question has its index on both engines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import claims
from messages.claims import Queue
from messages.outbox import Lane
from tests.messages.conftest import NOON, Journal


async def plan(connection: AsyncConnection, query: sa.Select[tuple[object, ...]]) -> str:
    """How the engine would answer; PostgreSQL is told that the table is not as small as it is here."""
    compiled = query.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
    if connection.dialect.name == "sqlite":
        explained = f"EXPLAIN QUERY PLAN {compiled}"
    else:
        await connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        explained = f"EXPLAIN {compiled}"
    rows = await connection.exec_driver_sql(explained)
    return "\n".join(" ".join(map(str, row)) for row in rows)


@pytest.mark.parametrize(
    ("queue", "index"),
    [
        (Queue(Lane.PERSON), "ix_messages_lane"),
        (Queue(Lane.BULK), "ix_messages_lane"),
        (Queue(Lane.BULK, 7), "ix_messages_broadcast"),
    ],
)
async def test_the_next_in_a_queue_are_read_from_its_index_in_order(
    book: Journal, queue: Queue, index: str
) -> None:
    async with book.database.connect() as connection:
        told = await plan(connection, claims.next_in(queue, NOON, 32))
    assert index in told
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told


async def test_what_has_ended_is_found_without_looking_at_the_queues(book: Journal) -> None:
    async with book.database.connect() as connection:
        told = await plan(connection, claims.ended_by(NOON + timedelta(days=1)))
    assert "ix_messages_due_at" in told
