"""Deliveries are given out stretch by stretch, once each, whatever happens in between."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from messages import audiences, launches, rounds
from messages.audiences import BadAudience
from messages.broadcasts import State
from messages.erasing import erase
from messages.journal import Status, messages
from messages.outbox import Lane
from messages.subscriptions import subscriptions
from storage.leavers import Leaver
from tests.messages.broadcasting import Desk
from tests.messages.conftest import NOON, Journal

PEOPLE = [f"o{number:02}" for number in range(10)]


@pytest.fixture
async def desk(book: Journal) -> Desk:
    made = Desk(book.database)
    await made.follow(*PEOPLE)
    return made


async def test_a_process_that_died_is_followed_by_one_that_goes_on(desk: Desk) -> None:
    id = await desk.launches()
    assert await desk.expansion().move()
    assert await desk.given(id) == PEOPLE[:3]
    # Another process, as after kill -9: there is nothing in memory that it would miss.
    expansion = desk.expansion(stretch=4)
    while await expansion.move():
        continue
    assert await desk.given(id) == PEOPLE
    assert (await desk.standing(id)).expanded_at == NOON
    async with desk.database.read() as session:
        row = (await session.execute(sa.select(messages).limit(1))).one()
    assert (row.status, row.lane, row.expires_at, row.body) == (
        Status.QUEUED,
        Lane.BULK,
        NOON + timedelta(hours=10),
        "明天发西瓜",
    )


async def test_processes_that_work_at_once_give_it_to_nobody_twice(desk: Desk) -> None:
    ids = [await desk.launches(), await desk.launches(safety=True)]
    workers = [desk.expansion(stretch=1) for _ in range(4)]

    async def work(number: int) -> None:
        while await workers[number].move() or (await desk.standing(ids[0])).expanded_at is None:
            await asyncio.sleep(0)

    await asyncio.gather(*(work(number) for number in range(4)))
    for id in ids:
        assert await desk.given(id) == PEOPLE


async def test_who_comes_after_the_launch_is_not_meant_and_who_left_is_not_reached(desk: Desk) -> None:
    id = await desk.launches()
    await desk.expansion().move()
    await desk.at(NOON + timedelta(minutes=1))
    await desk.follow("o99")
    async with desk.database.write() as session:
        await erase(session, Leaver(PEOPLE[5], "gone5", desk.now))
        await erase(session, Leaver(PEOPLE[0], "gone0", desk.now))
        await erase(session, Leaver(PEOPLE[6], "gone6", desk.now, follows=True))
    expansion = desk.expansion()
    while await expansion.move():
        continue
    assert await desk.given(id) == ["gone0", "o01", "o02", "o03", "o04", "o07", "o08", "o09"]
    async with desk.database.read() as session:
        gone = (await session.execute(sa.select(messages).where(messages.c.openid == "gone0"))).one()
    assert (gone.status, gone.body) == (Status.EXPIRED, "")


async def test_a_pause_holds_the_expansion_and_a_stop_ends_the_rest(desk: Desk) -> None:
    id = await desk.launches()
    await desk.expansion().move()
    async with desk.database.write() as session:
        await launches.pause(session, id, "2", NOON)
    assert not await desk.expansion().move()
    async with desk.database.write() as session:
        await launches.resume(session, id, "2", NOON)
    await desk.expansion().move()
    assert await desk.given(id) == PEOPLE[:6]
    async with desk.database.write() as session:
        await launches.stop(session, id, "2", NOON)
    await desk.closes()
    async with desk.database.read() as session:
        rows = (await session.execute(sa.select(messages.c.status, messages.c.reason))).all()
    assert {(row.status, row.reason) for row in rows} == {(Status.EXPIRED, "the broadcast was stopped")}


async def test_after_its_latest_time_nobody_is_given_it_any_more(desk: Desk) -> None:
    id = await desk.launches()
    await desk.expansion().move()
    await desk.at(NOON + timedelta(hours=10))
    assert not await desk.expansion().move()
    await desk.closes()
    ended = await desk.standing(id)
    assert (ended.state, ended.reason) == (State.DONE, "too late")
    assert await desk.given(id) == PEOPLE[:3]


async def test_an_audience_of_nobody_is_done_at_once(desk: Desk) -> None:
    async with desk.database.write() as session:
        number = await audiences.make_list(session, "空", [], "1", NOON)
    id = await desk.launches(conditions=(f"list:{number}",))
    expansion = desk.expansion()
    while await expansion.move():
        continue
    await desk.closes()
    assert (await desk.standing(id)).state is State.DONE
    async with desk.database.write() as session:
        ((step, _),) = await rounds.untold(session, NOON)
    assert (step.what, step.by, step.reason) == ("done", "bot", "")


async def test_lists_and_tags_are_audiences_and_all_conditions_must_hold(desk: Desk) -> None:
    async with desk.database.write() as session:
        number = await audiences.make_list(session, "名单", ["o01", "o02", "o03", "stranger"], "1", NOON)
        await audiences.keep_tag(session, "骨干", ["o09"], "1", NOON)
        await audiences.keep_tag(session, "骨干", ["o02", "o03", "o04"], "1", NOON)
    async with desk.database.connect() as connection:
        for openid, wish, ended in (
            ("o01", "", None), ("o02", "", NOON), ("o05", "gaozhou", None), ("o06", "xinyi", None),
            ("o07", "xinyi~electrician~~~0~~", None), ("o08", "~electrician~~~0~~", None),
        ):  # fmt: skip
            topic = "jobs" if "~" in wish else "training"
            row = {"openid": openid, "topic": topic, "wish": wish, "frequency": "once", "wording": "1",
                   "consented_at": NOON, "heard_until": NOON, "told_until": NOON, "ended_at": ended}  # fmt: skip
            await connection.execute(subscriptions.insert().values(row))
    for conditions, openids in (
        (("subscription:training",), ["o01", "o05", "o06"]),
        (("subscription:training.xinyi",), ["o01", "o06"]),
        (("subscription:training.xinyi,jobs.gaozhou",), ["o01", "o06", "o08"]),
        (("subscription:jobs.xinyi",), ["o07", "o08"]),
        (("subscription:training,jobs", "tag:骨干"), []),
        ((f"list:{number}",), ["o01", "o02", "o03"]),
        (("tag:骨干",), ["o02", "o03", "o04"]),
        ((f"list:{number}", "tag:骨干"), ["o02", "o03"]),
        (("everybody", "tag:骨干"), ["o02", "o03", "o04"]),
    ):
        async with desk.database.read() as session:
            await desk.audiences.check(session, conditions)
            assert list(await session.scalars(desk.audiences.reached(conditions, NOON))) == openids
            assert await session.scalar(desk.audiences.missed(conditions, NOON)) == (
                conditions == (f"list:{number}",)
            )


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "nobody",
        "list:7",
        "list:x",
        "tag:无",
        "list:",
        "subscription:x",
        "subscription:training.",
        "subscription",
        "district:maonan",
    ],
)
async def test_what_is_no_audience_is_refused(desk: Desk, condition: str) -> None:
    async with desk.database.read() as session:
        with pytest.raises(BadAudience):
            await desk.audiences.check(session, [condition])
