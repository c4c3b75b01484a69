"""Consents to be told by subscription notice: counted once each, spent once, and what topics they are for.

A consent is heard of twice, by the platform's event and by the page that asked for it. The greater of the two
counts is what was given; in doubt a consent too few is counted.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from storage.bulk import among

# The platform takes no more in a field of a template.
FIELD_LETTERS = 20


class Proof(StrEnum):
    """Who told us of a consent."""

    POPUP = "popup"  # the platform's event
    PAGE = "page"  # our page, by what the tag has called back


class TicketRow(Base):
    """What a worker has agreed to and we have not used; `popups` and `pages` are how often each has told us so."""

    __tablename__ = "tickets"

    openid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    template_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    count: Mapped[int] = mapped_column(sa.Integer)
    popups: Mapped[int] = mapped_column(sa.Integer)
    pages: Mapped[int] = mapped_column(sa.Integer)
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class TemplateRow(Base):
    """The platform's template for a topic. `fields` is JSON: of each field's name what stands in it.

    That is `title` (the first line of the message), `text` (the rest), `date`, or words of its own.
    """

    __tablename__ = "notice_templates"

    topic: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    template_id: Mapped[str] = mapped_column(sa.String(64))
    lasting: Mapped[bool] = mapped_column(sa.Boolean)
    fields: Mapped[str] = mapped_column(sa.Text)
    page: Mapped[str] = mapped_column(sa.Text)
    changed_by: Mapped[str] = mapped_column(sa.String(64))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Template:
    """`lasting`: one consent is for all that follows, until the worker takes it back."""

    topic: str
    template_id: str
    lasting: bool
    fields: Mapping[str, str]
    page: str = ""


tickets = cast(sa.Table, TicketRow.__table__)
_templates = cast(sa.Table, TemplateRow.__table__)
_grant = sa.text(
    "INSERT INTO tickets (openid, template_id, count, popups, pages, granted_at) "
    "VALUES (:openid, :template, 1, :popup, :page, :now) "
    "ON CONFLICT (openid, template_id) DO UPDATE SET "
    "count = tickets.count + CASE WHEN (CASE WHEN :popup = 1 THEN tickets.popups ELSE tickets.pages END) >= "
    "(CASE WHEN :popup = 1 THEN tickets.pages ELSE tickets.popups END) THEN 1 ELSE 0 END, "
    "popups = tickets.popups + :popup, pages = tickets.pages + :page, granted_at = :now"
).bindparams(
    sa.bindparam("now", type_=UTCDateTime()),
    sa.bindparam("popup", type_=sa.Integer()),
    sa.bindparam("page", type_=sa.Integer()),
)


async def grant(
    session: AsyncSession | AsyncConnection, openid: str, template_id: str, now: datetime, proof: Proof
) -> None:
    """The worker has agreed once; the same consent told by the other proof as well counts no more."""
    by = {"popup": int(proof is Proof.POPUP), "page": int(proof is Proof.PAGE)}
    await session.execute(_grant, {"openid": openid, "template": template_id, "now": now, **by})


async def empty(connection: AsyncConnection, openid: str, template_id: str) -> None:
    """The worker has taken it back, or the platform says there is none."""
    await connection.execute(sa.update(tickets).where(_its(openid, template_id)).values(count=0))


async def spend(connection: AsyncConnection, openids: Iterable[str], template: Template) -> None:
    """One for each time that somebody is named; whoever calls has seen that so many are left, under the workers' locks."""
    if template.lasting:
        return
    times = Counter(openids)
    for number in set(times.values()):
        theirs = among(tickets.c.openid, [one for one in times if times[one] == number])
        left = sa.case((tickets.c.count > number, tickets.c.count - number), else_=0)
        spent = sa.update(tickets).where(theirs, tickets.c.template_id == template.template_id)
        await connection.execute(spent.values(count=left))


async def give_back(connection: AsyncConnection, openid: str, template: Template) -> None:
    """The notice certainly did not go."""
    if not template.lasting:
        more = {"count": tickets.c.count + 1}
        await connection.execute(sa.update(tickets).where(_its(openid, template.template_id)).values(more))


async def held(
    connection: AsyncConnection, openids: Collection[str], templates: Collection[str]
) -> dict[tuple[str, str], int]:
    """How many are left, by openid and template."""
    if not templates:
        return {}
    left = tickets.c.count.label("left")
    query = sa.select(tickets.c.openid, tickets.c.template_id, left).where(
        among(tickets.c.openid, openids), tickets.c.template_id.in_(templates), tickets.c.count > 0
    )
    return {(row.openid, row.template_id): row.left for row in (await connection.execute(query)).all()}


async def declare(session: AsyncSession, template: Template, staff: str, now: datetime) -> None:
    """From now on this topic's notices go by that template."""
    await session.execute(sa.delete(_templates).where(_templates.c.topic == template.topic))
    values = {
        "topic": template.topic,
        "template_id": template.template_id,
        "lasting": template.lasting,
        "fields": json.dumps(dict(template.fields), ensure_ascii=False),
        "page": template.page,
        "changed_by": staff,
        "changed_at": now,
    }
    await session.execute(sa.insert(_templates).values(values))


async def withdraw(session: AsyncSession, topic: str) -> bool:
    """False when the topic had no template."""
    gone = sa.delete(_templates).where(_templates.c.topic == topic).returning(_templates.c.topic)
    return (await session.execute(gone)).first() is not None


async def templates_by_topic(session: AsyncSession | AsyncConnection) -> dict[str, Template]:
    rows = (await session.execute(sa.select(_templates))).all()
    return {
        row.topic: Template(row.topic, row.template_id, row.lasting, json.loads(row.fields), row.page)
        for row in rows
    }


def filled(template: Template, body: str, date: str) -> dict[str, str]:
    """The template's fields for one message: a line of at most 20 characters each, as the platform demands."""
    title, text = _parts(body)
    known = {"title": title, "text": text or title, "date": date}
    return {name: short(known.get(source, source)) for name, source in template.fields.items()}


def says_all(template: Template, body: str) -> bool:
    """Whether nothing of the message is left out or cut in the template's fields."""
    title, text = _parts(body)
    fields = set(template.fields.values())
    needed = [(title, {"title"} if text else {"title", "text"}), (text, {"text"})]
    return all(not part or (len(part) <= FIELD_LETTERS and fields & by) for part, by in needed)


def _parts(body: str) -> tuple[str, str]:
    """The first line and the rest, each as one line."""
    lines: Sequence[str] = [line.strip() for line in body.splitlines() if line.strip()] or ["…"]
    return lines[0], " ".join(lines[1:])


def short(text: str) -> str:
    return text if len(text) <= FIELD_LETTERS else f"{text[: FIELD_LETTERS - 1]}…"


def _its(openid: str, template_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(tickets.c.openid == openid, tickets.c.template_id == template_id)
