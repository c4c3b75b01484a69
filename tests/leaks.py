"""What must never be found in clear: in the files of a database, in its texts, or in what was said of it."""

import asyncio
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import asyncpg

from bot.tables import METADATA
from storage.encryption import Keyring, WrongKey, parse_keys
from storage.sealing import Sealed

KEYS = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
# What stories type into the chat although it is not the place for it; the names outside forms and at the desk too.
TYPED = ("99010119900101006X", "4111111111111111", "陈小明", "李小明", "王大锤", "陈小文", "覃小梅")
# What may not stand before it comes second: looking for each 1 is quick, and the texts are long.
_MOBILE = re.compile(r"1(?<![0-9A-Za-z.]1)[3-9][0-9]{9}(?![0-9A-Za-z])")
_GROUPED_MOBILE = re.compile(r"1(?<![0-9A-Za-z.]1)[3-9][0-9](?:[ .\-—]{1,3}[0-9]{4}){2}(?![0-9A-Za-z])")
_ID_NUMBER = re.compile(
    r"[1-9](?<![0-9A-Za-z].)[0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
# The bot says these itself, as examples or in what people might ask.
_SAID = {"13800000000"}
_SQLITE, _PAGE = b"SQLite format 3\0", 4096
# Pages and rows of the databases that others are copied from, which were looked into when they were made.
_acquitted: set[bytes | str] = set()
# An opinion is not hidden from the journal, which staff read.
_SEALED = [
    (table.name, column.name, column.type.place)
    for table in METADATA.sorted_tables
    for column in table.c
    if isinstance(column.type, Sealed) and column.name != "words"
]


def found_in(text: str, sealed: Iterable[str]) -> set[str]:
    """What of it should not be there."""
    numbers = {one for form in (_MOBILE, _GROUPED_MOBILE, _ID_NUMBER) for one in form.findall(text)} - _SAID
    return numbers | {secret for secret in (*TYPED, *sealed) if secret in text}


async def acquit(url: str) -> None:
    """What a database is made of need not be looked into again in each of its copies."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        content = path.read_bytes()
        rows, sealed = _sqlite(path)
        parts: list[bytes | str] = [*_pages(content), *rows]
        found = found_in(_text(content), sealed)
    else:
        rows, sealed = await _postgres(url)
        parts, found = [*rows], set()
    assert not found | found_in("\n".join(rows), sealed), url
    _acquitted.update(parts)


def found_after(folder: Path | None, urls: Iterable[str], said: Iterable[str]) -> dict[str, set[str]]:
    """What a test has left in clear, by where it lies: below its folder, in PostgreSQL, in what was captured."""
    left = {f"captured {number}": text for number, text in enumerate(said)}
    rows: dict[str, list[str]] = {}
    sealed: set[str] = set()
    for name, content in _files(folder) if folder else ():
        left[name] = _text(content)
    for file in _databases(folder) if folder else ():
        # The rows too: a word in the file may go on in another page.
        rows[str(file)], held = _sqlite(file)
        sealed |= held
    for url in urls:
        # A server of the test's own is gone with it.
        with suppress(OSError, asyncpg.PostgresError):
            lines, held = asyncio.run(_postgres(url))
            left[url] = _new(lines)
            sealed |= held
    found = {name: found_in(text, sealed) for name, text in left.items()}
    for path, lines in rows.items():
        # SQLite's pages keep ends of what was moved: those of longer numbers, such as a message's, are nobody's.
        for name in (name for name in found if name.startswith(path)):
            found[name] = {
                one for one in found[name] if not (one.isdigit() and any(one in line for line in lines))
            }
        found[f"rows of {path}"] = found_in(_new(lines), sealed)
    return {name: secrets for name, secrets in found.items() if secrets}


def _opened(values: Iterable[tuple[str, bytes | None]]) -> set[str]:
    keyring, found = Keyring(parse_keys(KEYS)), set()
    for place, value in values:
        try:
            found.add(keyring.unseal(place, value) if value else "")
        except WrongKey:
            continue  # a test of keys, which other tests look into
    # A short word of letters, as for how a notice is worded, stands in other columns too.
    return {value for value in found if len(value) > (5 if value.isascii() else 1)} - _SAID


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Databases with all that stands beside them, logs, and what lies in backups; an export is meant to be read."""
    databases = [str(path) for path in _databases(folder)]
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".zip" and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path}/{name}", packed.read(name)) for name in packed.namelist())
        elif path.suffix == ".log" or str(path).startswith(tuple(databases)):
            yield str(path), b"".join(page for page in _pages(path.read_bytes()) if page not in _acquitted)


def _pages(content: bytes) -> list[bytes]:
    """Of a database's file; of others just parts."""
    return [content[at : at + _PAGE] for at in range(0, len(content), _PAGE)]


def _new(rows: Iterable[str]) -> str:
    return "\n".join(row for row in rows if row not in _acquitted)


def _databases(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _begins(path) == _SQLITE]


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_SQLITE))


def _sqlite(path: Path) -> tuple[list[str], set[str]]:
    """The texts of its rows, and what is held sealed."""
    lines: list[str] = []
    sealed: set[str] = set()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        # A test may have an older schema, or have spoilt the file.
        with suppress(sqlite3.DatabaseError):
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own schema
                lines += ["\t".join([value for value in row if isinstance(value, str)]) for row in rows]
        for table, column, place in _SEALED:
            with suppress(sqlite3.DatabaseError):
                rows = connection.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - names of our own schema
                sealed |= _opened((place, row[0]) for row in rows)
    return lines, sealed


async def _postgres(url: str) -> tuple[list[str], set[str]]:
    """Its rows as text, in which what is sealed is a hexadecimal number, and what is held sealed."""
    connection = await asyncpg.connect(url)
    try:
        there = {tuple(row) for row in await connection.fetch(_COLUMNS)}
        tables = sorted({table for table, _ in there})
        rows = " UNION ALL ".join(f'SELECT t::text FROM "{table}" t' for table in tables)  # noqa: S608 - names of our own schema
        sealed = " UNION ALL ".join(
            f"SELECT '{place}', {column} FROM {table}"  # noqa: S608 - names of our own schema
            for table, column, place in _SEALED
            if (table, column) in there
        )
        lines = [row[0] for row in await connection.fetch(rows)] if rows else []
        held = _opened(await connection.fetch(sealed)) if sealed else set()
    finally:
        await connection.close()
    return lines, held


# The view of the standard takes five times as long.
_COLUMNS = """
    SELECT t.relname::text, c.attname::text FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND c.attnum > 0 AND NOT c.attisdropped
"""


def _text(content: bytes) -> str:
    return content.decode(errors="replace")
