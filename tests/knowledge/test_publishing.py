"""What people bring from outside is sound together with what stays, or nothing of it is published."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given

from knowledge import publishing, store, writing
from knowledge.entries import Broken, Content, Entry, Fact, Problem
from knowledge.publishing import Changes
from knowledge.records import Record
from storage.base import Base
from storage.database import Database
from tests.knowledge.bases import TOPICS, bases
from tests.knowledge.test_store import COST, JOIN, PHONE

OPENABLE = frozenset({"join"})
NOTHING = Content((), ())
CALL = replace(JOIN, answer="请打 {union-phone}。")


@pytest.fixture
async def library(database: Database) -> AsyncIterator[Database]:
    """Two entries as they were shipped, and a fact."""
    tables = [Base.metadata.tables[name] for name in ("entries", "facts", "knowledge_revision")]
    async with database.connect() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, tables))
    async with database.write() as session:
        await store.seed(session, Content((JOIN, COST), (PHONE,)))
    yield database


def written(*known: Entry | Fact, **texts: str) -> list[Record]:
    """Records as a file would give them, a line each; `texts` go into the last."""
    content = Content(
        tuple(one for one in known if isinstance(one, Entry)),
        tuple(one for one in known if isinstance(one, Fact)),
    )
    found = [
        replace(record, file="base.yaml", line=line)
        for line, record in enumerate(writing.records(content), start=2)
    ]
    changed = {name: (text,) for name, text in texts.items()}
    return [*found[:-1], replace(found[-1], texts={**found[-1].texts, **changed})]


def check(records: list[Record], kept: Content = NOTHING) -> Content:
    return publishing.check(records, kept, TOPICS, OPENABLE)


def refused(records: list[Record], kept: Content = NOTHING) -> list[str]:
    with pytest.raises(Broken) as broken:
        check(records, kept)
    return [str(problem) for problem in broken.value.problems]


async def publish(library: Database, *entries: Entry, facts: tuple[Fact, ...] = ()) -> Changes:
    async with library.write() as session:
        return await publishing.replace(session, Content(entries, facts))


async def load(library: Database) -> tuple[Content, int]:
    async with library.read() as session:
        return await store.load(session), await store.revision(session)


@given(bases())
def test_what_was_written_out_may_come_in_again(content: Content) -> None:
    assert check(list(writing.records(content)), content) == content
    assert publishing.combine(content, content) == content
    changes = publishing.compare(content, content)
    assert (changes.any, len(changes.unchanged)) == (False, len(content.entries) + len(content.facts))


def test_only_what_the_file_holds_is_published() -> None:
    kept = Content((JOIN, COST), (PHONE,))
    assert check(written(CALL), kept) == Content((CALL,), ())
    assert publishing.combine(kept, Content((CALL,), ())) == Content((CALL, COST), (PHONE,))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (written(replace(COST, phrasings=("入会",))), ["base.yaml:2: “入会” is at entry join-how:1 already"]),
        (written(replace(COST, answer="{nothing}")), ["base.yaml:2: answer names {nothing}, which is not a fact"]),
        (written(replace(COST, topic="tea")), ["base.yaml:2: tea is not a topic of the catalogue"]),
        (written(COST, topic="tea", id=""), ["base.yaml:2: id is empty or not a text"]),
        (written(COST, COST), ["base.yaml:3: join-cost is at base.yaml:2 already", *["base.yaml:3: “"] * 2]),
        (written(replace(COST, opens="tea")), ["base.yaml:2: opens tea, which is not one of ['join']"]),
        (written(replace(COST, owner="部" * 65)), ["base.yaml:2: owner has 65 letters, at most 64"]),
        (written(replace(PHONE, owner="部" * 65)), ["base.yaml:2: owner has 65 letters, at most 64"]),
        (written(replace(COST, source="\x00")), ["base.yaml:2: source holds a control character"]),
        (written(replace(COST, phrasings=("会费", "会费。"))), ["base.yaml:2: “会费。” is there twice"]),
        (written(replace(COST, phrasings=("会\n费",))), ["base.yaml:2: a phrasing is one line"]),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_published_is_refused_by_its_number(
    records: list[Record], expected: list[str]
) -> None:
    found = refused(records, Content((JOIN,), (PHONE,)))
    assert [line[: len(start)] for line, start in zip(found, expected, strict=True)] == expected


def test_a_fact_that_an_entry_which_stays_cannot_hold_is_refused() -> None:
    (line,) = refused(written(replace(PHONE, otherwise="长" * 700)), Content((CALL,), (PHONE,)))
    assert line.startswith("entry join-how:1: answer is 21")


def test_what_was_wrong_with_the_file_itself_comes_first() -> None:
    with pytest.raises(Broken) as broken:
        publishing.check(written(COST), NOTHING, TOPICS, OPENABLE, [Problem("base.yaml", 9, "no entry")])
    assert str(broken.value) == "base.yaml:9: no entry"


def test_a_phrasing_may_move_when_both_entries_come() -> None:
    moved = replace(JOIN, phrasings=("加入",)), replace(COST, phrasings=("会费", "入会"))
    assert check(written(*moved), Content((JOIN, COST), ())).entries == moved


async def test_a_change_is_published_as_one_of_staff(library: Database) -> None:
    before = await load(library)
    new = replace(COST, id="join-cost/2", question="会费多少", phrasings=("月费",))
    phone = replace(PHONE, otherwise="请打 12345")
    changes = await publish(library, CALL, COST, new, facts=(phone,))
    assert changes == Changes(("join-cost/2",), ("fact union-phone", "join-how"), ("join-cost",))
    after = await load(library)
    assert after == (Content((COST, new, CALL), (phone,)), before[1] + 1)
    async with library.read() as session:
        rows = await session.execute(
            sa.select(store.EntryRow.id, store.EntryRow.edited, store.EntryRow.seed.is_(None))
        )
        assert {row[0]: row[1:] for row in rows} == {
            "join-cost": (False, False),
            "join-cost/2": (True, True),
            "join-how": (True, False),
        }


async def test_what_came_from_outside_is_safe_from_the_next_upgrade(library: Database) -> None:
    await publish(library, CALL)
    async with library.write() as session:
        report = await store.seed(session, Content((replace(JOIN, answer="新"), COST), (PHONE,)))
    assert (report.conflicts, report.updated, report.removed) == (("join-how",), (), ())
    assert (await load(library))[0].entries == (COST, CALL)


async def test_publishing_what_is_there_changes_nothing(library: Database) -> None:
    before = await load(library)
    assert await publish(library, JOIN) == Changes((), (), ("join-how",))
    assert await load(library) == before


async def test_what_a_file_does_not_name_is_left_alone(library: Database) -> None:
    assert await publish(library) == Changes((), (), ())
    assert (await load(library))[0] == Content((COST, JOIN), (PHONE,))


async def test_nothing_is_half_published(library: Database) -> None:
    before = await load(library)
    with pytest.raises(ZeroDivisionError):
        async with library.write() as session:
            await publishing.replace(session, Content((CALL,), ()))
            _ = 1 / 0
    assert await load(library) == before


async def test_what_was_checked_against_another_base_is_not_published(library: Database) -> None:
    _, revision = await load(library)
    await publish(library, COST, replace(JOIN, answer="请到前台。"))
    before = await load(library)
    with pytest.raises(publishing.Overtaken):
        await publishing.publish(library, Content((CALL,), ()), revision)
    assert await load(library) == before
    assert (await publishing.publish(library, Content((CALL,), ()), before[1])).updated == ("join-how",)
