"""Migrations: one history for both engines, the same schema as the tables that the code declares."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

import storage.migrations
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate, pending


async def tables(database: Database) -> set[str]:
    async with database.connect() as connection:
        return set(await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()))


async def run(database: Database, work: str, revision: str) -> None:
    """An Alembic command that the program itself does not have."""
    engine = database.migrator()

    def inside(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
        config.attributes.update(connection=connection, metadata=Base.metadata)
        getattr(command, work)(config, revision)

    async with engine.begin() as connection:
        await connection.run_sync(inside)
    await engine.dispose()


async def test_an_empty_database_gets_every_table(database: Database) -> None:
    assert await pending(database, Base.metadata) == [path.name[:4] for path in _versions()]
    await migrate(database, Base.metadata)
    assert await tables(database) == {*Base.metadata.tables, "alembic_version"}
    assert await pending(database, Base.metadata) == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await session.execute(sa.text("INSERT INTO knowledge_revision (id, number) VALUES (1, 7)"))
    await migrate(database, Base.metadata)
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT number FROM knowledge_revision")) == 7


async def test_processes_that_start_at_once_migrate_once(database: Database) -> None:
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(4)]
    await asyncio.gather(*(migrate(other, Base.metadata) for other in others))
    for other in others:
        await other.close()
    assert await pending(database, Base.metadata) == []


async def test_migrations_and_tables_have_not_drifted_apart(database: Database) -> None:
    await migrate(database, Base.metadata)

    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_way_down_and_up_again(database: Database) -> None:
    await migrate(database, Base.metadata)
    await run(database, "downgrade", "base")
    assert await tables(database) == {"alembic_version"}
    await migrate(database, Base.metadata)
    assert await tables(database) == {*Base.metadata.tables, "alembic_version"}


def test_the_history_is_one_line() -> None:
    numbers = [path.name[:4] for path in _versions()]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def _versions() -> list[Path]:
    return sorted((Path(storage.migrations.__file__).parent / "versions").glob("[0-9]*.py"))
