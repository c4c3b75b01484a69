"""The cheapest legal route for each message whose time has come, chosen and booked in one transaction.

Customer service while the worker's credits last, of which what goes to many leaves two to people; else a subscription
notice where a consent is held; else the next mass send, where the broadcast may use one, or a template message, where
it is about one worker's own transaction; else the tray: it rides on the worker's next answer until it is old news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from messages import broadcasts, claims, credits, masses, quiet, routes, tickets, transactions
from messages.claims import HELD_FOR, Outgoing, Place, Queue, Waiting
from messages.credits import Standing
from messages.journal import Status, Via
from messages.mailrooms import Mailroom, Occupations
from messages.outbox import Lane
from messages.reasons import Reason
from messages.routes import Rates, Shut
from messages.tickets import Template
from messages.transactions import REPEATABLE, Matter, Service

# What is left to people of the five messages that a worker's own allows.
RESERVED = 2
# Routes that go to one worker, the cheapest first; what goes to many never takes the last.
_TO_ONE = (Via.CUSTOMER_SERVICE, Via.SUBSCRIPTION, Via.TEMPLATE)
# A route that is shut for no longer is waited for; else another is taken.
_SOON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all messages of a queue."""

    to_many: bool = False
    quiet: bool = False  # the hours of quiet hold
    mass: bool = False
    topic: str = ""


@dataclass(slots=True)
class Purse:
    """What may still be spent on the people of one claim; choosing takes from it."""

    standings: Mapping[str, Standing]
    work: Mapping[str, str]
    templates: Mapping[str, Template]
    tickets: dict[tuple[str, str], int]
    massed: Mapping[str, int]  # who have had all of the month
    shut: Mapping[Via, Shut]
    services: Mapping[Matter, Service] = field(default_factory=dict)
    announced: set[tuple[str, Matter]] = field(default_factory=set)
    spent: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A message with what is to become of it now: `via` a route, or `status` for a reason; `at`: not before."""

    waiting: Waiting
    via: Via | None = None
    template: Template | None = None
    service: Service | None = None
    status: Status = Status.QUEUED
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was claimed, of how many looked at; `left` of them could not go yet, by number or by rate."""

    outgoing: Sequence[Outgoing] = ()
    seen: int = 0
    left: int = 0
    upto: Place | None = None  # the last one looked at, where there may be more


def terms_of(queue: Queue, running: Mapping[int, broadcasts.Underway]) -> Terms:
    if queue.broadcast_id is None:
        return Terms(queue.lane is not Lane.PERSON, queue.lane is Lane.BULK)
    broadcast = running[queue.broadcast_id]
    return Terms(True, not broadcast.safety, broadcast.mass, broadcast.topic)


async def take(
    connection: AsyncConnection,
    mailroom: Mailroom,
    queue: Queue,
    terms: Terms,
    now: datetime,
    lease: timedelta,
    limit: int,
    look_at: int,
    after: Place | None = None,
) -> Taken:
    """Claim up to `limit` messages for routes that go to one worker, and settle where the others of `look_at` belong.

    `after`: those of the queue that come later.
    """
    waiting = await claims.due(connection, queue, now, look_at, after)
    if not waiting:
        return Taken()
    purse = await _fill(connection, waiting, terms, mailroom.occupations, now)
    choices = [choose(one, terms, purse, now) for one in waiting]
    await _put_aside(connection, [one for one in choices if one.via is None], now)
    massed = [one.waiting.id for one in choices if one.via is Via.MASS]
    await claims.mark(connection, massed, due_at=None)  # until a batch of them is made
    # Late, for other processes wait for the turn in a route until this transaction has ended.
    outgoing = await _within(connection, choices, terms, mailroom.rates, now, limit)
    await claims.begin(connection, outgoing, mailroom.worker, now + lease)
    for topic, template in {one.template.topic: one.template for one in outgoing if one.template}.items():
        mine = [one.openid for one in outgoing if one.template and one.template.topic == topic]
        await tickets.spend(connection, mine, template)
    left = sum(one.via not in (None, Via.MASS) for one in choices) - len(outgoing)
    return Taken(outgoing, len(waiting), left, waiting[-1].place if len(waiting) == look_at else None)


def choose(one: Waiting, terms: Terms, purse: Purse, now: datetime) -> Choice:
    """Takes what the choice costs from the purse."""
    standing = purse.standings[one.openid]
    if one.via == Via.TEMPLATE:
        return _again(one, purse, now)
    if one.expires_at is not None and one.expires_at <= now:
        return Choice(one, status=Status.EXPIRED, reason=Reason.TOO_LATE)
    if standing.gone and one.broadcast_id is not None:
        return Choice(one, status=Status.REFUSED, reason=Reason.LEFT)
    if terms.quiet and (opens := quiet.opens(purse.work.get(one.openid), now)) > now:
        return Choice(one, reason=Reason.QUIET, at=opens)
    closed: Shut | None = None
    spent = purse.spent.get(one.openid, 0)
    if standing.left - spent > (RESERVED if terms.to_many else 0):
        closed = purse.shut.get(Via.CUSTOMER_SERVICE)
        if closed is None:
            purse.spent[one.openid] = spent + 1
            return Choice(one, Via.CUSTOMER_SERVICE)
        if closed.until <= now + _SOON:
            return Choice(one, reason=closed.reason, at=closed.until)
    return _otherwise(one, terms, purse) or _by_template(one, terms, purse, now) or _waits(one, closed, now)


