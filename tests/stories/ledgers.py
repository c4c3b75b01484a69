"""What holds of the bot's books after whatever people did, read from the database."""

import asyncio
import base64
import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from dialogue import conversations, values
from dialogue.conversations import Conversation
from messages.journal import Message, Status
from storage.encryption import Keyring, parse_keys
from tests.leaks import KEYS, found_in
from tests.stories.talk import INTRODUCED
from tests.stories.worlds import World
from union import applications
from union.applications import Application, ApplicationRow
from union.coupons import CouponRow
from union.event_places import SignUpRow
from union.lines import SEATED
from union.seats import EnrolmentRow
from wechat.simulator import Phone
from wechat.simulator.deliveries import HTTP_OK, Delivery

# Nobody expects an answer to them.
INFORMS = {"event.unsubscribe", "event.view"}
# How an answer may stand: taken by WeChat, perhaps taken, about to be sent, or kept until the worker writes again.
GIVEN = {Status.SENT, Status.UNKNOWN, Status.SENDING, Status.QUEUED, Status.HELD}
_KEYRING = Keyring(parse_keys(KEYS))
_CONTENT = re.compile(r"<Content><!\[CDATA\[(.*)\]\]></Content>", re.DOTALL)
_QUIET_WITHIN = 60.0


class Ledger:
    """The books of a world, and what was found in them the last time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._openids = [phone.openid for phone in world.phones]
        self._attended: set[str] = set()
        self._checked: set[int] = set()
        self._applied: Counter[str] = Counter()

    async def check(self) -> None:
        """Nothing is left half done, nothing is there twice, and nobody waits for an answer."""
        rows = await self._at_rest()
        attended = self._attended
        self._attended = await self._loaded()
        self._check_answers(rows, attended | self._attended)
        self._check_clear(rows)
        await self._check_counts()
        for phone in self._world.phones:
            check_chat(phone)

    async def is_silent_to(self, phone: Phone) -> bool:
        """Whether staff are speaking with that worker, or were when the step began."""
        return phone.openid in self._attended | await self._loaded()

    async def size(self) -> int:
        """How many messages there are, of either direction, that people have sent or were answered with."""
        return sum(row.direction == "in" or row.reply_to is not None for row in await self._rows())

    async def application(self, openid: str) -> Application | None:
        async with self._world.bot.database.read() as session:
            return await applications.newest(session, openid)

    async def check_sent(self) -> None:
        """Whatever was still to be sent is sent."""
        self._world.clock.ahead += timedelta(minutes=5)
        waits = [Status.QUEUED, Status.SENDING]
        async with asyncio.timeout(_QUIET_WITHIN):
            while any(row.status in waits and _is_due(row, self._world) for row in await self._rows()):
                await asyncio.sleep(0.05)

    async def _at_rest(self) -> Sequence[Message]:
        """The journal, once no message waits for its turn."""
        async with asyncio.timeout(_QUIET_WITHIN):
            while True:
                rows = await self._rows()
                if all(row.status != Status.RECEIVED for row in rows):
                    return rows
                await asyncio.sleep(0.05)

    async def _rows(self) -> Sequence[Message]:
        async with self._world.bot.database.read() as session:
            return (await session.scalars(sa.select(Message).order_by(Message.id))).all()

    async def _loaded(self) -> set[str]:
        """Reads every conversation with its forms; returns who is attended by staff."""
        async with self._world.bot.database.read() as session:
            found = await conversations.load(await session.connection(), self._openids)
        for one in found.values():
            _opened(one)
        return {openid for openid, one in found.items() if one.desk is not None}

    def _check_answers(self, rows: Sequence[Message], attended: set[str]) -> None:
        replies = Counter(row.reply_to for row in rows if row.reply_to is not None)
        assert max(replies.values(), default=0) <= 1
        for row in rows:
            if row.direction == "in":
                assert row.status == Status.DONE, f"{row.kind} {row.body}: {row.status} {row.reason}"
                if row.id not in self._checked and row.kind not in INFORMS:
                    assert replies[row.id] or row.openid in attended, f"no answer to {row.kind} {row.body}"
                self._checked.add(row.id)
            elif row.reply_to is not None:
                assert row.status in GIVEN, f"{row.status}, {row.reason}: {row.body}"

    @staticmethod
    def _check_clear(rows: Sequence[Message]) -> None:
        found = {row.id: numbers for row in rows if (numbers := found_in(row.body, (INTRODUCED,)))}
        assert not found, f"in clear: {found}"

    async def _check_counts(self) -> None:
        closed = ApplicationRow.closed_at
        assert max((await self._count(ApplicationRow.openid, closed.is_(None))).values(), default=0) <= 1
        applied = await self._count(ApplicationRow.openid, ApplicationRow.openid.in_(self._openids))
        assert max((applied - self._applied).values(), default=0) <= 1, "two applications of one confirmation"
        self._applied = applied
        for row, of in ((EnrolmentRow, EnrolmentRow.course_id), (SignUpRow, SignUpRow.quota_id)):
            assert max((await self._count(of, row.state.in_(SEATED))).values(), default=0) <= 1
        assert max((await self._count(CouponRow.pack_id)).values(), default=0) <= 1

    async def _count(self, column: Any, *where: sa.ColumnElement[bool]) -> Counter[Any]:
        async with self._world.bot.database.read() as session:
            return Counter((await session.scalars(sa.select(column).where(*where))).all())


def check_chat(phone: Phone) -> None:
    """No trouble was shown, and no message was answered at once more than once."""
    assert not [line.note for line in phone.messages if line.author == "system"], phone.transcript()
    answered = Counter(line.wire_id for line in phone.messages if line.via == "passive")
    # An event is the same event when WeChat reports it again.
    assert {count for wire_id, count in answered.items() if wire_id.isdigit()} <= {1}, phone.transcript()


def check_same(delivery: Delivery) -> None:
    """However often it was delivered, there is one answer to it."""
    bodies = [one.body.decode() for one in delivery.answers if one is not None and one.status == HTTP_OK]
    texts = {found[1] if (found := _CONTENT.search(body)) else "" for body in bodies}
    assert len(texts - {""}) <= 1, texts


def _opened(one: Conversation) -> None:
    if one.forms is not None:
        assert values.load(_KEYRING.unseal("conversations.forms", base64.b64decode(one.forms)))


def _is_due(row: Message, world: World) -> bool:
    return row.due_at is not None and row.due_at <= world.clock()
