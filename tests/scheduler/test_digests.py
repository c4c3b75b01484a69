"""News by subscription: told once, to each what fits, all wishes together; many at once in few statements."""

import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from resource import RUSAGE_SELF, getrusage
from typing import Any, cast

import pytest
import sqlalchemy as sa

from bot.commands.console import teller
from handlers.staff import figures
from messages import outbox, subscriptions
from messages.contacts import Contact
from messages.journal import Status, messages
from messages.subscriptions import Frequency, SubscriptionRow, Topic
from scheduler import digests, event_news, job_digest, staff_figures, station_news, training_news
from scheduler.clockwork import Clockwork
from scheduler.pushes import Push
from storage.base import CHINA
from storage.bulk import BulkInsert
from storage.database import Database
from tests.scheduler.conftest import Hand, Told
from tests.stories.venues import plan as event_plan
from tests.union.jobs.boards import approver, plan
from tests.union.stations.listed import listed
from tests.union.trainings.courses import plan as course_plan
from union import course_plans, event_plans, job_applications, job_words, listings, staff, stations
from union.figures import StaffFigures
from union.job_applications import Wish
from union.job_board import JobsFresh
from union.job_words import Search
from union.rights import Role, Staff

ROWS = cast(sa.Table, SubscriptionRow.__table__)
MANY = 50_000 if os.environ.get("SOAK") else 6_000
NOON = datetime(2026, 11, 19, 12, tzinfo=CHINA)  # a Thursday
MORNING = datetime(2026, 11, 20, 8, 0, 40, tzinfo=CHINA)
DAY = timedelta(days=1)


async def on(
    database: Database,
    openid: str,
    topic: Topic,
    wish: str = "",
    frequency: Frequency = Frequency.DAILY,
    now: datetime = NOON,
) -> None:
    async with database.write() as session:
        await subscriptions.switch_on(session, openid, (topic, wish, frequency), "v1", now)


async def jobs(database: Database, who: Staff, *codes: int, at: datetime, **changed: Any) -> None:
    ends = (at + timedelta(days=30)).date()
    async with database.write() as session:
        await listings.bring(session, [plan(code, expires=ends, **changed) for code in codes], at)
        for code in codes:
            await listings.approve(session, who, f"J-{code}", at)


async def struck(database: Database, push: Push, hand: Hand, at: datetime) -> list[Any]:
    """The facts of one strike."""
    hand.at, told = at, Told()
    run = await Clockwork(database, [push], told, hand).strike_now(push.name)
    assert run is not None
    assert run.found == len(told.facts)
    return told.facts


async def test_each_hears_what_fits_once(ready: Database, hand: Hand) -> None:
    who = await approver(ready)
    await on(ready, "one", Topic.JOBS, Search("gaozhou", "electrician").code)
    await on(ready, "one", Topic.JOBS, Search(trade="electrician").code)
    await on(ready, "two", Topic.JOBS, Search("xinyi").code)
    await on(ready, "all", Topic.JOBS)
    await jobs(ready, who, 1, 2, at=NOON + timedelta(hours=1))
    facts = {fact.openid: fact for fact in await struck(ready, job_digest.push, hand, MORNING)}
    assert facts.keys() == {"one", "all"}
    assert isinstance(facts["one"], JobsFresh)
    assert [one.id for one in facts["one"].items] == [2, 1]
    assert facts["one"].count == 2
    assert await struck(ready, job_digest.push, hand, MORNING + timedelta(minutes=2)) == []
    assert await struck(ready, job_digest.push, hand, MORNING + DAY) == []
    await jobs(ready, who, 3, at=MORNING + DAY)
    assert await struck(ready, job_digest.push, hand, MORNING + DAY + timedelta(hours=5)) == []
    assert len(await struck(ready, job_digest.push, hand, MORNING + 2 * DAY)) == 2


