"""What becomes of messages and contacts when a worker leaves or asks to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from messages.audiences import lists, recipients
from messages.contacts import contacts
from messages.handovers import handover_words, handovers
from messages.journal import Status, Via, messages
from messages.photos import photos
from messages.subscriptions import subscriptions
from messages.tickets import tickets
from storage.leavers import Leaver, Told, changed

# Who was forgotten, came back and is forgotten again may have had one broadcast twice.
_had = messages.alias("had")
_WAITING = (Status.QUEUED, Status.HELD)


async def erase(session: AsyncSession, leaver: Leaver) -> Sequence[Told]:
    """The journal is emptied, the contact goes; of somebody who still follows only that they do is known."""
    await empty_journal(session, leaver, leaver.now)
    for table in (handover_words, handovers, photos, recipients, subscriptions, tickets):
        await session.execute(sa.delete(table).where(table.c.openid == leaver.openid))
    its = contacts.c.openid == leaver.openid
    if leaver.follows:
        await session.execute(
            sa.update(contacts).where(its).values(scene=None, first_seen=leaver.now, no_templates_at=None)
        )
    else:
        await session.execute(sa.delete(contacts).where(its))
    return ()


async def empty_journal(session: AsyncSession, leaver: Leaver, until: datetime) -> None:
    """Of rows up to that instant time, direction and status stay; the person and the words go.

    A message that is being answered just now is left: it is emptied by the next call.
    """
    had = sa.exists().where(_had.c.openid == leaver.pseudonym, _had.c.broadcast_id == messages.c.broadcast_id)
    # A mass send may have taken it along; whom it still goes to is read from the rows.
    in_batch = sa.and_(messages.c.status == Status.SENDING, messages.c.via == Via.MASS)
    emptied = {
        "openid": leaver.pseudonym,
        "body": "",
        "payload": None,
        "reason": None,
        "listed": None,
        "own": None,
        "broadcast_id": sa.case((had, sa.null()), else_=messages.c.broadcast_id),
        # Of an event it holds the openid. A MsgId stays, so that a redelivery is still known.
        "wire_id": sa.case(
            (messages.c.wire_id.contains(":"), sa.literal(f"{leaver.pseudonym}:") + sa.cast(messages.c.id, sa.Text)),
            else_=messages.c.wire_id,
        ),
        "status": sa.case(
            (messages.c.status.in_(_WAITING), Status.EXPIRED),
            (in_batch, Status.UNKNOWN),
            else_=messages.c.status,
        ),
        "mass_id": sa.case((in_batch, sa.null()), else_=messages.c.mass_id),
        "due_at": sa.case((messages.c.status.in_(_WAITING), sa.null()), else_=messages.c.due_at),
    }  # fmt: skip
    its = messages.c.openid == leaver.openid, messages.c.created_at <= until
    await session.execute(
        sa.update(messages).where(*its, messages.c.status != Status.RECEIVED).values(emptied)
    )


async def age(session: AsyncSession, before: datetime, unfinished: datetime) -> int:
    """The words of older messages go; returns of how many. Their rows stay for the figures.

    Photos that nobody handed in go when they are older than `unfinished`.
    """
    old = messages.c.created_at < before, messages.c.body != ""
    emptied = await session.execute(sa.update(messages).where(*old).values(body="", payload=None, own=None))
    left = photos.c.handed_in_at.is_(None) & (photos.c.sent_at < unfinished)
    asked, shot = handovers.c.closed_at < before, left | (photos.c.sent_at < before)
    listed = recipients.c.list_id.in_(sa.select(lists.c.id).where(lists.c.made_at < before))
    spoken = handover_words.c.handover_id.in_(sa.select(handovers.c.id).where(asked))
    outdated = (handover_words, spoken), (handovers, asked), (photos, shot), (recipients, listed)
    gone = [sa.delete(table).where(which) for table, which in outdated]
    return changed(emptied) + sum([changed(await session.execute(one)) for one in gone])
