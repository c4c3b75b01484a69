"""A member who unfollowed and came back proves who they are, and is bound to the roll again without staff."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from union import accesses, members, organisations
from union.members import AlreadyMember, Member, MemberRow, NothingOpen

# Wrong ones within a day: of one WeChat, and on one member by whomever.
TRIES = 3
_TRIES_ON_ONE = 5
_WITHIN = timedelta(days=1)


class ProofRow(Base):
    """A proof that did not hold; what was typed is not kept."""

    __tablename__ = "member_proofs"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("members.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Proof:
    """All three as they stand in the roll."""

    mobile: str
    name: str
    number: str


class WrongProof(Exception):
    """Something of it is not so; which, nobody is told. `left` is how many tries there are today."""

    def __init__(self, left: int) -> None:
        super().__init__(f"wrong, {left} left")
        self.left = left


class TooManyTries(Exception):
    """This WeChat, or all for this member, tried too often today."""


class BoundElsewhere(Exception):
    """The member has another WeChat: staff look at it."""


async def come_back(session: AsyncSession, openid: str, proof: Proof, now: datetime) -> Member:
    """Bind a member whom no WeChat belongs to. Raises WrongProof, TooManyTries, BoundElsewhere and AlreadyMember.

    The caller must keep what this wrote although it raised, or nobody's tries are counted.
    """
    if await members.member(session, openid) is not None:
        raise AlreadyMember(own=True)
    tries = await _tries(session, ProofRow.openid == openid, now)
    if tries >= TRIES:
        raise TooManyTries
    found = sa.select(MemberRow).where(MemberRow.number == proof.number, MemberRow.left_at.is_(None))
    row = await session.scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is not None and await _tries(session, ProofRow.member_id == row.id, now) >= _TRIES_ON_ONE:
        raise TooManyTries
    if row is None or (row.name, row.mobile) != (proof.name, proof.mobile):
        session.add(ProofRow(openid=openid, member_id=None if row is None else row.id, at=now))
        await session.flush()
        raise WrongProof(TRIES - tries - 1)
    if row.openid is not None:
        raise BoundElsewhere
    return await _bind(session, row, openid, now)


async def _bind(session: AsyncSession, row: MemberRow, openid: str, now: datetime) -> Member:
    with suppress(NothingOpen):
        await members.withdraw(session, openid, now)  # what they began as a stranger
    row.openid, row.changed_at = openid, now
    await accesses.log(session, "self", f"member:{row.number}", "came back by their own proof", now, openid)
    return members.told(row, (await organisations.organisation(session, row.organisation)).name)


async def _tries(session: AsyncSession, whose: sa.ColumnElement[bool], now: datetime) -> int:
    lately = sa.select(sa.func.count()).select_from(ProofRow).where(whose, ProofRow.at > now - _WITHIN)
    return await session.scalar(lately) or 0