async def test_who_unfollowed_hears_nothing(ready: Database, hand: Hand) -> None:
    await on(ready, "gone", Topic.JOBS)
    await jobs(ready, await approver(ready), 1, at=NOON + timedelta(hours=1))
    async with ready.write() as session:
        session.add(Contact(openid="gone", first_seen=NOON, unfollowed_at=NOON))
    assert await struck(ready, job_digest.push, hand, MORNING) == []


async def test_a_long_list_is_cut_and_counted(ready: Database, hand: Hand) -> None:
    await on(ready, "one", Topic.JOBS)
    await jobs(ready, await approver(ready), *range(1, 9), at=NOON + timedelta(hours=1))
    (fact,) = await struck(ready, job_digest.push, hand, MORNING)
    assert (len(fact.items), fact.count) == (digests.SHOWN, 8)


async def test_courses_when_they_open_and_before_they_close(ready: Database, hand: Hand) -> None:
    """Published on Thursday, open from Saturday, closed a week later."""
    starts = NOON + 12 * DAY
    times = ((starts, starts + timedelta(hours=2)),)
    one = course_plan("T-1", times=times, opens_at=NOON + 2 * DAY, closes_at=NOON + 9 * DAY)
    for openid, wish in (("near", one.district), ("far", "xinyi"), ("any", "")):
        await on(ready, openid, Topic.TRAINING, wish)
    async with ready.write() as session:
        await course_plans.publish(session, [one], NOON + timedelta(minutes=1))
    heard: list[tuple[int, str, bool]] = []
    for day in range(10):
        facts = await struck(ready, training_news.push, hand, MORNING + day * DAY)
        heard += [(day, fact.openid, item.closing) for fact in facts for item in fact.items]
    assert sorted(heard) == [(2, "any", False), (2, "near", False), (7, "any", True), (7, "near", True)]


def an_event(code: str = "E-1", **changed: Any) -> event_plans.Plan:
    times = {
        "opens_at": NOON,
        "closes_at": NOON + 5 * DAY,
        "starts_at": NOON + 8 * DAY,
        "ends_at": NOON + 9 * DAY,
    }
    return event_plan(NOON, code, 10, **({"district": "gaozhou"} | times | changed))


async def test_events_and_stations(ready: Database, hand: Hand) -> None:
    await on(ready, "one", Topic.WELFARE, "gaozhou")
    await on(ready, "one", Topic.STATIONS, "maonan")
    await on(ready, "far", Topic.WELFARE, "xinyi")
    async with ready.write() as session:
        await event_plans.publish(session, [an_event()], NOON + timedelta(minutes=1))
        await stations.bring(session, [listed(1), listed(2)], NOON + timedelta(minutes=1))
    (fact,) = await struck(ready, event_news.push, hand, MORNING)
    assert (fact.openid, [one.title for one in fact.items]) == ("one", ["测试联谊"])
    (fact,) = await struck(ready, station_news.push, hand, MORNING)
    assert [(one.name, one.open) for one in fact.items] == [
        ("测试2号工会驿站", True), ("测试1号工会驿站", True),
    ]  # fmt: skip
    async with ready.write() as session:
        changed = [listed(1, telephone="0668-0000000"), listed(2, state="closed", note="装修")]
        await stations.bring(session, changed, MORNING + timedelta(hours=1))
    (fact,) = await struck(ready, station_news.push, hand, MORNING + DAY)
    assert [(one.name, one.open, one.note) for one in fact.items] == [("测试2号工会驿站", False, "装修")]
    assert await struck(ready, event_news.push, hand, MORNING + DAY) == []


async def test_an_event_is_told_when_one_can_sign_up_for_it(ready: Database, hand: Hand) -> None:
    await on(ready, "one", Topic.WELFARE)
    async with ready.write() as session:
        one = an_event(opens_at=NOON + 2 * DAY, closes_at=NOON + 7 * DAY)
        await event_plans.publish(session, [one], NOON + timedelta(minutes=1))
    told = [len(await struck(ready, event_news.push, hand, MORNING + day * DAY)) for day in range(4)]
    assert told == [0, 0, 1, 0]


