"""A crowd with every kind of credit, known alike to the bot's ledger and to the platform, and the audit of both."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from messages import contacts, credits, journal, masses, outbox, tickets, transactions
from messages.broadcasts import State, broadcasts
from messages.contacts import Sighting
from messages.journal import Entry, Status, Via, messages
from messages.outbox import Lane, Notice
from messages.tickets import Proof, Template
from messages.transactions import Matter, Service, Transaction
from storage.database import Database, is_away, is_lost
from wechat.simulator import Phone, Platform

BODY = "高温天气请注意防暑（样例）\n驿站备有饮水。"
TEMPLATE, OWN = "TPL-welfare", "TPL-own"
FINAL = {Status.SENT, Status.REFUSED, Status.UNKNOWN, Status.EXPIRED}
_PAGE = 2000
_VIAS = (Via.CUSTOMER_SERVICE, Via.SUBSCRIPTION, Via.MASS)


@dataclass(frozen=True, slots=True)
class People:
    """Who may be told how: `fresh` have five credits, `tired` two, which are people's; `agreed` a consent; `cold` nothing.

    `left` do not follow any more and `talked` have been written to by another system, both unknown to us. Of the cold
    `thrice` have had three mass messages this month, `full` four, `unsure` three and one of which nobody knows; `refusing`
    let none in, `missing` get none, of which the platform tells us the numbers alone.
    """

    fresh: list[Phone]
    tired: list[Phone]
    agreed: list[Phone]
    cold: list[Phone]
    left: list[Phone]
    talked: list[Phone]

    @property
    def thrice(self) -> list[Phone]:
        return self.cold[-3::-4]

    @property
    def full(self) -> list[Phone]:
        return self.cold[-1::-8]

    @property
    def unsure(self) -> list[Phone]:
        return self.cold[-5::-8]

    @property
    def refusing(self) -> list[Phone]:
        return self.cold[-2::-16]

    @property
    def missing(self) -> list[Phone]:
        return self.cold[-10::-16]

    @property
    def all(self) -> list[Phone]:
        return [*self.fresh, *self.tired, *self.agreed, *self.cold, *self.left, *self.talked]


def gather(platform: Platform, count: int) -> People:
    phones = [platform.phone(f"职工{number}") for number in range(count)]
    a, b, c, d, e = (int(count * share) for share in (0.4, 0.5, 0.7, 0.96, 0.98))
    return People(phones[:a], phones[a:b], phones[b:c], phones[c:d], phones[d:e], phones[e:])


async def prepare(database: Database, platform: Platform, people: People, now: datetime) -> None:
    """Everything that has been before the broadcast, on both sides."""
    platform.add_template(TEMPLATE, "活动通知", {"thing1": "标题", "time2": "时间"})
    wrote = [*people.fresh, *people.tired, *people.left, *people.talked]
    for phone in wrote:
        phone.has_written()
    for phone in people.tired:
        phone.was_told(3)
    for phone in people.talked:
        phone.was_told(5)
    for phone in people.left:
        phone.has_left()
    for phone in people.agreed:
        phone.has_agreed(TEMPLATE)
    for phone in (*people.thrice, *people.full, *people.unsure):
        phone.was_massed(3)
    for phone in people.full:
        phone.was_massed(1)
    for phone in people.refusing:
        phone.refuses_masses()
    for phone in people.missing:
        phone.misses_masses()
    then = now + timedelta(seconds=1)
    entries = [Entry(f"w-{one.openid}", one.openid, "text", "问", then, Status.DONE) for one in wrote]
    for start in range(0, len(entries), _PAGE):
        async with database.connect() as connection:
            await journal.enter(connection, entries[start : start + _PAGE], then)
    async with database.connect() as connection:
        await contacts.note(connection, [Sighting(one.openid, now) for one in people.all])
        for phone in people.tired:
            await connection.execute(sa.insert(messages), [_told(phone.openid, then)] * 3)
        for phone in (*people.thrice, *people.full, *people.unsure):
            await connection.execute(sa.insert(messages), [_told(phone.openid, then, Via.MASS)] * 3)
        for status, those in ((Status.SENT, people.full), (Status.UNKNOWN, people.unsure)):
            fourth = [_told(phone.openid, then, Via.MASS, status) for phone in those]
            await connection.execute(sa.insert(messages), fourth)
    platform.add_template(OWN, "业务办理进度通知", {"thing1": "办理进度"})
    async with database.write() as session:
        service = Service(Matter.TRAINING, OWN, {"thing1": "text"})
        await transactions.declare(session, service, "s1", now)
        fields = {"thing1": "title", "time2": "date"}
        await tickets.declare(session, Template("welfare", TEMPLATE, False, fields), "s1", now)
        for phone in people.agreed:
            await tickets.grant(session, phone.openid, TEMPLATE, now, Proof.POPUP)


def _told(
    openid: str, at: datetime, via: Via = Via.CUSTOMER_SERVICE, status: Status = Status.SENT
) -> dict[str, Any]:
    return {
        "openid": openid, "direction": "out", "kind": "text", "body": "此前的话", "created_at": at, "status": status,
        "via": via, "settled_at": at, "author": "bot",
    }  # fmt: skip


async def launch(database: Database, people: Sequence[Phone], now: datetime) -> int:
    """An urgent broadcast, so that the hour at which the test runs does not matter; expanded while it is sent."""
    values = {
        "name": "样例", "kind": "text", "text": BODY, "title": "", "url": "", "audience": "{}", "safety": True, "mass": True,
        "topic": "welfare", "state": State.RUNNING, "author": "s1", "created_at": now, "until": now + timedelta(days=2),
    }  # fmt: skip
    async with database.connect() as connection:
        entered = sa.insert(broadcasts).values(values).returning(broadcasts.c.id)
        number = int((await connection.execute(entered)).scalar_one())
    openids = [one.openid for one in people]
    until = now + timedelta(days=2)
    for start in range(0, len(openids), _PAGE):
        async with database.connect() as connection:
            page = openids[start : start + _PAGE]
            await outbox.expand(connection, number, page, BODY, Lane.SAFETY, until, now)
    async with database.connect() as connection:
        over = sa.update(broadcasts).where(broadcasts.c.id == number).values(expanded_at=now)
        await connection.execute(over)
    return number


async def tell(database: Database, people: Sequence[Phone], now: datetime) -> None:
    """Each of what they have begun themselves; however often the database goes away meanwhile."""
    own = Transaction(Matter.TRAINING, "样例课程", "有名额给您留着", "回复“要名额”")
    until = now + timedelta(days=2)
    notices = [Notice(one.openid, "轮到您了（样例）", until, own=own) for one in people]
    while True:
        try:
            async with database.write() as session:
                await outbox.queue(session, notices, now)
            return
        except Exception as error:
            if not is_away(error) and not is_lost(error):
                raise
            await asyncio.sleep(0.5)


async def check_own(database: Database, platform: Platform, people: Sequence[Phone]) -> None:
    """By template, once each, for the platform knows a repeat whatever was lost or killed."""
    query = sa.select(messages.c.openid, messages.c.status, messages.c.via).where(messages.c.own.is_not(None))
    async with database.read() as session:
        rows = (await session.execute(query)).all()
    assert sorted(row.openid for row in rows) == sorted(one.openid for one in people)
    assert {(row.status, row.via) for row in rows} == {(Status.SENT, Via.TEMPLATE)}
    reached = Counter(line["openid"] for line in platform.sent() if line["via"] == Via.TEMPLATE)
    assert reached == Counter(row.openid for row in rows)


async def standing(database: Database, number: int) -> Counter[str]:
    """How many of the broadcast's rows stand how, and of what is somebody's own."""
    query = (
        sa.select(messages.c.status, sa.func.count().label("rows"))
        .where(sa.or_(messages.c.broadcast_id == number, messages.c.own.is_not(None)))
        .group_by(messages.c.status)
    )
    async with database.read() as session:
        return Counter({row.status: row.rows for row in await session.execute(query)})


async def check(database: Database, platform: Platform, people: People, number: int, now: datetime) -> None:
    """Every row has ended, and ledger and platform agree on whatever is not unknown."""
    query = sa.select(messages).where(messages.c.broadcast_id == number)
    async with database.read() as session:
        rows = (await session.execute(query)).all()
    assert sorted(row.openid for row in rows) == sorted(one.openid for one in people.all)
    assert {row.status for row in rows} <= FINAL
    assert all(row.reason for row in rows if row.status != Status.SENT)
    unheard = _unheard(people, rows)
    assert unheard, "nobody who lets no mass message in was sent one"
    for via in _VIAS:
        reached = Counter(line["openid"] for line in platform.sent() if line["via"] == via and _is_ours(line))
        surely = {row.openid for row in rows if row.status == Status.SENT and row.via == via}
        perhaps = {row.openid for row in rows if row.status == Status.UNKNOWN and row.via == via}
        surely -= unheard
        assert max(reached.values(), default=1) == 1, f"twice by {via}"
        assert surely <= set(reached) <= surely | perhaps, via
    _check_routes(people, {row.openid: row for row in rows})
    await _check_credits(database, platform, people, {row.openid: row for row in rows}, now)
    await _check_masses(database, people, {row.openid: row for row in rows}, now)
    _check_windows(platform, people)


def _unheard(people: People, rows: Sequence[Any]) -> set[str]:
    """Those who let no mass message in and stand as sent one, in a batch of which the platform has said that some did not."""
    deaf = {one.openid for one in (*people.refusing, *people.missing)}
    sent = [row for row in rows if row.openid in deaf and row.via == Via.MASS and row.status == Status.SENT]
    assert all((row.reason or "").startswith("the platform reports") for row in sent)
    return {row.openid for row in sent}


def _is_ours(line: dict[str, Any]) -> bool:
    return "高温天气" in line["text"] or line["kind"] == "subscription"


def _check_routes(people: People, rows: dict[str, Any]) -> None:
    """The cheapest that was open."""
    # While a route is shut for the day the others are taken.
    fresh = Counter(rows[one.openid].via for one in people.fresh)
    assert set(fresh) <= {Via.CUSTOMER_SERVICE, Via.MASS, None}
    assert fresh[Via.CUSTOMER_SERVICE] > len(people.fresh) / 2
    assert {rows[one.openid].via for one in people.agreed} == {Via.SUBSCRIPTION}
    assert {rows[one.openid].via for one in (*people.tired, *people.cold)} <= {Via.MASS, None}
    assert Via.MASS in {rows[one.openid].via for one in people.thrice}
    assert {rows[one.openid].via for one in (*people.full, *people.unsure)} == {None}


async def _check_credits(
    database: Database, platform: Platform, people: People, rows: dict[str, Any], now: datetime
) -> None:
    """Never above what the platform allows, and equal to it wherever nothing is unknown."""
    known = [*people.fresh, *people.tired, *people.agreed, *people.cold]
    openids = [one.openid for one in known]
    async with database.connect() as connection:
        for start in range(0, len(openids), _PAGE):
            ledger = await credits.standings(connection, openids[start : start + _PAGE], now)
            for openid, ours in ledger.items():
                theirs = platform.allowance(openid)
                assert ours.left <= theirs, openid
                assert ours.left == theirs or rows[openid].status == Status.UNKNOWN, openid
        left = await tickets.held(connection, [one.openid for one in people.agreed], [TEMPLATE])
    for phone in people.agreed:
        noted, agreed = left.get((phone.openid, TEMPLATE), 0), phone.consents(TEMPLATE)
        assert noted <= agreed, phone.openid
        assert noted == agreed or rows[phone.openid].status == Status.UNKNOWN, phone.openid


async def _check_masses(database: Database, people: People, rows: dict[str, Any], now: datetime) -> None:
    """Of the month's four: equal to the platform's count wherever nothing is unknown, which counts as had."""
    if rows[people.cold[0].openid].created_at < masses.month_start(now):
        return  # the month has ended meanwhile, and not for both at one moment
    # A mass message that did not arrive, of which nobody tells, counts as had.
    unsure = {one.openid for one in people.unsure} | _unheard(people, list(rows.values()))
    async with database.connect() as connection:
        for start in range(0, len(people.all), _PAGE):
            page = people.all[start : start + _PAGE]
            had = await masses.received(connection, [one.openid for one in page], now)
            for phone in page:
                ours, theirs = had.get(phone.openid, 0), phone.massed()
                assert theirs <= ours <= masses.A_MONTH, phone.openid
                is_unknown = phone.openid in unsure or rows[phone.openid].status == Status.UNKNOWN
                assert ours == theirs or is_unknown, phone.openid


def _check_windows(platform: Platform, people: People) -> None:
    """Nothing was tried outside a window but on those of whom we could not know better, and once on each."""
    refused = platform.refusals
    outside = sum(refused.get(("/cgi-bin/message/custom/send", code), 0) for code in (45015, 45047))
    assert outside <= len(people.left) + len(people.talked)
    assert refused.get(("/cgi-bin/message/subscribe/bizsend", 43101), 0) == 0
