"""The life of a broadcast: each step from where it may be taken, once, by whom it may be taken."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from messages import launches, rounds
from messages.broadcasts import State
from messages.launches import Refused, Standing, Why
from tests.messages.broadcasting import PLAIN, Desk
from tests.messages.conftest import NOON, Journal

Step = Callable[[AsyncSession], Awaitable[Standing]]


@pytest.fixture
def desk(book: Journal) -> Desk:
    return Desk(book.database)


async def attempt(desk: Desk, step: Step) -> str:
    """What came of it: the state, or why not."""
    try:
        async with desk.database.write() as session:
            return (await step(session)).state
    except Refused as refused:
        return refused.why


def approval(id: int, edition: int, by: str, now: datetime) -> Step:
    """After a look."""

    async def step(session: AsyncSession) -> Standing:
        await launches.look(session, id, by, now)
        return await launches.approve(session, id, edition, by, now)

    return step


async def test_who_has_not_looked_cannot_approve_it(desk: Desk) -> None:
    id = await desk.drafts()
    assert await attempt(desk, lambda s: launches.approve(s, id, 1, "2", NOON)) == Why.UNSEEN
    async with desk.database.write() as session:
        await launches.look(session, id, "2", NOON)
        await launches.change(session, id, PLAIN, "1", NOON)
    assert await attempt(desk, lambda s: launches.approve(s, id, 2, "2", NOON)) == Why.UNSEEN
    assert await attempt(desk, approval(id, 2, "2", NOON)) == State.APPROVED


async def test_who_wrote_it_cannot_approve_it_nor_who_changed_it(desk: Desk) -> None:
    id = await desk.drafts()
    assert await attempt(desk, approval(id, 1, "1", NOON)) == Why.OWN
    await attempt(desk, lambda s: launches.change(s, id, replace(PLAIN, text="改了"), "2", NOON))
    assert await attempt(desk, approval(id, 2, "1", NOON)) == Why.OWN
    assert await attempt(desk, approval(id, 2, "2", NOON)) == Why.OWN
    assert await attempt(desk, approval(id, 2, "3", NOON)) == State.APPROVED


async def test_a_change_takes_the_approval_back(desk: Desk) -> None:
    id = await desk.drafts()
    await desk.approves(id)
    changed = replace(PLAIN, text="改了")
    assert await attempt(desk, lambda s: launches.change(s, id, changed, "1", NOON)) == State.DRAFT
    assert await attempt(desk, lambda s: launches.launch(s, id, "2", NOON)) == Why.STATE
    assert await attempt(desk, approval(id, 1, "2", NOON)) == Why.CHANGED
    assert await attempt(desk, approval(id, 2, "2", NOON)) == State.APPROVED
    assert await attempt(desk, lambda s: launches.launch(s, id, "2", NOON)) == State.RUNNING
    assert await attempt(desk, lambda s: launches.change(s, id, PLAIN, "1", NOON)) == Why.STATE


async def test_two_who_approve_at_once_are_one_approval(desk: Desk) -> None:
    id = await desk.drafts()
    ends = await asyncio.gather(
        attempt(desk, approval(id, 1, "2", NOON)),
        attempt(desk, approval(id, 1, "3", NOON)),
    )
    assert sorted(ends) == [State.APPROVED, Why.STATE]
    async with desk.database.read() as session:
        steps = [(step.what, step.by) for step in await launches.history(session, id) if step.what != "seen"]
    assert steps == [("drafted", "1"), ("approved", (await desk.standing(id)).approver)]


async def test_a_launch_and_a_pause_at_once_happen_one_after_the_other(desk: Desk) -> None:
    for _ in range(10):
        await race(desk, await desk.drafts())


async def race(desk: Desk, id: int) -> None:
    await desk.approves(id)
    launched, paused = await asyncio.gather(
        attempt(desk, lambda s: launches.launch(s, id, "2", NOON)),
        attempt(desk, lambda s: launches.pause(s, id, "3", NOON)),
    )
    assert launched == State.RUNNING
    assert paused in (State.PAUSED, Why.STATE)
    state = (await desk.standing(id)).state
    assert state == (State.PAUSED if paused == State.PAUSED else State.RUNNING)
    async with desk.database.read() as session:
        steps = [step.what for step in await launches.history(session, id)][3:]
    assert steps == (["launched", "paused"] if state is State.PAUSED else ["launched"])


async def test_every_other_step_is_refused_and_changes_nothing(desk: Desk) -> None:
    steps: dict[str, Callable[[int], Step]] = {
        "launch": lambda id: lambda s: launches.launch(s, id, "2", NOON),
        "pause": lambda id: lambda s: launches.pause(s, id, "2", NOON),
        "resume": lambda id: lambda s: launches.resume(s, id, "2", NOON),
        "approve": lambda id: approval(id, 1, "2", NOON),
        "stop": lambda id: lambda s: launches.stop(s, id, "2", NOON),
    }
    ways: dict[State, tuple[list[str], set[str]]] = {
        State.DRAFT: ([], {"approve", "stop"}),
        State.APPROVED: (["approve"], {"launch", "stop"}),
        State.RUNNING: (["approve", "launch"], {"pause", "stop"}),
        State.PAUSED: (["approve", "launch", "pause"], {"resume", "stop"}),
        State.STOPPED: (["stop"], set()),
    }
    for state, (way, allowed) in ways.items():
        for name, step in steps.items():
            id = await desk.drafts()
            for before in way:
                await attempt(desk, steps[before](id))
            assert (await desk.standing(id)).state is state
            came = await attempt(desk, step(id))
            assert (came != Why.STATE) == (name in allowed), (state, name)
            if came == Why.STATE:
                assert (await desk.standing(id)).state is state
    assert await attempt(desk, steps["stop"](999)) == Why.ABSENT


async def test_nothing_begins_before_its_time_nor_after_its_latest(desk: Desk) -> None:
    starts = NOON + timedelta(hours=2)
    id = await desk.drafts(starts_at=starts)
    await desk.approves(id)
    assert await attempt(desk, lambda s: launches.launch(s, id, "2", NOON)) == Why.EARLY
    assert await attempt(desk, lambda s: launches.launch(s, id, "2", PLAIN.until)) == Why.LATE
    late = await desk.drafts()
    assert await attempt(desk, approval(late, 1, "2", PLAIN.until)) == Why.LATE


async def test_time_launches_and_ends_and_says_so_once(desk: Desk) -> None:
    waits, late = await desk.drafts(starts_at=NOON + timedelta(hours=1)), await desk.drafts()
    await desk.approves(waits)
    await desk.approves(late)
    for at, taken, states in (
        (NOON, 0, (State.APPROVED, State.APPROVED)),
        (NOON + timedelta(hours=1), 1, (State.RUNNING, State.APPROVED)),
        (PLAIN.until, 1, (State.RUNNING, State.STOPPED)),
        (PLAIN.until, 0, (State.RUNNING, State.STOPPED)),
    ):
        async with desk.database.write() as session:
            assert await rounds.settle(session, at) == taken
        assert ((await desk.standing(waits)).state, (await desk.standing(late)).state) == states
    async with desk.database.write() as session:
        told = await rounds.untold(session, NOON)
    assert sorted((its.id, step.what.value) for step, its in told) == [
        (waits, "launched"),
        (late, "stopped"),
    ]
    async with desk.database.write() as session:
        assert await rounds.untold(session, NOON) == []


async def test_what_somebody_saw_is_remembered_by_edition(desk: Desk) -> None:
    id = await desk.drafts()
    async with desk.database.write() as session:
        assert await launches.seen_by(session, id, "2") == 0
        await launches.look(session, id, "2", NOON)
        await launches.look(session, id, "2", NOON)
        assert await launches.seen_by(session, id, "2") == 1
        assert [step.what for step in await launches.history(session, id)] == ["drafted", "seen"]
        await launches.change(session, id, PLAIN, "1", NOON)
        assert await launches.seen_by(session, id, "2") == 1


async def test_of_the_months_four_each_is_booked_with_its_approval(desk: Desk) -> None:
    ids = [await desk.drafts(mass=True) for _ in range(5)]
    for id in ids[:4]:
        await desk.approves(id)
    assert await attempt(desk, approval(ids[4], 1, "2", NOON)) == Why.FULL
    await attempt(desk, lambda s: launches.stop(s, ids[0], "2", NOON))
    assert await attempt(desk, approval(ids[4], 1, "2", NOON)) == State.APPROVED
    later = await desk.drafts(mass=True, starts_at=NOON + timedelta(days=11), until=NOON + timedelta(days=12))
    assert await attempt(desk, approval(later, 1, "2", NOON)) == State.APPROVED
