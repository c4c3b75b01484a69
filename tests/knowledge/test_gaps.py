"""What workers asked in vain is found by meaning, with what it is nearest to and what they took instead."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import contents, evidence, gaps
from knowledge.entries import Content, Entry, Fact
from knowledge.evidence import Evidence, Kind
from knowledge.gaps import Asked, Due, Gap
from knowledge.matcher import Snapshot
from storage.base import Base
from storage.database import Database

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
JOIN = Entry("join-how", "join-how", "怎么加入工会", ("我想入会", "入会手续"), "回复“入会”。")
COST = Entry("join-cost", "join-cost", "会费要交多少钱", ("会费怎么扣",), "千分之五。")
ASIDE = Entry("aside-weather", "aside-weather", "今天天气怎么样", ("会下雨吗",), "天气我不懂。")
SMALL = Snapshot((JOIN, COST, ASIDE))


@pytest.fixture(scope="module")
def shipped() -> Snapshot:
    return Snapshot(contents.read().told())


@pytest.fixture
async def notebook(database: Database) -> AsyncIterator[Database]:
    async with database.connect() as connection:
        tables = [Base.metadata.tables["evidence"]]
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, tables))
    yield database


def missed(*questions: str) -> list[Evidence]:
    return [Evidence(f"o{number}", Kind.MISSED, question) for number, question in enumerate(questions)]


async def find(
    notebook: Database, shown: Iterable[Evidence], snapshot: Snapshot = SMALL, since: datetime = NOON
) -> tuple[Gap, ...]:
    """The gaps after this was shown too, each a minute after the one before."""
    for minute, one in enumerate(shown):
        async with notebook.connect() as connection:
            await evidence.enter(connection, [one], NOON + timedelta(minutes=minute))
    async with notebook.read() as session:
        return await gaps.gaps(session, snapshot, since)


def texts(gap: Gap) -> list[str]:
    return [asked.text for asked in gap.questions]


async def test_the_same_words_are_one_question_with_its_number(notebook: Database) -> None:
    (gap,) = await find(notebook, missed("附近哪里可以钓鱼？", "附近哪裡可以釣魚", "附近 哪里可以钓鱼！"))
    assert gap.questions == (Asked("附近哪里可以钓鱼？", 3),)
    assert (gap.times, gap.missed, gap.offered, gap.unhelpful) == (3, 3, 0, 0)


async def test_questions_that_share_what_is_said_seldom_are_one_gap_and_the_largest_comes_first(
    notebook: Database,
) -> None:
    found = await find(
        notebook,
        missed("宿舍能不能养猫", "附近哪里可以钓鱼", "钓鱼证在哪里领", "领钓鱼证", "附近哪里可以钓鱼"),
    )
    assert [texts(gap) for gap in found] == [
        ["附近哪里可以钓鱼", "钓鱼证在哪里领", "领钓鱼证"],
        ["宿舍能不能养猫"],
    ]


async def test_questions_of_one_meaning_are_one_gap_whatever_their_words(
    notebook: Database, shipped: Snapshot
) -> None:
    said = {
        "老板拖着三个月工资不给": "wage-arrears",
        "做咗半年冇出粮，点算": "wage-arrears",
        "女工生孩子能休息几天": "maternity",
        "产假有多长": "maternity",
    }
    shown = [Evidence(f"o{at}", Kind.UNHELPFUL, question) for at, question in enumerate(said)]
    found = await find(notebook, shown, shipped)
    assert sorted(texts(gap) for gap in found) == [
        ["女工生孩子能休息几天", "产假有多长"],
        ["老板拖着三个月工资不给", "做咗半年冇出粮，点算"],
    ]
    for gap in found:
        assert gap.nearest is not None
        assert gap.nearest.topic == said[texts(gap)[0]]


async def test_the_nearest_entry_stands_beside_a_gap_and_what_workers_picked_for_it(
    notebook: Database,
) -> None:
    question = "入会费贵吗"
    (gap,) = await find(
        notebook,
        [
            *(Evidence(f"o{at}", Kind.OFFERED, question, "join-how", 0.3) for at in range(3)),
            *(Evidence(f"o{at}", Kind.PICKED, entry="join-cost", certainty=1.0) for at in (1, 2)),
            Evidence("o0", Kind.PICKED, entry="join-how", certainty=1.0),
        ],
    )
    assert gap.nearest in (JOIN, COST)
    assert 0 <= gap.certainty <= 1
    assert gap.picked == (("join-cost", 2), ("join-how", 1))
    assert (gap.times, gap.offered, len(gap.rows)) == (3, 3, 6)


async def test_what_is_answered_by_now_is_no_gap(notebook: Database) -> None:
    shown = [*missed("附近哪里可以钓鱼", "宿舍能不能养猫"), Evidence("o1", Kind.OFFERED, "会下雨吗")]
    assert len(await find(notebook, shown)) == 2
    grown = Snapshot((replace(JOIN, phrasings=("附近哪里可以钓鱼",)), COST, ASIDE))
    assert [texts(gap) for gap in await find(notebook, (), grown)] == [["宿舍能不能养猫"]]


async def test_an_answer_that_was_no_help_or_that_workers_passed_over_is_a_gap(notebook: Database) -> None:
    found = await find(
        notebook,
        [
            Evidence("o1", Kind.UNHELPFUL, "怎么加入工会", "join-how", 1.0),
            Evidence("o2", Kind.OFFERED, "会费怎么扣", "join-how", 0.4),
            Evidence("o2", Kind.PICKED, entry="join-how", certainty=1.0),
        ],
    )
    assert [(texts(gap), gap.unhelpful, gap.picked) for gap in found] == [
        (["怎么加入工会"], 1, ()),
        (["会费怎么扣"], 0, (("join-how", 1),)),
    ]


async def test_an_entry_that_did_not_help_is_a_gap_without_questions(notebook: Database) -> None:
    shown = [Evidence(f"o{at}", Kind.UNHELPFUL, entry="join-cost", certainty=1.0) for at in range(2)]
    (gap,) = await find(notebook, [*shown, *missed("？！")])
    assert gap == Gap((), 0, 0, 2, COST, 1.0, (), gap.rows)


async def test_what_was_shown_long_ago_may_be_left_out(notebook: Database) -> None:
    found = await find(
        notebook, missed("附近哪里可以钓鱼", "宿舍能不能养猫"), since=NOON + timedelta(seconds=1)
    )
    assert [texts(gap) for gap in found] == [["宿舍能不能养猫"]]


async def test_nothing_shown_and_nothing_known_is_no_gap(notebook: Database) -> None:
    assert await find(notebook, ()) == ()
    (gap,) = await find(notebook, missed("附近哪里可以钓鱼"), Snapshot(()))
    assert gap.nearest is None


words = st.text(st.sampled_from("工会费钓鱼猫证领怎么 ？"), max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions=st.lists(words, max_size=10))
async def test_every_question_is_in_one_gap_at_most_and_settling_it_is_the_end(
    notebook: Database, questions: list[str]
) -> None:
    async with notebook.connect() as connection:
        await evidence.enter(connection, missed(*questions), NOON)
    async with notebook.read() as session:
        found = await gaps.gaps(session, SMALL, NOON)
        assert await gaps.gaps(session, SMALL, NOON) == found
    rows = [row for gap in found for row in gap.rows]
    assert len(rows) == len(set(rows)) == sum(gap.times for gap in found)
    async with notebook.write() as session:
        await evidence.settle(session, rows, NOON)
    async with notebook.read() as session:
        assert await gaps.gaps(session, SMALL, NOON) == ()


def test_what_is_to_be_reviewed_is_due_thirty_days_before_by_owner_and_date() -> None:
    entries = tuple(
        replace(JOIN, id=f"join-how/{at}", owner=owner, review_by=TODAY + timedelta(days=days))
        for at, (owner, days) in enumerate([("权益部", 30), ("组织部", 31), ("权益部", -400), ("组织部", 0)])
    )
    content = Content((*entries, replace(JOIN, owner="组织部")), ())
    assert [(one.owner, one.id) for one in gaps.due(content, TODAY)] == [
        ("权益部", "join-how/2"),
        ("权益部", "join-how/0"),
        ("组织部", "join-how/3"),
    ]


def test_a_fact_without_a_value_is_due_after_all_with_a_date() -> None:
    empty = Fact("hall-address", "服务大厅地址", otherwise="请打 12351", owner="办公室")
    old = Fact("minimum-wage", "最低工资", "1850 元", review_by=TODAY, owner="办公室")
    fresh = replace(old, name="heat-allowance", review_by=TODAY + timedelta(days=99))
    assert gaps.due(Content((), (empty, fresh, old)), TODAY) == (
        Due("办公室", "minimum-wage", "最低工资", True, TODAY),
        Due("办公室", "hall-address", "服务大厅地址", True, None),
    )
