"""import courses: what staff bring in by Excel; with one bad row nothing of it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import fail, with_database
from bot.platform import utc_now
from storage.database import Database
from union import course_plans, course_sheets
from union.course_plans import Plan, Published, Unfit

app = typer.Typer(help="What staff bring in by Excel.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """What staff bring in by Excel."""


@app.command()
def courses(
    file: Annotated[Path | None, typer.Argument(help="Workbook to read")] = None,
    template: Annotated[Path | None, typer.Option(help="Write a workbook with the headings expected")] = None,
    dry_run: Annotated[bool, typer.Option(help="Check everything and change nothing")] = False,
) -> None:
    """Add courses, or change those whose code is known; who has a seat is told of another time or place."""
    if template is not None:
        write(template, course_sheets.template())
        typer.echo(f"the headings are in {template}")
    if file is None:
        if template is None:
            fail("give a file to read, or --template FILE")
        return
    plans, faults = course_sheets.read(file)
    if faults:
        fail("\n".join(f"{file.name}: {fault}" for fault in faults) + "\nnothing was imported")
    try:
        done = with_database(lambda database: _publish(database, plans, dry_run))
    except Unfit as unfit:
        fail(f"{file.name}: {unfit}\nnothing was imported")
    for what, codes in {"added": done.added, "changed": done.changed}.items():
        for code in codes:
            typer.echo(f"{what:8} {code}")
    counts = f"{len(done.added)} added, {len(done.changed)} changed, {len(done.unchanged)} as they were"
    typer.echo(f"{counts}; nothing was written" if dry_run else f"{counts}; {len(done.told)} told")


async def _publish(database: Database, plans: list[Plan], dry_run: bool) -> Published:
    async with database.write() as session:
        savepoint = await session.begin_nested()
        done = await course_plans.publish(session, plans, utc_now())
        if dry_run:
            await savepoint.rollback()
        return done


def write(file: Path, content: bytes) -> None:
    """The whole file or none; one that is there may hold somebody's work."""
    try:
        with file.open("xb") as made:
            made.write(content)
    except FileExistsError:
        fail(f"{file} exists already")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
