"""Backups: what was written comes back, and what must not happen is refused before anything is changed."""

import asyncio
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import Bot, reach, running
from bot.backups import Impossible, backup, backup_keys, restore
from bot.platform import SharedTokenStore
from bot.settings import Settings
from storage.database import Database, parse_url
from tests.bot.shells import Shell, written
from tests.postgres import Server
from wechat.simulator import Phone, Platform
from wechat.tokens import Token

OTHER_KEY = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="


@pytest.fixture
async def filled(settings: Settings) -> Settings:
    """Settings of a database with something in it, of which one value is sealed, and no process at work."""
    database = Database(settings.database_url, settings.keyring())
    await reach(database)
    await SharedTokenStore(database, settings.keyring(), settings.wechat_appid).save(Token("sealed", 4e9))
    await _add(database, "o1")
    await database.close()
    return settings


async def _add(database: Database, openid: str) -> None:
    async with database.write() as session:
        statement = (
            "INSERT INTO contacts (openid, first_seen) VALUES (:openid, '2026-11-20 01:02:03.000000+00')"
        )
        await session.execute(sa.text(statement), {"openid": openid})


async def _found(settings: Settings) -> tuple[list[str], str | None]:
    """The contacts, and the sealed value opened."""
    database = Database(settings.database_url, settings.keyring())
    async with database.read() as session:
        openids = list(await session.scalars(sa.text("SELECT openid FROM contacts ORDER BY openid")))
    token = await SharedTokenStore(database, settings.keyring(), settings.wechat_appid).load()
    await database.close()
    return openids, token.value if token else None


