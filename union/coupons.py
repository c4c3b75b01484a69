"""Whoever comes first has a pack, one each; a code for each, which staff redeem once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.sealing import Blind
from union.courses import Audience
from union.members import MemberRow
from union.packs import Pack, PackRow, find, pack_of
from union.rights import Right, Staff, demand

SCENE = "pack:"  # how the scene of a coupon's QR code begins; its code follows
PREFIX = "LB"
# Without what is mistaken for something else when it is read out or typed.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LETTERS = 8


class CouponRow(Base):
    """One pack of one worker; the blind index stays when the worker is erased, so that nobody comes twice."""

    __tablename__ = "pack_coupons"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pack_id: Mapped[int] = mapped_column(sa.ForeignKey("packs.id"))
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    openid_blind: Mapped[str] = mapped_column(Blind("pack_coupons.openid"))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("members.id"))
    number: Mapped[int] = mapped_column(sa.Integer)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    redeemed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    redeemed_by: Mapped[str | None] = mapped_column(sa.String(32))

    __table_args__ = (
        sa.UniqueConstraint("pack_id", "openid"),
        sa.UniqueConstraint("pack_id", "openid_blind"),
        sa.UniqueConstraint("pack_id", "member_id"),
        sa.UniqueConstraint("pack_id", "number"),
    )


@dataclass(frozen=True, slots=True)
class Coupon:
    """A worker's own; `number` 1 came first."""

    pack: Pack
    number: int
    code: str
    taken_at: datetime
    redeemed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CouponRedeemed:
    """A worker was handed the pack."""

    openid: str
    pack: Pack


class Why(StrEnum):
    """Why somebody gets none, or a code is not worth anything."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    GONE = "gone"  # others were quicker
    MEMBERS_ONLY = "members_only"
    OTHER_WORK = "other_work"
    HAD = "had"  # has had it, by this or another way
    REDEEMED = "redeemed"  # the code, already
    TOO_LATE = "too_late"  # to be redeemed


class Refused(Exception):
    """No pack, or no redeeming; `pack` is the one it was about, `at` when it was redeemed before."""

    def __init__(self, why: Why, pack: Pack | None = None, at: datetime | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.pack = pack
        self.at = at


async def take(session: AsyncSession, openid: str, pack_id: int, now: datetime) -> Coupon:
    """A pack for this worker, or the one they have already. Raises Refused.

    Once they are gone nobody waits for anybody: the count is read without a lock.
    """
    pack = await find(session, pack_id)
    if pack is None:
        raise Refused(Why.UNKNOWN)
    if (own := await _own(session, openid, pack)) is not None:
        return own
    member = await _entitled(session, openid, pack, now)
    counted = await session.scalar(
        sa.update(PackRow)
        .where(PackRow.id == pack_id, PackRow.taken < PackRow.amount, PackRow.closed_at.is_(None))
        .values(taken=PackRow.taken + 1, numbered=PackRow.numbered + 1)
        .returning(PackRow.numbered)
        .execution_options(synchronize_session=False)
    )
    if counted is None:
        raise Refused(Why.GONE, pack)
    row = CouponRow(
        pack_id=pack_id,
        openid=openid,
        openid_blind=openid,
        member_id=member,
        number=counted,
        code=_new_code(),
        taken_at=now,
    )
    session.add(row)
    await session.flush()
    return _coupon(row, pack)


async def check(session: AsyncSession, openid: str, pack: Pack, now: datetime) -> None:
    """Raises Refused where this worker would get none now."""
    if await _own(session, openid, pack) is None:
        await _entitled(session, openid, pack, now)


async def _own(session: AsyncSession, openid: str, pack: Pack) -> Coupon | None:
    # By the openid too: a blind index is of the key that was the newest then.
    mine = (CouponRow.openid_blind == openid) | (CouponRow.openid == openid)
    row = await session.scalar(sa.select(CouponRow).where(CouponRow.pack_id == pack.id, mine))
    if row is not None and row.openid != openid:
        raise Refused(Why.HAD, pack)  # before they were erased
    return None if row is None else _coupon(row, pack)


async def _entitled(session: AsyncSession, openid: str, pack: Pack, now: datetime) -> int | None:
    """The member's row, of one who is a member. Raises Refused for whoever may not have the pack."""
    if pack.closed or pack.closes_at <= now:
        raise Refused(Why.CLOSED, pack)
    if pack.opens_at > now:
        raise Refused(Why.NOT_YET, pack)
    if pack.left <= 0:
        raise Refused(Why.GONE, pack)
    found = sa.select(MemberRow.id, MemberRow.work).where(
        MemberRow.openid == openid, MemberRow.left_at.is_(None)
    )
    member = (await session.execute(found)).first()
    if member is None and (pack.audience is Audience.MEMBERS or pack.work):
        raise Refused(Why.MEMBERS_ONLY, pack)
    if member is None:
        return None
    if pack.work and member.work != pack.work:
        raise Refused(Why.OTHER_WORK, pack)
    had = sa.select(CouponRow.id).where(CouponRow.pack_id == pack.id, CouponRow.member_id == member.id)
    if await session.scalar(had) is not None:
        raise Refused(Why.HAD, pack)
    return int(member.id)


