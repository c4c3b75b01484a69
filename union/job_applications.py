"""Workers who apply for a job: the consent to pass on their contact, the start, and whether they were paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import CHINA, Base, Id, UTCDateTime
from storage.sealing import Sealed
from union import consents, listings
from union.calendars import china_day
from union.consents import Purpose
from union.listings import ListingRow

# What a worker agrees to when they apply; another text is another version.
CONSENT = "job-contact-1"
_PUT_OFF = timedelta(days=2)  # a start that is not yet
_SILENT_FOR = timedelta(days=2)  # between a question without an answer and the next one
_ASKED_FROM = time(10)  # by day, when nobody is woken
# After the first day of work: when the first pay should be in hand.
_PAID_AFTER = {
    "day": timedelta(days=1),
    "week": timedelta(days=8),
    "month": timedelta(days=46),  # to the middle of the month after, when most are paid
    "done": timedelta(days=30),
}


class State(StrEnum):
    """What has become of an application."""

    SENT = "sent"
    INVITED = "invited"
    HIRED = "hired"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_OPEN = (State.SENT, State.INVITED, State.HIRED)


class JobApplicationRow(Base):
    """One worker who applies for one job. The follow-ups are asked once, but for a start put off: `*_asked_at`; None is no answer yet."""

    __tablename__ = "job_applications"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(Sealed("job_applications.name"))
    phone: Mapped[str] = mapped_column(Sealed("job_applications.phone"))
    consent: Mapped[str] = mapped_column(sa.String(32))
    applied_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(sa.String(16))
    words: Mapped[str] = mapped_column(sa.String(200))
    answered_by: Mapped[str | None] = mapped_column(sa.String(64))
    starts_on: Mapped[date | None] = mapped_column(sa.Date)
    # When it should begin, or would be asked of again: what staff or worker said, else the day of the hire.
    start_due_on: Mapped[date | None] = mapped_column(sa.Date, index=True)
    start_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started: Mapped[bool | None] = mapped_column(sa.Boolean)
    pay_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    got_paid: Mapped[bool | None] = mapped_column(sa.Boolean)

    __table_args__ = (sa.UniqueConstraint("listing_id", "openid"),)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker fills in to apply. Without `agree` nothing is passed on, so there is nothing to apply with."""

    listing: int
    name: str
    phone: str
    agree: bool


@dataclass(frozen=True, slots=True)
class StartAsked:
    """Did the work begin?"""

    openid: str
    application_id: int
    post: str
    publisher: str


@dataclass(frozen=True, slots=True)
class PayAsked:
    """Is the money in hand?"""

    openid: str
    application_id: int
    post: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Applied:
    """An application as its worker sees it."""

    id: int
    post: str
    publisher: str
    state: State
    starts_on: date | None
    got_paid: bool | None
    words: str = ""  # of the employer
    district: str = ""
    place: str = ""


class Why(StrEnum):
    """Why somebody cannot apply."""

    OVER = "over"
    TWICE = "twice"
    DISAGREED = "disagreed"
    UNKNOWN = "unknown"


