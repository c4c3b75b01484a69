"""The last day by the law, and reminders that come once and in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from union import deadlines
from union.calendars import Calendar
from union.deadlines import Contract, Matter, Question, Step, terms

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
SHIPPED = Calendar()


def last_days(matter: Matter, since: date, contract: Contract | None = None) -> list[tuple[Step, date, date]]:
    question = Question(matter, contract=contract, since=since, employed=False)
    return [(term.step, term.counted, term.last) for term in terms(question, SHIPPED)]


def test_a_year_for_arbitration_that_a_holiday_prolongs() -> None:
    national_day, after_it = date(2026, 10, 1), date(2026, 10, 8)
    for matter in (Matter.ARBITRATION, Matter.WAGES):
        assert last_days(matter, date(2025, 10, 1)) == [(Step.ARBITRATE, national_day, after_it)]


def test_no_period_runs_for_wages_while_the_work_goes_on() -> None:
    assert terms(Question(Matter.WAGES, employed=True), SHIPPED) == ()


def test_thirty_days_for_the_employer_and_a_year_for_the_worker() -> None:
    month, year = date(2026, 4, 7), date(2027, 3, 8)
    assert last_days(Matter.INJURY, date(2026, 3, 8)) == [
        (Step.EMPLOYER, month, month),
        (Step.WORKER, year, year),
    ]


def test_fifteen_days_to_go_to_court() -> None:
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    assert last_days(Matter.AWARD, date(2026, 11, 13)) == [(Step.SUE, saturday, monday)]


@pytest.mark.parametrize(
    ("contract", "end"),
    [
        (Contract.NONE, None),
        (Contract.SHORT, date(2026, 4, 7)),
        (Contract.MIDDLE, date(2026, 5, 7)),
        (Contract.LONG, date(2026, 9, 7)),
    ],
)
def test_probation_by_the_length_of_the_contract(contract: Contract, end: date | None) -> None:
    expected = [] if end is None else [(Step.PROBATION, end, end)]
    assert last_days(Matter.PROBATION, date(2026, 3, 8), contract) == expected


def test_the_inspection_counts_in_working_days() -> None:
    accepted = date(
        2026, 10, 12
    )  # 30 September, the holiday, three days of that week, Saturday the tenth is worked
    (first, second) = last_days(Matter.INSPECTION, date(2026, 9, 29))
    assert first == (Step.ACCEPTED, *(SHIPPED.add_working_days(date(2026, 9, 29), 5),) * 2)
    assert first[1] <= accepted
    assert second[1] == SHIPPED.add_working_days(first[1], 60)


def test_a_year_whose_holidays_are_unknown_is_guessed() -> None:
    (term,) = terms(Question(Matter.ARBITRATION, since=date(2034, 3, 8)), SHIPPED)
    assert term.guessed


async def test_reminders_come_once_on_working_days(database: Database) -> None:
    await migrate(database, Base.metadata)
    question = Question(Matter.ARBITRATION, since=date(2026, 1, 25))
    async with database.write() as session:
        days = await deadlines.remember(session, "o1", question, SHIPPED, NOW)
        assert await deadlines.remember(session, "o1", question, SHIPPED, NOW) == days
        assert [one.days for one in await deadlines.coming(session, "o1")] == [tuple(days)]
    assert len(days) == 2 and all(map(SHIPPED.is_working_day, days)) and days[0] > TODAY
    told = []
    for day in range(60):
        now = NOW + timedelta(days=day)
        async with database.write() as session:
            told += [(fact.openid, fact.today) for fact in await deadlines.due(session, now)]
            told += [(fact.openid, fact.today) for fact in await deadlines.due(session, now)]
    assert told == [("o1", day) for day in days]


async def test_after_a_standstill_one_reminder_is_enough_and_none_comes_too_late(database: Database) -> None:
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await deadlines.remember(
            session, "o1", Question(Matter.ARBITRATION, since=date(2026, 1, 25)), SHIPPED, NOW
        )
        await deadlines.remember(
            session, "o2", Question(Matter.AWARD, since=date(2026, 11, 19)), SHIPPED, NOW
        )
        await deadlines.remember(
            session, "o3", Question(Matter.INSPECTION, since=date(2026, 11, 19)), SHIPPED, NOW
        )
        facts = await deadlines.due(session, NOW + timedelta(days=60))
    assert [(fact.openid, fact.step) for fact in facts] == [("o1", Step.ARBITRATE), ("o3", Step.ACCEPTED)]


async def test_who_wants_none_gets_none(database: Database) -> None:
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await deadlines.remember(
            session, "o1", Question(Matter.INJURY, since=date(2026, 11, 19)), SHIPPED, NOW
        )
        assert await deadlines.forget(session, "o1") == 3
        assert await deadlines.forget(session, "o1") == 0
        assert await deadlines.due(session, NOW + timedelta(days=365)) == []
