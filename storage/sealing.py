"""Columns of personal data: sealed at rest, and found again by a blind index."""

import base64

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator

from storage.encryption import Keyring

_BATCH, _FILES = 1000, 10


class Sealed(TypeDecorator[str]):
    """A text of which the database holds AES-256-GCM alone; `place` is "table.column".

    The keyring is that of the `Database`. Sealed values cannot be compared: keep a `Blind` column of the same place.
    """

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(self.place, value)

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).unseal(self.place, value)


class SealedFile(TypeDecorator[bytes]):
    """The same for a file."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        if value is None:
            return None
        return keyring_of(dialect).seal(self.place, base64.b64encode(value).decode())

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else base64.b64decode(keyring_of(dialect).unseal(self.place, value))


class Blind(TypeDecorator[str]):
    """What a sealed value is looked up by: compare it with the plain value. It cannot be read back."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).blind(self.place, value)

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else value.hex()


def keyring_of(dialect: sa.Dialect) -> Keyring:
    """The keyring that the database was opened with; RuntimeError where it was opened without."""
    found = vars(dialect).get("keyring")
    if not isinstance(found, Keyring):
        raise RuntimeError("this database was opened without its keys")
    return found


async def reseal(connection: AsyncConnection, metadata: sa.MetaData) -> int:
    """Bring every value that an older key sealed under the newest one, with its blind index; returns how many rows."""
    newest = keyring_of(connection.dialect).newest
    return sum([await _reseal(connection, table, newest) for table in metadata.sorted_tables])


async def _reseal(connection: AsyncConnection, table: sa.Table, newest: bytes) -> int:
    sealed = {column: column.type.place for column in table.c if isinstance(column.type, Sealed | SealedFile)}
    blinds = {column: column.type.place for column in table.c if isinstance(column.type, Blind)}
    if not sealed:
        return 0
    # As the database has them: the first bytes of a sealed value name its key.
    heads = [sa.func.substr(sa.type_coerce(column, sa.LargeBinary), 1, len(newest)) for column in sealed]
    keys = list(table.primary_key)
    batch = _FILES if any(isinstance(column.type, SealedFile) for column in sealed) else _BATCH
    found = sa.select(*keys, *sealed).where(sa.or_(*(head != newest for head in heads))).limit(batch)
    done = 0
    while rows := (await connection.execute(found)).all():
        for row in rows:
            plain = {place: row._mapping[column] for column, place in sealed.items()}
            changed = {column.name: plain[place] for column, place in (sealed | blinds).items()}
            its = [column == row._mapping[column] for column in keys]
            await connection.execute(sa.update(table).where(*its).values(changed))
        done += len(rows)
    return done
