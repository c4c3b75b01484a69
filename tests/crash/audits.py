"""What the journal must say after any number of crashes, compared with what was seen on the wire."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from dialogue.conversations import ConversationRow
from messages.journal import Message, Status, Via
from storage.database import Database
from tests.crash.crowds import Crowd, Fate
from wechat.simulator import Platform

# How the reply to a message that was answered `success` may stand: on its way, arrived, perhaps arrived, or kept
# until the worker writes again.
_ON_ITS_WAY = {Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN, Status.HELD}


class Journal:
    """All that is in the database."""

    def __init__(self, messages: Sequence[Message], versions: dict[str, int]) -> None:
        self.messages = messages
        self.versions = versions
        self.arrived = {one.wire_id: one for one in messages if one.direction == "in"}
        self.replies: dict[int, list[Message]] = defaultdict(list)
        for one in messages:
            if one.direction == "out" and one.reply_to is not None:
                self.replies[one.reply_to].append(one)

    def reply(self, wire_id: str) -> Message:
        """The one reply to a message; fails when there are none or several."""
        (only,) = self.replies[self.arrived[wire_id].id]
        return only


async def read(database: Database) -> Journal:
    async with database.read() as session:
        if database.is_sqlite:
            assert await session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
        messages = (await session.scalars(sa.select(Message))).all()
        versions = await session.execute(sa.select(ConversationRow.openid, ConversationRow.version))
        return Journal(messages, {row.openid: row.version for row in versions})


async def count(database: Database, statuses: Sequence[str]) -> int:
    """Messages, in or out, that stand so."""
    counted = sa.select(sa.func.count()).select_from(Message).where(Message.status.in_(statuses))
    async with database.read() as session:
        return await session.scalar(counted) or 0


def check(journal: Journal, crowd: Crowd) -> None:
    """Every answer is in the journal once, and the journal has nothing twice and nothing of nobody's."""
    assert crowd.wrong == {}
    assert crowd.answered > 0
    check_whole(journal)
    posted = {fate.post.msg_id: fate for fate in crowd.fates}
    assert set(journal.arrived) <= set(posted)
    for fate in posted.values():
        _check_fate(journal, fate)


def check_whole(journal: Journal) -> None:
    """The journal by itself: each message answered once, in one turn of its worker's conversation."""
    arrived = list(journal.arrived.values())
    assert len(arrived) == sum(one.direction == "in" for one in journal.messages)
    assert Counter(one.status for one in arrived) == {Status.DONE: len(arrived)}
    assert {len(journal.replies[one.id]) for one in arrived} <= {1}
    assert set(journal.replies) == {one.id for one in arrived}
    assert journal.versions == Counter(one.openid for one in arrived)


def _check_fate(journal: Journal, fate: Fate) -> None:
    row = journal.arrived.get(fate.post.msg_id)
    if row is None:
        assert not fate.heard, f"answered and not in the journal: {fate}"
        return
    assert (row.openid, row.body) == (fate.post.openid, fate.post.text)
    reply = journal.reply(fate.post.msg_id)
    assert reply.openid == fate.post.openid
    texts = {text for text in fate.heard if text is not None}
    if texts:
        assert texts == {reply.body}, f"not what the journal says: {fate}"
        assert (reply.status, reply.via) == (Status.SENT, Via.PASSIVE)
    elif fate.heard:
        assert reply.status in _ON_ITS_WAY, f"answered success, then {reply.status}: {fate}"


def check_sent(journal: Journal, platform: Platform) -> None:
    """What reached workers later is what the journal says was sent, and nothing reached anybody twice."""
    reached = Counter(
        (line["openid"], line["text"]) for line in platform.sent() if line["via"] == "customer_service"
    )
    surely = _later(journal, {Status.SENT})
    perhaps = _later(journal, {Status.SENT, Status.SENDING, Status.UNKNOWN})
    assert surely <= reached <= perhaps


def _later(journal: Journal, statuses: set[str]) -> Counter[tuple[str, str]]:
    return Counter(
        (one.openid, one.body)
        for one in journal.messages
        if one.direction == "out" and one.status in statuses and one.via != Via.PASSIVE
    )
