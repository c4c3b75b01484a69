"""The union's own people: who they are, and which WeChat is theirs."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.sealing import Blind
from union.rights import Right, Role, Staff, may

CODE_LASTS = timedelta(minutes=15)
_TRIES = 5
_TRIES_WITHIN = timedelta(hours=1)


class StaffRow(Base):
    """One person of the union's; `roles` are words with blanks between them."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    roles: Mapped[str] = mapped_column(sa.String(128))
    district: Mapped[str] = mapped_column(sa.String(64))
    openid: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    active: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.true())
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BindingRow(Base):
    """The open code of a staff member, of which only a keyed hash is kept. It goes when it is used."""

    __tablename__ = "staff_bindings"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Blind("staff_bindings.code"), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WrongCodeRow(Base):
    """A code that was none: who tries many is not heard for a while."""

    __tablename__ = "staff_wrong_codes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Unknown(Exception):
    """Nobody of that name is on the staff."""


class NameTaken(Exception):
    """Somebody of that name is on the staff already."""


class LastAdmin(Exception):
    """Nobody would be left who may give rights; the caller undoes it."""


class WrongCode(Exception):
    """No staff member has that code open."""


class TooManyTries(Exception):
    """This WeChat sent too many wrong codes."""


async def add(
    session: AsyncSession, name: str, roles: Collection[Role], district: str, now: datetime
) -> Staff:
    """Raises NameTaken. `district` "" is for the whole city."""
    if await session.scalar(sa.select(StaffRow.id).where(StaffRow.name == name)):
        raise NameTaken(name)
    row = StaffRow(name=name, roles=" ".join(sorted(roles)), district=district, added_at=now, active=True)
    session.add(row)
    await session.flush()
    return _staff(row)


async def change(
    session: AsyncSession, name: str, roles: Collection[Role], district: str, active: bool
) -> Staff:
    """Other roles, another district, or the end of somebody's rights. Raises Unknown, and LastAdmin."""
    row = await _row(session, name)
    # Two admins who end each other's rights at the same moment wait for each other here.
    locked = sa.select(StaffRow).order_by(StaffRow.id).with_for_update()
    everybody = list(await session.scalars(locked, execution_options={"populate_existing": True}))
    gives_rights = may(_staff(row), Right.STAFF)
    row.roles, row.district, row.active = " ".join(sorted(roles)), district, active
    if gives_rights and not any(may(_staff(one), Right.STAFF) for one in everybody):
        raise LastAdmin(name)
    await session.flush()
    return _staff(row)


async def named(session: AsyncSession, name: str) -> Staff:
    """Raises Unknown."""
    return _staff(await _row(session, name))


async def numbered(session: AsyncSession, id: str) -> Staff:
    """By the id that the journal names; raises Unknown."""
    row = await session.get(StaffRow, int(id)) if id.isdecimal() else None
    if row is None:
        raise Unknown(id)
    return _staff(row)


async def bound_to(session: AsyncSession, openid: str) -> Staff | None:
    """The active staff member whose WeChat that is."""
    row = await session.scalar(sa.select(StaffRow).where(StaffRow.openid == openid, StaffRow.active))
    return None if row is None else _staff(row)


async def everybody(session: AsyncSession) -> list[Staff]:
    return [_staff(row) for row in await session.scalars(sa.select(StaffRow).order_by(StaffRow.id))]


async def offer_code(session: AsyncSession, name: str, now: datetime) -> str:
    """Six digits by which that staff member can bind a WeChat, once and for a quarter of an hour; an older code dies."""
    row = await _row(session, name)
    await session.execute(sa.delete(BindingRow).where(BindingRow.staff_id == row.id))
    open_codes = BindingRow.expires_at > now - CODE_LASTS
    await session.execute(sa.delete(BindingRow).where(~open_codes))
    while True:
        code = f"{secrets.randbelow(1_000_000):06}"
        if not await session.scalar(sa.select(BindingRow.staff_id).where(BindingRow.code == code)):
            break
    session.add(BindingRow(staff_id=row.id, code=code, expires_at=now + CODE_LASTS))
    await session.flush()
    return code


async def bind(session: AsyncSession, code: str, openid: str, now: datetime) -> Staff:
    """Spend a code. Raises WrongCode for one that is wrong, spent or too old, TooManyTries after several of those.

    The caller must keep what this wrote although it raised, or nobody's tries are counted.
    """
    lately = WrongCodeRow.openid == openid, WrongCodeRow.at > now - _TRIES_WITHIN
    tries = await session.scalar(sa.select(sa.func.count()).select_from(WrongCodeRow).where(*lately))
    if (tries or 0) >= _TRIES:
        raise TooManyTries
    spent = await session.scalar(
        sa.delete(BindingRow)
        .where(BindingRow.code == code, BindingRow.expires_at > now)
        .returning(BindingRow.staff_id)
    )
    row = None if spent is None else await session.get(StaffRow, spent)
    if row is None or not row.active:
        session.add(WrongCodeRow(openid=openid, at=now))
        await session.flush()
        raise WrongCode
    # A WeChat belongs to one person: whoever had it before loses it.
    before = sa.update(StaffRow).where(StaffRow.openid == openid, StaffRow.id != row.id)
    await session.execute(before.values(openid=None))
    row.openid = openid
    await session.flush()
    return _staff(row)


async def _row(session: AsyncSession, name: str) -> StaffRow:
    row = await session.scalar(sa.select(StaffRow).where(StaffRow.name == name))
    if row is None:
        raise Unknown(name)
    return row


def _staff(row: StaffRow) -> Staff:
    roles = frozenset(Role(role) for role in row.roles.split())
    return Staff(str(row.id), row.name, roles, row.district, row.openid, row.active)
