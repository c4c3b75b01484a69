"""A union with its tables, on both engines."""

import pytest

from storage.base import Base
from storage.database import Database
from storage.migrations import migrate


@pytest.fixture
async def tables(database: Database) -> Database:
    await migrate(database, Base.metadata)
    return database
