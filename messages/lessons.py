"""What a refusal teaches beyond the message that met it: about the worker, the account or the broadcast."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import broadcasts, contacts, routes, tickets, transactions
from messages.claims import Ended
from messages.contacts import Sighting
from messages.journal import Status, Via
from messages.ports import DeliveryError, Future, Lesson

# Of the broadcast, not of one person.
COUNTS = frozenset({Lesson.CONTENT, Lesson.SETTINGS})

_log = structlog.get_logger(__name__)


async def learn(
    connection: AsyncConnection, ended: Ended, error: DeliveryError, status: Status, now: datetime
) -> None:
    """About the worker, in the transaction in which the message is settled, as `status`."""
    outgoing = ended.outgoing
    if outgoing.template is not None:
        if error.lesson is Lesson.CONSENT:
            await tickets.empty(connection, outgoing.openid, outgoing.template.template_id)
        elif error.future is not Future.UNKNOWN:
            await tickets.give_back(connection, outgoing.openid, outgoing.template)
    # It was true when the platform was asked; who has written since then has opened a new window.
    at = ended.began or now
    if outgoing.service is not None and error.lesson in COUNTS:
        lasts = transactions.FOR_CONTENT if error.lesson is Lesson.CONTENT else transactions.FOR_SETTINGS
        await transactions.put_aside(connection, outgoing.service, error.reason, now + lasts)
        _log.error("template_put_aside", matter=outgoing.service.matter, reason=error.reason)
    if error.lesson is Lesson.WINDOW and outgoing.service is not None:
        await contacts.refuse_templates(connection, outgoing.openid, at)
    elif error.lesson is Lesson.WINDOW:
        await contacts.shut(connection, outgoing.openid, at)
    elif error.lesson is Lesson.LEFT:
        await contacts.note(connection, [Sighting(outgoing.openid, at, follows=False)])


async def shut(connection: AsyncConnection, via: Via, error: DeliveryError, now: datetime) -> None:
    until = now + timedelta(seconds=max(error.wait, 1))
    await routes.shut(connection, via, until, error.reason, now)
    _log.warning("route_shut", via=via, until=until.isoformat(), reason=error.reason)


async def tell_broadcasts(
    connection: AsyncConnection, ended: Sequence[Ended], stands: Mapping[int, Status], now: datetime
) -> None:
    """What the platform thinks of what they say, or of us, in the order of their numbers."""
    of = defaultdict[int, list[Ended]](list)
    for one in ended:
        if one.outgoing.waiting.broadcast_id is not None and one.outgoing.id in stands:
            of[one.outgoing.waiting.broadcast_id].append(one)
    for number in sorted(of):
        await _tell(connection, number, of[number], now)


async def _tell(connection: AsyncConnection, number: int, ended: Sequence[Ended], now: datetime) -> None:
    errors = [one.error for one in ended if one.error is not None]
    if any(error.lesson is Lesson.MEDIA for error in errors):
        await broadcasts.keep_media(connection, number, None, None)
    if len(errors) < len(ended):
        await broadcasts.forgive(connection, number)
    refused = [error for error in errors if error.lesson in COUNTS]
    if refused and await broadcasts.refuse(connection, number, refused[-1].reason, now, len(refused)):
        _log.error("broadcast_paused", broadcast=number, reason=refused[-1].reason)
