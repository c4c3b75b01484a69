"""Entries in the database: an upgrade brings its own, and leaves alone what staff have written."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from knowledge import store
from knowledge.entries import Content, Entry, Fact
from storage.base import Base
from storage.database import Database

JOIN = Entry(
    "join-how",
    "join-how",
    "怎么入会",
    ("入会", "加入"),
    "回复“入会”。",
    "章程",
    date(2026, 11, 1),
    date(2026, 11, 1),
    date(2027, 5, 1),
    "组织部",
    "全国",
    "全体职工",
)
PHONE = Fact("union-phone", "电话", otherwise="请打 12351", owner="办公室")
COST = replace(JOIN, id="join-cost", topic="join-cost", question="入会要钱吗", phrasings=("会费",))


@pytest.fixture
async def library(database: Database) -> AsyncIterator[Database]:
    tables = [Base.metadata.tables[name] for name in ("entries", "facts", "knowledge_revision")]
    async with database.connect() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, tables))
    yield database


async def seed(library: Database, *entries: Entry, facts: tuple[Fact, ...] = ()) -> store.SeedReport:
    async with library.write() as session:
        return await store.seed(session, Content(entries, facts))


async def load(library: Database) -> dict[str, Entry]:
    async with library.read() as session:
        content = await store.load(session)
    return {entry.id: entry for entry in content.entries}


async def revision(library: Database) -> int:
    async with library.read() as session:
        return await store.revision(session)


async def edit(library: Database, entry_id: str, **columns: object) -> None:
    """As staff would by the console."""
    async with library.write() as session:
        await session.execute(
            sa.update(store.EntryRow).where(store.EntryRow.id == entry_id).values(edited=True, **columns)
        )
        await store.bump(session)


async def test_what_was_seeded_is_loaded_as_it_was(library: Database) -> None:
    report = await seed(library, JOIN, COST)
    assert set(report.added) == {"join-how", "join-cost"}
    assert await load(library) == {"join-how": JOIN, "join-cost": COST}


async def test_seeding_the_same_again_changes_nothing(library: Database) -> None:
    await seed(library, JOIN, COST)
    before = await revision(library)
    report = await seed(library, COST, JOIN)
    assert report == store.SeedReport((), (), (), ())
    assert await revision(library) == before


async def test_an_upgrade_updates_what_staff_have_not_touched(library: Database) -> None:
    await seed(library, JOIN)
    newer = replace(JOIN, answer="回复“入会”马上办理。", phrasings=("入会",))
    before = await revision(library)
    assert (await seed(library, newer)).updated == ("join-how",)
    assert await load(library) == {"join-how": newer}
    assert await revision(library) > before


async def test_an_upgrade_leaves_what_staff_have_edited_and_says_so(library: Database) -> None:
    await seed(library, JOIN, COST)
    await edit(library, "join-how", answer="请到前台。")
    report = await seed(library, replace(JOIN, answer="另一个回答"), COST)
    assert report.conflicts == ("join-how",)
    assert (await load(library))["join-how"].answer == "请到前台。"


async def test_every_change_moves_the_revision(library: Database) -> None:
    assert await revision(library) == 0
    await seed(library, JOIN)
    first = await revision(library)
    await edit(library, "join-how", answer="请到前台。")
    assert (first, await revision(library)) == (1, 2)


async def test_facts_are_seeded_and_edited_like_entries(library: Database) -> None:
    assert (await seed(library, JOIN, facts=(PHONE,))).added == ("join-how", "union-phone")
    async with library.write() as session:
        await session.execute(sa.update(store.FactRow).values(value="0668", edited=True))
    report = await seed(library, JOIN, facts=(replace(PHONE, otherwise="请打 12345"),))
    assert report.conflicts == ("union-phone",)
    async with library.read() as session:
        assert (await store.load(session)).facts == (replace(PHONE, value="0668"),)
