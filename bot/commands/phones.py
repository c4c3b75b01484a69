"""demo and chat: talk to the bot without an account of WeChat's."""

import asyncio
import os
import sys
from pathlib import Path

import typer

from bot import demo as stage
from bot.commands.console import run
from bot.commands.failures import fail
from bot.logs import configure
from bot.settings import PREFIX

app = typer.Typer()


@app.command()
def demo() -> None:
    """The bot with a stand-in for WeChat and telephones to type on, on this machine only."""
    configure(pretty=True)
    host = os.environ.get(f"{PREFIX}HOST", "127.0.0.1")
    port = os.environ.get(f"{PREFIX}PORT", "8080")
    if not port.isdecimal() or int(port) > 65535:
        fail(f"{PREFIX}PORT must be a port")
    try:
        run(stage.show(host, int(port), Path("data/demo.sqlite3"), typer.echo))
    except (OSError, ValueError, stage.NotThisMachine) as problem:
        fail(f"the demo cannot start on {host}:{port}: {problem}")


@app.command()
def chat() -> None:
    """Talk to the bot in this terminal; nothing is kept. An empty line or Ctrl-D ends it."""
    configure(pretty=True)
    run(stage.chat(_line, lambda text: typer.echo(f"\n{text}\n")))


async def _line() -> str | None:
    typer.echo("> ", nl=False)
    line = await asyncio.to_thread(sys.stdin.readline)
    return line.strip() or None
