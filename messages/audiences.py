"""Whom a broadcast is for: conditions that must all hold, of people who follow; walked by key, a stretch at a time.

`union` knows the members, districts and courses; `everybody`, `list`, `tag` and `subscription` are known here. A condition is
`name:argument`, an argument may name several with commas between them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from messages.contacts import contacts
from messages.subscriptions import Topic, subscriptions
from storage.base import Base, Id, UTCDateTime
from storage.bulk import BulkInsert

# The openids for which a condition held at that moment.
Query: TypeAlias = Callable[[Sequence[str], datetime], "sa.Select[Any]"]


class RecipientList(Base):
    """People whom staff listed by Excel, or who carry a tag of the account (`tag` is its name) when it was read."""

    __tablename__ = "recipient_lists"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(128))
    tag: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    made_by: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ListRecipient(Base):
    """Somebody on a list."""

    __tablename__ = "list_recipients"

    list_id: Mapped[int] = mapped_column(sa.ForeignKey("recipient_lists.id"), primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), primary_key=True, index=True)


lists = cast(sa.Table, RecipientList.__table__)
recipients = cast(sa.Table, ListRecipient.__table__)
_enlist = BulkInsert(recipients, ("list_id", "openid"), "ON CONFLICT (list_id, openid) DO NOTHING")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The recipients up to an openid, which is None at the end of all."""

    openids: Sequence[str]
    upto: str | None


class BadAudience(ValueError):
    """A condition that is none, or names a list or tag that is not there; in English for staff."""


