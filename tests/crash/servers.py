"""Bots in processes of their own, to be killed and started again."""

import random
import signal
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil

from benchmarks.servers import AES_KEY, APPID, TOKEN, Server, bot_settings, free_port
from tests.conftest import app_address
from wechat.simulator import Account, Platform

ACCOUNT = Account(APPID, "a-secret-of-the-crash-tests", TOKEN, AES_KEY)


class Bots:
    """Makes bots for one test, all on one port; they are not started yet, and `stack` will kill them."""

    def __init__(self, stack: ExitStack, platform: Platform, folder: Path) -> None:
        self.port = free_port()
        self.sqlite = f"sqlite:///{folder}/bot.sqlite3"
        self._stack = stack
        self._api = app_address[platform]
        self._log = folder / "bot.log"

    def serve(self, database_url: str, processes: int) -> Server:
        return self._make(database_url, "bot", "serve", "--processes", str(processes))

    def slow(self, ahead: int) -> Server:
        """One on SQLite that takes its time to answer; its clock is so many seconds ahead."""
        return self._make(self.sqlite, "tests.crash.slow", str(ahead))

    def _make(self, database_url: str, *arguments: str) -> Server:
        settings = bot_settings(database_url, WECHAT_API=self._api, WECHAT_SECRET=ACCOUNT.secret)
        server = Server(arguments, self.port, self._log, settings)
        self._stack.callback(server.kill)
        return server


def kill_one(server: Server, draw: random.Random) -> None:
    """Kill -9 for one of the processes that share the address."""
    children = psutil.Process(server.pid).children()
    if children:
        with suppress(psutil.NoSuchProcess):
            draw.choice(children).send_signal(signal.SIGKILL)
