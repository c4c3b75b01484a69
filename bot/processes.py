"""Several processes on one address: they share its socket, and one that dies is started again."""

import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import structlog

from bot.app import Role

_log = structlog.get_logger(__name__)

_STOP_SECONDS = 45
# A process that dies at once would otherwise be started thousands of times a minute.
_RESTART_SECONDS = 1.0


class Processes:
    """Starts `count` servers on a listening socket and watches them until SIGTERM or SIGINT."""

    def __init__(self, count: int, role: Role, listener: socket.socket) -> None:
        self._listener = listener
        self._command = [
            sys.executable,
            "-m",
            "bot",
            "serve",
            "--role",
            role,
            "--socket",
            str(listener.fileno()),
        ]
        self._count = count
        self._children: list[subprocess.Popen[bytes]] = []
        self._stopping = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._children = [self._start() for _ in range(self._count)]
        while not self._stopping:
            time.sleep(_RESTART_SECONDS)
            self._restart_dead()
        self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module; nothing comes from outside
            self._command, pass_fds=[self._listener.fileno()]
        )

    def _restart_dead(self) -> None:
        for position, child in enumerate(self._children):
            if child.poll() is not None and not self._stopping:
                _log.error("process_died", pid=child.pid, code=child.returncode)
                self._children[position] = self._start()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> None:
        for child in self._children:
            child.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for child in self._children:
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _log.error("process_killed", pid=child.pid)
                child.kill()
