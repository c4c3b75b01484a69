"""The command line as an operator meets it: a process of its own, and only the settings that a test gives."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from typer.testing import CliRunner, Result

from bot.commands import app
from bot.settings import PREFIX, Settings
from tests.bot import forks

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
        return self._said(
            subprocess.run(
                [sys.executable, "-m", "bot", *arguments], cwd=self.folder, env=self.environment,
                input=stdin, text=True, capture_output=True, timeout=240, check=False,
            )
        )  # fmt: skip

    def forks(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """The same, quicker, for commands of which a test wants many."""
        return self._said(forks.run(arguments, self.folder, self.environment, stdin))

    def _said(self, done: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
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


def written(settings: Settings) -> dict[str, str]:
    """Settings in the words of the environment."""
    given = {name.upper(): getattr(settings, name) for name in settings.model_fields_set}
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in given.items()
    }