class Audiences:
    """The conditions that this process knows, by name."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        """`queries` are those of the layers that know the workers."""
        self._queries = {**_OWN, **queries}

    async def check(self, session: AsyncSession, conditions: Sequence[str]) -> None:
        """Raises BadAudience."""
        if not conditions:
            raise BadAudience("say who it is for: everybody, or one condition or more")
        for condition in conditions:
            name, given = _parted(condition)
            if name not in self._queries:
                raise BadAudience(f"“{condition}” is none of {', '.join(sorted(self._queries))}")
            if name == "subscription" and not (given and set(given) <= set(Topic)):
                raise BadAudience(f"a topic is one of {', '.join(Topic)}")
            for one in (given or ("",)) if name in _LISTED else ():
                if await session.scalar(sa.select(lists.c.id).where(_LISTED[name](one))) is None:
                    raise BadAudience(f"there is no {name} {one}")

    def reached(
        self, conditions: Iterable[str], at: datetime, after: str = "", upto: str | None = None
    ) -> "sa.Select[str]":
        """The openids of those who follow and met the conditions at that moment."""
        within = contacts.c.openid > after, *(() if upto is None else (contacts.c.openid <= upto,))
        here = contacts.c.unfollowed_at.is_(None), contacts.c.first_seen <= at
        return (
            sa.select(contacts.c.openid)
            .where(
                *within, *here, *(self._meets(one, at, after, upto) for one in conditions if _narrows(one))
            )
            .order_by(contacts.c.openid)
        )

    def missed(self, conditions: Sequence[str], at: datetime) -> "sa.Select[int]":
        """How many meet the narrowest part of the conditions and do not follow, or have no WeChat that is known."""
        narrowing = [self._openids(one, at).subquery() for one in conditions if _narrows(one)]
        if not narrowing:
            gone = contacts.c.unfollowed_at.is_not(None), contacts.c.first_seen <= at
            return sa.select(sa.func.count()).select_from(contacts).where(*gone)
        first, *others = narrowing
        openid = first.c[0]
        follows = sa.exists().where(contacts.c.openid == openid, contacts.c.unfollowed_at.is_(None))
        met = [sa.exists().where(one.c[0] == openid) for one in others]
        return sa.select(sa.func.count()).select_from(first).where(~follows, *met)

    async def stretch(
        self, session: AsyncSession, conditions: Sequence[str], at: datetime, after: str, size: int
    ) -> Stretch:
        """The recipients among the next so many people, so that a narrow audience costs no more at a time than a wide one."""
        upto = await self.end_of_stretch(session, after, size)
        found = await session.scalars(self.reached(conditions, at, after, upto))
        return Stretch(list(found), upto)

    async def end_of_stretch(self, session: AsyncSession, after: str, size: int) -> str | None:
        """The last of the next so many people, whoever they are; None when there are fewer."""
        end = sa.select(contacts.c.openid).where(contacts.c.openid > after).order_by(contacts.c.openid)
        return await session.scalar(end.limit(1).offset(size - 1))

    def _meets(self, condition: str, at: datetime, after: str, upto: str | None) -> sa.ColumnElement[bool]:
        openid = self._openids(condition, at).subquery().c[0]
        within = openid > after, *(() if upto is None else (openid <= upto,))
        return sa.exists().where(openid == contacts.c.openid, *within)

    def _openids(self, condition: str, at: datetime) -> "sa.Select[Any]":
        name, given = _parted(condition)
        return self._queries[name](given, at)


async def make_list(session: AsyncSession, name: str, openids: Iterable[str], by: str, now: datetime) -> int:
    """Keep a list of people; returns its number."""
    given = {"name": name, "made_by": by, "made_at": now}
    made = await session.scalar(sa.insert(lists).values(given).returning(lists.c.id))
    await _fill(await session.connection(), cast(int, made), openids)
    return cast(int, made)


async def keep_tag(session: AsyncSession, tag: str, openids: Iterable[str], by: str, now: datetime) -> int:
    """Those who carry a tag of the account now, instead of those who did when it was last read."""
    known = await session.scalar(sa.select(lists.c.id).where(lists.c.tag == tag).with_for_update())
    given = {"name": tag, "tag": tag, "made_by": by, "made_at": now}
    if known is None:
        known = await session.scalar(sa.insert(lists).values(given).returning(lists.c.id))
    else:
        await session.execute(sa.update(lists).where(lists.c.id == known).values(given))
        await session.execute(sa.delete(recipients).where(recipients.c.list_id == known))
    await _fill(await session.connection(), cast(int, known), openids)
    return cast(int, known)


async def _fill(connection: AsyncConnection, number: int, openids: Iterable[str]) -> None:
    await _enlist.execute(connection, [(number, one) for one in sorted(set(openids))])


def _on_list(given: Sequence[str], _: datetime) -> "sa.Select[Any]":
    numbers = [int(one) for one in given]
    return sa.select(recipients.c.openid).where(recipients.c.list_id.in_(numbers))


def _tagged(given: Sequence[str], _: datetime) -> "sa.Select[Any]":
    tagged = sa.select(lists.c.id).where(lists.c.tag.in_(given))
    return sa.select(recipients.c.openid).where(recipients.c.list_id.in_(tagged))


def _follows(_: Sequence[str], at: datetime) -> "sa.Select[Any]":
    return sa.select(contacts.c.openid).where(contacts.c.first_seen <= at)


def _subscribed(topics: Sequence[str], at: datetime) -> "sa.Select[Any]":
    on = subscriptions.c.ended_at.is_(None), subscriptions.c.consented_at <= at
    return sa.select(subscriptions.c.openid).where(subscriptions.c.topic.in_(topics), *on)


_OWN: Mapping[str, Query] = {
    "everybody": _follows,
    "list": _on_list,
    "tag": _tagged,
    "subscription": _subscribed,
}
_LISTED: Mapping[str, Callable[[str], sa.ColumnElement[bool]]] = {
    "list": lambda given: lists.c.id == (int(given) if given.isdecimal() else 0),
    "tag": lambda given: lists.c.tag == given,
}


def _parted(condition: str) -> tuple[str, tuple[str, ...]]:
    name, _, given = condition.partition(":")
    return name.strip(), tuple(one.strip() for one in given.split(",") if one.strip())


def _narrows(condition: str) -> bool:
    return _parted(condition)[0] != "everybody"
