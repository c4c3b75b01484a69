"""The engine and its transactions: SQLite with one writer, or PostgreSQL, by one URL."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from aiosqlite.core import _STOP_RUNNING_SENTINEL
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from storage.encryption import Keyring

BUSY_SECONDS = 5
_PASSES = 4


# SQLite raises OperationalError for a misspelt column too; these are the codes of a file that cannot be used now.
_SQLITE_AWAY = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_CANTOPEN", "SQLITE_IOERR"),
    *("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_NOTADB", "SQLITE_CORRUPT"),
)
# SQLSTATE of a transaction that lost against another: not serialisable, deadlock.
_POSTGRESQL_LOST = ("40001", "40P01")
# Classes of SQLSTATE: no connection, no resources, shut down or starting, read-only while a standby takes over.
_POSTGRESQL_AWAY = ("08", "53", "57P", "25006")


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached or used, as against a statement that it refused.

    The drivers let socket errors and their own time-outs through unwrapped.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError | TimeoutError | PoolTimeout)
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    code = getattr(error.orig, "sqlite_errorname", None)
    if code is not None:
        return str(code).startswith(_SQLITE_AWAY)
    return str(getattr(error.orig, "sqlstate", None) or "").startswith(_POSTGRESQL_AWAY)


def is_lost(error: BaseException) -> bool:
    """Whether the transaction lost against another one that wanted the same rows, and would succeed when run again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _POSTGRESQL_LOST


