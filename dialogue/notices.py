"""What a worker is told who is not writing now: a decision of `union`, worded by the handler that owns the subject."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.conversations import Choice
from dialogue.replies import MOST_BYTES, Text, link
from messages import outbox
from messages.outbox import Lane
from messages.transactions import Transaction

# A notice that nothing could carry by then is old news.
LASTS = timedelta(days=7)


class Fact(Protocol):
    """Something decided about a worker; frozen dataclasses of `union` have this shape."""

    @property
    def openid(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to be sent by whatever route is open before `until`; with `only_now` it is dropped where none is.

    Such a one is not said twice within minutes either. What goes to many is BULK: it waits for replies and quiet hours,
    and leaves a worker's last credits to people. A subscription notice of `topic` may carry it. `listed` is what the
    numbers of a digest mean. `own` says that it is about what the worker has begun themselves, in words for a template
    message, by which it may go where nothing else is open.
    """

    text: str
    until: datetime | None = None
    choices: Sequence[Choice] = ()
    only_now: bool = False
    lane: Lane = Lane.PERSON
    topic: str = ""
    listed: Sequence[int] = ()
    own: Transaction | None = None

    @property
    def body(self) -> str:
        """The text with its choices as lines to tap, where they fit."""
        lines = [link(choice.label, choice.label, choice.menu_id) for choice in self.choices]
        full = "\n\n".join([self.text, "\n".join(lines)]) if lines else self.text
        return Text(full if len(full.encode()) <= MOST_BYTES else self.text).body


Worded = Callable[[Any], Notice]


class Teller:
    """Words facts and queues them in the caller's transaction. Assembled once, from all capabilities."""

    def __init__(self, wordings: Mapping[type, Worded]) -> None:
        self._wordings = wordings

    async def tell(
        self, session: AsyncSession, facts: Iterable[Fact], now: datetime, author: str = "bot"
    ) -> int:
        """Returns how many notices were queued; KeyError for a fact that nobody words. `author`: who is speaking."""
        notices = [(fact.openid, self._wordings[type(fact)](fact)) for fact in facts]
        rows = [
            outbox.Notice(
                openid,
                notice.body,
                _until(notice, now),
                notice.only_now,
                notice.lane,
                notice.topic,
                notice.listed,
                notice.own,
            )
            for openid, notice in notices
            if openid
        ]
        await outbox.queue(session, rows, now, author)
        return len(rows)


def _until(notice: Notice, now: datetime) -> datetime:
    """What goes to many is old news after a while, however long it would be true."""
    usual = now + LASTS
    if notice.until is None:
        return usual
    return min(notice.until, usual) if notice.lane is Lane.BULK else notice.until