async def _elsewhere(settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The same settings with an empty database of the same engine."""
    url = f"sqlite:///{tmp_path}/elsewhere/new.sqlite3"
    if settings.database_url.startswith("postgresql"):
        server: Server = request.getfixturevalue("postgres")
        url = await server.new_database()
    return settings.model_copy(update={"database_url": url})


async def test_a_backup_comes_back_where_it_was_made(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.zip")
    database = Database(filled.database_url, filled.keyring())
    await _add(database, "o2")
    await database.close()
    restore(filled, tmp_path / "b.zip")
    assert await _found(filled) == (["o1"], "sealed")


async def test_a_backup_comes_up_on_another_machine(
    filled: Settings, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "b.zip")
    elsewhere = await _elsewhere(filled, request, tmp_path)
    restore(elsewhere, tmp_path / "b.zip")
    assert await _found(elsewhere) == (["o1"], "sealed")


async def test_a_restored_bot_answers_and_knows_whom_it_knew(
    settings: Settings,
    bot: Bot,
    phone: Phone,
    platform: Platform,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    await phone.says("人工")
    await asyncio.to_thread(backup, settings, tmp_path / "b.zip")
    elsewhere = await _elsewhere(settings, request, tmp_path)
    await asyncio.to_thread(restore, elsewhere, tmp_path / "b.zip")
    async with running(elsewhere) as restored, restored.database.read() as session:
        assert await session.scalar(sa.text("SELECT openid FROM handovers")) == phone.openid
        bodies = (await session.scalars(sa.text("SELECT body FROM messages ORDER BY id"))).all()
        assert bodies[0] == "人工"


async def test_a_backup_is_made_while_writes_go_on(
    filled: Settings, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = Database(filled.database_url, filled.keyring())
    begun, stop = asyncio.Event(), asyncio.Event()

    async def write_on() -> int:
        written = 0
        while not stop.is_set():
            written += 1
            await _add(database, f"w{written:06}")
            begun.set()
        return written

    writing = asyncio.create_task(write_on())
    await begun.wait()
    await asyncio.to_thread(backup, filled, tmp_path / "b.zip")
    stop.set()
    number = await writing
    await database.close()
    elsewhere = await _elsewhere(filled, request, tmp_path)
    await asyncio.to_thread(restore, elsewhere, tmp_path / "b.zip")
    kept = (await _found(elsewhere))[0][1:]
    assert 0 < len(kept) <= number
    assert kept == [f"w{written:06}" for written in range(1, len(kept) + 1)]


async def test_without_its_keys_a_backup_is_not_restored(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.zip")
    stranger = filled.model_copy(update={"data_keys": SecretStr(OTHER_KEY)})
    with pytest.raises(Impossible, match="keys of this backup are not at hand"):
        restore(stranger, tmp_path / "b.zip")
    assert await _found(filled) == (["o1"], "sealed")


async def test_keys_that_were_added_since_do_not_hinder(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.zip")
    assert filled.data_keys is not None
    both = SecretStr(f"{OTHER_KEY},{filled.data_keys.get_secret_value()}")
    restore(filled.model_copy(update={"data_keys": both}), tmp_path / "b.zip")
    assert await _found(filled) == (["o1"], "sealed")


async def test_a_backup_holds_no_key(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.zip")
    assert filled.data_keys is not None
    key = filled.data_keys.get_secret_value()
    assert key.encode() not in (tmp_path / "b.zip").read_bytes()
    backup_keys(filled, tmp_path / "keys")
    assert (tmp_path / "keys").read_text() == key + "\n"


async def test_what_is_written_is_for_its_owner_only(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.zip")
    backup_keys(filled, tmp_path / "keys")
    for file in (tmp_path / "b.zip", tmp_path / "keys"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_damaged_backup_changes_nothing(filled: Settings, tmp_path: Path) -> None:
    whole = tmp_path / "b.zip"
    backup(filled, whole)
    content = whole.read_bytes()
    middle = len(content) // 2
    damaged = {
        "empty": b"",
        "cut": content[:middle],
        "headless": content[100:],
        "flipped": content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 64]) + content[middle + 64 :],
        "text": b"not a backup",
    }  # fmt: skip
    for name, bytes_ in damaged.items():
        (tmp_path / name).write_bytes(bytes_)
        with pytest.raises(Impossible, match=r"not a whole backup|damaged"):
            restore(filled, tmp_path / name)
    with pytest.raises(Impossible, match="absent"):
        restore(filled, tmp_path / "absent")
    assert await _found(filled) == (["o1"], "sealed")


async def test_files_that_are_there_are_not_overwritten(filled: Settings, tmp_path: Path) -> None:
    for write in (backup, backup_keys):
        (tmp_path / "there").write_text("precious")
        with pytest.raises(Impossible, match="exists already"):
            write(filled, tmp_path / "there")
        with pytest.raises(Impossible, match=r"folder|No such"):
            write(filled, tmp_path / "no/where")
    assert (tmp_path / "there").read_text() == "precious"


async def test_a_backup_of_the_other_engine_is_refused(
    filled: Settings, postgres: Server, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "b.zip")
    other = await postgres.new_database()
    if filled.database_url.startswith("postgresql"):
        other = f"sqlite:///{tmp_path}/other.sqlite3"
    with pytest.raises(Impossible, match="is a backup of"):
        restore(filled.model_copy(update={"database_url": other}), tmp_path / "b.zip")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_database_in_use_is_not_replaced(settings: Settings, bot: Bot, tmp_path: Path) -> None:
    await asyncio.to_thread(backup, settings, tmp_path / "b.zip")
    with pytest.raises(Impossible, match="in use"):
        await asyncio.to_thread(restore, settings, tmp_path / "b.zip")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_on_sqlite_the_database_before_is_kept(filled: Settings, tmp_path: Path) -> None:
    url = parse_url(filled.database_url)
    backup(filled, tmp_path / "b.zip")
    restore(filled, tmp_path / "b.zip")
    assert Path(f"{url.database}.before-restore").exists()
    assert not Path(f"{url.database}.arrived").exists()


async def test_a_database_that_is_not_there_cannot_be_saved(settings: Settings, tmp_path: Path) -> None:
    away = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/nowhere/x.sqlite3"})
    with pytest.raises(Impossible, match="no database"):
        backup(away, tmp_path / "b.zip")
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_commands_say_what_they_did(filled: Settings, tmp_path: Path) -> None:
    shell = Shell(tmp_path, written(filled))
    assert shell.invokes("backup", "b.zip").stdout.startswith("the database is in b.zip")
    assert shell.invokes("backup-keys", "keys").exit_code == 0
    assert shell.invokes("restore", "b.zip").stdout == "restored\n"
    refused = Shell(tmp_path, {**shell.settings, "DATA_KEYS": OTHER_KEY}).invokes("restore", "b.zip")
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert "missing" in refused.stderr
