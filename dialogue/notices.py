"""What a worker is told who is not writing now: a decision of `union`, worded by the handler that owns the subject."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.conversations import Choice, ConversationRow
from dialogue.replies import MOST_BYTES, Text, link
from messages import outbox, quiet
from messages.mailrooms import Occupations, unknown_work
from messages.outbox import Lane
from messages.transactions import Transaction

# A notice that nothing could carry by then is old news.
LASTS = timedelta(days=7)
# Who wrote so lately has the phone in hand, whatever the hour.
_AWAKE = timedelta(minutes=10)
# So much of its time a notice must have left when quiet hours end.
_LEAST = timedelta(hours=1)


class Fact(Protocol):
    """Something decided about a worker; frozen dataclasses of `union` have this shape."""

    @property
    def openid(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to be sent by whatever route is open before `until`; with `only_now` it is dropped where none is.

    Such a one is not said twice within minutes either. What goes to many is BULK: it waits for replies and quiet hours,
    and leaves a worker's last credits to people. A subscription notice of `topic` may carry it; by it what waits is found. `listed` is what the
    numbers of a digest mean. `own` says that it is about what the worker has begun themselves, in words for a template
    message, by which it may go where nothing else is open.

    What goes to one worker waits for the end of their quiet hours too, but `at_once` what they stand and wait for, and
    what they must know `before` something begins that is near; by day also what would hardly be of use by then.
    """

    text: str
    until: datetime | None = None
    choices: Sequence[Choice] = ()
    only_now: bool = False
    lane: Lane = Lane.PERSON
    topic: str = ""
    listed: Sequence[int] = ()
    own: Transaction | None = None
    at_once: bool = False
    before: datetime | None = None

    @property
    def body(self) -> str:
        """The text with its choices as lines to tap, where they fit."""
        lines = [link(choice.label, choice.label, choice.menu_id) for choice in self.choices]
        full = "\n\n".join([self.text, "\n".join(lines)]) if lines else self.text
        return Text(full if len(full.encode()) <= MOST_BYTES else self.text).body


Worded = Callable[[Any], Notice]


class Teller:
    """Words facts and queues them in the caller's transaction. Assembled once, from all capabilities.

    `occupations` tells whose quiet hours are longer than the night.
    """

    def __init__(self, wordings: Mapping[type, Worded], occupations: Occupations = unknown_work) -> None:
        self._wordings = wordings
        self._occupations = occupations

    async def tell(
        self,
        session: AsyncSession,
        facts: Iterable[Fact],
        now: datetime,
        author: str = "bot",
        writing: str = "",
    ) -> int:
        """Returns how many notices were queued; KeyError for a fact that nobody words.

        `author`: who is speaking; `writing`: the worker whose own message led to this.
        """
        notices = [(fact.openid, self._wordings[type(fact)](fact)) for fact in facts if fact.openid]
        gentle = {openid for openid, notice in notices if _is_gentle(notice)} - {writing}
        quiet_until = await self._quiet_until(session, gentle, now)
        rows = [_addressed(openid, notice, quiet_until.get(openid), now) for openid, notice in notices]
        await outbox.queue(session, rows, now, author)
        return len(rows)

    async def _quiet_until(
        self, session: AsyncSession, openids: Collection[str], now: datetime
    ) -> Mapping[str, datetime]:
        """When the quiet hours end of those of them whose they are now, and who have not just written."""
        if not openids or not quiet.is_for_some(now):
            return {}
        works = await self._occupations(await session.connection(), openids)
        its = ConversationRow.openid.in_(openids), ConversationRow.heard_at > now - _AWAKE
        awake = set(await session.scalars(sa.select(ConversationRow.openid).where(*its)))
        ends = {openid: quiet.opens(works.get(openid), now) for openid in set(openids) - awake}
        return {openid: end for openid, end in ends.items() if end > now}


def _is_gentle(notice: Notice) -> bool:
    """Whether it heeds quiet hours here; with what goes to many the sender does."""
    return notice.lane is Lane.PERSON and not notice.at_once


def _addressed(openid: str, notice: Notice, quiet_until: datetime | None, now: datetime) -> outbox.Notice:
    until, wakes = _until(notice, now), None
    if quiet_until is not None and _is_gentle(notice) and _can_wait(notice, quiet_until, now):
        wakes = quiet_until
        if notice.only_now:
            until = min(until, wakes + _LEAST)
    return outbox.Notice(
        openid,
        notice.body,
        until,
        notice.only_now,
        notice.lane,
        notice.topic,
        notice.listed,
        notice.own,
        wakes,
    )


def _can_wait(notice: Notice, quiet_until: datetime, now: datetime) -> bool:
    """Nobody is woken for what is only offered, or only called to mind; for a way that is not to be made they are."""
    latest = notice.before or notice.until
    if latest is None or quiet_until + _LEAST <= latest:
        return True
    return quiet.is_night(now) and (notice.before is None or notice.before <= now)


def _until(notice: Notice, now: datetime) -> datetime:
    """What goes to many is old news after a while, however long it would be true."""
    usual = now + LASTS
    if notice.until is None:
        return usual
    return min(notice.until, usual) if notice.lane is Lane.BULK else notice.until
