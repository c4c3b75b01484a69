"""An office with its senders over a channel, for whoever tests routes and refusals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import contacts, outbox, tickets
from messages.broadcasts import State, broadcasts
from messages.bulk_sender import BulkSender
from messages.contacts import Sighting
from messages.journal import Entry, Status
from messages.mailrooms import Mailroom
from messages.mass_sender import MassSender
from messages.outbox import Lane
from messages.routes import USUAL, Rates
from messages.tickets import Proof, Template
from tests.messages.channels import RecordingChannel
from tests.messages.conftest import Journal

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # nine in Beijing
LATE = MORNING + timedelta(days=3)
BODY = "关于高温津贴的通知\n请各位师傅注意防暑。"


@dataclass
class Clock:
    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def moves(self, **by: float) -> None:
        self.now += timedelta(**by)


async def work_of(connection: AsyncConnection, openids: Collection[str]) -> Mapping[str, str]:
    return {one: "rider" for one in openids if one.startswith("rider")}


class Office:
    """A journal with its senders, and shorthand for what several tests do."""

    def __init__(self, book: Journal) -> None:
        self.book = book
        self.database = book.database
        self.channel = RecordingChannel()
        self.clock = Clock()
        self.bulk = self.sender("p1")
        self.masses = MassSender(self.mailroom("p1"))

    def sender(self, name: str) -> BulkSender:
        return BulkSender(self.mailroom(name))

    def mailroom(self, name: str, rates: Rates = USUAL) -> Mailroom:
        """Of a process of that name."""
        return Mailroom(self.database, self.channel, name, self.clock, work_of, rates)

    async def broadcast(self, *openids: str, state: State = State.RUNNING, **given: Any) -> int:
        """A broadcast to these, expanded; by default not urgent, not by mass and of no topic."""
        values = {
            "name": "通知", "kind": "text", "text": BODY, "title": "", "url": "", "audience": "{}", "safety": False,
            "mass": False, "topic": "", "state": state, "author": "s1", "created_at": MORNING, "until": LATE,
            "expanded_at": MORNING, **given,
        }  # fmt: skip
        async with self.database.connect() as connection:
            entered = sa.insert(broadcasts).values(values).returning(broadcasts.c.id)
            number = int((await connection.execute(entered)).scalar_one())
            lane = Lane.SAFETY if values["safety"] else Lane.BULK
            await outbox.expand(connection, number, openids, BODY, lane, values["until"], self.clock())
        return number

    async def writes(self, *openids: str, ago: timedelta = timedelta(), kind: str = "text") -> None:
        """Each has written so long ago."""
        at = self.clock() - ago
        entries = [Entry(f"{one}-{at}-{kind}", one, kind, "问", at, Status.DONE) for one in openids]
        await self.book.enters(*entries, now=at)
        async with self.database.connect() as connection:
            await contacts.note(connection, [Sighting(one, at) for one in openids])

    async def consents(
        self, *openids: str, template: str = "T1", times: int = 1, lasting: bool = False
    ) -> None:
        async with self.database.write() as session:
            declared = Template("welfare", template, lasting, {"thing1": "title", "time2": "date"})
            await tickets.declare(session, declared, "s1", MORNING)
            for one in openids * times:
                await tickets.grant(session, one, template, self.clock(), Proof.POPUP)

    async def runs(self) -> None:
        """Until nothing more can be done now."""
        while await self.bulk.deliver_due() + await self.masses.deliver_due():
            pass

    async def stands(self) -> dict[str, tuple[str, str | None]]:
        rows = [row for row in await self.book.rows("out") if row.broadcast_id is not None or row.lane]
        return {row.openid: (row.status, row.via) for row in rows}

    async def state(self, number: int) -> Any:
        query = sa.select(broadcasts).where(broadcasts.c.id == number)
        async with self.database.read() as session:
            return (await session.execute(query)).one()
