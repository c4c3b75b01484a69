"""One turn is played: the message is routed, the capability answers, and what follows is ready to be written."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.reports import OF_THE_ACCOUNT, reports_of
from dialogue import Context, Teller, Text, conversations, desks, wording
from dialogue.answers import masked_name
from dialogue.contexts import Look, NeedsDatabase
from dialogue.conversations import Conversation
from dialogue.filling import Route
from dialogue.introductions import veil
from dialogue.replies import MOST_BYTES
from dialogue.routing import Router
from knowledge import evidence
from knowledge.evidence import Evidence
from messages import contacts, handovers, journal, outbox, reports
from messages.contacts import Sighting
from messages.credits import TAPPED
from messages.journal import Entry, Status
from messages.masking import mask_mobiles
from messages.reports import Report
from storage.database import is_away, is_lost
from union.desks import Called
from wechat.incoming import Incoming

_log = structlog.get_logger(__name__)

Result = TypeVar("Result")

_EXPECTANT = frozenset({"subscribe", "scan", "click"})


@dataclass(frozen=True, slots=True)
class Played:
    """What one turn leaves to be written; `unmasked` is what was said where the journal has names or mobiles masked."""

    entry: Entry
    conversation: Conversation
    sighting: Sighting | None
    wants_person: bool
    evidence: tuple[Evidence, ...] = ()
    reports: Sequence[Report] = ()
    hurries: bool = False
    unmasked: str = ""


class Stage:
    """Plays turns with the capabilities and services that the process was assembled with."""

    def __init__(
        self, router: Router, services: Mapping[type, object], clock: Callable[[], datetime]
    ) -> None:
        self._router = router
        self._services = services
        self.clock = clock

    def route(self, incoming: Incoming, known: Conversation | None) -> Route:
        return self._router.route(incoming, known or Conversation(incoming.openid), self.clock())

    async def play(
        self,
        connection: AsyncConnection | None,
        incoming: Incoming,
        known: Conversation | None,
        now: datetime,
        row: int | None = None,
        *,
        passive: bool = False,
        looked: dict[Look[Any], Any] | None = None,
    ) -> Played:
        """Answer one message, whose reply goes out passively or later; turns of one transaction share `looked`.

        An error of a capability is rolled back to the turn's savepoint and becomes an apology. Let through are a
        database that is away, a transaction that lost against another one and is to be run again, and NeedsDatabase.
        """
        before = known or Conversation(incoming.openid)
        route = self._router.route(incoming, before, now)
        savepoint = _Savepoint(connection)
        ctx = Context(incoming, before, now, self._services, self._router, savepoint.open, connection, looked)
        answered = await _tried(_answered(ctx, route, savepoint), route.stores)
        if isinstance(answered, IntegrityError):
            raise answered
        if isinstance(answered, Exception):
            return self.failed(incoming, known, now, answered, row, passive=passive)
        reply = answered
        if ctx.wants_person and connection is not None:
            # The worker is answered even where nobody can be called.
            failed = await _tried(self._call_staff(connection, ctx))
            if failed is not None:
                _log.error("staff_not_called", exc_info=failed)
        if incoming.masked and (caution := self._router.caution):
            # At the desk too, where the bot is silent.
            reply = Text(caution) if reply is None else _cautioned(reply, caution)
        if before.waiting and route.carries and reply is not None and connection is not None:
            lists = ctx.conversation.forms is None and ctx.conversation.offered_at != now
            reply = await _carry(connection, incoming.openid, reply, now, passive=passive, lists=lists)
        entry = _entry(incoming, now, Status.DONE, reply, row, passive, ctx.hidden, ctx.names)
        masked = incoming.kind == "text" and ctx.hidden is None and entry.body != incoming.text
        return Played(
            entry,
            ctx.conversation,
            _sighting(incoming, known, now),
            ctx.wants_person,
            tuple(_masked(one, ctx.names) for one in ctx.kept if isinstance(one, Evidence)),
            reports_of(incoming),
            ctx.hurries,
            incoming.text if masked else "",
        )

    async def _call_staff(self, connection: AsyncConnection, ctx: Context) -> None:
        """Tell those at the desk of a worker who wants a person."""
        async with _savepoint(connection) as session:
            ticket = await desks.call(session, ctx.openid, ctx.now)
            able = await desks.callees(session, ctx.now, ctx.openid)
            callees = [one for one in able if one.staff.openid != ctx.openid]
            told = [Called(one.staff.openid or "", ticket, ctx.is_urgent) for one in callees if one.reachable]
            await ctx.use(Teller).tell(session, told, ctx.now)
        missed = [one.staff.id for one in callees if not one.reachable]
        if missed or not told:
            _log.warning("staff_not_reached", ticket=ticket, reached=len(told), missed=missed)

    def failed(
        self,
        incoming: Incoming,
        known: Conversation | None,
        now: datetime,
        error: Exception,
        row: int | None = None,
        *,
        passive: bool = False,
    ) -> Played:
        """What is written for a turn that could not be played: the worker hears so, with a reference for staff."""
        reference = secrets.token_hex(3)
        _log.error("turn_failed", reference=reference, kind=incoming.kind, exc_info=error)
        # To an event that only informs nobody expects an answer.
        heard = incoming.kind != "event" or incoming.event in _EXPECTANT
        reply = self._router.apologise(reference) if heard else None
        # In the middle of a form any text may be private.
        hidden = wording.hidden(reference) if known and known.forms else None
        masks = known.masks if known else ()
        entry = _entry(incoming, now, Status.FAILED, reply, row, passive, hidden, masks)
        return Played(
            replace(entry, reason=f"bug {reference}"),
            known or Conversation(incoming.openid),
            _sighting(incoming, known, now),
            wants_person=False,
        )


async def write(connection: AsyncConnection, played: Sequence[Played], now: datetime) -> list[int | None]:
    """Write turns in bulk; returns the row of each reply. Raises IntegrityError or Outrun when another was quicker."""
    replies = await journal.enter(connection, [one.entry for one in played], now)
    await conversations.save(connection, [one.conversation for one in played], now)
    await contacts.note(connection, [one.sighting for one in played if one.sighting])
    await handovers.ask(connection, [one.entry.openid for one in played if one.wants_person], now)
    await handovers.keep(
        connection, [(one.entry.openid, one.unmasked) for one in played if one.unmasked], now
    )
    await reports.enter(connection, [report for one in played for report in one.reports], now)
    await evidence.enter(connection, [kept for one in played for kept in one.evidence], now)
    return replies


@asynccontextmanager
async def _savepoint(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    # The session opens it at its first statement: many turns that may store something have nothing to.
    async with AsyncSession(
        connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
    ) as session:
        yield session
        await session.commit()


class _Savepoint:
    """The turn's savepoint, opened by the first who needs it: most turns need none."""

    __slots__ = ("_opened", "connection")

    def __init__(self, connection: AsyncConnection | None) -> None:
        self.connection = connection
        self._opened: AbstractAsyncContextManager[AsyncSession] | None = None

    async def open(self) -> AsyncSession:
        """Raises NeedsDatabase where there is no transaction to open it in."""
        if self.connection is None:
            raise NeedsDatabase
        opened = _savepoint(self.connection)
        session = await opened.__aenter__()
        self._opened = opened  # only now: what was never entered cannot be left, and would hide why
        return session

    async def __aenter__(self) -> "_Savepoint":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._opened.__aexit__(kind, error, trace) if self._opened else None


