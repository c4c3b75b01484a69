"""What must never be found in clear: in the files of a database, in its texts, or in the log."""

import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.base import Base
from storage.database import Database
from storage.sealing import Sealed

# Numbers that stories type into the chat although it is not the place for them.
TYPED = ("99010119900101006X", "4111111111111111")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9][0-9]{9}(?![0-9A-Za-z])")
# The bot says these itself, as examples or in what people might ask.
_SAID = {"陈大文", "13800000000"}


async def sealed_in(database: Database) -> set[str]:
    """Everything that is held in sealed columns: names, mobiles, numbers."""
    found: set[str] = set()
    async with database.read() as session:
        for table in Base.metadata.sorted_tables:
            # An opinion is not hidden from the journal, which staff read.
            sealed = [one for one in table.c if isinstance(one.type, Sealed) and one.name != "words"]
            for column in sealed:
                values = (await session.execute(sa.select(column))).scalars()
                found.update(value for value in values if value and len(value) > 1)
    return found - _SAID


async def texts_of(database: Database) -> str:
    """Every text of every table as it lies there."""
    lines: list[str] = []
    async with database.read() as session:
        for table in Base.metadata.sorted_tables:
            texts: list[sa.Column[Any]] = [c for c in table.c if isinstance(c.type, sa.String | sa.JSON)]
            if texts:
                lines += [repr(tuple(row)) for row in await session.execute(sa.select(*texts))]
    return "\n".join(lines)


def files_of(database: Database) -> str:
    """The bytes of SQLite's files, the write-ahead log too."""
    path = Path(str(database.url.database))
    return "\n".join(
        file.read_bytes().decode(errors="replace") for file in sorted(path.parent.glob(f"{path.name}*"))
    )


def found_in(text: str, sealed: set[str]) -> set[str]:
    """What of it should not be there."""
    numbers = set(_MOBILE.findall(text)) - _SAID
    return numbers | {secret for secret in (*TYPED, *sealed) if secret in text}
