"""What a refusal teaches beyond the message that met it: about the worker, the account or the broadcast."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import broadcasts, contacts, routes, tickets
from messages.claims import Outgoing
from messages.contacts import Sighting
from messages.journal import Status, Via
from messages.ports import DeliveryError, Lesson

_log = structlog.get_logger(__name__)


async def learn(
    connection: AsyncConnection, outgoing: Outgoing, error: DeliveryError, status: Status, now: datetime
) -> None:
    """In the transaction in which the message is settled, as `status`."""
    if outgoing.template is not None:
        if error.lesson is Lesson.CONSENT:
            await tickets.empty(connection, outgoing.openid, outgoing.template.template_id)
        elif status is not Status.UNKNOWN:
            await tickets.give_back(connection, outgoing.openid, outgoing.template)
    if error.lesson is Lesson.WINDOW:
        await contacts.shut(connection, outgoing.openid, now)
    elif error.lesson is Lesson.LEFT:
        await contacts.note(connection, [Sighting(outgoing.openid, now, follows=False)])
    elif error.lesson is Lesson.FULL:
        await shut(connection, outgoing.via, error, now)
    if outgoing.waiting.broadcast_id is not None:
        await _tell(connection, outgoing.waiting.broadcast_id, error, now)


async def shut(connection: AsyncConnection, via: Via, error: DeliveryError, now: datetime) -> None:
    until = now + timedelta(seconds=max(error.wait, 1))
    await routes.shut(connection, via, until, error.reason, now)
    _log.warning("route_shut", via=via, until=until.isoformat(), reason=error.reason)


async def _tell(connection: AsyncConnection, broadcast_id: int, error: DeliveryError, now: datetime) -> None:
    if error.lesson is Lesson.MEDIA:
        await broadcasts.keep_media(connection, broadcast_id, None, None)
    counts = error.lesson in (Lesson.CONTENT, Lesson.SETTINGS)
    if counts and await broadcasts.refuse(connection, broadcast_id, error.reason, now):
        _log.error("broadcast_paused", broadcast=broadcast_id, reason=error.reason)
