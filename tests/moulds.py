"""A database as a test finds it: made once in this process by the shipped code, then copied."""

import gc
import shutil
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from bot.app import reach, running
from bot.settings import Settings
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from tests import leaks, watching
from tests.leaks import KEYS
from tests.postgres import Server


class Engine(Protocol):
    async def empty(self) -> str: ...
    async def copy(self, of: str) -> str: ...


class Moulds:
    """`migrated` has every table; `opened` has been served from, so that the content is in it."""

    def __init__(self) -> None:
        self._made: dict[tuple[type[Engine], bool], str] = {}

    async def cast(self, engine: Engine, opened: bool) -> str:
        """The URL of a copy."""
        which = type(engine), opened
        if which not in self._made:
            url = await engine.empty()
            await (_open(url) if opened else _migrate(url))
            await leaks.acquit(url)
            self._made[which] = url
        return await engine.copy(self._made[which])


class Files:
    """SQLite: a file in the folder of the test."""

    def __init__(self, moulds: Path, folder: Path) -> None:
        self._moulds = moulds
        self._folder = folder

    async def empty(self) -> str:
        number = len(list(self._moulds.glob("*.sqlite3")))
        return f"sqlite:///{self._moulds}/{number}.sqlite3"

    async def copy(self, of: str) -> str:
        copy = self._folder / "bot.sqlite3"
        shutil.copyfile(of.removeprefix("sqlite:///"), copy)
        return f"sqlite:///{copy}"


class Databases:
    """PostgreSQL: a database of the server of the tests."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def empty(self) -> str:
        url = await self._server.new_database()
        watching.databases.remove(url)  # it outlives the test that was the first to need it
        return url

    async def copy(self, of: str) -> str:
        return await self._server.new_database(of.rpartition("/")[2])


async def _migrate(url: str) -> None:
    database = Database(url, Keyring(parse_keys(KEYS)))
    await reach(database)
    await database.close()


async def _open(url: str) -> None:
    settings = Settings(
        _env_file=None,
        database_url=url,
        data_keys=SecretStr(KEYS),
        wechat_appid="wx00000000000000a1",
        wechat_secret=SecretStr("a-secret-of-the-tests"),
        wechat_token=SecretStr("tokenOfTheTests"),
        wechat_aes_key=SecretStr("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
    )
    async with running(settings, role="web"):
        # What has been read and built by now stays, and looking through it again takes a tenth of the time of the tests.
        gc.collect()
        gc.freeze()
