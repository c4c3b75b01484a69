"""backup, backup-keys, restore."""

from pathlib import Path
from typing import Annotated

import typer

from bot import backups
from bot.commands.console import settings as read_settings
from bot.commands.failures import fail

app = typer.Typer()

File = Annotated[Path, typer.Argument(help="File to write or read")]


@app.command()
def backup(file: File) -> None:
    """Copy the database to a file, while the bot runs. Keys are not in it: see backup-keys."""
    try:
        backups.backup(read_settings(), file)
    except backups.Impossible as problem:
        fail(str(problem))
    typer.echo(f"the database is in {file}; keep its keys apart from it (backup-keys)")


@app.command()
def backup_keys(file: File) -> None:
    """Copy the data keys to a file; without them sealed values in a backup cannot be read."""
    try:
        backups.backup_keys(read_settings(), file)
    except backups.Impossible as problem:
        fail(str(problem))
    typer.echo(f"the keys are in {file}; keep it where the database backups are not")


@app.command()
def restore(file: File) -> None:
    """Put a backup in the place of the database; the bot must be stopped."""
    try:
        backups.restore(read_settings(), file)
    except backups.Impossible as problem:
        fail(str(problem))
    typer.echo("restored")
