"""What the platform reports of messages sent and consents given: events that are nobody's message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import batches, tickets
from messages.journal import Status, Via, messages
from messages.tickets import Proof

_log = structlog.get_logger(__name__)

_REPORTED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class MassFinished:
    """MASSSENDJOBFINISH."""

    msg_id: str
    status: str
    total: int
    sent: int


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


Report = MassFinished | ConsentChanged | NoticeFinished


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


async def _report_mass(connection: AsyncConnection, report: MassFinished, now: datetime) -> bool:
    return await batches.report(connection, report.msg_id, report.status, report.total, report.sent, now)


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
        messages.c.status.in_((Status.UNKNOWN, Status.SENT)),
        messages.c.settled_at > now - _REPORTED_WITHIN,
    )
    rows = (await connection.execute(sent.order_by(messages.c.id.desc()))).all()
    if report.error_code:
        await tickets.empty(connection, report.openid, report.template_id)
    elif any(row.status == Status.SENT for row in rows):
        return
    if rows:
        reason = f"{report.error_code} {report.error}"[:255] if report.error_code else None
        status = Status.REFUSED if reason else Status.SENT
        settled = sa.update(messages).where(messages.c.id == rows[0].id)
        await connection.execute(settled.values(status=status, reason=reason, settled_at=now))