async def test_figures_come_on_working_days_to_whom_they_are_for(ready: Database, hand: Hand) -> None:
    async with ready.write() as session:
        await staff.add(session, "看数的", {Role.OFFICER}, "gaozhou", NOON)
        await staff.add(session, "没绑的", {Role.ADMIN}, "", NOON)
        await staff.add(session, "不看的", {Role.EDITOR}, "", NOON)
        for name in ("看数的", "不看的"):
            code = await staff.offer_code(session, name, NOON)
            await staff.bind(session, code, f"wx-{name}", NOON)
    friday = MORNING.replace(minute=30)
    (fact,) = await struck(ready, staff_figures.push, hand, friday)
    assert isinstance(fact, StaffFigures)
    assert (fact.openid, fact.first, fact.last) == ("wx-看数的", NOON.date(), NOON.date())
    assert await struck(ready, staff_figures.push, hand, friday + DAY) == []
    (fact,) = await struck(ready, staff_figures.push, hand, friday + 3 * DAY)
    assert (fact.first, fact.last) == (friday.date(), (friday + 2 * DAY).date())


async def test_the_figures_name_listings_with_unanswered_applicants(ready: Database, hand: Hand) -> None:
    who = await approver(ready)
    for name, district in (("高州的", "gaozhou"), ("信宜的", "xinyi")):
        await approver(ready, name, district)
        async with ready.write() as session:
            await staff.bind(session, await staff.offer_code(session, name, NOON), f"wx-{name}", NOON)
    await jobs(ready, who, 1, at=NOON)
    async with ready.write() as session:
        await job_applications.apply(session, "o1", Wish(1, "陈大文", "13800138000", True), NOON)
    facts = await struck(ready, staff_figures.push, hand, MORNING.replace(minute=30))
    said = {fact.openid: figures(cast(StaffFigures, fact)).text for fact in facts}
    assert "应聘还没答复的岗位：J-1 电工 1 人。" in said["wx-高州的"]
    assert "陈" not in said["wx-高州的"]
    assert "应聘" not in said["wx-信宜的"]


async def test_what_waits_is_replaced_and_what_left_is_not_told_again(ready: Database, hand: Hand) -> None:
    await on(ready, "one", Topic.JOBS)
    who = await approver(ready)
    await jobs(ready, who, 1, at=NOON + timedelta(hours=1))

    async def morning(day: int) -> None:
        hand.at = MORNING + day * DAY
        await Clockwork(ready, [job_digest.push], teller(), hand).strike_now("job-digest")

    await morning(0)
    async with ready.write() as session:
        await session.execute(sa.update(messages).values(status=Status.HELD))
    await jobs(ready, who, 2, at=MORNING + timedelta(hours=1))
    await morning(1)
    async with ready.write() as session:
        await session.execute(
            sa.update(messages).where(messages.c.status == Status.QUEUED).values(status=Status.SENT)
        )
    await jobs(ready, who, 3, at=MORNING + DAY + timedelta(hours=1))
    await morning(2)
    async with ready.read() as session:
        rows = (await session.execute(sa.select(messages).order_by(messages.c.id))).all()
        assert await outbox.recall(session, ["two"], "jobs", hand.at) == set()
    assert [(row.status, row.body.count("电工｜")) for row in rows] == [
        ("expired", 1), ("sent", 2), ("queued", 1),
    ]  # fmt: skip


async def morning(database: Database, hand: Hand, at: datetime) -> None:
    hand.at = at
    await Clockwork(database, [job_digest.push], teller(), hand).strike_now("job-digest")


async def told_of(database: Database, *was: Status) -> list[tuple[int, ...]]:
    """What the digests list that stand like that."""
    async with database.read() as session:
        query = sa.select(messages).where(messages.c.status.in_(was)).order_by(messages.c.id)
        rows = (await session.execute(query)).all()
    return [tuple(map(int, row.listed.split())) for row in rows]