def _otherwise(one: Waiting, terms: Terms, purse: Purse) -> Choice | None:
    """By a route that costs more."""
    template = purse.templates.get(one.topic or terms.topic)
    if template is not None and Via.SUBSCRIPTION not in purse.shut and _takes_ticket(one, template, purse):
        return Choice(one, Via.SUBSCRIPTION, template)
    if terms.mass and purse.massed.get(one.openid, 0) < masses.A_MONTH and Via.MASS not in purse.shut:
        return Choice(one, Via.MASS)
    return None


def _by_template(one: Waiting, terms: Terms, purse: Purse, now: datetime) -> Choice | None:
    """Never of what goes to many, and not again while the words of the last one still wait."""
    service = None if terms.to_many or one.own is None else _service(one.own, purse)
    standing = purse.standings[one.openid]
    if service is None or standing.gone or not standing.templates:
        return None
    if (closed := purse.shut.get(Via.TEMPLATE)) is not None:
        return _waits(one, closed, now)
    if one.own is not None and not transactions.unpacked(one.own).whole:
        if (one.openid, service.matter) in purse.announced:
            return None
        purse.announced.add((one.openid, service.matter))
    return Choice(one, Via.TEMPLATE, service=service)


def _service(own: str, purse: Purse) -> Service | None:
    return purse.services.get(transactions.unpacked(own).matter)


def _again(one: Waiting, purse: Purse, now: datetime) -> Choice:
    """Its answer was lost: the same again, as long as the platform knows it for that."""
    service = None if one.own is None else _service(one.own, purse)
    if service is not None and one.given_at is not None and now < one.given_at + REPEATABLE:
        return Choice(one, Via.TEMPLATE, service=service)
    reason = Reason.UNREPEATABLE
    if one.own is None or transactions.unpacked(one.own).whole:
        return Choice(one, status=Status.UNKNOWN, reason=reason)
    return Choice(one, status=Status.HELD, reason=reason, at=one.expires_at or now + HELD_FOR)


def _waits(one: Waiting, closed: Shut | None, now: datetime) -> Choice:
    """For the route that is shut, where it opens before this is old news; else in the tray."""
    if closed is not None and (one.expires_at is None or closed.until < one.expires_at):
        return Choice(one, reason=closed.reason, at=closed.until)
    reason = Reason.NO_CREDIT if closed is None else closed.reason
    return Choice(one, status=Status.HELD, reason=reason, at=one.expires_at or now + HELD_FOR)


def _takes_ticket(one: Waiting, template: Template, purse: Purse) -> bool:
    key = (one.openid, template.template_id)
    if not purse.tickets.get(key):
        return False
    if not template.lasting:
        purse.tickets[key] -= 1
    return True


async def _fill(
    connection: AsyncConnection, waiting: Sequence[Waiting], terms: Terms, occupations: Occupations, now: datetime
) -> Purse:  # fmt: skip
    people, own = {one.openid for one in waiting}, any(one.own for one in waiting)
    topics = {topic for one in waiting if (topic := one.topic or terms.topic)}
    known = await tickets.templates_by_topic(connection) if topics else {}
    wanted = {known[topic].template_id for topic in topics if topic in known}
    return Purse(
        await credits.standings(connection, people, now),
        await occupations(connection, people) if terms.quiet and quiet.is_for_some(now) else {},
        known,
        await tickets.held(connection, people, wanted),
        await masses.received(connection, people, now, masses.A_MONTH) if terms.mass else {},
        await routes.shut_now(connection, now, to_many=terms.to_many),
        await transactions.usable(connection, now) if own else {},
        await transactions.announced(connection, people) if own else set(),
    )


async def _within(
    connection: AsyncConnection,
    choices: Sequence[Choice],
    terms: Terms,
    rates: Rates,
    now: datetime,
    limit: int,
) -> list[Outgoing]:
    """Those that may go now; the others stay where they are and come again."""
    chosen = {via: [one for one in choices if one.via is via] for via in _TO_ONE}
    if terms.to_many:
        wanted: dict[Via, int] = {via: len(its) for via, its in chosen.items() if via is not Via.TEMPLATE}
        room = await routes.reserve_each(connection, wanted, limit, rates.by_route(), now)
        chosen = {via: chosen[via][:given] for via, given in room.items()}
    going = [one for its in chosen.values() for one in its]
    return [_outgoing(one, now) for one in going[:limit]]


def _outgoing(choice: Choice, now: datetime) -> Outgoing:
    via = choice.via or Via.CUSTOMER_SERVICE
    given_at = (choice.waiting.given_at or now) if via is Via.TEMPLATE else None
    return Outgoing(choice.waiting, via, choice.template, choice.service, given_at)


async def _put_aside(connection: AsyncConnection, choices: Sequence[Choice], now: datetime) -> None:
    for status, reason, at in {(one.status, one.reason, one.at) for one in choices}:
        ids = [one.waiting.id for one in choices if (one.status, one.reason, one.at) == (status, reason, at)]
        settled = None if status is Status.QUEUED else now
        await claims.mark(connection, ids, status=status, reason=reason, due_at=at, settled_at=settled)
