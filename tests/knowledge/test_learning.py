"""What staff make of the evidence is checked, held against the golden questions, and published whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from knowledge import evidence, learning, store, trials
from knowledge.entries import Content, Entry
from knowledge.evidence import Evidence, Kind
from knowledge.learning import Gate
from knowledge.store import EntryRow
from storage.base import Base
from storage.database import Database

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TABLES = ("entries", "facts", "knowledge_revision", "evidence")
JOIN = Entry(
    "join-how",
    "join-how",
    "怎么加入工会",
    ("我想入会",),
    "回复“入会”。",
    "章程第一条",
    date(2026, 1, 1),
    date(2026, 1, 1),
    date(2027, 1, 1),
    "组织部",
    "全市",
    "职工",
    opens="join",
)
COST = replace(
    JOIN, id="join-cost", topic="join-cost", question="会费要交多少钱", phrasings=("会费怎么扣",), opens=""
)
NEW = replace(COST, id="join-cost/2", question="退会退不退会费", phrasings=("退会费",), answer="不退。")


@pytest.fixture
async def library(database: Database) -> AsyncIterator[Database]:
    tables = [Base.metadata.tables[name] for name in TABLES]
    async with database.connect() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, tables))
    async with database.write() as session:
        await store.seed(session, Content((JOIN, COST), ()))
    yield database


def agree(before: Sequence[Entry], after: Sequence[Entry]) -> list[str]:
    return []


async def learn(library: Database, entry_id: str, *phrasings: str, gate: Gate = agree) -> list[str]:
    return await learning.learn(library, entry_id, phrasings, NOW, gate)


async def create(library: Database, entry: Entry, gate: Gate = agree) -> list[str]:
    return await learning.create(library, entry, {"join"}, NOW, gate)


async def kept(library: Database) -> tuple[int, dict[str, Entry]]:
    async with library.read() as session:
        return await store.revision(session), {one.id: one for one in (await store.load(session)).entries}


async def show(library: Database, *shown: Evidence) -> None:
    async with library.connect() as connection:
        await evidence.enter(connection, shown, NOW)


async def unsettled(library: Database) -> list[str]:
    async with library.read() as session:
        return [one.question for one in await evidence.unsettled(session)]


async def test_a_phrasing_learnt_is_the_entrys_own_and_every_process_hears_of_it(library: Database) -> None:
    revision, _ = await kept(library)
    assert await learn(library, "join-how", "我想进组织", "点样入会") == []
    learnt = replace(JOIN, phrasings=("我想入会", "我想进组织", "点样入会"))
    assert await kept(library) == (revision + 1, {"join-how": learnt, "join-cost": COST})


async def test_an_upgrade_leaves_what_was_learnt_alone(library: Database) -> None:
    await learn(library, "join-how", "我想进组织")
    async with library.write() as session:
        report = await store.seed(session, Content((replace(JOIN, answer="另一个回答"), COST), ()))
        row = await session.get(EntryRow, "join-how")
    assert report.conflicts == ("join-how",)
    assert row is not None
    assert row.phrasings == ["我想入会", "我想进组织"]


async def test_the_evidence_in_the_words_that_were_learnt_is_settled_with_its_picks(
    library: Database,
) -> None:
    await show(
        library,
        Evidence("o1", Kind.OFFERED, "我想進組織！"),
        Evidence("o1", Kind.PICKED, entry="join-how"),
        Evidence("o2", Kind.MISSED, "我想进组织"),
        Evidence("o3", Kind.MISSED, "哪里钓鱼"),
    )
    await learn(library, "join-how", "我想进组织")
    assert await unsettled(library) == ["哪里钓鱼"]


@pytest.mark.parametrize(
    ("entry_id", "phrasings", "says"),
    [
        ("join-where", ["去哪里入会"], "no entry join-where"),
        ("join-how", ["？！"], "no letters"),
        ("join-how", ["我想入会" * 30], "at most 80"),
        ("join-how", ["会费，怎么扣？"], "is at entry join-cost:1 already"),
        ("join-how", ["我要入会", "我想入会"], "is there twice"),
    ],
)
async def test_what_could_not_be_understood_is_not_learnt(
    library: Database, entry_id: str, phrasings: list[str], says: str
) -> None:
    before = await kept(library)
    why_not = await learn(library, entry_id, *phrasings)
    assert says in "\n".join(why_not)
    assert await kept(library) == before


async def test_nothing_is_learnt_by_which_a_golden_question_gets_worse(library: Database) -> None:
    questions = trials.read_questions(trials.GUARDED)
    golden = next(one.text for one in questions if one.right == {"join-cost"})
    await show(library, Evidence("o1", Kind.MISSED, golden))
    before = await kept(library)
    why_not = await learning.learn(library, "join-how", [golden], NOW)
    assert golden in "\n".join(why_not)
    assert (await kept(library), await unsettled(library)) == (before, [golden])


async def test_the_gate_sees_the_base_before_and_after(library: Database) -> None:
    seen: list[dict[str, tuple[str, ...]]] = []

    def look(before: Sequence[Entry], after: Sequence[Entry]) -> list[str]:
        seen.extend({one.id: one.phrasings for one in base} for base in (before, after))
        return ["worse"]

    assert await learn(library, "join-how", "我想进组织", gate=look) == ["worse"]
    assert seen == [
        {"join-how": ("我想入会",), "join-cost": ("会费怎么扣",)},
        {"join-how": ("我想入会", "我想进组织"), "join-cost": ("会费怎么扣",)},
    ]


async def test_a_change_made_while_the_gate_was_looking_is_not_overwritten(library: Database) -> None:
    loop = asyncio.get_running_loop()

    def dawdle(before: Sequence[Entry], after: Sequence[Entry]) -> list[str]:
        other = asyncio.run_coroutine_threadsafe(learn(library, "join-how", "点样入会"), loop)
        assert other.result(20) == []
        return []

    assert "try again" in "\n".join(await learn(library, "join-how", "我想进组织", gate=dawdle))
    assert (await kept(library))[1]["join-how"].phrasings == ("我想入会", "点样入会")


async def test_a_new_entry_is_made_from_what_was_asked(library: Database) -> None:
    await show(
        library, Evidence("o1", Kind.MISSED, "退会退不退会费？"), Evidence("o2", Kind.MISSED, "退会费")
    )
    revision, entries = await kept(library)
    assert await create(library, NEW) == []
    assert await kept(library) == (revision + 1, {**entries, "join-cost/2": NEW})
    assert await unsettled(library) == []
    async with library.write() as session:
        assert (await store.seed(session, Content((JOIN, COST), ()))).removed == ()


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (replace(NEW, id="join-how"), "an entry join-how already"),
        (replace(NEW, topic="joining", id="joining"), "not a topic of the catalogue"),
        (replace(NEW, phrasings=("会费怎么扣",)), "already"),
        (replace(NEW, answer="{fee}"), "not a fact"),
        (replace(NEW, owner=""), "missing owner"),
        (replace(NEW, review_by=NEW.reviewed), "not after reviewed"),
        (replace(NEW, opens="leave"), "opens leave"),
    ],
)
async def test_an_entry_that_could_not_be_told_is_not_made(
    library: Database, entry: Entry, says: str
) -> None:
    before = await kept(library)
    assert says in "\n".join(await create(library, entry))
    assert await kept(library) == before


async def test_no_entry_is_made_by_which_a_golden_question_gets_worse(library: Database) -> None:
    before = await kept(library)
    assert await create(library, NEW, lambda *_: ["worse"]) == ["worse"]
    assert await kept(library) == before
