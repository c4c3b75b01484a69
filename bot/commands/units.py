"""import units and unit list: the employers that the union knows."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import AsJson, By, allowed, list_out, with_database
from bot.commands.failures import fail
from bot.commands.files import write
from bot.platform import utc_now
from storage.database import Database
from union import organisations, unit_sheets
from union.organisations import Unit
from union.rights import Right
from union.unit_sheets import Unreadable

app = typer.Typer(help="The employers that the union knows.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """The employers that the union knows."""


def bring(
    file: Annotated[Path | None, typer.Argument(help="Workbook to read")] = None,
    template: Annotated[Path | None, typer.Option(help="Write a workbook with the headings expected")] = None,
    by: By = "",
) -> None:
    """Add and change units by their names: all of a file, or with one bad row nothing. None is removed."""
    if template is not None:
        write(template, unit_sheets.template())
        typer.echo(f"the headings are in {template}")
    elif file is None:
        fail("give a file to read, or --template FILE")
    if file is None:
        return
    try:
        listed = unit_sheets.read(file)
    except Unreadable as problem:
        fail("\n".join(f"{file.name}:{line}" for line in str(problem).splitlines()))

    async def _list(database: Database) -> tuple[int, int]:
        async with database.write() as session:
            names = {one.name for one in listed}
            known = [one.district for one in await organisations.units(session) if one.name in names]
            await allowed(session, by, Right.CORRECT, *(one.district for one in listed), *known)
            return await organisations.list_units(session, listed, utc_now())

    added, changed = with_database(_list)
    typer.echo(f"{added} added, {changed} changed, {len(listed) - added - changed} as they were")


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Every unit."""

    async def _all(database: Database) -> list[Unit]:
        async with database.read() as session:
            return await organisations.units(session)

    def _line(one: Unit) -> str:
        return f"{one.name}\t{one.code or ''}\t{one.district}\t{'union' if one.has_union else ''}"

    list_out(with_database(_all), "units", as_json, _line, asdict)
