"""Servers in processes of their own, started for a measurement or a test and gone after it."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

TOKEN = "tokenOfTheBenchmarks"
APPID = "wx00000000000000b1"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

_PATIENCE = 60.0


class NotReady(Exception):
    """The server did not come up."""


def bot_settings(database_url: str, **others: str) -> dict[str, str]:
    """Variables for a bot that can reach nobody, so that no mistake in a test is ever sent to WeChat."""
    given = {
        "DATABASE_URL": database_url,
        "DATA_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "WECHAT_APPID": APPID,
        "WECHAT_SECRET": secrets.token_hex(16),
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_API": "http://127.0.0.1:9",
        **others,
    }
    return {f"UNIONBOT_{name}": value for name, value in given.items()}


class Server:
    """`python -m …` with its children, as one process group; its log goes to a file."""

    def __init__(
        self, arguments: Sequence[str], port: int, log: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.port = port
        self.log = log
        self._command = [sys.executable, "-m", *arguments]
        own = {name: value for name, value in os.environ.items() if not name.startswith("UNIONBOT_")}
        self._environment = own | {"UNIONBOT_PORT": str(port)} | dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._running.pid

    def start(self) -> None:
        """Returns when it is ready; raises NotReady with its log when it never is."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + _PATIENCE
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise NotReady(self.log.read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """The whole group at once, as when the machine loses its power. Harmless when nothing runs."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """Ask it to end; returns its exit code once it has."""
        self._running.terminate()
        return self._running.wait(_PATIENCE)

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise NotReady("it was not started")
        return self._process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
