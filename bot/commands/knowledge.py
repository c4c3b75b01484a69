"""knowledge …: the commands about the knowledge base."""

from pathlib import Path
from typing import Annotated

import typer

import handlers
from bot.commands import evaluate, exchange, gaps, urgency
from bot.commands.failures import fail
from bot.library import read_shipped
from dialogue.routing import Router
from knowledge.contents import CONTENT
from knowledge.entries import Broken
from knowledge.normal import normalise

app = typer.Typer(help="The knowledge base.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """The knowledge base."""


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="Folder of YAML files")] = CONTENT) -> None:
    """Refuse bad entries with file and line."""
    try:
        found = read_shipped(Router(handlers.discover(), normalise).openable, folder)
    except Broken as broken:
        fail("\n".join(str(problem) for problem in broken.problems))
    phrasings = sum(1 + len(entry.phrasings) for entry in found.entries)
    typer.echo(
        f"{len(found.entries)} entries with {phrasings} phrasings and {len(found.facts)} facts are in order"
    )


for command in (
    evaluate.evaluate,
    evaluate.fit,
    gaps.gaps,
    gaps.learn,
    gaps.due,
    exchange.export,
    urgency.urgent,
):
    app.command()(command)
app.command("import")(exchange.import_)
