"""Many rows in one statement, alike on both engines, and counted."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class BulkInsert:
    """`INSERT INTO table (columns) … conflict`, for any number of rows.

    SQLite's driver binds values quickly, over and over to one prepared statement. PostgreSQL is given one JSON text.
    """

    def __init__(self, table: sa.Table, columns: Sequence[str], conflict: str = "") -> None:
        """`conflict` is an ON CONFLICT clause in the words that both engines share."""
        into, marks = ", ".join(columns), ", ".join("?" * len(columns))
        # Every part is written in our own modules; what comes from outside travels in the parameters alone.
        self._sqlite = f"INSERT INTO {table.name} ({into}) VALUES ({marks}) {conflict}"  # noqa: S608 - all of it our own words
        self._postgresql = _statement(table, columns, conflict)

    async def execute(self, connection: AsyncConnection, rows: Sequence[Sequence[object]]) -> int:
        """Write the rows, in the order of the columns; returns how many were inserted or changed."""
        if not rows:
            return 0
        if connection.dialect.name == "sqlite":
            bound = [tuple([one if type(one) in _BOUND else _plain(one) for one in row]) for row in rows]
            done = await connection.exec_driver_sql(self._sqlite, bound)
        else:
            given = json.dumps(rows, ensure_ascii=False, default=_instant)
            done = await connection.execute(self._postgresql, {"rows": given})
        return done.rowcount


class BulkRepeat:
    """`INSERT INTO table (key, columns) … conflict`, of rows that differ in one text alone, which travels as a list."""

    def __init__(self, table: sa.Table, key: str, columns: Sequence[str], conflict: str = "") -> None:
        """`conflict` as of `BulkInsert`."""
        self._columns = tuple(columns)
        into, same = ", ".join((key, *columns)), ", ".join(f":{name}" for name in columns)
        # SQLite would take an ON that follows a table for that of a join.
        rest = f"WHERE true {conflict}"
        typed = [sa.bindparam(name, type_=table.c[name].type) for name in columns]
        many = sa.bindparam("keys", type_=_Many(sa.Text()))
        self._sqlite, self._postgresql = (
            sa.text(f"INSERT INTO {table.name} ({into}) SELECT {one}, {same} FROM {source} {rest}").bindparams(*typed, many)  # noqa: S608 - all of it our own words
            for one, source in (("value", "json_each(:keys)"), ("one", "unnest(:keys) AS one"))
        )  # fmt: skip

    async def execute(self, connection: AsyncConnection, keys: Sequence[str], same: Sequence[object]) -> int:
        """A row for each key, with the same values in the order of the columns; returns how many were inserted."""
        if not keys:
            return 0
        statement = self._sqlite if connection.dialect.name == "sqlite" else self._postgresql
        given = dict(zip(self._columns, same, strict=True))
        return (await connection.execute(statement, {"keys": keys, **given})).rowcount


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


class _Many(TypeDecorator[Sequence[Any]]):
    """Any number of texts or whole numbers as one parameter: an array, or JSON."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, one: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return sa.Text() if dialect.name == "sqlite" else postgresql.ARRAY(self.one)

    def process_bind_param(self, value: Sequence[Any] | None, dialect: sa.Dialect) -> object:
        return json.dumps(value) if dialect.name == "sqlite" else value


class _Among(FunctionElement[bool]):
    name = "among"
    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> Self:
        return self  # SQLite finds no index for `x IN (…) = 1`


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **others: Any) -> str:
    column, many = (compiler.process(one, **others) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({many}))"  # noqa: S608 - all of it our own words


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **others: Any) -> str:
    column, many = (compiler.process(one, **others) for one in element.clauses)
    return f"{column} = ANY ({many})"


def among(
    column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], values: Iterable[str] | Iterable[int]
) -> sa.ColumnElement[bool]:
    """As `column.in_(values)`, for hundreds: one parameter and one statement, however many there are."""
    many = _Many(sa.BigInteger() if isinstance(column.type, sa.Integer) else sa.Text())
    return _Among(column, sa.bindparam(None, list(values), type_=many))


_BOUND = frozenset((str, int, float, bool, type(None)))


def _plain(value: object) -> str:
    return str(value) if isinstance(value, str) else _instant(value)


def _statement(table: sa.Table, columns: Sequence[str], conflict: str) -> sa.TextClause:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
    values = [
        f"CAST(one.value ->> {at} AS {table.c[column].type.compile(dialect)})"
        for at, column in enumerate(columns)
    ]
    into, chosen = ", ".join(columns), ", ".join(values)
    source = "jsonb_array_elements(CAST(:rows AS jsonb)) AS one(value)"
    return sa.text(f"INSERT INTO {table.name} ({into}) SELECT {chosen} FROM {source} {conflict}")  # noqa: S608 - all of it our own words


@lru_cache(64)  # the turns of a group share their instant
def _instant(value: object) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"{value!r} cannot be written in bulk")
    # SQLAlchemy's own form on SQLite, where instants are compared as texts; PostgreSQL's sessions are in UTC.
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