async def change(database: Database, was: Status, to: Status, at: datetime) -> None:
    async with database.write() as session:
        its = sa.update(messages).where(messages.c.status == was)
        await session.execute(its.values(status=to, settled_at=at))


async def test_a_wish_more_changes_how_often_all_come_and_loses_nothing(ready: Database, hand: Hand) -> None:
    """One is told at once, then daily with another, and what waits is replaced with all its lines and no more."""
    who = await approver(ready)
    await on(ready, "one", Topic.JOBS, Search("gaozhou").code, Frequency.AT_ONCE)
    await jobs(ready, who, 1, at=NOON + timedelta(hours=2), district="gaozhou")
    await morning(ready, hand, NOON + timedelta(hours=3))
    await change(ready, Status.QUEUED, Status.SENT, hand.at)
    await on(ready, "one", Topic.JOBS, Search("xinyi").code, now=hand.at)
    await jobs(ready, who, 2, at=NOON + timedelta(hours=4), district="xinyi")
    await morning(ready, hand, MORNING)
    await change(ready, Status.QUEUED, Status.HELD, hand.at)
    await jobs(ready, who, 3, at=MORNING + timedelta(hours=2), district="gaozhou")
    await morning(ready, hand, MORNING + DAY)
    assert await told_of(ready, Status.SENT, Status.HELD, Status.QUEUED) == [(1,), (3, 2)]


@contextmanager
def counted(database: Database) -> Iterator[Counter[str]]:
    """How many statements are sent, by their first word."""
    found: Counter[str] = Counter()

    def note(*arguments: Any) -> None:
        found[arguments[2].split()[0]] += 1

    sa.event.listen(database._writer.sync_engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(database._writer.sync_engine, "before_cursor_execute", note)


@pytest.mark.timeout(600)
@pytest.mark.soak
async def test_many_are_told_in_few_statements_and_little_memory(ready: Database, hand: Hand) -> None:
    """Of 300 different wishes each is looked up about once, however many workers have it."""
    wishes = [
        Search(district, trade).code
        for district in ("gaozhou", "xinyi", "huazhou")
        for trade in job_words.TRADES
    ]
    columns = ("openid", "topic", "wish", "frequency", "wording", "consented_at", "heard_until", "told_until")
    insert = BulkInsert(ROWS, columns)
    async with ready.write() as session:
        connection = await session.connection()
        rows = [
            (f"o{number:06}", "jobs", wishes[number % len(wishes)], "daily", "v1", NOON, NOON, NOON)
            for number in range(MANY)
        ]
        await insert.execute(connection, rows)
    who = await approver(ready)
    for number, wish in enumerate(map(Search.coded, wishes), 1):
        post = job_words.TRADES[wish.trade][0]
        await jobs(ready, who, number, at=NOON + timedelta(hours=1), district=wish.district, post=post)
    slowest, strikes, told, grown = 0.0, 0, 0, getrusage(RUSAGE_SELF).ru_maxrss
    hand.at = MORNING
    clockwork = Clockwork(ready, [job_digest.push], teller(), hand)
    began = time.perf_counter()
    with counted(ready) as statements:
        while told < MANY:
            start = time.perf_counter()
            run = await clockwork.strike_now("job-digest")
            slowest = max(slowest, time.perf_counter() - start)
            assert run is not None
            assert run.found
            hand.at += timedelta(seconds=1)
            strikes, told = strikes + 1, told + run.found
    took, grown = time.perf_counter() - began, getrusage(RUSAGE_SELF).ru_maxrss - grown
    figures = f"{strikes} strikes, slowest {slowest:.2f} s, {grown >> 10} MB more, {dict(statements)}"
    logging.getLogger(__name__).info("%d told in %.1f s: %s", told, took, figures)
    assert told == MANY
    assert strikes == MANY // digests.MOST
    assert sum(statements.values()) < 2 * len(wishes) + 25 * strikes
    assert grown < 64 << 10