async def give_back(session: AsyncSession, openid: str, code: str = "") -> int:
    """Coupons that were not redeemed, or the one of that code, are there for others again; returns how many."""
    which = [CouponRow.openid == openid, CouponRow.redeemed_at.is_(None)]
    gone = await session.scalars(
        sa.delete(CouponRow)
        .where(*which, *([CouponRow.code == code] if code else []))
        .returning(CouponRow.pack_id)
        .execution_options(synchronize_session=False)
    )
    packs = sorted(gone)
    for pack_id in packs:
        back = sa.update(PackRow).where(PackRow.id == pack_id).values(taken=PackRow.taken - 1)
        await session.execute(back.execution_options(synchronize_session=False))
    return len(packs)


async def redeem(
    session: AsyncSession, staff: Staff, code: str, now: datetime
) -> tuple[Coupon, CouponRedeemed]:
    """Hand the pack over, once. Raises Refused, and Forbidden for staff who may not do that there."""
    row = await session.scalar(
        sa.select(CouponRow)
        .where(CouponRow.code == plain(code))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    pack = None if row is None else await find(session, row.pack_id)
    if row is None or pack is None:
        raise Refused(Why.UNKNOWN)
    demand(staff, Right.REDEEM, pack.district)
    if row.redeemed_at is not None:
        raise Refused(Why.REDEEMED, pack, row.redeemed_at)
    if pack.redeem_until <= now:
        raise Refused(Why.TOO_LATE, pack)
    row.redeemed_at, row.redeemed_by = now, staff.id
    await session.flush()
    return _coupon(row, pack), CouponRedeemed(row.openid, pack)


async def mine(session: AsyncSession, openid: str) -> Sequence[Coupon]:
    """The worker's own coupons, the newest first."""
    rows = await session.execute(
        sa.select(CouponRow, PackRow)
        .join(PackRow, PackRow.id == CouponRow.pack_id)
        .where(CouponRow.openid == openid)
        .order_by(CouponRow.id.desc())
    )
    return [_coupon(row, pack_of(pack)) for row, pack in rows]


async def coupon(session: AsyncSession, openid: str, code: str) -> Coupon | None:
    """That of the worker's own with this code."""
    return next((one for one in await mine(session, openid) if one.code == code), None)


def plain(code: str) -> str:
    """As it is kept, however it was typed: in capitals, without blanks and hyphens."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _coupon(row: CouponRow, pack: Pack) -> Coupon:
    return Coupon(pack, row.number, row.code, row.taken_at, row.redeemed_at)


def _new_code() -> str:
    return PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