class Refused(Exception):
    """That cannot be done; the handler says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


async def apply(session: AsyncSession, openid: str, wish: Wish, now: datetime) -> Applied:
    """Raises Refused. Who withdrew may apply again."""
    if not wish.agree:
        raise Refused(Why.DISAGREED)
    listing = await listings.numbered(session, wish.listing)
    if listing is None or not listings.holds(listing, now):
        raise Refused(Why.OVER)
    whose = JobApplicationRow.listing_id == wish.listing, JobApplicationRow.openid == openid
    row = await session.scalar(sa.select(JobApplicationRow).where(*whose).with_for_update())
    if row is not None and row.state != State.WITHDRAWN:
        raise Refused(Why.TWICE)
    row = row or JobApplicationRow(listing_id=wish.listing, openid=openid, words="")
    row.name, row.phone, row.consent = wish.name, wish.phone, CONSENT
    row.applied_at, row.state = now, State.SENT
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:  # another message of the same worker was quicker
        raise Refused(Why.TWICE) from None
    await consents.give(session, openid, Purpose.JOBS, CONSENT, now)
    return Applied(row.id, listing.post, listing.publisher, State.SENT, None, None)


async def due(session: AsyncSession, now: datetime) -> Sequence[StartAsked | PayAsked]:
    """The follow-ups that are due and were not asked: the day after the start, and after the pay day."""
    local = now.astimezone(CHINA)
    if local.time() < _ASKED_FROM:
        return ()
    rows = await session.execute(
        sa.select(JobApplicationRow, ListingRow)
        .join(ListingRow, ListingRow.id == JobApplicationRow.listing_id)
        .where(JobApplicationRow.state == State.HIRED, JobApplicationRow.start_due_on < local.date())
        .where(JobApplicationRow.pay_asked_at.is_(None), JobApplicationRow.got_paid.is_(None))
        .where(JobApplicationRow.started.is_not(False))
        .with_for_update(of=JobApplicationRow)
    )
    facts: list[StartAsked | PayAsked] = []
    for row, listing in rows:
        if _asks_start(row):
            row.start_asked_at = now
            facts.append(StartAsked(row.openid, row.id, listing.post, listing.publisher))
        elif _pay_day(row, listing.paid) <= local.date():
            row.pay_asked_at = now
            facts.append(PayAsked(row.openid, row.id, listing.post, listing.publisher))
    await session.flush()
    return facts


def _asks_start(row: JobApplicationRow) -> bool:
    """Not yet, or put off since."""
    if row.started is not None or row.start_due_on is None:
        return False
    return row.start_asked_at is None or china_day(row.start_asked_at) <= row.start_due_on


def _pay_day(row: JobApplicationRow, paid: str) -> date:
    """When to ask for the first pay; of a worker who did not say whether they started, not right after that."""
    after = _PAID_AFTER.get(paid, _PAID_AFTER["month"])
    if row.started and row.starts_on is not None:
        return row.starts_on + after
    if row.start_due_on is None or row.start_asked_at is None:
        return date.max
    return max(row.start_due_on + after, china_day(row.start_asked_at) + _SILENT_FOR)


async def note_start(
    session: AsyncSession, openid: str, application_id: int, started: bool, now: datetime
) -> Applied:
    """The worker's answer to StartAsked; where no day of start holds, it is the day of the answer. Raises Refused."""
    row, listing = await locked(session, application_id, openid)
    row.started = started
    if started and (row.starts_on is None or (row.start_due_on or row.starts_on) > row.starts_on):
        row.starts_on = row.start_due_on = china_day(now)
    await session.flush()
    return _applied(row, listing)


async def put_off(session: AsyncSession, openid: str, application_id: int, now: datetime) -> Applied:
    """The worker's answer to StartAsked that it has not begun yet: it is asked again. Raises Refused."""
    row, listing = await locked(session, application_id, openid)
    row.started, row.start_due_on = None, china_day(now) + _PUT_OFF
    await session.flush()
    return _applied(row, listing)


async def note_pay(session: AsyncSession, openid: str, application_id: int, paid: bool) -> Applied:
    """The worker's answer to PayAsked. Raises Refused."""
    row, listing = await locked(session, application_id, openid)
    row.got_paid = paid
    await session.flush()
    return _applied(row, listing)


async def withdraw(session: AsyncSession, openid: str, application_id: int) -> Applied:
    """Take an application back. Raises Refused."""
    row, listing = await locked(session, application_id, openid)
    if row.state not in _OPEN:
        raise Refused(Why.OVER)
    row.state = State.WITHDRAWN
    await session.flush()
    return _applied(row, listing)


async def withdraw_all(session: AsyncSession, openid: str) -> int:
    """Take back all that is open; returns how many."""
    which = JobApplicationRow.openid == openid, JobApplicationRow.state.in_(_OPEN)
    rows = (await session.scalars(sa.select(JobApplicationRow).where(*which).with_for_update())).all()
    for row in rows:
        row.state = State.WITHDRAWN
    await session.flush()
    return len(rows)


async def mine(session: AsyncSession, openid: str) -> list[Applied]:
    """What is open for a worker, the newest first; what was paid is over."""
    rows = await session.execute(
        sa.select(JobApplicationRow, ListingRow)
        .join(ListingRow, ListingRow.id == JobApplicationRow.listing_id)
        .where(JobApplicationRow.openid == openid, JobApplicationRow.state.in_(_OPEN))
        .where(JobApplicationRow.got_paid.is_not(True))
        .order_by(JobApplicationRow.id.desc())
    )
    return [_applied(row, listing) for row, listing in rows]


async def locked(
    session: AsyncSession, id: int, openid: str | None = None
) -> tuple[JobApplicationRow, ListingRow]:
    """An application, locked, with its listing; raises Refused, also for another worker's."""
    row = await session.scalar(
        sa.select(JobApplicationRow).where(JobApplicationRow.id == id).with_for_update()
    )
    if row is None or openid not in (None, row.openid):
        raise Refused(Why.UNKNOWN)
    return row, await session.get_one(ListingRow, row.listing_id)


def _applied(row: JobApplicationRow, listing: ListingRow) -> Applied:
    told = State(row.state), row.starts_on, row.got_paid, row.words
    return Applied(row.id, listing.post, listing.publisher, *told, listing.district, listing.place)
