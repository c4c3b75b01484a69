"""Job listings: brought in, checked, approved by a named person, found again, and over in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import CHINA, Base, Id, UTCDateTime
from storage.sealing import Sealed
from union import job_words, listing_pairs, listing_rules, pays, rights
from union.listing_rules import Breach, Offer
from union.rights import Right, Staff

CODE_LETTERS, POST_LETTERS, PLACE_LETTERS, DETAILS_LETTERS = 32, 64, 128, 400


_DAY = timedelta(days=1)


class State(StrEnum):
    """What has become of a listing."""

    WAITING = "waiting"
    OPEN = "open"
    REFUSED = "refused"
    CLOSED = "closed"


class ListingRow(Base):
    """One listing. Found only while it is open and not expired; `published_at` orders what is found."""

    __tablename__ = "listings"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(CODE_LETTERS), unique=True)
    source: Mapped[str] = mapped_column(sa.String(16))
    post: Mapped[str] = mapped_column(sa.String(POST_LETTERS))
    trade: Mapped[str] = mapped_column(sa.String(16))
    kind: Mapped[str] = mapped_column(sa.String(16))
    pay: Mapped[str] = mapped_column(sa.String(64))
    pay_high: Mapped[float] = mapped_column(sa.Float)
    pay_unit: Mapped[str] = mapped_column(sa.String(16))
    paid: Mapped[str] = mapped_column(sa.String(16))
    district: Mapped[str] = mapped_column(sa.String(64))
    place: Mapped[str] = mapped_column(sa.String(PLACE_LETTERS))
    hours: Mapped[str] = mapped_column(sa.String(64))
    wanted: Mapped[int] = mapped_column(sa.Integer)
    publisher: Mapped[str] = mapped_column(sa.String(128))
    licence: Mapped[str] = mapped_column(sa.String(18))
    contact: Mapped[str] = mapped_column(Sealed("listings.contact"))
    details: Mapped[str] = mapped_column(sa.Text)
    sample: Mapped[bool] = mapped_column(sa.Boolean)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_by: Mapped[str | None] = mapped_column(sa.String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Stays, whatever is decided afterwards.
    approved_by: Mapped[str | None] = mapped_column(sa.String(64))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # What is suspected in its words, and why that was published; "" where nothing was.
    overruled: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When staff were told of applicants, and when one of them looked.
    applicants_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    applicants_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        sa.Index("ix_listings_state_trade_district", "state", "trade", "district", "published_at"),
        sa.Index("ix_listings_state_district", "state", "district", "published_at"),
        sa.Index("ix_listings_state_trade", "state", "trade", "published_at"),
        sa.Index("ix_listings_state_pay_unit", "state", "pay_unit", "published_at"),
        sa.Index("ix_listings_state_published_at", "state", "published_at"),
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """A listing as a station or a company wrote it down."""

    code: str
    source: str
    post: str
    kind: str
    pay: str
    paid: str
    district: str
    place: str
    hours: str
    wanted: int
    publisher: str
    licence: str
    contact: str
    details: str
    expires: date
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing as workers are told of it."""

    id: int
    code: str
    post: str
    trade: str
    kind: str
    pay: str
    paid: str
    district: str
    place: str
    hours: str
    wanted: int
    publisher: str
    contact: str
    details: str
    sample: bool
    expires_at: datetime
    state: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A listing as staff see it: who decided last, who approved it last, and against which suspicion and why."""

    listing: Listing
    reason: str
    decided_by: str
    approved_by: str
    approved_at: datetime | None
    overruled: str


@dataclass(frozen=True, slots=True)
class Brought:
    """Codes by what became of them; `refused` with the rules they break."""

    waiting: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[tuple[str, tuple[Breach, ...]], ...]


class NoListing(Exception):
    """There is no such listing, or not in that state any more; says which, with the reason where it was refused."""


class Broken(Exception):
    """A listing breaks a rule by now, so that nobody may approve it."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__("; ".join(map(str, breaches)))
        self.breaches = tuple(breaches)


async def bring(session: AsyncSession, plans: Sequence[Plan], now: datetime) -> Brought:
    """Take listings in by their codes: new and changed ones wait for approval, those that break a rule are refused."""
    rows = await session.scalars(
        sa.select(ListingRow).where(ListingRow.code.in_([plan.code for plan in plans])).with_for_update()
    )
    known = {row.code: row for row in rows}
    waiting, unchanged, refused = [], [], []
    for plan in plans:
        row = known.get(plan.code)
        values = _values(plan)
        if (
            row is not None
            and row.state != State.CLOSED
            and all(getattr(row, name) == one for name, one in values.items())
        ):
            unchanged.append(plan.code)
            continue
        breaches = listing_rules.check(_offer(plan, plan.expires), _day(now))
        row = row or ListingRow(code=plan.code)
        for name, value in values.items():
            setattr(row, name, value)
        row.state = State.REFUSED if breaches else State.WAITING
        row.reason = "; ".join(map(str, breaches))
        row.decided_by = row.decided_at = row.published_at = None
        session.add(row)
        if breaches:
            refused.append((plan.code, breaches))
        else:
            waiting.append(plan.code)
    await session.flush()
    await _pair(session, [plan.code for plan in plans])
    return Brought(tuple(waiting), tuple(unchanged), tuple(refused))


