"""Sealed columns: unreadable in the database, found by the blind index, brought under a new key."""

import secrets

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.encryption import Keyring
from storage.sealing import Blind, Sealed, reseal

metadata = sa.MetaData()
people = sa.Table(
    "sealed_people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("phone", Sealed("people.phone"), nullable=True),
    sa.Column("phone_blind", Blind("people.phone"), nullable=True, index=True),
    sa.Column("name", Sealed("people.name"), nullable=True),
)
OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)


def opened(database_url: str, *keys: bytes) -> Database:
    return Database(database_url, Keyring(keys) if keys else None)


async def fill(database: Database, count: int = 3) -> None:
    async with database.connect() as connection:
        await connection.run_sync(metadata.create_all)
        rows = [
            {"id": number, "phone": f"phone {number}", "phone_blind": f"phone {number}", "name": None}
            for number in range(count)
        ]
        await connection.execute(sa.insert(people), rows)


async def found(database: Database, phone: str) -> list[str | None]:
    async with database.read() as session:
        return list(await session.scalars(sa.select(people.c.phone).where(people.c.phone_blind == phone)))


async def test_a_sealed_value_is_read_again_and_lies_unreadable(database_url: str) -> None:
    database = opened(database_url, NEW)
    await fill(database)
    assert await found(database, "phone 1") == ["phone 1"]
    assert await found(database, "phone 9") == []
    async with database.read() as session:
        raw = (await session.execute(sa.text("SELECT phone, phone_blind FROM sealed_people"))).all()
    assert b"phone" not in repr(raw).encode()
    await database.close()


async def test_a_new_key_takes_over_with_the_index(database_url: str) -> None:
    old = opened(database_url, OLD)
    await fill(old, 2500)  # more than one batch
    await old.close()
    both = opened(database_url, NEW, OLD)
    async with both.connect() as connection:
        assert await reseal(connection, metadata) == 2500
        assert await reseal(connection, metadata) == 0
    await both.close()
    new = opened(database_url, NEW)
    assert await found(new, "phone 2499") == ["phone 2499"]
    await new.close()


async def test_without_keys_nothing_sealed_is_written(database_url: str) -> None:
    database = opened(database_url)
    with pytest.raises(StatementError, match="opened without its keys"):
        await fill(database)
    await database.close()
