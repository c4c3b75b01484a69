"""What WeChat still allows us to say to a worker by customer-service message, derived from the journal.

Five messages within 48 hours of the worker's last message, three within a minute of a tap, follow or scan, in force
since 2023-06-12. They do not add up: what is sent counts against both.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages.journal import Status, Via, messages

# A little less than the platform's, whose clock started before the message reached us.
_MESSAGE = (5, timedelta(hours=48) - timedelta(minutes=1))
_TAP = (3, timedelta(seconds=55))
# A line tapped in a list arrives as a text, but is worth a tap.
TAPPED = "menu"
_TAPS = frozenset(
    {TAPPED, "event.subscribe", "event.scan", "event.click", "event.scancode_waitmsg", "event.scancode_push"}
)
_LOOKED_AT = 100
_SPENT = (Status.SENT, Status.UNKNOWN)


async def left(session: AsyncSession, openid: str, now: datetime, before: int | None = None) -> int:
    """How many messages may still be sent; of those under way only the ones older than row `before` count as spent."""
    columns = ("id", "direction", "kind", "created_at", "status", "via", "settled_at")
    recent = (
        sa.select(*(messages.c[name] for name in columns))
        .where(messages.c.openid == openid)
        .order_by(messages.c.id.desc())
        .limit(_LOOKED_AT)
    )
    message: datetime | None = None
    tap: datetime | None = None
    spent: list[datetime] = []
    for row in await session.execute(recent):
        if row.direction == "out":
            under_way = row.status == Status.SENDING and (before is None or row.id < before)
            if under_way or (row.via == Via.CUSTOMER_SERVICE and row.status in _SPENT):
                spent.append(row.settled_at or now)
        elif row.kind == "event.unsubscribe":
            break
        elif row.kind in _TAPS:
            tap = tap or row.created_at
        elif not row.kind.startswith("event."):
            message = message or row.created_at
    return max(_left(message, _MESSAGE, spent, now), _left(tap, _TAP, spent, now))


def _left(since: datetime | None, worth: tuple[int, timedelta], spent: list[datetime], now: datetime) -> int:
    count, lasts = worth
    if since is None or now >= since + lasts:
        return 0
    return max(0, count - sum(at >= since for at in spent))
