"""What the platform reports of messages sent and consents given: events that are nobody's message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import contacts, reasons, settlements, tickets, verdicts
from messages.claims import HELD_FOR
from messages.journal import Status, Via, messages
from messages.tickets import Proof
from messages.verdicts import Counts

_log = structlog.get_logger(__name__)

_REPORTED_WITHIN = timedelta(minutes=10)
_REPORTED_BY_TEMPLATE = timedelta(days=1)
_UNANSWERED = (Status.SENDING, Status.QUEUED, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class MassFinished:
    """MASSSENDJOBFINISH."""

    msg_id: str
    status: str
    total: int
    sent: int
    filtered: int | None = None
    failed: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """The worker has answered the pop-up, or changed their mind in the account's settings."""

    openid: str
    template_id: str
    accepted: bool
    in_settings: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFinished:
    """subscribe_msg_sent_event."""

    openid: str
    template_id: str
    error_code: int
    error: str


@dataclass(frozen=True, slots=True)
class TemplateFinished:
    """TEMPLATESENDJOBFINISH."""

    openid: str
    msg_id: str
    status: str


Report = MassFinished | ConsentChanged | NoticeFinished | TemplateFinished


async def enter(connection: AsyncConnection, reports: Sequence[Report], now: datetime) -> None:
    """Each once; the journal has seen to that."""
    for report in reports:
        match report:
            case MassFinished():
                if not await _report_mass(connection, report, now):
                    _log.info("mass_report_of_nothing", msg_id=report.msg_id, status=report.status)
            case ConsentChanged():
                await _change_consent(connection, report, now)
            case NoticeFinished():
                await _finish_notice(connection, report, now)
            case TemplateFinished():
                await _finish_template(connection, report, now)


async def _report_mass(connection: AsyncConnection, report: MassFinished, now: datetime) -> bool:
    counts = Counts(report.total, report.sent, report.filtered, report.failed)
    return await verdicts.report(connection, report.msg_id, report.status, counts, now)


async def _change_consent(connection: AsyncConnection, report: ConsentChanged, now: datetime) -> None:
    if report.accepted and not report.in_settings:
        await tickets.grant(connection, report.openid, report.template_id, now, Proof.POPUP)
    elif not report.accepted and report.in_settings:
        await tickets.empty(connection, report.openid, report.template_id)


async def _finish_notice(connection: AsyncConnection, report: NoticeFinished, now: datetime) -> None:
    """The event names no message. An error is taken for the latest notice's; that one arrived, which was unknown, only
    where no other has been sent just now that the event may speak of.
    """
    sent = sa.select(messages.c.id, messages.c.status).where(
        messages.c.openid == report.openid,
        messages.c.via == Via.SUBSCRIPTION,
        messages.c.status.in_((Status.UNKNOWN, Status.SENT, Status.HELD)),
        messages.c.settled_at > now - _REPORTED_WITHIN,
    )
    rows = (await connection.execute(sent.order_by(messages.c.id.desc()))).all()
    if report.error_code:
        await tickets.empty(connection, report.openid, report.template_id)
    elif any(row.status != Status.UNKNOWN for row in rows):
        return
    if rows:
        reason = reasons.of_notice(report.error_code, report.error)[:255] if report.error_code else None
        values = {"status": Status.REFUSED if reason else Status.SENT, "reason": reason, "settled_at": now}
        if rows[0].status == Status.HELD:  # its words ride on an answer all the same
            values |= {"status": Status.HELD, "via": None}
        await connection.execute(sa.update(messages).where(messages.c.id == rows[0].id).values(values))


async def _finish_template(connection: AsyncConnection, report: TemplateFinished, now: datetime) -> None:
    """Where the report is quicker than the answer that names its number, it is for the one message without one.

    What did not arrive rides on the worker's next answer.
    """
    recent = messages.c.openid == report.openid, messages.c.given_at > now - _REPORTED_BY_TEMPLATE
    # Whoever is writing down the answer is waited for.
    query = sa.select(messages).where(*recent, messages.c.via == Via.TEMPLATE).with_for_update()
    rows = (await connection.execute(query)).all()
    mine = [row for row in rows if row.msg_id == report.msg_id] or [
        row for row in rows if row.msg_id is None and row.status in _UNANSWERED
    ]
    if len(mine) != 1:
        _log.info("template_report_of_nothing", msg_id=report.msg_id, status=report.status)
        return
    row = mine[0]
    values = {"msg_id": report.msg_id[:32], "settled_at": now}
    if report.status != "success":
        values |= {"status": Status.HELD, "via": None, "given_at": None, "lease_by": None}
        values |= {
            "reason": reasons.of_template(report.status)[:255],
            "due_at": row.expires_at or now + HELD_FOR,
        }
        if "block" in report.status:
            await contacts.refuse_templates(connection, report.openid, now)
    elif row.status in (Status.QUEUED, Status.UNKNOWN):
        values |= settlements.rung(row.own, row.expires_at, now)
    else:
        return
    await connection.execute(sa.update(messages).where(messages.c.id == row.id).values(values))
