"""Migrations: one history for SQLite and PostgreSQL, safe when several processes start at once."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from storage.database import Database

# Any number that nothing else locks in this database.
_LOCK = 7_215_351


_SCRIPTS = Path(__file__).parent


@cache
def _newest() -> tuple[str, ...]:
    """All scripts have to be read for it, which takes longer than to see that a database is up to date."""
    return tuple(ScriptDirectory(str(_SCRIPTS)).get_heads())


def _is_newest(connection: Connection) -> bool:
    return MigrationContext.configure(connection).get_current_heads() == _newest()


def _config(connection: Connection, metadata: MetaData) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes.update(connection=connection, metadata=metadata)
    return config


async def migrate(database: Database, metadata: MetaData) -> None:
    """Bring the database to the newest schema; whoever comes second waits and finds nothing to do."""
    async with database.read() as session:
        if await (await session.connection()).run_sync(_is_newest):
            return
    engine = database.migrator()
    try:
        async with engine.begin() as connection:
            if not database.is_sqlite:  # on SQLite BEGIN IMMEDIATE is the lock
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            await connection.run_sync(lambda sync: command.upgrade(_config(sync, metadata), "head"))
    finally:
        await engine.dispose()


async def pending(database: Database, metadata: MetaData) -> list[str]:
    """Names of the migrations that the database has not seen, oldest first."""
    engine = database.migrator()
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda sync: _missing(sync, metadata))
    finally:
        await engine.dispose()


def _missing(connection: Connection, metadata: MetaData) -> list[str]:
    scripts = ScriptDirectory.from_config(_config(connection, metadata))
    current = MigrationContext.configure(connection).get_current_revision()
    return [script.revision for script in scripts.iterate_revisions("head", current)][::-1]
