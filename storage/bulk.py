"""Many rows in one statement: they travel as one parameter, alike on both engines, and are counted."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection


class BulkInsert:
    """`INSERT INTO table (columns) … conflict`, for any number of rows.

    Binding every value by itself costs several times the insert; the engines' own JSON readers do not.
    """

    def __init__(self, table: sa.Table, columns: Sequence[str], conflict: str = "") -> None:
        """`conflict` is an ON CONFLICT clause in the words that both engines share."""
        self._statements = {
            "sqlite": _statement(
                table, columns, conflict, "json_extract(one.value, '$[{at}]')", _FROM_SQLITE
            ),
            "postgresql": _statement(
                table, columns, conflict, "CAST(one.value ->> {at} AS {type})", _FROM_POSTGRESQL
            ),
        }

    async def execute(self, connection: AsyncConnection, rows: Sequence[Sequence[object]]) -> int:
        """Write the rows, in the order of the columns; returns how many were inserted or changed."""
        if not rows:
            return 0
        given = json.dumps(rows, ensure_ascii=False, default=_instant)
        done = await connection.execute(self._statements[connection.dialect.name], {"rows": given})
        return done.rowcount


class BulkSelect:
    """Rows of a selection whose key is among any number of given texts; one statement, however many are given."""

    def __init__(self, selection: sa.Select[Any], key: sa.ColumnElement[str]) -> None:
        given = sa.func.json_each(sa.bindparam("keys")).table_valued("value")
        listed = sa.bindparam("keys", type_=postgresql.ARRAY(sa.Text))
        self._sqlite = selection.where(key.in_(sa.select(given.c.value)))
        self._postgresql = selection.where(key == sa.any_(listed))

    async def execute(self, connection: AsyncConnection, keys: Sequence[str]) -> Sequence[tuple[Any, ...]]:
        if connection.dialect.name == "sqlite":
            found = await connection.execute(self._sqlite, {"keys": json.dumps(keys)})
        else:
            found = await connection.execute(self._postgresql, {"keys": keys})
        return [tuple(row) for row in found]


_FROM_SQLITE = "json_each(:rows) AS one"
_FROM_POSTGRESQL = "jsonb_array_elements(CAST(:rows AS jsonb)) AS one(value)"


def _statement(
    table: sa.Table, columns: Sequence[str], conflict: str, value: str, source: str
) -> sa.TextClause:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
    values = [
        value.format(at=at, type=table.c[column].type.compile(dialect)) for at, column in enumerate(columns)
    ]
    # Without WHERE, SQLite would read the ON of ON CONFLICT as the condition of a join.
    into, chosen = ", ".join(columns), ", ".join(values)
    # Every part is written in our own modules; what comes from outside travels in the parameter alone.
    return sa.text(f"INSERT INTO {table.name} ({into}) SELECT {chosen} FROM {source} WHERE true {conflict}")  # noqa: S608


@lru_cache(64)  # the turns of a group share their instant
def _instant(value: object) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"{value!r} cannot be written in bulk")
    # SQLAlchemy's own form on SQLite, where instants are compared as texts; PostgreSQL's sessions are in UTC.
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
