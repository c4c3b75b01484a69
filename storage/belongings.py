"""Everything that is held about one person, found by the tables themselves, so that none can be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.sealing import Blind, SealedFile

WHOSE = "openid"


@dataclass(frozen=True, slots=True)
class Belonging:
    """A row that is about the person: its table, and its readable values by column."""

    table: str
    values: dict[str, object]


def personal(metadata: sa.MetaData) -> list[sa.Table]:
    """The tables that say whose their rows are, and those whose rows belong to such a row; parents first."""
    found: list[sa.Table] = []
    for table in metadata.sorted_tables:
        if WHOSE in table.c or any(True for _ in _parents(table, found)):
            found.append(table)
    return found


async def belongings(session: AsyncSession, metadata: sa.MetaData, openid: str) -> list[Belonging]:
    """Sealed values are opened; what only serves to look them up is left out."""
    tables = personal(metadata)
    keys: dict[str, list[object]] = {}
    found: list[Belonging] = []
    for table in tables:
        rows = (await session.execute(_of(table, tables, keys, openid))).mappings().all()
        keys[table.name] = [row["id"] for row in rows if "id" in table.c]
        found.extend(Belonging(table.name, {name: row[name] for name in readable(table)}) for row in rows)
    return found


def readable(table: sa.Table) -> list[str]:
    """The columns that say something to a reader."""
    hidden = (Blind, SealedFile, sa.LargeBinary)
    return [column.name for column in table.c if not isinstance(column.type, hidden)]


def _of(
    table: sa.Table, tables: list[sa.Table], keys: dict[str, list[object]], openid: str
) -> sa.Select[tuple[object, ...]]:
    chosen = sa.select(*(table.c[name] for name in readable(table))).order_by(*table.primary_key)
    if WHOSE in table.c:
        return chosen.where(table.c[WHOSE] == openid)
    return chosen.where(
        sa.or_(*(column.in_(keys[parent.name]) for column, parent in _parents(table, tables)))
    )


def _parents(table: sa.Table, tables: list[sa.Table]) -> Iterator[tuple[sa.Column[object], sa.Table]]:
    for key in table.foreign_keys:
        parent = key.column.table
        if parent in tables and parent is not table and key.column.name == "id":
            yield key.parent, parent
