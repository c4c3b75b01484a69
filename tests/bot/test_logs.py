"""Logs: one JSON object a line, nothing of a worker in them, and no noise on demand."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.shells import GOOD, ROOT, Shell

SCRIPT = """
import logging, structlog, warnings
from bot.logs import configure
configure({pretty})
log = structlog.get_logger("ours")
log.info("asked", openid="o1-secret", text="secret", message=7)
logging.getLogger("theirs").warning("library %s", "event")
logging.getLogger("alembic.runtime").info("chatter")
logging.getLogger("aiohttp.server").error("malformed", exc_info=ValueError("secret"))
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed", token="secret", reference="abc")
"""


def _lines(pretty: str = "") -> list[str]:
    command = [sys.executable, "-c", SCRIPT.format(pretty=pretty)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_every_line_is_an_object_and_private_fields_are_hidden() -> None:
    lines = _lines()
    asked, theirs, failed = (json.loads(line) for line in lines)
    assert (asked["event"], asked["openid"], asked["text"], asked["message"]) == ("asked", "***", "***", 7)
    assert (asked["level"], asked["logger"]) == ("info", "ours")
    assert asked["timestamp"].endswith("Z")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("library event", "warning", "theirs")
    assert failed["reference"] == "abc"
    assert "ZeroDivisionError" in failed["exception"]
    assert "secret" not in "".join(lines)


def test_for_people_it_is_hidden_too() -> None:
    text = "\n".join(_lines("pretty=True"))
    assert "asked" in text
    assert "secret" not in text


@pytest.mark.parametrize("requests", [[b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST /wechat HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET /%zz?signature=%ff HTTP/1.1\r\nHost: x\r\n\r\n"]])  # fmt: skip
async def test_a_malformed_request_prints_no_traceback(tmp_path: Path, requests: list[bytes]) -> None:
    shell = Shell(tmp_path, GOOD | {"PORT": "0", "WECHAT_API": "http://127.0.0.1:9"})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", cwd=tmp_path, env=shell.environment, stderr=asyncio.subprocess.PIPE
    )  # fmt: skip
    assert process.stderr is not None
    while (said := json.loads(await process.stderr.readline()))["event"] != "serving":
        continue
    for request in requests * 3:
        reader, writer = await asyncio.open_connection("127.0.0.1", said["port"])
        writer.write(request)
        await writer.drain()
        writer.write_eof()
        await reader.read()
        writer.close()
    process.terminate()
    rest = (await process.stderr.read()).decode()
    await process.wait()
    assert process.returncode == 0
    lines = [json.loads(line) for line in rest.splitlines()]
    assert all("exception" not in line for line in lines), rest
    assert len(lines) <= 6 + len(requests)
