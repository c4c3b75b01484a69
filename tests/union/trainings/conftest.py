"""A union with its tables, on both engines."""

import pytest

from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from tests.union.trainings.courses import School, plan, publish


@pytest.fixture
async def tables(database: Database) -> Database:
    await migrate(database, Base.metadata)
    return database


@pytest.fixture
async def school(tables: Database) -> School:
    """A course with two seats."""
    (course,) = await publish(tables, plan())
    return School(tables, course)
