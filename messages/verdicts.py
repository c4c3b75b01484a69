"""What the platform says of mass sends: when it takes one, when it has sent it, and how many it reached.

It counts and never names. Of those who follow, each was reached or was not, by their own wish, by the month's number or
by an error, and nobody can tell which.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import batches, broadcasts, contacts, reasons
from messages.batches import KNOWN, PATIENCE, Batch
from messages.contacts import Sighting
from messages.journal import Status, Via, messages
from messages.masses import MassState, mass_sends
from messages.reasons import Reason

# Its report comes within minutes; then it is asked.
_ASKED_AFTER = timedelta(minutes=1)
# Of a mass send that was reported and that we do not know, or not yet.
_NOBODYS = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """`filtered` are those left after the platform's own filters: who refuses mass messages, or has had their four."""

    total: int
    sent: int
    filtered: int | None = None
    failed: int | None = None


async def accept(connection: AsyncConnection, batch: Batch, msg_id: str, now: datetime) -> None:
    """The platform has it; what it does not name can never be asked after, and is sent."""
    its = mass_sends.c.id == batch.id, mass_sends.c.state == MassState.READY
    if (await connection.execute(sa.select(mass_sends.c.id).where(*its).with_for_update())).first() is None:
        return  # who claimed it after us was told the same
    if not msg_id:
        await batches.close(connection, batch.id, Status.SENT, Reason.TWICE, now)
        return
    values = {
        "state": MassState.ACCEPTED,
        "msg_id": msg_id,
        "due_at": now + _ASKED_AFTER,
        "lease_by": None,
        "tries": 0,
    }
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch.id).values(values))
    early = mass_sends.c.msg_id == msg_id, mass_sends.c.broadcast_id == _NOBODYS
    told = (await connection.execute(sa.delete(mass_sends).where(*early).returning(*mass_sends.c))).first()
    if told is not None:
        counts = Counts(told.people, told.reached, told.filtered, told.failed)
        await report(connection, msg_id, told.reason, counts, now)


async def heed(connection: AsyncConnection, batch: Batch, status: str, now: datetime) -> bool:
    """What the platform says of a batch when it is asked; True when it has sent it, to whoever it could."""
    if status in ("SEND_SUCCESS", "DELETE"):
        return True
    if status == "SEND_FAIL":
        await batches.close(connection, batch.id, Status.REFUSED, reasons.of_platform(status), now)
    else:
        await put_off(connection, batch, now)
    return False


def may_wait(batch: Batch, now: datetime) -> bool:
    """Whether there is time to ask the platform again."""
    return batch.tries < len(PATIENCE) and now < batch.created_at + KNOWN


async def put_off(connection: AsyncConnection, batch: Batch, now: datetime) -> None:
    """To be asked after again, within reason."""
    if now > batch.created_at + KNOWN:
        await batches.close(connection, batch.id, Status.UNKNOWN, Reason.NEVER_SAID, now)
        return
    await _note(connection, batch.id, due_at=now + _ASKED_AFTER, lease_by=None)


async def report(
    connection: AsyncConnection, msg_id: str, status: str, counts: Counts, now: datetime
) -> bool:
    """MASSSENDJOBFINISH. False for a mass send that is not ours, or of which we know this already.

    Where not everybody was reached, the platform is asked who follows.
    """
    known = mass_sends.c.msg_id == msg_id, mass_sends.c.broadcast_id != _NOBODYS
    row = (await connection.execute(sa.select(mass_sends).where(*known).with_for_update())).first()
    if row is None:
        await _keep_early(connection, msg_id, status, counts, now)
        return False
    if row.state not in (MassState.READY, MassState.ACCEPTED):
        return await _report_late(connection, row, status, counts, now)
    if status != "send success":
        reason = reasons.of_platform(status)
        await broadcasts.refuse(connection, row.broadcast_id, reason, now, 3)
        await batches.close(connection, row.id, Status.REFUSED, reason, now)
        return True
    await _keep_counts(connection, row.id, counts)
    if counts.sent >= row.people:
        await batches.close(connection, row.id, Status.SENT, None, now)
    else:
        await _note(connection, row.id, due_at=now)
    return True


async def _report_late(
    connection: AsyncConnection, row: Any, status: str, counts: Counts, now: datetime
) -> bool:
    """The platform had been asked meanwhile, and had said no more than that it is sent."""
    if row.state != MassState.FINISHED or row.reached is not None or status != "send success":
        return False
    await _keep_counts(connection, row.id, counts)
    its = messages.c.mass_id == row.id, messages.c.via == Via.MASS, messages.c.status == Status.SENT
    follow = (await connection.execute(sa.select(sa.func.count()).where(*its))).scalar_one()
    stands, reason = verdict(counts.sent, follow)
    if reason is not None:
        await connection.execute(sa.update(messages).where(*its).values(status=stands, reason=reason))
    return True


async def _keep_counts(connection: AsyncConnection, batch_id: int, counts: Counts) -> None:
    kept = {"total": counts.total, "filtered": counts.filtered, "failed": counts.failed}
    await _note(connection, batch_id, reached=counts.sent, **kept)


async def _keep_early(
    connection: AsyncConnection, msg_id: str, status: str, counts: Counts, now: datetime
) -> None:
    """The answer that would have named the number was lost: the report waits for whoever asks for it again."""
    known = sa.select(mass_sends.c.id).where(mass_sends.c.msg_id == msg_id)
    if not msg_id or (await connection.execute(known)).first() is not None:
        return
    values = {
        "broadcast_id": _NOBODYS, "client_id": f"r{msg_id}"[:32], "people": counts.total, "msg_id": msg_id,
        "state": MassState.FINISHED, "created_at": now, "tries": 0, "reached": counts.sent, "reason": status[:255],
        "filtered": counts.filtered, "failed": counts.failed,
    }  # fmt: skip
    await connection.execute(sa.insert(mass_sends).values(values))


async def conclude(connection: AsyncConnection, batch: Batch, left: Collection[str], now: datetime) -> None:
    """It was sent, and these do not follow."""
    gone = [openid for openid in batch.openids if openid in left]
    await contacts.note(connection, [Sighting(openid, now, follows=False) for openid in gone])
    refused = {"status": Status.REFUSED, "reason": Reason.LEFT, "settled_at": now}
    theirs = messages.c.openid.in_(gone)
    rows = sa.update(messages).where(*batches.rows_of(batch.id), theirs)
    await connection.execute(rows.values(refused))
    await _note(connection, batch.id, gone=len(gone))
    stands, reason = verdict(batch.reached, len(batch.openids) - len(gone))
    await batches.close(connection, batch.id, stands, reason, now)


def verdict(reached: int | None, follow: int) -> tuple[Status, str | None]:
    """What is said of each of those who `follow`.

    Some refuse mass messages, so that hardly any batch reaches all. While it reaches half or more, `sent` is true of
    most of them; of fewer it would be false of most, and nobody knows of whom.
    """
    if reached is None or reached >= follow:
        return Status.SENT, None
    reason = reasons.reached(reached, follow)
    return (Status.SENT if 2 * reached >= follow else Status.UNKNOWN), reason


async def _note(connection: AsyncConnection, batch_id: int, **values: Any) -> None:
    await connection.execute(sa.update(mass_sends).where(mass_sends.c.id == batch_id).values(values))
