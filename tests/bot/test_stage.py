"""The savepoint of a turn, where the database goes away from under it."""

import pytest
import sqlalchemy as sa

from bot.stage import _Savepoint
from storage.database import Database, is_away


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_database_that_is_away_when_the_savepoint_is_opened_is_told_as_such(
    database: Database,
) -> None:
    backend = sa.text("SELECT pg_backend_pid()")
    with pytest.raises(Exception) as away:
        async with database.connect() as connection:
            number = await connection.scalar(backend)
            async with database.write() as other:
                await other.execute(sa.text("SELECT pg_terminate_backend(:number)"), {"number": number})
            savepoint = _Savepoint(connection)
            async with savepoint:
                await savepoint.open()
    assert is_away(away.value)
