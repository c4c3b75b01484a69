"""Commands in processes of their own that need not import everything again, which takes each of them two seconds.

`python -m tests.bot.forks` reads what to run, a line each, forks itself for it and writes how it ended.
"""

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from threading import Lock

from bot.commands import _MODULES, app

_ROOT = Path(__file__).parents[2]
_turn = Lock()
_started: list[subprocess.Popen[str]] = []


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: str
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run` of `python -m bot` with its output as texts."""
    with _turn, tempfile.TemporaryDirectory() as held:
        files = [Path(held, name) for name in ("in", "out", "err")]
        files[0].write_text(stdin)
        order = [list(arguments), str(folder), dict(environment), [str(one) for one in files]]
        helper = _helper()
        assert helper.stdin is not None
        assert helper.stdout is not None
        helper.stdin.write(json.dumps(order) + "\n")
        helper.stdin.flush()
        code = int(helper.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, files[1].read_text(), files[2].read_text())


def _helper() -> subprocess.Popen[str]:
    if not _started:
        command = [sys.executable, "-m", "tests.bot.forks"]
        helper = subprocess.Popen(
            command, cwd=_ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        atexit.register(helper.communicate)  # which closes its input, and so ends it
        _started.append(helper)
    return _started[0]


def _serve() -> None:
    for module in {*_MODULES.values()}:
        import_module(f"bot.commands.{module}")
    gc.freeze()  # or every child would copy what it looks through
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(*json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(arguments: list[str], folder: str, environment: dict[str, str], files: list[str]) -> None:
    for number, (path, flags) in enumerate(
        zip(files, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2), strict=True)
    ):
        os.dup2(os.open(path, flags, 0o600), number)
    # What the one before read ahead stays with it.
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["bot", *arguments]
    app()


if __name__ == "__main__":
    _serve()