async def _answered(ctx: Context, route: Route, savepoint: _Savepoint) -> Text | None:
    async with savepoint:
        if route.stores:
            await ctx.attach()
        reply = await route.handler(ctx)
        if ctx.wants_person and savepoint.connection is None:
            raise NeedsDatabase
    return reply


async def _tried(work: Awaitable[Result], stores: bool = True) -> Result | Exception:
    """The turn's door: what a capability does wrong is a value here.

    Raised are a database that is away from somebody who needs it, a transaction that lost, and NeedsDatabase.
    """
    try:
        return await work
    except Exception as error:
        if isinstance(error, NeedsDatabase) or (stores and is_away(error)) or is_lost(error):
            raise
        return error


async def _carry(
    connection: AsyncConnection, openid: str, reply: Text, now: datetime, *, passive: bool, lists: bool
) -> Text:
    """What was held for the worker rides on the answer, as far as it fits; on none of which the end is still unknown.

    With `lists` a numbered list may ride too.
    """
    room = MOST_BYTES - len(f"{reply.body}\n\n{wording.by_the_way([])}".encode()) if passive else 0
    held = await outbox.ride(connection, openid, room, now, lists=lists)
    return Text(f"{reply.body}\n\n{wording.by_the_way(held)}") if held else reply


def _cautioned(reply: Text, caution: str) -> Text:
    """Why a number was hidden; an answer too long for both gives up its last lines."""
    lines = reply.body.split("\n")
    while lines and len("\n".join([*lines, "", caution]).encode()) > MOST_BYTES:
        lines.pop()
    return Text("\n".join([*lines, "", caution]).lstrip())


def _masked(evidence: Evidence, names: Sequence[str]) -> Evidence:
    safe = without(names, veil(mask_mobiles(evidence.question)))
    return evidence if safe is evidence.question else replace(evidence, question=safe)


def without(names: Sequence[str], text: str) -> str:
    """The text with these names as they may be shown: 陈**."""
    for name in names:
        text = text.replace(name, masked_name(name))
    return text


def _entry(
    incoming: Incoming,
    now: datetime,
    status: Status,
    reply: Text | None,
    row: int | None,
    passive: bool,
    hidden: str | None = None,
    names: Sequence[str] = (),
) -> Entry:
    entry = arrival(incoming, now, status, None if reply is None else reply.body, passive, row)
    if hidden is None and not names:
        return entry
    return replace(entry, body=without(names, entry.body) if hidden is None else hidden)


def arrival(
    incoming: Incoming,
    now: datetime,
    status: Status,
    reply: str | None = None,
    passive: bool = False,
    row: int | None = None,
) -> Entry:
    """The message as it stands in the journal, with its reply where there is one."""
    kind = f"event.{incoming.event}" if incoming.kind == "event" else incoming.kind
    if incoming.menu_id and kind == "text":
        kind = TAPPED
    body = _readable(incoming)
    return Entry(incoming.wire_id, incoming.openid, kind[:64], body, now, status, reply, passive, None, row)


def _readable(incoming: Incoming) -> str:
    """The message as staff read it in the journal."""
    if incoming.kind == "text":
        return veil(mask_mobiles(incoming.text))
    named = incoming.key or incoming.label or incoming.media_id
    return f"[{incoming.event or incoming.kind}] {named}".rstrip()


def _sighting(incoming: Incoming, known: Conversation | None, now: datetime) -> Sighting | None:
    if incoming.event == "subscribe":
        return Sighting(incoming.openid, now, follows=True, scene=incoming.key)
    if incoming.event == "unsubscribe":
        return Sighting(incoming.openid, now, follows=False)
    is_new = known is None or not known.version
    return Sighting(incoming.openid, now) if is_new and incoming.event not in OF_THE_ACCOUNT else None
