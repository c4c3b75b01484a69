"""Many rows in one statement mean what the same rows mean one by one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Id, UTCDateTime
from storage.bulk import BulkInsert, BulkRepeat, BulkSelect, among
from storage.database import Database
from tests.storage.tables import Scratch


class Row(Scratch):
    __tablename__ = "bulk_rows"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    text: Mapped[str | None] = mapped_column(sa.Text)
    small: Mapped[int | None] = mapped_column(sa.SmallInteger)
    share: Mapped[float | None] = mapped_column(sa.Float)
    fits: Mapped[bool | None] = mapped_column(sa.Boolean)
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


TABLE = cast(sa.Table, Row.__table__)
COLUMNS = ("id", "name", "text", "small", "share", "fits", "at")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Values = tuple[object, ...]
insert = BulkInsert(TABLE, COLUMNS)
repeat = BulkRepeat(TABLE, "name", ("small", "text", "at"), "ON CONFLICT (name) DO NOTHING")


@pytest.fixture
async def empty(database: Database) -> Database:
    async with database.connect() as connection:
        await connection.run_sync(Scratch.metadata.create_all)
    return database


async def found(database: Database) -> Sequence[Values]:
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(sa.select(*TABLE.c).order_by(TABLE.c.id))]


async def test_every_type_comes_back_as_one_by_one(empty: Database) -> None:
    beijing = timezone(timedelta(hours=8))
    rows: list[Values] = [
        (1, "a", "中文 '\"\\ \n\t %s :rows {0} ::int", -32768, 0.1, True, NOON),
        (2, "b", "", 32767, -1e300, False, NOON.replace(microsecond=1)),
        (2**31 - 1, None, "😀𠮷", None, None, None, None),
        (4, "", "null", 0, 0.0, False, datetime(2026, 1, 1, 7, 59, 59, 999999, beijing)),
    ]
    async with empty.connect() as connection:
        assert await insert.execute(connection, rows) == len(rows)
    in_bulk = await found(empty)
    async with empty.connect() as connection:
        await connection.execute(sa.delete(TABLE))
        await connection.execute(sa.insert(TABLE), [dict(zip(COLUMNS, row, strict=True)) for row in rows])
    assert in_bulk == await found(empty) == sorted(rows, key=lambda row: cast(int, row[0]))


values = st.tuples(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40) | st.none(),
    st.integers(-32768, 32767) | st.none(),
    st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    st.booleans() | st.none(),
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)) | st.none(),  # noqa: DTZ001 - bounds are naive
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(values, max_size=8))
async def test_whatever_is_written_is_read(empty: Database, rows: list[Values]) -> None:
    numbered = [(number, None, *row) for number, row in enumerate(rows, start=1)]
    async with empty.connect() as connection:
        await connection.execute(sa.delete(TABLE))
        assert await insert.execute(connection, numbered) == len(rows)
    assert await found(empty) == numbered


async def test_instants_written_in_bulk_compare_with_those_written_singly(empty: Database) -> None:
    async with empty.connect() as connection:
        await insert.execute(connection, [(1, None, None, None, None, None, NOON)])
        later = sa.select(TABLE.c.id).where(TABLE.c.at > NOON - timedelta(microseconds=1))
        assert (await connection.execute(later)).scalar() == 1
        assert (await connection.execute(sa.select(TABLE.c.id).where(TABLE.c.at == NOON))).scalar() == 1


async def test_a_conflict_clause_decides_and_the_count_tells(empty: Database) -> None:
    ignoring = BulkInsert(TABLE, ("id", "name"), "ON CONFLICT (name) DO NOTHING")
    changing = BulkInsert(
        TABLE,
        ("id", "name", "small"),
        "ON CONFLICT (name) DO UPDATE SET small = excluded.small WHERE bulk_rows.small IS NULL",
    )
    async with empty.connect() as connection:
        assert await ignoring.execute(connection, [(1, "a"), (2, "b")]) == 2
        assert await ignoring.execute(connection, [(3, "b"), (4, "c"), (5, "a")]) == 1
        assert await changing.execute(connection, [(6, "a", 1), (7, "d", 1)]) == 2
        assert await changing.execute(connection, [(8, "a", 2), (9, "d", 2)]) == 0
    assert [row[:2] for row in await found(empty)] == [(1, "a"), (2, "b"), (4, "c"), (7, "d")]


async def test_without_a_clause_a_conflict_is_an_error_and_nothing_stays(empty: Database) -> None:
    with pytest.raises(IntegrityError):
        async with empty.connect() as connection:
            await insert.execute(connection, [(1, "a", *[None] * 5), (2, "a", *[None] * 5)])
    assert await found(empty) == []


async def test_no_rows_are_no_work(empty: Database) -> None:
    async with empty.connect() as connection:
        assert await insert.execute(connection, []) == 0


async def test_thousands_go_in_one_statement(empty: Database) -> None:
    rows = [(number, f"n{number}", "文" * 200, 1, 0.5, True, NOON) for number in range(1, 3001)]
    async with empty.connect() as connection:
        assert await insert.execute(connection, rows) == 3000


async def test_what_has_no_form_is_refused(empty: Database) -> None:
    for value in (datetime(2026, 1, 1), b"bytes", {1}):  # noqa: DTZ001 - naive on purpose
        with pytest.raises(TypeError):
            async with empty.connect() as connection:
                await insert.execute(connection, [(1, None, None, None, None, None, value)])


async def test_rows_are_selected_by_any_number_of_keys(empty: Database) -> None:
    select = BulkSelect(sa.select(TABLE.c.name, TABLE.c.id), TABLE.c.name)
    names = [f"n{number}'\"\\{{}}中" for number in range(1, 2001)]
    nothing = (None,) * 5
    async with empty.connect() as connection:
        await insert.execute(connection, [(at, name, *nothing) for at, name in enumerate(names, start=1)])
        assert len(await select.execute(connection, [*names, "absent"])) == 2000
        assert [tuple(row) for row in await select.execute(connection, names[6:7])] == [(names[6], 7)]
        assert list(await select.execute(connection, [])) == []


async def test_a_column_is_among_any_number_of_texts_or_numbers(empty: Database) -> None:
    names = [f"n{number}'\"\\{{}}中" for number in range(1, 2001)]
    nothing = (None,) * 5
    async with empty.connect() as connection:
        await insert.execute(connection, [(at, name, *nothing) for at, name in enumerate(names, start=1)])

        async def count(*which: sa.ColumnElement[bool]) -> int:
            counted = sa.select(sa.func.count()).select_from(TABLE).where(*which)
            return (await connection.execute(counted)).scalar_one()

        assert await count(among(TABLE.c.name, [*names, "absent"])) == 2000
        assert await count(among(Row.name, names[:3]), TABLE.c.small.is_(None)) == 3
        assert await count(among(TABLE.c.id, range(5, 8)), sa.or_(among(TABLE.c.name, names[6:9]))) == 1
        assert await count(among(TABLE.c.name, [])) == await count(among(TABLE.c.id, [])) == 0
        changed = sa.update(TABLE).where(among(TABLE.c.id, [1, 2, 5000])).values(small=1)
        assert (await connection.execute(changed)).rowcount == 2


async def test_what_is_among_many_is_found_by_the_index(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL looks at the size of the table first")
    async with database.connect() as connection:
        await connection.run_sync(Scratch.metadata.create_all)
        query = "EXPLAIN QUERY PLAN " + str(
            sa.select(TABLE.c.small).where(among(TABLE.c.name, ["a"])).compile(connection.sync_engine)
        )
        told = [row[-1] for row in await connection.exec_driver_sql(query, ("[]",))]
    assert told[0].startswith("SEARCH bulk_rows USING INDEX")


async def test_rows_that_differ_in_one_text_mean_the_same_one_by_one(empty: Database) -> None:
    names = ["a", "中文 '\"\\{}", "", "b"]
    async with empty.connect() as connection:
        assert await repeat.execute(connection, names, (7, "同", NOON)) == len(names)
        assert await repeat.execute(connection, ["b", "c"], (8, "別", None)) == 1
        assert await repeat.execute(connection, [], (9, "", None)) == 0
    said = [(row[1], row[3], row[2], row[6]) for row in await found(empty)]
    assert said == [*((name, 7, "同", NOON) for name in names), ("c", 8, "別", None)]
