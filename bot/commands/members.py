"""export members: the roll as an Excel workbook, for staff who may have it."""

from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer
from xlsxwriter import Workbook

from bot.commands.console import with_database
from bot.commands.failures import fail
from bot.library import CHINA
from bot.platform import utc_now
from storage.database import Database
from union import rolls, staff
from union.rights import Forbidden
from union.rolls import Enrolled
from union.staff import Unknown

app = typer.Typer(help="What is kept, as a file.", no_args_is_help=True)

_HEADINGS = ("number", "name", "mobile", "place", "work", "employer", "union", "admitted")


@app.callback()
def subject() -> None:
    """What is kept, as a file."""


@app.command()
def members(
    file: Annotated[Path, typer.Argument(help="File to write, .xlsx")],
    name: Annotated[str, typer.Option("--as", help="The staff member who takes it")],
) -> None:
    """The members of the staff member's district, or of the city; it is written down who took them."""
    if file.suffix != ".xlsx" or file.exists():
        fail(f"{file} exists already" if file.exists() else f"{file}: the name ends in .xlsx")

    async def _call(database: Database) -> list[Enrolled]:
        async with database.write() as session:
            return await rolls.call(session, await staff.named(session, name), utc_now())

    try:
        roll = with_database(_call)
    except Unknown:
        fail(f"{name} is not on the staff")
    except Forbidden as forbidden:
        fail(str(forbidden))
    try:
        file.write_bytes(_as_workbook(roll))
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    typer.echo(f"{len(roll)} members are in {file}")


def _as_workbook(roll: list[Enrolled]) -> bytes:
    made = BytesIO()
    with Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        text = book.add_format({"num_format": "@"})  # as text: a mobile is no number
        sheet = book.add_worksheet("members")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(_HEADINGS) - 1, 18, text)
        for row, cells in enumerate([_HEADINGS, *map(_cells, roll)]):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
    return made.getvalue()


def _cells(one: Enrolled) -> tuple[str, ...]:
    day = one.admitted_at.astimezone(CHINA).date().isoformat()
    return (one.number, one.name, one.mobile, one.place, one.work, one.employer, one.organisation, day)
