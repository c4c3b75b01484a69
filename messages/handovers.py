"""Requests for a person: a worker asked, and staff have not answered yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.bulk import BulkInsert


class Handover(Base):
    """One open request a worker; asking again while it is open changes nothing."""

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        sa.Index(
            "uq_handovers_open",
            "openid",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )


handovers = cast(sa.Table, Handover.__table__)
_ask = BulkInsert(
    handovers, ("openid", "asked_at"), "ON CONFLICT (openid) WHERE closed_at IS NULL DO NOTHING"
)


async def ask(connection: AsyncConnection, openids: Iterable[str], now: datetime) -> None:
    """Record that these workers want a person."""
    await _ask.execute(connection, [(openid, now) for openid in sorted(set(openids))])
