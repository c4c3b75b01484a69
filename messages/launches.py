"""The life of a broadcast: who may move it from which state to which is decided here and nowhere else.

    draft → approved → running → done
    running ⇄ paused; each of them → stopped; a change makes a draft of what was approved
    done → stopped: what is held for somebody's next answer does not ride on it any more

Every step holds the broadcast's row until the commit and is written down with who took it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages import masses
from messages.broadcasts import Kind, State, What, broadcasts, steps
from messages.drafts import Draft
from messages.masses import FullyBooked
from storage.base import CHINA

_OPEN = (State.DRAFT, State.APPROVED, State.RUNNING, State.PAUSED)
_FROM: Mapping[What, Sequence[State]] = {
    What.CHANGED: (State.DRAFT, State.APPROVED),
    What.SEEN: tuple(State),
    What.APPROVED: (State.DRAFT,),
    What.LAUNCHED: (State.APPROVED,),
    What.PAUSED: (State.RUNNING,),
    What.RESUMED: (State.PAUSED,),
    What.STOPPED: (*_OPEN, State.DONE),
}


class Why(StrEnum):
    """Why a step was refused."""

    ABSENT = "absent"  # there is no such broadcast
    STATE = "state"  # it does not stand where that step begins
    OWN = "own"  # who wrote it cannot approve it
    CHANGED = "changed"  # it is not what the approver saw
    UNSEEN = "unseen"  # the approver has never looked at it
    EARLY = "early"  # it may not begin yet
    LATE = "late"  # its latest time is over
    FULL = "full"  # the month's four mass messages are taken


class Refused(Exception):
    """That step is not possible; `state` is where the broadcast stands."""

    def __init__(self, id: int, why: Why, state: State | None = None) -> None:
        super().__init__(f"broadcast {id}: {_REASONS[why].format(state=state)}")
        self.id = id
        self.why = why
        self.state = state


_REASONS = {
    Why.ABSENT: "there is none of that number",
    Why.STATE: "not possible while it is {state}",
    Why.OWN: "who wrote or changed it cannot approve it: a second person must",
    Why.CHANGED: "it was changed after you saw it: look at it again",
    Why.UNSEEN: "look at it first: see `broadcast preview`",
    Why.EARLY: "it may not begin before its time",
    Why.LATE: "its latest time is over",
    Why.FULL: "the month's four mass messages are booked: see `mass list`, or send it without",
}


# A picture may be two million bytes, and is of use to whoever sends it.
_LIGHT = [sa.null().label("picture") if column.name == "picture" else column for column in broadcasts.c]


@dataclass(frozen=True, slots=True)
class Standing:
    """A broadcast as staff see it; `draft` is what it says to whom."""

    id: int
    draft: Draft
    state: State
    edition: int
    author: str
    approver: str | None
    created_at: datetime
    launched_at: datetime | None
    expanded_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, when and by whom."""

    at: datetime
    by: str
    what: What
    edition: int
    reason: str


async def draft(session: AsyncSession, said: Draft, by: str, now: datetime) -> Standing:
    """Raises Unfit."""
    said.check(now)
    given = {**_columns(said), "state": State.DRAFT, "author": by, "created_at": now}
    made_one = await session.execute(sa.insert(broadcasts).values(given).returning(broadcasts.c.id))
    made = await standing(session, made_one.scalar_one())
    await _write_down(session, made, What.DRAFTED, by, now)
    return made


async def change(session: AsyncSession, id: int, said: Draft, by: str, now: datetime) -> Standing:
    """Say something else, or to others: a draft again, of which no approval holds. Raises Unfit and Refused."""
    said.check(now)
    before = await _held(session, id, What.CHANGED)
    void = {"approver": None, "approved_at": None, "media_id": None, "media_until": None}
    await masses.release(session, id)
    edition = {"edition": before.edition + 1, "author": by, "state": State.DRAFT}
    return await _take(session, before, What.CHANGED, by, now, {**_columns(said), **void, **edition})


async def approve(session: AsyncSession, id: int, edition: int, by: str, now: datetime) -> Standing:
    """By a second person, of the edition that they have looked at. Raises Refused."""
    before = await _held(session, id, What.APPROVED)
    if before.edition != edition:
        raise Refused(id, Why.CHANGED, before.state)
    if by in await _writers(session, id):
        raise Refused(id, Why.OWN, before.state)
    if await seen_by(session, id, by) != edition:
        raise Refused(id, Why.UNSEEN, before.state)
    _refuse_late(before, now)
    if before.draft.mass:
        await _book(session, before, by, now)
    changed = {"state": State.APPROVED, "approver": by, "approved_at": now}
    return await _take(session, before, What.APPROVED, by, now, changed)


async def launch(session: AsyncSession, id: int, by: str, now: datetime) -> Standing:
    """From now on it is sent, to those who meet its conditions at this moment. Raises Refused."""
    before = await _held(session, id, What.LAUNCHED)
    _refuse_late(before, now)
    if before.draft.starts_at is not None and now < before.draft.starts_at:
        raise Refused(id, Why.EARLY, before.state)
    changed = {"state": State.RUNNING, "launched_at": now}
    return await _take(session, before, What.LAUNCHED, by, now, changed)


async def pause(session: AsyncSession, id: int, by: str, now: datetime, reason: str = "") -> Standing:
    """Nothing more is sent until it is resumed, but for what is under way at this moment. Raises Refused."""
    before = await _held(session, id, What.PAUSED)
    changed = {"state": State.PAUSED, "reason": reason or None}
    return await _take(session, before, What.PAUSED, by, now, changed, reason)


