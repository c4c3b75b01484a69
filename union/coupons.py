"""Whoever comes first has a pack, one each; a code for each, which staff redeem once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class CouponMoved:
    """Where or until when a pack is handed over has changed for one who has not been there; `pack` is as it is now."""

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
    OWN = "own"  # staff do not hand over to themselves
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

    One look, and where there are none left nobody waits for anybody: a crowd stands behind.
    """
    seen = await _look(session, openid, pack_id)
    if seen.own is not None:
        return seen.own
    _check_entitled(seen, now)
    # Staff may have moved it while this waited for its row: their notice went to those who had one by then.
    found = await session.execute(
        sa.update(PackRow)
        .where(PackRow.id == pack_id, PackRow.taken < PackRow.amount, PackRow.closed_at.is_(None))
        .values(taken=PackRow.taken + 1, numbered=PackRow.numbered + 1)
        .returning(PackRow.numbered, PackRow.district, PackRow.place, PackRow.redeem_until)
        .execution_options(synchronize_session=False)
    )
    if (counted := found.one_or_none()) is None:
        raise Refused(Why.GONE, seen.pack)
    number, district, place, redeem_until = counted
    row = CouponRow(
        pack_id=pack_id,
        openid=openid,
        openid_blind=openid,
        member_id=seen.member,
        number=number,
        code=_new_code(),
        taken_at=now,
    )
    session.add(row)
    await session.flush()
    return _coupon(row, replace(seen.pack, district=district, place=place, redeem_until=redeem_until))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A pack as one worker stands to it; `member` and `work` of one who is a member, `had` by another way."""

    pack: Pack
    member: int | None
    work: str | None
    own: Coupon | None
    had: bool


async def _look(session: AsyncSession, openid: str, pack_id: int) -> _Seen:
    """Raises Refused where there is no such pack."""
    is_member = (MemberRow.openid == openid) & MemberRow.left_at.is_(None)
    # By the openid too, for a blind index is of the key that was the newest then; erased ones are known by it alone.
    whose = (
        (CouponRow.openid == openid)
        | (CouponRow.openid_blind == openid)
        | (CouponRow.member_id == MemberRow.id)
    )
    found = await session.execute(
        sa.select(PackRow, MemberRow.id, MemberRow.work, CouponRow)
        .select_from(PackRow)
        .outerjoin(MemberRow, is_member)
        .outerjoin(CouponRow, (CouponRow.pack_id == PackRow.id) & whose)
        .where(PackRow.id == pack_id)
        .execution_options(populate_existing=True)
    )
    rows = found.all()
    if not rows:
        raise Refused(Why.UNKNOWN)
    pack = pack_of(rows[0][0])
    coupons = [row[3] for row in rows if row[3] is not None]
    own = next((one for one in coupons if one.openid == openid), None)
    return _Seen(pack, rows[0][1], rows[0][2], None if own is None else _coupon(own, pack), bool(coupons))


def _check_entitled(seen: _Seen, now: datetime) -> None:
    """Raises Refused for whoever may not have the pack, or came too early or too late."""
    pack = seen.pack
    for_members = pack.audience is Audience.MEMBERS or bool(pack.work)
    reasons = (
        (seen.had, Why.HAD),
        (pack.closed or pack.closes_at <= now, Why.CLOSED),
        (pack.opens_at > now, Why.NOT_YET),
        (pack.left <= 0, Why.GONE),
        (for_members and seen.member is None, Why.MEMBERS_ONLY),
        (bool(pack.work) and seen.work != pack.work, Why.OTHER_WORK),
    )
    for holds, why in reasons:
        if holds:
            raise Refused(why, pack)


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
    if row.openid == staff.openid:
        raise Refused(Why.OWN, pack)
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
    """As it is kept, however it was typed: in capitals, without blanks and hyphens, with its beginning."""
    kept = "".join(letter for letter in code.upper() if letter.isalnum())
    return kept if kept.startswith(PREFIX) else f"{PREFIX}{kept}"


def _coupon(row: CouponRow, pack: Pack) -> Coupon:
    return Coupon(pack, row.number, row.code, row.taken_at, row.redeemed_at)


def _new_code() -> str:
    return PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
