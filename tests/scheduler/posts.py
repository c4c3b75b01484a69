"""The post of a year: what is queued arrives at once, but with the one who is silent only when they write."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from messages import claims, outbox
from messages.journal import Status, Via, messages
from storage.base import CHINA
from storage.database import Database

SILENT = "silent"
_TRAY = 100_000  # bytes: an answer that has room for everything
_AT_THE_PHONE = timedelta(hours=1)
_VIA = Via.CUSTOMER_SERVICE


@dataclass(frozen=True, slots=True)
class Line:
    """What has arrived; after half a year the journal has no words any more."""

    openid: str
    topic: str | None
    body: str
    queued_at: datetime
    at: datetime

    @property
    def local(self) -> datetime:
        return self.at.astimezone(CHINA)

    @property
    def asked_for(self) -> bool:
        """It rode on an answer, at whatever hour."""
        return self.openid == SILENT


@dataclass(slots=True)
class Post:
    """As the senders, for people who have all credits or none; the rules of tray and quiet hours are the product's."""

    database: Database
    clock: Callable[[], datetime]
    lines: list[Line] = field(default_factory=list)
    _spoke_at: datetime | None = None

    async def deliver(self) -> list[Line]:
        now = self.clock()
        async with self.database.connect() as connection:
            if await claims.has_ended(connection, now):
                await claims.expire(connection, now)
                await claims.wake(connection, now)
            due = messages.c.status == Status.QUEUED, messages.c.due_at <= now
            rows = (await connection.execute(sa.select(*_columns()).where(*due))).all()
            late = [row.id for row in rows if row.expires_at <= now]
            held = [row.id for row in rows if row.openid == SILENT and not self._is_at_the_phone(now)]
            sent = [row for row in rows if row.id not in {*late, *held}]
            await claims.mark(connection, late, status=Status.EXPIRED, due_at=None)
            await claims.mark(
                connection, held, status=Status.HELD, due_at=messages.c.expires_at, settled_at=now
            )
            ids = [row.id for row in sent]
            await claims.mark(connection, ids, status=Status.SENT, due_at=None, settled_at=now, via=_VIA)
            return self._note(sent, now)

    def _is_at_the_phone(self, now: datetime) -> bool:
        return self._spoke_at is not None and now <= self._spoke_at + _AT_THE_PHONE

    async def answer(self) -> list[Line]:
        """The silent one writes, at the hour at which it is told what has waited."""
        now = self._spoke_at = self.clock()
        async with self.database.connect() as connection:
            await outbox.ride(connection, SILENT, _TRAY, now)
            rode = messages.c.openid == SILENT, messages.c.reason == "rode", messages.c.settled_at == now
            done = await connection.execute(sa.select(*_columns()).where(*rode))
            return self._note(done, now)

    def _note(self, rows: Iterable[Any], now: datetime) -> list[Line]:
        ordered = sorted(rows, key=lambda row: int(row.id))
        new = [Line(row.openid, row.topic, row.body, row.created_at, now) for row in ordered]
        self.lines += new
        return new


def _columns() -> list[sa.Column[object]]:
    return [messages.c[name] for name in ("id", "openid", "topic", "body", "created_at", "expires_at")]
