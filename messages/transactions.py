"""A worker's own transactions: what the platform's template messages may say of them, by which templates.

A template message needs no credit and no consent, but is for what the worker has begun themselves: sent to many, or
to sell something, it gets the account banned. So only a notice in the lane of single messages that says which
transaction of the worker's it is about can go this way.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from messages.journal import Via, messages, told_at, was_told
from messages.tickets import FIELD_LETTERS, short
from storage.base import CHINA, Base, UTCDateTime

# The platform knows a client id for ten minutes from when it first had it.
REPEATABLE = timedelta(minutes=9)
# A template is left alone for so long when the platform will not have what it says, or not have it at all just now; or
# until it is declared anew.
FOR_CONTENT, FOR_SETTINGS = timedelta(days=1), timedelta(hours=1)
# What may stand in a field, beside words of its own.
SOURCES = ("title", "text", "next", "date")


class Matter(StrEnum):
    """What a worker can have begun, each with a template of its own."""

    MEMBERSHIP = "membership"  # an application to join or to move
    TRAINING = "training"  # a seat in a course
    EVENTS = "events"  # a place at an event, a pack
    JOBS = "jobs"  # an application for a job
    DESK = "desk"  # a question to the staff


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a template says of it: what it is, how it stands, what the worker can do; a line of 20 characters each.

    `whole`: nothing of weight is left unsaid. Else the notice itself rides on the worker's next answer as well.
    """

    matter: Matter
    title: str
    text: str
    then: str
    whole: bool = True


class ServiceTemplate(Base):
    """The platform's template for a matter. `fields` is JSON: of each field's name what stands in it.

    `refused_until`: the platform would not have it, for that `reason`.
    """

    __tablename__ = "service_templates"

    matter: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    template_id: Mapped[str] = mapped_column(sa.String(64))
    fields: Mapped[str] = mapped_column(sa.Text)
    page: Mapped[str] = mapped_column(sa.Text)
    changed_by: Mapped[str] = mapped_column(sa.String(64))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    refused_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(sa.String(255))


@dataclass(frozen=True, slots=True)
class Service:
    """A template as it is declared; `page` is what it opens, "" for nothing."""

    matter: Matter
    template_id: str
    fields: Mapping[str, str]
    page: str = ""
    refused_until: datetime | None = None
    reason: str = ""


class Misfit(Exception):
    """The platform would refuse such fields; the text says why, for staff."""


_templates = cast(sa.Table, ServiceTemplate.__table__)


def packed(transaction: Transaction) -> str:
    """As it stands beside its message."""
    said = [transaction.title, transaction.text, transaction.then]
    return json.dumps([transaction.matter, *said, transaction.whole], ensure_ascii=False)


def unpacked(text: str) -> Transaction:
    matter, title, line, then, whole = json.loads(text)
    return Transaction(Matter(matter), title, line, then, whole)


async def last_told(connection: AsyncConnection, openid: str) -> str:
    """The newest thing the worker was told, with what rode on it; empty for nothing."""
    query = sa.select(messages.c.body).where(messages.c.openid == openid, was_told)
    found = (await connection.execute(query.order_by(told_at.desc(), messages.c.id.desc()).limit(1))).scalar()
    return found or ""


async def was_told_last(connection: AsyncConnection, openid: str, matter: Matter, since: datetime) -> bool:
    """Whether a notice on such a matter, written since then, is the newest thing the worker was told, or rode on it."""
    of = messages.c
    told = sa.select(of.own, of.body).where(of.openid == openid, was_told)
    newest = (await connection.execute(told.order_by(told_at.desc(), of.id.desc()).limit(1))).first()
    if newest is None:
        return False
    rows = (await connection.execute(told.where(of.own.is_not(None), of.created_at >= since))).all()
    return any(row.body and row.body in newest.body and unpacked(row.own).matter is matter for row in rows)


def filled(service: Service, transaction: Transaction, now: datetime) -> dict[str, str]:
    """The template's fields: one line of at most 20 characters each, as the platform demands."""
    known = {
        "title": transaction.title,
        "text": transaction.text,
        "next": transaction.then,
        "date": f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}",
    }
    return {name: short(" ".join(known.get(what, what).split())) for name, what in service.fields.items()}


def check(fields: Mapping[str, str]) -> None:
    """Raises Misfit. How a transaction stands must be said, or the notice says nothing."""
    if "text" not in fields.values():
        raise Misfit("one field must be text: how the transaction stands")
    for name, what in fields.items():
        if name.startswith(("time", "date")) != (what == "date"):
            raise Misfit(f"{name}={what}: a time is date, and date is a time")
        if what not in SOURCES and len(what) > FIELD_LETTERS:
            raise Misfit(f"{name}: the platform takes {FIELD_LETTERS} characters")
        if name.startswith(("phrase", "const")) and what in SOURCES:
            raise Misfit(f"{name}: the platform takes words of its own list only, so write them out")


async def declare(session: AsyncSession, service: Service, staff: str, now: datetime) -> None:
    """From now on notices of this matter may go by that template; raises Misfit."""
    check(service.fields)
    await withdraw(session, service.matter)
    values = {
        "matter": service.matter,
        "template_id": service.template_id,
        "fields": json.dumps(dict(service.fields), ensure_ascii=False),
        "page": service.page,
        "changed_by": staff,
        "changed_at": now,
    }
    await session.execute(sa.insert(_templates).values(values))


async def withdraw(session: AsyncSession, matter: Matter) -> bool:
    """False when it had no template."""
    gone = sa.delete(_templates).where(_templates.c.matter == matter).returning(_templates.c.matter)
    return (await session.execute(gone)).first() is not None


async def declared(session: AsyncSession | AsyncConnection) -> dict[Matter, Service]:
    """Those put aside among them."""
    rows = (await session.execute(sa.select(_templates).order_by(_templates.c.matter))).all()
    return {
        Matter(row.matter): Service(
            Matter(row.matter), row.template_id, json.loads(row.fields), row.page, row.refused_until, row.reason or ""
        )
        for row in rows
    }  # fmt: skip


async def usable(connection: AsyncConnection, now: datetime) -> dict[Matter, Service]:
    found = await declared(connection)
    return {
        one.matter: one for one in found.values() if one.refused_until is None or one.refused_until <= now
    }


async def put_aside(connection: AsyncConnection, service: Service, reason: str, until: datetime) -> None:
    """Nobody else's notice is tried on it before then."""
    same = _templates.c.matter == service.matter, _templates.c.template_id == service.template_id
    refused = {"refused_until": until, "reason": reason[:255]}
    await connection.execute(sa.update(_templates).where(*same).values(refused))


async def announced(connection: AsyncConnection, openids: Collection[str]) -> set[tuple[str, Matter]]:
    """Of which people and matters a template has gone out and the words still wait for an answer to ride on."""
    waits = sa.literal_column("messages.status = 'held'", sa.Boolean)
    query = sa.select(messages.c.openid, messages.c.own).where(messages.c.openid.in_(openids), waits)
    rows = await connection.execute(query.where(messages.c.via == Via.TEMPLATE, messages.c.own.is_not(None)))
    return {(row.openid, unpacked(row.own).matter) for row in rows}
