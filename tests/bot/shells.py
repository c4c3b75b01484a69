"""The command line as an operator meets it: a process of its own, and only the settings that a test gives."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, chdir
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner, Result

from bot.commands import app
from bot.settings import PREFIX, Settings
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from tests.conftest import KEYS
from union import accesses

ROOT = Path(__file__).parents[2]
GOOD = {
    "WECHAT_APPID": "wx00000000000000a1",
    "WECHAT_SECRET": "a-secret-of-the-tests",
    "WECHAT_TOKEN": "tokenOfTheTests",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "DATA_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
}


@dataclass(frozen=True, slots=True)
class Shell:
    """`folder` is where the commands run, so that no .env of the checkout is read."""

    folder: Path
    settings: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        given = {PREFIX + name: value for name, value in self.settings.items()}
        return {**inherited, "PYTHONPATH": str(ROOT), **given}

    def runs(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments], cwd=self.folder, env=self.environment,
            input=stdin, text=True, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        # What a command prints is for the one who asked; its errors are searched for what should not be there.
        sys.stderr.write(done.stderr)
        return done

    def invokes(self, *arguments: str, stdin: str = "") -> Result:
        """The same in this process, which is quicker, for commands that leave nothing behind in one."""
        with chdir(self.folder):
            done = CliRunner(env=self.environment).invoke(app, arguments, input=stdin)
        sys.stderr.write(done.stderr)
        return done

    def starts(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments], cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


def with_officers(shell: Shell, name: str) -> Shell:
    """With an admin, an officer of that name for 信宜, and one of 高州."""
    shell.invokes("staff", "add", "管理员", "--role", "admin")
    for officer, district in ((name, "xinyi"), ("高州经办", "gaozhou")):
        shell.invokes("staff", "add", officer, "--role", "officer", "--district", district, "--as", "管理员")
    return shell


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[AsyncSession]:
    """A transaction beside the commands."""
    database = Database(url, Keyring(parse_keys(KEYS)))
    try:
        async with database.write() as session:
            yield session
    finally:
        await database.close()


async def looks(url: str, openid: str) -> list[str]:
    """What staff looked at of that worker."""
    async with writing(url) as session:
        return [one.what for one in await accesses.of(session, openid)]


def written(settings: Settings) -> dict[str, str]:
    """Settings in the words of the environment."""
    given = {name.upper(): getattr(settings, name) for name in settings.model_fields_set}
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in given.items()
    }
