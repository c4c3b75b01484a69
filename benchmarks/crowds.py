"""Those whom the broadcasts of the benchmarks go to: what the journal, the contacts and the roll of members know of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages import outbox, tickets
from messages.broadcasts import State, broadcasts
from messages.contacts import contacts
from messages.journal import Status, Via, messages
from messages.outbox import Lane
from messages.tickets import Template
from storage.bulk import BulkInsert
from storage.database import Database
from union import organisations
from union.applications import ApplicationRow
from union.members import MemberRow

TOPIC, DISTRICT, _UNION = "notices", "gaozhou", "maoming"
BODY = (
    "关于做好高温天气劳动保护工作的通知（样例）。各驿站备有饮水、药品和休息座位，请各位师傅注意防暑，及时补水。"
    * 2
)
_PAGE = 5_000
_TEMPLATE = Template(TOPIC, "template-of-the-benchmarks", False, {"thing1": "title", "time2": "date"})
_LETTERS = 6  # before the number in an openid
_members = cast(sa.Table, MemberRow.__table__)
_applications = cast(sa.Table, ApplicationRow.__table__)
_follow = BulkInsert(contacts, ("openid", "first_seen", "followed_at"))
# Which of the crowd somebody is.
_number = sa.cast(sa.func.substr(contacts.c.openid, _LETTERS + 1), sa.BigInteger)
_has_written, _has_consented = (_number // 2) % 3 == 0, (_number // 2) % 3 == 1


async def begin(database: Database, now: datetime, **others: object) -> int:
    """A broadcast under way to everybody, still to be expanded and urgent, unless others say otherwise; its number."""
    values = {
        "name": "样例", "kind": "text", "text": BODY, "title": "", "url": "", "audience": '["everybody"]',
        "safety": True, "mass": False, "topic": "", "state": State.RUNNING, "author": "s1", "created_at": now,
        "until": now + timedelta(days=2), "launched_at": now, "expanded_at": None, **others,
    }  # fmt: skip
    async with database.connect() as connection:
        entered = sa.insert(broadcasts).values(values).returning(broadcasts.c.id)
        return int((await connection.execute(entered)).scalar_one())


async def follow(database: Database, count: int, now: datetime, kind: str = "Crowd") -> None:
    """So many follow, and have not written, and so have no credits."""
    for page in _pages(count, kind):
        async with database.connect() as connection:
            await _follow.execute(connection, [(one, now, now) for one in page])


async def write(database: Database, count: int, now: datetime, kind: str = "Crowd", each: int = 1) -> None:
    """Of so many who follow, one in `each` has just written, and so has all credits."""
    for page in _pages(count, kind):
        async with database.connect() as connection:
            await _say(connection, sa.and_(_within(page), _number % each == 0), now, "in", Status.DONE)


async def give(database: Database, number: int, count: int, now: datetime, kind: str = "Crowd") -> None:
    """So many are given an urgent broadcast, by hand."""
    for page in _pages(count, kind):
        async with database.connect() as connection:
            until = now + timedelta(days=2)
            await outbox.expand(connection, number, page, BODY, Lane.SAFETY, until, now)


async def mix(database: Database, count: int, now: datetime) -> None:
    """A crowd as usual, of members, half of them in DISTRICT and a tenth riders.

    All have had a talk lately and a mass message this month; a third have written today and been answered twice, another
    third have consented to a notice on TOPIC.
    """
    async with database.write() as session:
        await organisations.seed(session, now)
        await tickets.declare(session, _TEMPLATE, "s1", now)
        applied = await session.scalar(_applied(now).returning(_applications.c.id))
    for page in _pages(count, "Crowd"):
        async with database.connect() as connection:
            await _follow.execute(connection, [(one, now, now) for one in page])
            here, passive, past = _within(page), {"via": Via.PASSIVE}, now - timedelta(days=9)
            await connection.execute(_joined(here, cast(int, applied), now))
            await _say(connection, here, past, "in", Status.DONE)
            await _say(connection, here, past, "out", Status.SENT, **passive)
            await _say(connection, here, past, "out", Status.SENT, via=Via.MASS)
            theirs, today = sa.and_(here, _has_written), now - timedelta(hours=5)
            await _say(connection, theirs, today, "in", Status.DONE)
            await _say(connection, theirs, today, "out", Status.SENT, **passive)
            await _say(connection, theirs, today, "out", Status.SENT, via=Via.CUSTOMER_SERVICE)
            await connection.execute(_consents(sa.and_(here, _has_consented), past))


def _pages(count: int, kind: str) -> Iterator[list[str]]:
    named = f"o{kind}"
    assert len(named) == _LETTERS
    openids = (f"{named}{number:018}" for number in range(count))
    while page := list(islice(openids, _PAGE)):
        yield page


def _within(page: list[str]) -> sa.ColumnElement[bool]:
    return contacts.c.openid.between(page[0], page[-1])


async def _say(
    connection: AsyncConnection, who: sa.ColumnElement[bool], at: datetime, direction: str, status: Status, **others: object
) -> None:  # fmt: skip
    values = {
        "direction": direction, "kind": "text", "body": BODY, "created_at": at, "status": status, "author": "bot",
        "settled_at": at, **others,
    }  # fmt: skip
    await connection.execute(_from_contacts(messages, values, who))


def _from_contacts(table: sa.Table, values: Mapping[str, object], who: sa.ColumnElement[bool]) -> sa.Insert:
    """A row for each of those who follow, in which only the openid differs, and what is an expression."""
    chosen = {
        name: value if isinstance(value, sa.ColumnElement) else sa.literal(value, table.c[name].type)
        for name, value in values.items()
    }
    source = sa.select(contacts.c.openid, *chosen.values()).where(who)
    return sa.insert(table).from_select(["openid", *chosen], source)


def _joined(who: sa.ColumnElement[bool], applied: int, now: datetime) -> sa.Insert:
    values = {
        "number": contacts.c.openid, "name": "样例", "mobile": "13800138000",
        # Each has their own, as the index wants.
        "mobile_blind": sa.cast(contacts.c.openid, sa.LargeBinary),
        "place": sa.case((_number % 2 == 0, DISTRICT), else_="maonan"), "district": sa.case((_number % 2 == 0, DISTRICT), else_="maonan"),
        "work": sa.case(((_number // 2) % 10 == 0, "rider"), else_="other"), "employer": "样例单位",
        "organisation": _UNION, "application_id": applied, "admitted_at": now, "changed_at": now,
    }  # fmt: skip
    return _from_contacts(_members, values, who)


def _applied(now: datetime) -> sa.Insert:
    """One application, which all of them share."""
    values = {
        "openid": "oNobody", "kind": "join", "door": "single", "name": "样例", "mobile": "13800138000", "mobile_blind": "13800138000",
        "place": DISTRICT, "district": DISTRICT, "work": "other", "employer": "样例单位", "organisation": _UNION, "scene": "",
        "status": "approved", "stage": "city", "edition": 1, "submitted_at": now, "changed_at": now, "closed_at": now,
    }  # fmt: skip
    return sa.insert(_applications).values(values)


def _consents(who: sa.ColumnElement[bool], at: datetime) -> sa.Insert:
    values = {"template_id": _TEMPLATE.template_id, "count": 1, "popups": 1, "pages": 0, "granted_at": at}
    return _from_contacts(tickets.tickets, values, who)