def parse_url(url: str) -> URL:
    """The URL with an asynchronous driver; ValueError for anything but SQLite in a file or PostgreSQL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # whose texts may repeat a part of the URL
        raise ValueError("cannot be read as the URL of a database") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:///path/to/file.sqlite3")
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+asyncpg")
    raise ValueError(f"{backend} is not supported: use sqlite or postgresql")


# In UTC, so that an instant written as a text means what it says.
_ASYNCPG = {"timeout": BUSY_SECONDS, "command_timeout": 10, "server_settings": {"timezone": "UTC"}}


def _dumps(value: object) -> str:
    # Escaped Chinese could never be found again with LIKE.
    return json.dumps(value, ensure_ascii=False)


class _SQLite(aiosqlite.Connection):
    """A connection with a thread of its own, which costs more than most statements do.

    So those that nothing can keep waiting, in a transaction that has the write lock already, run where they are; and so
    do the making and closing of cursors, two of four trips, while the thread rests.
    """

    has_lock = False
    _given = _done = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.has_lock or (self._given == self._done and _is_instant(fn)):
            return fn(*args, **kwargs)

        def run() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                self._done += 1  # also where nobody waits for it any more

        self._given += 1
        return await super()._execute(run)  # type: ignore[no-untyped-call]  # aiosqlite leaves it without types

    async def close(self) -> None:
        # One that was cancelled under way is in a transaction still, which a cursor that somebody holds would keep open.
        self._tx.put_nowait((None, self._undo))
        await super().close()

    def _undo(self) -> None:
        if self._connection is not None:
            self._connection.rollback()

    def __del__(self) -> None:
        # One whose opening was cancelled has no owner. The driver would tell a loop that may be closed by now; enough
        # that the thread ends, and the file is closed with it.
        self._tx.put_nowait((None, lambda: _STOP_RUNNING_SENTINEL))


def _is_instant(fn: Callable[..., Any]) -> bool:
    owner = getattr(fn, "__self__", None)
    made = isinstance(owner, sqlite3.Connection) and fn.__name__ == "cursor"
    return made or (isinstance(owner, sqlite3.Cursor) and fn.__name__ == "close")


def _open(path: str, **options: Any) -> _SQLite:
    connection = _SQLite(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
    connection._thread.daemon = True
    return connection


class Database:
    """Hands out transactions: `write()` and `read()` commit when their block ends and roll back when it raises."""

    def __init__(self, url: str, keyring: Keyring | None = None, pool: int = 8) -> None:
        """Without a keyring, sealed columns can be neither read nor written."""
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            # One connection writes: waiting happens in its queue instead of in SQLite's busy loop.
            self._writer = self._sqlite("BEGIN IMMEDIATE", pool_size=1, pool_timeout=BUSY_SECONDS)
            self._reader = self._sqlite("BEGIN", pool_size=pool)
        else:
            self._writer = self._reader = create_async_engine(
                self.url, json_serializer=_dumps, hide_parameters=True, pool_size=pool, max_overflow=pool,
                pool_timeout=BUSY_SECONDS, connect_args=_ASYNCPG,
            )  # fmt: skip
            _forget_closed(self._writer)
        # On SQLite: the bells rung in the transaction under way, and who in this process hears them when it is over.
        self._rung: set[str] = set()
        self._hearers: list[tuple[str, Callable[[], None]]] = []
        for engine in (self._writer, self._reader):
            # Where the types of sealed columns find it, and whoever rings a bell.
            vars(engine.dialect).update(keyring=keyring, rung=self._rung)

    def _sqlite(self, begin: str, **pool: Any) -> AsyncEngine:
        # Every block ends its transaction itself, so that giving a connection back need not roll back again.
        engine = create_async_engine(
            self.url,
            json_serializer=_dumps,
            hide_parameters=True,
            max_overflow=0,
            pool_reset_on_return=None,
            connect_args={"async_creator_fn": _open},
            **pool,
        )
        _prepare_sqlite(engine, begin)
        return engine

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction without a session, for short statements in bulk; on SQLite they run on the loop."""
        async with self._writer.begin() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if self.is_sqlite:
                driver.has_lock = True
            try:
                yield connection
            finally:
                if self.is_sqlite:
                    driver.has_lock = False
        self._tell()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
        self._tell()

    @contextmanager
    def hearing(self, name: str, heard: Callable[[], None]) -> Iterator[None]:
        """Bells that this process rings on SQLite, which has no others."""
        self._hearers.append((name, heard))
        try:
            yield
        finally:
            self._hearers.remove((name, heard))

    def _tell(self) -> None:
        rung = set(self._rung)
        self._rung.clear()
        for name, heard in self._hearers:
            if name in rung:
                heard()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    async def exclusive(self, session: AsyncSession, purpose: str) -> None:
        """Until this write transaction ends no other process gets past the same call."""
        if self.is_sqlite:
            await session.connection()  # begins with BEGIN IMMEDIATE, which suffices
            return
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:purpose))"), {"purpose": purpose})

    async def ping(self) -> None:
        """Raises an error that `is_away` knows when the database cannot be reached."""
        async with self._reader.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def scrub(self) -> bool:
        """Leave nothing of what was erased in SQLite's write-ahead log; False when a reader is in the way.

        PostgreSQL does away with it by itself, as its log moves on and autovacuum comes by.
        """
        if not self.is_sqlite:
            return True
        busy, _, _ = await _write_back(self._writer, "TRUNCATE")
        return not busy

    async def checkpoint(self) -> None:
        """Write SQLite's log back into its file beside the turns: a commit that has to keeps its answers waiting.

        The log begins anew only when all of it is written back between two commits, which a short last pass can be.
        """
        written = -1
        for _ in range(_PASSES):
            before, (_, _, written) = written, await _write_back(self._reader, "PASSIVE")
            if written == before:
                return

    def migrator(self) -> AsyncEngine:
        """An engine for one migration: foreign keys are off, or a rebuilt SQLite table would delete its children."""
        engine = create_async_engine(self.url, poolclass=NullPool)
        if self.is_sqlite:
            _prepare_sqlite(engine, "BEGIN IMMEDIATE", foreign_keys="OFF")
        return engine

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def _forget_closed(engine: AsyncEngine) -> None:
    """None of the pool's connections is given out that the server has closed, which the driver knows by itself.

    SQLAlchemy's own question takes three round trips before each transaction, as many as the transaction itself.
    """

    @event.listens_for(engine.sync_engine, "checkout")
    def _taken(dbapi: Any, entry: ConnectionPoolEntry, proxy: object) -> None:
        if dbapi.driver_connection.is_closed():
            raise InvalidatePoolError


async def _write_back(engine: AsyncEngine, how: str) -> tuple[int, int, int]:
    """Whether something was in the way, and how many pages of the log there are and were written back so far."""
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        # Outside a transaction, which SQLAlchemy would begin.
        cursor = await driver.execute(f"PRAGMA wal_checkpoint({how})")
        busy, pages, written = await cursor.fetchone()
        await cursor.close()
    return busy, pages, written


def _prepare_sqlite(engine: AsyncEngine, begin: str, foreign_keys: str = "ON") -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connected(dbapi: Any, entry: ConnectionPoolEntry) -> None:
        # The driver's own BEGIN comes only before a write, which loses updates between read and write.
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",  # an answered message survives a power cut
            f"foreign_keys = {foreign_keys}",
            "temp_store = MEMORY",
            "cache_size = -32000",  # KiB: the indexes of some hundred thousand messages stay at hand
            "wal_autocheckpoint = 64000",  # pages, 256 MB: `checkpoint` is to come before that
            "secure_delete = ON",  # what is erased leaves nothing in free pages
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
