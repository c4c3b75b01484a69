"""Backups: one file with the database and a note of the keys it needs, never the keys themselves."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from bot.settings import Misconfigured, Settings
from storage.database import parse_url
from storage.encryption import Keyring

_DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_NOTE = "backup.json"
# What a damaged archive raises; NotImplementedError is zipfile's word for a compression it does not know.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


class Impossible(Exception):
    """The backup or restore cannot be done; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a backup says of itself."""

    engine: str
    made_at: str
    keys: list[str]


def backup(settings: Settings, file: Path) -> None:
    """Write the backup; the bot may be running. An existing file is not overwritten."""
    if file.exists():
        raise Impossible(f"{file} exists already")
    url = parse_url(settings.database_url)
    engine = url.get_backend_name()
    with tempfile.TemporaryDirectory(dir=_folder(file)) as folder:
        dump = Path(folder, _DUMPS[engine])
        if engine == "sqlite":
            _copy_sqlite(Path(str(url.database)), dump)
        else:
            _postgresql("pg_dump", url, "--format=custom", f"--file={dump}")
        note = Note(engine, datetime.now(UTC).isoformat(timespec="seconds"), _keyring(settings).names)
        made = Path(folder, "made")
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_NOTE, json.dumps(asdict(note)))
            archive.write(dump, dump.name)
        made.chmod(0o600)
        made.replace(file)


def backup_keys(settings: Settings, file: Path) -> None:
    """Copy the keys, in the form that UNIONBOT_DATA_KEYS and the key file take."""
    keys = _keyring(settings).export()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Impossible(f"{file} exists already") from None
    except OSError as error:
        raise Impossible(f"{file}: {error.strerror}") from None
    with os.fdopen(descriptor, "w") as out:
        out.write("\n".join(keys) + "\n")


def restore(settings: Settings, file: Path) -> None:
    """Replace the database by a backup's; refused where the keys it needs are not at hand."""
    url = parse_url(settings.database_url)
    engine = url.get_backend_name()
    try:
        with zipfile.ZipFile(file) as archive, tempfile.TemporaryDirectory() as folder:
            note = Note(**json.loads(archive.read(_NOTE)))
            if note.engine != engine:
                raise Impossible(f"{file} is a backup of {note.engine}, the settings name {engine}")
            missing = sorted(set(note.keys) - set(_keyring(settings).names))
            if missing:
                raise Impossible(
                    f"the keys of this backup are not at hand (missing {', '.join(missing)}): see backup-keys"
                )
            dump = Path(archive.extract(_DUMPS[engine], folder))
            if engine == "sqlite":
                _replace_sqlite(dump, Path(str(url.database)))
            else:
                _postgresql("pg_restore", url, "--clean", "--if-exists", "--single-transaction", str(dump))
    except (*_DAMAGE, OSError, KeyError, TypeError, ValueError) as error:
        raise Impossible(f"{file} is not a whole backup: {error}") from None


def _folder(file: Path) -> Path:
    if not file.parent.is_dir():
        raise Impossible(f"there is no folder {file.parent}")
    return file.parent


def _keyring(settings: Settings) -> Keyring:
    try:
        return settings.keyring()
    except Misconfigured as problem:
        raise Impossible(str(problem)) from None


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise Impossible(f"there is no database {source}")
    # In one step: a copy in pieces starts again at every write and under load never ends.
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _replace_sqlite(dump: Path, target: Path) -> None:
    with closing(sqlite3.connect(dump)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Impossible("the database in the backup is damaged")
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        _refuse_if_used(target)
    # Beside the target first: the last step is one rename, and the old database is kept.
    arrived = target.with_name(target.name + ".arrived")
    shutil.copyfile(dump, arrived)
    if target.exists():
        target.replace(target.with_name(target.name + ".before-restore"))
    arrived.replace(target)


def _refuse_if_used(database: Path) -> None:
    with closing(sqlite3.connect(database, timeout=0)) as connection:
        try:
            # Only the sole user of a database can leave WAL mode; it also empties the WAL into the file.
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            raise Impossible("the database is in use: stop the bot first") from None


def _postgresql(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if not found:
        raise Impossible(f"{program} is not installed")
    environment = os.environ | {"PGPASSWORD": url.password or ""}
    target = url.set(drivername="postgresql", password=None).render_as_string()
    command = [found, f"--dbname={target}", *arguments]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, and no shell reads the arguments
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise Impossible(f"{program}: {done.stderr.decode(errors='replace').strip()}")
