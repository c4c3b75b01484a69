"""knowledge check: is the content fit to be loaded?"""

from pathlib import Path
from typing import Annotated

import typer

import handlers
from bot.commands.console import fail
from bot.library import read_shipped
from dialogue.routing import Router
from knowledge import entries
from knowledge.normal import normalise

app = typer.Typer(help="The knowledge base.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """The knowledge base."""


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="Folder of YAML files")] = entries.CONTENT) -> None:
    """Refuse bad entries with file and line."""
    try:
        found = read_shipped(Router(handlers.discover(), normalise).openable, folder)
    except entries.Broken as broken:
        fail("\n".join(str(problem) for problem in broken.problems))
    phrasings = sum(1 + len(entry.phrasings) for entry in found)
    typer.echo(f"{len(found)} entries with {phrasings} phrasings are in order")
