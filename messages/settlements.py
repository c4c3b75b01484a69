"""How deliveries end, and what is written down of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages.broadcasts import NOTICES
from messages.claims import HELD_FOR, Ended, Outgoing, Waiting
from messages.journal import Status, Via, messages
from messages.ports import DeliveryError, Future, Lesson
from messages.reasons import Reason
from messages.tickets import says_all
from messages.transactions import unpacked

# A busy platform is asked again after these many seconds, or later where it says so; the last one is repeated.
_PATIENCE = (1, 5, 30, 120, 300)
# Then the window that the worker's message opened is closed.
LASTS = timedelta(hours=48)
_ENDS = {Future.REFUSED: Status.REFUSED, Future.UNKNOWN: Status.UNKNOWN}
# Refusals after which another route may be open, or the same one with the picture uploaded anew.
_ELSEWHERE = frozenset({Lesson.WINDOW, Lesson.CONSENT, Lesson.MEDIA})
# Refusals of a template message after which the words themselves can still ride on an answer.
_RIDES = frozenset(Lesson) - {Lesson.LEFT, Lesson.FULL}
_OFTEN = 5


async def settle(
    connection: AsyncConnection, ended: Sequence[Ended], worker: str, now: datetime
) -> dict[int, Status]:
    """Write down how claimed deliveries ended; those whose lease went to another process meanwhile are left out."""
    stands: dict[int, Status] = {}
    good = [one.outgoing for one in ended if one.error is None and not _is_rung(one.outgoing)]
    for tries in {one.waiting.tries for one in good}:
        sent = {"status": Status.SENT, "due_at": None, "settled_at": now, "lease_by": None, "reason": None}
        mine = _claimed(worker, *(one for one in good if one.waiting.tries == tries))
        rows = await connection.execute(
            sa.update(messages).where(*mine).values(sent).returning(messages.c.id)
        )
        stands.update((row.id, Status.SENT) for row in rows)
    for one in ended:
        status = None
        if one.error is not None:
            status = await _settle_error(connection, one.outgoing, one.error, worker, now)
        elif _is_rung(one.outgoing):
            status = await _settle_rung(connection, one, worker, now)
        if status is not None:
            stands[one.outgoing.id] = status
    return stands


async def _settle_rung(
    connection: AsyncConnection, ended: Ended, worker: str, now: datetime
) -> Status | None:
    """The template was taken; where it could not say everything the words themselves are still to come."""
    waiting = ended.outgoing.waiting
    by_template = ended.outgoing.via is Via.TEMPLATE
    ends = rung(waiting.own, waiting.expires_at, now) if by_template else _announced(waiting.expires_at, now)
    taken = {"msg_id": ended.msg_id[:32] or None, "settled_at": now, "lease_by": None, **ends}
    mine = _claimed(worker, ended.outgoing)
    settled = await connection.execute(sa.update(messages).where(*mine).values(taken))
    return Status(ends["status"]) if settled.rowcount else None


def rung(own: str | None, expires_at: datetime | None, now: datetime) -> dict[str, Any]:
    """How a message stands of which the platform has taken the template."""
    if own is None or unpacked(own).whole:
        return {"status": Status.SENT, "due_at": None, "reason": None}
    return _announced(expires_at, now)


def _announced(expires_at: datetime | None, now: datetime) -> dict[str, Any]:
    return {"status": Status.HELD, "due_at": expires_at or now + HELD_FOR, "reason": Reason.RUNG}


def _is_rung(outgoing: Outgoing) -> bool:
    return outgoing.via is Via.TEMPLATE or _is_cut(outgoing)


def _is_cut(outgoing: Outgoing) -> bool:
    """Whether a subscription notice leaves something unsaid that is still to come."""
    waiting, template = outgoing.waiting, outgoing.template
    if template is None or (waiting.broadcast_id is not None and template.topic != NOTICES):
        return False
    return not says_all(template, waiting.body)


async def _settle_error(
    connection: AsyncConnection, outgoing: Outgoing, error: DeliveryError, worker: str, now: datetime
) -> Status | None:
    by_template = outgoing.via is Via.TEMPLATE
    status, due_at = (_outcome_by_template if by_template else _outcome)(outgoing.waiting, now, error)
    keeps_route = status is Status.UNKNOWN
    if keeps_route and _is_cut(outgoing):  # it may have arrived, but not as a whole
        status, due_at = Status.HELD, outgoing.waiting.expires_at or now + HELD_FOR
    values = {
        "status": status,
        "reason": error.reason[:255],
        "due_at": due_at,
        "settled_at": None if status is Status.QUEUED else now,
        "lease_by": None,
    }
    asks_again = by_template and status is Status.QUEUED and _may_have_arrived(outgoing.waiting, error)
    if not asks_again and not keeps_route:  # what may have arrived did so by the route it was sent on
        values |= {"via": None, "given_at": None}
    settled = await connection.execute(sa.update(messages).where(*_claimed(worker, outgoing)).values(values))
    return status if settled.rowcount else None


def _claimed(worker: str, first: Outgoing, *others: Outgoing) -> tuple[sa.ColumnElement[bool], ...]:
    """Those, of as many tries as the first, which are still of that claim: not of a later one, be it the same process's."""
    which = messages.c.id.in_([one.id for one in (first, *others)])
    claim = messages.c.lease_by == worker, messages.c.tries == first.waiting.tries + 1
    return which, messages.c.status == Status.SENDING, *claim


def _outcome(waiting: Waiting, now: datetime, error: DeliveryError) -> tuple[Status, datetime | None]:
    if error.lesson in _ELSEWHERE and waiting.tries < _OFTEN:
        return Status.QUEUED, now
    if error.future is Future.HELD:
        return Status.HELD, waiting.expires_at or now + HELD_FOR
    if error.future is not Future.RETRY:
        return _ENDS[error.future], None
    patience = _PATIENCE[min(waiting.tries, len(_PATIENCE) - 1)]
    again = now + timedelta(seconds=max(error.wait, patience))
    last = waiting.expires_at or waiting.created_at + LASTS
    return (Status.QUEUED, again) if again < last else (Status.EXPIRED, None)


def _may_have_arrived(waiting: Waiting, error: DeliveryError) -> bool:
    """Whether a template message may have arrived: only the same again tells."""
    return waiting.via == Via.TEMPLATE or error.future is Future.UNKNOWN


def _outcome_by_template(
    waiting: Waiting, now: datetime, error: DeliveryError
) -> tuple[Status, datetime | None]:
    if _may_have_arrived(waiting, error):  # when that is no use any more, the planner says so
        return Status.QUEUED, now + timedelta(seconds=_PATIENCE[min(waiting.tries, len(_PATIENCE) - 1)])
    if error.lesson in _RIDES:
        return Status.HELD, waiting.expires_at or now + HELD_FOR
    return _outcome(waiting, now, error)
