"""How commands speak: errors in one line, asynchronous work on the fastest loop."""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import typer
import uvloop

from bot.settings import Misconfigured, Settings, load

Result = TypeVar("Result")


def fail(line: str) -> NoReturn:
    """End the command with one clear line and status 1."""
    typer.echo(line, err=True)
    raise typer.Exit(1)


def settings() -> Settings:
    """The settings, or the end of the command with the line that says what is wrong with them."""
    try:
        return load()
    except Misconfigured as problem:
        fail(f"not configured: {problem}")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