async def resume(session: AsyncSession, id: int, by: str, now: datetime) -> Standing:
    """It goes on where it stood. Raises Refused."""
    before = await _held(session, id, What.RESUMED)
    _refuse_late(before, now)
    changed = {"state": State.RUNNING, "reason": None, "refusals": 0}
    return await _take(session, before, What.RESUMED, by, now, changed)


async def stop(session: AsyncSession, id: int, by: str, now: datetime, reason: str = "") -> Standing:
    """For good; what has not been sent will not be. Raises Refused."""
    before = await _held(session, id, What.STOPPED)
    if before.state is State.DONE and now >= before.draft.until:
        raise Refused(id, Why.STATE, before.state)
    await masses.release(session, id)
    changed = {"state": State.STOPPED, "reason": reason or None}
    return await _take(session, before, What.STOPPED, by, now, changed, reason)


async def look(session: AsyncSession, id: int, by: str, now: datetime, *, whole: bool = False) -> Standing:
    """Show it to somebody, and write down which edition they saw. Raises Refused."""
    seen = await standing(session, id, whole=whole)
    if await seen_by(session, id, by) != seen.edition:
        await _write_down(session, seen, What.SEEN, by, now)
    return seen


async def seen_by(session: AsyncSession, id: int, by: str) -> int:
    """The newest edition that somebody was shown, wrote or changed; 0 for none."""
    newest = sa.select(sa.func.max(steps.c.edition)).where(steps.c.broadcast_id == id, steps.c.by == by)
    return await session.scalar(newest) or 0


async def standing(session: AsyncSession, id: int, *, whole: bool = False) -> Standing:
    """With the bytes of its picture only where the `whole` is wanted. Raises Refused."""
    query = sa.select(broadcasts) if whole else sa.select(*_LIGHT)
    return await _found(session, query.where(broadcasts.c.id == id), id)


async def listed(session: AsyncSession, *states: State, limit: int = 50) -> list[Standing]:
    """The newest first."""
    query = sa.select(*_LIGHT).order_by(broadcasts.c.id.desc()).limit(limit)
    found = query.where(broadcasts.c.state.in_(states)) if states else query
    return [_standing(row) for row in await session.execute(found)]


async def history(session: AsyncSession, id: int) -> list[Step]:
    """Every step, the oldest first."""
    query = sa.select(steps).where(steps.c.broadcast_id == id).order_by(steps.c.id)
    return [
        Step(row.at, row.by, What(row.what), row.edition, row.reason) for row in await session.execute(query)
    ]


async def _book(session: AsyncSession, its: Standing, by: str, now: datetime) -> None:
    """One of the month's four, of the month in which it begins."""
    day = (its.draft.starts_at or now).astimezone(CHINA).date()
    try:
        await masses.book(session, its.id, day, by, now)
    except FullyBooked:
        raise Refused(its.id, Why.FULL, its.state) from None


def _refuse_late(before: Standing, now: datetime) -> None:
    if now >= before.draft.until:
        raise Refused(before.id, Why.LATE, before.state)


async def _writers(session: AsyncSession, id: int) -> set[str]:
    wrote = steps.c.what.in_((What.DRAFTED, What.CHANGED))
    return set(await session.scalars(sa.select(steps.c.by).where(steps.c.broadcast_id == id, wrote)))


async def _held(session: AsyncSession, id: int, what: What) -> Standing:
    """The broadcast, held until the commit. Raises Refused unless the step may be taken from where it stands."""
    found = await _found(session, sa.select(*_LIGHT).where(broadcasts.c.id == id).with_for_update(), id)
    if found.state not in _FROM[what]:
        raise Refused(id, Why.STATE, found.state)
    return found


async def _found(session: AsyncSession, query: "sa.Select[Any]", id: int) -> Standing:
    row = (await session.execute(query)).first()
    if row is None:
        raise Refused(id, Why.ABSENT)
    return _standing(row)


async def _take(
    session: AsyncSession,
    before: Standing,
    what: What,
    by: str,
    now: datetime,
    changed: Mapping[str, object],
    reason: str = "",
) -> Standing:
    await session.execute(sa.update(broadcasts).where(broadcasts.c.id == before.id).values(changed))
    after = await standing(session, before.id)
    await _write_down(session, after, what, by, now, reason)
    return after


async def _write_down(
    session: AsyncSession, at: Standing, what: What, by: str, now: datetime, reason: str = ""
) -> None:
    given = {"broadcast_id": at.id, "at": now, "by": by, "what": what, "edition": at.edition}
    await session.execute(sa.insert(steps).values({**given, "reason": reason[:255]}))


def _columns(said: Draft) -> dict[str, object]:
    plain = (
        "name",
        "kind",
        "text",
        "title",
        "url",
        "picture",
        "safety",
        "mass",
        "topic",
        "starts_at",
        "until",
    )
    return {name: getattr(said, name) for name in plain} | {"audience": json.dumps(said.conditions)}


def _standing(row: "sa.Row[Any]") -> Standing:
    said = Draft(
        tuple(json.loads(row.audience)), row.text, row.until, row.name, Kind(row.kind), row.title, row.url,
        row.picture, row.topic, row.safety, row.mass, row.starts_at,
    )  # fmt: skip
    return Standing(
        row.id, said, State(row.state), row.edition, row.author, row.approver, row.created_at, row.launched_at,
        row.expanded_at, row.reason or "",
    )  # fmt: skip
