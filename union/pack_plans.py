"""What staff plan of packs, and how many of each were taken and handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union.coupons import CouponMoved, CouponRow
from union.course_plans import Published
from union.course_plans import Unfit as Unfit
from union.courses import PLACE_LETTERS, TITLE_LETTERS, Audience
from union.packs import DETAILS_LETTERS, Pack, PackRow, pack_of

# What whoever holds a code has left at least where its time is cut short: the notice may wait for the morning.
_LEAST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A pack as staff wrote it down; `work` "" is for all kinds of work."""

    code: str
    title: str
    amount: int
    opens_at: datetime
    closes_at: datetime
    redeem_until: datetime
    place: str
    details: str = ""
    district: str = ""
    audience: Audience = Audience.MEMBERS
    work: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A pack as it was added or changed; `out` codes are held and not redeemed, and `told` are those who hold them."""

    is_new: bool
    out: int = 0
    told: tuple[CouponMoved, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How a pack goes."""

    pack: Pack
    redeemed: int


async def bring(session: AsyncSession, plans: Sequence[Plan], now: datetime) -> Published:
    """Add new packs and change known ones. Raises Unfit, after which nothing may be committed."""
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    told: list[CouponMoved] = []
    # In a fixed order, so that two processes never wait for each other in a circle.
    for plan in sorted(plans, key=lambda plan: plan.code):
        row = await _locked(session, plan.code)
        if row is not None and _as_planned(row) == plan:
            done["unchanged"].append(plan.code)
            continue
        given = await publish(session, plan, now)
        told += given.told
        done["added" if given.is_new else "changed"].append(plan.code)
    return Published(tuple(done["added"]), tuple(done["changed"]), tuple(done["unchanged"]), tuple(told))


def _as_planned(row: PackRow) -> Plan:
    pack = pack_of(row)
    return Plan(
        pack.code,
        pack.title,
        pack.amount,
        pack.opens_at,
        pack.closes_at,
        pack.redeem_until,
        pack.place,
        pack.details,
        pack.district,
        pack.audience,
        pack.work,
        pack.sample,
    )


async def publish(session: AsyncSession, plan: Plan, now: datetime) -> Given:
    """Add a pack, or change the one of that code. Raises Unfit."""
    if not plan.opens_at < plan.closes_at <= plan.redeem_until or plan.redeem_until <= now:
        raise Unfit(f"{plan.code}: it opens, closes and is redeemed one after the other, and not in the past")
    _check_lengths(plan)
    row = await _locked(session, plan.code)
    if row is None:
        row = PackRow(code=plan.code, taken=0, numbered=0, published_at=now)
        session.add(row)
        _write(row, plan)
        await session.flush()
        return Given(is_new=True)
    if plan.amount < row.taken:
        raise Unfit(f"{plan.code}: {row.taken} are taken already")
    holders = await _holders(session, row.id)
    if holders and plan.redeem_until < min(row.redeem_until, now + _LEAST):
        raise Unfit(f"{plan.code}: {len(holders)} codes are out, which hold for a day from now at least")
    before = row.district, row.place, row.redeem_until
    _write(row, plan)
    await session.flush()
    is_moved = (plan.district, plan.place, plan.redeem_until) != before
    told = [CouponMoved(openid, pack_of(row)) for openid in holders] if is_moved else []
    return Given(False, len(holders), tuple(told))


def _write(row: PackRow, plan: Plan) -> None:
    row.title, row.details, row.district, row.place = plan.title, plan.details, plan.district, plan.place
    row.audience, row.work, row.amount, row.sample = plan.audience, plan.work, plan.amount, plan.sample
    row.opens_at, row.closes_at, row.redeem_until = plan.opens_at, plan.closes_at, plan.redeem_until


async def _holders(session: AsyncSession, pack_id: int) -> Sequence[str]:
    """Whose codes are out: they have not been redeemed."""
    out = CouponRow.pack_id == pack_id, CouponRow.redeemed_at.is_(None)
    return list(await session.scalars(sa.select(CouponRow.openid).where(*out).order_by(CouponRow.number)))


def _check_lengths(plan: Plan) -> None:
    """Raises Unfit for what would not fit into a message."""
    lengths = (
        ("title", plan.title, TITLE_LETTERS),
        ("place", plan.place, PLACE_LETTERS),
        ("details", plan.details, DETAILS_LETTERS),
    )
    for name, text, most in lengths:
        if len(text) > most:
            raise Unfit(f"{plan.code}: its {name} has {len(text)} letters, at most {most}")


async def close(session: AsyncSession, code: str, now: datetime) -> bool:
    """Give out no more; codes that are out hold. Whether it was open. Raises Unfit for an unknown code."""
    row = await _known(session, code)
    was_open = row.closed_at is None
    row.closed_at = row.closed_at or now
    await session.flush()
    return was_open


async def reopen(session: AsyncSession, code: str) -> bool:
    """Whether it was closed. Raises Unfit for an unknown code."""
    row = await _known(session, code)
    was_closed = row.closed_at is not None
    row.closed_at = None
    await session.flush()
    return was_closed


async def counts(session: AsyncSession, since: datetime) -> Sequence[Count]:
    """Packs that can be redeemed after that instant, the first to open first."""
    redeemed = (
        sa.select(sa.func.count())
        .where(CouponRow.pack_id == PackRow.id, CouponRow.redeemed_at.is_not(None))
        .scalar_subquery()
    )
    rows = await session.execute(
        sa.select(PackRow, redeemed)
        .where(PackRow.redeem_until > since)
        .order_by(PackRow.opens_at, PackRow.id)
    )
    return [Count(pack_of(row), count) for row, count in rows]


async def _known(session: AsyncSession, code: str) -> PackRow:
    row = await _locked(session, code)
    if row is None:
        raise Unfit(f"there is no pack {code}")
    return row


async def _locked(session: AsyncSession, code: str) -> PackRow | None:
    query = sa.select(PackRow).where(PackRow.code == code).with_for_update()
    return await session.scalar(query.execution_options(populate_existing=True))
