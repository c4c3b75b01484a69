"""What is remembered of a conversation between two messages of a worker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from messages import handovers, outbox
from storage.base import Base, UTCDateTime
from storage.bulk import BulkInsert, BulkSelect
from union import consents, contacts

# A number typed later than this is no longer an answer to the list, nor a short question one to the last answer.
OFFER_LASTS = TOPIC_LASTS = outbox.LIST_LASTS


# No menu id begins so.
YES, NO, LINE = "+", "-", "="
_MARKS = (YES, NO, LINE)


class ConversationRow(Base):
    """One row a worker. `version` counts the turns: a turn that read an older one runs again."""

    __tablename__ = "conversations"

    openid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer)
    heard_at: Mapped[datetime] = mapped_column(UTCDateTime)
    topic: Mapped[str | None] = mapped_column(sa.String(64))
    offered: Mapped[str | None] = mapped_column(sa.Text)
    offered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    misses: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    # The forms being filled in, the newest last: sealed, in base64. The name of the newest stands open for the clock.
    forms: Mapped[str | None] = mapped_column(sa.Text)
    form: Mapped[str | None] = mapped_column(sa.String(64))
    form_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    form_reminded: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    # The request for a person that is open: the bot is silent.
    desk: Mapped[int | None] = mapped_column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"))

    __table_args__ = (
        sa.Index(
            "ix_conversations_form_at",
            "form_at",
            sqlite_where=sa.text("form_at IS NOT NULL"),
            postgresql_where=sa.text("form_at IS NOT NULL"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a list as it was shown; picking it calls the capability with the argument."""

    label: str
    capability: str
    argument: str

    @property
    def menu_id(self) -> str:
        """Travels in the link, so that a list of last week still means what it meant; it holds no spaces."""
        return f"{self.capability}:{self.argument}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of a question: the one for yes or the one for no, as it was worded, and what picking it means."""

    yes: bool
    label: str
    menu_id: str


class Conversation(NamedTuple):
    """The state of one worker's conversation; version 0 is somebody who has never written.

    A tuple, for it is made anew several times a turn, which costs a frozen dataclass of so many fields three times as much.
    """

    openid: str
    version: int = 0
    topic: str | None = None
    # The menu ids of a list, in the order in which it was shown; behind those of a question their labels, marked.
    offered: tuple[str, ...] = ()
    offered_at: datetime | None = None
    misses: int = 0
    heard_at: datetime | None = None
    forms: str | None = None
    form: str | None = None
    form_at: datetime | None = None
    form_reminded: bool = False
    desk: int | None = None
    waiting: bool = False  # something is held for the worker's next answer
    called: bool = False  # a request for a person is open, whether or not the bot is silent
    names: Sequence[str] = ()  # of the worker, as far as they are held and agreed to

    @property
    def masks(self) -> Sequence[str]:
        """The names that are masked in the worker's words; a person at the desk reads them."""
        return () if self.desk else self.names

    def recent_topic(self, now: datetime) -> str | None:
        """What the worker was answered on, if that was lately."""
        return self.topic if self.heard_at is None or now - self.heard_at <= TOPIC_LASTS else None

    def on_offer(self, now: datetime) -> tuple[str, ...]:
        """The list that a typed number refers to, if one was shown lately."""
        if self.offered_at is None or now - self.offered_at > OFFER_LASTS:
            return ()
        return tuple(one for one in self.offered if one[0] not in _MARKS)

    def asked(self, now: datetime) -> "Sequence[Asked]":
        """The question that the last answer ended with: its two lines, if it was put lately."""
        if not self.offered or self.offered[-1][0] not in (YES, NO):  # as after most answers
            return ()
        labels = [one for one in self.offered if one[0] in (YES, NO)]
        on_offer = self.on_offer(now)
        if len(on_offer) != len(labels):
            return ()
        return [Asked(one[0] == YES, one[1:], id) for one, id in zip(labels, on_offer, strict=True)]

    def lines(self, now: datetime) -> Sequence[Choice]:
        """The list of which the last answer asked one, with its labels."""
        if not self.offered or self.offered[-1][0] != LINE:
            return ()
        labels = [one[1:] for one in self.offered if one[0] == LINE]
        ids = [id.partition(":") for id in self.on_offer(now)]
        if len(ids) != len(labels):
            return ()
        return [Choice(label, name, rest) for label, (name, _, rest) in zip(labels, ids, strict=True)]

    def with_question_over(self) -> "Conversation":
        """“Yes” to something that was asked two answers ago may mean anything; its lines can still be picked."""
        if not self.offered or self.offered[-1][0] not in _MARKS:
            return self
        return self._replace(offered=tuple(one for one in self.offered if one[0] not in _MARKS))


class Outrun(Exception):
    """Another process took a turn of the same worker meanwhile."""


_rows = cast(sa.Table, ConversationRow.__table__)
_COLUMNS = (
    *("openid", "version", "heard_at", "topic", "offered", "offered_at", "misses"),
    *("forms", "form", "form_at", "form_reminded", "desk"),
)
_load = BulkSelect(
    sa.select(
        *(_rows.c[name] for name in _COLUMNS),
        outbox.is_held_for(_rows.c.openid),
        consents.holds_any(_rows.c.openid),
        handovers.is_open_for(_rows.c.openid),
    ),
    _rows.c.openid,
)
# A row that has moved on meanwhile is left alone, which the count shows.
_save = BulkInsert(
    _rows,
    _COLUMNS,
    f"ON CONFLICT (openid) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])} "
    "WHERE conversations.version = excluded.version - 1",
)


async def load(connection: AsyncConnection, openids: Sequence[str]) -> Mapping[str, Conversation]:
    """The conversations of those of these workers who have one, or for whom something is held."""
    rows = await _load.execute(connection, openids)
    known = {row[0] for row in rows}
    names = await contacts.names(connection, [row[0] for row in rows if row[13]])
    new = await outbox.held_for(connection, [openid for openid in openids if openid not in known])
    return {openid: Conversation(openid, waiting=True) for openid in new} | {
        row[0]: Conversation(
            openid=row[0],
            version=row[1],
            heard_at=row[2],
            topic=row[3],
            offered=tuple((row[4] or "").split()),
            offered_at=row[5],
            misses=row[6],
            forms=row[7],
            form=row[8],
            form_at=row[9],
            form_reminded=row[10],
            desk=row[11],
            waiting=row[12],
            called=row[14],
            names=names.get(row[0], ()),
        )
        for row in rows
    }


async def save(connection: AsyncConnection, conversations: Iterable[Conversation], now: datetime) -> None:
    """Write the conversations as the turn after the one that was read; raises Outrun when one has moved on."""
    # In a fixed order, so that two processes never wait for each other in a circle.
    ordered = sorted(conversations, key=lambda one: one.openid)
    rows = [
        (
            one.openid,
            one.version + 1,
            now,
            one.topic,
            " ".join(one.offered) or None,
            one.offered_at,
            one.misses,
            one.forms,
            one.form,
            one.form_at,
            one.form_reminded,
            one.desk,
        )
        for one in ordered
    ]
    if await _save.execute(connection, rows) != len(rows):
        raise Outrun
