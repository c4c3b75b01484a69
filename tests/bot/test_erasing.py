"""No table is forgotten: whatever says whose its rows are is erased, and is shown to its owner."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

import bot.app
from handlers import privacy
from storage.base import Base, UTCDateTime
from storage.belongings import WHOSE, belongings, personal
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from storage.migrations import migrate
from storage.sealing import Sealed, SealedFile
from tests.conftest import KEYS
from union.departures import Forgetting

OPENID = "oLeaverLeaverLeaverLeaver000"
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
# What a reader of their own data need not see: how the machine keeps its books.
TECHNICAL = {
    "id", "openid", "version", "wire_id", "kind", "status", "via", "author", "reply_to", "payload", "reason", "due_at",
    "lease_by", "tries", "settled_at", "expires_at", "offered", "offered_at", "misses", "forms", "form_at", "form_reminded",
    "desk", "unfollowed_at", "entry", "certainty", "hash", "page", "subject", "cause", "door", "district", "unit_id",
    "organisation", "scene", "stage", "mend", "forwarded_by", "edition", "changed_at", "closed_at", "application_id",
    "roles", "active", "staff", "matter", "step", "told_at", "eve", "lesson_id",
    "enrolment_id", "course_id", "number", "offered_until", "asked_at", "said_at", "answered_at", "closed_by", "listing_id",
    "consent", "answered_by", "start_asked_at", "pay_asked_at", "station_id", "uses", "member_id", "key", "form",
    "media_id", "handover_id",
    "event_id", "quota_id", "eve_at", "morning_at", "thanked_at", "pack_id", "redeemed_by",
    "wording", "heard_until", "listed", "handed_in_at",
    "lane", "broadcast_id", "mass_id", "topic",
    "shut_at", "template_id", "popups", "pages", "own", "given_at", "msg_id", "no_templates_at",
}  # fmt: skip
# The roll of members is kept by statute; a certificate needs its name.
STATUTORY = ("members.", "enrolments.name")
# Somebody who asked and stays: that they follow, and what binds them to the roll and to the staff.
STAYS = {"contacts", "members", "staff", "staff_bindings"}


def value_of(column: sa.Column[Any], filled: dict[str, dict[str, Any]], full: bool) -> object:
    """Something that fits the column and points at rows that are there."""
    if column.name == WHOSE:
        return OPENID
    for key in column.foreign_keys:
        parent = filled.get(key.column.table.name)
        return None if parent is None else parent[key.column.name]
    if column.nullable and not full:
        return None
    kind = column.type
    if isinstance(kind, UTCDateTime):
        return NOW
    if isinstance(kind, sa.Date):
        return NOW.date()
    if isinstance(kind, sa.Time):
        return NOW.time()
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.Integer | sa.Float | sa.Numeric):
        return 1
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.LargeBinary | SealedFile):
        return b"x"
    return "own"[: getattr(kind, "length", None) or 3]


async def fill(session: Any, full: bool) -> None:
    """A row of the leaver in every table, and what such rows need of other tables."""
    filled: dict[str, dict[str, Any]] = {}
    for table in Base.metadata.sorted_tables:
        row = {column.name: value_of(column, filled, full) for column in table.c}
        await session.execute(sa.insert(table).values(row))
        filled[table.name] = row


async def rows_of(session: Any, table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(sa.select(table))).mappings()]


@pytest.fixture
def forgetting() -> Forgetting:
    return Forgetting(bot.app.ERASERS, Keyring(parse_keys(KEYS)))


@pytest.mark.parametrize("full", [True, False])
async def test_who_unfollows_is_in_no_table_any_more(
    database: Database, forgetting: Forgetting, full: bool
) -> None:
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await fill(session, full)
        await forgetting.erase(session, forgetting.leaver(OPENID, NOW, follows=False))
    async with database.read() as session:
        left = {
            table.name: row
            for table in Base.metadata.sorted_tables
            for row in await rows_of(session, table)
            if any(OPENID in str(value) for value in row.values())
        }
        assert left == {}
        for table in personal(Base.metadata):
            sealed = [column.name for column in table.c if isinstance(column.type, Sealed)]
            for row in await rows_of(session, table):
                left_in = {f"{table.name}.{name}" for name in sealed if row[name]}
                assert {name for name in left_in if not name.startswith(STATUTORY)} == set()


async def test_who_asks_and_stays_is_known_as_a_follower_alone(
    database: Database, forgetting: Forgetting
) -> None:
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await fill(session, full=False)
        await forgetting.erase(session, forgetting.leaver(OPENID, NOW, follows=True))
    async with database.read() as session:
        assert {one.table for one in await belongings(session, Base.metadata, OPENID)} <= STAYS


def test_whoever_looks_at_their_data_sees_every_table_and_column() -> None:
    unnamed = {
        f"{table.name}.{column.name}"
        for table in personal(Base.metadata)
        for column in table.c
        if table.name not in privacy.KINDS
        or (column.name not in privacy.KINDS[table.name].columns and column.name not in TECHNICAL)
    }
    assert {name for name in unnamed if not name.endswith("_blind") and name not in NOT_SHOWN} == set()


# A code that is not used yet; only its hash is kept. A photo is not text; who sent it has it.
NOT_SHOWN = {"photos.content", "staff_bindings.staff_id", "staff_bindings.code", "staff_bindings.expires_at"}
