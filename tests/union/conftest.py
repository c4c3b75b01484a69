"""A database with the unions in it, staff for every stage, and workers who join."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from union import members, organisations, staff
from union.applications import Door, Joining
from union.members import ApplicationSubmitted
from union.rights import Role, Staff

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
RIDER = Joining(Door.OPEN, "13800138000", "陈大文", "maonan:河东街道", "rider", "样例外卖平台", "stand-1")


@dataclass(frozen=True, slots=True)
class People:
    """Who decides: the district forwards, the city admits."""

    officer: Staff
    approver: Staff
    other_district: Staff
    auditor: Staff


@pytest.fixture
async def union(database: Database) -> AsyncIterator[Database]:
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await organisations.seed(session, NOW)
    yield database


@pytest.fixture
async def people(union: Database) -> People:
    async with union.write() as session:
        return People(
            await staff.add(session, "茂南经办", {Role.OFFICER}, "maonan", NOW),
            await staff.add(session, "市级审批", {Role.APPROVER}, "", NOW),
            await staff.add(session, "电白经办", {Role.OFFICER}, "dianbai", NOW),
            await staff.add(session, "审计", {Role.AUDITOR}, "", NOW),
        )


async def applied(union: Database, openid: str = "o-1", joining: Joining = RIDER) -> ApplicationSubmitted:
    async with union.write() as session:
        return await members.join(session, openid, joining, NOW)
