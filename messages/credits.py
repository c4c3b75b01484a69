"""What WeChat still allows us to say to a worker by customer-service message, derived from the journal.

Five messages within 48 hours of the worker's last message, three within a minute of a tap, follow or scan, in force
since 2023-06-12. They do not add up: what is sent counts against both. Where the platform knows better it says so, and
then nothing is left until the worker writes again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from messages.contacts import contacts
from messages.journal import Status, Via, messages
from storage.bulk import among

# A little less than the platform's, whose clock started before the message reached us.
_MESSAGE = (5, timedelta(hours=48) - timedelta(minutes=1))
_TAP = (3, timedelta(seconds=55))
# A line tapped in a list arrives as a text, but is worth a tap.
TAPPED = "menu"
# So long a worker's own message counts.
WINDOW = _MESSAGE[1]
# Who has refused template messages may have let them in again, of which nobody tells us.
_ASKED_AGAIN = timedelta(days=30)
_TAPS = frozenset(
    {TAPPED, "event.subscribe", "event.scan", "event.click", "event.scancode_waitmsg", "event.scancode_push"}
)
_SPENT = (Status.SENDING, Status.SENT, Status.UNKNOWN)
_COLUMNS = [messages.c[name] for name in ("openid", "direction", "kind", "created_at", "settled_at")]
# What the platform has told us of a few; of the others there is nothing to read.
_MARKS = [contacts.c[name] for name in ("unfollowed_at", "shut_at", "no_templates_at")]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where we stand with a worker: customer-service messages left, and whether they are known to have left us."""

    left: int
    gone: bool = False
    templates: bool = True  # template messages are taken, as far as we know


async def left(session: AsyncSession, openid: str, now: datetime) -> int:
    """How many messages may still be sent; what is under way counts as sent."""
    return (await standings(await session.connection(), [openid], now))[openid].left


async def standings(
    connection: AsyncConnection, openids: Collection[str], now: datetime
) -> dict[str, Standing]:
    """Of each of them, in two statements for all."""
    since = now - _MESSAGE[1]
    came = sa.and_(messages.c.direction == "in", messages.c.created_at > since)
    went = sa.and_(
        messages.c.direction == "out",
        messages.c.via == Via.CUSTOMER_SERVICE,
        messages.c.status.in_(_SPENT),
        sa.or_(messages.c.settled_at.is_(None), messages.c.settled_at > since),
    )
    recent = sa.select(*_COLUMNS).where(among(messages.c.openid, openids), sa.or_(came, went))
    told: dict[str, list[sa.Row[Any]]] = {openid: [] for openid in openids}
    for row in (await connection.execute(recent.order_by(messages.c.id))).all():
        told[row.openid].append(row)
    marked = sa.select(contacts.c.openid, *_MARKS).where(
        among(contacts.c.openid, openids), sa.or_(*(mark.is_not(None) for mark in _MARKS))
    )
    people: dict[str, Any] = {row.openid: row for row in (await connection.execute(marked)).all()}
    return {openid: _sum_up(rows, people.get(openid), now) for openid, rows in told.items()}


def _sum_up(rows: Iterable[sa.Row[Any]], person: Any, now: datetime) -> Standing:
    """The rows are in the order in which they were written."""
    message: datetime | None = None
    tap: datetime | None = None
    spent: list[datetime] = []
    for row in rows:
        if row.direction == "out":
            spent.append(row.settled_at or now)
        elif row.kind == "event.unsubscribe":
            message = tap = None
        elif row.kind in _TAPS:
            tap = row.created_at
        elif not row.kind.startswith("event."):
            message = row.created_at
    if person is not None and person.shut_at is not None:
        message, tap = (at if at and at > person.shut_at else None for at in (message, tap))
    if person is not None and person.unfollowed_at is not None:
        # Who writes follows, whatever was heard before.
        message, tap = (at if at and at > person.unfollowed_at else None for at in (message, tap))
        if message is None and tap is None:
            return Standing(0, gone=True)
    left = max(_left(message, _MESSAGE, spent, now), _left(tap, _TAP, spent, now))
    return Standing(left, templates=person is None or _takes_templates(person.no_templates_at, now))


def _takes_templates(refused_at: datetime | None, now: datetime) -> bool:
    return refused_at is None or refused_at + _ASKED_AGAIN <= now


def _left(since: datetime | None, worth: tuple[int, timedelta], spent: list[datetime], now: datetime) -> int:
    count, lasts = worth
    if since is None or now >= since + lasts:
        return 0
    return max(0, count - sum(at >= since for at in spent))
