"""The sender of replies and notices to one person, in any process that plays the worker role."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import claims, lessons, planner, settlements, transactions
from messages.claims import Ended, Outgoing, Queue
from messages.journal import Status, Via
from messages.mailrooms import Mailroom, attempt
from messages.outbox import Lane
from messages.ports import Channel, Content, DeliveryError, Future, Lesson, TextContent
from messages.reasons import Reason
from messages.tickets import filled
from messages.transactions import Service
from storage.base import CHINA
from storage.database import Database, is_away, is_lost

_log = structlog.get_logger(__name__)

# Longer than a delivery can take with all its time-outs, so that a lease runs out only when its process is gone.
LEASE = timedelta(seconds=60)
# Sent at once: what a killed process had claimed it had begun to send.
_TOGETHER = 4
POLL = 1.0
_PEOPLE = Queue(Lane.PERSON)


class Sender:
    """Claims, delivers and settles. Every row it claims is settled, also when it is told to stop."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._clock = mailroom.clock
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was queued: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`; a database that is away is waited for."""
        while not self._stopping:
            self._wake.clear()
            if not await attempt(self.deliver_due):
                await self._pause()

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def deliver_due(self) -> int:
        """One round; returns how many messages were looked at, or were over."""
        now = self._clock()
        async with self._database.read() as session:
            connection = await session.connection()
            due = await claims.is_due(connection, _PEOPLE, now)
            over = await claims.has_ended(connection, now)
        expired = await self._end(now) if over else 0
        if not due:
            return expired
        async with self._database.connect() as connection:
            taken = await planner.take(
                connection, self._mailroom, _PEOPLE, planner.Terms(), now, LEASE, _TOGETHER, _TOGETHER
            )
        lines: dict[str, list[Outgoing]] = {}
        for outgoing in taken.outgoing:
            lines.setdefault(outgoing.openid, []).append(outgoing)
        await asyncio.gather(*(self._deliver_in_order(line) for line in lines.values()))
        return taken.seen + expired

    async def _end(self, now: datetime) -> int:
        """What is over, apart from what goes out: nobody's reply waits for it, or fails with it."""
        async with self._database.connect() as connection:
            ended = await claims.abandon(connection, now) + await claims.expire(connection, now)
            return ended + await claims.wake(connection, now)

    async def _deliver_in_order(self, line: list[Outgoing]) -> None:
        """What goes to one worker goes one after the other, as it was said."""
        for outgoing in line:
            text = TextContent(outgoing.waiting.body)
            ended = await deliver(self._mailroom.channel, outgoing, text, self._clock())
            await settle(self._database, [ended], self._mailroom.worker, self._clock)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(POLL):
                await self._wake.wait()
        except TimeoutError:
            return


async def deliver(channel: Channel, outgoing: Outgoing, content: Content, now: datetime) -> Ended:
    """Send one message by the route chosen for it; never raises."""
    msg_id = ""
    try:
        if outgoing.via is Via.SUBSCRIPTION and outgoing.template is not None:
            template, date = outgoing.template, f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}"
            fields = filled(template, outgoing.waiting.body, date)
            await channel.subscription(outgoing.openid, template.template_id, fields, template.page)
        elif outgoing.via is Via.TEMPLATE and outgoing.service is not None:
            msg_id = await _by_template(channel, outgoing, outgoing.service)
        else:
            await channel.send(outgoing.openid, content)
    except DeliveryError as failed:
        return Ended(outgoing, failed, now)
    except Exception:  # noqa: BLE001 - the sender's door: a bug in a channel must not stop other people's messages
        _log.exception("delivery_bug", message=outgoing.id)
        return Ended(outgoing, DeliveryError(Future.UNKNOWN, Reason.BUG), now)
    return Ended(outgoing, began=now, msg_id=msg_id)


async def _by_template(channel: Channel, outgoing: Outgoing, service: Service) -> str:
    given_at = outgoing.given_at or outgoing.waiting.created_at
    fields = transactions.filled(service, transactions.unpacked(outgoing.waiting.own or ""), given_at)
    return await channel.template(
        outgoing.openid, service.template_id, fields, outgoing.client_id, service.page
    )


async def settle(
    database: Database, ended: Sequence[Ended], worker: str, clock: Callable[[], datetime]
) -> None:
    """Write down how they ended, before their lease does, however often the database goes away meanwhile."""
    while True:
        try:
            async with database.connect() as connection:
                stands = await write_down(connection, ended, worker, clock())
            break
        except Exception as away:
            if not is_away(away) and not is_lost(away):
                raise
            await asyncio.sleep(POLL)
    tell(ended, stands)


async def write_down(
    connection: AsyncConnection, ended: Sequence[Ended], worker: str, now: datetime
) -> dict[int, Status]:
    """With what each refusal teaches; returns how those stand that were still ours."""
    stands = await settlements.settle(connection, ended, worker, now)
    failed = [
        (one, one.error, stands[one.outgoing.id])
        for one in sorted(ended, key=lambda one: one.outgoing.openid)
        if one.error is not None and one.outgoing.id in stands
    ]
    # People, then broadcasts, then routes: in whatever order these failed, no two processes wait in a circle.
    for one, error, status in failed:
        await lessons.learn(connection, one, error, status, now)
    await lessons.tell_broadcasts(connection, ended, stands, now)
    for one, error, _ in failed:
        if error.lesson is Lesson.FULL:
            await lessons.shut(connection, one.outgoing.via, error, now)
    return stands


def tell(ended: Sequence[Ended], stands: dict[int, Status]) -> None:
    for one in ended:
        if one.error is not None:
            status = stands.get(one.outgoing.id)
            _log.warning("not_delivered", message=one.outgoing.id, status=status, reason=one.error.reason)
