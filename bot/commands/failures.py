"""How a command gives up."""

from typing import NoReturn

import typer


def fail(line: str) -> NoReturn:
    """End the command with one clear line and status 1."""
    typer.echo(line, err=True)
    raise typer.Exit(1)
