"""What holds of the bot's books after whatever people did, read from the database."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from dialogue import conversations
from dialogue.answers import last_four, masked_name
from dialogue.conversations import Conversation
from handlers.membership import words
from messages import handovers
from messages.journal import Message, Status
from tests.leaks import found_in
from tests.stories.books import Books
from tests.stories.drawers import Drawer
from tests.stories.talk import IDLE, INTRODUCED
from tests.stories.worlds import World
from union import applications
from union.applications import Application, Joining
from wechat.simulator import Phone
from wechat.simulator.deliveries import HTTP_OK, Delivery

# Nobody expects an answer to them.
INFORMS = {"event.unsubscribe", "event.view"}
# How an answer may stand: taken by WeChat, perhaps taken, about to be sent, or kept until the worker writes again.
GIVEN = {Status.SENT, Status.UNKNOWN, Status.SENDING, Status.QUEUED, Status.HELD}
_CONTENT = re.compile(r"<Content><!\[CDATA\[(.*)\]\]></Content>", re.DOTALL)
_QUIET_WITHIN = 60.0
# Half an hour, and what the steps of a walk take.
_DESK_LASTS = timedelta(minutes=45)
_DECIDED = re.compile("申请|会员号")
_STAFF_SAYS = "【工作人员】"


class Ledger:
    """The books of a world, and what was found in them the last time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._openids = [phone.openid for phone in world.phones]
        self._drawer = Drawer(world.platform, world.phones)
        self._books = Books(())
        self._attended: set[str] = set()
        self._checked: set[int] = set()

    async def check(self) -> None:
        """Nothing is left half done, nothing is there twice, nothing is lost, and nobody waits for an answer."""
        rows = await self._at_rest()
        attended, talks = self._attended, await self._loaded()
        self._attended = _attended(talks)
        self._check_silence(rows, attended & self._attended)
        self._check_answers(rows, attended | self._attended)
        self._check_clear(rows)
        _check_told(rows)
        await self._check_desks(talks)
        told = self._news(rows)
        idle = self._drawer.check(talks, told, self._world.clock())
        books = await self.books()
        books.check(self._books)
        for joining in books.handed_in(self._books):
            self._check_confirmed(joining)
        for openid in idle:
            assert books.held(openid) >= self._books.held(openid)
        self._books = books
        for phone in self._world.phones:
            check_chat(phone)

    def _check_confirmed(self, joining: Joining) -> None:
        """It was shown to its worker before, as it is now."""
        shown = [last_four(joining.mobile), masked_name(joining.name), words.place_of(joining.place).label]
        shown += [words.named(words.DOORS, joining.door).label, joining.employer]
        shown += [words.named(words.WORKS, joining.work).label] if joining.work else []
        texts = [
            line.text for phone in self._world.phones for line in phone.messages if "请核对" in line.text
        ]
        assert any(all(one in text for one in shown) for text in texts), shown

    async def books(self) -> Books:
        async with self._world.bot.database.read() as session:
            return await Books.read(session, self._openids)

    async def check_told_of_it(self, openid: str) -> None:
        """A decision has just been told to whom it is about, and to nobody else."""
        newest = (await self._rows())[-1]
        assert (newest.openid, newest.direction, newest.reply_to) == (openid, "out", None)
        assert _DECIDED.search(newest.body), newest.body

    async def is_silent_to(self, phone: Phone) -> bool:
        """Whether staff are speaking with that worker, or were when the step began."""
        return phone.openid in self._attended | _attended(await self._loaded())

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

    async def _loaded(self) -> Mapping[str, Conversation]:
        async with self._world.bot.database.read() as session:
            return await conversations.load(await session.connection(), self._openids)

    async def _check_desks(self, talks: Mapping[str, Conversation]) -> None:
        """Nobody is left in silence by a conversation that is over."""
        since = self._world.clock() - _DESK_LASTS
        async with self._world.bot.database.read() as session:
            for openid in _attended(talks):
                ticket = await handovers.open_ticket_of(session, openid)
                assert ticket is not None and (ticket.said_at or ticket.asked_at) > since

    def _news(self, rows: Sequence[Message]) -> Mapping[str, Sequence[str]]:
        """What each worker was told since the last look who had not asked."""
        news = defaultdict(list)
        for row in rows:
            if row.direction == "out" and row.reply_to is None and row.id not in self._checked:
                news[row.openid].append(row.body)
                self._checked.add(row.id)
        return news

    def _check_silence(self, rows: Sequence[Message], attended: set[str]) -> None:
        """What is said while people speak is for staff alone, but for what the bot has to pass on."""
        new = [row for row in rows if row.direction == "in" and row.id not in self._checked]
        said = Counter(row.openid for row in new)
        alone = {
            row.id for row in new if said[row.openid] == 1 and row.openid in attended and row.body in IDLE
        }
        for row in rows:
            assert row.reply_to not in alone or row.body.startswith("您的话工作人员会看到"), row.body

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


def _attended(talks: Mapping[str, Conversation]) -> set[str]:
    """Who is attended by staff."""
    return {openid for openid, one in talks.items() if one.desk is not None}


def _check_told(rows: Sequence[Message]) -> None:
    """Nobody who has said nothing since is told the same again."""
    told: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.direction == "in":
            told[row.openid].clear()
        elif row.reply_to is None and row.body and not row.body.startswith(_STAFF_SAYS):
            assert row.body not in told[row.openid], row.body
            told[row.openid].add(row.body)


def _is_due(row: Message, world: World) -> bool:
    return row.due_at is not None and row.due_at <= world.clock()
