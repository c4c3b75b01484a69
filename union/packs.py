"""Packs for members: what is in them, how many there are, for whom and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from union.courses import CODE_LETTERS, PLACE_LETTERS, TITLE_LETTERS, Audience

DETAILS_LETTERS = 300


class PackRow(Base):
    """`taken` counts the coupons that are out, `numbered` all that ever were; both are counted up in one statement."""

    __tablename__ = "packs"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(CODE_LETTERS), unique=True)
    title: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    details: Mapped[str] = mapped_column(sa.Text)
    district: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    place: Mapped[str] = mapped_column(sa.String(PLACE_LETTERS))
    audience: Mapped[str] = mapped_column(sa.String(16))
    work: Mapped[str] = mapped_column(sa.String(32))
    amount: Mapped[int] = mapped_column(sa.Integer)
    taken: Mapped[int] = mapped_column(sa.Integer)
    numbered: Mapped[int] = mapped_column(sa.Integer)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    redeem_until: Mapped[datetime] = mapped_column(UTCDateTime)
    sample: Mapped[bool] = mapped_column(sa.Boolean)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Empty where it was published before this was noted.
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it is told; `left` are those that nobody has taken."""

    id: int
    code: str
    title: str
    details: str
    district: str
    place: str
    audience: Audience
    work: str
    amount: int
    left: int
    opens_at: datetime
    closes_at: datetime
    redeem_until: datetime
    sample: bool
    closed: bool


async def find(session: AsyncSession, pack_id: int) -> Pack | None:
    row = await session.scalar(_newest(PackRow.id == pack_id))
    return None if row is None else pack_of(row)


async def find_code(session: AsyncSession, code: str) -> Pack | None:
    row = await session.scalar(_newest(PackRow.code == code))
    return None if row is None else pack_of(row)


async def open_ones(session: AsyncSession, now: datetime) -> Sequence[Pack]:
    """What can be had, or soon; also what is gone already. The first to open comes first."""
    which = PackRow.closed_at.is_(None) & (PackRow.closes_at > now)
    rows = await session.scalars(_newest(which).order_by(PackRow.opens_at, PackRow.id))
    return [pack_of(row) for row in rows]


def pack_of(row: PackRow) -> Pack:
    return Pack(
        row.id,
        row.code,
        row.title,
        row.details,
        row.district,
        row.place,
        Audience(row.audience),
        row.work,
        row.amount,
        max(0, row.amount - row.taken),
        row.opens_at,
        row.closes_at,
        row.redeem_until,
        row.sample,
        row.closed_at is not None,
    )


def _newest(which: sa.ColumnElement[bool]) -> sa.Select[PackRow]:
    # Within a turn the count goes up behind the back of what was loaded.
    return sa.select(PackRow).where(which).execution_options(populate_existing=True)