async def approve(
    session: AsyncSession, staff: Staff, code: str, now: datetime, despite: str | None = None
) -> Listing:
    """Publish a listing that no person refused. Raises NoListing, Forbidden, and Broken when it breaks a rule by now.

    `despite` is the reason, which is kept, to do so against what the rules suspect in its words; raises Unexplained.
    """
    if despite is not None:
        listing_rules.demand_reason(despite)
    row = await _locked(session, code, State.WAITING, State.REFUSED)
    rights.demand(staff, Right.VET, row.district)
    if row.state == State.REFUSED and row.decided_by:
        raise NoListing(f"{code} is refused ({row.reason})")
    breaches = listing_rules.check(_offer(row, _day(row.expires_at) - _DAY), _day(now))
    if broken := [one for one in breaches if despite is None or not one.is_suspicion]:
        raise Broken(broken)
    row.state, row.reason = State.OPEN, ""
    row.overruled = f"{despite}（{'; '.join(map(str, breaches))}）" if breaches else ""
    row.decided_by = row.approved_by = staff.id
    row.decided_at = row.approved_at = row.published_at = now
    await session.flush()
    return listing_of(row)


async def refuse(session: AsyncSession, staff: Staff, code: str, reason: str, now: datetime) -> Listing:
    """Keep a listing that waits, or take back one that is open, with the reason. Raises NoListing and Forbidden."""
    row = await _locked(session, code, State.WAITING, State.OPEN)
    rights.demand(staff, Right.VET, row.district)
    row.state, row.reason, row.decided_by, row.decided_at = State.REFUSED, reason, staff.id, now
    await session.flush()
    return listing_of(row)


async def close(session: AsyncSession, staff: Staff, code: str, now: datetime) -> Listing:
    """The post is filled or withdrawn. Raises NoListing and Forbidden."""
    row = await _locked(session, code, State.WAITING, State.OPEN)
    rights.demand(staff, Right.VET, row.district)
    row.state, row.decided_by, row.decided_at = State.CLOSED, staff.id, now
    await session.flush()
    return listing_of(row)


async def numbered(session: AsyncSession, id: int) -> Listing | None:
    row = await session.get(ListingRow, id)
    return None if row is None else listing_of(row)


async def coded(session: AsyncSession, code: str) -> Listing:
    """Raises NoListing."""
    row = await session.scalar(sa.select(ListingRow).where(ListingRow.code == code))
    if row is None:
        raise NoListing(f"there is no listing {code}")
    return listing_of(row)


async def listed(session: AsyncSession, state: State | None = None) -> list[Decided]:
    """For staff, the oldest first."""
    rows = sa.select(ListingRow).order_by(ListingRow.id)
    found = await session.scalars(rows if state is None else rows.where(ListingRow.state == state))
    return [
        Decided(
            listing_of(row),
            row.reason,
            row.decided_by or "",
            row.approved_by or "",
            row.approved_at,
            row.overruled,
        )
        for row in found
    ]


def holds(listing: Listing, now: datetime) -> bool:
    """Whether somebody can still apply."""
    return listing.state == State.OPEN and listing.expires_at > now


async def _pair(session: AsyncSession, codes: Sequence[str]) -> None:
    its = ListingRow
    told = sa.select(its.id, its.post, its.pay, its.details, its.hours).where(its.code.in_(codes))
    rows = await session.execute(told)
    await listing_pairs.keep(session, {row.id: (row.post, "，".join(row[1:])) for row in rows})


async def _locked(session: AsyncSession, code: str, *states: State) -> ListingRow:
    row = await session.scalar(sa.select(ListingRow).where(ListingRow.code == code).with_for_update())
    if row is None:
        raise NoListing(f"there is no listing {code}")
    if row.state not in states:
        raise NoListing(f"{code} is {row.state}" + (f" ({row.reason})" if row.reason else ""))
    return row


def _values(plan: Plan) -> dict[str, object]:
    """As they are kept; a pay that cannot be read is refused by the rules and stands as 0."""
    named = ("source", "post", "kind", "pay", "paid", "district", "place", "hours", "wanted", "publisher")
    values: dict[str, object] = {
        name: getattr(plan, name) for name in (*named, "licence", "contact", "details", "sample")
    }
    try:
        pay = pays.read(plan.pay)
        values |= {"pay_high": pay.high, "pay_unit": pay.unit}
    except pays.NoPay:
        values |= {"pay_high": 0.0, "pay_unit": ""}
    ends = datetime.combine(plan.expires + _DAY, time(), CHINA)
    return values | {"trade": job_words.trade_of(plan.post), "expires_at": ends}


def _offer(of: Plan | ListingRow, expires: date) -> Offer:
    named = "post", "pay", "details", "hours", "publisher", "licence", "contact"
    return Offer(**{name: getattr(of, name) for name in named}, expires=expires)


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def listing_of(row: ListingRow) -> Listing:
    return Listing(**{name: getattr(row, name) for name in Listing.__slots__})
