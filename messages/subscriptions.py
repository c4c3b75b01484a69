"""What a worker wants to hear of, and how often: never without their consent, and until they say no."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from messages import outbox
from messages.journal import Status, messages, told_at, was_told
from messages.sender import LEASE
from storage.base import Base, Id, UTCDateTime

WISH_LETTERS = 160
# Of one topic; who wants more wants everything, which is one.
MOST = 5
_LINE = re.compile(r"(?m)^\d+\. (.+)$")


class Topic(StrEnum):
    """What can be subscribed to."""

    JOBS = "jobs"
    TRAINING = "training"
    WELFARE = "welfare"
    NOTICES = "notices"
    STATIONS = "stations"


class Frequency(StrEnum):
    """How often, at most."""

    AT_ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"


class SubscriptionRow(Base):
    """One wish of one worker. It is on while `ended_at` is empty; one that ended is kept as proof of the consent.

    All of one topic have one frequency, for one message tells of them, and the next one takes its place.
    What there was until `told_until` is in a message; until `heard_until` in one that has left.
    """

    __tablename__ = "subscriptions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    topic: Mapped[str] = mapped_column(sa.String(16))
    wish: Mapped[str] = mapped_column(sa.String(WISH_LETTERS))
    frequency: Mapped[str] = mapped_column(sa.String(16))
    wording: Mapped[str] = mapped_column(sa.String(32))
    consented_at: Mapped[datetime] = mapped_column(UTCDateTime)
    heard_until: Mapped[datetime] = mapped_column(UTCDateTime)
    told_until: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        sa.Index(
            "uq_subscriptions_on",
            "openid", "topic", "wish",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "ix_subscriptions_wish",
            "topic", "frequency", "wish", "openid",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )  # fmt: skip


subscriptions = cast(sa.Table, SubscriptionRow.__table__)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish that is on; `wish` is in the words of its subject's own code, empty for all there is."""

    id: int
    topic: Topic
    wish: str
    frequency: Frequency


@dataclass(frozen=True, slots=True)
class Shown:
    """The list of the last digest that has left: what it was of, the numbers in its order, and its lines as they were told."""

    topic: Topic
    numbers: tuple[int, ...]
    at: datetime
    lines: tuple[str, ...]


class TooMany(Exception):
    """The worker has as many wishes of that topic as anybody can have."""


async def switch_on(
    session: AsyncSession,
    openid: str,
    wanted: tuple[Topic, str, Frequency],
    wording: str,
    now: datetime,
) -> Subscription:
    """From now on the worker hears of it. `wording` is the version of what they agreed to. Raises TooMany."""
    topic, wish, frequency = wanted
    rows = [row for row in await _on(session, openid, lock=True) if row.topic == topic]
    row = next((row for row in rows if row.wish == wish), None)
    if row is None:
        if len(rows) >= MOST:
            raise TooMany
        row = SubscriptionRow(openid=openid, topic=topic, wish=wish, heard_until=now, told_until=now)
    row.wording, row.consented_at = wording, now
    for one in (*rows, row):
        one.frequency = frequency
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:  # the same worker's other message was quicker
        return next(one for one in await of(session, openid) if (one.topic, one.wish) == (topic, wish))
    return _subscription(row)


async def of(session: AsyncSession, openid: str) -> list[Subscription]:
    """What is on for that worker, the oldest first."""
    return [_subscription(row) for row in await _on(session, openid)]


async def switch_over(session: AsyncSession, openid: str, ids: Sequence[int], frequency: Frequency) -> int:
    """From now on these come as often as that, and all others of their topics; returns how many that are."""
    held = await _on(session, openid, lock=True)
    topics = {row.topic for row in held if row.id in ids}
    rows = [row for row in held if row.topic in topics]
    for row in rows:
        row.frequency = frequency
    await session.flush()
    return len(rows)


async def switch_off(
    session: AsyncSession, openid: str, ids: Sequence[int], now: datetime
) -> list[Subscription]:
    """They end at once, together with what was not sent yet; returns those that were on.

    What a message that is given up held of the others is told by their next one.
    """
    held = await _on(session, openid, lock=True)
    rows = [row for row in held if row.id in ids]
    for row in rows:
        row.ended_at = now
    for topic in sorted({row.topic for row in rows}):
        if await outbox.recall(session, [openid], topic, now):
            for row in held:
                if row.topic == topic:
                    row.told_until = row.heard_until
    await session.flush()
    return [_subscription(row) for row in rows]


async def last_shown(
    connection: AsyncConnection | AsyncSession, openid: str, since: datetime
) -> Shown | None:
    """The list that a number of the worker may mean."""
    of = messages.c
    query = sa.select(of.topic, of.listed, of.body, of.status, told_at.label("at"))
    last = query.where(of.openid == openid, of.listed.is_not(None), was_told, told_at >= since)
    last = last.order_by(told_at.desc(), of.id.desc())
    row = (await connection.execute(last.limit(1))).first()
    if row is None:
        return None
    began = row.at - LEASE if row.status == Status.SENDING else row.at
    lines = tuple(_LINE.findall(row.body))
    return Shown(Topic(row.topic), tuple(map(int, row.listed.split())), began, lines)


async def age(session: AsyncSession, before: datetime) -> int:
    """Those that ended earlier go; returns how many."""
    ended = sa.delete(SubscriptionRow).where(SubscriptionRow.ended_at < before).returning(SubscriptionRow.id)
    return len((await session.execute(ended)).all())


async def _on(session: AsyncSession, openid: str, *, lock: bool = False) -> list[SubscriptionRow]:
    rows = (
        sa.select(SubscriptionRow)
        .where(SubscriptionRow.openid == openid, SubscriptionRow.ended_at.is_(None))
        .order_by(SubscriptionRow.id)
    )
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return list(await session.scalars(rows))


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(row.id, Topic(row.topic), row.wish, Frequency(row.frequency))
